"""SQLite: files, storage classes, row ids."""

import asyncio
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import aiosqlite
from sqlalchemy import (
    REAL,
    ColumnElement,
    FromClause,
    LargeBinary,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    event,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    type_coerce,
)
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import UserDefinedType

from tui.db.address import Address
from tui.db.dialects.protocol import Engines, Explanation, Fetch, Joined, Limited, Part, Spelling, Ways
from tui.db.dialects.source import count_up_to, materialized, numbered, raw, source_of
from tui.db.dialects.spread import ESCAPE, if_short, spread_pattern
from tui.db.dialects.sqlite_catalog import describe, read_catalog
from tui.db.dialects.sqlite_errors import explain
from tui.db.dialects.sqlite_file import authorize, reading_mode, reopen_replaced
from tui.db.dialects.sqlite_values import affinity, as_literal, default_of, glob, parse, settles_storage
from tui.db.options import Options
from tui.db.schema import Catalog, Column, Table, TableName
from tui.db.values import PREVIEW, BadText, Cut, Value

LOCK_WAIT = 0.1
"""Seconds that a reading statement waits for a lock by itself: nothing can stop it meanwhile."""


class Plain(SQLiteDialect_aiosqlite):
    """SQLAlchemy's dialect without the functions in Python that it gives every connection.

    A database's own views could call them: `regexp` holds up the whole program for as long as a pattern
    needs, and `floor` gives other values than SQLite's.
    """

    supports_statement_cache = True

    def on_connect(self) -> Callable[[Any], None]:
        """Add nothing."""
        return lambda connection: None


registry.register("sqlite.plain", __name__, "Plain")


class Stored(UserDefinedType[Any]):
    """A value with its own storage class; nothing is converted on the way."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """No type: it is never cast to."""
        return ""

    def literal_processor(self, dialect: Any) -> Callable[[Value], str]:
        """How a value is written in SQL."""
        return as_literal


class Beginning(FunctionElement[Any]):
    """A stored value, of texts and blobs that are long only the first `PREVIEW + 1` characters or bytes.

    One element of its own: a page of 200 columns would take ten times as long to build from functions.
    """

    inherit_cache = True
    type = Stored()


@compiles(Beginning)
def _compile_beginning(element: Beginning, compiler: Any, **options: Any) -> str:
    value = compiler.process(element.clauses, **options)
    return (
        f"CASE WHEN typeof({value}) IN ('text', 'blob') AND length(substr({value}, {PREVIEW + 1}, 1)) > 0 "
        f"THEN substr({value}, 1, {PREVIEW + 1}) ELSE {value} END"
    )


class Sqlite:
    """SQLite through aiosqlite."""

    is_row_range = True
    nulls_first = True
    places_nulls = True
    holds_anything = True
    spelling = Spelling({"'": "'", '"': '"', "`": "`", "[": "]"}, ("--", "/*"), markers="?:@$")
    clock: Select[Any] = select(literal_column("datetime('now')"))
    witness = None
    driver_errors: tuple[type[Exception], ...] = (sqlite3.Error, UnicodeEncodeError, OverflowError)
    stop_interval = 0.02

    def engines(self, address: Address, options: Options) -> Engines:
        """A reader in autocommit, so that no lock outlives a page, and one connection that writes.

        A database in memory lives as long as a connection to it, so its connections are never renewed.
        """
        make = partial(
            create_async_engine,
            "sqlite+plain://",
            hide_parameters=True,
            poolclass=AsyncAdaptedQueuePool,
            pool_pre_ping=True,
            pool_timeout=10,
            pool_recycle=-1 if address.path is None else 1800,
        )
        read_only = options.read_only or address.read_only
        name = _name(address)
        mode = partial(reading_mode, address, options)
        reading = _creator(name, mode, LOCK_WAIT)
        writing = _creator(name, mode if read_only or address.path is None else _writing, options.lock_limit)
        reader = make(async_creator=reading, pool_size=4, max_overflow=2, pool_use_lifo=True)
        writer = make(async_creator=writing, pool_size=1, max_overflow=0)
        _on_connect(reader, only_reads=True)
        _on_connect(writer, only_reads=read_only)
        event.listen(writer.sync_engine, "begin", _begin_immediate)
        if address.path is not None:
            reopen_replaced(reader, address.path)
            reopen_replaced(writer, address.path)
        return Engines(reader, writer)

    async def version(self, fetch: Fetch) -> str:
        """SQLite and the library's version; reading the schema fails where the file is no database."""
        rows = await fetch(
            Select(func.sqlite_version(), literal_column("(SELECT count(*) FROM sqlite_master)"))
        )
        return f"SQLite {rows[0][0]}"

    async def catalog(self, fetch: Fetch) -> Catalog:
        """All tables and foreign keys, in a fixed number of statements."""
        return await read_catalog(fetch)

    async def describe(
        self, fetch: Fetch, names: Sequence[TableName], catalog: Catalog
    ) -> dict[TableName, Table]:
        """Some tables in detail; a table that is gone is left out."""
        return await describe(fetch, names, catalog)

    def read(self, column: Column, source: ColumnElement[Any], *, cut: bool) -> ColumnElement[Any]:
        """The stored value itself; `substr` of a short one may lose what follows a NUL, or an empty blob.

        Any column may hold a long text, whatever its type.
        """
        if affinity(column.type) == "REAL":
            source = _as_real(source)
        return Beginning(source) if cut else source

    def bind(self, column: Column, value: Value) -> ColumnElement[Any]:
        """The value with its storage class."""
        if isinstance(value, BadText):
            return cast(bindparam(None, bytes(value), type_=Stored(), unique=True), Text())
        return bindparam(None, value, type_=Stored(), unique=True)

    def literal(self, column: Column, value: Value) -> ColumnElement[Any]:
        """The value as it is written in SQL."""
        return literal_column(as_literal(value))

    def default(self, column: Column) -> str:
        """The default's own expression, for SQLite knows no word for it in an UPDATE."""
        return default_of(column.default)

    def order(self, column: Column, source: ColumnElement[Any]) -> ColumnElement[Any]:
        """The values themselves."""
        return source

    def bind_order(self, column: Column, value: Value) -> ColumnElement[Any]:
        """The value itself."""
        return self.bind(column, value)

    def holds(self, column: Column, source: ColumnElement[Any], value: Value) -> ColumnElement[bool]:
        """Whether storage class and value are the same, whatever the column's collation."""
        if value is None:
            return source.is_(None)
        if isinstance(value, Cut):
            return and_(func.typeof(source) == _storage(value.start), *_goes_on(source, value.start))
        text = source.collate("BINARY") if isinstance(value, str | BadText) else source
        is_equal = text.op("IS", is_comparison=True)(self.bind(column, value))
        if settles_storage(column.type, value):
            return is_equal
        return and_(func.typeof(source) == _storage(value), is_equal)

    def contains(
        self, column: Column, source: ColumnElement[Any], text: str, part: Part = Part.ANY
    ) -> ColumnElement[bool]:
        """LIKE, which takes the letters A to Z in either case; GLOB with both cases of all other letters."""
        form = cast(source, Text())
        if not text.isascii():
            is_found = form.op("GLOB", is_comparison=True)(glob(text, part))
            return if_short(is_found, func.length(form)) if part is Part.SPREAD else is_found
        if part is Part.SPREAD:
            return if_short(form.like(spread_pattern(text), ESCAPE), func.length(form))
        ways: Ways = {Part.ANY: form.contains, Part.START: form.startswith, Part.END: form.endswith}
        return ways[part](text, autoescape=True, escape="\\")

    def among(
        self,
        columns: Sequence[Column],
        sources: Sequence[ColumnElement[Any]],
        keys: Sequence[Sequence[Value]],
    ) -> ColumnElement[bool]:
        """IN, with row values for a composite key."""
        types = [Stored()] * len(sources)
        left = tuple_(*sources, types=types) if len(sources) > 1 else type_coerce(sources[0], Stored())
        plain = [tuple(key) for key in keys if not any(isinstance(value, BadText) for value in key)]
        odd = [key for key in keys if any(isinstance(value, BadText) for value in key)]
        return or_(
            left.in_([key[0] for key in plain] if len(sources) == 1 else plain),
            *(
                and_(*(s == self.bind(c, v) for c, s, v in zip(columns, sources, key, strict=True)))
                for key in odd
            ),
        )

    def once(self, rows: Select[Any], name: str) -> FromClause:
        """A materialised common table expression."""
        return materialized(rows, name)

    def numbered(self, rows: Select[Any], ordering: Sequence[ColumnElement[Any]]) -> Select[Any]:
        """A window function."""
        return numbered(rows, ordering)

    def count_up_to(self, rows: Select[Any], near: FromClause, limit: int) -> ColumnElement[int]:
        """A count of a limited subquery."""
        return count_up_to(rows, near, limit)

    def first_of_each(self, parent: FromClause, child: Table, limited: Limited, limit: int) -> Joined:
        """A join whose condition finds the children by their own identity."""
        rows, inner = source_of(child, "c"), source_of(child, "x")
        columns = child.identity_columns
        keys = limited(inner).limit(limit).with_only_columns(*raw(inner, columns)).correlate(parent)
        own = raw(rows, columns)
        on = (tuple_(*own) if len(own) > 1 else own[0]).in_(keys)
        return Joined(parent.join(rows, on), parent, rows)

    def parse(self, column: Column, text: str, seen: Value) -> Value:
        """The value that the column's affinity makes of a text."""
        return parse(column, text, seen)

    def check(self, column: Column, value: Value) -> Select[Any] | None:
        """Nothing to ask: what SQLite makes of a value is known here."""
        return None

    def stopper(self, connection: Any, engines: Engines) -> Callable[[], Awaitable[None]]:
        """The driver's interrupt; a call before the statement has begun is lost, so it is repeated."""

        async def stop() -> None:
            with suppress(ValueError, sqlite3.ProgrammingError):
                await connection.interrupt()

        return stop

    def ender(self, connection: Any, engines: Engines) -> Callable[[], Awaitable[bool]]:
        """There is no server that could still be at it."""

        async def end() -> bool:
            return True

        return end

    def explain(self, error: BaseException) -> Explanation | None:
        """A driver's error in plain words."""
        return explain(error)


DIALECT = Sqlite()


def _name(address: Address) -> str:
    """The file as SQLite's own URI, so that nothing in its name means anything else."""
    if address.path is None:
        return f"file:tui-{uuid4().hex}?cache=shared&mode="
    return f"file:{quote(os.fsencode(address.path))}?mode="


def _writing() -> str:
    return "rw"


def _creator(
    name: str, mode: Callable[[], str], lock_wait: float
) -> Callable[[], Awaitable[aiosqlite.Connection]]:
    async def connect() -> aiosqlite.Connection:
        connection = aiosqlite.connect(name + mode(), uri=True, timeout=lock_wait, isolation_level=None)
        connection._thread.daemon = True
        try:
            return await connection
        except BaseException:
            await asyncio.to_thread(connection._thread.join, 1)  # it complains if it outlives the loop
            raise

    return connect


def _on_connect(engine: AsyncEngine, *, only_reads: bool) -> None:
    def prepare(connection: Any, _record: object) -> None:
        connection.driver_connection._connection.text_factory = _decode
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        if only_reads:
            cursor.execute("PRAGMA query_only = ON")
            connection.run_async(lambda driver: driver.set_authorizer(authorize))
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _decode(data: bytes) -> str | BadText:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return BadText(data)


def _as_real(source: ColumnElement[Any]) -> ColumnElement[Any]:
    """A number of a REAL column as the float that it is: RETURNING may give 7 for 7.0, as it is packed."""
    is_number = func.typeof(source) == "real"
    return type_coerce(case((is_number, cast(source, REAL())), else_=source), Stored())


def _goes_on(source: ColumnElement[Any], start: str | bytes) -> list[ColumnElement[bool]]:
    """Whether a value begins so and is longer; text that `substr` can't count is compared by its bytes."""
    if isinstance(start, BadText) or (isinstance(start, str) and "\0" in start):
        source = cast(source, LargeBinary())
        start = start.encode() if isinstance(start, str) else bytes(start)
    length = len(start)
    beginning = func.substr(source, 1, length) == bindparam(None, start, type_=Stored(), unique=True)
    return [beginning, func.length(func.substr(source, length + 1, 1)) > 0]


def _storage(value: Value) -> str:
    if isinstance(value, BadText):
        return "text"
    return {int: "integer", float: "real", str: "text", bytes: "blob"}[type(value)]
