"""What arrives when the user has gone on: it changes nothing that was not asked of it."""

import pytest

from tests.driver import User, browsing
from tests.outside import fetch, run
from tests.slow import locked
from tui.db.options import Options
from tui.screens.record import Record
from tui.screens.review import Review

LONG = "UPDATE posts SET content = hex(zeroblob(1000))"
PATIENT = Options(lock_limit=600)


async def open_late(user: User, url: str, table: str, key: str) -> None:
    """A table arrives below the screen that a key opened meanwhile."""
    async with locked(url, table):
        await user.hurry("t", *table, "enter")
        await user.until(lambda: f"reading {table}" in user.status())
        user.grid.focus()
        await user.hurry(key)
        await user.until(lambda: isinstance(user.screen, Record | Review))
    await user.until(lambda: user.title() == table)
    await user.settle()


async def test_a_related_row_of_a_record_belongs_to_the_record_not_to_what_is_shown_below(
    sqlite_url: str,
) -> None:
    async with browsing(sqlite_url, "users", options=PATIENT) as user:
        await open_late(user, sqlite_url, "post_tags", "enter")
        user.related_grid.focus()
        await user.press("enter")
        assert user.title() == "posts ── author_id = 1"


async def test_after_a_save_another_table_stays_at_its_own_row(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users", options=PATIENT) as user:
        await user.press(*["down"] * 16)
        await user.edit("robert", column="username")
        await open_late(user, sqlite_url, "posts", "w")
        await user.press("s")
        assert user.title() == "posts"
        assert user.highlighted()[0] == "1"
        assert user.notice() == "✓ Saved 1 change."
    assert await fetch(sqlite_url, "SELECT username FROM users WHERE id = 17") == [("robert",)]


async def test_the_highlight_and_the_marks_stay_where_they_are_when_rows_are_read_again(
    sqlite_url: str,
) -> None:
    async with browsing(sqlite_url, "users", options=PATIENT) as user:
        async with locked(sqlite_url, "users"):
            await user.hurry("r")
            await user.until(lambda: "reading again" in user.status())
            await user.hurry("right", "space")
        await user.settle()
        assert user.highlighted() == ("2", "username")
        await user.press("d")
        assert user.highlighted_line().startswith("▌")
        assert user.staged() == "1 staged · w reviews"
        assert "✗" not in user.highlighted_line()


async def test_the_column_that_was_highlighted_is_copied(sqlite_url: str) -> None:
    await run(sqlite_url, LONG)
    async with browsing(sqlite_url, "posts", options=PATIENT) as user:
        await user.go_to_column("content")
        async with locked(sqlite_url, "posts"):
            await user.hurry("y")
            await user.until(lambda: "reading the value" in user.status())
            await user.hurry("home")
        await user.settle()
        assert user.app.clipboard == "00" * 1000
        assert user.notice() == "✓ Copied content."


async def test_no_editor_opens_where_the_user_has_gone_on(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.editing.WHOLE", 0.0)
    await run(sqlite_url, LONG)
    async with browsing(sqlite_url, "posts", options=PATIENT) as user:
        await user.go_to_column("content")
        for key in ("down", "left", "question_mark"):
            async with locked(sqlite_url, "posts"):
                await user.hurry("e")
                await user.until(lambda: "reading the value" in user.status())
                await user.hurry(key)
            await user.settle()
            await user.press("escape")
            assert user.screen is user.browse
            await user.go_to_column("content")
