"""Databases that keep a program waiting, honestly: another program's locks, statements that take long."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import asyncpg

from tests.outside import fetch, run
from tests.waiting import until_equal

RUNNING = """
SELECT count(*) FROM pg_stat_activity
WHERE state = 'active' AND query LIKE '%{}%' AND pid <> pg_backend_pid()
"""


def is_sqlite(url: str) -> bool:
    """Whether it is a file."""
    return url.startswith("sqlite:")


@asynccontextmanager
async def write_locked(url: str) -> AsyncIterator[None]:
    """While this is open, the users can be read, and whoever changes one waits."""
    if is_sqlite(url):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
        return
    held = await asyncpg.connect(url)
    try:
        await held.execute("BEGIN; LOCK TABLE users IN SHARE MODE")
        yield
    finally:
        await held.close()


@asynccontextmanager
async def locked(url: str, table: str) -> AsyncIterator[None]:
    """While this is open, whoever reads the table waits."""
    if is_sqlite(url):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
        return
    held = await asyncpg.connect(url)
    try:
        await held.execute(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield
    finally:
        await held.close()


async def add_slow_view(url: str) -> None:
    """A database view `slow` that needs longer than any test waits."""
    if is_sqlite(url):
        endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000)"
        await run(url, f"CREATE VIEW slow AS {endless} SELECT id, n FROM tags CROSS JOIN c WHERE n = 0")
    else:
        await run(
            url, "CREATE VIEW slow AS SELECT n, pg_sleep(10)::text AS slept FROM generate_series(1, 60) n"
        )


BACKENDS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def until_gone(url: str) -> None:
    """Wait until the server has noticed that everybody has gone."""
    if not is_sqlite(url):
        await until_equal(lambda: fetch(url, BACKENDS), [(0,)])


END = """
SELECT bool_and(pg_terminate_backend(pid, 30000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def end_sessions(url: str) -> None:
    """Let the server end all sessions of the database but one, and wait until they are gone."""
    assert await fetch(url, END) == [(True,)]


async def until_idle(url: str, table: str, *, is_idle: bool = True) -> None:
    """Wait until nobody reads the table any more, or until somebody does."""
    await until_equal(lambda: _is_idle(url, table), is_idle)


async def _is_idle(url: str, table: str) -> bool:
    """Whether nobody reads the table: on the server, or with a lock on the file."""
    if is_sqlite(url):
        return await asyncio.to_thread(_is_free, url.removeprefix("sqlite:///"))
    return await fetch(url, RUNNING.format(table)) == [(0,)]


def _is_free(path: str) -> bool:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return False
    return True
