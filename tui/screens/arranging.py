"""Keeps how the columns of each table are shown, between runs too. There is nothing to see of it."""

import asyncio
from typing import Any

from textual import work
from textual.widget import Widget

from tui.db.change_json import Json
from tui.db.schema import TableName
from tui.db.shelf import Shelf, ShelfError
from tui.widgets.columns import Arrangement
from tui.widgets.status import Notice

SECTION = "columns"
PAUSE = 0.3
"""Seconds after which a choice is kept: a width is chosen by several keys."""


class Arranging(Widget):
    """Remembers arrangements by table."""

    DEFAULT_CSS = "Arranging { display: none; }"

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self._shelf = shelf
        self._known: dict[str, Arrangement] | None = None
        self._pending: dict[str, Arrangement] = {}
        """What is not written yet."""

    async def read(self) -> None:
        """Read what earlier runs have kept, once; where that can't be read it is said."""
        if self._known is not None:
            return
        try:
            kept = await asyncio.to_thread(self._shelf.section, SECTION)
        except ShelfError as error:
            self._known = {}
            self.post_message(Notice(str(error), is_error=True))
        else:
            self._known = {name: _decoded(value) for name, value in kept.items()} | self._pending

    def of(self, table: TableName) -> Arrangement:
        """How a table's columns are to be shown."""
        return (self._known or {}).get(_name(table), Arrangement())

    def keep(self, table: TableName, arrangement: Arrangement) -> None:
        """Remember how a table's columns are shown."""
        if arrangement != self.of(table):
            self._known = {**(self._known or {}), _name(table): arrangement}
            self._pending[_name(table)] = arrangement
            self._write_soon()

    @work(group="shelf", exclusive=True, description="keeping the columns")
    async def _write_soon(self) -> None:
        await asyncio.sleep(PAUSE)
        await self._write()

    async def on_unmount(self) -> None:
        """Keep what was chosen last, too."""
        await self._write()

    async def _write(self) -> None:
        while self._pending:
            name, arrangement = self._pending.popitem()
            value = None if arrangement == Arrangement() else _encoded(arrangement)
            try:
                await asyncio.to_thread(self._shelf.put, SECTION, name, value)
            except ShelfError as error:
                self.post_message(Notice(str(error), is_error=True))


def _name(table: TableName) -> str:
    return f"{table.schema}.{table.name}"


def _encoded(arrangement: Arrangement) -> Json:
    order, hidden = list(arrangement.order), sorted(arrangement.hidden)
    return {"order": order, "hidden": hidden, "widths": dict(arrangement.widths)}


def _decoded(encoded: Any) -> Arrangement:
    """An arrangement from a file that anybody may have written."""
    try:
        widths = {str(name): int(width) for name, width in encoded["widths"].items()}
        return Arrangement(tuple(map(str, encoded["order"])), frozenset(map(str, encoded["hidden"])), widths)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return Arrangement()
