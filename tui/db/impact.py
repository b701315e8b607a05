"""What deleting rows does to other tables, by their foreign keys, before it is done."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tui.db.changes import Change, ChangeKey, Delete, Update
from tui.db.database import Database
from tui.db.errors import TimeLimitError
from tui.db.page import Row, RowId
from tui.db.query import as_row
from tui.db.related import near_key, related_query
from tui.db.schema import Direction, ForeignKey, OnDelete, Relation, Table, TableName

LIMIT = 1000
"""Children of one foreign key that are looked at; more are shown as `1000+`."""

TIME_LIMIT = 3.0
"""Seconds for all of it: what was found by then is told."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of the children that one foreign key gives."""

    key: ForeignKey
    count: int
    """How many rows there are; LIMIT + 1 stands for more than LIMIT."""

    @property
    def count_text(self) -> str:
        """The count for the screen."""
        return f"{LIMIT:,}+" if self.count > LIMIT else f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class Impact:
    """All that deleting some rows does."""

    effects: tuple[Effect, ...] = ()
    """Those that block it first, then what goes too, then what is only changed; none without rows."""
    is_whole: bool = True
    """Whether all was looked at within the limits."""

    @property
    def blocks(self) -> tuple[Effect, ...]:
        """The effects that forbid the deletion."""
        return tuple(effect for effect in self.effects if effect.key.on_delete is OnDelete.BLOCK)


ORDER = (OnDelete.BLOCK, OnDelete.CASCADE, OnDelete.SET_NULL, OnDelete.SET_DEFAULT)


async def impact_of(database: Database, deletes: Iterable[Delete], staged: Iterable[Change] = ()) -> Impact:
    """What deleting these rows does; children that are staged to go or to point elsewhere are left out.

    Cascades are followed table by table, one statement for each foreign key of a level. Raises QueryError
    where a child table can't be read.
    """
    return (await _searched(database, deletes, staged)).impact()


async def _searched(database: Database, deletes: Iterable[Delete], staged: Iterable[Change]) -> "_Search":
    deletes = list(deletes)
    search = _Search(database, {change.key: change for change in (*staged, *deletes)})
    try:
        async with asyncio.timeout(TIME_LIMIT):
            await search.run(deletes)
    except (TimeoutError, TimeLimitError):
        search.is_whole = False
    return search


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows that a deletion takes along or changes, each with the foreign key that does it."""

    rows: Sequence[tuple[ForeignKey, RowId]] = ()
    is_whole: bool = True
    """Whether all were found within the limits."""


async def rows_behind(database: Database, deletes: Iterable[Delete], staged: Iterable[Change]) -> Behind:
    """The rows that go with these, or are changed by the database, as `impact_of` counts them.

    Raises QueryError where a child table can't be read.
    """
    search = await _searched(database, deletes, staged)
    found = list(search.behind())
    return Behind(found, search.is_whole)


@dataclass
class _Search:
    """The children that were found so far."""

    database: Database
    staged: Mapping[ChangeKey, Change]
    is_whole: bool = True
    found: dict[ForeignKey, dict[RowId, Row]] = field(default_factory=dict)
    doomed: set[ChangeKey] = field(default_factory=set)
    """The rows that go: those to be deleted, and what cascades."""

    async def run(self, deletes: Sequence[Delete]) -> None:
        """Follow the foreign keys from these rows on, level by level."""
        level: dict[TableName, list[Row]] = defaultdict(list)
        for change in deletes:
            table = await self.database.table(change.table.name)  # it may have other columns by now
            values = tuple(change.seen.get(name) for name in table.positions)
            level[change.table.name].append(Row(change.identity, values))
            self.doomed.add(change.key)
        while level:
            level = await self._below(level)

    async def _below(self, level: dict[TableName, list[Row]]) -> dict[TableName, list[Row]]:
        """The rows that go because those of a level do."""
        below: dict[TableName, list[Row]] = defaultdict(list)
        for name, rows in level.items():
            table = await self.database.table(name)
            for relation in (r for r in table.relations if r.direction is Direction.CHILDREN):
                for row in await self._children(table, relation, rows):
                    if (
                        relation.key.on_delete is OnDelete.CASCADE
                        and (relation.target, row.identity) not in self.doomed
                    ):
                        self.doomed.add((relation.target, row.identity))
                        below[relation.target].append(row)
        return below

    async def _children(self, table: Table, relation: Relation, rows: Sequence[Row]) -> list[Row]:
        """The children of some rows that were not found before, and that have an identity."""
        keys = {near_key(table, relation, row) for row in rows}
        known = self.found.setdefault(relation.key, {})
        wanted = [key for key in keys if key is not None]
        if not wanted:
            return []
        query = await related_query(self.database, table, relation)
        values = await self.database.fetch(
            query.children(wanted, LIMIT + 1), limit=TIME_LIMIT, background=True
        )
        self.is_whole = self.is_whole and len(values) <= LIMIT
        children = [as_row(query.target, one) for one in values]
        named = {row.identity or (f"{len(known)} {number}",): row for number, row in enumerate(children)}
        fresh = {key: row for key, row in named.items() if key not in known}
        known |= fresh
        return [row for row in fresh.values() if row.identity]

    def impact(self) -> Impact:
        """What was found: a row that goes is only counted where it goes."""
        effects = (Effect(key, self._count(key, rows)) for key, rows in self.found.items())
        told = sorted((effect for effect in effects if effect.count), key=_place)
        return Impact(tuple(told), self.is_whole)

    def behind(self) -> Iterator[tuple[ForeignKey, RowId]]:
        """The rows that were found, each once, but those of a key that forbids the deletion.

        Rows that nothing names are left out, which makes it less than all.
        """
        seen: set[ChangeKey] = set()
        for key, rows in self.found.items():
            if key.on_delete is OnDelete.BLOCK:
                continue
            self.is_whole = self.is_whole and all(row.identity for row in rows.values())
            for identity in (row.identity for row in rows.values() if row.identity):
                name = (key.child, identity)
                if name not in seen and name not in self.staged and self._is_hit(key, name):
                    seen.add(name)
                    yield key, identity

    def _count(self, key: ForeignKey, rows: Collection[RowId]) -> int:
        return sum(self._is_hit(key, (key.child, identity)) for identity in rows)

    def _is_hit(self, key: ForeignKey, name: ChangeKey) -> bool:
        """Whether a child is changed by this key: not where it is settled before, or goes anyhow."""
        is_kept = key.on_delete is not OnDelete.CASCADE
        return not _is_settled(self.staged.get(name), key) and not (is_kept and name in self.doomed)


def _is_settled(change: Change | None, key: ForeignKey) -> bool:
    """Whether a child won't point to its parent any more when that is deleted."""
    if isinstance(change, Update):
        return not change.new.keys().isdisjoint(key.columns)
    return isinstance(change, Delete)


def _place(effect: Effect) -> tuple[int, str]:
    return ORDER.index(effect.key.on_delete), effect.key.child.label
