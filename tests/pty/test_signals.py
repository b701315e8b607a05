"""The program is ended by a signal, a closed window or a kill: nothing that was staged is lost."""

import os
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.outside import fetch
from tests.pty_session import Terminal
from tests.slow import write_locked

PROJECT = Path(__file__).parents[2]
LEAVES = b"\x1b[?1049l"


@pytest.fixture
def sample(tmp_path: Path, sample_file: Path) -> Path:
    """A private copy of the sample."""
    return Path(shutil.copy(sample_file, tmp_path / "sample-copy.db"))


@pytest.fixture
def home(tmp_path: Path) -> Mapping[str, str]:
    """An environment whose state is this test's own."""
    folders = {f"XDG_{name}_HOME": str(tmp_path / "home" / name) for name in ("CONFIG", "STATE")}
    return {"PYTHONPATH": str(PROJECT), "HOME": str(tmp_path), **folders}


def opened(sample: Path, home: Mapping[str, str]) -> Terminal:
    return Terminal([sys.executable, "-m", "tui", sample, "--table", "users"], home, cwd=sample.parent)


def stage_a_deletion(terminal: Terminal) -> None:
    terminal.wait_for("row 1 of 1,000", 60)
    terminal.press("d")
    terminal.wait_for("1 staged")


def is_offered(sample: Path, home: Mapping[str, str]) -> None:
    with opened(sample, home) as terminal:
        terminal.wait_for("1 change was staged today at", 60)
        terminal.press("r")
        terminal.wait_for("1 change is staged again")
        terminal.wait_for("1 staged")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_program_and_staged_work_is_kept(
    sample: Path, home: Mapping[str, str], number: signal.Signals
) -> None:
    with opened(sample, home) as terminal:
        stage_a_deletion(terminal)
        os.kill(terminal.pid, number)
        assert terminal.wait_for_exit(30) == 128 + number
        assert LEAVES in terminal.raw
        assert "Traceback" not in terminal.text()
    is_offered(sample, home)


def test_a_window_that_is_closed_ends_the_program_and_staged_work_is_kept(
    sample: Path, home: Mapping[str, str]
) -> None:
    with opened(sample, home) as terminal:
        stage_a_deletion(terminal)
        terminal.hang_up()
        assert terminal.wait_for_exit(30) != 0
    is_offered(sample, home)


def test_work_that_was_staged_survives_a_kill(sample: Path, home: Mapping[str, str], tmp_path: Path) -> None:
    with opened(sample, home) as terminal:
        stage_a_deletion(terminal)
        terminal.until(lambda: list(tmp_path.rglob("staged/*.json")))
        os.kill(terminal.pid, signal.SIGKILL)
        terminal.wait_for_exit(30)
    is_offered(sample, home)


async def test_a_signal_during_a_save_lets_the_save_end(sample: Path, home: Mapping[str, str]) -> None:
    with opened(sample, home) as terminal:
        terminal.wait_for("row 1 of 1,000", 60)
        terminal.press("right", "e")
        terminal.wait_for("users · id 1")
        terminal.send("in time")
        terminal.press("enter")
        terminal.wait_for("1 staged")
        async with write_locked(f"sqlite:///{sample}"):
            terminal.press("w", "s")
            terminal.wait_for("saving…")
            os.kill(terminal.pid, signal.SIGTERM)
            terminal.settle(quiet=0.5)
            assert terminal.exit_code is None
        assert terminal.wait_for_exit(60) == 128 + signal.SIGTERM
    assert await fetch(f"sqlite:///{sample}", "SELECT username FROM users WHERE id = 1") == [("in time",)]
    assert not list((sample.parent / "home").rglob("*.json*"))
