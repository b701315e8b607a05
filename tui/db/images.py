"""What rows held before a save and after it: read in its transaction, a few statements for each table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tui.db.changes import Change, ChangeKey, Delete, Update, written
from tui.db.conflicts import AT_ONCE
from tui.db.database import Database
from tui.db.errors import QueryError
from tui.db.impact import rows_behind
from tui.db.page import RowId
from tui.db.schema import OnDelete, Table, TableName
from tui.db.transaction import Transaction
from tui.db.values import Value

Held: TypeAlias = Mapping[str, Value]
"""What a row holds, by column."""

MOST = 1000
"""Rows of other tables that are recorded because a deletion takes them along or changes them."""


@dataclass(frozen=True)
class Image:
    """One row before and after a save. Long values that the save did not write may be cut."""

    table: Table
    kind: str
    """`insert`, `update` or `delete`; with `by cascade` where it was the database that did it."""
    identity: RowId
    """What names the row now, or named it."""
    before: Held | None
    """None: it was not there."""
    after: Held | None
    """None: it is gone."""


@dataclass
class Recorder:
    """Takes the images of a save: `prepare` before its transaction, `look` and `images` in it."""

    database: Database
    changes: Sequence[Change]
    left_out: bool = False
    """Whether a deletion takes along more rows than are recorded."""
    _behind: list[tuple[Table, OnDelete, RowId]] = field(default_factory=list)
    _before: dict[ChangeKey, Held] = field(default_factory=dict)

    async def prepare(self) -> None:
        """Find the rows of other tables that deletions take along or change."""
        deletes = [change for change in self.changes if isinstance(change, Delete)]
        try:
            found = await rows_behind(self.database, deletes, self.changes)
            self.left_out = not found.is_whole or len(found.rows) > MOST
            for key, identity in found.rows[:MOST]:
                self._behind.append((await self.database.table(key.child), key.on_delete, identity))
        except QueryError:
            self.left_out = True

    async def look(self, transaction: Transaction) -> None:
        """Read what the rows hold that are about to be changed.

        Those to be updated are locked first, so that what somebody else changes in other columns until they
        are is not taken for a part of the save. A deletion is guarded by all that was seen.
        """
        updates = [(c.table, c.identity, written(c)) for c in self.changes if isinstance(c, Update)]
        deletes = [(c.table, c.identity, None) for c in self.changes if isinstance(c, Delete)]
        behind = [(table, identity, None) for table, _, identity in self._behind]
        self._before = await _read(transaction, updates, locks=True)
        self._before |= await _read(transaction, [*deletes, *behind])

    async def images(self, transaction: Transaction, identities: Mapping[ChangeKey, RowId]) -> list[Image]:
        """All rows before and after, once everything is written; `identities` are those of now."""
        wanted = [
            (change.table, identities[change.key], written(change))
            for change in self.changes
            if not isinstance(change, Delete)
        ]
        behind = [(table, identity, None) for table, _, identity in self._behind]
        after = await _read(transaction, [*wanted, *behind])
        own = (self._own(change, identities[change.key], after) for change in self.changes)
        return [*own, *self._others(after)]

    def _own(self, change: Change, identity: RowId, after: Mapping[ChangeKey, Held]) -> Image:
        kind = type(change).__name__.lower()
        now = None if isinstance(change, Delete) else after.get((change.table.name, identity))
        return Image(change.table, kind, identity, self._before.get(change.key), now)

    def _others(self, after: Mapping[ChangeKey, Held]) -> Iterator[Image]:
        """The rows of other tables; those that the database left alone are none."""
        for table, rule, identity in self._behind:
            before, now = self._before.get((table.name, identity)), after.get((table.name, identity))
            if before is not None and before != now:
                kind = "delete" if rule is OnDelete.CASCADE else "update"
                yield Image(table, f"{kind} by cascade", identity, before, now)


@dataclass
class _Wanted:
    """Which rows of a table are to be read, and which of its columns in full."""

    table: Table
    identities: list[RowId] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)


async def _read(
    transaction: Transaction, rows: Iterable[tuple[Table, RowId, Held | None]], *, locks: bool = False
) -> dict[ChangeKey, Held]:
    """What rows hold, by their key; long values are cut but in the columns that are named, or in all."""
    tables: dict[TableName, _Wanted] = {}
    for table, identity, names in rows:
        wanted = tables.setdefault(table.name, _Wanted(table))
        wanted.identities.append(identity)
        wanted.whole.update(table.positions if names is None else names)
    found: dict[ChangeKey, Held] = {}
    for name, wanted in tables.items():
        for start in range(0, len(wanted.identities), AT_ONCE):
            some = wanted.identities[start : start + AT_ONCE]
            held = await transaction.held(wanted.table, some, wanted.whole, locks=locks)
            found |= {(name, identity): values for identity, values in held.items()}
    return found
