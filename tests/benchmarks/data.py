"""The databases that are measured: one table of events, small or huge, the same on every machine."""

import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path

VERSION = 1
"""Counted up when what is in the files changes."""
USERS = 1000

_TABLES = """
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    username VARCHAR(50) NOT NULL UNIQUE,
    is_active BOOLEAN NOT NULL DEFAULT 1
);
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    kind VARCHAR(20) NOT NULL,
    payload TEXT NOT NULL,
    amount NUMERIC(10, 2),
    created_at DATETIME NOT NULL
);
"""
_NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
_USERS = f"""
INSERT INTO users {_NUMBERS} SELECT i, printf('user%04d', i), i % 7 > 0 FROM n
"""
_EVENTS = f"""
INSERT INTO events {_NUMBERS}
SELECT
    i,
    i * 7919 % {USERS} + 1,
    CASE i * 31 % 4 WHEN 0 THEN 'login' WHEN 1 THEN 'view' WHEN 2 THEN 'comment' ELSE 'logout' END,
    printf('row-%08d from 10.%d.%d.%d: GET /posts/%d took %d ms',
           i, i % 251, i % 241, i % 239, i % 5003, i % 977),
    CASE WHEN i % 11 THEN i * 7907 % 1000003 / 100.0 END,
    datetime(1700000000 + i * 3, 'unixepoch')
FROM n
"""
_INDEX = "CREATE INDEX ix_events_user_id ON events (user_id)"


def payload(row: int) -> str:
    """The text with which a row's payload begins; it is nowhere else in the file."""
    return f"row-{row:08d}"


def events_file(folder: Path, rows: int) -> Path:
    """A file with so many events; it is made when it isn't there, which may take a minute."""
    path = folder / f"events-{rows}-v{VERSION}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        print(f"Making {path} …", file=sys.stderr, flush=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        _make(part, rows)
        part.replace(path)
        print(f"{path.stat().st_size >> 20} MiB, {time.monotonic() - started:.0f} s", file=sys.stderr)
    return path


def _make(path: Path, rows: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
        connection.execute("BEGIN")
        connection.execute(_USERS, (USERS,))
        connection.execute(_EVENTS, (rows,))
        connection.execute(_INDEX)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = DELETE")
