"""View: what the user looks at, as a value."""

from dataclasses import dataclass, replace

from tui.db.schema import Table
from tui.db.values import Value


@dataclass(frozen=True, slots=True)
class Sort:
    """One column of an order."""

    column: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """Only rows whose column holds this value; None means NULL."""

    column: str
    value: Value


@dataclass(frozen=True)
class View:
    """A table with filters and an order. Its rows are ordered by the sorts, then the identity."""

    table: Table
    filters: tuple[Filter, ...] = ()
    sorts: tuple[Sort, ...] = ()

    def of(self, table: Table) -> "View":
        """The same view of a table that may have other columns by now."""
        filters = tuple(item for item in self.filters if item.column in table.positions)
        sorts = tuple(sort for sort in self.sorts if sort.column in table.positions)
        return View(table, filters, sorts)

    def sorted_by(self, column: str) -> Sort | None:
        """How the view is sorted by a column, None where it isn't."""
        return next((sort for sort in self.sorts if sort.column == column), None)

    def toggle_sort(self, column: str) -> "View":
        """The view sorted by this column alone: up, then down, then not at all."""
        sort = self.sorted_by(column)
        if sort is None:
            return replace(self, sorts=(Sort(column),))
        return replace(self, sorts=() if sort.descending else (Sort(column, descending=True),))
