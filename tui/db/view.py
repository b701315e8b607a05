"""View: what the user looks at, as a value."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from tui.db.schema import Table
from tui.db.values import Value


@dataclass(frozen=True, slots=True)
class Sort:
    """One column of an order."""

    column: str
    descending: bool = False
    nulls_first: bool | None = None
    """Where NULLs come; None: where the engine itself has them."""


class Operator(StrEnum):
    """How a filter compares. Texts are compared to the last bit but where it says otherwise."""

    EQUAL = "="
    """As the engine itself compares, by the column's collation: what a foreign key means."""
    IS = "is"
    IS_NOT = "is not"
    """NULL is not any value, so it is let through."""
    CONTAINS = "contains"
    """In upper or lower case, as the next three."""
    LACKS = "contains not"
    """NULL contains nothing, so it is let through."""
    STARTS = "starts with"
    ENDS = "ends with"
    ONE_OF = "is one of"
    BETWEEN = "is between"
    """Both ends belong to it. It goes by the order that a sort by the column has, as the next two."""
    WITHIN = "is within"
    """Days in words, such as `last 7 days`, which go on with the calendar: see `spans.span`."""
    BELOW = "is below"
    ABOVE = "is above"
    NULL = "is NULL"
    NOT_NULL = "is not NULL"
    EMPTY = "is empty"
    """The text without any character; NULL is none."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Only rows whose column holds a value, or compares with it otherwise."""

    column: str
    value: Value = None
    """What is compared with; to be NULL, or to equal or be None, is to be NULL."""
    operator: Operator = Operator.EQUAL
    others: tuple[Value, ...] = ()
    """Further values: the other end of BETWEEN, the others of ONE_OF."""
    is_on: bool = True
    """Whether it counts: one that is switched off is only remembered."""
    is_or: bool = False
    """Whether a row may fulfil the filter before it instead."""

    @property
    def values(self) -> tuple[Value, ...]:
        """Every value that is compared with."""
        return (self.value, *self.others)


MATCHING = (Operator.CONTAINS, Operator.LACKS, Operator.STARTS, Operator.ENDS)
"""The operators that look for a text in the value's own text."""

ALONE = (Operator.NULL, Operator.NOT_NULL, Operator.EMPTY)
"""The operators that compare with nothing."""

FIXING = (Operator.EQUAL, Operator.IS, Operator.NULL)
"""The operators that let one value through; that of NULL is None."""


@dataclass(frozen=True)
class View:
    """A table with filters and an order. Its rows are ordered by the sorts, then the identity."""

    table: Table
    filters: tuple[Filter, ...] = ()
    sorts: tuple[Sort, ...] = ()
    condition: str = ""
    """An expression in the engine's own SQL that must be true as well."""

    def of(self, table: Table) -> "View":
        """The same view of a table that may have other columns by now."""
        filters = those(self.filters, lambda item: item.column in table.positions)
        sorts = tuple(sort for sort in self.sorts if sort.column in table.positions)
        return replace(self, table=table, filters=filters, sorts=sorts)

    @property
    def groups(self) -> tuple[tuple[Filter, ...], ...]:
        """The filters that count: of each group a row must fulfil one."""
        groups: list[list[Filter]] = []
        for item in self.filters:
            if item.is_or and groups:
                groups[-1].append(item)
            else:
                groups.append([item])
        return tuple(on for group in groups if (on := tuple(item for item in group if item.is_on)))

    @property
    def given(self) -> Mapping[str, Value]:
        """The values that the filters leave a row of the view, by column; none that nobody can write."""
        single = (group[0] for group in self.groups if len(group) == 1)
        fixed = {item.column: item.value for item in single if item.operator in FIXING}
        locked = {column.name for column in self.table.columns if column.locked is not None}
        return {name: value for name, value in fixed.items() if name not in locked}

    def sorted_by(self, column: str) -> Sort | None:
        """How the view is sorted by a column, None where it isn't."""
        return next((sort for sort in self.sorts if sort.column == column), None)

    def order_number(self, column: str) -> int | None:
        """The place of a column in an order of several, from 1; None where it has none."""
        names = [sort.column for sort in self.sorts]
        return names.index(column) + 1 if len(names) > 1 and column in names else None

    def toggle_sort(self, column: str) -> "View":
        """The view sorted by this column alone: up, then down, then not at all."""
        sort = self.sorted_by(column)
        if sort is None:
            return replace(self, sorts=(Sort(column),))
        return replace(self, sorts=() if sort.descending else (Sort(column, descending=True),))


def those(filters: Iterable[Filter], keeps: Callable[[Filter], bool]) -> tuple[Filter, ...]:
    """Some of the filters; where the first of a group is left away, the next of it begins the group."""
    kept: list[Filter] = []
    begins = False
    for item in filters:
        if keeps(item):
            kept.append(replace(item, is_or=item.is_or and not begins))
            begins = False
        else:
            begins = begins or not item.is_or
    return tuple(kept)
