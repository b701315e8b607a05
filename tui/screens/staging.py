"""From what the user did to staged changes: what may be changed, what was seen, what is meant."""

from collections.abc import Mapping

from tui.db import rows
from tui.db.changes import ChangeSet, Delete, Insert, RowKey, Update, delete_of, update_of
from tui.db.database import Database
from tui.db.errors import TuiError
from tui.db.page import Row
from tui.db.schema import Column, Table
from tui.db.values import DEFAULT, Cut, Value, still_holds
from tui.db.view import View

OTHER_ROW = (
    "Long values stay cut here: another row has this place now. Sort by a column, or r reads them anew."
)

NOT_UNDONE = "Nothing is staged that could be undone."
NOT_REDONE = "Nothing was undone that could be redone."


class NotPossibleError(TuiError):
    """What the user asked for can't be done here; the text says why."""


def why_read_only(database: Database, table: Table) -> str:
    """Why no row of a table can be changed; empty where rows can."""
    if database.why_read_only is not None:
        return database.why_read_only
    return "" if table.identity.exists else f"{table.name.label} is read-only: {table.identity.reason}."


def require_writable(database: Database, table: Table) -> None:
    """Raise NotPossibleError where no row of a table can be changed."""
    if reason := why_read_only(database, table):
        raise NotPossibleError(reason)


def require_editable(changes: ChangeSet, table: Table, key: RowKey, column: Column) -> None:
    """Raise NotPossibleError where a cell can't be edited."""
    if column.locked is not None:
        raise NotPossibleError(f"{column.name} can't be edited: it is {column.locked}.")
    if isinstance(changes.get(table.name, key), Delete):
        raise NotPossibleError("This row is staged for deletion: u takes that back.")


def is_whole(row: Row) -> bool:
    """Whether no value of a row was cut when it was read."""
    return not any(isinstance(value, Cut) for value in row.values)


async def whole_row(database: Database, table: Table, row: Row) -> Row:
    """The row with its values in full; it is read again only where one was cut.

    A row address may have come to mean another row since, so there the row must be what was shown.
    """
    if is_whole(row):
        return row
    whole = await rows.get(database, table, row.identity)
    if whole is None:
        raise NotPossibleError("Somebody else deleted this row: r reads the rows anew.")
    if table.identity.address and not all(map(still_holds, row.values, whole.values)):
        raise NotPossibleError("Somebody else changed this row: r reads the rows anew.")
    return whole


async def whole_at(database: Database, view: View, row: Row, key: RowKey) -> Row:
    """The same for a row without identity, which only its place in the view names.

    Another row may stand there since, or at any time where the view has no fixed order.
    """
    if is_whole(row) or not isinstance(key, tuple):
        return row
    whole = await rows.get_at(database, view, int(str(key[1])))
    if whole is None or not all(map(still_holds, row.values, whole.values)):
        raise NotPossibleError(OTHER_ROW)
    return whole


def staged_value(changes: ChangeSet, table: Table, key: RowKey, column: Column, row: Row | None) -> Value:
    """What a cell will hold: the staged value, else the stored one."""
    change = changes.get(table.name, key)
    if isinstance(change, Insert):
        return change.values.get(column.name, DEFAULT)
    if isinstance(change, Update) and column.name in change.new:
        return change.new[column.name]
    return row.values[table.positions[column.name]] if row is not None else None


def stage_values(changes: ChangeSet, table: Table, row: Row | RowKey, values: Mapping[str, Value]) -> None:
    """Stage new values for cells of a row that was read in full, or of a new row, as one step."""
    if isinstance(row, Row):
        changes.edit(update_of(table, row, values))
        return
    insert = changes.get(table.name, row)
    if isinstance(insert, Insert):
        changes.edit_new(insert, values)


def stage_new(changes: ChangeSet, view: View, after: RowKey | None) -> Insert:
    """Stage a new row that the view's filters let through."""
    given = dict(view.given)
    insert = Insert(view.table, changes.new_row(), given, after)
    changes.insert(insert)
    return insert


def stage_copy(changes: ChangeSet, view: View, row: Row, after: RowKey) -> Insert:
    """Stage a new row with a row's values, but for its key and for what the database fills in."""
    table = view.table
    given = dict(view.given)
    if given.keys() >= set(table.identity.columns):
        given = {name: value for name, value in given.items() if name not in table.identity.columns}
    values = given | {
        column.name: value
        for column, value in zip(table.columns, row.values, strict=True)
        if column.locked is None and column.name not in table.identity.columns
    }
    insert = Insert(table, changes.new_row(), values, after)
    changes.insert(insert)
    return insert


def stage_deletion(changes: ChangeSet, table: Table, doomed: Mapping[RowKey, Row | None]) -> None:
    """Stage the deletion of rows as they were seen, as one step; new rows are just forgotten."""
    stored = [delete_of(table, row) for row in doomed.values() if row is not None]
    changes.delete(stored, [(table.name, key) for key, row in doomed.items() if row is None])
