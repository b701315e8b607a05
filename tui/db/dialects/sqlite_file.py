"""SQLite files: how one is opened so that it stays as it is, and what a connection that reads refuses."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine

from tui.db.address import Address
from tui.db.options import Options

WAL_VERSION = 2
"""What the two bytes at VERSIONS hold where a database is in WAL mode."""

VERSIONS = slice(18, 20)

NAMED = {
    "foreign_key_check",
    "foreign_key_list",
    "index_info",
    "index_list",
    "index_xinfo",
    "integrity_check",
    "quick_check",
    "table_info",
    "table_list",
    "table_xinfo",
}
"""Pragmas whose argument is a name; that of any other one is a setting."""

WORKING = {"incremental_vacuum", "optimize", "wal_checkpoint"}
"""Pragmas that write without an argument."""


def reading_mode(address: Address, options: Options) -> str:
    """How a file is opened to be read, so that opening and closing it leaves it as it was.

    Closing a database that was opened `rw` moves a log that another program left (`-wal`) into the file;
    one in WAL mode without a log that was opened `ro` is left with an empty log. Only `rw` can roll back the
    journal of a program that crashed, without which nothing can be read; whoever asks for reading only
    is told so instead.
    """
    if address.path is None:
        return "memory"
    is_asked = options.read_only or address.read_only
    has_log = _size(address.path.with_name(f"{address.path.name}-wal")) > 0
    return "ro" if has_log or (is_asked and not _is_wal(address.path)) else "rw"


def authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    """What SQLite asks of each statement: `query_only` refuses every write, and this what would get round it.

    ATTACH (and VACUUM, by it) creates files; pragmas could end `query_only` or change the journal's mode.
    """
    if action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH):
        return sqlite3.SQLITE_DENY
    if action != sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_OK
    name = (first or "").lower()
    reads = name in NAMED or (second is None and name not in WORKING)
    return sqlite3.SQLITE_OK if reads else sqlite3.SQLITE_DENY


def reopen_replaced(engine: AsyncEngine, path: Path) -> None:
    """Give up a connection where another file has its file's name now: it would go on with the old one."""

    def remember(_connection: object, record: Any) -> None:
        record.info["file"] = _identity(path)

    def compare(_connection: object, record: Any, _proxy: object) -> None:
        if record.info["file"] != _identity(path):
            raise DisconnectionError("The file was replaced.")

    event.listen(engine.sync_engine, "connect", remember)
    event.listen(engine.sync_engine, "checkout", compare)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _is_wal(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return WAL_VERSION in file.read(VERSIONS.stop)[VERSIONS]
    except OSError:
        return False


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
