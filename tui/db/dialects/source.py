"""A table as a source of raw columns."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, column
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
