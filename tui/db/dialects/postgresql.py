"""PostgreSQL: typed columns read and written by their own text form."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import asyncpg
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.types import UserDefinedType

from tui.db.address import Address
from tui.db.dialects.held import hold_read_only
from tui.db.dialects.postgresql_catalog import describe, read_catalog
from tui.db.dialects.postgresql_errors import explain
from tui.db.dialects.postgresql_lost import Connection, end_session
from tui.db.dialects.postgresql_plain import DRIVER
from tui.db.dialects.protocol import (
    Engines,
    Explanation,
    Fetch,
    Joined,
    Limited,
    Part,
    Spelling,
    Ways,
    Witness,
)
from tui.db.dialects.source import count_up_to, materialized, numbered, source_of
from tui.db.dialects.spread import ESCAPE, if_short, spread_pattern
from tui.db.dialects.typed import fitting
from tui.db.errors import ConnectError
from tui.db.options import Options
from tui.db.schema import Catalog, Column, Table, TableName
from tui.db.values import PREVIEW, Cut, Kind, Value

EXACT_KINDS = (Kind.NUMBER, Kind.BOOLEAN, Kind.DATETIME)
"""Kinds whose values are short."""

EXACT = "C"
"""The collation in which only the same bytes are the same: a column's own may take `bob` for `BOB`."""

USUAL = "default"
"""The database's own collation: a column's own may know no patterns."""

PADDED = "bpchar"
"""The type of texts whose blanks at the end are stored, but don't count."""

NAMED = "regclass"
"""The type whose cast from text takes names only, not the numbers and `-` of tables that are gone."""

SETTINGS = {
    "application_name": "tui",
    "extra_float_digits": "1",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "jit": "off",
    "standard_conforming_strings": "on",
    "synchronize_seqscans": "off",
    "idle_in_transaction_session_timeout": "60000",
}
"""Session settings: exact text, a steady order of rows, no cancel lost, no transaction left behind."""

NOTICE_LOST_CLIENTS = "SET client_connection_check_interval = 2000"
"""A statement whose client is gone ends soon. Not every platform's server can do it."""

HOLD_READ_ONLY = "SET default_transaction_read_only = on"

SET_ALL = (
    "SELECT count(set_config(name, v.value, false)) "
    "FROM (VALUES {}) AS v(wanted, value) JOIN pg_settings ON lower(name) = wanted"
)
"""Sets what the server knows, in one round trip: it is not prepared, and needs no parameters for that."""


class TypeName(UserDefinedType[Any]):
    """A type by the server's own spelling."""

    cache_ok = True

    def __init__(self, spelling: str) -> None:
        self.spelling = spelling

    def get_col_spec(self, **_: Any) -> str:
        """The spelling, as it stands in a CAST."""
        return self.spelling


class Postgresql:
    """PostgreSQL through asyncpg."""

    is_row_range = True
    nulls_first = False
    places_nulls = True
    holds_anything = False
    spelling = Spelling({"'": "'", '"': '"'}, ("--", "/*"), markers="$", escaping="eE")
    clock: Select[Any] = select(literal_column("CAST(localtimestamp(0) AS text)"))
    witness: Witness | None = Witness(
        select(cast(func.txid_current(), Text())),
        lambda ticket: select(func.txid_status(cast(cast(ticket, Text()), BigInteger()))),
    )
    driver_errors: tuple[type[Exception], ...] = (
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
        asyncpg.InternalClientError,
        UnicodeEncodeError,
    )
    stop_interval = 0.25

    def engines(self, address: Address, options: Options) -> Engines:
        """A reader in autocommit and read-only, a writer with limits of its own, and a control engine.

        Where the user asked for reading only, each statement has a read-only transaction of its own, which
        is rolled back: so none can switch that off for the next one, at the price of two round trips.
        """
        read_only = options.read_only or address.read_only
        limits = {
            "lock_timeout": f"{options.lock_limit * 1000:.0f}",
            "statement_timeout": f"{options.statement_limit * 1000:.0f}",
        }
        reading = _creator(address, options, {"default_transaction_read_only": "on"})
        writing = _creator(
            address, options, limits | {"default_transaction_read_only": "on" if read_only else "off"}
        )
        pool: dict[str, Any] = {
            "hide_parameters": True,
            "pool_recycle": 1800,
            "pool_timeout": 10,
        }
        make = partial(create_async_engine, DRIVER)
        alone = {"isolation_level": "AUTOCOMMIT"}
        ways: dict[str, Any] = {"execution_options": {"postgresql_readonly": True}} if read_only else alone
        reader = make(async_creator=reading, pool_size=4, max_overflow=2, pool_use_lifo=True, **ways, **pool)
        hold_read_only(reader, _hold, (asyncpg.PostgresError, asyncpg.InterfaceError, OSError), _is_held)
        return Engines(
            reader,
            make(async_creator=writing, pool_size=1, max_overflow=1, pool_pre_ping=True, **pool),
            make(async_creator=writing, poolclass=NullPool, **alone),
        )

    async def version(self, fetch: Fetch) -> str:
        """PostgreSQL and the server's version number."""
        rows = await fetch(select(func.current_setting("server_version")))
        return f"PostgreSQL {str(rows[0][0]).split()[0]}"

    async def catalog(self, fetch: Fetch) -> Catalog:
        """All tables and foreign keys, in a fixed number of statements."""
        return await read_catalog(fetch)

    async def describe(
        self, fetch: Fetch, names: Sequence[TableName], catalog: Catalog
    ) -> dict[TableName, Table]:
        """Some tables in detail, in one statement; a table that is gone is left out."""
        return await describe(fetch, names, catalog)

    def read(self, column: Column, source: ColumnElement[Any], *, cut: bool) -> ColumnElement[Any]:
        """The server's own text form."""
        whole = _as_text(column, source)
        if not cut or column.kind in EXACT_KINDS:
            return whole
        return func.left(whole, PREVIEW + 1, type_=Text())

    def bind(self, column: Column, value: Value) -> ColumnElement[Any]:
        """The text, cast by the server to the column's type; the driver sees nothing but text."""
        return _of_type(column, cast(bindparam(None, value, Text(), unique=True), Text()))

    def literal(self, column: Column, value: Value) -> ColumnElement[Any]:
        """The value as it is written in SQL."""
        return literal_column(_as_literal(column, value))

    def default(self, column: Column) -> str:
        """The word for it."""
        return "DEFAULT"

    def order(self, column: Column, source: ColumnElement[Any]) -> ColumnElement[Any]:
        """The values themselves."""
        return source

    def bind_order(self, column: Column, value: Value) -> ColumnElement[Any]:
        """The value itself."""
        return self.bind(column, value)

    def holds(self, column: Column, source: ColumnElement[Any], value: Value) -> ColumnElement[bool]:
        """Whether the text form is the same, or begins so and is longer."""
        text = _as_text(column, source)
        if isinstance(value, Cut):
            whole = text.collate(EXACT)
            begins = func.left(whole, PREVIEW) == bindparam(None, value.start, Text(), unique=True)
            return and_(begins, func.length(whole) > PREVIEW)
        if value is None:
            return text.is_(None)  # a composite value IS NULL if all of its parts are
        return text.collate(EXACT) == bindparam(None, value, Text(), unique=True)

    def contains(
        self, column: Column, source: ColumnElement[Any], text: str, part: Part = Part.ANY
    ) -> ColumnElement[bool]:
        """ILIKE on the text form."""
        form = _as_text(column, source).collate(USUAL)
        if part is Part.SPREAD:
            return if_short(form.ilike(spread_pattern(text), ESCAPE), func.length(form))
        ways: Ways = {Part.ANY: form.icontains, Part.START: form.istartswith, Part.END: form.iendswith}
        return ways[part](text, autoescape=True, escape="\\")

    def among(
        self,
        columns: Sequence[Column],
        sources: Sequence[ColumnElement[Any]],
        keys: Sequence[Sequence[Value]],
    ) -> ColumnElement[bool]:
        """IN over arrays of texts, each of which the server casts to the column's type."""
        arrays = [
            cast(bindparam(None, [key[i] for key in keys], ARRAY(Text()), unique=True), ARRAY(Text()))
            for i in range(len(columns))
        ]
        rows = func.unnest(*arrays).table_valued(*(f"k{i}" for i in range(len(columns)))).render_derived()
        left = tuple_(*sources) if len(sources) > 1 else sources[0]
        typed = (_of_type(column, text) for column, text in zip(columns, rows.c, strict=True))
        return left.in_(select(*typed))

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
        """A lateral join."""
        rows = limited(source_of(child, "x")).limit(limit).correlate(parent).lateral("c")
        return Joined(parent.join(rows, true()), parent, rows)

    def parse(self, column: Column, text: str, seen: Value) -> Value:
        """The text itself; the server decides, but for lengths, which a cast would silently cut."""
        return fitting(column, text)

    def check(self, column: Column, value: Value) -> Select[Any] | None:
        """The server casts to the column's type and back."""
        return select(_as_text(column, self.bind(column, value))) if isinstance(value, str) else None

    def stopper(self, connection: Any, engines: Engines) -> Callable[[], Awaitable[None]]:
        """Cancelling makes the driver send a cancel request; one that got lost is made good."""
        task = asyncio.current_task()
        process = int(connection.get_server_pid())
        attempts = iter(["cancel"])

        async def stop() -> None:
            if next(attempts, None) and task is not None:
                task.cancel()
                return
            await _terminate(engines.control, process)

        return stop

    def ender(self, connection: Any, engines: Engines) -> Callable[[], Awaitable[bool]]:
        """The server's process is ended, and waited for: a COMMIT under way may take its time."""
        process = int(connection.get_server_pid())

        async def end() -> bool:
            return await end_session(engines.control, process)

        return end

    def explain(self, error: BaseException) -> Explanation | None:
        """A driver's error in plain words."""
        return explain(error)


DIALECT = Postgresql()


async def _hold(driver: asyncpg.Connection) -> None:
    await driver.execute(HOLD_READ_ONLY)


def _is_held(driver: asyncpg.Connection) -> bool:
    """Whether it still is read-only, by what the server says of its own accord (since PostgreSQL 14)."""
    settings = driver.get_settings()
    return not driver.is_closed() and getattr(settings, "default_transaction_read_only", "") == "on"


def _of_type(column: Column, text: ColumnElement[Any]) -> ColumnElement[Any]:
    """A text as the column's type; a cast would not take the name of a table that is gone."""
    if column.underlying == NAMED:
        text = func.regclassin(func.textout(text))
    return cast(text, TypeName(column.type))


def _as_text(column: Column, source: ColumnElement[Any]) -> ColumnElement[Any]:
    """The text form; a cast would take the blanks from the end of a text that is padded to no length."""
    if column.underlying == PADDED and column.max_length is None:
        return func.textin(func.bpcharout(source), type_=Text())
    return cast(source, Text())


async def _terminate(control: AsyncEngine | None, process: int) -> None:
    if control is None:
        return
    with suppress(SQLAlchemyError, asyncpg.PostgresError, OSError, TimeoutError):
        async with asyncio.timeout(3), control.connect() as connection:
            await connection.execute(select(func.pg_terminate_backend(process)))


def _creator(
    address: Address, options: Options, settings: dict[str, str]
) -> Callable[[], Awaitable[asyncpg.Connection]]:
    """Opens connections as the engine's own tools do: environment, password file and `sslmode` count."""
    wanted = SETTINGS | settings
    set_all = SET_ALL.format(", ".join(f"('{name}', '{value}')" for name, value in wanted.items()))

    async def connect() -> asyncpg.Connection:
        async with asyncio.timeout(options.connect_limit):
            try:
                connection = await asyncpg.connect(address.url, connection_class=Connection)
            except (ValueError, UnicodeError):
                raise ConnectError(
                    "The URL or a PG… variable can't be understood: check host, port and options of the URL."
                ) from None
            except (AttributeError, LookupError):
                raise ConnectError(
                    "The server says things that make no sense: is this a PostgreSQL server?"
                ) from None
            except asyncpg.ConnectionDoesNotExistError:
                raise ConnectionError from None  # whoever answers there hung up: it may be no such server
            connection.answer_limit = options.answer_limit
            try:
                await connection.execute(set_all)
                with suppress(asyncpg.PostgresError):
                    await connection.execute(NOTICE_LOST_CLIENTS)
            except BaseException:
                connection.terminate()
                raise
            return connection

    return connect


def _as_literal(column: Column, value: Value) -> str:
    if isinstance(value, Cut):
        return _as_literal(column, value.start)
    if not isinstance(value, str):
        return "NULL"
    if column.kind is Kind.NUMBER and value.lstrip("-").replace(".", "", 1).isdecimal():
        return value
    escaped = value.replace("'", "''")
    return f"'{escaped}'" if "\\" not in value else "E'" + escaped.replace("\\", "\\\\") + "'"
