"""Loads the rows of one view as they are wanted, and keeps the ones around the highlight."""

import time
from collections.abc import Awaitable
from dataclasses import dataclass, replace

from tui.db import rows
from tui.db.changes import RowKey
from tui.db.database import Database
from tui.db.errors import TuiError
from tui.db.needle import Needle
from tui.db.page import Page, Row, RowBuffer, RowId
from tui.db.view import View
from tui.widgets.staged_rows import row_key

MOST = 500
"""Rows that are read at once at the most, however many are wanted."""


class NotFoundError(TuiError):
    """No row contains the text."""


@dataclass(frozen=True, slots=True)
class Found:
    """A row that contains the text."""

    row: Row
    number: int | None = None
    """Its number in the view, from 0, where rows have no identity."""
    is_around: bool = False
    """Whether it was found past the end, from the other end on."""


class RowsLoader:
    """The buffer of a view and the ways to fill it. It holds no connection between two calls."""

    def __init__(self, database: Database, view: View) -> None:
        self.database = database
        self.view = view
        self.buffer = RowBuffer(Page((), at_start=True, at_end=True))
        self.total: int | None = None
        """The exact number of rows, once it has been counted."""
        self.is_stale = False
        """Whether the rows are known to be older than the last save, or than the last try to read them."""
        self.is_interrupted = False
        """Whether the last try to read on failed."""
        self.milliseconds = 0.0
        """How long the last page took."""

    @property
    def estimate(self) -> int | None:
        """The number of rows as the catalogue estimates it; None for a view with filters."""
        entry = self.database.catalog.find(self.view.table.name)
        return (
            entry.estimate if entry is not None and not (self.view.filters or self.view.condition) else None
        )

    async def renewed(self) -> "RowsLoader":
        """A loader of the same view after the tables and columns were read anew. Raises MissingError."""
        await self.database.reload_catalog()
        table = await self.database.table(self.view.table.name)
        return RowsLoader(self.database, self.view.of(table))

    async def to_start(self) -> None:
        """Read the first rows."""
        self._replace(await self._timed(rows.first_page(self.database, self.view)))

    async def to_end(self) -> None:
        """Read the last rows."""
        self._replace(await self._timed(rows.last_page(self.database, self.view)))

    async def around(self, row: Row, identity: RowId | None = None) -> int:
        """Read the rows around a row; return its index, or where it is gone that of the next one.

        `identity` is how the row is called now, where that has changed.
        """
        now = await rows.get_in(self.database, self.view, identity or row.identity)
        place = now or (row if len(row.cursor) == len(self.view.sorts) else None)
        if place is None:
            await self.to_start()
            return 0
        page = await self._timed(rows.page_around(self.database, self.view, place))
        self._replace(page)
        return page.place

    async def at(self, number: int) -> int:
        """Read the rows around the one of a number, counted from 0; return its index."""
        offset = max(0, number - rows.PAGE)
        self._replace(await self._timed(rows.page_at(self.database, self.view, offset, 2 * rows.PAGE)))
        return number - offset

    async def at_row(self, number: int) -> int:
        """Read the rows around the one of a number, counted from 1; return its index.

        Raises NotFoundError where there are fewer rows.
        """
        offset = max(0, number - 1 - rows.PAGE)
        reading = rows.page_numbered(self.database, self.view, offset, 2 * rows.PAGE)
        page = await self._timed(reading)
        if number < 1 or offset + len(page.rows) < number:
            raise NotFoundError(f"There is no row {number:,}: there are fewer.")
        self._replace(page)
        return number - 1 - offset

    async def at_part(self, part: float) -> int:
        """Read the rows around the one at a part of the view, 0 the first, 1 the last; return its index.

        All rows are counted for it, if they were not before. Raises NotFoundError where there is no row.
        """
        if self.total is None:
            self.total = await rows.count(self.database, self.view)
        return await self.at_row(max(1, min(self.total, 1 + round(part * (self.total - 1)))))

    def trim(self, key: RowKey | None) -> None:
        """Keep only the rows around one, a page on each side; the others are read again when wanted."""
        buffer = self.buffer
        keys = (row_key(row, index, buffer.offset) for index, row in enumerate(buffer.rows))
        at = next((index for index, other in enumerate(keys) if other == key), 0)
        self.buffer = buffer.around(at, rows.PAGE)

    async def more(self, *, after: bool, count: int) -> None:
        """Read on at one end of the buffer."""
        buffer, limit = self.buffer, min(max(count, rows.PAGE), MOST)
        read = rows.page_after if after else rows.page_before
        page = await self._timed(read(self.database, self.view, self._place(after=after), limit))
        if buffer is not self.buffer:
            return
        if after:
            buffer.extend_after(page)
        else:
            buffer.extend_before(page)

    async def count(self) -> None:
        """Count the rows, and those before the buffer where that isn't known; it may take long."""
        self.total = await rows.count(self.database, self.view, background=True)
        self.buffer.count_known(self.total)
        if self.buffer.offset is None and self.buffer.rows:
            first = self.buffer.rows[0]
            before = await rows.count_before(self.database, self.view, first)
            at = self.buffer.index_of(first.identity)
            if at is not None and self.buffer.offset is None:
                self.buffer.offset = max(0, before - at)

    async def find(self, needle: Needle, row: Row | None, *, backward: bool = False) -> Found:
        """The next row after a row that contains a text, going once around. Raises NotFoundError."""
        found = await self._find(needle, row, backward=backward)
        if found is None and row is not None:
            found = await self._find_around(needle, row, backward=backward)
            found = found and replace(found, is_around=True)
        if found is None:
            raise NotFoundError(f"Nothing in {self.view.table.name.label} contains “{needle.text[:40]}”.")
        return found

    async def to(self, found: Found) -> int:
        """Read the rows around the one that was found; return its index, or that of the row there now."""
        return await (self.around(found.row) if found.number is None else self.at(found.number))

    async def _find_around(self, needle: Needle, row: Row, *, backward: bool) -> Found | None:
        """The first row of all that contains a text, where none after a row does."""
        if not self.view.table.identity.exists:
            return await self._find(needle, None, backward=backward)
        hit = await rows.find_up_to(self.database, self.view, needle, row, backward=backward)
        return None if hit is None else Found(hit)

    async def _find(self, needle: Needle, row: Row | None, *, backward: bool) -> Found | None:
        if self.view.table.identity.exists:
            hit = await rows.find(self.database, self.view, needle, row, backward=backward)
            return None if hit is None else Found(hit)
        numbered = await rows.find_number(
            self.database, self.view, needle, self._number(row), backward=backward
        )
        return None if numbered is None else Found(numbered[1], numbered[0])

    def _number(self, row: Row | None) -> int | None:
        """The number of a loaded row, from 0, where rows have no identity."""
        index = next((i for i, other in enumerate(self.buffer.rows) if other is row), None)
        return None if index is None else (self.buffer.offset or 0) + index

    def _place(self, *, after: bool) -> rows.Place:
        if self.view.table.identity.exists:
            return self.buffer.rows[-1 if after else 0]
        offset = self.buffer.offset or 0
        return offset + len(self.buffer.rows) if after else offset

    def _replace(self, page: Page) -> None:
        self.buffer = RowBuffer(page)
        self.is_stale = False
        if self.total is not None:
            self.buffer.count_known(self.total)

    async def _timed(self, reading: Awaitable[Page]) -> Page:
        started = time.perf_counter()
        page = await reading
        self.milliseconds = (time.perf_counter() - started) * 1000
        return page
