"""SQLite files as other programs leave them."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

NOBODY = 65534

FILLER = (
    "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 500) "
    "SELECT n, hex(zeroblob(100)) FROM g"
)

CRASHING = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    connection.execute(statement).fetchall()
os._exit(0)
"""

SPILLED = (
    "PRAGMA cache_size = 5",
    "BEGIN IMMEDIATE",
    "UPDATE t SET a = 'half written'",
)
"""What a program does that crashes in the middle of writing: much of it is in the file already."""

LOGGED = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA wal_checkpoint(TRUNCATE)",
    "UPDATE t SET a = 'in the log' WHERE id = 1",
)
"""What a program does that crashes when all is written, but to the log beside the file only."""


def make(path: Path, *statements: str) -> Path:
    """A file with the table `t` of 500 rows, and what the statements make of it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a)")
        connection.execute(f"INSERT INTO t {FILLER}")
        for statement in statements:
            connection.execute(statement)
    return path


def crash(path: Path, *statements: str) -> Path:
    """Let a program of its own run statements on a file and end without closing it."""
    subprocess.run([sys.executable, "-c", CRASHING, path, *statements], check=True)
    return path


def snapshot(directory: Path) -> dict[str, str]:
    """The files of a directory with what they hold, but for `-shm`: an index that readers rebuild."""
    return {
        file.name: "" if file.name.endswith("-shm") else hashlib.sha256(file.read_bytes()).hexdigest()
        for file in directory.iterdir()
    }


def damage(path: Path, table: str, further: int = 0) -> None:
    """Overwrite the first page of a table, or one that lies further back in the file."""
    with closing(sqlite3.connect(path)) as connection:
        find = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        [(number,)] = connection.execute(find, [table]).fetchall()
        [(size,)] = connection.execute("PRAGMA page_size").fetchall()
    with path.open("r+b") as file:
        file.seek((number - 1 + further) * size)
        file.write(b"\xee" * size)


def rewrite(path: Path, change: Callable[[bytes], bytes]) -> None:
    """Replace what a file holds."""
    path.write_bytes(change(path.read_bytes()))


def is_intact(path: Path) -> bool:
    """Whether SQLite finds nothing wrong with a file."""
    with closing(sqlite3.connect(path)) as connection:
        found: list[tuple[str]] = connection.execute("PRAGMA integrity_check").fetchall()
    return found == [("ok",)]


@contextmanager
def without_privileges() -> Iterator[None]:
    """Be a user whom the rights of files concern."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)
