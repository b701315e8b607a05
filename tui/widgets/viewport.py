"""Where the highlight and the window stand in a run of rows, and where they are wanted. Knows no terminal."""

from collections.abc import Iterator
from dataclasses import dataclass

from tui.widgets.rows import GridRow, Rows

READ_AHEAD = 2
"""Screenfuls that shall be loaded beyond what is shown."""

AT_LEAST = 100
"""Rows that are worth a statement."""


def between(value: int, low: int, high: int) -> int:
    """The value, or the nearest limit; the low one wins where they cross."""
    return max(low, min(value, high))


@dataclass(frozen=True, slots=True)
class Place:
    """The highlighted row and the row at the top of the window, as indexes into the run.

    A wanted place may lie beyond the run, on either side, where rows aren't loaded yet.
    """

    row: int = 0
    top: int = 0

    def moved(self, by: int) -> "Place":
        """The same sight, `by` rows further down."""
        return Place(self.row + by, self.top + by)


class Viewport:
    """A window of some height over a run of rows.

    What is wanted stops only at ends of the view that are known; what is shown is the nearest to it among
    the loaded rows, and follows as rows arrive.
    """

    def __init__(self) -> None:
        self.rows = Rows()
        self.height = 0
        """Rows that fit into the window."""
        self.shown = Place()
        self.wanted = Place()
        self._asked: dict[bool, int] = {}

    @property
    def highlighted(self) -> GridRow | None:
        """The highlighted row, None where there are no rows."""
        return self.rows.rows[self.shown.row] if self.shown.row < self._count else None

    def show(self, rows: Rows, row: int, top: int | None = None) -> None:
        """Begin a new view, with the highlight on a row and that row's surroundings in sight.

        `top` is the row at the top of the window, where that matters.
        """
        self.rows = rows
        self._asked.clear()
        self.shown = Place(0, self._count)
        if top is None:
            self.put(row)
        else:
            self.go(Place(row, top))

    def replace(self, rows: Rows, shift: int) -> bool:
        """Put another run of the same view in place; tell whether it begins or ends elsewhere."""
        has_moved = rows.ends != self.rows.ends
        self.rows = rows
        self._asked.clear()
        self.go(self.wanted.moved(shift))
        return has_moved

    def put(self, row: int) -> None:
        """Highlight a loaded row and want nothing beyond the run."""
        self.go(self._nearest(self._around(row, self.shown)))

    def settle(self) -> None:
        """Want no more than what is shown."""
        self.wanted = self.shown

    def give_up(self) -> None:
        """Want no more than what is shown, and forget what was asked for."""
        self.settle()
        self._asked.clear()

    def reach(self, row: int) -> None:
        """Want the highlight on a row, loaded or not."""
        self.go(self._around(row, self.wanted))

    def step(self, by: int) -> None:
        """Want the highlight so many rows further down; the window follows as little as it takes."""
        self.go(self._seen(Place(self.wanted.row + by, self.wanted.top)))

    def page(self, by: int) -> None:
        """Want so many screenfuls further down; the highlight keeps its place in the window."""
        self.go(self.wanted.moved(by * self._height))

    def scroll(self, by: int) -> None:
        """Want the window further down; the highlight stays where it is, if that is still in the window."""
        top = self._known_top(self.wanted.top + by)
        self.go(Place(between(self.wanted.row, top, top + self._height - 1), top))

    def go(self, wanted: Place) -> None:
        """Want a place and show the nearest one there is."""
        row = min(wanted.row, self._count - 1) if self.rows.at_end else wanted.row
        row = max(row, 0) if self.rows.at_start else row
        self.wanted = self._seen(Place(row, self._known_top(wanted.top)))
        self.shown = self._nearest(self.wanted)

    def asks(self) -> Iterator[tuple[bool, int]]:
        """The rows to load now: behind the run or in front of it, and how many.

        What was asked for already is asked for again only when more than that is wanted.
        """
        for after in (False, True):
            count = self._needed(after=after)
            asked = self._asked.get(after)
            if count and (asked is None or self._missing(after=after) > asked):
                self._asked[after] = count
                yield after, count

    def thumb(self) -> range:
        """The lines of the window that the scroll mark covers; none where everything is in sight."""
        rows, height = self.rows, self._height
        offset, total = (0, self._count) if rows.at_start and rows.at_end else (rows.offset, rows.total)
        if offset is None or total is None:
            return self._guessed_thumb()
        total = max(total, offset + self._count + (0 if rows.at_end else 1))
        if total <= height:
            return range(0)
        return _slid(round(height * height / total), height, offset + self.shown.top, total - height)

    @property
    def _count(self) -> int:
        return len(self.rows.rows)

    @property
    def _height(self) -> int:
        return max(1, self.height)

    def _seen(self, place: Place) -> Place:
        """The window moved as little as it takes to have the highlight in it."""
        return Place(place.row, between(place.top, place.row - self._height + 1, place.row))

    def _around(self, row: int, place: Place) -> Place:
        """The highlight on a row; one that is out of sight comes up with its surroundings."""
        is_seen = place.top <= row < place.top + self._height
        return Place(row, place.top if is_seen else row - self._height // 3)

    def _nearest(self, place: Place) -> Place:
        """The nearest place among the loaded rows."""
        row = between(place.row, 0, self._count - 1)
        return self._seen(Place(row, between(place.top, 0, self._count - self._height)))

    def _known_top(self, top: int) -> int:
        """A window's top that isn't beyond an end that is known."""
        if self.rows.at_end:
            top = min(top, self._count - self._height)
        return max(top, 0) if self.rows.at_start else top

    def _missing(self, *, after: bool) -> int:
        """Rows that the wanted place lacks at an end of the run; negative: rows to spare."""
        if after:
            return max(self.wanted.row, self.wanted.top + self._height - 1) - self._count + 1
        return -min(self.wanted.row, self.wanted.top)

    def _needed(self, *, after: bool) -> int:
        """Rows to load at an end of the run, 0 while enough of them are there."""
        is_end = self.rows.at_end if after else self.rows.at_start
        missing = self._missing(after=after)
        if is_end or missing <= -READ_AHEAD * self._height:
            return 0
        return max(missing, 0) + max(AT_LEAST, (READ_AHEAD + 1) * self._height)

    def _guessed_thumb(self) -> range:
        """A scroll mark where the view's length isn't known: right at its ends, vague between them."""
        rows, height = self.rows, self._height
        low, high = (0 if rows.at_start else 1), height - (0 if rows.at_end else 1)
        inner = _slid(height // 8, high - low, self.shown.top, self._count - height)
        return range(inner.start + low, inner.stop + low)


def _slid(size: int, height: int, position: int, last: int) -> range:
    """A mark of a size at a position out of `last`; it touches an end only there."""
    size = between(size, 1, height - between(last, 0, 2))
    free = max(0, height - size)
    if position <= 0 or last <= 0:
        start = 0
    elif position >= last:
        start = free
    else:
        start = between(round(free * position / last), min(1, free), max(free - 1, 0))
    return range(start, start + size)
