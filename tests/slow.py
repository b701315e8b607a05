"""Databases that keep a program waiting, honestly: another program's locks, statements that take long."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import asyncpg

from tests.outside import fetch, mariadb_connection, run
from tests.waiting import until_equal

RUNNING = """
SELECT count(*) FROM pg_stat_activity
WHERE state = 'active' AND query LIKE '%{}%' AND pid <> pg_backend_pid()
"""


def is_sqlite(url: str) -> bool:
    """Whether it is a file."""
    return url.startswith("sqlite:")


def is_mariadb(url: str) -> bool:
    """Whether it is a database of MariaDB."""
    return url.startswith("mysql:")


@asynccontextmanager
async def write_locked(url: str) -> AsyncIterator[None]:
    """While this is open, the users can be read, and whoever changes one waits."""
    if is_sqlite(url):
        lock = "BEGIN IMMEDIATE"
    else:
        lock = "SELECT id FROM users FOR UPDATE" if is_mariadb(url) else "LOCK TABLE users IN SHARE MODE"
    async with _holding(url, lock):
        yield


@asynccontextmanager
async def locked(url: str, table: str) -> AsyncIterator[None]:
    """While this is open, whoever reads the table waits."""
    if is_sqlite(url):
        lock = "BEGIN EXCLUSIVE"
    else:
        mode = "WRITE" if is_mariadb(url) else "IN ACCESS EXCLUSIVE MODE"
        lock = f"LOCK TABLE {table} {mode}"
    async with _holding(url, lock):
        yield


@asynccontextmanager
async def _holding(url: str, lock: str) -> AsyncIterator[None]:
    """While this is open, another program holds a lock, on a server in a transaction."""
    if is_sqlite(url):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
            connection.execute(lock)
            yield
    elif is_mariadb(url):
        other = await mariadb_connection(url)
        try:
            await other.query("BEGIN")
            await other.query(lock)
            yield
        finally:
            await other.ensure_closed()
    else:
        held = await asyncpg.connect(url)
        try:
            await held.execute(f"BEGIN; {lock}")
            yield
        finally:
            await held.close()


WAIT_IN_COMMIT = (
    "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NULL; END'",
    "CREATE CONSTRAINT TRIGGER wait AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION wait()",
)


@asynccontextmanager
async def commits_held(url: str) -> AsyncIterator[None]:
    """While this is open, no change of the users is committed, unless the server dies meanwhile."""
    if is_mariadb(url):
        backup = await mariadb_connection(url)
        for stage in ("START", "BLOCK_COMMIT"):
            await backup.query(f"BACKUP STAGE {stage}")
        try:
            yield
        finally:
            await backup.ensure_closed()
    else:
        await run(url, *WAIT_IN_COMMIT)
        holder = await asyncpg.connect(url)
        try:
            await holder.execute("SELECT pg_advisory_lock(42)")
            yield
        finally:
            await holder.close()


WRITERS = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '{}%'"
WRITERS_OF_MARIADB = (
    "SELECT ID FROM information_schema.PROCESSLIST WHERE STATE <> '' AND INFO LIKE '{}%' "
    "AND DB = DATABASE() AND ID <> CONNECTION_ID()"
)


async def writing(url: str, statement: str) -> int:
    """Wait until a session waits for a lock to write; the server's number of it."""
    found: list[int] = []
    writers = (WRITERS_OF_MARIADB if is_mariadb(url) else WRITERS).format(statement)

    async def count() -> int:
        found[:] = [number for (number,) in await fetch(url, writers)]
        return len(found)

    await until_equal(count, 1)
    return found[0]


async def add_slow_view(url: str) -> None:
    """A database view `slow` that needs longer than any test waits."""
    if is_sqlite(url):
        endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000000)"
        await run(url, f"CREATE VIEW slow AS {endless} SELECT id, n FROM tags CROSS JOIN c WHERE n = 0")
    elif is_mariadb(url):
        await run(url, "CREATE VIEW slow AS SELECT id AS n, sleep(10) AS slept FROM tags")
    else:
        await run(
            url, "CREATE VIEW slow AS SELECT n, pg_sleep(10)::text AS slept FROM generate_series(1, 60) n"
        )


BACKENDS = """
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


OTHERS = "SELECT ID FROM information_schema.PROCESSLIST WHERE DB = DATABASE() AND ID <> CONNECTION_ID()"

STATEMENTS = """
SELECT count(*) FROM information_schema.PROCESSLIST
WHERE COMMAND = 'Query' AND INFO LIKE '%{}%' AND ID <> CONNECTION_ID()
"""


async def until_gone(url: str) -> None:
    """Wait until the server has noticed that everybody has gone."""
    if not is_sqlite(url):
        others, none = (OTHERS, []) if is_mariadb(url) else (BACKENDS, [(0,)])
        await until_equal(lambda: fetch(url, others), none)


END = """
SELECT bool_and(pg_terminate_backend(pid, 30000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def end_sessions(url: str) -> None:
    """Let the server end all sessions of the database but one, and wait until they are gone."""
    if not is_mariadb(url):
        assert await fetch(url, END) == [(True,)]
        return
    await run(url, *(f"KILL {number}" for (number,) in await fetch(url, OTHERS)))
    await until_gone(url)


async def until_idle(url: str, table: str, *, is_idle: bool = True) -> None:
    """Wait until nobody reads the table any more, or until somebody does."""
    await until_equal(lambda: _is_idle(url, table), is_idle)


async def _is_idle(url: str, table: str) -> bool:
    """Whether nobody reads the table: on the server, or with a lock on the file."""
    if is_sqlite(url):
        return await asyncio.to_thread(_is_free, url.removeprefix("sqlite:///"))
    running = STATEMENTS if is_mariadb(url) else RUNNING
    return await fetch(url, running.format(table)) == [(0,)]


def _is_free(path: str) -> bool:
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as connection:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return False
    return True
