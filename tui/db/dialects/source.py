"""Sources of raw columns and of counts, as most engines have them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, column, func, literal_column, select
from sqlalchemy import table as make_table
from sqlalchemy.sql.elements import quoted_name

from tui.db.schema import Column, Table


def source_of(table: Table, alias: str = "t") -> FromClause:
    """The table under an alias, with its columns and its row address; names are always quoted."""
    names = [quoted(c.name) for c in (*table.columns, *table.identity.address)]
    made = make_table(
        quoted(table.name.name), *(column(name) for name in names), schema=quoted(table.name.schema)
    )
    return made.alias(alias)


def raw(source: FromClause, columns: tuple[Column, ...] | list[Column]) -> list[ColumnElement[Any]]:
    """Some columns of a source as they are, to compare and to sort by."""
    return [source.c[c.name] for c in columns]


def quoted(name: str) -> quoted_name:
    """A name that stays as it is, whatever characters are in it."""
    return quoted_name(name, quote=True)


def materialized(rows: Select[Any], name: str) -> FromClause:
    """Rows that the statement around them computes once."""
    return rows.cte(name).prefix_with("MATERIALIZED")


def numbered(rows: Select[Any], ordering: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """Rows with a last column `number`, counted from 0 in an order; without one, as they are read."""
    number = func.row_number().over(order_by=ordering or None) - 1
    return rows.add_columns(number.label("number"))


def count_up_to(rows: Select[Any], near: FromClause, limit: int) -> ColumnElement[int]:
    """How many rows there are for each row of the near source: a count of a limited subquery."""
    one: ColumnElement[int] = literal_column("1")
    counted = rows.with_only_columns(one).limit(limit).correlate(near).subquery()
    return select(func.count()).select_from(counted).correlate(near).scalar_subquery()
