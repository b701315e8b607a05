"""What users would pick instead: each in an environment of its own, and how one gets to rows in it."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.data import payload
from tests.benchmarks.scenarios import (
    PAGE,
    Figures,
    Program,
    first_rows,
    measure_memory,
    turn_page,
)
from tests.pty_session import Terminal

PAGES = 5
"""Pages that each turns: sqlit shows no more than 100 rows."""


@dataclass(frozen=True)
class Peer:
    """A program, and the keys that lead to the rows of the table `events` in it."""

    package: str
    """Its name in the Python package index, and its version."""
    command: Callable[[Path, str], Sequence[str | Path]]
    """Its command line, from where its programs are and the file or URL of the database."""
    opening: Sequence[tuple[str, str]] = ()
    """What is waited for, and what is typed then, up to the rows."""
    rows: str = payload(1)
    """What tells that the first row is there."""
    focus: Sequence[str] = ()
    """The keys that lead from the first rows to where each page down brings new ones."""
    page: str = "pagedown"
    """The key that turns a page."""
    reads_all: bool = False
    """Whether it reads all rows into memory."""
    is_for_files: bool = True
    """Whether it opens SQLite files, else PostgreSQL."""

    @property
    def name(self) -> str:
        """Name and version."""
        return self.package.replace("==", " ")

    def __call__(self, terminal: Terminal, figures: Figures) -> None:
        """Open the table, page down, look at the memory."""
        first_rows(terminal, figures, self.rows, self.opening)
        for key in self.focus:
            terminal.settle()
            terminal.press(key)
        for _ in range(PAGES):
            terminal.settle()
            turn_page(terminal, figures, PAGE, self.page)
        measure_memory(terminal, figures)


_SELECT = "select * from events;\r"
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
        reads_all=True,
    ),
    Peer(
        "litecli==1.17.1",
        lambda folder, file: [folder / "litecli", file],
        [("Multiline", _SELECT)],
        page="space",
        reads_all=True,
    ),
    Peer(
        "sqv==0.5.0",
        lambda folder, file: [folder / "sqv", file],
        [("Browse Data", "b"), ("WHERE clause", "\t\r"), ("users", "\x1b[B\r")],
        rows=r"\b920\b",
        focus=("tab",) * 4,
    ),
    Peer(
        "pgcli==4.7.1",
        lambda folder, url: [folder / "pgcli", url],
        [("Multiline", _SELECT)],
        page="space",
        is_for_files=False,
    ),
)


def peers(data: Path, target: str, what: str, *, reads_all: bool, is_file: bool = True) -> list[Program]:
    """The peers that are asked to show a database; those that read all rows of it, too, or not."""
    wanted = [peer for peer in PEERS if peer.is_for_files is is_file and (reads_all or not peer.reads_all)]
    return [
        Program(f"{peer.name}, {what}", peer.command(environment(data, peer) / "bin", target), peer)
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
