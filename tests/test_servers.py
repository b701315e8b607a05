"""The databases that the other tests rely on."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from tests.mariadb import VARIABLE, MariaDB
from tests.outside import fetch, run
from tests.servers import Login, PostgreSQL


async def test_each_test_gets_the_sample(sample_url: str) -> None:
    """Every user is there, on every engine."""
    assert await fetch(sample_url, "SELECT count(*) FROM users") == [(1000,)]


@pytest.mark.parametrize("turn", [1, 2])
async def test_what_one_test_deletes_the_next_one_has(sample_url: str, turn: int) -> None:
    """Databases are private: both turns find all the links and delete them."""
    assert await fetch(sample_url, "SELECT count(*) > 9000 FROM post_tags") in ([(1,)], [(True,)])
    await run(sample_url, "DELETE FROM post_tags")
    assert await fetch(sample_url, "SELECT count(*) FROM post_tags") == [(0,)]


async def test_a_sample_that_was_only_read_is_used_again_and_one_that_was_written_to_is_not(
    postgresql: PostgreSQL,
) -> None:
    with postgresql.sample() as first:
        await fetch(first, "SELECT count(*) FROM users")
    with postgresql.sample() as second:
        await run(second, "DELETE FROM post_tags WHERE post_id = 1")
    with postgresql.sample() as third:
        assert (first == second, second == third) == (True, False)


async def test_the_empty_database_has_no_tables(empty_url: str) -> None:
    """A table can be made in it."""
    await run(empty_url, "CREATE TABLE users (id int)", "INSERT INTO users VALUES (1)")
    assert await fetch(empty_url, "SELECT * FROM users") == [(1,)]


async def test_text_sorts_the_same_on_each_engine(empty_url: str) -> None:
    """By code point, so that tests may compare orders."""
    await run(empty_url, "CREATE TABLE t (a text)", "INSERT INTO t VALUES ('b'), ('A'), ('é'), ('B'), ('a')")
    assert await fetch(empty_url, "SELECT a FROM t ORDER BY a") == [("A",), ("B",), ("a",), ("b",), ("é",)]


async def test_the_password_is_checked_over_tcp(pg_tcp: Login) -> None:
    """The right one opens the server, a wrong one doesn't."""
    assert await fetch(pg_tcp.url(), "SELECT current_user::text") == [("alice",)]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await fetch(pg_tcp.url(password="guess"), "SELECT 1")


def test_the_socket_path_is_short_enough(postgresql: PostgreSQL) -> None:
    """Operating systems allow about a hundred characters."""
    assert len(str(postgresql.data / ".s.PGSQL.65535")) < 100


def test_a_failing_statement_is_an_error(postgresql: PostgreSQL) -> None:
    """The server's helper never hides one."""
    with pytest.raises(RuntimeError, match="does not exist"):
        postgresql.run("SELECT * FROM nothing")


START_MARIADB_AND_WAIT = """
import time
from tests.mariadb import find_server, mariadb_server
with mariadb_server(find_server()) as server:
    [(process,)] = server.run("SELECT @@pid_file")
    print(server.data, process, flush=True)
    time.sleep(60)
"""


def test_mariadb_does_not_outlive_killed_tests(mariadb: MariaDB) -> None:
    command = [sys.executable, "-c", START_MARIADB_AND_WAIT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout
        data, pid_file = tests.stdout.readline().split()
        server = int(Path(data, Path(pid_file).name).read_text())
        tests.kill()
    end = time.monotonic() + 10
    while Path(f"/proc/{server}").exists() and time.monotonic() < end:
        time.sleep(0.02)
    shutil.rmtree(Path(data).parent, ignore_errors=True)
    assert not Path(f"/proc/{server}").exists()


def test_tests_without_a_server_are_reported_loudly_and_by_number() -> None:
    """And are no failures: the check of the project makes sure that there is one."""
    chosen = ["tests/test_servers.py", "-k", "test_the_empty_database_has_no_tables", "-n", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *chosen],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {VARIABLE: "/missing/mariadbd"},
    )
    assert done.returncode == 0
    assert "NOT RUN" in done.stdout
    assert "1 tests were NOT RUN on MariaDB: there is no mariadbd" in done.stdout


async def test_a_missing_file_is_not_created_from_outside(tmp_path: Path) -> None:
    """A typo in a test is an error."""
    with pytest.raises(Exception, match="unable to open"):
        await run(f"sqlite:///{tmp_path}/missing.db", "SELECT 1")


START_AND_WAIT = """
import time
from tests.servers import postgresql_server
with postgresql_server() as server:
    print(server.data, flush=True)
    time.sleep(60)
"""


def test_the_server_does_not_outlive_killed_tests() -> None:
    """Not even when they could not clean up."""
    with subprocess.Popen([sys.executable, "-c", START_AND_WAIT], stdout=subprocess.PIPE, text=True) as tests:
        assert tests.stdout
        data = Path(tests.stdout.readline().strip())
        server = int((data / "postmaster.pid").read_text().split()[0])
        tests.kill()
    end = time.monotonic() + 60
    while Path(f"/proc/{server}").exists() and time.monotonic() < end:
        time.sleep(0.02)
    shutil.rmtree(data.parent, ignore_errors=True)
    assert not Path(f"/proc/{server}").exists()
