"""Where the highlight is among all rows, in words."""

from tui.db.changes import NewRow, RowKey
from tui.screens.loader import RowsLoader


def position_text(loader: RowsLoader, key: RowKey | None) -> str:
    """Such as `row 17 of ~1,000`; an estimate has a `~`, what isn't known yet is `…`."""
    if loader.total is not None:
        total = f"{loader.total:,}"
    else:
        total = f"~{loader.estimate:,}" if loader.estimate is not None else "…"
    if isinstance(key, NewRow):
        return f"new row · {total} rows"
    if key is None:
        return f"{total} rows"
    number = row_number(loader, key)
    return f"row {number:,} of {total}" if number is not None else f"row … of {total}"


def row_number(loader: RowsLoader, key: RowKey) -> int | None:
    """A row's number in the view, from 1; None where it isn't known."""
    buffer = loader.buffer
    if buffer.offset is None or isinstance(key, NewRow):
        return None
    if not loader.view.table.identity.exists:
        return int(str(key[1])) + 1
    index = buffer.index_of(key)
    return None if index is None else buffer.offset + index + 1
