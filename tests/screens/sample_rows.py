"""What the tests of screens need from a database: tables, rows, changes."""

from collections.abc import Sequence

from tui.db import rows
from tui.db.changes import ChangeSet, Update
from tui.db.database import Database
from tui.db.page import Row
from tui.db.schema import Table
from tui.db.values import Value
from tui.db.view import View


async def table_of(database: Database, name: str) -> Table:
    """A table in detail."""
    entry = database.catalog.entry(name)
    assert entry is not None
    return await database.table(entry.name)


async def first_rows(database: Database, table: Table, count: int = 20) -> Sequence[Row]:
    """The first rows of a table, in full."""
    page = await rows.first_page(database, View(table), count)
    if not table.identity.exists:
        return page.rows
    whole = [await rows.get(database, table, row.identity) for row in page.rows]
    return [row for row in whole if row is not None]


def stage(changes: ChangeSet, table: Table, row: Row, **new: Value) -> None:
    """Stage new values for a row."""
    seen = {name: row.values[table.positions[name]] for name in new}
    changes.edit(Update(table, row.identity, seen, new))
