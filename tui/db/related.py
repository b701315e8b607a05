"""Related rows of a whole page, in one statement for each relation, however many rows the page has."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, literal_column, select, tuple_
from sqlalchemy import column as make_column
from sqlalchemy import values as make_values

from tui.db.database import Database
from tui.db.dialects.protocol import Dialect
from tui.db.dialects.source import raw, source_of
from tui.db.errors import MissingError
from tui.db.page import Row
from tui.db.query import as_row
from tui.db.schema import Column, Direction, Relation, Table
from tui.db.values import Cut, Value
from tui.db.view import Filter, View

FIRST = 10
"""Related rows that are read for each row of a page."""

COUNT_LIMIT = 1000
"""Related rows are counted up to here; more are shown as `1000+`."""

TIME_LIMIT = 5.0
"""Seconds that one relation of a page may take, so that a key without an index can't keep others waiting."""

NearKey: TypeAlias = tuple[Value, ...]
"""A row's side of a relation, as it was read: only the engine knows which far values are equal to it."""


@dataclass(frozen=True, slots=True)
class RelatedRows:
    """The related rows of one row over one relation."""

    rows: tuple[Row, ...] = ()
    """The first `FIRST` of them."""
    count: int = 0
    """How many there are; COUNT_LIMIT + 1 stands for more than COUNT_LIMIT."""

    @property
    def count_text(self) -> str:
        """The count for the screen."""
        return f"{COUNT_LIMIT}+" if self.count > COUNT_LIMIT else str(self.count)


NONE = RelatedRows()


def near_key(table: Table, relation: Relation, row: Row) -> NearKey | None:
    """What names a row's related rows in the result of `load_related`; None where it has none.

    That is so where one of its values is NULL, or too long to have been read.
    """
    values = tuple(row.values[table.positions[name]] for name in relation.near_columns)
    return None if any(value is None or isinstance(value, Cut) for value in values) else values


def related_view(target: Table, table: Table, relation: Relation, row: Row) -> View:
    """The view of all children of a row; parents and far ends are shown among all rows of their table."""
    if relation.direction is not Direction.CHILDREN:
        return View(target)
    near = (row.values[table.positions[name]] for name in relation.near_columns)
    pairs = zip(relation.key.columns, near, strict=True)
    return View(target, tuple(Filter(column, value) for column, value in pairs))


async def load_related(
    database: Database, table: Table, relation: Relation, rows: Sequence[Row], *, background: bool = False
) -> dict[NearKey, RelatedRows]:
    """The related rows of all given rows over one relation, in one statement.

    A key that is missing in the result has no related rows. The tables' details are read before, once.
    """
    keys = list(dict.fromkeys(k for k in (near_key(table, relation, row) for row in rows) if k is not None))
    if not keys:
        return {}
    query = await related_query(database, table, relation)
    found: dict[NearKey, list[Row]] = {}
    counts: dict[NearKey, int] = {}
    width = len(relation.near_columns)
    for values in await database.fetch(query.statement(keys), limit=TIME_LIMIT, background=background):
        key = tuple(values[:width])
        found.setdefault(key, []).append(as_row(query.target, values[width + 1 :]))
        counts[key] = int(values[width])
    return {key: RelatedRows(tuple(rows), counts[key]) for key, rows in found.items()}


async def related_query(database: Database, table: Table, relation: Relation) -> "RelatedQuery":
    """The statements of a relation; MissingError where a table or a column of it is gone by now."""
    names = [relation.target, *([relation.key.child] if relation.onward else [])]
    tables = {table.name: table, **await database.tables(names)}
    for key in (relation.key, *([relation.onward] if relation.onward else [])):
        for name, columns in ((key.child, key.columns), (key.parent, key.parent_columns)):
            gone = [column for column in columns if column not in tables[name].positions]
            if gone:
                raise MissingError(f"{name.label} has no column {gone[0]} any more: r reads the tables anew.")
    return RelatedQuery(
        database.dialect, table, relation, tables[relation.target], tables.get(relation.key.child)
    )


@dataclass(frozen=True)
class RelatedQuery:
    """Builds the statement of one relation. It gives the near key, the count, then a row of the target."""

    dialect: Dialect
    table: Table
    relation: Relation
    target: Table
    link: Table | None = None
    """The link table of a relation that goes through one."""

    def statement(self, keys: Sequence[NearKey]) -> Select[Any]:
        """The related rows of the rows with these near values."""
        if self.relation.direction is Direction.PARENT:
            return self._parents(keys)
        is_quick = self.relation.key.indexed and self.target.identity.exists
        return self._first_of_each(keys) if is_quick else self._ranked(keys)

    def children(self, keys: Sequence[NearKey], limit: int) -> Select[Any]:
        """Children of the rows with these near values as rows of their table, in no order."""
        child, parent = source_of(self.target, "x"), source_of(self.table, "p")
        columns = raw(parent, self._near_columns)
        rows = select(*columns).where(self.dialect.among(self._near_columns, columns, keys))
        near = self.dialect.once(rows, "n")
        pairs = zip(self.relation.key.columns, self.relation.near_columns, strict=True)
        joined = near.join(child, and_(*(child.c[own] == near.c[name] for own, name in pairs)))
        return select(*self._target_row(child)).select_from(joined).limit(limit)

    def _parents(self, keys: Sequence[NearKey]) -> Select[Any]:
        """From each near value through the parents' key, compared as the engine does it."""
        source, near = source_of(self.target), self._listed(keys)
        names = zip(near.c, self.relation.key.parent_columns, strict=True)
        joined = near.join(source, and_(*(source.c[name] == value for value, name in names)))
        one: ColumnElement[int] = literal_column("1")
        read = [
            self.dialect.read(column, value, cut=False)
            for column, value in zip(self._near_columns, near.c, strict=True)
        ]
        return select(*read, one, *self._target_row(source)).select_from(joined)

    def _listed(self, keys: Sequence[NearKey]) -> FromClause:
        """The near values as a source, each of its own column's type."""
        columns = self._near_columns
        names: list[ColumnElement[Any]] = [make_column(f"k{index}") for index in range(len(columns))]
        rows = [
            tuple(self.dialect.bind(c, value) for c, value in zip(columns, key, strict=True)) for key in keys
        ]
        return make_values(*names, name="k").data(rows).cte("k")

    def _first_of_each(self, keys: Sequence[NearKey]) -> Select[Any]:
        """From each row of the page through the index to the first of its children."""
        parents = self._near_rows(keys)

        def limited(source: FromClause) -> Select[Any]:
            ordering = raw(source, self.target.identity_columns)
            return self._children(source, parents).order_by(*ordering)

        joined = self.dialect.first_of_each(parents, self.target, limited, FIRST)
        near = [self.dialect.read(c, joined.parent.c[c.name], cut=False) for c in self._near_columns]
        row = self._target_row(joined.child)
        return select(*near, joined.parent.c["the count"], *row).select_from(joined.source)

    def _near_rows(self, keys: Sequence[NearKey]) -> FromClause:
        """The page's rows by their near columns, each with the number of its children up to the limit."""
        near, child = source_of(self.table, "p"), source_of(self.target, "x")
        total = self.dialect.count_up_to(self._children(child, near), near, COUNT_LIMIT + 1)
        columns = raw(near, self._near_columns)
        rows = select(*columns, total.label("the count")).where(
            self.dialect.among(self._near_columns, columns, keys)
        )
        return self.dialect.once(rows, "n")

    def _ranked(self, keys: Sequence[NearKey]) -> Select[Any]:
        """One pass over all children, for a key that no index helps with; then each is told its near row."""
        child, parent = source_of(self.target, "x"), source_of(self.table, "p")
        columns = raw(parent, self._near_columns)
        rows = select(*columns).where(self.dialect.among(self._near_columns, columns, keys))
        near = self.dialect.once(rows, "n")
        ranked = self._places(child, select(*near.c))
        own = [ranked.c[f"near {index}"] for index in range(len(columns))]
        joined = ranked.join(near, and_(*(value == other for value, other in zip(near.c, own, strict=True))))
        read = [self.dialect.read(c, near.c[c.name], cut=False) for c in self._near_columns]
        return (
            select(*read, ranked.c["the count"], *self._target_row(ranked))
            .select_from(joined)
            .where(ranked.c["the place"] <= FIRST)
        )

    def _places(self, child: FromClause, near: Select[Any]) -> FromClause:
        """The children of some near rows, each with its place among its siblings, and how many they are."""
        origin, own = self._origin(child)
        order = raw(child, self.target.identity_columns)
        left = tuple_(*own) if len(own) > 1 else own[0]
        return (
            select(
                *(source.label(f"near {index}") for index, source in enumerate(own)),
                *child.c,
                func.row_number().over(partition_by=own, order_by=order).label("the place"),
                func.count().over(partition_by=own).label("the count"),
            )
            .select_from(origin)
            .where(left.in_(near))
            .subquery("c")
        )

    def _children(self, child: FromClause, parents: FromClause) -> Select[Any]:
        origin, near = self._origin(child)
        names = self.relation.key.parent_columns
        on = (column == parents.c[name] for column, name in zip(near, names, strict=True))
        return select(*child.c).select_from(origin).where(*on)

    def _origin(self, child: FromClause) -> tuple[FromClause, list[ColumnElement[Any]]]:
        """Where the children come from, and the columns that point to the near rows."""
        onward = self.relation.onward
        if onward is None or self.link is None:
            return child, [child.c[name] for name in self.relation.key.columns]
        link = source_of(self.link, "l")
        pairs = zip(onward.columns, onward.parent_columns, strict=True)
        joined = link.join(child, and_(*(link.c[own] == child.c[far] for own, far in pairs)))
        return joined, [link.c[name] for name in self.relation.key.columns]

    @property
    def _near_columns(self) -> list[Column]:
        return [self.table.column(name) for name in self.relation.near_columns]

    def _target_row(self, source: FromClause) -> list[ColumnElement[Any]]:
        shown = [self.dialect.read(c, source.c[c.name], cut=True) for c in self.target.columns]
        return shown + [
            self.dialect.read(c, source.c[c.name], cut=False) for c in self.target.identity_columns
        ]
