"""The program as a user starts it, in a real terminal."""

import re
import shutil
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run
from tests.pty_session import Terminal
from tests.slow import add_slow_view, until_gone, until_idle

PROJECT = Path(__file__).parents[2]
LEAVES = b"\x1b[?1049l"
"""What gives the user's own screen back."""
CRASHING = """
import sys
from pathlib import Path
from textual.binding import Binding
import tui.app
from tui.app import Browser
from tui.db.address import parse_address
from tui.db.options import Start

class Crashing(Browser):
    CSS_PATH = Path(tui.app.__file__).with_name("app.tcss")
    BINDINGS = [Binding("f9", "crash", "crash", priority=True)]

    def action_crash(self) -> None:
        secret = "S3cr3t-of-a-user"
        raise ValueError("on purpose")

app = Crashing(parse_address(sys.argv[1]), start=Start("users"))
app.run()
sys.exit(app.return_code)
"""


@pytest.fixture
def sample(tmp_path: Path, sample_file: Path) -> Path:
    """A private copy of the sample."""
    return Path(shutil.copy(sample_file, tmp_path / "sample-copy.db"))


@pytest.fixture
def home(tmp_path: Path) -> Mapping[str, str]:
    """An environment without settings and without a database."""
    folders = {
        f"XDG_{name}_HOME": str(tmp_path / "home" / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    return {"PYTHONPATH": str(PROJECT), "HOME": str(tmp_path), **folders}


def tui(*arguments: str | Path, env: Mapping[str, str], cwd: Path) -> Terminal:
    return Terminal([sys.executable, "-m", "tui", *arguments], env, cwd=cwd)


async def test_a_user_moves_edits_saves_and_quits(
    sample: Path, home: Mapping[str, str], tmp_path: Path
) -> None:
    with tui(sample, "--table", "users", env=home, cwd=tmp_path) as terminal:
        terminal.wait_for("row 1 of 1,000")
        terminal.press("down", "right")
        terminal.wait_for(r"▌ +2 .*(?s:.)*row 2 of 1,000")
        terminal.press("e")
        terminal.wait_for("users · id 2")
        terminal.send("Zoë 李 🎉")
        terminal.wait_for("Zoë 李")
        terminal.press("enter")
        terminal.wait_for("1 staged")
        terminal.press("w")
        terminal.wait_for("UPDATE")
        terminal.press("s")
        terminal.wait_for("Saved 1 change")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
        assert LEAVES in terminal.raw
        assert terminal.text().strip() == ""
    assert await fetch(f"sqlite:///{sample}", "SELECT username FROM users WHERE id = 2") == [("Zoë 李 🎉",)]


async def test_what_one_run_has_saved_is_taken_back_in_the_next_as_the_program_is_usually_started(
    sample: Path, home: Mapping[str, str], tmp_path: Path
) -> None:
    before = await fetch(f"sqlite:///{sample}", "SELECT email FROM users WHERE id = 1")
    with tui(sample, "--table", "users", env=home, cwd=tmp_path) as terminal:
        terminal.wait_for("row 1 of 1,000")
        terminal.press("right", "right", "e")
        terminal.wait_for("users · id 1")
        terminal.send("wrong")
        terminal.press("enter", "w", "s")
        terminal.wait_for("Saved 1 change")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
    assert await fetch(f"sqlite:///{sample}", "SELECT email FROM users WHERE id = 1") == [("wrong",)]
    [journal] = (tmp_path / "home" / "STATE").rglob("journal.db")
    assert journal.stat().st_mode & 0o777 == 0o600
    with tui(sample, "--table", "users", env=home, cwd=tmp_path) as terminal:
        terminal.wait_for("row 1 of 1,000")
        terminal.press("J", "b")
        terminal.wait_for("UPDATE")
        terminal.press("s")
        terminal.wait_for("Saved 1 change")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
    assert await fetch(f"sqlite:///{sample}", "SELECT email FROM users WHERE id = 1") == before


def test_a_missing_file_is_a_sentence_and_no_file(home: Mapping[str, str], tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    with tui("no-such-file.db", env=home, cwd=tmp_path) as terminal:
        assert terminal.wait_for_exit() == 2
        assert "tui: There is no file 'no-such-file.db'." in terminal.text()
        assert "Traceback" not in terminal.text()
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(("server", "where"), [("postgresql", "argument"), ("mariadb", "environment")])
def test_a_wrong_password_is_a_sentence_that_never_shows_it(
    request: pytest.FixtureRequest, home: Mapping[str, str], tmp_path: Path, server: str, where: str
) -> None:
    password = "wr0ng-s3cret"
    url = request.getfixturevalue(server).login.url(password=password)
    arguments, env = ([url], home) if where == "argument" else ([], {**home, "DATABASE_URL": url})
    with tui(*arguments, env=env, cwd=tmp_path) as terminal:
        assert terminal.wait_for_exit() == 2
        assert "password" in terminal.text()
        assert "Traceback" not in terminal.text()
        assert password.encode() not in terminal.raw


def test_without_an_argument_a_private_sample_opens(
    home: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with tui(env={**home, "TMPDIR": str(tmp_path)}, cwd=tmp_path) as terminal:
        terminal.wait_for("A private copy of the sample")
        terminal.wait_for("post_tags")
        assert list(tmp_path.glob("tui-*/sample.db"))
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
    assert not list(tmp_path.glob("tui-*"))


def test_the_environment_names_the_database(sample: Path, home: Mapping[str, str], tmp_path: Path) -> None:
    with tui(env={**home, "DATABASE_URL": str(sample)}, cwd=tmp_path) as terminal:
        terminal.wait_for("sample-copy.db · SQLite")
        terminal.wait_for("row 1 of 9,883")
        terminal.press("q")
        assert terminal.wait_for_exit() == 0


async def test_no_control_character_of_a_cell_reaches_the_terminal(
    sample: Path, home: Mapping[str, str], tmp_path: Path
) -> None:
    hostile = "EVIL\x1b]52;c;ZXZpbA==\x07\x1b]0;evil title\x07\x1b[2J\x9b31m\x0e\x7f\x08\u202e"
    await run(f"sqlite:///{sample}", f"UPDATE users SET username = '{hostile}' WHERE id = 1")
    with tui(sample, "--table", "users", env=home, cwd=tmp_path) as terminal:
        terminal.wait_for("EVIL␛")
        terminal.press("right", "enter")
        terminal.wait_for(lambda text: "Tables" not in text and "EVIL␛" in text)
        terminal.press("escape")
        terminal.wait_for("Tables")
        terminal.press("e")
        terminal.wait_for("users · id 1")
        terminal.press("escape")
        terminal.wait_for(lambda text: "users · id 1" not in text)
        terminal.press("q")
        assert terminal.wait_for_exit() == 0
        raw = terminal.raw
    assert "evil" not in terminal.title
    for part in (
        b"EVIL\x1b",
        b"\x1b]52",
        b"evil title\x07",
        b"\xc2\x9b",
        b"\x0e",
        b"\x7f",
        "\u202e".encode(),
    ):
        assert part not in raw, part


@ALL_SAMPLES
async def test_quitting_in_the_middle_of_a_long_statement_takes_less_than_a_second(
    sample_url: str, home: Mapping[str, str], tmp_path: Path
) -> None:
    """One of three tries: on a busy machine the clock measures other processes too."""
    await add_slow_view(sample_url)
    tries: list[float] = []
    while len(tries) < 3 and min(tries, default=1.0) >= 1:
        with tui(sample_url, "--table", "slow", env=home, cwd=tmp_path) as terminal:
            terminal.wait_for("reading slow")
            await until_idle(sample_url, "slow", is_idle=False)
            pressed = terminal.press("ctrl+q")
            assert terminal.wait_for_exit() == 0
            tries.append(time.perf_counter() - pressed)
        await until_idle(sample_url, "slow")
        await until_gone(sample_url)
    assert min(tries) < 1, tries


def test_ctrl_c_does_not_lose_what_is_staged(sample: Path, home: Mapping[str, str], tmp_path: Path) -> None:
    with tui(sample, "--table", "users", env=home, cwd=tmp_path) as terminal:
        terminal.wait_for("row 1 of 1,000")
        terminal.press("d")
        terminal.wait_for("1 staged")
        terminal.press("ctrl+c")
        terminal.settle()
        assert terminal.exit_code is None
        terminal.press("q")
        terminal.wait_for("1 change is staged and not saved")
        terminal.press("x")
        assert terminal.wait_for_exit() == 0


def test_a_crash_gives_the_terminal_back_and_tells_no_values(
    sample: Path, home: Mapping[str, str], tmp_path: Path
) -> None:
    program = tmp_path / "crashing.py"
    program.write_text(CRASHING)
    with Terminal([sys.executable, program, sample], home, cwd=tmp_path) as terminal:
        terminal.wait_for("row 1 of 1,000")
        terminal.send("\x1b[20~")
        assert terminal.wait_for_exit() == 1
        text, raw = terminal.text(), terminal.raw
    assert LEAVES in raw
    assert "ValueError: on purpose" in re.sub(r"\s+", " ", text)
    assert "action_crash" in text
    assert raw.rpartition(LEAVES)[2].count(b"S3cr3t") <= 1, "the line of code itself may be shown"
    assert not re.search(r"locals", text)


async def test_a_text_is_edited_in_the_user_s_own_editor(
    sample: Path, home: Mapping[str, str], tmp_path: Path
) -> None:
    """Escapes of control characters go there and back; the file is gone afterwards."""
    script = tmp_path / "editor.py"
    script.write_text(
        "import sys, pathlib\n"
        "path = pathlib.Path(sys.argv[1])\n"
        "pathlib.Path('seen').write_text(f'{path.stat().st_mode & 0o777:o} {path.read_text()}')\n"
        "path.write_text(path.read_text() + ' and more\\n')\n"
    )
    url = f"sqlite:///{sample}"
    await run(url, "UPDATE users SET username = 'a' || char(27) || 'b' WHERE id = 1")
    env = {**home, "VISUAL": f"{sys.executable} {script}"}
    with tui(sample, "--table", "users", env=env, cwd=tmp_path) as terminal:
        terminal.wait_for("ben71", 30)
        terminal.press("right", "e")
        terminal.wait_for("username")
        terminal.settle(0.3)
        terminal.press("\x0f")
        terminal.wait_for("and more")
        terminal.press("enter")
        terminal.wait_for("1 staged")
        terminal.press("w")
        terminal.wait_for("save all")
        terminal.press("s")
        terminal.wait_for("Saved 1 change")
    assert await fetch(url, "SELECT username FROM users WHERE id = 1") == [("a\x1bb and more",)]
    seen = (tmp_path / "seen").read_text()
    assert seen == "600 a\\x1bb"
