"""What users would pick instead: each in an environment of its own, and how one gets to rows in it."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.data import payload
from tests.benchmarks.scenarios import (
    FIRST_FRAME,
    FIRST_ROWS,
    PAGE,
    TIMEOUT,
    Figures,
    Program,
    is_below,
    measure_memory,
    time_key,
    visible,
)
from tests.pty_session import Terminal

PAGES = 5
"""Pages that each turns: sqlit shows no more than 100 rows."""

MANY = 100_000
"""Rows above which a program that reads all of them is not waited for."""


@dataclass(frozen=True)
class Peer:
    """A program, and the keys that lead to the rows of the table `events` in it."""

    package: str
    """Its name in the Python package index, and its version."""
    command: Callable[[Path, Path], Sequence[str | Path]]
    """Its command line, from where its programs are and the database."""
    opening: Sequence[tuple[str, str]]
    """What is waited for, and what is typed then, up to the rows."""
    focus: Sequence[str] = ()
    """The keys that lead from the first rows to where each page down brings new ones."""
    reads_all: bool = False
    """Whether it reads all rows into memory."""

    @property
    def name(self) -> str:
        """Name and version."""
        return self.package.replace("==", " ")

    def __call__(self, terminal: Terminal, figures: Figures) -> None:
        """Open the table, page down, look at the memory."""
        figures[FIRST_FRAME].append((terminal.wait_for(r"\S", TIMEOUT) - terminal.started) * 1000)
        for expected, keys in self.opening:
            terminal.wait_for(expected, TIMEOUT)
            terminal.send(keys)
        figures[FIRST_ROWS].append((terminal.wait_for(payload(1), TIMEOUT) - terminal.started) * 1000)
        for key in self.focus:
            terminal.settle()
            terminal.press(key)
        for _ in range(PAGES):
            terminal.settle()
            time_key(terminal, figures, PAGE, "pagedown", is_below(max(visible(terminal.text()))))
        measure_memory(terminal, figures)


PEERS = (
    Peer(
        "sqlit-tui==1.6.5",
        lambda folder, file: [folder / "sqlit", "connect", "sqlite", "--file-path", file],
        [("Tables", "j\r"), ("events", "js")],
        focus=("r", "pagedown"),
    ),
    Peer(
        "harlequin==2.17.0",
        lambda folder, file: [folder / "harlequin", "--adapter", "sqlite", file],
        [("Format Query", "select * from events\n")],
        focus=("f5", "pagedown"),
        reads_all=True,
    ),
    Peer(
        "visidata==3.4",
        lambda folder, file: [folder / "vd", "+:events::", file],
        [],
        reads_all=True,
    ),
)


def peers(data: Path, file: Path, rows: int) -> list[Program]:
    """The peers that are asked to show so many rows."""
    wanted = [peer for peer in PEERS if rows <= MANY or not peer.reads_all]
    return [
        Program(f"{peer.name}, {rows:,} rows", peer.command(environment(data, peer) / "bin", file), peer)
        for peer in wanted
    ]


def environment(data: Path, peer: Peer) -> Path:
    """The environment of a peer's own."""
    return data / "peers" / peer.package.replace("==", "-")


def install(data: Path, peer: Peer) -> None:
    """Install a peer, where that was not done before."""
    folder = environment(data, peer)
    if not (folder / "done").exists():
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run(["uv", "venv", "--quiet", folder], check=True)
        subprocess.run(["uv", "pip", "install", "--quiet", "--python", folder, peer.package], check=True)
        (folder / "done").touch()
