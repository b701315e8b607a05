"""Servers of the tests' own that are stopped, killed, frozen and started again."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from tests.servers import (
    TEMPLATE,
    Login,
    PostgreSQL,
    _configure,
    _initialise,
    _wait_until_ready,
    free_port,
)

_GUARD = '"$0" "$@" & server=$!; read _; kill -INT $server; wait $server'
"""The server lives as long as the guard's standard input is open, so it never outlives the tests."""


class Breakable(Protocol):
    """A server and what tests do to it. Another engine joins by one such class, and its name in SERVERS."""

    end_sessions: str
    """A query that ends all sessions of the database but its own."""
    wait_in_commit: tuple[str, ...]
    """Statements after which a COMMIT waits, if a user was changed, for whoever has run `hold_commits`."""
    hold_commits: str
    port: int

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

    def through(self, url: str, port: int) -> str:
        """The URL of the same database at another port, without a password."""


class BreakablePostgreSQL:
    """PostgreSQL: a process for each session, below one that starts them."""

    end_sessions = (
        "SELECT bool_and(pg_terminate_backend(pid, 30000)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    wait_in_commit: tuple[str, ...] = (
        "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_advisory_xact_lock(42); RETURN NULL; END'",
        "CREATE CONSTRAINT TRIGGER wait AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION wait()",
    )
    hold_commits = "SELECT pg_advisory_lock(42)"

    def __init__(self, directory: Path) -> None:
        self._data = directory / "pg"
        programs, self._user = _initialise(self._data)
        self.port = free_port()
        _configure(self._data, self.port)
        (self._data / "pg_hba.conf").write_text(
            "local all all trust\n"
            "hostnossl all secret 127.0.0.1/32 reject\n"
            "host all all 127.0.0.1/32 trust\n",
            encoding="ascii",
        )
        self._server = PostgreSQL(programs, self._data, Login("127.0.0.1", self.port))
        self._guard: subprocess.Popen[bytes] | None = None
        self.ensure()
        self._server.create_template()

    def ensure(self) -> None:
        """Start it, if it does not run."""
        if self._guard is not None:
            return
        with (self._data.parent / "log").open("a") as log:
            self._guard = subprocess.Popen(
                ["/bin/sh", "-c", _GUARD, self._server.programs / "postgres", "-D", self._data],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                user=self._user,
                start_new_session=True,
            )
        _wait_until_ready(self._data)

    def stop(self) -> None:
        """A fast shutdown: every session is ended with a word."""
        if self._guard is not None:
            self._guard.communicate()
            self._guard = None

    def kill(self) -> None:
        """SIGKILL for every process."""
        for process in self._processes():
            os.kill(process, signal.SIGKILL)
        self.stop()
        (self._data / "postmaster.pid").unlink()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """SIGSTOP for every process, SIGCONT at the end."""
        processes = self._processes()
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)

    def database(self) -> AbstractContextManager[str]:
        """A copy of the sample."""
        return self._server.database(template=TEMPLATE)

    def through(self, url: str, port: int) -> str:
        """Over TCP, without encryption, which this server has not."""
        name = url.partition("@/")[2].partition("?")[0]
        return f"postgresql://postgres@127.0.0.1:{port}/{name}?sslmode=disable"

    @property
    def process(self) -> int:
        """The process that starts all others."""
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def _processes(self) -> list[int]:
        first = self.process
        children = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        return [first, *map(int, children)]


SERVERS = {"postgresql": BreakablePostgreSQL}


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
