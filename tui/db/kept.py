"""Staged work on disk: it survives a crash, a closed terminal and a quit, and is offered again."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING
from uuid import uuid4

from tui.db.change_json import Json, decode_change, encode_change, table_name
from tui.db.changes import Change
from tui.db.database import Database
from tui.db.errors import MissingError

if TYPE_CHECKING:
    from filelock import BaseFileLock

VERSION = 1
"""Of the file's form; files of another one are left alone."""


class KeptFile:
    """The file of one running program's staged work on one database. All methods block: use a thread.

    A lock beside the file is held as long as the program lives, so another one can tell what was left
    behind from what somebody is working on.
    """

    def __init__(self, directory: Path, place: str, path: Path | None = None) -> None:
        self.path = path or directory / f"{digest(place)}-{uuid4().hex}.json"
        self._place = place
        self._writing = Lock()

    def write(self, changes: Sequence[Change]) -> None:
        """Replace what is kept; nothing staged, no file. Raises OSError where that can't be written."""
        self.replace([encode_change(change) for change in changes])

    def replace(self, changes: Sequence[Json]) -> None:
        """Replace what is kept by changes as they stand in a file. Raises OSError."""
        with self._writing:
            if changes:
                self._write(changes)
            else:
                self._remove()

    def remove(self) -> None:
        """Forget what is kept."""
        self.replace([])

    @cached_property
    def _lock(self) -> "BaseFileLock":
        from filelock import FileLock

        return FileLock(f"{self.path}.lock", timeout=0, mode=0o600, thread_local=False)

    def release(self) -> None:
        """Let go of the file: what is in it may be offered again."""
        with self._writing:
            self._lock.release(force=True)

    def claim(self) -> bool:
        """Take what another program left behind; False where that is still running."""
        from filelock import Timeout

        try:
            self._lock.acquire()
        except Timeout:
            return False
        self._new.unlink(missing_ok=True)
        return True

    def _write(self, changes: Sequence[Json]) -> None:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock.acquire()
        content = {
            "version": VERSION,
            "place": self._place,
            "at": datetime.now().astimezone().isoformat(timespec="seconds"),
            "changes": changes,
        }
        descriptor = os.open(self._new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        self._new.replace(self.path)

    def _remove(self) -> None:
        """Remove the file and its lock, the lock last and while it is held: nobody can take both."""
        if self._lock.is_locked:
            self.path.unlink(missing_ok=True)
            Path(self._lock.lock_file).unlink(missing_ok=True)
            self._lock.release(force=True)

    @property
    def _new(self) -> Path:
        return self.path.with_suffix(".new")


@dataclass(frozen=True)
class Kept:
    """What an earlier run left staged."""

    file: KeptFile
    """To be removed or released when the user has decided."""
    at: datetime
    """When it was staged."""
    changes: Sequence[Json]


def left_behind(directory: Path, place: str) -> Iterator[Kept]:
    """The staged work on a database that no running program holds any more, the newest first; blocks."""
    paths = sorted(directory.glob(f"{digest(place)}-*.json"), key=_age, reverse=True)
    for path in paths:
        file = KeptFile(directory, place, path)
        if file.claim():
            kept = _read(file, place)
            if kept is None:
                file.release()
            else:
                yield kept


async def restore(database: Database, kept: Kept) -> tuple[list[Change], list[Json]]:
    """The changes as they were, and those that have no place in the database's tables as they are now.

    Raises QueryError where the tables can't be read.
    """
    changes: list[Change] = []
    homeless: list[Json] = []
    for encoded in kept.changes:
        try:
            changes.append(decode_change(encoded, await database.table(table_name(encoded))))
        except (MissingError, KeyError, TypeError, ValueError):
            homeless.append(encoded)
    return changes, homeless


def _read(file: KeptFile, place: str) -> Kept | None:
    try:
        content = json.loads(file.path.read_text(encoding="utf-8"))
        if content["version"] != VERSION or content["place"] != place:
            return None
        return Kept(file, datetime.fromisoformat(content["at"]), content["changes"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def digest(place: str) -> str:
    """A name for a place that tells nothing of it."""
    return hashlib.sha256(place.encode(errors="surrogateescape")).hexdigest()[:16]


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
