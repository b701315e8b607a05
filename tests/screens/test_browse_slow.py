"""Never frozen: what a user can do while the database takes its time."""

import asyncio

import pytest

from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.heartbeat import heartbeat, report
from tests.outside import run
from tests.slow import add_slow_view, locked, until_gone, until_idle
from tests.waiting import until_equal
from tui.db.options import Options
from tui.screens.activity import NOTICEABLE
from tui.widgets.status import Notice

LONG = Options(statement_limit=600)
"""No statement is ended by its limit: it must be stopped."""


@ALL_SAMPLES
async def test_five_page_downs_in_a_row_move_five_pages(sample_url: str) -> None:
    async with browsing(sample_url, "posts") as user:
        height = len(user.rows())
        await user.hurry(*["pagedown"] * 5)
        await user.settle()
        assert user.position().startswith(f"row {5 * height + 1} of")
        assert user.highlighted()[0] == str(5 * height + 1)


async def test_page_downs_are_remembered_while_the_table_is_locked(sample_url: str) -> None:
    async with browsing(sample_url, "posts") as user:
        height = len(user.rows())
        async with locked(sample_url, "posts"):
            await user.hurry(*["pagedown"] * 15)
            await user.until(lambda: "reading on" in user.status())
            assert user.rows()
        await user.settle()
        assert user.highlighted()[0] == str(15 * height + 1)


async def test_no_row_is_shown_twice_after_hurried_keys(sample_url: str) -> None:
    async with browsing(sample_url, "posts") as user:
        await user.hurry(*["down"] * 110, *["pagedown"] * 6)
        await user.settle()
        keys = [row.key for row in user.grid.rows.rows]
        assert len(keys) == len(set(keys))


async def test_held_down_keys_move_one_row_each_however_long_the_load(sample_url: str) -> None:
    async with browsing(sample_url, "posts") as user:
        async with locked(sample_url, "posts"):
            await user.hurry(*["down"] * 140, *["up"] * 20)
        await user.settle()
        assert user.highlighted()[0] == "121"


async def test_the_old_rows_stay_while_another_table_is_read(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        rows = user.rows()
        async with locked(sample_url, "posts"):
            await user.hurry("t")
            await user.hurry(*"posts", "enter")
            await user.until(lambda: "reading posts" in user.status())
            assert user.title() == "users"
            assert [row[1:] for row in user.rows()] == [row[1:] for row in rows]
        await user.settle()
        assert user.title() == "posts"


async def test_the_last_of_several_tables_wins(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        async with locked(sample_url, "posts"):
            await user.hurry("t")
            await user.hurry(*"posts", "enter")
            await user.until(lambda: "reading posts" in user.status())
            await user.hurry("t")
            await user.hurry(*"tags", "down", "enter")
        await user.settle()
        assert user.title() == "tags"


@ALL_SAMPLES
async def test_escape_gives_up_on_a_table_and_the_statement_is_gone(sample_url: str) -> None:
    await add_slow_view(sample_url)
    async with browsing(sample_url, "users", options=LONG) as user:
        await user.hurry("t")
        await user.hurry(*"slow", "enter")
        await user.until(lambda: "reading slow" in user.status())
        await until_idle(sample_url, "slow", is_idle=False)
        await user.press("escape")
        assert user.notice() == "✓ Stopped."
        assert user.title() == "users"
        await until_idle(sample_url, "slow")
        await user.press("down")
        assert user.highlighted()[0] == "2"


async def test_escape_stops_a_search(postgresql_url: str) -> None:
    async with browsing(postgresql_url, "posts") as user:
        async with locked(postgresql_url, "posts"):
            await user.hurry("slash")
            await user.hurry(*"zebra", "enter")
            await user.until(lambda: "searching for zebra" in user.status())
            await user.press("escape")
            assert user.notice() == "✓ Stopped."
        await user.settle()
        assert user.highlighted()[0] == "1"
        await until_idle(postgresql_url, "posts")


async def test_a_search_ends_where_another_table_is_opened(postgresql_url: str) -> None:
    """Its hit would be row 33, which both tables have."""
    await run(postgresql_url, "UPDATE posts SET title = 'a zebra' WHERE id = 33")
    async with browsing(postgresql_url, "posts") as user:
        async with locked(postgresql_url, "posts"):
            await user.hurry("slash")
            await user.hurry(*"zebra", "enter")
            await user.until(lambda: "searching for zebra" in user.status())
            await user.hurry("t", *"tags", "down", "enter")
            await user.until(lambda: user.title() == "tags")
            await user.hurry("down")
        await user.settle()
        assert user.title() == "tags"
        assert user.highlighted()[0] == "2"
        assert "searching" not in user.status()
        await until_idle(postgresql_url, "posts")


async def test_a_hit_of_a_search_goes_to_the_table_that_was_searched_or_nowhere(sqlite_url: str) -> None:
    await run(sqlite_url, "UPDATE posts SET title = 'a zebra' WHERE id = 33")
    async with browsing(sqlite_url, "posts") as user:
        async with locked(sqlite_url, "posts"):
            await user.hurry("slash")
            await user.hurry(*"zebra", "enter")
            await user.until(lambda: "searching for zebra" in user.status())
            await user.hurry("t", *"tags", "down", "enter")
            await user.until(lambda: "reading tags" in user.status())
        await user.settle()
        assert user.title() == "tags"
        assert user.highlighted()[0] == "1"


async def test_escape_stops_a_sort_and_the_old_order_stays(postgresql_url: str) -> None:
    async with browsing(postgresql_url, "posts") as user:
        await user.go_to_column("title")
        rows = user.rows()
        async with locked(postgresql_url, "posts"):
            await user.hurry("s")
            await user.until(lambda: "reading posts" in user.status())
            await user.press("escape")
        await user.settle()
        assert user.title() == "posts"
        assert user.rows() == rows


async def test_escape_gives_up_on_a_value_and_what_was_typed_for_it_is_forgotten(sqlite_url: str) -> None:
    await run(sqlite_url, "UPDATE posts SET content = hex(zeroblob(1000))")
    async with browsing(sqlite_url, "posts", options=Options(lock_limit=600)) as user:
        await user.go_to_column("content")
        async with locked(sqlite_url, "posts"):
            await user.hurry("e", "d", "s", "escape")
            await user.until(lambda: user.notice() == "✓ Stopped.")
            await user.hurry("down")
            assert user.highlighted() == ("2", "content")
        await user.settle()
        assert user.title() == "posts"
        assert user.staged() == ""


async def test_what_was_typed_for_a_value_that_cannot_be_read_is_forgotten(sqlite_url: str) -> None:
    await run(sqlite_url, "UPDATE posts SET content = hex(zeroblob(1000))")
    async with browsing(sqlite_url, "posts", options=Options(lock_limit=0.5)) as user:
        await user.go_to_column("content")
        async with locked(sqlite_url, "posts"):
            await user.hurry("e", "d", "d")
            await user.until(lambda: "✗" in user.notice())
        await user.settle()
        assert user.staged() == ""
        await user.press("d")
        assert user.staged() == "1 staged · w reviews"


async def test_moving_goes_on_while_a_statement_runs(sample_url: str) -> None:
    await add_slow_view(sample_url)
    async with browsing(sample_url, "users") as user:
        await user.hurry("t")
        await user.hurry(*"slow", "enter")
        await user.until(lambda: "reading slow" in user.status())
        await user.hurry("tab", "tab")
        user.grid.focus()
        await user.hurry(*["down"] * 5)
        assert user.highlighted()[0] == "6"
        assert "reading slow" in user.status()
        await user.press("escape")


async def test_the_event_loop_never_stands_still_for_long(sample_url: str) -> None:
    await add_slow_view(sample_url)
    async with browsing(sample_url, "users", draws_all=True) as user:
        await user.press("pagedown", "G", "g")
        await user.hurry("t")
        await user.hurry(*"slow", "enter")
        await user.until(lambda: "reading slow" in user.status())
        user.grid.focus()
        async with heartbeat() as measured:
            for key in [*["down"] * 20, *["pagedown"] * 10]:
                await user.hurry(key)
                await user.breathe()
        report("moving while a statement runs", measured)
        assert measured.is_fluent
        await user.press("escape")


@ALL_SAMPLES
async def test_quitting_in_the_middle_of_a_slow_query_does_not_wait_for_it(sample_url: str) -> None:
    await add_slow_view(sample_url)
    async with browsing(sample_url, "users", options=LONG) as user:
        await user.hurry("t")
        await user.hurry(*"slow", "enter")
        await user.until(lambda: "reading slow" in user.status())
        await until_idle(sample_url, "slow", is_idle=False)
        user.grid.focus()
        await user.breathe()
        await user.hurry("q")
        assert await user.end() == 0
    await until_idle(sample_url, "slow")
    await until_gone(sample_url)


async def tasks() -> int:
    return len(asyncio.all_tasks())


async def test_nothing_is_left_behind_at_the_end(sample_url: str) -> None:
    before = await tasks()
    async with browsing(sample_url, "users") as user:
        await user.press("down", "G")
        await user.edit("x y", column="username")
        await user.review_and_save()
        await user.hurry("q")
        assert await user.end() == 0
    await until_gone(sample_url)
    await until_equal(tasks, before)


@pytest.mark.parametrize("key", ["down", "g", "G", "slash", "e", "d", "?", "escape", "w", "enter", "s", "o"])
async def test_any_key_may_be_pressed_while_rows_are_loading(sqlite_url: str, key: str) -> None:
    async with browsing(sqlite_url, "posts") as user:
        async with locked(sqlite_url, "posts"):
            await user.hurry("t")
            await user.hurry(*"users", "enter")
            await user.until(lambda: "reading users" in user.status())
            user.grid.focus()
            await user.hurry(key)
        await user.settle()
        await user.press("escape", "escape")
        assert user.is_running


async def test_what_is_done_at_once_is_not_told(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "tags") as user:
        with user.browse.pane.activity.doing("view", "reading at once"):
            await user.breathe()
            assert "reading" not in user.status()
            assert not user.grid.is_loading_rows
            await user.until(lambda: "reading at once … esc stops" in user.status())
            assert user.grid.is_loading_rows
        await user.settle()
        assert "reading" not in user.status()
        assert not user.grid.is_loading_rows


async def test_what_is_said_meanwhile_stays(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "tags") as user:
        with user.browse.pane.activity.doing("find", "searching"):
            await user.breathe()
            user.browse.post_message(Notice("Said meanwhile."))
            await asyncio.sleep(2 * NOTICEABLE)
            await user.breathe()
        await user.settle()
        assert user.notice() == "✓ Said meanwhile."


async def test_words_do_not_flicker_while_one_read_follows_another(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "tags") as user:
        activity = user.browse.pane.activity
        with activity.doing("more", "reading on"):
            await user.until(lambda: "reading on" in user.status())
        with activity.doing("more", "reading on"):
            await user.breathe()
            assert "reading on" in user.status()
        await user.settle()
        assert "reading on" not in user.status()


async def test_reads_that_take_each_others_place_are_told_like_one(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "tags") as user:
        activity = user.browse.pane.activity
        with activity.doing("view", "one"):
            await asyncio.sleep(NOTICEABLE / 2)
            with activity.doing("view", "two"):
                await asyncio.sleep(NOTICEABLE * 0.8)
                await user.breathe()
                assert "two" in user.status()


async def test_the_position_is_told_in_the_same_frame_as_the_highlight(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "tags") as user:
        user.grid.action_step(1)
        assert user.highlighted()[0] == "2"
        assert user.position().startswith("row 2 of")
