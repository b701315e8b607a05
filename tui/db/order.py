"""The order in which staged changes are written. Pure, and linear in the number of changes."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TypeAlias

from tui.db.changes import Change, Delete, Insert
from tui.db.schema import Column, ForeignKey, Table, TableName
from tui.db.values import Cut, Kind, Unset, Value

Values: TypeAlias = tuple[Hashable, ...]
"""Values of a key in a form that all have which the key takes for equal."""

Form: TypeAlias = Callable[[Value], Hashable]
"""Makes that form of a value of one column."""

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

    def lost(self, columns: Sequence[str], forms: Sequence[Form]) -> Values | None:
        """The values that no longer stand in some columns afterwards."""
        return _values(self.before, columns, forms) if self._touches(columns) else None

    def gained(self, columns: Sequence[str], forms: Sequence[Form]) -> Values | None:
        """The values that stand in some columns only afterwards."""
        return _values(self.after, columns, forms) if self._touches(columns) else None

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
        forms = _forms(tables[key.parent], key.parent_columns)
        _tie_key(key, forms, rows[key.child], rows[key.parent], followers)
    for table in tables.values():
        for columns in {table.identity.columns, *table.unique_keys}:
            _tie_values(columns, _forms(table, columns), rows[table.name], followers)
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


def _values(row: Mapping[str, Value], columns: Sequence[str], forms: Sequence[Form]) -> Values | None:
    """What a row holds in some columns; None where a part of it is NULL or not known."""
    if not row or not columns:
        return None
    values = tuple(map(row.get, columns))
    if any(isinstance(value, UNKNOWN) for value in values):
        return None
    return tuple(form(value) for form, value in zip(forms, values, strict=True))


def _forms(table: Table, columns: Iterable[str]) -> list[Form]:
    """How the values of a key are compared: a foreign key's are compared as those of its parent."""
    known = {column.name: column for column in table.columns}
    return [_form(known.get(name)) for name in columns]


def _form(column: Column | None) -> Form:
    if column is not None and column.kind is Kind.NUMBER:
        return _number
    return _folded if column is not None and column.folds else lambda value: value


def _number(value: Value) -> Hashable:
    """A number whatever zeros it is written with."""
    if isinstance(value, str):
        with suppress(InvalidOperation):
            return Decimal(value)
    return value


def _folded(value: Value) -> Hashable:
    """A text without all that some collation passes over: case, accents, blanks at the end.

    One may pass over less; then a change waits for another one that it need not wait for.
    """
    if not isinstance(value, str):
        return value
    parts = unicodedata.normalize("NFKD", value.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char)).rstrip(" ")


def _tie_key(
    key: ForeignKey,
    forms: Sequence[Form],
    children: Sequence[Row],
    parents: Sequence[Row],
    followers: Followers,
) -> None:
    """Parents come before those who will point to them, and go after those who did."""
    added = _numbers((number, effect.gained(key.parent_columns, forms)) for number, effect in parents)
    gone = _numbers((number, effect.lost(key.parent_columns, forms)) for number, effect in parents)
    for number, effect in children if added else ():
        for parent in _others(added, effect.gained(key.columns, forms), number):
            followers[parent].append(number)
    for number, effect in children if gone else ():
        followers[number] += _others(gone, effect.lost(key.columns, forms), number)


def _tie_values(
    columns: Sequence[str], forms: Sequence[Form], rows: Sequence[Row], followers: Followers
) -> None:
    """Who frees a unique value comes before who takes it."""
    taken = _numbers((number, effect.gained(columns, forms)) for number, effect in rows)
    for number, effect in rows if taken else ():
        followers[number] += _others(taken, effect.lost(columns, forms), number)


def _numbers(rows: Iterable[tuple[int, Values | None]]) -> dict[Values, list[int]]:
    """By values that only one row can have, which changes they are: several where a form says too little."""
    found: defaultdict[Values, list[int]] = defaultdict(list)
    for number, values in rows:
        if values is not None:
            found[values].append(number)
    return dict(found)


def _others(found: Mapping[Values, Sequence[int]], values: Values | None, number: int) -> list[int]:
    """The changes of some values, but for one."""
    return [other for other in found.get(values, ()) if other != number] if values is not None else []


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
