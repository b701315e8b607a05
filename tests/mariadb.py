"""MariaDB for the tests: the system's server in a directory of its own, with fast databases for each test."""

import asyncio
import getpass
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncmy
from asyncmy.errors import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from tests.servers import START_SECONDS, Login, free_port
from tui.db.sample import build

VARIABLE = "TUI_TEST_MARIADBD"
"""Names the server's program where it is not on the path."""

TEMPLATE = "sample_template"
TABLES = ("users", "tags", "posts", "post_tags")
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/opt/homebrew/bin")
_SETTINGS = (
    "--bind-address=127.0.0.1",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--performance-schema=off",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=8M",
    "--innodb-stats-auto-recalc=0",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_bin",
    "--default-time-zone=+00:00",
)
_GUARD = '"$0" "$@" & server=$!; read _; kill -KILL $server; wait $server; rm -rf "$DATA"'
"""The server lives as long as the guard's standard input is open, so it never outlives the tests."""

_WRITES = """
SELECT SUM(VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS
WHERE VARIABLE_NAME RLIKE '^COM_(INSERT|UPDATE|DELETE|REPLACE|LOAD|CREATE|DROP|ALTER|RENAME|TRUNCATE|GRANT)'
"""


def find_server() -> Path | None:
    """The server's program: what the variable names, else what the system has; None where there is none."""
    if named := os.environ.get(VARIABLE):
        return Path(named) if Path(named).is_file() else None
    found = shutil.which("mariadbd", path=os.pathsep.join([os.environ.get("PATH", ""), *_PLACES]))
    return Path(found) if found else None


@dataclass
class MariaDB:
    """A server that runs, and the databases on it."""

    data: Path
    login: Login
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _samples: list[str] = field(default_factory=list)
    """Databases with the sample that nobody has changed."""
    _definitions: list[str] = field(default_factory=list)

    def url(self, database: str) -> str:
        """What a user would type to open a database."""
        return f"mysql://root@127.0.0.1:{self.login.port}/{database}"

    def run(self, *statements: str, database: str | None = None) -> list[tuple[Any, ...]]:
        """Run statements one by one, return the rows of the last one."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._run(statements, database)).result()

    async def _run(self, statements: tuple[str, ...], database: str | None) -> list[tuple[Any, ...]]:
        connection = await asyncmy.connect(
            host="127.0.0.1", port=self.login.port, user="root", database=database, autocommit=True
        )
        try:
            async with connection.cursor() as cursor:
                for statement in statements:
                    await cursor.execute(statement)
                return list(await cursor.fetchall())
        finally:
            await connection.ensure_closed()

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make a database, give its URL, drop it."""
        name = self._name()
        self.run(f"CREATE DATABASE {name}")
        yield self.url(name)
        self.run(f"DROP DATABASE IF EXISTS {name}")

    @contextmanager
    def sample(self) -> Iterator[str]:
        """Give the URL of a database with the sample; the next test gets it too if nothing was written."""
        name = self._samples.pop() if self._samples else self._copy()
        [(before,)] = self.run(_WRITES)
        yield self.url(name)
        [(after,)] = self.run(_WRITES)
        if before == after:
            self._samples.append(name)
        else:
            self.run(f"DROP DATABASE IF EXISTS {name}")

    def _name(self) -> str:
        """A new name, in letters: tests may look for numbers in statements."""
        return "db_" + "".join("abcdefghij"[int(digit)] for digit in str(next(self._numbers)))

    def _copy(self) -> str:
        name = self._name()
        copies = [f"INSERT INTO {name}.{table} SELECT * FROM {TEMPLATE}.{table}" for table in TABLES]
        tables = ", ".join(f"{name}.{table}" for table in TABLES)
        checks = "SET unique_checks = 0, foreign_key_checks = 0"
        self.run(
            f"CREATE DATABASE {name}",
            f"USE {name}",
            checks,
            *self._definitions,
            *copies,
            f"ANALYZE TABLE {tables}",
        )
        return name

    def create_template(self) -> None:
        """Make the database with the sample that others are copied from."""
        self.run(f"CREATE DATABASE {TEMPLATE}")
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, _build_sample(self.url(TEMPLATE))).result()
        self._definitions += [self.run(f"SHOW CREATE TABLE {TEMPLATE}.{table}")[0][1] for table in TABLES]


async def _build_sample(url: str) -> None:
    engine = create_async_engine(url.replace("mysql:", "mysql+asyncmy:"))
    try:
        await build(engine)
    finally:
        await engine.dispose()


@contextmanager
def mariadb_server(program: Path) -> Iterator[MariaDB]:
    """Start a server in a directory of its own, stop it at the end."""
    directory = Path(tempfile.mkdtemp(prefix="tui-")).resolve()
    try:
        with _running(program, directory) as server:
            login = server.login
            server.run(
                f"CREATE USER {login.user} IDENTIFIED BY '{login.password}'",
                f"GRANT ALL ON *.* TO {login.user}",
            )
            server.create_template()
            yield server
    finally:
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def _running(program: Path, directory: Path) -> Iterator[MariaDB]:
    data = directory / "data"
    user = f"--user={getpass.getuser()}"
    _initialise(program, data, user)
    server = MariaDB(data, Login("127.0.0.1", free_port(), scheme="mysql"))
    places = (
        f"--datadir={data}",
        f"--tmpdir={directory}",
        f"--socket={directory / 'socket'}",
        f"--port={server.login.port}",
    )
    with (directory / "log").open("w") as log:
        guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD, program, "--no-defaults", *places, user, *_SETTINGS],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=os.environ | {"DATA": str(data)},
            start_new_session=True,
        )
    with guard:
        _wait_until_ready(server, directory / "log")
        yield server


def _initialise(program: Path, data: Path, user: str) -> None:
    """Make the data directory, with a root that needs no password."""
    places = [
        str(program.parent),
        os.environ.get("PATH", ""),
        "/usr/bin",
        str(program.parent.parent / "scripts"),
    ]
    installer = shutil.which("mariadb-install-db", path=os.pathsep.join(places))
    if installer is None:
        raise RuntimeError(f"There is no mariadb-install-db beside {program}.")
    done = subprocess.run(
        [
            installer,
            "--no-defaults",
            f"--datadir={data}",
            f"--tmpdir={data.parent}",
            user,
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-log-file-size=8M",
        ],
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{installer} failed:\n{done.stdout}{done.stderr}")


def _wait_until_ready(server: MariaDB, log: Path) -> None:
    """Wait until the server answers; fail with its log."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            server.run("SELECT 1")
        except OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError(f"MariaDB did not start:\n{log.read_text()}")
