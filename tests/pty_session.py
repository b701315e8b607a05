"""A program in a pty, driven from outside as a user at a terminal does."""

import contextlib
import fcntl
import os
import pty
import queue
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.pty_screen import Screen

KEYS = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f5": "\x1b[15~",
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
}
"""What a terminal sends for keys with a name; `ctrl+x` is understood too."""
_DROPPED = ("COLUMNS", "LINES", "NO_COLOR", "TMUX", "PYTHONDONTWRITEBYTECODE")
_ENVIRONMENT = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


class Terminal:
    """A program that runs in a terminal of its own; it is killed when the `with` block ends."""

    def __init__(
        self,
        command: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
        *,
        columns: int = 120,
        lines: int = 40,
        cwd: Path | None = None,
    ) -> None:
        self.lines = lines
        inherited = {name: value for name, value in os.environ.items() if name not in _DROPPED}
        self._master, slave = pty.openpty()
        self._screen = Screen(columns, lines, self._write)
        self._chunks: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        self._raw = bytearray()
        self._ended = False
        self._over, self._end_reading = os.pipe()
        self._set_size(columns, lines)
        self.started = self.last_output = time.perf_counter()
        """When the program was started, by `time.perf_counter`."""
        self._process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=cwd,
            env={**inherited, **_ENVIRONMENT, **(env or {})},
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The program's process."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How the program ended, None while it runs; negative for a signal."""
        return self._process.poll()

    @property
    def raw(self) -> bytes:
        """All that the program has written so far."""
        self._pump(0)
        return bytes(self._raw)

    @property
    def title(self) -> str:
        """The title of the window."""
        self._pump(0)
        return self._screen.title

    def text(self) -> str:
        """The screen as it is now, lines without blanks at their ends."""
        self._pump(0)
        return self._screen.text()

    def cells(self) -> list[list[str]]:
        """Every cell of the screen as it is now, line by line."""
        self._pump(0)
        return self._screen.cells()

    def send(self, keys: str) -> float:
        """Type text as it stands; return the time, by `time.perf_counter`."""
        self._pump(0)
        sent = time.perf_counter()
        self._write(keys)
        return sent

    def press(self, *names: str) -> float:
        """Press keys by their names, or single characters; return the time of the press."""
        return self.send("".join(_key(name) for name in names))

    def resize(self, columns: int, lines: int) -> None:
        """Give the window another size, as a user who drags its corner."""
        self._screen.resize(columns, lines)
        self._set_size(columns, lines)

    def wait_for(self, what: str | Callable[[str], object], timeout: float = 60.0) -> float:
        """Wait until the screen matches a regular expression or fulfils a condition.

        Returns when the bytes were read that made it so. A half-drawn frame is never looked at.
        Raises `AssertionError` with the screen after `timeout` seconds, or when the program ends.
        """
        holds = re.compile(what, re.MULTILINE).search if isinstance(what, str) else what
        end = time.perf_counter() + timeout
        while self._screen.is_updating or not holds(self._screen.text()):
            left = end - time.perf_counter()
            if left <= 0 or not self._next(left):
                raise AssertionError(f"{self._state()}; waited for {what!r}:\n{self._screen.text()}")
        return self.last_output

    def wait_for_exit(self, timeout: float = 60.0) -> int:
        """Wait until the program has ended, return its exit code."""
        end = time.perf_counter() + timeout
        while not self._ended and time.perf_counter() < end:
            self._next(end - time.perf_counter())
        return self._process.wait(max(0.1, end - time.perf_counter()))

    def until(self, holds: Callable[[], object], timeout: float = 60.0) -> None:
        """Wait until something is so outside of the screen. Raises `AssertionError` after `timeout`."""
        end = time.perf_counter() + timeout
        while not holds():
            assert time.perf_counter() < end, f"time is up:\n{self._screen.text()}"
            self._next(0.02)

    def hang_up(self) -> None:
        """Close the terminal, as a user who closes the window: nobody may be reading from it then."""
        os.write(self._end_reading, b"-")
        self._reader.join(30)
        os.close(self._master)
        self._master = -1

    @property
    def is_drawing(self) -> bool:
        """Whether only a part of a frame has come so far."""
        return self._screen.is_updating

    def read(self, seconds: float) -> bool:
        """Take in what the program writes next; False where it writes nothing within so many seconds."""
        return seconds > 0 and self._next(seconds)

    def settle(self, quiet: float = 0.2, timeout: float = 60.0) -> None:
        """Wait until the program has written nothing for `quiet` seconds."""
        end = time.perf_counter() + timeout
        while time.perf_counter() < end and self._next(quiet):
            pass

    def processes(self) -> list[int]:
        """The program and all that it started (where there is /proc; else the program alone)."""
        children = _children()
        tree = [self.pid]
        for pid in tree:
            tree += children.get(pid, [])
        return tree

    def memory(self) -> int:
        """Resident bytes of the program and all that it started."""
        return sum(_resident(pid) for pid in self.processes())

    def close(self) -> None:
        """Kill what is left of the program, give the terminal back."""
        if self._process.poll() is None:
            for pid in self.processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join(30)
        for opened in (self._master, self._over, self._end_reading):
            if opened >= 0:
                os.close(opened)

    def _state(self) -> str:
        return f"the program ended with {self._process.wait(5)}" if self._ended else "time is up"

    def _set_size(self, columns: int, lines: int) -> None:
        size = struct.pack("HHHH", lines, columns, columns * 10, lines * 20)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def _read(self) -> None:
        """Read in a thread of its own, so that the times do not wait for the screen."""
        data = b"-"
        while data:
            data = self._receive()
            self._chunks.put((time.perf_counter(), data))

    def _receive(self) -> bytes:
        """The next output; nothing where there will be none any more."""
        with contextlib.suppress(OSError):
            if self._over not in select.select([self._master, self._over], [], [])[0]:
                return os.read(self._master, 65536)
        return b""

    def _write(self, text: str) -> None:
        data = text.encode()
        with contextlib.suppress(OSError):
            while data and select.select([], [self._master], [], 5)[1]:
                data = data[os.write(self._master, data) :]

    def _next(self, timeout: float) -> bool:
        """Take the next output to the screen; False when there is none in time, or never will be."""
        if self._ended:
            return False
        try:
            self.last_output, data = (
                self._chunks.get(timeout=timeout) if timeout else self._chunks.get_nowait()
            )
        except queue.Empty:
            return False
        self._ended = not data
        self._raw += data
        self._screen.feed(data)
        return not self._ended

    def _pump(self, timeout: float) -> None:
        while self._next(timeout):
            pass


def _take_terminal() -> None:
    """Make the pty the terminal that the new session belongs to: signals come from there."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background job would ignore it


def _key(name: str) -> str:
    if name.startswith("ctrl+") and len(name) == len("ctrl+x"):
        return chr(ord(name[-1]) & 31)
    return KEYS.get(name, name)


def _children() -> dict[int, list[int]]:
    """Process -> the processes that it started."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text(errors="replace").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    return children


def _resident(pid: int) -> int:
    with contextlib.suppress(OSError):
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return 0
