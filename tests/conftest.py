"""Databases for tests: real ones, a private one for each test."""

import asyncio
import gc
import os
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import settings

from tests.engines import ENGINES
from tests.mariadb import VARIABLE, MariaDB, find_server, mariadb_server
from tests.servers import Login, PostgreSQL, postgresql_server
from tui.db.sample import build_file

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

NO_SERVER = f"there is no mariadbd on the path, and {VARIABLE} names none"


def pytest_xdist_auto_num_workers() -> int:
    """Two processes more than there are cores: many tests wait for a server's limit."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays, modules and some thousand tests, and let it look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly how many tests had no server to run on."""
    skipped = terminalreporter.stats.get("skipped", [])
    missed = [report for report in skipped if NO_SERVER in str(report.longrepr)]
    if missed:
        terminalreporter.section("NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"{len(missed)} tests were NOT RUN on MariaDB: {NO_SERVER}.", red=True, bold=True
        )


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """The PostgreSQL server of this test process."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """The MariaDB server of this test process."""
    program = find_server()
    if program is None:
        pytest.skip(NO_SERVER)
    with mariadb_server(program) as server:
        yield server


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as an SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, build_file(path)).result()
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sample_file: Path) -> str:
    """A private SQLite file with the sample."""
    return f"sqlite:///{shutil.copy(sample_file, tmp_path / 'sample.db')}"


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """A private SQLite file without tables."""
    path = tmp_path / "empty.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM")
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """A private PostgreSQL database with the sample."""
    with postgresql.sample() as url:
        yield url


@pytest.fixture
def empty_postgresql_url(postgresql: PostgreSQL) -> Iterator[str]:
    """A private PostgreSQL database without tables."""
    with postgresql.database() as url:
        yield url


@pytest.fixture
def mariadb_url(mariadb: MariaDB) -> Iterator[str]:
    """A private MariaDB database with the sample."""
    with mariadb.sample() as url:
        yield url


@pytest.fixture
def empty_mariadb_url(mariadb: MariaDB) -> Iterator[str]:
    """A private MariaDB database without tables."""
    with mariadb.database() as url:
        yield url


@pytest.fixture(params=ENGINES)
def sample_url(request: pytest.FixtureRequest) -> str:
    """A private database with the sample, on each engine in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest) -> str:
    """A private database without tables, on each engine in turn."""
    url: str = request.getfixturevalue(f"empty_{request.param}_url")
    return url


@pytest.fixture
def pg_tcp(postgresql: PostgreSQL) -> Login:
    """Host, port, user and password of a PostgreSQL that checks passwords."""
    return postgresql.login
