"""Servers of the tests' own that are stopped, killed, frozen and started again."""

import getpass
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from pathlib import Path
from typing import Protocol

import asyncmy

from tests import mariadb
from tests.faults.certificates import make_certificate
from tests.outside import run
from tests.servers import (
    TEMPLATE,
    Login,
    PostgreSQL,
    _configure,
    _initialise,
    _wait_until_ready,
    free_port,
)

_GUARD = '"$0" "$@" & server=$!; read how; kill -${how:-KILL} $server; wait $server'
"""The server lives as long as the guard's standard input is open, so it never outlives the tests."""


class Breakable(Protocol):
    """A server and what tests do to it. Another engine joins by one such class, and its name in SERVERS."""

    port: int
    commit: bytes
    """What a client says to commit, as it goes over the network."""

    def ensure(self) -> None:
        """Start it, if it does not run."""

    def stop(self) -> None:
        """Stop it as its administrator does: clients are told."""

    def kill(self) -> None:
        """Let it fall dead: nobody is told."""

    def frozen(self) -> AbstractContextManager[None]:
        """While this is open, it stands still, all of it."""

    def database(self) -> AbstractContextManager[str]:
        """A private database with the sample, by its URL."""

    def url(self, database: str, port: int, user: str = "") -> str:
        """The URL of a database by way of a port, without a password and not encrypted."""

    def full(self, direct: str) -> AbstractAsyncContextManager[str]:
        """While this is open, there is no connection left for a user, whose name is given."""

    def encrypted_only(self, direct: str) -> AbstractAsyncContextManager[str]:
        """While this is open, a user is let in with encryption only; the name of the user."""


class _Guarded:
    """A server's program, below a guard that ends with the tests."""

    def __init__(self, log: Path, *command: str | Path, user: str | None = None) -> None:
        self._log = log
        self._command = command
        self._user = user
        self._guard: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self._guard is not None

    def start(self) -> None:
        with self._log.open("a") as log:
            self._guard = subprocess.Popen(
                ["/bin/sh", "-c", _GUARD, *self._command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                user=self._user,
                start_new_session=True,
            )

    def end(self, how: str) -> None:
        """Send a signal by its name, and wait for the end."""
        if self._guard is not None:
            self._guard.communicate(f"{how}\n".encode())
            self._guard = None


@contextmanager
def standing_still(processes: list[int]) -> Iterator[None]:
    """SIGSTOP for some processes, SIGCONT at the end."""
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)


class BreakablePostgreSQL:
    """PostgreSQL: a process for each session, below one that starts them."""

    commit = b"COMMIT"

    def __init__(self, directory: Path) -> None:
        self._data = directory / "pg"
        programs, user = _initialise(self._data)
        self.port = free_port()
        _configure(self._data, self.port)
        (self._data / "pg_hba.conf").write_text(
            "local all all trust\n"
            "hostnossl all secret 127.0.0.1/32 reject\n"
            "host all all 127.0.0.1/32 trust\n",
            encoding="ascii",
        )
        self._server = PostgreSQL(programs, self._data, Login("127.0.0.1", self.port))
        self._guarded = _Guarded(directory / "log", programs / "postgres", "-D", self._data, user=user)
        self.ensure()
        self._server.create_template()

    def ensure(self) -> None:
        """Start it, if it does not run."""
        if not self._guarded.is_running:
            self._guarded.start()
            _wait_until_ready(self._data)

    def stop(self) -> None:
        """A fast shutdown: every session is ended with a word."""
        self._guarded.end("INT")

    def kill(self) -> None:
        """SIGKILL for every process."""
        for process in self._processes():
            with suppress(ProcessLookupError):  # a session that has ended meanwhile
                os.kill(process, signal.SIGKILL)
        self.stop()
        (self._data / "postmaster.pid").unlink()

    def frozen(self) -> AbstractContextManager[None]:
        """All its processes stand still."""
        return standing_still(self._processes())

    def database(self) -> AbstractContextManager[str]:
        """A copy of the sample."""
        return self._server.database(template=TEMPLATE)

    def url(self, database: str, port: int, user: str = "postgres") -> str:
        """Over TCP, without encryption, which this server has not."""
        return f"postgresql://{user}@127.0.0.1:{port}/{database}?sslmode=disable"

    @asynccontextmanager
    async def full(self, direct: str) -> AsyncIterator[str]:
        """A user who may have no connection."""
        await run(direct, "DROP ROLE IF EXISTS few", "CREATE ROLE few LOGIN CONNECTION LIMIT 0")
        yield "few"

    @asynccontextmanager
    async def encrypted_only(self, direct: str) -> AsyncIterator[str]:
        """A user whom the server's rules refuse."""
        await run(direct, "DROP ROLE IF EXISTS secret", "CREATE ROLE secret LOGIN")
        yield "secret"

    @property
    def process(self) -> int:
        """The process that starts all others."""
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def _processes(self) -> list[int]:
        first = self.process
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]


class BreakableMariaDB:
    """MariaDB: one process, whose threads are the sessions."""

    commit = b"\x03COMMIT"

    def __init__(self, directory: Path) -> None:
        program = mariadb.find_server()
        assert program is not None
        data, user = directory / "data", f"--user={getpass.getuser()}"
        mariadb._initialise(program, data, user)
        self.port = free_port()
        self.certificate = make_certificate(directory / "server", "IP:127.0.0.1")
        self._log = directory / "log"
        self._pid_file = directory / "pid"
        self._server = mariadb.MariaDB(data, Login("127.0.0.1", self.port, scheme="mysql"))
        settings = (
            *mariadb._SETTINGS,
            "--innodb-flush-log-at-trx-commit=2",  # what was committed survives a SIGKILL
            f"--datadir={data}",
            f"--tmpdir={directory}",
            f"--socket={directory / 'socket'}",
            f"--pid-file={self._pid_file}",
            f"--port={self.port}",
            f"--ssl-cert={self.certificate.path}",
            f"--ssl-key={self.certificate.key}",
        )
        self._guarded = _Guarded(self._log, program, "--no-defaults", user, *settings)
        self.ensure()
        self._server.create_template()
        self._server.run("CREATE USER few", "GRANT SELECT ON *.* TO few")
        self._server.run("CREATE USER secret REQUIRE SSL", "GRANT SELECT ON *.* TO secret")

    def ensure(self) -> None:
        """Start it, if it does not run."""
        if not self._guarded.is_running:
            self._guarded.start()
            mariadb._wait_until_ready(self._server, self._log)

    def stop(self) -> None:
        """A shutdown: every session is ended with a word."""
        self._guarded.end("TERM")

    def kill(self) -> None:
        """SIGKILL."""
        self._guarded.end("KILL")

    def frozen(self) -> AbstractContextManager[None]:
        """Its one process stands still."""
        return standing_still([int(self._pid_file.read_text())])

    def database(self) -> AbstractContextManager[str]:
        """A copy of the sample."""
        return self._server.sample()

    def url(self, database: str, port: int, user: str = "root") -> str:
        """Without the encryption that this server has."""
        return f"mysql://{user}@127.0.0.1:{port}/{database}?ssl-mode=DISABLED"

    @asynccontextmanager
    async def full(self, direct: str) -> AsyncIterator[str]:
        """As many sessions as it takes, which are at least ten; an administrator gets one more."""
        await run(direct, "SET GLOBAL max_connections = 10")
        held = [await asyncmy.connect(host="127.0.0.1", port=self.port, user="few") for _ in range(10)]
        try:
            yield "few"
        finally:
            for connection in held:
                await connection.ensure_closed()
            await run(direct, "SET GLOBAL max_connections = DEFAULT")

    @asynccontextmanager
    async def encrypted_only(self, direct: str) -> AsyncIterator[str]:
        """A user who has to come with encryption."""
        yield "secret"


SERVERS: dict[str, Callable[[Path], Breakable]] = {
    "mariadb": BreakableMariaDB,
    "postgresql": BreakablePostgreSQL,
}


@contextmanager
def breakable_server(engine: str) -> Iterator[Breakable]:
    """A server in a directory of its own; nothing of it is left."""
    directory = Path(tempfile.mkdtemp(prefix="tui-")).resolve()
    try:
        server = SERVERS[engine](directory)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
