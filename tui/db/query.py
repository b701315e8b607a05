"""Statements that read rows, built from a View. Pure: nothing here waits for a database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    and_,
    false,
    func,
    or_,
    select,
    tuple_,
)

from tui.db.dialects.protocol import Dialect, Part
from tui.db.dialects.source import source_of
from tui.db.filters import conditions
from tui.db.needle import Needle
from tui.db.page import Row, RowId
from tui.db.schema import Column, Table
from tui.db.values import PREVIEW, BadText, Cut, Kind, Value
from tui.db.view import Sort, View

LONG = (Kind.TEXT, Kind.BINARY)
"""Kinds of which a page reads the beginning only, also where it is sorted by them."""


@dataclass(frozen=True, slots=True)
class Term:
    """One column of a total order."""

    column: Column
    source: ColumnElement[Any]
    """What the column's values are ordered by."""
    descending: bool
    nulls_last: bool
    is_usual: bool = True
    """Whether that is where the engine itself has NULLs."""

    def ordering(self, *, places_nulls: bool) -> list[ColumnElement[Any]]:
        """The term in ORDER BY; `places_nulls`: whether the engine can be told where NULLs go."""
        order = self.source.desc() if self.descending else self.source.asc()
        if self.is_usual:
            return [order]
        if places_nulls:
            return [order.nulls_last() if self.nulls_last else order.nulls_first()]
        is_null = self.source.is_(None)
        return [is_null.asc() if self.nulls_last else is_null.desc(), order]


class RowsQuery:
    """Builds the statements that read a view's rows, in its order or in the reversed one."""

    def __init__(self, view: View, dialect: Dialect, today: date | None = None) -> None:
        self.view = view
        self.table = view.table
        self.dialect = dialect
        self.source = _source(view.table)
        self.filters = list(conditions(view, dialect, self.source, today))

    def run(self, limit: int, *, offset: int = 0, backward: bool = False, cut: bool = True) -> Select[Any]:
        """The first rows of the view, after so many others."""
        statement = self._rows(cut=cut).where(*self.filters).order_by(*self._ordering(backward)).limit(limit)
        return statement.offset(offset) if offset else statement

    def first(self, limit: int, *, backward: bool = False) -> Iterator[Select[Any]]:
        """The first rows of the view. Further statements go on where the ones before end."""
        return self._stretched([self.run(limit, backward=backward)], None, backward=backward)

    def beyond(
        self, row: Row, limit: int, *, backward: bool = False, inclusive: bool = False
    ) -> Iterator[Select[Any]]:
        """The rows that come after a row. Further statements go on where the ones before end.

        A range with NULLs in its leading sort column is read apart from the one without, so that each
        is one range of an index; where row values make no range, what is written out column by column
        makes a single one.
        """
        ordering = self._ordering(backward)
        if self._ends_among_nulls(row, backward):
            del ordering[0]
        rows = self._rows().where(*self.filters).order_by(*ordering).limit(limit)
        ranges = [rows.where(c) for c in self._beyond(row, backward=backward, inclusive=inclusive)]
        return self._stretched(ranges, row, backward=backward)

    def _ends_among_nulls(self, row: Row, backward: bool) -> bool:
        """Whether only NULLs are left in the leading column, for an engine that would sort them anew."""
        lead = self._terms(backward)[0]
        is_null = self._values(row)[lead.column.name] is None
        return is_null and lead.nulls_last and not self.dialect.is_row_range

    def find(self, needle: Needle, row: Row | None, *, backward: bool = False) -> Iterator[Select[Any]]:
        """The next row after a row that contains a text, or the first one of all."""
        match = self._contains(needle)
        first = self.first(1, backward=backward) if row is None else self.beyond(row, 1, backward=backward)
        return (statement.where(match) for statement in first)

    def find_up_to(self, needle: Needle, row: Row, *, backward: bool = False) -> Iterator[Select[Any]]:
        """The first row of all that contains a text, of those up to a row: what `find` from there leaves."""
        up_to = or_(*self._beyond(row, backward=not backward, inclusive=True))
        return (statement.where(up_to) for statement in self.find(needle, None, backward=backward))

    def find_number(self, needle: Needle, number: int | None, *, backward: bool = False) -> Select[Any]:
        """The number and the values of the next such row, for rows that only their number names."""
        columns = self._read(self.table.columns, cut=True)
        rows = select(
            self._contains(needle).label("is_hit"),
            *(column.label(f"c{index}") for index, column in enumerate(columns)),
        ).where(*self.filters)
        numbered = self.dialect.numbered(rows, self._ordering(backward=False)).subquery()
        found = numbered.c.number
        statement = select(found, *numbered.c[1:-1]).where(numbered.c.is_hit).limit(1)
        statement = statement.order_by(found.desc() if backward else found)
        if number is None:
            return statement
        return statement.where(found < number if backward else found > number)

    def some(self, limit: int) -> Select[Any]:
        """Any rows of the view, in no order: an engine is then free to read as few as it can."""
        return self._rows().where(*self.filters).limit(limit)

    def one(self, identity: RowId, *, cut: bool = True) -> Select[Any]:
        """The row of that identity, whether the filters let it through or not."""
        return self._rows(cut=cut).where(self._is(identity)).limit(2)

    def count(self) -> Select[Any]:
        """How many rows the view has."""
        return select(func.count()).select_from(self.source).where(*self.filters)

    def span(self) -> Select[Any]:
        """The least and the most of a key of one column, and how many rows there are, at one moment.

        Three subqueries: engines look at the ends of an index for one of them, but not for all at once.
        """
        key = self.source.c[self.table.identity.columns[0]]
        ways = (func.min(key), func.max(key), func.count())
        return select(*(select(way).select_from(self.source).scalar_subquery() for way in ways))

    def count_before(self, row: Row) -> Select[Any]:
        """How many rows come before a row."""
        return self.count().where(or_(*self._beyond(row, backward=True, inclusive=False)))

    def _rows(self, *, cut: bool = True) -> Select[Any]:
        sorts = [self.table.column(sort.column) for sort in self.view.sorts]
        rows = _rows_of(self.table, self.dialect, cut=cut)
        cursor = [self._read([column], cut=column.kind in LONG)[0] for column in sorts]
        return rows.add_columns(*cursor) if cursor else rows

    def _stretched(
        self, statements: Iterable[Select[Any]], row: Row | None, *, backward: bool
    ) -> Iterator[Select[Any]]:
        """The statements, stretch by stretch where the engine would sort the whole table for each."""
        stretches = self.table.identity.stretches
        if stretches is None or self.view.sorts:
            yield from statements
            return
        start = row.identity if row else None
        for statement in statements:
            for low, high in stretches(start, backward=backward):
                yield statement.where(*self._within(low, high))

    def _within(self, low: Value, high: Value) -> list[ColumnElement[bool]]:
        [column] = self.table.identity_columns
        address = self.source.c[column.name]
        bounds = [address >= self.dialect.bind(column, low)] if low is not None else []
        return bounds if high is None else [*bounds, address < self.dialect.bind(column, high)]

    def _read(self, columns: Sequence[Column], *, cut: bool) -> list[ColumnElement[Any]]:
        return [self.dialect.read(column, self.source.c[column.name], cut=cut) for column in columns]

    def _is(self, identity: RowId, source: FromClause | None = None) -> ColumnElement[bool]:
        columns = (self.source if source is None else source).c
        pairs = zip(self.table.identity_columns, identity, strict=True)
        return and_(*(columns[c.name] == self.dialect.bind(c, value) for c, value in pairs))

    def _contains(self, needle: Needle) -> ColumnElement[bool]:
        columns = [column for column in self.table.columns if column.kind is not Kind.BINARY]
        part = Part.SPREAD if needle.is_fuzzy else Part.ANY
        found = (self.dialect.contains(c, self.source.c[c.name], needle.text, part) for c in columns)
        return or_(*found, false())

    def _terms(self, backward: bool) -> list[Term]:
        sorts = self.view.sorts
        last_descending = sorts[-1].descending if sorts else False
        sorted_names = {sort.column for sort in sorts}
        keys = [c.name for c in self.table.identity_columns if c.name not in sorted_names]
        return [self._term(s, backward) for s in (*sorts, *(Sort(key, last_descending) for key in keys))]

    def _term(self, sort: Sort, backward: bool) -> Term:
        column = self._order_column(sort.column)
        descending = sort.descending != backward
        usual = descending == self.dialect.nulls_first
        is_free = sort.nulls_first is None or not column.nullable
        nulls_last = usual if is_free else sort.nulls_first == backward
        source = self.dialect.order(column, self.source.c[column.name])
        return Term(column, source, descending, nulls_last, nulls_last == usual)

    def _order_column(self, name: str) -> Column:
        """A column of the table, or of the rows' address."""
        address = (column for column in self.table.identity_columns if column.name == name)
        return self.table.column(name) if name in self.table.positions else next(address)

    def _ordering(self, backward: bool) -> list[ColumnElement[Any]]:
        """The total order; rows without an identity are told apart by everything they hold."""
        places_nulls = self.dialect.places_nulls
        terms = [o for term in self._terms(backward) for o in term.ordering(places_nulls=places_nulls)]
        is_total = self.table.identity.exists or not terms
        return terms if is_total else terms + self._read(self.table.columns, cut=False)

    def _values(self, row: Row) -> dict[str, Value]:
        """The values of a row's sort columns and its identity; long ones of sort columns are cut."""
        identity = dict(zip((c.name for c in self.table.identity_columns), row.identity, strict=True))
        return dict(zip((sort.column for sort in self.view.sorts), row.cursor, strict=True)) | identity

    def _beyond(self, row: Row, *, backward: bool, inclusive: bool) -> list[ColumnElement[bool]]:
        values = self._values(row)
        terms = self._terms(backward)
        lead = terms[0]
        if not lead.column.nullable or not self.dialect.is_row_range:
            return [self._after(terms, values, inclusive=inclusive)]
        apart = [replace(lead, nulls_last=False), *terms[1:]]
        rest = self._after(apart, values, inclusive=inclusive)
        if values[lead.column.name] is not None:
            return [rest, lead.source.is_(None)] if lead.nulls_last else [rest]
        among_nulls = and_(lead.source.is_(None), self._after(terms[1:], values, inclusive=inclusive))
        return [among_nulls] if lead.nulls_last else [among_nulls, lead.source.is_not(None)]

    def _after(
        self, terms: Sequence[Term], values: dict[str, Value], *, inclusive: bool
    ) -> ColumnElement[bool]:
        """Whether a row stands after the values: one comparison of row values where that says it all."""
        bound = [None if values[t.column.name] is None else self._bound(t, values) for t in terms]
        sources = [term.source for term in terms]
        has_nulls = any(
            value is None or (term.column.nullable and (index or term.nulls_last))
            for index, (term, value) in enumerate(zip(terms, bound, strict=True))
        )
        is_one_way = len({term.descending for term in terms}) == 1
        is_range = self.dialect.is_row_range or len(terms) == 1
        if is_range and is_one_way and not has_nulls:
            left = tuple_(*sources) if len(sources) > 1 else sources[0]
            right = tuple_(*bound) if len(bound) > 1 else bound[0]
            if terms[0].descending:
                return left <= right if inclusive else left < right
            return left >= right if inclusive else left > right
        return self._expanded(terms, bound, inclusive=inclusive)

    def _bound(self, term: Term, values: dict[str, Value]) -> ColumnElement[Any]:
        column, value = term.column, values[term.column.name]
        cut = shortened(value)
        if isinstance(cut, Cut) and column.kind in LONG and column not in self.table.identity_columns:
            return func.coalesce(self._whole(column, cut, values), self.dialect.bind_order(column, cut.start))
        return self.dialect.bind_order(column, value)

    def _whole(self, column: Column, start: Cut, values: dict[str, Value]) -> ScalarSelect[Any]:
        """The long value that a page goes on from, looked up in its row; NULL where that holds another."""
        source = source_of(self.table, "x")
        identity = tuple(values[c.name] for c in self.table.identity_columns)
        holds = self.dialect.holds(column, source.c[column.name], start)
        return select(source.c[column.name]).where(self._is(identity, source), holds).scalar_subquery()

    @staticmethod
    def _expanded(
        terms: Sequence[Term], bound: Sequence[ColumnElement[Any] | None], *, inclusive: bool
    ) -> ColumnElement[bool]:
        """The comparison written out column by column, for mixed directions and NULLs.

        In front of it stands a range of the leading column alone, for an index to begin with.
        """
        equal: list[ColumnElement[bool]] = []
        alternatives: list[ColumnElement[bool]] = []
        for term, value in zip(terms, bound, strict=True):
            alternatives.append(and_(*equal, _stands_after(term, value)))
            equal.append(term.source.is_(None) if value is None else term.source == value)
        written_out = or_(*alternatives, and_(*equal) if inclusive else false())
        lead, start = terms[0], bound[0]
        if start is None or (lead.nulls_last and lead.column.nullable):
            return written_out
        return and_(lead.source <= start if lead.descending else lead.source >= start, written_out)


@lru_cache(maxsize=32)
def _source(table: Table) -> FromClause:
    return source_of(table)


@lru_cache(maxsize=32)
def _rows_of(table: Table, dialect: Dialect, *, cut: bool) -> Select[Any]:
    """The rows of a table with their identity; kept, since hundreds of columns take long to build."""
    source, key = _source(table), table.identity_columns
    return select(
        *(dialect.read(column, source.c[column.name], cut=cut) for column in table.columns),
        *(dialect.read(column, source.c[column.name], cut=False) for column in key),
    )


def _stands_after(term: Term, value: ColumnElement[Any] | None) -> ColumnElement[bool]:
    if value is None:
        return false() if term.nulls_last else term.source.is_not(None)
    beyond = term.source < value if term.descending else term.source > value
    return or_(beyond, term.source.is_(None)) if term.nulls_last and term.column.nullable else beyond


def as_row(table: Table, values: Sequence[Any], *, cut: bool = True) -> Row:
    """A result's row: the table's columns, its identity, its sort columns."""
    width, key = len(table.columns), len(table.identity_columns)
    shown = tuple(shortened(value) for value in values[:width]) if cut else tuple(values[:width])
    return Row(tuple(values[width : width + key]), shown, tuple(values[width + key :]))


def shortened(value: Any) -> Value:
    """The value, or its beginning where it is longer than a page reads."""
    if isinstance(value, str | bytes) and len(value) > PREVIEW:
        return Cut(BadText(value[:PREVIEW]) if isinstance(value, BadText) else value[:PREVIEW])
    result: Value = value
    return result
