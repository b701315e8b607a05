"""The journal: what was saved, row by row as it was before and after, in an SQLite file of the user's own.

Any program can read it. `saves` has a line for each save, `changes` one for each row, with the values as
JSON (texts, numbers and NULL as they are, all else with its kind: see `change_json`).
"""

import getpass
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tui.db.address import Address
from tui.db.change_json import Json, encode_key, encode_values
from tui.db.errors import JournalError
from tui.db.kept import digest

if TYPE_CHECKING:
    from tui.db.images import Image

T = TypeVar("T")

VERSION = 1
"""Of the file's form."""

PATIENCE = 3.0
"""Seconds to wait for another program that writes to the journal."""

MIB = 2**20

TABLES = """
CREATE TABLE IF NOT EXISTS saves (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, "database" TEXT NOT NULL,
    tables TEXT NOT NULL, changes INTEGER NOT NULL, reason TEXT NOT NULL, state TEXT NOT NULL,
    left_out INTEGER NOT NULL, size INTEGER NOT NULL, place TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS changes (
    id INTEGER PRIMARY KEY, save_id INTEGER NOT NULL REFERENCES saves (id) ON DELETE CASCADE,
    kind TEXT NOT NULL, "schema" TEXT NOT NULL, "table" TEXT NOT NULL, identity TEXT NOT NULL,
    "before" TEXT, "after" TEXT);
CREATE INDEX IF NOT EXISTS changes_of_save ON changes (save_id);
"""


class State(StrEnum):
    """What became of a save."""

    WRITING = "writing"
    """It was being written when the journal was: seen afterwards, the program died meanwhile."""
    SAVED = "saved"
    UNKNOWN = "unknown"
    """The connection was lost at the end, and nobody could tell."""
    NOT_SAVED = "not saved"
    """Found out later: nothing of it was written."""


@dataclass(frozen=True)
class Saved:
    """A save, as the journal has it."""

    number: int
    at: datetime
    who: str
    tables: str
    """Their names, with commas."""
    count: int
    """Rows that were changed, those of other tables that went along as well."""
    reason: str
    state: State
    left_out: bool
    """Whether more rows went along than were recorded."""


@dataclass(frozen=True)
class Recorded:
    """A row of a save, as the journal has it: encoded."""

    kind: str
    schema: str
    table: str
    identity: Json
    before: Json
    after: Json


class Journal:
    """The journal's file. All methods block, so use a thread; they raise JournalError."""

    def __init__(self, path: Path, limit: int = 100) -> None:
        self.path = path
        self._limit = limit * MIB

    def begin(
        self, address: Address, images: "Sequence[Image]", reason: str = "", *, left_out: bool = False
    ) -> int:
        """Write down a save that is about to be committed; the oldest saves make room. Its number."""
        rows = [_encoded(image) for image in images]
        size = sum(len(text) for row in rows for text in row if text)
        if size > self._limit:
            raise JournalError(
                f"The journal has room for {self._limit // MIB} MiB and this save takes {size // MIB + 1}: "
                "--journal-size gives it more."
            )
        tables = ", ".join(dict.fromkeys(image.table.name.label for image in images))
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        save = (now, _user(), _plain(address.title), tables, len(rows), reason, State.WRITING, left_out, size)
        with self._written() as connection:
            number = connection.execute(
                "INSERT INTO saves VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (*save, digest(address.place)),
            ).fetchone()[0]
            connection.executemany(f"INSERT INTO changes VALUES (NULL, {number}, ?, ?, ?, ?, ?, ?)", rows)
            self._make_room(connection)
        return int(number)

    def find_out(self, number: int, state: State) -> None:
        """Note what became of a save that nobody had noted, unless its own program has done so meanwhile."""
        with self._written() as connection:
            doubtful = (state, number, State.WRITING, State.UNKNOWN)
            connection.execute("UPDATE saves SET state = ? WHERE id = ? AND state IN (?, ?)", doubtful)

    def conclude(self, number: int, state: State | None) -> None:
        """Note what became of a save; None: it was rolled back, and nothing remains of it."""
        with self._written() as connection:
            if state is None:
                connection.execute("DELETE FROM saves WHERE id = ?", (number,))
            else:
                connection.execute("UPDATE saves SET state = ? WHERE id = ?", (state, number))

    def saves(self, address: Address) -> list[Saved]:
        """The saves on a database, the newest first."""
        if not self._is_there():
            return []
        with self._opened() as connection:
            found = connection.execute(
                "SELECT id, at, who, tables, changes, reason, state, left_out FROM saves "
                "WHERE place = ? ORDER BY id DESC",
                (digest(address.place),),
            ).fetchall()
        return [_saved(row) for row in found]

    def _is_there(self) -> bool:
        try:
            return self.path.exists()
        except OSError as error:
            raise JournalError(f"The journal {self.path} can't be used: {_reason(error)}.") from error

    def changes(self, number: int, limit: int = -1) -> list[Recorded]:
        """The first rows of a save, in the order of the save; without a limit all of them."""
        with self._opened() as connection:
            rows = connection.execute(
                'SELECT kind, "schema", "table", identity, "before", "after" FROM changes '
                "WHERE save_id = ? ORDER BY id LIMIT ?",
                (number, limit),
            ).fetchall()
        return [Recorded(*row[:3], *(text and json.loads(text) for text in row[3:])) for row in rows]

    def _make_room(self, connection: sqlite3.Connection) -> None:
        connection.execute(
            "DELETE FROM saves WHERE id IN (SELECT id FROM "
            "(SELECT id, sum(size) OVER (ORDER BY id DESC) AS total FROM saves) WHERE total > ?)",
            (self._limit,),
        )

    @contextmanager
    def _written(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction, which is on the disk when this ends."""
        with self._opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
            with closing(sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)) as connection:
                _prepare(connection)
                yield connection
        except (OSError, sqlite3.Error, ValueError) as error:
            raise JournalError(f"The journal {self.path} can't be used: {_reason(error)}.") from error


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables in a new file. ValueError for a file of a later version."""
    connection.execute("PRAGMA foreign_keys = ON")
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise ValueError("a later version of tui has made it")
    if version < VERSION:
        connection.executescript(f"BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {VERSION}; COMMIT")


REASONS = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_BUSY": "another program has locked it",
    "SQLITE_CORRUPT": "it is damaged; move it away, and a new one is made",
    "SQLITE_NOTADB": "it is no SQLite file; move it away, and a new one is made",
    "SQLITE_READONLY": "it can't be written to",
    "SQLITE_CANTOPEN": "it can't be opened",
    "SQLITE_ERROR": "it has other tables than a journal; move it away, and a new one is made",
}


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return (error.strerror or str(error)).lower()
    name = str(getattr(error, "sqlite_errorname", ""))
    return next((reason for code, reason in REASONS.items() if name.startswith(code)), str(error))


def _encoded(image: "Image") -> tuple[str, str, str, str, str | None, str | None]:
    name = image.table.name
    held = (None if held is None else json.dumps(encode_values(held)) for held in (image.before, image.after))
    before, after = held
    return image.kind, name.schema, name.name, json.dumps(encode_key(image.identity)), before, after


def _saved(row: Sequence[Json]) -> Saved:
    number, at, who, tables, count, reason, state, left_out = row
    return Saved(number, datetime.fromisoformat(at), who, tables, count, reason, State(state), bool(left_out))


def _plain(text: str) -> str:
    """A text that can be stored: a file's name may hold bytes that are no characters."""
    return text.encode(errors="backslashreplace").decode()


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())
