"""Searching every table for one value: first where an index finds it, then by reading, within bounds."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import literal, select

from tui.db.database import BACKGROUND, Database
from tui.db.errors import MissingError, TimeLimitError, TuiError
from tui.db.page import Row
from tui.db.probe import Meanings, Probe, any_of
from tui.db.query import RowsQuery, as_row
from tui.db.schema import Table, TableEntry, TableKind, TableName
from tui.db.view import Filter, View

HITS = 10
"""Rows of one table that are found at the most; that there are more is told."""

LOOKING = 1.0
"""Seconds that an index may take: one that takes longer is none of the values that are meant."""

READING = 5.0
"""Seconds for which one table may be read."""

CHUNK = 50
"""Tables whose columns are read at once."""

WIDEST = 40
"""Columns that one statement compares: more would take long to build, and an engine may refuse them."""

SMALL = 100_000
"""Rows of a table that is read in no time, so that its first hit need not be asked for alone."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A row that holds the value."""

    row: Row
    column: str | None
    """The column that holds it; None where it stands beyond what was read of a long text."""


@dataclass(frozen=True, slots=True)
class TableHits:
    """What was found in one table."""

    view: View
    """All rows that hold the value, as far as the search goes."""
    hits: tuple[Hit, ...] = ()
    is_more: bool = False
    """Whether there are more."""


class WideSearch:
    """A search of every table but database views, whose rows are those of tables: how far it has come.

    Numbers, dates and all else that is typed are found whole, a day also by its times, texts also in part and
    in upper or lower case. Columns of bytes, booleans, and types that can't hold the value are left out.
    """

    def __init__(self, database: Database, text: str) -> None:
        self.text = text
        self.found: dict[TableName, TableHits] = {}
        """What was found, in the order in which tables answered."""
        self.unread: dict[TableName, str] = {}
        """Tables that were not read to their end, and why."""
        self.done = 0
        """Tables that are done with."""
        self.total = 0
        """Tables that there are."""
        self.failure = ""
        """Why the search could not go on."""
        self.is_over = False
        """Whether every table is done with."""
        self._database = database
        self._meanings = Meanings(database, text)
        self._sizes: dict[TableName, int | None] = {}
        self._tell: Callable[[], object] = lambda: None

    async def run(self, tell: Callable[[], object]) -> None:
        """Search: indexes first, then small tables. `tell` is called whenever more is known."""
        self._tell = tell
        entries = [e for e in self._database.catalog.entries if e.kind is not TableKind.VIEW]
        names = [entry.name for entry in sorted(entries, key=_size)]
        self._sizes = {entry.name: entry.estimate for entry in entries}
        self.total = len(names)
        probes: list[Probe] = []
        for start in range(0, len(names), CHUNK):
            tables = await self._described(names[start : start + CHUNK])
            await self._together(self._look_up(table, probes) for table in tables)
        waiting = [probe for probe in probes if probe.read and not self._is_full(probe)]
        self.done = self.total - len(waiting)
        tell()
        await self._together(self._read(probe) for probe in waiting)
        self.is_over = not self.failure
        tell()

    async def _together(self, jobs: Iterable[Coroutine[None, None, None]]) -> None:
        """Do the jobs, as many at once as connections may be used; none any more after a failure."""
        waiting = iter(jobs)

        async def work() -> None:
            while not self.failure and (job := next(waiting, None)) is not None:
                await job

        async with asyncio.TaskGroup() as group:
            for _ in range(BACKGROUND):
                group.create_task(work())

    async def _described(self, names: Sequence[TableName]) -> list[Table]:
        """The tables that can be described; where one can't be, each is tried alone."""
        try:
            async with asyncio.timeout(READING):
                return [] if self.failure else list((await self._database.tables(names)).values())
        except (TuiError, TimeoutError) as error:
            if len(names) == 1:
                if not isinstance(error, MissingError):  # else it is gone by now, or has no columns
                    await self._note(names[0], error)
                return []
            await self._ask_for_life()
        alone: list[Table] = []

        async def describe(name: TableName) -> None:
            alone.extend(await self._described([name]))

        await self._together(describe(name) for name in names)
        return alone

    async def _look_up(self, table: Table, probes: list[Probe]) -> None:
        """Find out what is to be asked of a table, and ask its indexes; what they can't answer is read."""
        try:
            probe = await self._meanings.probe(table)
        except TuiError as error:
            await self._note(table.name, error)
            return
        try:
            if probe.indexed:
                await self._search(probe, probe.indexed, HITS + 1, LOOKING)
        except TuiError:
            await self._ask_for_life()
            probe = probe.without_index()
        probes.append(probe)
        await asyncio.sleep(0)

    async def _read(self, probe: Probe) -> None:
        """Read the table until enough is found; the first row of a large one is told at once."""
        size = self._sizes[probe.table.name]
        is_small = size is not None and size < SMALL
        limits = (HITS + 1,) if is_small or not probe.table.identity.exists else (1, HITS + 1)
        loop = asyncio.get_running_loop()
        end = loop.time() + READING
        try:
            for start in range(0, len(probe.read), WIDEST):
                filters = probe.read[start : start + WIDEST]
                for limit in limits:
                    if not await self._search(probe, filters, limit, max(0.01, end - loop.time())):
                        break
                if self._is_full(probe):
                    break
        except TuiError as error:
            await self._note(probe.table.name, error)
        self.done += 1
        self._tell()

    async def _search(self, probe: Probe, filters: Sequence[Filter], limit: int, seconds: float) -> bool:
        """Take note of rows that fulfil one of the filters; whether there may be more. Raises QueryError."""
        table, database = probe.table, self._database
        statement = RowsQuery(any_of(table, filters), database.dialect).some(limit)
        rows = await database.fetch(statement, limit=seconds, background=True)
        if rows:
            self._take(probe, [as_row(table, row) for row in rows])
        return len(rows) == limit

    def _take(self, probe: Probe, rows: Sequence[Row]) -> None:
        """Add rows to what was found; the same row may be found twice, where its key tells."""
        table = probe.table
        before = self.found.get(table.name, TableHits(probe.view))
        known = {hit.row.identity for hit in before.hits}
        new = (row for row in rows if not row.identity or row.identity not in known)
        hits = (*before.hits, *(Hit(row, probe.holder(row)) for row in new))
        is_more = before.is_more or len(hits) > HITS
        self.found[table.name] = replace(before, hits=hits[:HITS], is_more=is_more)
        self._tell()

    def _is_full(self, probe: Probe) -> bool:
        """Whether as much as is told of a table was found already."""
        found = self.found.get(probe.table.name)
        return found is not None and found.is_more

    async def _note(self, name: TableName, error: TuiError | TimeoutError) -> None:
        """Take note of a table that can't be read to its end."""
        is_late = isinstance(error, TimeLimitError | TimeoutError)
        await self._ask_for_life()
        reason = f"not read to the end: that takes longer than {READING:g} seconds" if is_late else str(error)
        self.unread[name] = reason
        self._tell()

    async def _ask_for_life(self) -> None:
        """Give up where not just one table, but the database itself has no answer any more."""
        try:
            await self._database.fetch(select(literal(1)), limit=READING, background=True)
        except TuiError as dead:
            self.failure = str(dead)


def _size(entry: TableEntry) -> tuple[bool, int]:
    """Small tables first, then those of which nobody knows."""
    return entry.estimate is None, entry.estimate or 0
