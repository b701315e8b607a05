"""Why a save did not find a row as it was seen: all conflicts, in a few statements for each table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias, TypeVar

from tui.db.changes import Change, Delete, Insert, Update, guarded
from tui.db.database import Database
from tui.db.errors import ConflictError, QueryError, SaveError
from tui.db.merge import Conflict, conflict_of
from tui.db.page import RowId
from tui.db.query import shortened
from tui.db.schema import TableName
from tui.db.statements import WriteQuery
from tui.db.values import Cut, Value, same

AT_ONCE = 500
"""Rows that are read with one statement."""
FEW = 50
"""Rows that are read with one statement in full."""
MOST = 500
"""Conflicts that are looked for; a save that meets more finds the others when it is tried again."""

T = TypeVar("T")
Guarded: TypeAlias = Update | Delete
Rows: TypeAlias = Mapping[RowId, Mapping[str, Value]]


class UnheldError(SaveError):
    """A statement did not find its row as the user saw it; the transaction saw it otherwise, or gone."""

    def __init__(self, change: Guarded, now: Mapping[str, Value] | None) -> None:
        super().__init__("The row is no longer what you saw.", change)
        self.conflict = conflict_of(change, now)
        """How the transaction saw the row, with all that it had written itself."""


async def explained(database: Database, changes: Iterable[Change], error: UnheldError) -> SaveError:
    """What the user is told: which rows somebody else changed, or that two changes are in each other's way.

    To be asked when the transaction has been rolled back: it looks at what everybody sees.
    """
    try:
        conflicts = await find_conflicts(database, changes)
    except QueryError:
        conflicts = [error.conflict] if error.conflict is not None else []
    if conflicts:
        return ConflictError(conflicts)
    return SaveError(_own_doing(error.conflict), error.change)


def _own_doing(conflict: Conflict | None) -> str:
    if conflict is None:
        return "The database did not write this row; a trigger or a rule may forbid it."
    if conflict.theirs is None:
        return "Another of these changes deletes this row: forget one of the two with x."
    columns = ", ".join(conflict.columns)
    return f"Another of these changes makes the database write {columns} here: forget one of the two with x."


async def find_conflicts(database: Database, changes: Iterable[Change]) -> list[Conflict]:
    """The changes whose rows are not what the user saw, in the order of staging. Raises QueryError.

    All rows are compared by the beginnings of their values; only those in doubt are read in full.
    """
    found: dict[int, Conflict] = {}
    groups: defaultdict[TableName, list[tuple[int, Guarded]]] = defaultdict(list)
    for number, change in enumerate(changes):
        if not isinstance(change, Insert):
            groups[change.table.name].append((number, change))
    for group in groups.values():
        for some in _parts(group, AT_ONCE):
            for few in _parts(await _doubtful(database, some), FEW):
                if len(found) < MOST:
                    found |= await _compared(database, few)
    return [found[number] for number in sorted(found)]


async def _doubtful(database: Database, changes: Sequence[tuple[int, Guarded]]) -> list[tuple[int, Guarded]]:
    """The changes whose rows may hold something else than was seen."""
    rows = await _read(database, [change for _, change in changes], cut=True)
    return [item for item in changes if not _is_as_seen(item[1], rows.get(item[1].identity))]


def _is_as_seen(change: Guarded, row: Mapping[str, Value] | None) -> bool:
    return row is not None and all(same(value, shortened(row[name])) for name, value in change.seen.items())


async def _compared(database: Database, changes: Sequence[tuple[int, Guarded]]) -> dict[int, Conflict]:
    rows = await _read(database, [change for _, change in changes], cut=False)
    conflicts = ((number, _conflict(change, rows.get(change.identity))) for number, change in changes)
    return {number: conflict for number, conflict in conflicts if conflict is not None}


def _conflict(change: Guarded, row: Mapping[str, Value] | None) -> Conflict | None:
    """A conflict keeps as much of a value as was seen of it: of a row to be deleted often the beginning."""
    if row is None:
        return conflict_of(change, None)
    cut = {name for name, value in change.seen.items() if isinstance(value, Cut)}
    theirs = {name: shortened(row[name]) if name in cut else row[name] for name in _names(change)}
    return conflict_of(change, theirs)


async def _read(database: Database, changes: Sequence[Guarded], *, cut: bool) -> Rows:
    """What the rows of changes to one table hold now, by identity."""
    if not changes:
        return {}
    table = changes[0].table
    wanted = {name for change in changes for name in _names(change)}
    names = [name for name in table.positions if name in wanted]
    query = WriteQuery(table, database.dialect)
    rows = await database.fetch(query.stored([change.identity for change in changes], names, cut=cut))
    width = len(table.identity_columns)
    return {tuple(row[:width]): dict(zip(names, row[width:], strict=True)) for row in rows}


def _names(change: Guarded) -> Sequence[str]:
    """The columns that were seen, and those that are to be guarded where the user edits one of them."""
    more = guarded(change.table, change.seen) if isinstance(change, Update) else ()
    return tuple(dict.fromkeys((*change.seen, *more)))


def _parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
