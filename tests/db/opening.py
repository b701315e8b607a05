"""Opening databases in tests, and finding one's way in them."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, event, text

from tests.outside import run
from tests.waiting import PATIENCE
from tui.db import rows
from tui.db.address import parse_address
from tui.db.database import Database
from tui.db.options import Options
from tui.db.page import Row
from tui.db.schema import Table
from tui.db.view import View

ENDLESS = {
    "sqlite": "WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < {n}) "
    "SELECT max(x) FROM c",
    "postgresql": "SELECT pg_sleep({seconds}), 1",
    "mysql": "SELECT sleep({seconds}), 1",
}
"""Statements that take long: SQLite has no sleep, so it counts (about three million a second)."""


@asynccontextmanager
async def opened(url: str, options: Options | None = None) -> AsyncIterator[Database]:
    """The database of a URL, closed afterwards."""
    database = await Database.open(parse_address(url), options)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def made(url: str, *statements: str) -> AsyncIterator[Database]:
    """The database of a URL after some statements of another program."""
    await run(url, *statements)
    async with opened(url) as database:
        yield database


def is_sqlite(database: Database) -> bool:
    """Whether the database is an SQLite file."""
    return database.address.engine == "sqlite"


async def table_of(database: Database, label: str) -> Table:
    """A table by the name on the screen."""
    entry = database.catalog.entry(label)
    assert entry is not None, label
    return await database.table(entry.name)


async def row_of(database: Database, table: Table, column: str, value: object) -> Row:
    """The first row with a value, by its text."""
    position = table.positions[column]
    page = await rows.first_page(database, View(table))
    return next(row for row in page.rows if str(row.values[position]) == str(value))


def cells(row: Row, table: Table) -> dict[str, Any]:
    """A row's values by column."""
    return dict(zip(table.positions, row.values, strict=True))


def shown(found: Sequence[Row], position: int = 0) -> list[str | None]:
    """One column of some rows as texts, so that both engines give the same; NULL is None."""
    return [None if row.values[position] is None else str(row.values[position]) for row in found]


def number_of(row: Row) -> int:
    """A row's first value as a number."""
    return int(str(row.values[0]))


def slow(database: Database, seconds: float = 120) -> Executable:
    """A statement that takes about so long, or much longer on a slow machine."""
    statement = ENDLESS[database.address.engine]
    return text(statement.format(n=int(seconds * 6_000_000), seconds=seconds))


def checked_out(database: Database) -> list[int]:
    """How many connections of each pool are in use."""
    pools = [engine.sync_engine.pool for engine in (database.engines.reader, database.engines.writer)]
    return [pool.checkedout() for pool in pools if hasattr(pool, "checkedout")]


def connection_threads() -> list[threading.Thread]:
    """The threads in which SQLite's driver works, one for each open connection."""
    return [thread for thread in threading.enumerate() if "_connection_worker_thread" in thread.name]


def left_threads() -> list[threading.Thread]:
    """The ones that don't end: a thread that has given its last answer needs a moment."""
    end = time.monotonic() + PATIENCE
    for thread in connection_threads():
        thread.join(max(0.0, end - time.monotonic()))
    return connection_threads()


async def until_running(database: Database) -> None:
    """Wait until the next statement is on its way to the server; it has been asked for and not begun yet."""
    begun = asyncio.Event()

    def note(*_: object) -> None:
        begun.set()

    event.listen(database.engines.reader.sync_engine, "before_cursor_execute", note, once=True)
    await begun.wait()


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are executed meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engines = [engine.sync_engine for engine in database.engines.all()]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield statements
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def open_files() -> list[Path]:
    """The files that this process has open."""
    return [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.exists()]
