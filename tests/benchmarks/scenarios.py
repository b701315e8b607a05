"""What is measured in a terminal: programs, and the steps that each is taken through."""

import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.benchmarks.data import Ends, payload
from tests.pty_session import Terminal

Figures: TypeAlias = dict[str, list[float]]
"""Step -> what it took, in milliseconds (memory: MiB; frames: per second)."""

Condition: TypeAlias = Callable[[str], bool]

FIRST_FRAME = "first frame"
FIRST_ROWS = "first rows"
CURSOR = "cursor move"
FRAMES = "held down: frames a second"
LAG = "held down: lag at the end"
PAGE = "page down"
LAST = "last page"
PAGE_UP = "page up there"
MIDDLE = "to the middle"
RECORD = "open a record"
TABLE = "open a table"
MEMORY = "memory"
STEPS = (FIRST_FRAME, FIRST_ROWS, CURSOR, FRAMES, LAG, PAGE, LAST, PAGE_UP, MIDDLE, RECORD, TABLE, MEMORY)

REPEATS = 8
"""How often a key is pressed in one run."""
RATE = 30
"""Times a second that a key comes that is held down."""
HELD = 5.0
"""Seconds that it is held down."""
TIMEOUT = 60.0
QUIET = 0.2
"""Seconds without output after which a program is taken to be idle."""
PROJECT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"
FLOOR = "python -c pass"
BARE = "bare Textual app"
IMPORT = "import of SQLAlchemy's asyncio"
DRIVER = "SELECT in the driver (aiosqlite)"
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


def floors(file: Path) -> list[Program]:
    """What nothing that is built of these parts can be faster than."""
    python = sys.executable
    importing = "import sqlalchemy.ext.asyncio"
    return [
        Program(FLOOR, [python, "-c", "pass"], _exit),
        Program(IMPORT, [python, "-c", importing], _exit),
        Program(DRIVER, [python, PROGRAMS / "driver.py", file], _rows_only),
        Program(BARE, [python, PROGRAMS / "bare.py"], _rows_only),
        Program(MINIMAL, [python, PROGRAMS / "minimal.py", file], _rows_only),
    ]


def tui(
    name: str, target: str | Path, ends: Ends, *options: str, other: tuple[str, str] | None = None
) -> Program:
    """The program itself, at the table of events."""
    command = [sys.executable, "-m", "tui", target, "--table", "events", *options]
    return Program(f"tui, {name}", command, Browsing(ends, other))


def _exit(terminal: Terminal, figures: Figures) -> None:
    """A program that shows nothing: its time is its whole life."""
    terminal.wait_for_exit(TIMEOUT)
    figures[FIRST_FRAME].append((terminal.last_output - terminal.started) * 1000)


def _rows_only(terminal: Terminal, figures: Figures) -> None:
    """From the start to the first row, and the memory then."""
    first_rows(terminal, figures, payload(1))
    measure_memory(terminal, figures)


def first_rows(
    terminal: Terminal, figures: Figures, expected: str, opening: Sequence[tuple[str, str]] = ()
) -> None:
    """From the start to the first frame and to the first row, with what is typed on the way."""
    figures[FIRST_FRAME].append((terminal.wait_for(r"\S", TIMEOUT) - terminal.started) * 1000)
    for shown, keys in opening:
        terminal.wait_for(shown, TIMEOUT)
        terminal.send(keys)
    figures[FIRST_ROWS].append((terminal.wait_for(expected, TIMEOUT) - terminal.started) * 1000)


@dataclass(frozen=True)
class Browsing:
    """A session in tui: the first rows, down, pages, both ends, the middle, a record."""

    ends: Ends
    other: tuple[str, str] | None = None
    """Another table, and a pattern that only its first row fits."""

    def __call__(self, terminal: Terminal, figures: Figures) -> None:
        """Take the program through it."""
        ends = self.ends
        first_rows(terminal, figures, payload(ends.first))
        terminal.wait_for(rf"\bof {ends.count:,}\b", TIMEOUT)
        for row in range(2, 2 + REPEATS):
            time_key(terminal, figures, CURSOR, "down", _is_on(row))
        rows_held, lines = round(HELD * RATE), terminal.lines
        if ends.count > 1 + REPEATS + rows_held + lines:
            hold(terminal, figures, "down", 1 + REPEATS)
        pages = min(REPEATS, (ends.count - position(terminal.text())) // lines - 1)
        for _ in range(pages):
            turn_page(terminal, figures, PAGE, "pagedown")
        time_key(terminal, figures, LAST, "G", _shows(ends.last))
        for _ in range(pages):
            turn_page(terminal, figures, PAGE_UP, "pageup")
        middle = 1 + round(0.5 * (ends.count - 1))
        type_prompt(terminal, ":", "50%")
        time_key(terminal, figures, MIDDLE, "enter", _is_on(middle))
        time_key(terminal, figures, RECORD, "enter", _is_record)
        measure_memory(terminal, figures)
        if self.other:
            terminal.press("escape")
            table, expected = self.other
            type_prompt(terminal, "t", table)
            time_key(terminal, figures, TABLE, "enter", lambda text: bool(re.search(expected, text)))


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


def _is_record(text: str) -> bool:
    return "esc back" in text and bool(visible(text))


def turn_page(terminal: Terminal, figures: Figures, step: str, key: str) -> None:
    """Press a key when all is quiet, wait for a page most of which was not there before."""
    terminal.settle(QUIET)
    before = set(visible(terminal.text()))
    time_key(terminal, figures, step, key, lambda text: 2 * len({*visible(text)} - before) > len(before))


def time_key(terminal: Terminal, figures: Figures, step: str, key: str, done: Condition) -> None:
    """Press a key when all is quiet, wait for what can only be there once it has worked."""
    terminal.settle(QUIET)
    if done(terminal.text()):
        raise AssertionError(f"{step}: what {key} should bring is there before it:\n{terminal.text()}")
    pressed = terminal.press(key)
    figures[step].append((terminal.wait_for(done, TIMEOUT) - pressed) * 1000)


def hold(terminal: Terminal, figures: Figures, key: str, row: int) -> None:
    """Hold a key down that moves the highlight from a row to the next: frames shown, lag at the end."""
    terminal.settle(QUIET)
    presses, seen = round(HELD * RATE), {row}
    started = pressed = time.perf_counter()
    for number in range(presses):
        due = started + number / RATE
        while terminal.read(due - time.perf_counter()):
            if not terminal.is_drawing:
                seen.add(position(terminal.text()))
        pressed = terminal.press(key)
    reached = terminal.wait_for(_is_on(row + presses), TIMEOUT)
    figures[FRAMES].append(len(seen) / HELD)
    figures[LAG].append((reached - pressed) * 1000)


def type_prompt(terminal: Terminal, key: str, text: str) -> None:
    """Open a prompt and type into it, each when all is quiet."""
    for keys in (key, text):
        terminal.settle(QUIET)
        terminal.send(keys)


def measure_memory(terminal: Terminal, figures: Figures) -> None:
    """Resident memory when all is quiet; the last figure of a run counts."""
    terminal.settle(QUIET)
    figures[MEMORY] = [terminal.memory() / 2**20]
