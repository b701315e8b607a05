"""Review: what will be written, saving it once, and what a failed save leaves behind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from tests.db.triggers import lowering
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run
from tests.screens.driver import Driver, opened, showing
from tests.screens.sample_rows import first_rows, stage, table_of
from tui.db.changes import ChangeSet, Insert, delete_of
from tui.db.database import Database
from tui.db.errors import UnknownOutcomeError
from tui.db.page import Row
from tui.db.save import SaveReport
from tui.db.schema import Table
from tui.screens.review import Review
from tui.widgets.cells import text_of


@dataclass
class Staged:
    """A review of a few staged changes."""

    database: Database
    users: Table
    rows: list[Row]
    changes: ChangeSet
    driver: Driver[SaveReport | None]


@asynccontextmanager
async def reviewing(url: str, *, read_only: bool = False) -> AsyncIterator[Staged]:
    """Two users with a new address each."""
    async with opened(url, read_only=read_only) as database:
        users, changes = await table_of(database, "users"), ChangeSet()
        rows = list(await first_rows(database, users))
        stage(changes, users, rows[0], email="one@new.org")
        stage(changes, users, rows[1], email="two@new.org")
        async with showing(Review(database, changes)) as driver:
            yield Staged(database, users, rows, changes, driver)


EMAILS = "SELECT email FROM users WHERE id IN (1, 2) ORDER BY id"


async def test_a_review_says_what_changes_and_with_which_statement(sample_url: str) -> None:
    async with opened(sample_url) as database:
        users, posts = await table_of(database, "users"), await table_of(database, "posts")
        changes = ChangeSet()
        old = (await first_rows(database, users))[0]
        stage(changes, users, old, email="new@example.org")
        changes.insert(Insert(users, changes.new_row(), {"username": "zoe", "email": ""}))
        changes.delete([delete_of(posts, (await first_rows(database, posts))[0])])
        async with showing(Review(database, changes), size=(120, 40)) as driver:
            assert driver.shows("3 changes to users, posts on")
            assert driver.shows(f"● users id 1 email: {text_of(old.values[2])} → new@example.org")
            assert driver.shows("+ users new row", "email: ''", "✗ posts id 1")
            assert driver.shows('UPDATE "', "SET \"email\"='new@example.org'", 'WHERE "id" = 1')

            await driver.press("down")
            assert driver.shows("INSERT INTO", "VALUES ('zoe', '')")
            await driver.press("j")
            assert driver.shows("DELETE FROM")
            assert len(changes) == 3


async def test_enter_saves_nothing(sample_url: str) -> None:
    async with reviewing(sample_url) as staged:
        await staged.driver.press("enter")

        assert staged.driver.is_open
        assert ("one@new.org",) not in await fetch(sample_url, EMAILS)


async def test_saving_writes_all_and_goes_back_with_a_report(sample_url: str) -> None:
    async with reviewing(sample_url) as staged:
        await staged.driver.press("s")

        report = staged.driver.results[0]
        assert report is not None
        assert list(report.identities.values()) == [row.identity for row in staged.rows[:2]]
        assert len(staged.changes) == 0
    assert await fetch(sample_url, EMAILS) == [("one@new.org",), ("two@new.org",)]


async def test_saving_three_times_at_once_saves_once(sample_url: str) -> None:
    async with opened(sample_url) as database:
        tags, changes = await table_of(database, "tags"), ChangeSet()
        changes.insert(Insert(tags, changes.new_row(), {"name": "just once"}))
        async with showing(Review(database, changes)) as driver:
            await driver.press("s", "s", "ctrl+s", "x", "u", "escape")

            assert len(driver.results) == 1
            assert driver.results[0] is not None
            assert not driver.is_open
    assert await fetch(sample_url, "SELECT count(*) FROM tags WHERE name = 'just once'") == [(1,)]


@ALL_SAMPLES
async def test_a_row_that_somebody_changed_is_a_conflict_that_shows_all_three(sample_url: str) -> None:
    async with reviewing(sample_url) as staged:
        seen = staged.rows[1].values[2]
        await run(sample_url, "UPDATE users SET email = 'their@own.org' WHERE id = 2")

        await staged.driver.press("s")

        assert staged.driver.is_open
        assert len(staged.changes) == 2
        assert staged.driver.shows("! users id 2", "● users id 1", "users · id 2")
        assert staged.driver.shows(
            "Not saved: Somebody else changed email since you read this row: m shows both"
        )
        assert staged.driver.shows(
            "seen theirs mine", f"email {text_of(seen)[:15]}", "their@own.org", "two@new.org"
        )
    assert ("one@new.org",) not in await fetch(sample_url, EMAILS)


async def test_a_row_that_somebody_deleted_is_a_conflict(sample_url: str) -> None:
    async with reviewing(sample_url) as staged:
        await run(
            sample_url,
            "DELETE FROM post_tags WHERE post_id IN (SELECT id FROM posts WHERE author_id = 2)",
            "DELETE FROM posts WHERE author_id = 2",
            "DELETE FROM users WHERE id = 2",
        )

        await staged.driver.press("s")

        assert staged.driver.shows("! users id 2", "Not saved: Somebody else deleted this row, or")
        assert len(staged.changes) == 2


async def test_a_constraint_marks_the_change_and_keeps_all_staged(sample_url: str) -> None:
    async with reviewing(sample_url) as staged:
        taken = staged.rows[5].values[1]
        stage(staged.changes, staged.users, staged.rows[1], username=taken)

        await staged.driver.press("s")

        assert staged.driver.is_open
        assert staged.driver.shows("● users id 1", "! users id 2", "Not saved: Another row has this")
        assert len(staged.changes) == 2
        assert ("one@new.org",) not in await fetch(sample_url, EMAILS)

        await staged.driver.press("x", "s")

        assert staged.driver.results[0] is not None
    assert (await fetch(sample_url, EMAILS))[0] == ("one@new.org",)


async def test_unstaging_can_be_undone_and_done_again(sqlite_url: str) -> None:
    async with reviewing(sqlite_url) as staged:
        await staged.driver.press("down", "x")
        assert staged.driver.shows("1 change to users")
        assert len(staged.changes) == 1

        await staged.driver.press("u")
        assert staged.driver.shows("2 changes to users", "two@new.org")

        await staged.driver.press("ctrl+r")
        assert staged.driver.shows("1 change to users")


async def test_unstaging_the_last_change_goes_back(sqlite_url: str) -> None:
    async with reviewing(sqlite_url) as staged:
        await staged.driver.press("x", "delete")

        assert staged.driver.results == [None]


async def test_escape_goes_back_with_all_staged(sqlite_url: str) -> None:
    async with reviewing(sqlite_url) as staged:
        await staged.driver.press("escape")

        assert staged.driver.results == [None]
        assert len(staged.changes) == 2


async def test_a_read_only_database_says_why_nothing_is_saved(sqlite_url: str) -> None:
    async with reviewing(sqlite_url, read_only=True) as staged:
        await staged.driver.press("s")

        assert staged.driver.shows("Not saved: This database was opened read-only")
        assert len(staged.changes) == 2


async def test_an_unknown_outcome_keeps_all_staged_and_says_so(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> SaveReport:
        raise UnknownOutcomeError

    monkeypatch.setattr("tui.screens.review.save", broken)
    async with reviewing(sqlite_url) as staged:
        await staged.driver.press("s")

        assert staged.driver.shows(
            "! The connection was lost at the very end. It is unknown whether the changes were written"
        )
        assert "Not saved" not in staged.driver.text()
        assert len(staged.changes) == 2


async def test_what_the_database_would_store_otherwise_is_shown_before_it_is_saved(sample_url: str) -> None:
    await run(sample_url, *lowering(sample_url, "users", "email"))
    async with reviewing(sample_url) as staged:
        stage(staged.changes, staged.users, staged.rows[1], email="Two@New.org")

        await staged.driver.press("s")

        assert staged.driver.shows("! users id 2", "● users id 1", "email would be stored as two@new.org")
        assert staged.driver.shows("SET \"email\"='Two@New.org'", "s saves them so")
        assert ("one@new.org",) not in await fetch(sample_url, EMAILS)

        await staged.driver.press("s")

        assert staged.driver.results[0] is not None
    assert await fetch(sample_url, EMAILS) == [("one@new.org",), ("two@new.org",)]


async def test_a_save_that_ends_below_another_screen_goes_back_when_that_is_closed(sqlite_url: str) -> None:
    async with reviewing(sqlite_url) as staged:
        await staged.driver.pilot.press("s", "ctrl+p")
        await staged.driver.settle()
        await staged.driver.press("escape")

        assert staged.driver.results[0] is not None
        assert len(staged.changes) == 0


async def test_names_and_values_with_markup_and_controls_are_only_text(empty_url: str) -> None:
    await run(
        empty_url,
        'CREATE TABLE "[b]t" (id integer PRIMARY KEY, "[/] c" text)',
        "INSERT INTO \"[b]t\" VALUES (1, '[red]old[/]')",
    )
    async with opened(empty_url) as database:
        table, changes = await table_of(database, "[b]t"), ChangeSet()
        row = (await first_rows(database, table))[0]
        stage(changes, table, row, **{"[/] c": "it's [/]\x1b]52;c;x\x07\nWHERE [@click=app.quit]x"})
        async with showing(Review(database, changes), size=(120, 40)) as driver:
            assert driver.shows("● [b]t id 1 [/] c: [red]old[/] → it's [/]␛]52;c;x␇␊WHERE")
            assert driver.shows("'it''s [/]␛]52;c;x␇␊WHERE [@click=app.quit]x'")
            assert all(char.isprintable() or char == "\n" for char in driver.text())

            await driver.press("s")

            assert driver.results[0] is not None


async def test_a_huge_value_is_shown_by_its_beginning(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        posts, changes = await table_of(database, "posts"), ChangeSet()
        row = (await first_rows(database, posts))[0]
        stage(changes, posts, row, content="x" * 5_000_000)
        async with showing(Review(database, changes)) as driver:
            assert driver.shows("posts id 1", "xxxx")

            await driver.press("s")
    assert await fetch(sqlite_url, "SELECT length(content) FROM posts WHERE id = 1") == [(5_000_000,)]
