"""The engines of a soak: how each is started, watched and troubled. A further engine joins by one entry."""

import asyncio
import os
import shutil
import signal
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from asyncmy.errors import MySQLError

from tests.mariadb import MariaDB, find_server, mariadb_server
from tests.outside import Rows, fetch, mariadb_connection, run
from tests.servers import TEMPLATE, PostgreSQL, postgresql_server
from tests.soak import data
from tests.soak.data import literal, quoted
from tests.soak.witness import Witness
from tui.db.sample import build_file

REFUSED = (OSError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError, MySQLError)
"""What drivers raise where something else is in the way."""

Fault = Callable[[threading.Event], None]
"""Does something bad for a while; the event ends it early."""


class Engine(Protocol):
    """One engine with a database that is ready for a soak."""

    url: str
    """What the program opens; `witness.url` is for everybody else."""
    witness: Witness

    def connections(self, pid: int) -> int:
        """How many connections the program has."""
        ...

    def idle_in_transaction(self) -> str:
        """What has left a transaction open; empty where nothing has."""
        ...

    def faults(self) -> Mapping[str, Fault]:
        """What can be done to it, by name."""
        ...


def execute(url: str, *statements: str) -> None:
    """Run statements from a thread that has no loop."""
    asyncio.run(run(url, *statements))


def query(url: str, sql: str) -> Rows:
    """Read rows from a thread that has no loop."""
    return asyncio.run(fetch(url, sql))


class SQLite:
    """A file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.url = f"sqlite:///{path}"
        self.witness = Witness(self.url)

    def connections(self, pid: int) -> int:
        """The open files that are the database."""
        count = 0
        for entry in Path(f"/proc/{pid}/fd").glob("*"):
            with suppress(OSError):
                count += Path(os.readlink(entry)) == self._path
        return count

    def idle_in_transaction(self) -> str:
        """Nobody else can write while somebody holds the file."""
        try:
            with closing(sqlite3.connect(self._path, timeout=60, isolation_level=None)) as connection:
                connection.execute("BEGIN EXCLUSIVE")
                connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            return f"somebody has held the file for a minute: {error}"
        return ""

    def faults(self) -> Mapping[str, Fault]:
        """Locks of two kinds."""
        return {
            "exclusive lock for 2 s": lambda over: self._hold("EXCLUSIVE", over, 2),
            "write lock for 2 s": lambda over: self._hold("IMMEDIATE", over, 2),
            "write lock for 7 s": lambda over: self._hold("IMMEDIATE", over, 7),
        }

    def _hold(self, kind: str, over: threading.Event, seconds: float) -> None:
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as connection:
            connection.execute(f"BEGIN {kind}")
            over.wait(seconds)
            connection.execute("ROLLBACK")


class Postgres:
    """A database on a server of its own."""

    def __init__(self, server: PostgreSQL, url: str) -> None:
        self._server = server
        self.url = url
        self.witness = Witness(url)

    def connections(self, pid: int) -> int:
        """The sessions that say they are the program's."""
        return int(self._sessions("count(*)")[0][0])

    def idle_in_transaction(self) -> str:
        """A session of the program that has had a transaction open for long without doing anything."""
        end = time.monotonic() + 60
        while rows := self._sessions("pid, state, query", "AND state LIKE 'idle in%'"):
            if time.monotonic() > end:
                return f"left in a transaction for a minute: {rows}"
            time.sleep(0.5)
        return ""

    def faults(self) -> Mapping[str, Fault]:
        """Sessions ended, a server process stopped for a while, locks."""
        return {
            "one session ended": lambda over: self._terminate("ORDER BY random() LIMIT 1"),
            "all sessions ended": lambda over: self._terminate(""),
            "a session stands still for 1 s": self._stand_still,
            "exclusive lock for 2 s": lambda over: self._hold("ACCESS EXCLUSIVE", over, 2),
            "write lock for 7 s": lambda over: self._hold("EXCLUSIVE", over, 7),
        }

    def _sessions(self, what: str, condition: str = "") -> Rows:
        return query(
            self.url,
            f"SELECT {what} FROM pg_stat_activity WHERE datname = current_database() "
            f"AND application_name = 'tui' {condition}",
        )

    def _terminate(self, which: str) -> None:
        for (pid,) in self._sessions("pid", which):
            query(self.url, f"SELECT pg_terminate_backend({pid})")

    def _stand_still(self, over: threading.Event) -> None:
        rows = self._sessions("pid", "ORDER BY state = 'active' DESC, random() LIMIT 1")
        for (pid,) in rows:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                over.wait(1)
                os.kill(pid, signal.SIGCONT)

    def _hold(self, kind: str, over: threading.Event, seconds: float) -> None:
        tables = ", ".join(quoted(name) for name in data.COLUMNS)
        asyncio.run(_locked(self.url, f"LOCK TABLE {tables} IN {kind} MODE", over, seconds))


class MariaDBServer:
    """A database on a server of its own, with a user for the program alone."""

    def __init__(self, server: MariaDB, url: str) -> None:
        self._server = server
        self.url = server.login.url(url.rpartition("/")[2])
        self.witness = Witness(url)

    def connections(self, pid: int) -> int:
        """The sessions of the program's user."""
        return len(self._sessions())

    def idle_in_transaction(self) -> str:
        """A session of the program that has had a transaction open for long without doing anything."""
        end = time.monotonic() + 60
        while rows := self._idle():
            if time.monotonic() > end:
                return f"left in a transaction for a minute: {rows}"
            time.sleep(0.5)
        return ""

    def faults(self) -> Mapping[str, Fault]:
        """Sessions and statements ended, the server stopped for a while, locks."""
        return {
            "one session ended": lambda over: self._kill("CONNECTION", most=1),
            "all sessions ended": lambda over: self._kill("CONNECTION"),
            "all statements ended": lambda over: self._kill("QUERY"),
            "the server stands still for 1 s": self._stand_still,
            "exclusive lock for 2 s": lambda over: self._hold_tables(over, 2),
            "write lock for 7 s": lambda over: self._hold_rows(over, 7),
        }

    def _sessions(self) -> list[int]:
        user = literal(self._server.login.user)
        sql = f"SELECT ID FROM information_schema.PROCESSLIST WHERE USER = {user} ORDER BY rand()"
        return [number for (number,) in query(self.witness.url, sql)]

    def _idle(self) -> Rows:
        return query(
            self.witness.url,
            "SELECT ID, trx_state, trx_isolation_level, trx_started FROM information_schema.INNODB_TRX "
            "JOIN information_schema.PROCESSLIST ON ID = trx_mysql_thread_id "
            f"WHERE COMMAND = 'Sleep' AND USER = {literal(self._server.login.user)}",
        )

    def _kill(self, what: str, most: int | None = None) -> None:
        for number in self._sessions()[:most]:
            with suppress(MySQLError):  # it has gone by itself
                execute(self.witness.url, f"KILL {what} {number}")

    def _stand_still(self, over: threading.Event) -> None:
        [file] = self._server.data.glob("*.pid")
        process = int(file.read_text())
        os.kill(process, signal.SIGSTOP)
        over.wait(1)
        os.kill(process, signal.SIGCONT)

    def _hold_tables(self, over: threading.Event, seconds: float) -> None:
        tables = ", ".join(f"{quoted(name)} WRITE" for name in data.COLUMNS)
        asyncio.run(_held(self.witness.url, [f"LOCK TABLES {tables}"], over, seconds))

    def _hold_rows(self, over: threading.Event, seconds: float) -> None:
        reads = [f"SELECT count(*) FROM {quoted(name)} FOR UPDATE" for name in data.COLUMNS]
        asyncio.run(_held(self.witness.url, ["BEGIN", *reads], over, seconds))


async def _held(url: str, statements: Sequence[str], over: threading.Event, seconds: float) -> None:
    connection = await mariadb_connection(url)
    try:
        await connection.query("SET lock_wait_timeout = 5, innodb_lock_wait_timeout = 5")
        for statement in statements:
            await connection.query(statement)
        await asyncio.to_thread(over.wait, seconds)
    finally:
        await connection.ensure_closed()


async def _locked(url: str, statement: str, over: threading.Event, seconds: float) -> None:
    connection: Any = await asyncpg.connect(url)
    try:
        with suppress(asyncpg.PostgresError):
            async with connection.transaction():
                await connection.execute("SET LOCAL lock_timeout = '5s'")
                await connection.execute(statement)
                await asyncio.to_thread(over.wait, seconds)
    finally:
        await connection.close()


@contextmanager
def sqlite() -> Iterator[Engine]:
    """A file with the sample, in a directory of its own."""
    directory = Path(tempfile.mkdtemp(prefix="tui-soak-")).resolve()
    try:
        asyncio.run(build_file(directory / "soak.db"))
        yield _prepared(SQLite(directory / "soak.db"))
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def postgresql() -> Iterator[Engine]:
    """A server with the sample."""
    with postgresql_server() as server, server.database(template=TEMPLATE) as url:
        yield _prepared(Postgres(server, url))


@contextmanager
def mariadb() -> Iterator[Engine]:
    """A server with the sample."""
    program = find_server()
    if program is None:
        raise RuntimeError("there is no mariadbd")
    with mariadb_server(program) as server, server.sample() as url:
        yield _prepared(MariaDBServer(server, url))


def _prepared(engine: Engine) -> Engine:
    execute(engine.witness.url, *data.TABLES, "BEGIN", *data.rows(), "COMMIT", *engine.witness.statements())
    return engine


ENGINES = {"sqlite": sqlite, "postgresql": postgresql, "mariadb": mariadb}
"""How a database is made, by the engine's name."""
