"""The main screen: what is there when it opens, and the way around in it."""

import asyncio
import re

import pytest

from tests.db.opening import slow
from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.outside import run
from tui.db.database import BACKGROUND


@ALL_SAMPLES
async def test_the_first_table_opens_by_itself(sample_url: str) -> None:
    async with browsing(sample_url) as user:
        assert user.title() == "post_tags"
        assert user.header() == ["post_id →", "tag_id →"]
        assert user.position() == "row 1 of 9,883"


async def test_a_table_that_is_asked_for_opens_instead(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        assert user.title() == "users"
        assert user.column("username")[:2] == ["María López", "ben71"]
        assert user.highlighted() == ("1", "id")
        assert user.notice() == ""


async def test_an_unknown_table_is_named_and_the_first_one_opens(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "user[/]") as user:
        assert "There is no table 'user[/]' here." in user.notice()
        assert user.title() == "post_tags"


@ALL_SAMPLES
async def test_the_heading_names_the_database_and_its_engine(sample_url: str) -> None:
    async with browsing(sample_url) as user:
        assert re.match(
            r"(sample\.db · SQLite 3\.|db\d+ · PostgreSQL \d|db_\w+@127.0.0.1:\d+ · MariaDB 1)",
            user.heading(),
        )


async def test_a_database_without_tables_says_so(empty_url: str) -> None:
    async with browsing(empty_url) as user:
        assert user.notice() == "✓ This database has no tables."
        assert user.tables() == ["no tables"]
        await user.press("escape", "e", "w", "d", "enter", "slash", "?", "escape")


async def test_the_tables_stand_on_the_left_with_their_sizes(sqlite_url: str) -> None:
    async with browsing(sqlite_url) as user:
        tables = [line.split() for line in user.tables()]
        assert tables == [["post_tags", "~9.9k"], ["posts", "~5.0k"], ["tags", "~40"], ["users", "~1.0k"]]


async def test_typing_filters_the_tables_the_best_fit_first_and_enter_opens_one(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        assert user.shows("? help")
        await user.press("t")
        assert user.shows("f1 help")
        assert not user.shows("? help")  # a ? is a letter of the filter
        await user.write("TAG")
        assert [line.split()[0] for line in user.tables()] == ["tags", "post_tags"]
        await user.press("down", "down", "enter")
        assert user.title() == "post_tags"
        assert user.grid.has_focus


async def test_a_filter_that_fits_no_table_says_so(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("t", "x", "y")
        assert user.tables() == ["no table matches"]
        await user.press("enter")
        assert user.title() == "users"


async def test_database_views_stand_among_the_tables(sample_url: str) -> None:
    await run(sample_url, "CREATE VIEW active AS SELECT id, username FROM users WHERE is_active")
    async with browsing(sample_url, "active") as user:
        assert user.tables()[0].split() == ["active", "view"]
        assert user.title() == "active ── read-only"
        assert user.column("username")[0] == "María López"


async def test_tables_of_other_schemas_are_named_with_them(postgresql_url: str) -> None:
    await run(postgresql_url, "CREATE SCHEMA other", "CREATE TABLE other.users (id int PRIMARY KEY)")
    async with browsing(postgresql_url, "other.users") as user:
        assert user.title() == "other.users"
        assert any(line.startswith("other.users") for line in user.tables())


@ALL_SAMPLES
async def test_the_position_is_an_estimate_until_the_rows_are_counted(sample_url: str) -> None:
    """As many statements as may work in the background are at it, so the count waits for its turn."""
    async with browsing(sample_url, "tags") as user:
        slow_ones = [
            asyncio.create_task(user.database.fetch(slow(user.database), limit=None, background=True))
            for _ in range(BACKGROUND)
        ]
        await user.hurry("t", *"users", "enter")
        await user.until(lambda: user.title() == "users" and "counting users" in user.status())
        assert user.position() == "row 1 of ~1,000"
        for task in slow_ones:
            task.cancel()
        await asyncio.wait(slow_ones)
        await user.settle()
        assert user.position() == "row 1 of 1,000"


async def test_keys_that_do_nothing_now_are_dimmed_and_say_why(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        assert user.works("rows.edit")
        assert not user.works("browse.review")
        assert not user.works("rows.undo")
        assert not user.works("rows.follow")
        for key, word in (
            ("w", "Nothing is staged:"),
            ("u", "could be undone"),
            ("ctrl+r", "Nothing was undone"),
            ("o", "no foreign key"),
            ("backspace", "from nowhere"),
            ("n", "Nothing was searched for"),
        ):
            await user.press(key)
            assert word in user.notice()
        await user.press("ctrl+c")
        assert user.notice() == "✓ With ctrl+c selected text is copied; ctrl+q quits."
        await user.press("d")
        assert user.works("browse.review")
        assert user.works("rows.undo")


async def test_help_lists_the_keys_of_the_focused_pane_and_of_the_screen(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("?")
        assert user.shows("Sort: up, down, not at all", "Edit the highlighted cell")
        assert user.shows("Go to the tables; type to filter") or "Move the highlight" in user.screen_text()
        await user.press("escape")
        assert user.screen is user.browse


@pytest.mark.parametrize("size", [(80, 24), (20, 5), (10, 3), (300, 90)])
async def test_any_size_of_the_terminal_will_do(sqlite_url: str, size: tuple[int, int]) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("down", "down", "right")
        await user.resize(*size)
        await user.press("down")
        await user.resize(120, 40)
        assert user.highlighted() == ("4", "username")
        assert user.cell() == "tome.rocha"


async def test_a_terminal_of_80_by_24_is_enough(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users", size=(80, 24)) as user:
        assert len(user.rows()) >= 8
        assert len(user.related_rows()) >= 3
        assert {"id", "username"} <= set(user.header())
        assert user.position() == "row 1 of 1,000"
        await user.press("pagedown")
        assert user.highlighted_line()


async def test_quitting_asks_only_when_something_is_staged(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.hurry("q")
        assert await user.end() == 0


async def test_staying_keeps_what_is_staged(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("d", "q")
        assert "1 change is staged and not saved." in user.question()
        await user.press("escape")
        assert user.is_running
        assert user.staged() == "1 staged · w reviews"


async def test_quitting_may_lead_to_the_review(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("d", "q", "enter")
        assert user.shows("DELETE FROM")


async def test_quitting_may_discard_what_is_staged(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("d", "q", "q")  # the second q is none of the answers
        assert "1 change is staged and not saved." in user.question()
        await user.hurry("x")
        assert await user.end() == 0


async def test_ctrl_q_asks_too(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("d")
        await user.hurry("ctrl+q")
        assert user.is_running
        assert "1 change is staged and not saved." in user.question()


async def test_escape_first_takes_the_notice_away_then_goes_back(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.open_table("posts")
        await user.press("d")
        assert user.notice()
        await user.press("escape")
        assert not user.notice()
        await user.press("escape")
        assert user.title() == "users"


async def test_where_opening_was_stopped_escape_opens_the_first_table(postgresql_url: str) -> None:
    async with browsing(postgresql_url, "users") as user:
        user.browse.pane.loader = None
        await user.press("t")
        await user.write("no such table")
        await user.press("escape")
        assert user.title() == "post_tags"
        assert user.tables()[0].startswith("post_tags")
