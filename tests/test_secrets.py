"""A password is seen nowhere, and what the program writes can be read by its user alone."""

import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.outside import run
from tests.pty_session import Terminal
from tests.servers import Login
from tui.db.address import parse_address

PROJECT = Path(__file__).parents[1]
WORKER_CRASHES = """
import sys
from textual import work
from tui.screens.rows_pane import RowsPane
from tui.__main__ import main

async def crash(self, *_, **__):
    url = self.app.database.address.url
    raise ValueError(f"on purpose with {url} and \\x1b]52;c;RVZJTA==\\x07 [/] EVIL")

RowsPane.open = work(crash, group="load")
sys.exit(main(sys.argv[1:]))
"""
CONNECT_CRASHES = """
import sys
import tui.db.database
from tui.__main__ import main

async def crash(address, options):
    raise ValueError(f"on purpose with {address.url}")

tui.db.database.Database.open = crash
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def home(tmp_path: Path) -> Mapping[str, str]:
    """An environment without settings and without a database."""
    folders = {
        f"XDG_{name}_HOME": str(tmp_path / "home" / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    return {"PYTHONPATH": str(PROJECT), "HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path), **folders}


def arguments_of(pid: int) -> str:
    """The command line of a process, as everybody can see it."""
    return subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize(
    ("server", "program"),
    [("postgresql", WORKER_CRASHES), ("mariadb", CONNECT_CRASHES)],
    ids=["in a worker", "while connecting"],
)
async def test_a_crash_tells_no_password_and_no_values(
    request: pytest.FixtureRequest, home: Mapping[str, str], tmp_path: Path, server: str, program: str
) -> None:
    (tmp_path / "program.py").write_text(program)
    running, url = (request.getfixturevalue(name) for name in (server, f"empty_{server}_url"))
    await run(url, "CREATE TABLE t (id int PRIMARY KEY)")
    own_url = running.login.url(url.partition("?")[0].rpartition("/")[2])
    text, raw = crash(tmp_path / "program.py", {**home, "DATABASE_URL": own_url})
    assert "ValueError: on purpose with •••" in text
    assert running.login.password.encode() not in raw
    assert b"\x1b]52" not in raw
    assert "locals" not in text


def crash(program: Path, env: Mapping[str, str]) -> tuple[str, bytes]:
    """What is on the screen after a crash, and all that was written."""
    with Terminal([sys.executable, program], env, cwd=program.parent) as terminal:
        assert terminal.wait_for_exit(30) == 1
        return terminal.text(), terminal.raw


@pytest.mark.parametrize("way", ["prompt", "standard input", "environment"])
def test_there_are_ways_in_that_no_list_of_processes_shows(
    pg_tcp: Login, home: Mapping[str, str], tmp_path: Path, way: str
) -> None:
    url, echo = pg_tcp.url(), tmp_path / "echo.sql"
    env = {**home, "DATABASE_URL": url if way == "environment" else ""}
    command = f"exec {sys.executable} -m tui --echo {echo}"
    if way == "prompt":
        command += f" -W {url.replace(':' + pg_tcp.password, '')}"
    if way == "standard input":
        (tmp_path / "url").write_text(url + "\n")
        command += f" - < {tmp_path / 'url'}"
    with Terminal(["/bin/sh", "-c", command], env, cwd=tmp_path) as terminal:
        if way == "prompt":
            terminal.wait_for("Password:")
            terminal.send(f"{pg_tcp.password}\r")
        terminal.wait_for("no tables", timeout=30)
        assert pg_tcp.password not in arguments_of(terminal.pid)
        assert pg_tcp.password not in terminal.text()
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit(20) == 0
        assert pg_tcp.password.encode() not in terminal.raw
        assert pg_tcp.password not in terminal.title
    assert "SELECT" in echo.read_text()
    assert pg_tcp.password not in echo.read_text()


def test_whatever_is_written_belongs_to_the_user_alone(home: Mapping[str, str], tmp_path: Path) -> None:
    env = {**home, "DATABASE_URL": "", "XDG_DOWNLOAD_DIR": str(tmp_path / "home")}
    before = {path for path in tmp_path.rglob("*")}
    command = f"umask 0; mkdir -p {tmp_path / 'home'}; exec {sys.executable} -m tui --echo echo.sql"
    with Terminal(["/bin/sh", "-c", command], env, cwd=tmp_path) as terminal:
        terminal.wait_for("row 1 of", timeout=30)
        terminal.press("ctrl+p")
        terminal.wait_for("Search for commands")
        terminal.send("screenshot")
        terminal.wait_for("Save a picture")
        terminal.press("enter")
        terminal.wait_for(lambda _: list(tmp_path.rglob("*.svg")), timeout=20)
        terminal.press("ctrl+p")
        terminal.wait_for("Search for commands")
        terminal.send("theme")
        terminal.wait_for("Choose the colours")
        terminal.press("enter")
        terminal.wait_for("gruvbox")
        terminal.press("down", "enter")
        terminal.wait_for(lambda _: list(tmp_path.rglob("settings.json")), timeout=20)
        written = {
            path: path.stat().st_mode for path in {*tmp_path.rglob("*")} - before - {tmp_path / "home"}
        }
        terminal.press("q")
        assert terminal.wait_for_exit(20) == 0
    names = {path.name for path in written}
    assert {"echo.sql", "settings.json", "sample.db"} <= names
    assert any(name.endswith(".svg") for name in names)
    wide = {path: oct(mode) for path, mode in written.items() if stat.S_IMODE(mode) & 0o077}
    assert wide == {}


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql://u@h:1/d", "S3cr3t"),
        ("postgresql://u:old@h/d?sslmode=require", "p@ss/w:#%41"),
        ("postgresql:///d?host=/tmp", "two words"),
    ],
)
def test_a_password_is_put_into_an_address_and_never_shown(url: str, password: str) -> None:
    from asyncpg.connect_utils import _parse_connect_dsn_and_args

    address = parse_address(url).with_password(password)
    names = ("host", "port", "user", "password", "passfile", "database", "ssl", "service", "servicefile")
    rest = {"direct_tls": None, "server_settings": None, "target_session_attrs": None, "krbsrvname": None}
    understood = _parse_connect_dsn_and_args(dsn=address.url, gsslib=None, **dict.fromkeys(names), **rest)
    assert understood[1].password == password
    assert password not in repr(address) + address.title
    assert address.without_secrets(f"at {address.url} with {password}!") == "at ••• with •••!"


def test_a_secret_among_the_options_is_blotted_out_too() -> None:
    address = parse_address("postgresql://h/d?user=u&password=s%20x&sslpassword=yy")
    assert address.without_secrets("s x, s%20x, yy, u") == "•••, •••, •••, u"


@pytest.mark.parametrize("arguments", [["-W"], ["-W", ":memory:"]])
def test_only_a_server_asks_for_a_password(arguments: list[str]) -> None:
    env = {**os.environ, "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
    )
    assert (done.returncode, done.stderr) == (
        2,
        "tui: A password is for a database on a server: name its URL.\n",
    )


def test_standard_input_without_a_terminal_is_a_sentence() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui", "-"],
        input=":memory:\n",
        capture_output=True,
        text=True,
        check=False,
        cwd=PROJECT,
        start_new_session=True,
    )
    assert (done.returncode, done.stderr) == (2, "tui: There is no terminal to show the database in.\n")
