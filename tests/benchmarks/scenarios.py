"""What is measured: programs, and the steps that each is taken through in a terminal."""

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.benchmarks.data import payload
from tests.pty_session import Terminal

Figures: TypeAlias = dict[str, list[float]]
"""Step -> what it took, in milliseconds (memory: MiB)."""

Condition: TypeAlias = Callable[[str], bool]

FIRST_FRAME = "first frame"
FIRST_ROWS = "first rows"
CURSOR = "cursor move"
PAGE = "page down"
LAST = "last page"
PAGE_UP = "page up there"
MEMORY = "memory"
STEPS = (FIRST_FRAME, FIRST_ROWS, CURSOR, PAGE, LAST, PAGE_UP, MEMORY)

REPEATS = 8
"""How often a key is pressed in one run."""
TIMEOUT = 30.0
QUIET = 0.2
"""Seconds without output after which a program is taken to be idle."""
PROJECT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"
FLOOR = "python -c pass"
BARE = "bare Textual app"
MINIMAL = "minimal Textual + SQLAlchemy"


@dataclass(frozen=True)
class Program:
    """A program and what it is taken through."""

    name: str
    command: Sequence[str | Path]
    script: Callable[[Terminal, Figures], None]

    def run(self, home: Path) -> Figures:
        """Take it through its steps once, with an empty home of its own."""
        figures: Figures = defaultdict(list)
        folders = ("CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME")
        env = {"HOME": str(home)} | {f"XDG_{name}": str(home / name.lower()) for name in folders}
        with Terminal(self.command, env, cwd=PROJECT) as terminal:
            self.script(terminal, figures)
        return figures


def programs(small: tuple[Path, int], huge: tuple[Path, int]) -> list[Program]:
    """All that are compared; the files come with their numbers of rows."""
    python = sys.executable
    return [
        Program(FLOOR, [python, "-c", "pass"], _exit),
        Program(BARE, [python, PROGRAMS / "bare.py"], _rows_only),
        Program(MINIMAL, [python, PROGRAMS / "minimal.py", small[0]], _rows_only),
        *(
            Program(f"tui, {rows:,} rows", [python, "-m", "tui", path, "--table", "events"], Browsing(rows))
            for path, rows in (small, huge)
        ),
    ]


def _exit(terminal: Terminal, figures: Figures) -> None:
    """A program that shows nothing: its time is its whole life."""
    terminal.wait_for_exit(TIMEOUT)
    figures[FIRST_FRAME].append((terminal.last_output - terminal.started) * 1000)


def _rows_only(terminal: Terminal, figures: Figures) -> None:
    """From the start to the first row, and the memory then."""
    for step, expected in ((FIRST_FRAME, r"\S"), (FIRST_ROWS, payload(1))):
        seen = terminal.wait_for(expected, TIMEOUT)
        figures[step].append((seen - terminal.started) * 1000)
    measure_memory(terminal, figures)


@dataclass(frozen=True)
class Browsing:
    """A session in tui: the first rows, down, pages, the last row, a page up."""

    rows: int

    def __call__(self, terminal: Terminal, figures: Figures) -> None:
        """Take the program through it."""
        _rows_only(terminal, figures)
        for row in range(2, 2 + REPEATS):
            time_key(terminal, figures, CURSOR, "down", _is_on(row))
        for _ in range(REPEATS):
            time_key(terminal, figures, PAGE, "pagedown", is_below(max(visible(terminal.text()))))
        time_key(terminal, figures, LAST, "G", _shows(self.rows))
        for _ in range(REPEATS):
            time_key(terminal, figures, PAGE_UP, "pageup", _is_above(min(visible(terminal.text()))))
        measure_memory(terminal, figures)


def position(text: str) -> int:
    """The row that the screen says the highlight is on, 0 if it doesn't."""
    match = re.search(r"\brow ([\d,]+) of\b", text)
    return int(match[1].replace(",", "")) if match else 0


def visible(text: str) -> list[int]:
    """The numbers of the rows whose payload is on the screen."""
    return [int(number) for number in re.findall(r"\brow-(\d{8})", text)]


def _is_on(row: int) -> Condition:
    return lambda text: position(text) == row


def _shows(row: int) -> Condition:
    return lambda text: row in visible(text)


def is_below(row: int) -> Condition:
    """Whether rows further down are shown."""
    return lambda text: max(visible(text), default=0) > row


def _is_above(row: int) -> Condition:
    return lambda text: 0 < min(visible(text), default=0) < row


def time_key(terminal: Terminal, figures: Figures, step: str, key: str, done: Condition) -> None:
    """Press a key when all is quiet, wait for what can only be there once it has worked."""
    terminal.settle(QUIET)
    if done(terminal.text()):
        raise AssertionError(f"{step}: what {key} should bring is there before it:\n{terminal.text()}")
    pressed = terminal.press(key)
    figures[step].append((terminal.wait_for(done, TIMEOUT) - pressed) * 1000)


def measure_memory(terminal: Terminal, figures: Figures) -> None:
    """Resident memory when all is quiet; the last figure of a run counts."""
    terminal.settle(QUIET)
    figures[MEMORY] = [terminal.memory() / 2**20]
