"""One run of the program in a terminal, and what must hold as long as it lives."""

import json
import re
import sys
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any

from tests.pty_session import Terminal
from tests.soak.audit import SoakError
from tests.soak.keys import sequence

PROJECT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds within which the screen must answer, even on a loaded machine."""
LARGE = (120, 40)
LEAVES = b"\x1b[?1049l"
"""What gives the user's own screen back."""
CONTROL = re.compile(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)|[()].|[=>78])|[\r\n\x0f]")
REVIEW = "all or none of it is written"
HELP = "╭─ Keys ─"


@dataclass
class Figures:
    """What is counted over all runs on one engine."""

    keys: int = 0
    runs: int = 0
    saved: int = 0
    refused: int = 0
    conflicts: int = 0
    checked: int = 0
    """Saves whose values were held against what was staged."""
    restored: int = 0
    longest_answer: float = 0.0
    """Seconds."""
    most_connections: int = 0
    most_files: int = 0
    memory: list[list[tuple[float, int]]] = field(default_factory=list)
    """For each run, seconds since its start and resident bytes."""
    trail: deque[str] = field(default_factory=lambda: deque(maxlen=50))
    """The last keys."""


class Session:
    """The program on one database, with an echo and a home of its own."""

    def __init__(self, url: str, folder: Path, figures: Figures) -> None:
        self.figures = figures
        self.folder = folder
        self.echo = folder / f"echo-{figures.runs}.sql"
        self.size = LARGE
        figures.runs += 1
        figures.memory.append([])
        command: list[str | Path] = [sys.executable, "-m", "tui", url, "--echo", self.echo]
        self.terminal = Terminal(command, environment(folder), cwd=folder)
        self.started = time.monotonic()

    @property
    def is_over(self) -> bool:
        """Whether the program has ended."""
        return self.terminal.exit_code is not None

    def press(self, *names: str) -> None:
        """Press keys."""
        self.figures.keys += len(names)
        self.figures.trail.extend(names)
        self.terminal.press(*(sequence(name) for name in names))

    def send(self, text: str) -> None:
        """Send what is no single key: typed text, or the mouse."""
        self.figures.keys += 1
        self.figures.trail.append(repr(text))
        self.terminal.send(text)

    def pump(self, seconds: float) -> str:
        """Let the program draw for a while, return the screen."""
        self.terminal.settle(seconds, seconds * 2)
        return self.terminal.text()

    def sees(self, text: str, seconds: float) -> bool:
        """Whether the screen shows a text within some time."""
        end = time.monotonic() + seconds
        while text not in (shown := self.terminal.text()) and time.monotonic() < end and not self.is_over:
            shown = self.pump(0.05)
        return text in shown

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size."""
        self.figures.trail.append(f"({columns}x{lines})")
        self.size = (columns, lines)
        self.terminal.resize(columns, lines)

    def answer(self) -> None:
        """Press Escape and F1 until the help is there, then close it; note how long that took."""
        started = time.monotonic()
        while not self._asks_for_help():
            if self.is_over:
                return
            if time.monotonic() - started > PATIENCE:
                raise SoakError(f"the screen did not answer within {PATIENCE:g} s:\n{self.terminal.text()}")
        took = time.monotonic() - started
        self.figures.longest_answer = max(self.figures.longest_answer, took)
        self.press("escape")
        self.pump(0.15)

    def _asks_for_help(self) -> bool:
        self.press("escape")
        self.pump(0.12)
        self.press("f1")
        return self.sees(HELP, 1.0)

    def home(self) -> None:
        """Go back to the main screen; only a large window has all that is looked for."""
        if self.size != LARGE:
            self.resize(*LARGE)
            self.pump(0.3)
        started = time.monotonic()
        while not self.is_over and not self.is_home():
            if time.monotonic() - started > PATIENCE:
                raise SoakError(f"Escape does not lead to the main screen:\n{self.terminal.text()}")
            self.press("escape")
            self.pump(0.15)

    def is_home(self) -> bool:
        """Whether the main screen is on top."""
        text = self.terminal.text()
        return "t tables" in text and not any(
            word in text for word in (REVIEW, HELP, "esc stay", "esc leave")
        )

    def kept(self) -> list[Any]:
        """What is staged, as it is kept on disk; nothing where several runs have left something."""
        files = kept_files(self.folder)
        return json.loads(files[0].read_text())["changes"] if len(files) == 1 else []

    def watch(self, connections: int) -> None:
        """Note memory, connections and open files."""
        if self.is_over:
            return
        self.figures.memory[-1].append((time.monotonic() - self.started, self.terminal.memory()))
        files = len(list(Path(f"/proc/{self.terminal.pid}/fd").glob("*")))
        self.figures.most_files = max(self.figures.most_files, files)
        self.figures.most_connections = max(self.figures.most_connections, connections)

    def end(self, *expected: int) -> None:
        """Wait for the end: one of the exit codes that are expected, and nothing written after it."""
        try:
            code = self.terminal.wait_for_exit(PATIENCE)
        except TimeoutExpired:
            raise SoakError(f"the program does not end:\n{self.terminal.text()}") from None
        raw = self.terminal.raw
        if code not in expected or b"Traceback" in raw:
            raise SoakError(f"the program ended with {code}:\n{_tail(raw)}")
        if LEAVES in raw and (left := CONTROL.sub(b"", raw.rpartition(LEAVES)[2]).strip()):
            raise SoakError(f"the program left something on the terminal: {left[:2000]!r}")


def kept_files(folder: Path) -> list[Path]:
    """The files of staged work."""
    return list((folder / "STATE").rglob("staged/*.json"))


def _tail(raw: bytes) -> str:
    text = CONTROL.sub(b"", raw.rpartition(LEAVES)[2])
    return text.decode(errors="replace")[-6000:]


def environment(folder: Path) -> Mapping[str, str]:
    """Folders of its own, so that nobody's settings are touched."""
    homes = {f"XDG_{name}_HOME": str(folder / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    return {"PYTHONPATH": str(PROJECT), "HOME": str(folder), **homes}
