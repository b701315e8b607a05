"""What the database would store otherwise is told before it is written, and written once it is agreed to."""

import pytest
from sqlalchemy import event

from tests.db.opening import is_sqlite, made, table_of
from tests.db.triggers import changing, lowering
from tests.outside import fetch
from tui.db import rows
from tui.db.changes import Change, Insert, NewRow, Update
from tui.db.database import Database
from tui.db.errors import AdjustedError
from tui.db.save import save
from tui.db.values import Value
from tui.db.view import View

MAIL = ("CREATE TABLE mail (id integer PRIMARY KEY, a text, n int)", "INSERT INTO mail VALUES (1, 'a', 1)")


async def edit(database: Database, **new: Value) -> Update:
    """An edit of the first row."""
    table = await table_of(database, "mail")
    row = (await rows.first_page(database, View(table))).rows[0]
    return Update(table, row.identity, {name: row.values[table.positions[name]] for name in new}, new)


def two(database: Database) -> Value:
    return 2 if is_sqlite(database) else "2"


async def refused(database: Database, *changes: Change) -> AdjustedError:
    with pytest.raises(AdjustedError) as caught:
        await save(database, changes)
    return caught.value


async def test_a_trigger_that_changes_an_edit_is_told_of(empty_url: str) -> None:
    async with made(empty_url, *MAIL, *lowering(empty_url, "mail", "a")) as database:
        change = await edit(database, a="Bob")

        error = await refused(database, change)

        assert (error.adjustments, error.change, error.column) == (((change, "a", "bob"),), change, "a")
        assert await fetch(empty_url, "SELECT a FROM mail") == [("a",)]

        report = await save(database, [change], agreed=error.adjustments)

    assert report.adjusted == error.adjustments
    assert await fetch(empty_url, "SELECT a FROM mail") == [("bob",)]


async def test_a_trigger_that_changes_a_new_row_is_told_of(empty_url: str) -> None:
    async with made(empty_url, *MAIL, *lowering(empty_url, "mail", "a")) as database:
        new = Insert(await table_of(database, "mail"), NewRow(1), {"id": two(database), "a": "Zoe"})

        error = await refused(database, new)

    assert error.adjustments == ((new, "a", "zoe"),)
    assert await fetch(empty_url, "SELECT count(*) FROM mail") == [(1,)]


async def test_agreeing_to_one_value_is_not_agreeing_to_another(empty_url: str) -> None:
    async with made(empty_url, *MAIL, *lowering(empty_url, "mail", "a")) as database:
        error = await refused(database, await edit(database, a="Bob"))

        with pytest.raises(AdjustedError):
            await save(database, [await edit(database, a="Rob")], agreed=error.adjustments)


NEW_EACH_TIME = {
    "sqlite": "hex(randomblob(9))",
    "postgresql": "gen_random_uuid()::text",
    "mysql": "uuid()",
}


async def test_a_value_that_is_new_each_time_is_agreed_to_after_two(empty_url: str) -> None:
    """Else nobody could ever save it."""
    each_time = NEW_EACH_TIME[empty_url.partition(":")[0]]
    async with made(empty_url, *MAIL, *changing(empty_url, "mail", "a", each_time)) as database:
        change = await edit(database, a="mine")
        first = await refused(database, change)
        with pytest.raises(AdjustedError) as second:
            await save(database, [change], agreed=first.adjustments)

        await save(database, [change], agreed=[*first.adjustments, *second.value.adjustments])

    assert await fetch(empty_url, "SELECT count(*) FROM mail WHERE a = 'mine'") == [(0,)]


async def test_a_row_that_a_trigger_removes_again_is_told_of(empty_sqlite_url: str) -> None:
    trigger = "CREATE TRIGGER gone AFTER INSERT ON mail BEGIN DELETE FROM mail WHERE id = NEW.id; END"
    async with made(empty_sqlite_url, *MAIL, trigger) as database:
        new = Insert(await table_of(database, "mail"), NewRow(1), {"a": "zoe"})

        error = await refused(database, new)

    assert error.adjustments == ((new, None, None),)


async def test_reading_back_costs_one_statement_for_many_rows(empty_url: str) -> None:
    """Besides one for each UPDATE that can't return its row."""
    more = "INSERT INTO mail VALUES (2, 'a', 1), (3, 'a', 1), (4, 'a', 1)"
    async with made(empty_url, *MAIL, more) as database:
        table = await table_of(database, "mail")
        page = await rows.first_page(database, View(table))
        statements: list[str] = []
        event.listen(
            database.engines.writer.sync_engine,
            "before_cursor_execute",
            lambda _connection, _cursor, statement, *_: statements.append(statement),
        )

        await save(database, [Update(table, row.identity, {"a": "a"}, {"a": "x"}) for row in page.rows])

    reads = [text for text in statements if "SELECT" in text and "mail" in text]
    silent = [text for text in statements if "UPDATE" in text and "RETURNING" not in text]
    assert len(reads) == 1 + len(silent)
