"""A password is in nothing that the program writes, to the screen or to a file."""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.pty.test_pty import home, tui
from tests.servers import TEMPLATE, Login, PostgreSQL

__all__ = ["home"]


@pytest.fixture
def tcp_url(postgresql: PostgreSQL, pg_tcp: Login) -> Iterator[str]:
    """A sample behind a password."""
    with postgresql.database(template=TEMPLATE) as url:
        name = url.partition("@/")[2].partition("?")[0]
        for kind in ("TABLES", "SEQUENCES"):
            postgresql.run(f"GRANT ALL ON ALL {kind} IN SCHEMA public TO {pg_tcp.user}", database=name)
        yield pg_tcp.url(name)


def test_a_password_is_neither_on_the_screen_nor_in_the_echo(
    tcp_url: str, postgresql: PostgreSQL, pg_tcp: Login, home: Mapping[str, str], tmp_path: Path
) -> None:
    """From the first frame to the end, with a save, an error and the loss of the server in between."""
    echo = tmp_path / "echo.sql"
    name = tcp_url.rpartition("/")[2]
    with tui(tcp_url, "--table", "users", "--echo", echo, env=home, cwd=tmp_path) as terminal:
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
        postgresql.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        postgresql.run(
            f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        terminal.press("r")
        terminal.wait_for("✗")
        terminal.press("q")
        terminal.wait_for("1 change is staged")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
        assert pg_tcp.password.encode() not in terminal.raw
        assert pg_tcp.password not in terminal.title
    written = echo.read_text()
    assert "UPDATE" in written
    assert pg_tcp.password not in written
    assert stat.S_IMODE(echo.stat().st_mode) == 0o600
