"""Shelf: what the user keeps of a database between runs, a small file for each database."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from tui.db.change_json import Json
from tui.db.errors import TuiError
from tui.db.kept import digest


class ShelfError(TuiError):
    """What is kept can't be read or written."""


class Shelf:
    """Sections of named things: bookmarks, layouts of tables. All methods block: use a thread.

    Without a place nothing outlives the run: that is so for databases that don't.
    """

    def __init__(self, directory: Path, place: str) -> None:
        self._path = directory / f"{digest(place)}.json" if place else None
        self._place = place
        self._content: dict[str, dict[str, Json]] = {}
        self._lock = Lock()

    def section(self, name: str) -> Mapping[str, Json]:
        """Everything in a section. Raises ShelfError."""
        with self._lock:
            self._read()
            return dict(self._content.get(name, {}))

    def put(self, section: str, name: str, value: Json | None) -> None:
        """Keep a thing under its name, in place of another; None: forget it. Raises ShelfError."""
        with self._lock:
            self._read()
            things = self._content.setdefault(section, {})
            things.pop(name, None)
            if value is not None:
                things[name] = value
            self._write()

    def _read(self) -> None:
        """Read what another program may have written meanwhile."""
        if self._path is None:
            return
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            sections = {key: _named(value) for key, value in found.items() if key != "place"}
        except FileNotFoundError:
            self._content = {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            reason = getattr(error, "strerror", None) or "it is damaged"
            raise ShelfError(f"{self._path} can't be read: {reason}.") from error
        else:
            self._content = sections

    def _write(self) -> None:
        if self._path is None:
            return
        new = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump({"place": self._place, **self._content}, file, indent=1)
            new.replace(self._path)
        except OSError as error:
            raise ShelfError(f"{self._path} can't be written: {error.strerror or error}.") from error


def _named(things: Mapping[str, Json]) -> dict[str, Json]:
    """Things by their names. Raises TypeError, AttributeError where they have none."""
    return {str(name): thing for name, thing in things.items()}
