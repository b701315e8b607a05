"""Many rows at once: they are read, and the same is staged for each of them. Nothing is written here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from tui.db.changes import (
    Change,
    ChangeKey,
    ChangeSet,
    Delete,
    Insert,
    RowKey,
    Update,
    delete_of,
    guarded,
    update_of,
    written,
)
from tui.db.conflicts import AT_ONCE
from tui.db.database import Database
from tui.db.errors import TuiError
from tui.db.page import Row, RowId
from tui.db.query import shortened
from tui.db.rows import first_page, page_after
from tui.db.schema import Column, Table
from tui.db.statements import WriteQuery
from tui.db.values import Cut, Value, same, still_holds
from tui.db.view import View

MOST = 20_000
"""Rows that are changed at once at most."""

EXAMPLES = 8
"""Rows of a plan that are shown."""


class TooManyError(TuiError):
    """There are more rows than are changed at once."""


@dataclass(frozen=True, slots=True)
class Set:
    """One value for all rows."""

    value: Value

    def of(self, value: Value) -> Value:
        """What a value becomes."""
        return self.value


@dataclass(frozen=True, slots=True)
class SetText:
    """What was typed for all rows, as it would be typed over each: a number where one stood."""

    text: str
    parse: Callable[[str, Value], Value]

    def of(self, value: Value) -> Value:
        """What a value becomes."""
        return self.parse(self.text, value)


@dataclass(frozen=True, slots=True)
class Replace:
    """Another text wherever one occurs, in upper and lower case as it is typed."""

    text: str
    by: str

    def of(self, value: Value) -> Value:
        """What a value becomes; what is no text stays."""
        return value.replace(self.text, self.by) if isinstance(value, str) else value


Edit: TypeAlias = Set | SetText | Replace


@dataclass
class Plan:
    """What will be staged, all of it as one step."""

    looked_at: int = 0
    """Rows that were looked at."""
    changes: list[Change] = field(default_factory=list)
    examples: list[tuple[RowKey, Value, Value]] = field(default_factory=list)
    """The first rows, each with what it holds and what it will hold; None twice for a deletion."""
    deleted_before: int = 0
    """Rows that are staged for deletion already, and left so."""
    changed_since: int = 0
    """Rows that somebody else changed or deleted since they were read, and that are left alone."""
    forgotten: list[ChangeKey] = field(default_factory=list)
    """New rows that are not to be added after all."""

    @property
    def count(self) -> int:
        """Rows that will be changed."""
        return len(self.changes) + len(self.forgotten)

    def add(self, key: RowKey, before: Value, after: Value, change: Change | None) -> None:
        """Plan one row's change."""
        if change is not None:
            self.changes.append(change)
        if len(self.examples) < EXAMPLES:
            self.examples.append((key, before, after))


async def all_rows(database: Database, view: View, report: Callable[[int], object]) -> list[Row]:
    """Every row of a view, long values cut. Raises TooManyError before it reads more than MOST."""
    rows: list[Row] = []
    page = await first_page(database, view, AT_ONCE)
    while True:
        rows += page.rows
        report(len(rows))
        if len(rows) > MOST:
            raise TooManyError(
                f"More than {MOST:,} rows are too many for one change: filter (f) until fewer are left."
            )
        if page.at_end or not page.rows:
            return rows
        page = await page_after(database, view, page.rows[-1], AT_ONCE)


async def in_full(database: Database, table: Table, rows: Sequence[Row], column: Column) -> list[Row]:
    """The rows, with the values in full that guard a change of a column.

    Without those that are gone, or are no longer what was seen: that may be another row by now.
    """
    needed = set(guarded(table, [column.name]))
    places = [table.positions[name] for name in needed]
    cut = [row.identity for row in rows if any(isinstance(row.values[place], Cut) for place in places)]
    whole = await _read(database, table, cut, needed)
    is_cut = set(cut)
    full = []
    for row in rows:
        now = whole.get(row.identity) if row.identity in is_cut else row
        if now is not None and all(map(still_holds, row.values, now.values)):
            full.append(now)
    return full


async def _read(
    database: Database, table: Table, identities: Sequence[RowId], whole: set[str]
) -> dict[RowId, Row]:
    found: dict[RowId, Row] = {}
    width = len(table.identity_columns)
    for start in range(0, len(identities), AT_ONCE):
        some = identities[start : start + AT_ONCE]
        for values in await database.fetch(WriteQuery(table, database.dialect).held(some, whole)):
            pairs = zip(table.positions, values[width:], strict=True)
            held = tuple(value if name in whole else shortened(value) for name, value in pairs)
            found[tuple(values[:width])] = Row(tuple(values[:width]), held)
    return found


def plan_edit(
    changes: ChangeSet, table: Table, column: Column, rows: Mapping[RowKey, Row | None], edit: Edit
) -> Plan:
    """What an edit stages for these rows, None standing for a new one; what stays as it is does not count."""
    made = Plan(len(rows))
    place = table.positions[column.name]
    for key, row in rows.items():
        staged = changes.get(table.name, key)
        before = None if row is None else row.values[place]
        if isinstance(staged, Update | Insert):
            before = written(staged).get(column.name, before)
        after = edit.of(before)
        if isinstance(staged, Delete):
            made.deleted_before += 1
        elif not same(before, after):
            made.add(key, before, after, _edited(staged, table, row, {column.name: after}))
    return made


def _edited(
    staged: Change | None, table: Table, row: Row | None, new: Mapping[str, Value]
) -> Update | Insert | None:
    if isinstance(staged, Insert):
        return replace(staged, values={**staged.values, **new})
    return None if row is None else update_of(table, row, new)


def plan_deletion(changes: ChangeSet, table: Table, rows: Mapping[RowKey, Row | None]) -> Plan:
    """What deleting these rows stages; new ones are just forgotten."""
    made = Plan(len(rows))
    for key, row in rows.items():
        if isinstance(changes.get(table.name, key), Delete):
            made.deleted_before += 1
        else:
            made.add(key, None, None, None if row is None else delete_of(table, row))
            made.forgotten += [(table.name, key)] if row is None else []
    return made
