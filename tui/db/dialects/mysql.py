"""MariaDB and MySQL: typed columns read as text or bytes, written as what they are."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from asyncmy import errors
from sqlalchemy import (
    CHAR,
    JSON,
    ColumnElement,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    text,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.types import UserDefinedType

from tui.db.address import Address
from tui.db.dialects.held import hold_read_only
from tui.db.dialects.mysql_catalog import describe, read_catalog
from tui.db.dialects.mysql_connect import creator
from tui.db.dialects.mysql_connection import hold
from tui.db.dialects.mysql_errors import explain
from tui.db.dialects.mysql_guard import refuse_writes
from tui.db.dialects.mysql_packets import refuse_too_large
from tui.db.dialects.mysql_types import (
    FLOATS,
    LISTED,
    SHAPES,
    TEXTS,
    base,
    is_bytes,
    is_compared_exactly,
    width,
)
from tui.db.dialects.mysql_values import as_literal, native, parse, place, sql_literal
from tui.db.dialects.protocol import Engines, Explanation, Fetch, Joined, Limited, Part, Spelling, Ways
from tui.db.dialects.source import numbered, source_of
from tui.db.dialects.spread import ESCAPE, if_short, spread_pattern
from tui.db.options import Options
from tui.db.schema import Catalog, Column, Table, TableName
from tui.db.values import PREVIEW, Cut, Kind, Value

EXACT_KINDS = (Kind.NUMBER, Kind.BOOLEAN, Kind.DATETIME)
"""Kinds whose values are short."""

EVERY_ROW = 2**63 - 1
"""A LIMIT that cuts nothing. A subquery that has one is run once, not merged into what is around it."""

END_PAUSE = 0.05
"""Seconds between two looks whether the server has ended a connection."""

UTF8: ColumnElement[Any] = literal_column("utf8mb4")
EXACT = "utf8mb4_bin"


class Raw(UserDefinedType[Any]):
    """A value as the driver takes and gives it."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """No type: it is never cast to."""
        return ""

    def literal_processor(self, dialect: Any) -> Callable[[Any], str]:
        """How a value is written in SQL; the compiler itself doubles backslashes."""
        return sql_literal


class Mysql:
    """MariaDB and MySQL through asyncmy."""

    nulls_first = True
    places_nulls = False
    holds_anything = False
    spelling = Spelling({"'": "'", '"': '"', "`": "`"}, ("--", "/*", "#"), escapes="'\"")
    clock: Select[Any] = select(literal_column("CAST(now() AS char)"))
    witness = None
    is_row_range = False
    driver_errors: tuple[type[Exception], ...] = (errors.MySQLError, UnicodeEncodeError)
    stop_interval = 0.25

    def engines(self, address: Address, options: Options) -> Engines:
        """A reader in autocommit and read-only, a writer with limits of its own, and a control engine."""
        writes = not (options.read_only or address.read_only)
        make = partial(create_async_engine, "mysql+asyncmy://", hide_parameters=True)
        pooled = partial(make, pool_recycle=1800, pool_timeout=10)
        connect = partial(creator, address.url, options)
        reading = connect(autocommit=True, writes=False, is_limited=False)
        writing = connect(autocommit=False, writes=writes, is_limited=True)
        alone = {"isolation_level": "AUTOCOMMIT"}
        reader = pooled(
            async_creator=reading, pool_size=4, max_overflow=2, skip_autocommit_rollback=True, **alone
        )
        writer = pooled(async_creator=writing, pool_size=1, max_overflow=1, pool_pre_ping=True)
        hold_read_only(reader, hold, (errors.MySQLError, OSError))
        for engine in (reader,) if writes else (reader, writer):
            refuse_writes(engine)
        for engine in (reader, writer):
            refuse_too_large(engine)
        return Engines(reader, writer, make(async_creator=reading, poolclass=NullPool, **alone))

    async def version(self, fetch: Fetch) -> str:
        """Which of the two servers it is, and its version number."""
        version = str((await fetch(select(func.version())))[0][0])
        return f"{'MariaDB' if 'mariadb' in version.lower() else 'MySQL'} {version.partition('-')[0]}"

    async def catalog(self, fetch: Fetch) -> Catalog:
        """All tables and foreign keys, in a fixed number of statements."""
        return await read_catalog(fetch)

    async def describe(
        self, fetch: Fetch, names: Sequence[TableName], catalog: Catalog
    ) -> dict[TableName, Table]:
        """Some tables in detail, in a fixed number of statements; a table that is gone is left out."""
        return await describe(fetch, names, catalog)

    def read(self, column: Column, source: ColumnElement[Any], *, cut: bool) -> ColumnElement[Any]:
        """Text as it is, bytes as bytes, anything else in the server's own text form."""
        whole = _whole(column, source)
        if not cut or column.kind in EXACT_KINDS:
            return whole
        return func.left(whole, PREVIEW + 1, type_=Raw())

    def bind(self, column: Column, value: Value) -> ColumnElement[Any]:
        """The value as the column's own type has it."""
        bound = bindparam(None, native(column, value), type_=Raw(), unique=True)
        return cast(bound, JSON()) if base(column) == "json" and value is not None else bound

    def literal(self, column: Column, value: Value) -> ColumnElement[Any]:
        """The value as it is written in SQL."""
        return literal_column(as_literal(column, value))

    def default(self, column: Column) -> str:
        """The word for it."""
        return "DEFAULT"

    def order(self, column: Column, source: ColumnElement[Any]) -> ColumnElement[Any]:
        """An ENUM or SET is ordered by its place in the list, and would be compared by its text."""
        return source + literal_column("0") if base(column) in LISTED else source

    def bind_order(self, column: Column, value: Value) -> ColumnElement[Any]:
        """The value as `order` has it."""
        if base(column) not in LISTED:
            return self.bind(column, value)
        return bindparam(None, place(column, value), type_=Raw(), unique=True)

    def holds(self, column: Column, source: ColumnElement[Any], value: Value) -> ColumnElement[bool]:
        """Whether the bytes of the canonical form are the same, whatever the column's collation."""
        if value is None:
            return source.is_(None)
        if is_compared_exactly(column):
            return source == self.bind(column, value)
        whole = _exact(column, source)
        if not isinstance(value, Cut):
            return cast(whole, LargeBinary()) == cast(_raw(value), LargeBinary())
        begins = cast(func.left(whole, PREVIEW), LargeBinary()) == cast(_raw(value.start), LargeBinary())
        return and_(begins, func.char_length(whole) > PREVIEW)

    def contains(
        self, column: Column, source: ColumnElement[Any], text: str, part: Part = Part.ANY
    ) -> ColumnElement[bool]:
        """LIKE on the text form in small letters."""
        form = _exact(column, source).collate(EXACT)
        if part is Part.SPREAD:
            return if_short(form.ilike(spread_pattern(text), ESCAPE), func.char_length(form))
        ways: Ways = {Part.ANY: form.icontains, Part.START: form.istartswith, Part.END: form.iendswith}
        return ways[part](text, autoescape=True)

    def among(
        self,
        columns: Sequence[Column],
        sources: Sequence[ColumnElement[Any]],
        keys: Sequence[Sequence[Value]],
    ) -> ColumnElement[bool]:
        """IN, with row values for a composite key."""
        rows = [tuple(native(c, v) for c, v in zip(columns, key, strict=True)) for key in keys]
        plain = [type_coerce(source, Raw()) for source in sources]
        return tuple_(*plain).in_(rows) if len(plain) > 1 else plain[0].in_([row[0] for row in rows])

    def once(self, rows: Select[Any], name: str) -> FromClause:
        """A subquery with a limit that cuts nothing."""
        return rows.limit(EVERY_ROW).subquery(name)

    def numbered(self, rows: Select[Any], ordering: Sequence[ColumnElement[Any]]) -> Select[Any]:
        """A window function; without an order it would shuffle the rows, so a variable counts them."""
        if ordering:
            return numbered(rows, ordering)
        start = select(literal_column("@tui_number := -1")).subquery("start")
        number: ColumnElement[int] = literal_column("@tui_number := @tui_number + 1")
        return rows.add_columns(number.label("number")).join(start, text("true"))

    def count_up_to(self, rows: Select[Any], near: FromClause, limit: int) -> ColumnElement[int]:
        """A look at the row behind the limit, and a count where there is none.

        A limited subquery to count in could not refer to the row that it is for.
        """
        one: ColumnElement[int] = literal_column("1")
        own = rows.correlate(near)
        beyond = own.with_only_columns(one).limit(1).offset(limit - 1).scalar_subquery()
        count = own.with_only_columns(func.count()).scalar_subquery()
        return case((beyond.is_(None), count), else_=literal_column(str(limit)))

    def first_of_each(self, parent: FromClause, child: Table, limited: Limited, limit: int) -> Joined:
        """A join with the first child, the second child, and so on, each found by its identity.

        No limited subquery can refer to the row that it is for, but one that gives a single value.
        """
        inner, rows = source_of(child, "x"), source_of(child, "c")
        names = [column.name for column in child.identity_columns]
        found = limited(inner).correlate(parent)
        nth = {
            (name, n): found.with_only_columns(inner.c[name]).limit(1).offset(n).scalar_subquery()
            for name in names
            for n in range(limit)
        }
        near = self.once(
            select(*parent.c, *(key.label(f"{n} {name}") for (name, n), key in nth.items())), "f"
        )
        numbers = union_all(*(select(literal_column(str(n), Integer()).label("nth")) for n in range(limit)))
        which = numbers.subquery("m")
        is_nth = [
            rows.c[name] == case({n: near.c[f"{n} {name}"] for n in range(limit)}, value=which.c.nth)
            for name in names
        ]
        return Joined(near.join(which, text("true")).join(rows, and_(*is_nth)), near, rows)

    def parse(self, column: Column, text: str, seen: Value) -> Value:
        """The value that the column makes of a text."""
        return parse(column, text, seen)

    def check(self, column: Column, value: Value) -> Select[Any] | None:
        """The server's own spelling of a number with a floating point."""
        is_asked = base(column) in FLOATS and value is not None
        return select(_whole(column, self.bind(column, value))) if is_asked else None

    def stopper(self, connection: Any, engines: Engines) -> Callable[[], Awaitable[None]]:
        """The driver gives up its connection at once, and the server is told to drop it and its statement."""
        task = asyncio.current_task()
        thread = int(connection.thread_id())

        async def stop() -> None:
            if task is not None:
                task.cancel()
            await _kill(engines.control, thread)

        return stop

    def ender(self, connection: Any, engines: Engines) -> Callable[[], Awaitable[bool]]:
        """Kill the connection, and wait until the server lists it no more."""
        thread = int(connection.thread_id())

        async def end() -> bool:
            return await _end(engines.control, thread)

        return end

    def explain(self, error: BaseException) -> Explanation | None:
        """A driver's error in plain words."""
        return explain(error)


DIALECT = Mysql()


async def _kill(control: AsyncEngine | None, thread: int) -> None:
    if control is None:
        return
    with suppress(SQLAlchemyError, errors.MySQLError, OSError, TimeoutError):
        async with asyncio.timeout(3), control.connect() as connection:
            await connection.exec_driver_sql(f"KILL {thread}")


def _raw(value: Value) -> ColumnElement[Any]:
    return bindparam(None, value, type_=Raw(), unique=True)


def _whole(column: Column, source: ColumnElement[Any]) -> ColumnElement[Any]:
    name = base(column)
    if name in SHAPES:
        return type_coerce(cast(source, LargeBinary()), Raw())
    if name in TEXTS or is_bytes(column):
        return type_coerce(source, Raw())
    if name == "bit":
        return func.lpad(func.bin(source), width(column) or 1, literal_column("'0'"), type_=Raw())
    if name in FLOATS:  # a FLOAT's own text form has six digits
        source = source.op("*")(literal_column("1e0"))
    return type_coerce(cast(source, CHAR()), Raw())


def _exact(column: Column, source: ColumnElement[Any]) -> ColumnElement[Any]:
    """The canonical form in the connection's character set."""
    whole = _whole(column, source)
    return whole if is_bytes(column) else func.convert(whole.op("USING")(UTF8), type_=CHAR())


async def _end(control: AsyncEngine | None, thread: int) -> bool:
    """End a connection; whether it is gone. A server that can't be reached says nothing."""
    if control is None:
        return False
    left = f"SELECT count(*) FROM information_schema.PROCESSLIST WHERE ID = {thread}"
    with suppress(SQLAlchemyError, errors.MySQLError, OSError, TimeoutError):
        async with control.connect() as connection:
            with suppress(SQLAlchemyError):
                await connection.exec_driver_sql(f"KILL {thread}")
            while (await connection.exec_driver_sql(left)).scalar():  # noqa: ASYNC110
                await asyncio.sleep(END_PAUSE)
            return True
    return False
