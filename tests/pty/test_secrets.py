"""A password is in nothing that the program writes, to the screen or to a file."""

import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.mariadb import MariaDB
from tests.pty.test_pty import home, tui
from tests.servers import TEMPLATE, PostgreSQL

__all__ = ["home"]


@dataclass
class Guarded:
    """A sample behind a password, and the way to shut everybody out of it."""

    url: str
    password: str
    shut: Callable[[], object]


@pytest.fixture
def guarded_postgresql(postgresql: PostgreSQL) -> Iterator[Guarded]:
    """On PostgreSQL."""
    login = postgresql.login
    with postgresql.database(template=TEMPLATE) as url:
        name = url.partition("@/")[2].partition("?")[0]
        for kind in ("TABLES", "SEQUENCES"):
            postgresql.run(f"GRANT ALL ON ALL {kind} IN SCHEMA public TO {login.user}", database=name)
        yield Guarded(
            login.url(name),
            login.password,
            lambda: postgresql.run(
                f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
                f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '{name}'",
            ),
        )


@pytest.fixture
def guarded_mariadb(mariadb: MariaDB, mariadb_url: str) -> Iterator[Guarded]:
    """On MariaDB."""
    user = mariadb.login.user
    url = mariadb.login.url(mariadb_url.rpartition("/")[2])
    yield Guarded(
        url,
        mariadb.login.password,
        lambda: mariadb.run(f"ALTER USER {user} ACCOUNT LOCK", f"KILL USER {user}"),
    )
    mariadb.run(f"ALTER USER {user} ACCOUNT UNLOCK")


@pytest.fixture(params=["postgresql", "mariadb"])
def guarded(request: pytest.FixtureRequest) -> Guarded:
    """On each server in turn."""
    found: Guarded = request.getfixturevalue(f"guarded_{request.param}")
    return found


def test_a_password_is_neither_on_the_screen_nor_in_the_echo(
    guarded: Guarded, home: Mapping[str, str], tmp_path: Path
) -> None:
    """From the first frame to the end, with a save, an error and the loss of the server in between."""
    echo = tmp_path / "echo.sql"
    name = guarded.url.rpartition("/")[2]
    with tui(guarded.url, "--table", "users", "--echo", echo, env=home, cwd=tmp_path) as terminal:
        terminal.wait_for("row 1 of 1,000")
        assert name in terminal.text().split("\n")[0]
        terminal.press("right", "e")
        terminal.wait_for("users · id 1")
        terminal.send("bob\r")
        terminal.wait_for("1 staged")
        terminal.press("w", "s")
        terminal.wait_for("Another row has this value")
        terminal.press("escape")
        terminal.wait_for("row 1 of 1,000")
        guarded.shut()
        terminal.press("r")
        terminal.wait_for("✗")
        terminal.press("q")
        terminal.wait_for("1 change is staged")
        terminal.press("x")
        assert terminal.wait_for_exit() == 0
        assert guarded.password.encode() not in terminal.raw
        assert guarded.password not in terminal.title
    written = echo.read_text()
    assert "UPDATE" in written
    assert guarded.password not in written
    assert stat.S_IMODE(echo.stat().st_mode) == 0o600
