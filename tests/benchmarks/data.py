"""The databases that are measured: a table of events, small or huge, the same on every machine."""

import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.servers import PostgreSQL

VERSION = 2
"""Counted up when what is in the files changes."""
USERS = 1000
TABLES, COLUMNS, CELL, CELLS, CHILDREN = 500, 200, 10_000_000, 120, 100_000
"""Of the databases that are large in another way: tables, columns, characters of a cell, such rows, rows
that refer to one."""

_TABLES = """
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    username VARCHAR(50) NOT NULL UNIQUE,
    is_active BOOLEAN NOT NULL DEFAULT {true}
);
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    kind VARCHAR(20) NOT NULL,
    payload TEXT NOT NULL,
    amount NUMERIC(10, 2),
    created_at {datetime} NOT NULL
);
"""
_INDEX = "CREATE INDEX ix_events_user_id ON events (user_id)"
_NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
_EVENT = f"""
    i,
    i * 7919 % {USERS} + 1,
    CASE i * 31 % 4 WHEN 0 THEN 'login' WHEN 1 THEN 'view' WHEN 2 THEN 'comment' ELSE 'logout' END,
    {{text}},
    CASE WHEN i % 11 > 0 THEN i * 7907 % 1000003 / 100.0 END,
    {{time}}
"""
_EVENTS = f"INSERT INTO events {_NUMBERS} SELECT " + _EVENT.format(
    text="printf('row-%08d from 10.%d.%d.%d: GET /posts/%d took %d ms', "
    "i, i % 251, i % 241, i % 239, i % 5003, i % 977)",
    time="datetime(1700000000 + i * 3, 'unixepoch') FROM n",
)


def payload(row: int) -> str:
    """The text with which a row's payload begins; it is nowhere else in the database."""
    return f"row-{row:08d}"


@dataclass(frozen=True)
class Ends:
    """What a view of a table begins and ends with, by the numbers in the payload."""

    count: int
    first: int
    last: int


def ends_of(path: Path, order: str = "id", where: str = "1", table: str = "events") -> Ends:
    """The ends of a view of a file's table, as SQLite itself says; order and condition are SQL."""
    with closing(sqlite3.connect(path)) as connection:

        def number(way: str) -> int:
            ordered = f"{order} {way}, id {way}"
            query = f"SELECT payload FROM {table} WHERE {where} ORDER BY {ordered} LIMIT 1"
            return int(connection.execute(query).fetchone()[0][4:12])

        count: int = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]
        return Ends(count, number("ASC"), number("DESC"))


def events_file(folder: Path, rows: int) -> Path:
    """A file with so many events; it is made when it isn't there, which may take a minute."""

    def fill(connection: sqlite3.Connection) -> None:
        connection.executescript(_TABLES.format(true="1", datetime="DATETIME"))
        connection.execute("BEGIN")
        connection.execute(_users("printf('user%04d', i)", "i % 7 > 0"))
        connection.execute(_EVENTS.format(rows))
        connection.execute(_INDEX)
        connection.execute("COMMIT")

    return _file(folder, f"events-{rows}", fill)


def tables_file(folder: Path, tables: int = TABLES) -> Path:
    """A file with many tables, each of which refers to the one before; the events are one of them."""

    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, payload TEXT NOT NULL)")
        connection.execute(f"INSERT INTO events {_NUMBERS.format(10_000)} SELECT i, {_PAYLOAD} FROM n")
        parent = "events"
        for number in range(1, tables):
            columns = f"id INTEGER PRIMARY KEY, parent INTEGER REFERENCES {parent} (id), name TEXT"
            connection.execute(f"CREATE TABLE t{number:03d} ({columns})")
            connection.execute(f"CREATE INDEX ix_{number} ON t{number:03d} (parent)")
            parent = f"t{number:03d}"

    return _file(folder, f"tables-{tables}", fill)


def columns_file(folder: Path, columns: int = COLUMNS) -> Path:
    """A file whose events have many columns."""

    def fill(connection: sqlite3.Connection) -> None:
        others = [f"c{number:03d}" for number in range(3, columns + 1)]
        more = "".join(f", {name} TEXT" for name in others)
        connection.execute(f"CREATE TABLE events (id INTEGER PRIMARY KEY, payload TEXT NOT NULL{more})")
        values = "".join(f", 'value ' || (i * {number} % 1009)" for number, _ in enumerate(others, 3))
        numbers = _NUMBERS.format(10_000)
        connection.execute(f"INSERT INTO events {numbers} SELECT i, {_PAYLOAD}{values} FROM n")

    return _file(folder, f"columns-{columns}", fill)


def cells_file(folder: Path, size: int = CELL, rows: int = CELLS) -> Path:
    """A file whose rows each hold a text of so many characters."""

    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, payload TEXT NOT NULL, body TEXT)")
        body = f"replace(hex(zeroblob({size // 8})), '0', 'long')"
        connection.execute(f"INSERT INTO events {_NUMBERS.format(rows)} SELECT i, {_PAYLOAD}, {body} FROM n")

    return _file(folder, f"cells-{size}-{rows}", fill)


def children_file(folder: Path, children: int = CHILDREN) -> Path:
    """A file in which so many rows refer to the first of the events."""

    def fill(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, payload TEXT NOT NULL)")
        connection.execute(f"INSERT INTO events {_NUMBERS.format(10_000)} SELECT i, {_PAYLOAD} FROM n")
        connection.execute(
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, event_id INTEGER NOT NULL REFERENCES events (id))"
        )
        connection.execute(f"INSERT INTO notes {_NUMBERS.format(children)} SELECT i, 1 FROM n")
        connection.execute("CREATE INDEX ix_notes ON notes (event_id)")

    return _file(folder, f"children-{children}", fill)


def events_database(server: PostgreSQL, rows: int) -> str:
    """A database with so many events on a server, which the server's user may read; its name."""
    name = f"events_{rows}"
    server.create(name)
    text = (
        "format('row-%s from 10.%s.%s.%s: GET /posts/%s took %s ms', "
        "lpad(i::text, 8, '0'), i % 251, i % 241, i % 239, i % 5003, i % 977)"
    )
    at = "timestamp '2023-11-14 22:13:20' + i * interval '3 seconds'"
    event = _EVENT.format(text=text, time=at).replace("i * 7", "i::bigint * 7")
    server.run(
        *_TABLES.format(true="true", datetime="timestamp").strip().rstrip(";").split(";"),
        _users("'user' || lpad(i::text, 4, '0')", "i % 7 > 0"),
        f"INSERT INTO events SELECT {event} FROM generate_series(1, {rows}) AS s (i)",
        _INDEX,
        f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {server.login.user}",
        "VACUUM (FREEZE, ANALYZE)",
        database=name,
    )
    return name


_PAYLOAD = "printf('row-%08d', i)"


def _users(name: str, is_active: str) -> str:
    return f"INSERT INTO users {_NUMBERS.format(USERS)} SELECT i, {name}, {is_active} FROM n"


def _file(folder: Path, name: str, fill: Callable[[sqlite3.Connection], None]) -> Path:
    """A file of the folder, filled if it isn't there."""
    path = folder / f"{name}-v{VERSION}.db"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        started = time.monotonic()
        print(f"Making {path} …", file=sys.stderr, flush=True)
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            fill(connection)
            connection.execute("PRAGMA journal_mode = DELETE")
        part.replace(path)
        print(f"{path.stat().st_size >> 20} MiB, {time.monotonic() - started:.0f} s", file=sys.stderr)
    return path
