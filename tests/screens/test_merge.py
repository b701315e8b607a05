"""Merge: what becomes of changes whose rows somebody else changed or deleted meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from tests.engines import ALL_EMPTY
from tests.outside import fetch, run
from tests.screens.driver import Driver, opened, showing
from tests.screens.sample_rows import first_rows, table_of
from tui.db.changes import ChangeSet, delete_of, update_of
from tui.db.page import Row
from tui.db.save import SaveReport
from tui.db.schema import Table
from tui.screens.review import Review
from tui.widgets.keys_line import KeysLine

ROWS = (
    "CREATE TABLE t (id int NOT NULL PRIMARY KEY, name varchar(40) NOT NULL, note varchar(40))",
    "INSERT INTO t VALUES (1, 'amy', 'n1'), (2, 'bob', 'n2'), (3, 'cid', 'n3'), (4, 'dan', 'n4')",
)
ALL = "SELECT id, name, note FROM t ORDER BY id"

Edits: TypeAlias = dict[int, dict[str, str | None] | None]
"""New values for rows by their number; None: the row is to be deleted."""


@dataclass
class Met:
    """A review whose save has met what somebody else has written."""

    url: str
    table: Table
    rows: list[Row]
    changes: ChangeSet
    driver: Driver[SaveReport | None]

    def offered(self) -> list[str]:
        """What the footer offers in sight."""
        line = self.driver.host.screen.query_one(KeysLine)
        return [hint.does for _, hint in line.places() if hint.works]


@asynccontextmanager
async def meeting(
    url: str,
    new: Edits,
    *theirs: str,
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[Met]:
    """What is staged for some rows; then what another program does, and a save."""
    await run(url, *ROWS)
    async with opened(url) as database:
        table, changes = await table_of(database, "t"), ChangeSet()
        rows = list(await first_rows(database, table))
        for number, values in new.items():
            row = rows[number - 1]
            changes.delete([delete_of(table, row)]) if values is None else changes.edit(
                update_of(table, row, values)
            )
        await run(url, *theirs)
        async with showing(Review(database, changes), size=size) as driver:
            await driver.press("s")
            yield Met(url, table, rows, changes, driver)


@ALL_EMPTY
async def test_each_column_of_each_row_is_decided_and_then_saved_under_the_same_guards(
    empty_url: str,
) -> None:
    edits: Edits = {1: {"name": "mine", "note": "my note"}, 2: {"name": "mine 2"}, 3: {"name": "mine 3"}}
    theirs = (
        "UPDATE t SET name = 'theirs', note = 'their note' WHERE id = 1",
        "UPDATE t SET name = 'bob ' WHERE id = 2",
    )
    async with meeting(empty_url, edits, *theirs) as met:
        driver = met.driver
        assert driver.shows("! t id 1", "! t id 2", "● t id 3")

        await driver.press("m")
        assert driver.shows("Choose what each column marked ? is to hold", "t · id 1", "row 1 of 2")
        assert driver.shows("? name", "seen amy theirs theirs mine mine", "? note")
        await driver.press("t", "enter")
        assert driver.shows("▸ theirs theirs", "Choose first what note is to hold")
        await driver.press("e")
        await driver.write("third")
        await driver.press("enter")
        assert driver.shows("✓ note", "▸ typed third")

        await driver.press("enter")
        assert driver.shows("t · id 2", "seen bob theirs 'bob ' mine mine 2")
        assert await fetch(empty_url, "SELECT name FROM t WHERE id = 3") == [("cid",)]
        await driver.press("m", "enter")

        assert driver.is_open
        assert driver.shows("● t id 1 note: their note → third", "● t id 2 name: 'bob ' → mine 2")
        await run(empty_url, "UPDATE t SET name = 'later' WHERE id = 2")
        await driver.press("s")
        assert driver.shows("● t id 1", "! t id 2", "'bob ' later mine 2")
        assert await fetch(empty_url, "SELECT note FROM t WHERE id = 1") == [("their note",)]

        await driver.press("m", "m", "enter", "s")
        assert driver.results[0] is not None
    truth = [(1, "theirs", "third"), (2, "mine 2", "n2"), (3, "mine 3", "n3"), (4, "dan", "n4")]
    assert await fetch(empty_url, ALL) == truth


@ALL_EMPTY
async def test_deletions_and_deleted_rows_are_decided_row_by_row(empty_url: str) -> None:
    new: Edits = {
        1: {"name": "mine"},
        2: {"name": "lost"},
        3: None,
        4: None,
    }
    theirs = ("DELETE FROM t WHERE id IN (1, 2, 4)", "UPDATE t SET note = 'theirs' WHERE id = 3")
    async with meeting(empty_url, new, *theirs) as met:
        driver = met.driver
        assert driver.shows("! t id 1", "! t id 2", "! t id 3", "! t id 4", "or changed its key: m shows")

        await driver.press("enter")
        assert driver.shows("This row is gone", "Add it again with your changes (a)", "seen amy ▸ mine mine")
        assert "mine" not in met.offered()
        await driver.press("a")
        assert driver.shows("t · id 2", "row 1 of 3")
        await driver.press("x")
        assert driver.shows("t · id 3", "d deletes it all the same", "● note", "seen n3 theirs theirs")
        await driver.press("d")
        assert driver.shows("t · id 4", "deleted this row already", "● id", "● name", "seen dan")
        await driver.press("x")

        assert driver.shows("2 changes to t", "✗ t id 3", "+ t new row id: 1 · name: mine · note: n1")
        await driver.press("s")
        assert driver.results[0] is not None
    assert await fetch(empty_url, ALL) == [(1, "mine", "n1")]


async def test_what_is_decided_is_a_step_that_can_be_undone_and_nothing_is_lost_before(
    empty_sqlite_url: str,
) -> None:
    edits: Edits = {
        1: {"name": "mine", "note": None},
        2: {"name": "mine 2"},
    }
    theirs = "UPDATE t SET name = 'theirs', note = 'theirs' WHERE id < 3"
    async with meeting(empty_sqlite_url, edits, theirs) as met:
        driver, before = met.driver, list(met.changes)
        await driver.press("down", "m")
        assert driver.shows("t · id 2", "row 2 of 2")
        assert met.offered() == ["done", "mine", "theirs", "other", "drop", "next", "back"]

        await driver.press("n", "m", "N", "n")
        assert driver.shows("t · id 1", "✓ name", "▸ mine mine", "? note", "mine NULL")
        await driver.press("escape")
        assert (list(met.changes), driver.is_open) == (before, True)
        assert driver.shows("! t id 1", "! t id 2")

        await driver.press("up", "m", "m", "enter")
        assert driver.shows("t · id 2")
        await driver.press("escape")
        assert driver.shows("● t id 1 name: theirs → mine · note: theirs → NULL", "! t id 2")

        await driver.press("u")
        assert driver.shows("! t id 1", "! t id 2")
        assert list(met.changes) == before
        await driver.press("ctrl+r", "down", "m", "t", "enter")
        assert driver.shows("1 change to t", "● t id 1")
        assert "merge" not in met.offered()

        await driver.press("s")
    assert await fetch(empty_sqlite_url, "SELECT name, note FROM t WHERE id < 3") == [
        ("mine", None),
        ("theirs", "theirs"),
    ]


async def test_who_drops_the_last_change_is_back_where_it_was_made(empty_sqlite_url: str) -> None:
    async with meeting(
        empty_sqlite_url, {1: {"name": "mine"}}, "UPDATE t SET name = 'mine' WHERE id = 1"
    ) as met:
        await met.driver.press("m")
        assert met.driver.shows("to what you wrote as well", "✓ name", "▸ theirs mine")

        await met.driver.press("enter")

        assert met.driver.results == [None]
        assert len(met.changes) == 0


async def test_a_row_without_a_key_is_merged_with_a_warning_and_not_added_again(
    empty_sqlite_url: str,
) -> None:
    statements = ("CREATE TABLE n (a text, b text)", "INSERT INTO n VALUES ('a1', 'b1'), ('a2', 'b2')")
    await run(empty_sqlite_url, *statements)
    async with opened(empty_sqlite_url) as database:
        table, changes = await table_of(database, "n"), ChangeSet()
        for row in await first_rows(database, table):
            changes.edit(update_of(table, row, {"a": "mine"}))
        await run(
            empty_sqlite_url, "UPDATE n SET b = 'theirs' WHERE a = 'a1'", "DELETE FROM n WHERE a = 'a2'"
        )
        async with showing(Review(database, changes)) as driver:
            await driver.press("s", "m")
            assert driver.shows(
                "The table has no key: look whether this is still your row", "mine not edited"
            )
            await driver.press("m")
            assert driver.shows("You did not edit b: t takes their value")
            await driver.press("t", "enter")
            assert driver.shows("nothing tells whether the row was deleted", "is to drop your changes (x)")
            await driver.press("a", "x", "s")
    assert await fetch(empty_sqlite_url, "SELECT a, b FROM n") == [("mine", "theirs")]
