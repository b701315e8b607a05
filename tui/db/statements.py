"""Statements that write one row, guarded by its identity and by what the user saw. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    TableClause,
    column,
    delete,
    insert,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy import Delete as DeleteStatement
from sqlalchemy import Dialect as Compiler
from sqlalchemy import Insert as InsertStatement
from sqlalchemy import Update as UpdateStatement

from tui.db.changes import Change, Insert, Update
from tui.db.dialects.protocol import Dialect
from tui.db.dialects.source import quoted
from tui.db.page import RowId
from tui.db.schema import Column, Table
from tui.db.values import DEFAULT, Kind, Value


class WriteQuery:
    """Builds the statements that write the rows of one table.

    Names of columns are qualified, but for people: SQLite takes a quoted name that is not there any more
    for a text, and would compare that.
    """

    def __init__(self, table: Table, dialect: Dialect, *, readable: bool = False) -> None:
        self.table = table
        self.dialect = dialect
        self._value = dialect.literal if readable else dialect.bind
        self._clause = _clause(table)
        self._source = _bare if readable else self._qualified

    def statement(self, change: Change) -> InsertStatement | UpdateStatement | DeleteStatement:
        """The statement of a staged change."""
        if isinstance(change, Insert):
            return self.insert(change.values)
        if isinstance(change, Update):
            return self.update(change.identity, change.new, change.seen)
        return self.delete(change.identity, change.seen)

    def insert(self, values: Mapping[str, Value]) -> InsertStatement:
        """Add a row; the database fills in what is not given."""
        bound = {quoted(name): self._value(self.table.column(name), value) for name, value in values.items()}
        return insert(self._clause).values(bound)

    def update(self, identity: RowId, new: Mapping[str, Value], seen: Mapping[str, Value]) -> UpdateStatement:
        """Write values into the row of that identity, if it still holds what was seen."""
        bound = {quoted(name): self._new(self.table.column(name), value) for name, value in new.items()}
        where = self._guard(identity, seen)
        return update(self._clause).where(*where).values(bound)

    def delete(self, identity: RowId, seen: Mapping[str, Value]) -> DeleteStatement:
        """Remove the row of that identity, if it still holds what was seen."""
        return delete(self._clause).where(*self._guard(identity, seen))

    def _new(self, column: Column, value: Value) -> ColumnElement[Any]:
        is_default = value is DEFAULT
        return literal_column(self.dialect.default(column)) if is_default else self._value(column, value)

    def _qualified(self, column: Column) -> ColumnElement[Any]:
        return self._clause.c[column.name]

    def _guard(self, identity: RowId, seen: Mapping[str, Value]) -> list[ColumnElement[bool]]:
        keys = list(zip(self.table.identity_columns, identity, strict=True))
        is_row = [self._source(c) == self._value(c, value) for c, value in keys]
        lax = {c.name: value for c, value in keys if _is_compared_laxly(c)}
        held = [(self.table.column(name), value) for name, value in {**lax, **seen}.items()]
        return is_row + [self._holds(c, value) for c, value in held]

    def _holds(self, column: Column, value: Value) -> ColumnElement[bool]:
        return self.dialect.holds(column, self._source(column), value)

    def stored(self, identities: Sequence[RowId], names: Iterable[str], *, cut: bool = False) -> Select[Any]:
        """What rows hold now: the identity of each, then some columns."""
        keys = self.table.identity_columns
        where = self.dialect.among(keys, [self._source(c) for c in keys], identities)
        return select(*self.returned(names, cut=cut)).select_from(self._clause).where(where)

    def held(self, identities: Sequence[RowId], whole: Collection[str]) -> Select[Any]:
        """What rows hold now: the identity of each, then all columns, cut but for those to be read whole."""
        keys = self.table.identity_columns
        where = self.dialect.among(keys, [self._source(c) for c in keys], identities)
        columns = [(c, False) for c in keys] + [(c, c.name not in whole) for c in self.table.columns]
        read = (self.dialect.read(c, self._source(c), cut=cut) for c, cut in columns)
        return select(*read).select_from(self._clause).where(where)

    def returned(self, names: Iterable[str] = (), *, cut: bool = False) -> list[ColumnElement[Any]]:
        """What a statement should return of each row: the identity, then some columns."""
        columns = [(c, False) for c in self.table.identity_columns]
        columns += [(self.table.column(name), cut) for name in names]
        return [self.dialect.read(c, self._source(c), cut=cut) for c, cut in columns]


def readable_sql(change: Change, dialect: Dialect, compiler: Compiler) -> str:
    """The statement of a change with its values written into it, for people to read."""
    statement = WriteQuery(change.table, dialect, readable=True).statement(change)
    sql = str(statement.compile(dialect=compiler, compile_kwargs={"literal_binds": True}))
    is_doubled = compiler.paramstyle in ("format", "pyformat")
    return sql.replace("%%", "%") if is_doubled else sql


def _clause(table_: Table) -> TableClause:
    names = [quoted(c.name) for c in (*table_.columns, *table_.identity.address)]
    schema = quoted(table_.name.schema)
    return table(quoted(table_.name.name), *(column(name) for name in names), schema=schema)


def _is_compared_laxly(key: Column) -> bool:
    """Whether values of a key may be equal and not the same: a collation may not care about the case."""
    return key.kind is Kind.TEXT or not key.type


def _bare(column_: Column) -> ColumnElement[Any]:
    return column(quoted(column_.name))
