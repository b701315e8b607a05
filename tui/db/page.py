"""Rows, and runs of rows that were read at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tui.db.values import Value

RowId: TypeAlias = tuple[Value, ...]
"""The identity's values; empty where the table has no identity."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a view, as it was when it was read."""

    identity: RowId
    values: tuple[Value, ...]
    """One value for each column of the table, in its order."""
    cursor: tuple[Value, ...] = ()
    """The values of the sort columns, or the beginnings of long texts and bytes: with the identity they tell
    where the next page begins."""


@dataclass(frozen=True, slots=True)
class Page:
    """A run of rows without a gap, in the order of its view."""

    rows: Sequence[Row]
    at_start: bool = False
    """Whether nothing comes before the first row."""
    at_end: bool = False
    """Whether nothing comes after the last row."""
    offset: int | None = None
    """How many rows come before the first one, None where that was not counted."""
    place: int = 0
    """The index of the row that the page was read around, or of the one that has taken its place."""


class RowBuffer:
    """The rows around the ones that are shown: grows at both ends, forgets what is far away."""

    def __init__(self, page: Page, limit: int = 1000) -> None:
        self.rows: list[Row] = list(page.rows)
        self.at_start = page.at_start
        self.at_end = page.at_end
        self.offset = 0 if page.at_start else page.offset
        """How many rows come before the first one; None while that is not known."""
        self.limit = limit

    def extend_after(self, page: Page) -> int:
        """Add the page behind the last row; return how many rows were dropped at the front."""
        self.rows.extend(page.rows)
        self.at_end = page.at_end
        dropped = max(0, len(self.rows) - self.limit)
        if dropped:
            del self.rows[:dropped]
            self.at_start = False
            self.offset = None if self.offset is None else self.offset + dropped
        return dropped

    def extend_before(self, page: Page) -> int:
        """Add the page in front of the first row; return how many rows now stand before it."""
        self.rows[:0] = page.rows
        self.at_start = page.at_start
        if self.at_start:
            self.offset = 0
        elif self.offset is not None:
            offset = self.offset - len(page.rows)
            self.offset = offset if offset > 0 else None
        if len(self.rows) > self.limit:
            del self.rows[self.limit :]
            self.at_end = False
        return len(page.rows)

    def around(self, index: int, count: int) -> "RowBuffer":
        """A buffer of just the rows around one, at most so many on each side."""
        start, end = max(0, index - count), index + count + 1
        page = Page(
            self.rows[start:end],
            at_start=self.at_start and start == 0,
            at_end=self.at_end and end >= len(self.rows),
            offset=None if self.offset is None else self.offset + start,
        )
        return RowBuffer(page, self.limit)

    def count_known(self, count: int) -> None:
        """Take note of the view's exact count: it tells the position of rows read from the end."""
        if self.offset is None and self.at_end:
            self.offset = max(0, count - len(self.rows))

    def index_of(self, identity: RowId) -> int | None:
        """Where a row stands in the buffer, None where it isn't loaded."""
        return next((i for i, row in enumerate(self.rows) if row.identity == identity), None)
