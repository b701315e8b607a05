"""Editing one cell: which prompt is opened over it, and staging what the user keeps."""

from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, TypeVar

from textual.screen import Screen
from textual.widget import Widget

from tui.db.changes import ChangeSet, NewRow, RowKey
from tui.db.page import Row
from tui.db.schema import Column, Relation, Table
from tui.db.values import Unset, Value
from tui.screens.asking import ask
from tui.screens.staging import require_editable, stage_values, staged_value
from tui.widgets.grid import Grid
from tui.widgets.quiet_list import QuietList
from tui.widgets.row_names import row_name

if TYPE_CHECKING:
    from tui.db.database import Database
    from tui.screens.picker import Pointer

S = TypeVar("S", bound=Screen[Any])


def edit_cell(
    asker: Widget,
    database: "Database",
    changes: ChangeSet,
    cell: tuple[Table, Row | RowKey, Column],
    *,
    pasted: str = "",
) -> Awaitable[None]:
    """Open the editor over a cell at once, or the picker over a foreign key's; to be awaited in a worker.

    That stages what the user keeps; what was pasted stands there as if it had been typed. Raises
    NotPossibleError where the cell can't be edited.
    """
    from tui.screens.edit_prompt import EditPrompt
    from tui.screens.picker import Pointer

    table, row, column = cell
    key = row.identity if isinstance(row, Row) else row
    require_editable(changes, table, key, column)
    relation = table.relation_from(column.name)
    if relation is not None and column.locked is None:
        pointer = Pointer(table, relation, _held(changes, cell, relation), column.name)
        return _picking(asker, database, changes, pointer, row, pasted.strip())
    value = staged_value(changes, table, key, column, row if isinstance(row, Row) else None)
    can_default = isinstance(key, NewRow) or table.can_default(column)
    prompt = EditPrompt(database, column, value, where=_where(table, key), can_default=can_default)
    prompt.pasted = pasted.removesuffix("\n").removesuffix("\r")
    answer = ask(asker, _beside(asker, prompt))

    async def stage() -> None:
        entered = await answer
        if entered is not None and entered.value is not value:
            stage_values(changes, table, row, {column.name: entered.value})

    return stage()


def _picking(
    asker: Widget,
    database: "Database",
    changes: ChangeSet,
    pointer: "Pointer",
    row: Row | RowKey,
    pasted: str,
) -> Awaitable[None]:
    """Open the picker over a foreign key's cell at once."""
    from tui.screens.picker import Picker

    where = _where(pointer.table, row.identity if isinstance(row, Row) else row)
    picker = Picker(database, pointer, where=where)
    picker.pasted = pasted
    picked = ask(asker, _beside(asker, picker))

    async def point() -> None:
        chosen = await picked
        if chosen is not None:
            stage_values(changes, pointer.table, row, chosen.values)

    return point()


def _held(changes: ChangeSet, cell: tuple[Table, Row | RowKey, Column], relation: Relation) -> list[Value]:
    """What a foreign key's columns will hold."""
    table, row, _ = cell
    whole = row if isinstance(row, Row) else None
    key = row.identity if isinstance(row, Row) else row
    held = (staged_value(changes, table, key, table.column(name), whole) for name in relation.key.columns)
    return [None if isinstance(one, Unset) else one for one in held]


def _where(table: Table, key: RowKey) -> str:
    return f"{table.name.label} · {row_name(table, key)}"


def _beside(asker: Widget, prompt: S) -> S:
    """The prompt, at the top of the screen where the cell is in the lower half: it must not cover it."""
    shown = asker.app.focused
    line = 0
    if isinstance(shown, Grid):
        line = shown.region.y + shown.row_index - shown.top_index
    elif isinstance(shown, QuietList) and shown.highlighted is not None:
        line = shown.region.y + shown.start_of(shown.highlighted) - shown.scroll_offset.y
    prompt.set_class(line > asker.app.size.height // 2, "-above")
    return prompt
