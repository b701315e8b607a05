"""The search of all tables: typed, waited for, opened, and come back to."""

import pytest

from tests.driver import User, browsing
from tests.engines import ALL_EMPTY, ALL_SAMPLES
from tests.outside import fetch, run
from tests.slow import locked
from tui.db import everywhere
from tui.db.everywhere import HITS
from tui.db.options import Options
from tui.screens.everywhere import Everywhere

LETTERS = (
    "CREATE TABLE letters (id integer PRIMARY KEY, code varchar(20) UNIQUE, body text)",
    "INSERT INTO letters VALUES (1, 'x', 'a [red]needle[/red]'), (2, 'y', 'a needle'), (3, 'needle', 'z')",
)


async def search(user: User, text: str) -> None:
    """Search all tables, until that is over."""
    await user.press("E")
    await user.write(text)
    await user.press("enter")


def lines(user: User) -> list[str]:
    """What was found."""
    assert isinstance(user.screen, Everywhere)
    return [line for line in user.text_of(user.screen._list).split("\n") if line.strip()]


@ALL_SAMPLES
async def test_an_e_mail_is_found_and_its_row_is_opened(sample_url: str) -> None:
    ((email, key),) = await fetch(sample_url, "SELECT email, id FROM users WHERE id = 17")
    async with browsing(sample_url, "tags") as user:
        await search(user, email.upper())
        (line,) = lines(user)
        assert line.split()[:2] == ["users", str(key)]
        assert user.shows("4 tables searched · 1 row found")
        await user.press("enter")
        assert user.title() == "users"
        assert user.highlighted() == (str(key), "email")
        await user.press("H")
        assert user.title() == "tags"


@ALL_EMPTY
async def test_what_was_found_is_there_to_come_back_to(empty_url: str) -> None:
    await run(empty_url, *LETTERS)
    async with browsing(empty_url) as user:
        await search(user, "needle")
        assert [line.split()[-1] for line in lines(user)] == ["needle", "[red]needle[/red]", "needle"]
        assert "code" in lines(user)[0]  # what an index finds comes first
        await user.press("down", "enter")
        assert user.highlighted() == ("1", "body")
        await user.press("E", "enter")
        assert user.highlighted() == ("1", "body")
        await user.press("E", "down", "enter")
        assert user.highlighted() == ("2", "body")
        await user.press("E")
        await user.write("nowhere")
        await user.press("enter")
        assert lines(user) == []
        assert user.shows("1 table searched · nothing found")
        await user.press("enter", "escape")
        assert user.highlighted() == ("2", "body")


async def test_all_of_many_rows_are_shown_as_a_view(sample_url: str) -> None:
    wanted = "SELECT count(*) FROM posts WHERE lower(title) LIKE '%winter:%' OR content LIKE '%winter:%'"
    ((count,),) = await fetch(sample_url, wanted)
    assert count > HITS
    async with browsing(sample_url, "users") as user:
        await search(user, "winter:")
        await user.press("end", "pagedown", "pagedown")
        assert f"more than {HITS} rows" in lines(user)[-1]
        await user.press("enter")
        assert user.title().startswith("posts ── ")
        assert user.position() == f"row 1 of {count:,}"


async def test_escape_stops_a_search_and_keeps_what_was_found(postgresql_url: str) -> None:
    options = Options(lock_limit=60, statement_limit=60)
    async with browsing(postgresql_url, "users", options=options) as user:
        async with locked(postgresql_url, "posts"):
            await user.hurry("E", *"birds", "enter")
            await user.until(lambda: user.shows("searching", "tags"))
            await user.press("escape")
            assert user.shows("Stopped:", "birds")
        await user.press("enter")
        assert user.title() == "tags"


async def test_a_table_that_is_not_read_to_its_end_is_told_and_can_be_opened(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everywhere, "READING", 0.5)
    async with browsing(postgresql_url, "users") as user:
        async with locked(postgresql_url, "posts"):
            await search(user, "birds")
            assert user.shows("1 not read to the end, see below")
            assert lines(user)[-1].startswith(" posts ")
        await user.hurry(*["down"] * len(lines(user)))
        await user.press("enter")
        assert user.title() == "posts"


async def test_another_text_begins_another_search(empty_sqlite_url: str) -> None:
    await run(empty_sqlite_url, *LETTERS)
    async with browsing(empty_sqlite_url, size=(80, 24)) as user:
        await user.press("E", "enter")
        assert lines(user) == []  # nothing to search for
        await user.write("x")
        await user.hurry("enter", "backspace", *"needle", "enter")
        await user.settle()
        assert len(lines(user)) == 3
        assert user.shows("1 table searched · 3 rows found")


async def test_a_search_that_was_stopped_or_is_old_is_done_again(postgresql_url: str) -> None:
    await run(postgresql_url, *LETTERS)
    async with browsing(postgresql_url, "letters") as user:
        async with locked(postgresql_url, "posts"):
            await user.hurry("E", *"nowhere", "enter")
            await user.until(lambda: user.shows("searching"))
            await user.press("escape")
        assert user.shows("Stopped:")
        await user.press("enter")
        assert user.shows("5 tables searched · nothing found")
        await user.press("ctrl+u")
        await user.write("a needle")
        await user.press("enter", "escape")
        await run(postgresql_url, "UPDATE letters SET body = 'gone' WHERE id = 2")
        await user.press("E")
        assert user.shows("as found before: F5 searches again", "a needle")
        await user.press("f5")
        assert not user.shows("a needle  ", "as found before")
        assert user.shows("nothing found")


@ALL_EMPTY
async def test_a_row_that_is_gone_and_columns_that_changed_are_no_harm(empty_url: str) -> None:
    await run(empty_url, *LETTERS)
    async with browsing(empty_url) as user:
        await search(user, "needle")
        await run(empty_url, "DELETE FROM letters WHERE id = 3")
        await user.press("enter")
        assert user.notice() == "✗ This row is gone by now: E, then F5 searches again."
        await user.press("escape")
        await run(empty_url, "ALTER TABLE letters DROP COLUMN body", "ALTER TABLE letters ADD more text")
        await user.press("r", "E", "down", "enter")
        assert user.highlighted() == ("1", "id")
        assert user.header() == ["id", "code", "more"]
