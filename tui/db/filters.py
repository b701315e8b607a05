"""Filters -> what stands in WHERE. Pure: nothing here waits for a database."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, FromClause, and_, false, literal_column, not_, or_

from tui.db.dialects.protocol import Dialect, Part
from tui.db.schema import Column
from tui.db.spans import span
from tui.db.values import Kind
from tui.db.view import Filter, Operator, View

Condition: TypeAlias = ColumnElement[bool]


def conditions(
    view: View, dialect: Dialect, source: FromClause, today: date | None = None
) -> Iterator[Condition]:
    """What a row of the view must fulfil, all of it. A column of a filter is one of the table's.

    `today` is what words for days are counted from.
    """
    for group in view.groups:
        columns = ((item, view.table.column(item.column)) for item in group)
        yield or_(
            *(Comparison(dialect, column, source.c[column.name], today).of(item) for item, column in columns)
        )
    if view.condition:
        yield literal_column(f"({view.condition})")


class Comparison:
    """Compares one column with what a filter says."""

    def __init__(
        self, dialect: Dialect, column: Column, source: ColumnElement[Any], today: date | None
    ) -> None:
        self._dialect = dialect
        self._today = today
        self._column = column
        self._source = source

    def of(self, item: Filter) -> Condition:
        """Whether a row fulfils the filter: true or false, but for EQUAL never unknown."""
        return self._WAYS[item.operator](self, item)

    def _equal(self, item: Filter) -> Condition:
        if item.value is None:
            return self._source.is_(None)
        return self._source == self._dialect.bind(self._column, item.value)

    def _is(self, item: Filter) -> Condition:
        """Equal for the engine, which an index may serve, and to the last bit; not all types have `=`."""
        if item.value is None or self._column.kind not in (Kind.TEXT, Kind.JSON, Kind.OTHER):
            return self._equal(item)
        is_held = self._dialect.holds(self._column, self._source, item.value)
        return and_(self._equal(item), is_held) if self._column.kind is Kind.TEXT else is_held

    def _is_not(self, item: Filter) -> Condition:
        if item.value is None:
            return self._source.is_not(None)
        return or_(self._source.is_(None), not_(self._is(item)))

    def _one_of(self, item: Filter) -> Condition:
        return or_(*(self._is(Filter(item.column, value)) for value in item.values))

    def _between(self, item: Filter) -> Condition:
        low, high = (self._dialect.bind_order(self._column, value) for value in item.values)
        return self._order.between(low, high)

    def _within(self, item: Filter) -> Condition:
        days = span(str(item.value), self._today) if self._today is not None else None
        if days is None:
            return false()
        first, beyond = (self._dialect.bind_order(self._column, day.isoformat()) for day in days)
        return and_(self._order >= first, self._order < beyond)

    def _below(self, item: Filter) -> Condition:
        return self._order < self._dialect.bind_order(self._column, item.value)

    def _above(self, item: Filter) -> Condition:
        return self._order > self._dialect.bind_order(self._column, item.value)

    @property
    def _order(self) -> ColumnElement[Any]:
        return self._dialect.order(self._column, self._source)

    def _lacks(self, item: Filter) -> Condition:
        return or_(self._source.is_(None), not_(self._matches(Part.ANY)(item)))

    def _matches(self, part: Part) -> Callable[[Filter], Condition]:
        return lambda item: self._dialect.contains(self._column, self._source, str(item.value), part)

    _WAYS: Mapping[Operator, Callable[["Comparison", Filter], Condition]] = {
        Operator.EQUAL: _equal,
        Operator.IS: _is,
        Operator.IS_NOT: _is_not,
        Operator.CONTAINS: lambda self, item: self._matches(Part.ANY)(item),
        Operator.LACKS: _lacks,
        Operator.STARTS: lambda self, item: self._matches(Part.START)(item),
        Operator.ENDS: lambda self, item: self._matches(Part.END)(item),
        Operator.ONE_OF: _one_of,
        Operator.BETWEEN: _between,
        Operator.WITHIN: _within,
        Operator.BELOW: _below,
        Operator.ABOVE: _above,
        Operator.NULL: lambda self, _: self._source.is_(None),
        Operator.NOT_NULL: lambda self, _: self._source.is_not(None),
        Operator.EMPTY: lambda self, item: self._is(Filter(item.column, "")),
    }
