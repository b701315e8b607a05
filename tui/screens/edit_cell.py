"""Editing one cell: which prompt is opened over it, and staging what the user keeps."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from textual.widget import Widget

from tui.db.changes import ChangeSet, NewRow, RowKey
from tui.db.page import Row
from tui.db.schema import Column, Table
from tui.db.values import Unset
from tui.screens.asking import ask
from tui.screens.edit_prompt import EditPrompt
from tui.screens.picker import Picker, Pointer
from tui.screens.staging import require_editable, stage_values, staged_value
from tui.widgets.row_names import row_name

if TYPE_CHECKING:
    from tui.db.database import Database


def edit_cell(
    asker: Widget, database: "Database", changes: ChangeSet, cell: tuple[Table, Row | RowKey, Column]
) -> Awaitable[None]:
    """Open the editor over a cell at once, or the picker over a foreign key's; to be awaited in a worker.

    That stages what the user keeps. Raises NotPossibleError where the cell can't be edited.
    """
    table, row, column = cell
    key = row.identity if isinstance(row, Row) else row
    require_editable(changes, table, key, column)
    whole = row if isinstance(row, Row) else None
    value = staged_value(changes, table, key, column, whole)
    where = f"{table.name.label} · {row_name(table, key)}"
    relation = table.relation_from(column.name)
    if relation is None or column.locked is not None:
        can_default = isinstance(key, NewRow)
        answer = ask(asker, EditPrompt(database, column, value, where=where, can_default=can_default))

        async def stage() -> None:
            entered = await answer
            if entered is not None and entered.value is not value:
                stage_values(changes, table, row, {column.name: entered.value})

        return stage()

    held = [staged_value(changes, table, key, table.column(name), whole) for name in relation.key.columns]
    now = [None if isinstance(one, Unset) else one for one in held]
    picked = ask(asker, Picker(database, Pointer(table, relation, now, column.name), where=where))

    async def point() -> None:
        chosen = await picked
        if chosen is not None:
            stage_values(changes, table, row, chosen.values)

    return point()
