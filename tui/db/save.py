"""Saving what is staged: one transaction, every change guarded, exactly one row each."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from tui.db import blame
from tui.db.changes import Adjustment, Change, ChangeKey, Delete, Insert, Update, written
from tui.db.conflicts import AT_ONCE, UnheldError, explained
from tui.db.database import Database
from tui.db.errors import (
    AdjustedError,
    JournalError,
    QueryError,
    RefusedError,
    SaveError,
    StoppedError,
    TuiError,
    UnknownOutcomeError,
)
from tui.db.images import Recorder
from tui.db.journal import Journal, State
from tui.db.order import in_order
from tui.db.page import Row, RowId
from tui.db.rows import get
from tui.db.schema import TableName
from tui.db.transaction import RowCountError, Transaction, Written, in_transaction
from tui.db.values import DEFAULT, same, still_holds


@dataclass(frozen=True)
class SaveReport:
    """What a save wrote."""

    identities: Mapping[ChangeKey, RowId] = field(default_factory=dict)
    """The identity of each row after the save."""
    adjusted: tuple[Adjustment, ...] = ()
    """Values that the database stored otherwise than they were given."""
    is_in_journal: bool = False
    """Whether it can be taken back."""


@dataclass(frozen=True, slots=True)
class Log:
    """Where a save is written down before it is committed, and why it was made."""

    journal: Journal
    reason: str = ""


@dataclass
class Watch:
    """How far a save is, and the wish to stop it; COMMIT itself is not stopped."""

    count: int = 0
    """Changes that are written."""
    is_stopped: bool = False
    """Whether the user wants it to stop."""

    def written(self, count: int) -> None:
        """Note how far it is. Raises StoppedError where the user wants no more."""
        self.count = count
        if self.is_stopped:
            raise StoppedError("Stopped: nothing was written, and all stays staged.")


async def save(
    database: Database,
    changes: Iterable[Change],
    *,
    agreed: Collection[Adjustment] = (),
    log: Log | None = None,
    watch: Watch | None = None,
) -> SaveReport:
    """Write all changes, or none. Until all of them are written it may be stopped by `watch`.

    Raises ConflictError where rows are no longer what the user saw, AdjustedError where the database
    would store a value otherwise than the user knows, JournalError where it can't be written down,
    StoppedError where the user stopped it, SaveError where the database refuses a change,
    UnknownOutcomeError where the connection broke at the very end.
    """
    staged = list(changes)
    writing = _Writing(database, staged, agreed, watch or Watch())
    async with _logged(writing, log) as entry:
        await writing.run()
    rows, adjusted = writing.rows, tuple(writing.adjusted)
    identities = {change.key: row.identity for change, row in rows}
    return SaveReport(identities, adjusted, entry.is_concluded)


@dataclass
class _Writing:
    """A save under way: what it has written so far."""

    database: Database
    staged: Sequence[Change]
    agreed: Collection[Adjustment]
    watch: Watch
    rows: list[tuple[Change, Written]] = field(default_factory=list)
    adjusted: list[Adjustment] = field(default_factory=list)
    before: Callable[[Transaction], Awaitable[None]] | None = None
    """What is to be done first in the transaction."""
    last: Callable[[Transaction, Mapping[ChangeKey, RowId]], Awaitable[None]] | None = None
    """What is to be done last in it, with the identities of the rows."""

    async def run(self) -> None:
        """Write everything, or raise why not."""
        ordered = await asyncio.to_thread(in_order, self.staged, self.database.catalog.foreign_keys)
        try:
            await in_transaction(self.database, partial(self._work, ordered))
        except UnknownOutcomeError as error:
            await _find_out(self.database, self.rows, error)
        except UnheldError as error:
            raise await explained(self.database, self.staged, error) from error
        except RefusedError as error:
            raise await blame.explained(self.database, error, self.staged) from error
        except QueryError as error:
            raise SaveError(str(error)) from error

    async def _work(self, ordered: Sequence[Change], transaction: Transaction) -> None:
        if self.before is not None:
            await self.before(transaction)
        written = []
        for change in ordered:
            written.append((change, await _apply(transaction, change)))
            self.watch.written(len(written))
        async for change, row, now in _read_back(transaction, written):
            self.rows.append((change, now or row))
            self.adjusted.extend(_adjusted(change, now))
        if not all(_is_agreed(item, self.agreed) for item in self.adjusted):
            raise AdjustedError(self.adjusted)
        self.watch.written(len(written))
        if self.last is not None:
            await self.last(transaction, {change.key: row.identity for change, row in self.rows})


@dataclass
class _Entry:
    """A save's place in the journal."""

    number: int | None = None
    """None until it is written down."""
    is_concluded: bool = False
    """Whether the journal says that it is saved."""


@asynccontextmanager
async def _logged(writing: _Writing, log: Log | None) -> AsyncIterator[_Entry]:
    """Write a save down before it is committed, and afterwards what became of it.

    What is not noted then is found out when the journal is looked at.
    """
    entry = _Entry()
    if log is None:
        yield entry
        return
    recorder = Recorder(writing.database, writing.staged)
    await recorder.prepare()

    async def write_down(transaction: Transaction, identities: Mapping[ChangeKey, RowId]) -> None:
        images = await recorder.images(transaction, identities)
        begin = partial(log.journal.begin, left_out=recorder.left_out)
        entry.number = await asyncio.to_thread(begin, writing.database.address, images, log.reason)

    async def conclude(state: State | None) -> None:
        if entry.number is not None:
            with suppress(JournalError):
                await asyncio.to_thread(log.journal.conclude, entry.number, state)
                entry.is_concluded = state is State.SAVED

    writing.before, writing.last = recorder.look, write_down
    try:
        yield entry
    except UnknownOutcomeError:
        await conclude(State.UNKNOWN)
        raise
    except TuiError:
        await conclude(None)
        raise
    await conclude(State.SAVED)


async def _read_back(
    transaction: Transaction, rows: Iterable[tuple[Change, Written]]
) -> AsyncIterator[tuple[Change, Written, Written | None]]:
    """The rows as they stand after all changes and their triggers; None where a row is gone.

    What a statement returns is older than the triggers that run after it.
    """
    groups: defaultdict[tuple[TableName, tuple[str, ...]], list[tuple[Change, Written]]] = defaultdict(list)
    for change, row in rows:
        groups[change.table.name, tuple(written(change))].append((change, row))
    for (_, names), members in groups.items():
        for start in range(0, len(members), AT_ONCE):
            some = members[start : start + AT_ONCE]
            wanted = [row.identity for change, row in some if not isinstance(change, Delete)]
            found = await transaction.stored(some[0][0].table, wanted, names) if wanted else {}
            for change, row in some:
                yield change, row, row if isinstance(change, Delete) else found.get(row.identity)


def _is_agreed(item: Adjustment, agreed: Collection[Adjustment]) -> bool:
    """Whether the user has agreed to a value: to this one, or to two others.

    Whoever has seen two different ones knows that the database makes a new one each time.
    """
    known = [one.stored for one in agreed if (one.change.key, one.column) == (item.change.key, item.column)]
    is_new_each_time = any(not same(known[0], value) for value in known[1:])
    return is_new_each_time or any(same(value, item.stored) for value in known)


async def _find_out(
    database: Database, rows: Iterable[tuple[Change, Written]], error: UnknownOutcomeError
) -> None:
    """Find out whether a save was written whose end nobody saw: all of it was, or nothing.

    The server's word counts, where it has one; else what the rows hold. Raises SaveError where nothing
    was written, UnknownOutcomeError where that can't be told, as while the server may still be writing.
    """
    if not error.is_over:
        raise error
    try:
        is_written = await database.outcome(error.ticket)
        for change, row in rows if is_written is None else ():
            is_written = _evidence(change, row, await get(database, change.table, row.identity))
            if is_written is not None:
                break
    except QueryError:
        raise error from None
    if is_written is None:
        raise error
    if not is_written:
        raise SaveError(
            "The connection was lost at the very end. Nothing was written: s saves again."
        ) from error


def _evidence(change: Change, row: Written, now: Row | None) -> bool | None:
    """Whether a change was written, as its row tells now; None where somebody else may have changed it."""
    if isinstance(change, Delete):
        return now is None
    if now is None:
        return False if isinstance(change, Insert) else None
    held = dict(zip(change.table.positions, now.values, strict=True))
    if all(same(held[name], value) for name, value in row.values.items()):
        return True
    was = change.seen if isinstance(change, Update) else {}
    is_as_before = bool(was) and all(still_holds(was[name], held[name]) for name in row.values)
    return False if is_as_before else None


async def _apply(transaction: Transaction, change: Change) -> Written:
    try:
        if isinstance(change, Insert):
            return await transaction.create(change.table, change.values)
        if isinstance(change, Update):
            return await transaction.update(change.table, change.identity, change.new, change.seen)
        return await transaction.delete(change.table, change.identity, change.seen)
    except QueryError as error:
        kind = RefusedError if error.is_refused else SaveError
        raise kind(str(error), change, error.column) from error
    except RowCountError as error:
        if isinstance(change, Insert) or error.count > 1:
            raise SaveError(str(error), change) from error
        row = await transaction.get(change.table, change.identity)
        now = None if row is None else dict(zip(change.table.positions, row.values, strict=True))
        raise UnheldError(change, now) from error


def _adjusted(change: Change, now: Written | None) -> list[Adjustment]:
    if now is None:
        return [Adjustment(change, None, None)]
    return [
        Adjustment(change, name, now.values[name])
        for name, value in written(change).items()
        if value is not DEFAULT and not same(value, now.values[name])
    ]
