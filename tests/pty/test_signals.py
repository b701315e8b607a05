"""The program is ended by a signal, a closed window or a kill: nothing that was staged is lost."""

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.engines import ENGINES
from tests.outside import fetch
from tests.pty_session import Terminal
from tests.slow import add_slow_view, until_gone, until_idle, write_locked

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


def opened(sample: Path | str, home: Mapping[str, str], folder: Path | None = None) -> Terminal:
    place = folder or Path(sample).parent
    return Terminal([sys.executable, "-m", "tui", sample, "--table", "users"], home, cwd=place)


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


def close_window(terminal: Terminal) -> None:
    terminal.hang_up()


def terminate(terminal: Terminal) -> None:
    os.kill(terminal.pid, signal.SIGTERM)


def hang_up(terminal: Terminal) -> None:
    os.kill(terminal.pid, signal.SIGHUP)


def kept_in(folder: Path) -> list[Path]:
    return list(folder.rglob("staged/*.json"))


CODES: dict[Callable[[Terminal], None], int] = {
    terminate: 128 + signal.SIGTERM,
    hang_up: 128 + signal.SIGHUP,
}
WAYS = [
    *((engine, way) for engine in ENGINES for way in (terminate, close_window)),
    ("sqlite", hang_up),
]
"""A signal goes the same way as another, whatever the engine."""


@pytest.mark.parametrize(("sample_url", "way"), WAYS, indirect=["sample_url"])
async def test_an_end_in_the_middle_of_a_statement_takes_less_than_a_second_and_staged_work_is_kept(
    sample_url: str, home: Mapping[str, str], tmp_path: Path, way: Callable[[Terminal], None]
) -> None:
    """One of three tries: on a busy machine the clock measures other processes too."""
    await add_slow_view(sample_url)
    tries: list[float] = []
    while len(tries) < 3 and min(tries, default=1.0) >= 1:
        folder = {"XDG_STATE_HOME": str(tmp_path / f"state {len(tries)}")}
        with opened(sample_url, {**home, **folder}, tmp_path) as terminal:
            stage_a_deletion(terminal)
            terminal.press("t")
            terminal.send("slow\r")
            terminal.wait_for("reading slow")
            await until_idle(sample_url, "slow", is_idle=False)
            began = time.perf_counter()
            way(terminal)
            code = terminal.wait_for_exit(30)
            tries.append(time.perf_counter() - began)
            assert code == CODES.get(way, code) != 0
            assert way is close_window or (LEAVES in terminal.raw and "Traceback" not in terminal.text())
        assert kept_in(tmp_path / f"state {len(tries) - 1}")
        await until_idle(sample_url, "slow")
        await until_gone(sample_url)
    assert min(tries) < 1, tries


def test_a_window_that_is_closed_ends_a_program_that_goes_on_after_a_stop(
    sample: Path, home: Mapping[str, str]
) -> None:
    """Whoever is stopped and goes on meanwhile takes the terminal over again, though there is none."""
    with opened(sample, home) as terminal:
        stage_a_deletion(terminal)
        terminal.hang_up()
        for _ in range(4):
            os.kill(terminal.pid, signal.SIGCONT)
        assert terminal.wait_for_exit(30) == 128 + signal.SIGHUP
    is_offered(sample, home)


def test_a_program_that_was_stopped_from_outside_goes_on_and_ends(
    sample: Path, home: Mapping[str, str]
) -> None:
    with opened(sample, home) as terminal:
        terminal.wait_for("row 1 of 1,000", 60)
        for number in (signal.SIGSTOP, signal.SIGCONT):
            os.kill(terminal.pid, number)
        terminal.press("down")
        terminal.wait_for("row 2 of 1,000")
        terminal.press("q")
        assert terminal.wait_for_exit(30) == 0


def test_work_that_was_staged_survives_a_kill(sample: Path, home: Mapping[str, str], tmp_path: Path) -> None:
    with opened(sample, home) as terminal:
        stage_a_deletion(terminal)
        terminal.until(lambda: kept_in(tmp_path))
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
