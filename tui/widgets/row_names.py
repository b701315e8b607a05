"""How a row and its values are called in a sentence. Pure."""

from tui.db.changes import NewRow, RowKey
from tui.db.schema import Table
from tui.widgets.cells import text_of, visible


def row_name(table: Table, key: RowKey) -> str:
    """What tells a row from the others of its table, such as `id 17`."""
    if isinstance(key, NewRow):
        return "new row"
    if not table.identity.exists:
        return f"row {int(str(key[1])) + 1:,}"
    names = [visible(column.name, 40) for column in table.identity_columns]
    return ", ".join(f"{name} {text_of(value)}" for name, value in zip(names, key, strict=False))
