"""The order in which staged changes are written. Pure, and linear in the number of changes."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tui.db.changes import Change, Delete, Insert
from tui.db.schema import ForeignKey, TableName
from tui.db.values import Cut, Unset, Value

Values: TypeAlias = tuple[Value, ...]

UNKNOWN = (type(None), Cut, Unset)

Row: TypeAlias = tuple[int, "Effect"]
"""A change's number, and what it does to its row."""

Followers: TypeAlias = defaultdict[int, list[int]]
"""Which changes must come after a change, by their numbers."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What is known of a row before a change and after it."""

    before: Mapping[str, Value]
    after: Mapping[str, Value]
    untouched: frozenset[str] = frozenset()
    """Columns that hold the same afterwards."""

    def lost(self, columns: Sequence[str]) -> Values | None:
        """The values that no longer stand in some columns afterwards."""
        return _values(self.before, columns) if self._touches(columns) else None

    def gained(self, columns: Sequence[str]) -> Values | None:
        """The values that stand in some columns only afterwards."""
        return _values(self.after, columns) if self._touches(columns) else None

    def _touches(self, columns: Sequence[str]) -> bool:
        return not self.untouched.issuperset(columns)


def in_order(changes: Iterable[Change], foreign_keys: Iterable[ForeignKey]) -> list[Change]:
    """Deletes, of children first; updates; inserts, of parents first; each in the order of staging.

    A change waits where the rows ask for it: a child for the parent that it will point to, a parent's
    deletion for those who still point to it, a unique value for the one who holds it. A ring, such as
    two rows that swap a unique value, has no order that works: then the database has its say.
    """
    changes = list(changes)
    tables = {change.table.name: change.table for change in changes}
    keys = [key for key in foreign_keys if key.child in tables and key.parent in tables]
    ordered = _by_kind(changes, keys)
    rows: defaultdict[TableName, list[Row]] = defaultdict(list)
    for number, change in enumerate(ordered):
        rows[change.table.name].append((number, _effect(change)))
    followers: Followers = defaultdict(list)
    for key in keys:
        _tie_key(key, rows[key.child], rows[key.parent], followers)
    for table in tables.values():
        for columns in {table.identity.columns, *table.unique_keys}:
            _tie_values(columns, rows[table.name], followers)
    return [ordered[number] for number in _sorted(len(ordered), followers)]


def _by_kind(changes: Sequence[Change], keys: Iterable[ForeignKey]) -> list[Change]:
    parents: defaultdict[TableName, set[TableName]] = defaultdict(set)
    for key in keys:
        parents[key.child].add(key.parent)
    depths = _depths(sorted({change.table.name for change in changes}, key=str), parents)

    def place(change: Change) -> tuple[int, int]:
        depth = depths[change.table.name]
        if isinstance(change, Delete):
            return 0, -depth
        return (2, depth) if isinstance(change, Insert) else (1, 0)

    return sorted(changes, key=place)


def _depths(names: Iterable[TableName], parents: Mapping[TableName, set[TableName]]) -> dict[TableName, int]:
    """How many tables stand above each; in a ring one of them counts as the uppermost."""
    depths: dict[TableName, int] = {}
    for name in names:
        _find_depth(name, parents, depths)
    return depths


def _find_depth(
    name: TableName, parents: Mapping[TableName, set[TableName]], depths: dict[TableName, int]
) -> int:
    if name not in depths:
        depths[name] = 1  # where a ring comes back to it
        others = sorted(parents.get(name, set()) - {name}, key=str)
        above = [_find_depth(parent, parents, depths) for parent in others]
        depths[name] = 1 + max(above, default=0)
    return depths[name]


def _effect(change: Change) -> Effect:
    if isinstance(change, Insert):
        return Effect({}, change.values)
    before = {**dict(zip(change.table.identity.columns, change.identity, strict=False)), **change.seen}
    if isinstance(change, Delete):
        return Effect(before, {})
    return Effect(before, {**before, **change.new}, frozenset(before.keys() - change.new.keys()))


def _values(row: Mapping[str, Value], columns: Sequence[str]) -> Values | None:
    """What a row holds in some columns; None where a part of it is NULL or not known."""
    if not row or not columns:
        return None
    values = tuple(map(row.get, columns))
    return None if any(isinstance(value, UNKNOWN) for value in values) else values


def _tie_key(key: ForeignKey, children: Sequence[Row], parents: Sequence[Row], followers: Followers) -> None:
    """Parents come before those who will point to them, and go after those who did."""
    added = _numbers((number, effect.gained(key.parent_columns)) for number, effect in parents)
    gone = _numbers((number, effect.lost(key.parent_columns)) for number, effect in parents)
    for number, effect in children if added else ():
        parent = added.get(effect.gained(key.columns), number)
        if parent != number:
            followers[parent].append(number)
    for number, effect in children if gone else ():
        parent = gone.get(effect.lost(key.columns), number)
        if parent != number:
            followers[number].append(parent)


def _tie_values(columns: Sequence[str], rows: Sequence[Row], followers: Followers) -> None:
    """Who frees a unique value comes before who takes it."""
    taken = _numbers((number, effect.gained(columns)) for number, effect in rows)
    for number, effect in rows if taken else ():
        taker = taken.get(effect.lost(columns), number)
        if taker != number:
            followers[number].append(taker)


def _numbers(rows: Iterable[tuple[int, Values | None]]) -> dict[Values | None, int]:
    """By values that only one row can have, which change it is."""
    return {values: number for number, values in rows if values is not None}


def _sorted(count: int, followers: Mapping[int, Sequence[int]]) -> list[int]:
    """The numbers in their order, but each follower behind those it follows; a ring is cut somewhere.

    From the last number to the first, each is laid down on top of all that follows it.
    """
    pile: list[int] = []
    seen = bytearray(count)
    for start in reversed(range(count)):
        path = [] if seen[start] else [(start, _downwards(followers, start))]
        seen[start] = 1
        while path:
            number, rest = path[-1]
            following = next((other for other in rest if not seen[other]), None)
            if following is None:
                pile.append(number)
                path.pop()
            else:
                seen[following] = 1
                path.append((following, _downwards(followers, following)))
    return pile[::-1]


def _downwards(followers: Mapping[int, Sequence[int]], number: int) -> Iterator[int]:
    return iter(sorted(followers.get(number, ()), reverse=True))
