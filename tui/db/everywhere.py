"""Searching every table for one value: first where an index finds it, then by reading, within bounds."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tui.db.database import BACKGROUND, Database
from tui.db.entry import comparable
from tui.db.errors import QueryError, TimeLimitError, ValueRefusedError
from tui.db.page import Row
from tui.db.query import RowsQuery, as_row
from tui.db.schema import Column, Table, TableEntry, TableKind, TableName
from tui.db.values import Cut, Kind, Unset, Value
from tui.db.view import Filter, Operator, View

HITS = 10
"""Rows of one table that are found at the most; that there are more is told."""

READING = 5.0
"""Seconds for which one table may be read."""

CHUNK = 50
"""Tables whose columns are read at once."""

WHOLE = (Kind.NUMBER, Kind.TEXT, Kind.DATETIME, Kind.OTHER)
"""Kinds of which an index finds a whole value."""


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


@dataclass(frozen=True, slots=True)
class _Probe:
    """What is asked of one table."""

    table: Table
    indexed: tuple[Filter, ...]
    """What an index may find."""
    others: tuple[Filter, ...]
    """What is found by reading the table."""

    @property
    def view(self) -> View:
        """The rows that fulfil any of it; a text that is contained need not be equal as well."""
        read = {item.column for item in self.others}
        return _any_of(self.table, [*(i for i in self.indexed if i.column not in read), *self.others])


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
        self._database = database
        self._values: dict[Column, Value] = {}
        self._tell: Callable[[], object] = lambda: None

    @property
    def is_over(self) -> bool:
        """Whether every table is done with."""
        return 0 < self.total == self.done

    async def run(self, tell: Callable[[], object]) -> None:
        """Search: indexes first, then small tables. `tell` is called whenever more is known."""
        self._tell = tell
        entries = [e for e in self._database.catalog.entries if e.kind is not TableKind.VIEW]
        names = [entry.name for entry in sorted(entries, key=_size)]
        self.total = len(names)
        probes: list[_Probe] = []
        for start in range(0, len(names), CHUNK):
            tables = await self._described(names[start : start + CHUNK])
            chunk = [await self._probe(table) for table in tables]
            await self._together(self._look_up(probe) for probe in chunk)
            probes += (probe for probe in chunk if probe.others and not self._is_full(probe))
        self.done = self.total - len(probes)
        tell()
        await self._together(self._read(probe) for probe in probes)

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
                return list((await self._database.tables(names)).values())
        except (QueryError, TimeoutError) as error:
            if len(names) > 1 and not (isinstance(error, QueryError) and error.is_lost):
                return [table for name in names for table in await self._described([name])]
            self._note(names[0], error)
            return []

    async def _probe(self, table: Table) -> _Probe:
        """What is asked of a table."""
        indexed: list[Filter] = []
        others: list[Filter] = []
        for column in table.columns:
            value = await self._value(column)
            is_indexed = column.name in table.indexed and column.kind in WHOLE and value is not None
            if is_indexed:
                indexed.append(Filter(column.name, value))
            others += self._compared(column, value, is_indexed=is_indexed)
        return _Probe(table, _joined(indexed), _joined(others))

    def _compared(self, column: Column, value: Value, *, is_indexed: bool) -> Iterator[Filter]:
        """How a column is compared when it is read, beside what its index tells."""
        is_text = column.kind is Kind.TEXT or not column.type
        if column.kind is Kind.JSON or column.type.endswith("[]") or (is_text and value is not None):
            yield Filter(column.name, self.text, Operator.CONTAINS)
        elif column.kind is Kind.DATETIME and value is not None:
            yield Filter(column.name, self.text, Operator.STARTS)
            if not is_indexed:
                yield Filter(column.name, value)
        elif column.kind in WHOLE and value is not None and not is_indexed:
            yield Filter(column.name, value, Operator.IS)

    async def _value(self, column: Column) -> Value:
        """The text as a value of a column's type; None where the type can't hold it."""
        alike = replace(column, name="", nullable=True, default=None, locked=None, folds=False)
        if alike not in self._values:
            try:
                self._values[alike] = await comparable(self._database, column, self.text)
            except (ValueRefusedError, QueryError):
                self._values[alike] = None
        return self._values[alike]

    async def _look_up(self, probe: _Probe) -> None:
        """Ask the indexes."""
        if probe.indexed:
            await self._search(probe, probe.indexed, HITS + 1, READING)

    async def _read(self, probe: _Probe) -> None:
        """Read the table until enough is found; the first row is told as soon as it is known."""
        loop = asyncio.get_running_loop()
        end = loop.time() + READING
        for limit in (1, HITS + 1):
            if not await self._search(probe, probe.others, limit, max(0.01, end - loop.time())):
                break
        self.done += 1
        self._tell()

    async def _search(self, probe: _Probe, filters: Sequence[Filter], limit: int, seconds: float) -> bool:
        """Take note of rows that fulfil one of the filters; whether there may be more of them."""
        database, table = self._database, probe.table
        statement = RowsQuery(_any_of(table, filters), database.dialect).some(limit)
        try:
            rows = await database.fetch(statement, limit=seconds, background=True)
        except QueryError as error:
            self._note(table.name, error)
            return False
        if rows:
            self._take(probe, [as_row(table, row) for row in rows])
        return len(rows) == limit

    def _take(self, probe: _Probe, rows: Sequence[Row]) -> None:
        """Add rows to what was found; the same row may be found twice."""
        name = probe.table.name
        before = self.found.get(name, TableHits(probe.view))
        known = {hit.row.identity or hit.row.values for hit in before.hits}
        new = (row for row in rows if (row.identity or row.values) not in known)
        filters = (*probe.indexed, *probe.others)
        hits = (*before.hits, *(Hit(row, self._holder(probe.table, row, filters)) for row in new))
        self.found[name] = replace(before, hits=hits[:HITS], is_more=before.is_more or len(hits) > HITS)
        self._tell()

    def _holder(self, table: Table, row: Row, filters: Sequence[Filter]) -> str | None:
        """The column of a row that holds the value."""
        held = ((item, row.values[table.positions[item.column]]) for item in filters)
        return next((item.column for item, value in held if _fulfils(item, value)), None)

    def _is_full(self, probe: _Probe) -> bool:
        """Whether as much as is told of a table was found already, or it can't be read."""
        found = self.found.get(probe.table.name)
        return probe.table.name in self.unread or (found is not None and found.is_more)

    def _note(self, name: TableName, error: QueryError | TimeoutError) -> None:
        """Take note of a table that can't be read to its end."""
        is_late = isinstance(error, TimeLimitError | TimeoutError)
        reason = f"not read to the end: that takes longer than {READING:g} seconds" if is_late else str(error)
        if isinstance(error, QueryError) and error.is_lost:
            self.failure = reason
        else:
            self.unread[name] = reason
        self._tell()


def _size(entry: TableEntry) -> tuple[bool, int]:
    """Small tables first, then those of which nobody knows."""
    return entry.estimate is None, entry.estimate or 0


def _any_of(table: Table, filters: Sequence[Filter]) -> View:
    return View(table, _joined(filters))


def _joined(filters: Sequence[Filter]) -> tuple[Filter, ...]:
    """Filters of which a row must fulfil one."""
    return tuple(replace(item, is_or=index > 0) for index, item in enumerate(filters))


def _fulfils(item: Filter, value: Value) -> bool:
    """Whether a value is what a filter asks for, as far as its text tells."""
    if value is None or isinstance(value, bytes | Unset):
        return False
    text, wanted = (
        str(value.start if isinstance(value, Cut) else value).casefold(),
        str(item.value).casefold(),
    )
    if item.operator is Operator.CONTAINS:
        return wanted in text
    return text.startswith(wanted) if item.operator is Operator.STARTS else text == wanted
