"""How wide columns are and which of them are in sight. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rich.cells import cell_len

from tui.db.values import Kind
from tui.widgets.cells import fit, text_of, visible
from tui.widgets.rows import GridColumn, GridRow
from tui.widgets.viewport import between

NARROWEST = 3
"""Cells of text that a column has at least."""

CAP = 40
"""Cells of text that a column gets at first at most, while others need the room."""

PADDING = 2
"""Cells around a column's text: one at each side."""

RULE = 1
"""Cells of the line between the key columns and the others."""

_SAMPLE = 8000
"""Cells that are measured to settle the widths: about 10 ms."""


_EDGE = 60
"""Rows at each end of a run that may widen a column: the rest was there before, or comes by later."""


@dataclass(frozen=True, slots=True)
class Span:
    """A column in sight."""

    column: int
    """Its index among the grid's columns."""
    x: int
    """Where it begins, its padding included."""
    width: int
    """Cells of its text; less than the column's width where the edge cuts it."""

    @property
    def end(self) -> int:
        """Where the next column begins."""
        return self.x + self.width + PADDING


@dataclass(frozen=True)
class Arrangement:
    """What the user chose of a table's columns, by their names; columns that are not named come last."""

    order: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    widths: Mapping[str, int] = field(default_factory=dict)
    """Cells of text, of columns that were given a width."""


class ColumnLayout:
    """The columns of one view: key columns first, widths settled once, scrolled by whole columns."""

    def __init__(self, columns: Sequence[GridColumn]) -> None:
        self.columns = tuple(columns)
        self.arrangement = Arrangement()
        """What the user chose."""
        self.is_settled = False
        """Whether the widths come from rows, not only from the headers."""
        self.left = 0
        """How many of the columns that scroll are hidden at the left."""
        self._chosen: set[int] = set()
        self._room = 0
        self._wishes = [_header_width(column) for column in columns]
        self._base = [between(wish, NARROWEST, CAP) for wish in self._wishes]
        self.widths = list(self._base)
        """Cells of text of each column, in the order in which the columns were given."""
        self.spans: tuple[Span, ...] = ()
        """The columns in sight, from left to right."""
        self._take_order()

    @property
    def fixed(self) -> int:
        """How many key columns stay at the left edge: none where they'd take over half of the room."""
        taken = sum(self.widths[index] + PADDING for index in self.order[: self._keys])
        stays = self._keys < len(self.order) and taken + RULE <= self._room // 2
        return self._keys if stays else 0

    @property
    def hides_left(self) -> bool:
        """Whether columns are out of sight at the left."""
        return self.left > 0

    @property
    def hides_right(self) -> bool:
        """Whether columns, or a part of one, are out of sight at the right."""
        if not self.spans:
            return bool(self.columns)
        last = self.spans[-1]
        return last.column != self.order[-1] or last.width < self.widths[last.column]

    def with_columns(self, columns: Sequence[GridColumn]) -> "ColumnLayout":
        """The layout for other columns: this one, with its widths, if only their signs are others."""
        if [(c.name, c.is_key) for c in columns] != [(c.name, c.is_key) for c in self.columns]:
            return ColumnLayout(columns)
        self.columns = tuple(columns)
        return self

    def arrange(self, arrangement: Arrangement) -> None:
        """Show the columns in the order and with the widths that the user chose, without the hidden ones."""
        self.arrangement = arrangement
        if self._chosen:
            self._chosen.clear()
            self._wishes = [_header_width(column) for column in self.columns]
            self._base = [between(wish, NARROWEST, CAP) for wish in self._wishes]
            self.is_settled = False  # the widths come from the rows again
        for index, column in enumerate(self.columns):
            if column.name in arrangement.widths:
                self._choose(index, arrangement.widths[column.name])
        self._take_order()
        self.left = 0
        self._share_room()

    def _take_order(self) -> None:
        """Key columns first, each kind in the order that was chosen; one column is always shown."""
        chosen = {name: place for place, name in enumerate(self.arrangement.order)}
        places = sorted(range(len(self.columns)), key=lambda i: chosen.get(self.columns[i].name, len(chosen)))
        shown = [i for i in places if self.columns[i].name not in self.arrangement.hidden] or places[:1]
        keys = [index for index in shown if self.columns[index].is_key]
        self._keys = len(keys)
        self.order = (*keys, *(index for index in shown if not self.columns[index].is_key))
        """The shown columns' indexes from left to right."""

    def unhide(self, index: int) -> bool:
        """Show a column; tell whether it was hidden."""
        if index in self.order:
            return False
        hidden = self.arrangement.hidden - {self.columns[index].name}
        self.arrange(replace(self.arrangement, hidden=hidden))
        return True

    def _choose(self, index: int, width: int) -> None:
        self._chosen.add(index)
        self._wishes[index] = self._base[index] = self.widths[index] = max(NARROWEST, width)

    def settle(self, rows: Sequence[GridRow]) -> None:
        """Take the widths from the headers and the first rows."""
        sample = rows[: max(20, _SAMPLE // max(1, len(self.columns)))]
        for index, column in enumerate(self.columns):
            if index in self._chosen:
                continue
            widest = max((cell_len(text_of(row.values[index])) for row in sample), default=0)
            needed = max(_header_width(column), widest + column.label_room)
            self._wishes[index] = needed + column.label_room
            self._base[index] = between(needed, NARROWEST, CAP)
        self.is_settled = bool(rows)
        self._share_room()

    def grow(self, rows: Sequence[GridRow]) -> bool:
        """Widen columns of numbers and keys whose values have become longer, and those of staged values.

        It tells whether any was. A number that is cut tells nothing, and what is staged is to be seen; other
        columns keep their width, so that nothing jumps.
        """
        sample = [*rows[:_EDGE], *rows[-_EDGE:]]
        edited = [row for row in rows if row.staged]
        has_grown = False
        for index, column in enumerate(self.columns):
            if index in self._chosen:
                continue
            is_whole = column.is_key or column.kind is Kind.NUMBER
            measured = sample if is_whole else [row for row in edited if index in row.staged]
            widest = max((cell_len(text_of(row.values[index])) for row in measured), default=0)
            widest = min(CAP, widest + column.label_room)
            if widest > self._base[index]:
                self._wishes[index] = max(self._wishes[index], widest)
                self._base[index] = self.widths[index] = widest
                has_grown = True
        if has_grown:
            self._share_room()
        return has_grown

    def set_room(self, room: int) -> None:
        """Lay the columns out in so many cells."""
        if room != self._room:
            self._room = room
            self._share_room()

    def resize(self, widths: Mapping[int, int]) -> None:
        """Give columns widths of the user's choice."""
        for index, width in widths.items():
            self._choose(index, width)
        named = {self.columns[index].name: self.widths[index] for index in widths}
        self.arrangement = replace(self.arrangement, widths={**self.arrangement.widths, **named})
        self._place_spans()

    def scroll(self, by: int) -> None:
        """Hide so many columns more at the left, or so many fewer."""
        self.left = between(self.left + by, 0, self._last_left())
        self._place_spans()

    def reveal(self, column: int) -> bool:
        """Scroll so that a column is fully in sight, or from its left; tell whether that took scrolling."""
        before, position = self.left, self.order.index(column) - self.fixed
        if position >= 0:
            self.left = min(self.left, position)
            self._place_spans()
            while self.left < position and not self._is_whole(column):
                self.left += 1
                self._place_spans()
        return self.left != before

    def nearest_whole(self, column: int) -> int:
        """The column itself if it is fully in sight, else the one next to it that is."""
        if not self.spans or self._is_whole(column):
            return column
        scrolled = self.spans[self.fixed :]
        whole = [span.column for span in scrolled if self._is_whole(span.column)] or [self.spans[-1].column]
        is_left = self.order.index(column) < self.order.index(whole[0])
        return whole[0] if is_left else whole[-1]

    def span_of(self, column: int) -> Span | None:
        """Where a column is drawn, None where it is out of sight."""
        return next((span for span in self.spans if span.column == column), None)

    def column_at(self, x: int) -> int | None:
        """The column that is drawn at a cell, None where there is none."""
        return next((span.column for span in self.spans if span.x <= x < span.end), None)

    def _is_whole(self, column: int) -> bool:
        span = self.span_of(column)
        return span is not None and span.width == self.widths[column]

    def _share_room(self) -> None:
        """Give room that is left over to columns that have less than they wish, narrowest wish first."""
        self.widths = list(self._base)
        taken = sum(self.widths[index] + PADDING for index in self.order) + (RULE if self._keys else 0)
        wishes = self._wishes
        cut = sorted((i for i in self.order if wishes[i] > self._base[i]), key=wishes.__getitem__)
        spare = self._room - taken
        for place, index in enumerate(cut):
            more = between(self._wishes[index] - self.widths[index], 0, spare // (len(cut) - place))
            self.widths[index] += more
            spare -= more
        self.scroll(0)

    def _last_left(self) -> int:
        """The furthest that scrolling goes: the last columns fill the room."""
        order = self.order[self.fixed :]
        room, count = self._room - self._scroll_start(), 0
        for index in reversed(order):
            room -= self.widths[index] + PADDING
            if room < 0:
                break
            count += 1
        return max(0, len(order) - max(1, count))

    def _scroll_start(self) -> int:
        fixed = self.order[: self.fixed]
        return sum(self.widths[index] + PADDING for index in fixed) + (RULE if fixed else 0)

    def _place_spans(self) -> None:
        """Work out which columns are in sight; the last one may be cut by the edge."""
        spans, x = [], 0
        fixed = self.fixed
        for position, index in enumerate((*self.order[:fixed], *self.order[fixed + self.left :])):
            x += RULE if fixed and position == fixed else 0
            width = min(self.widths[index], self._room - x - PADDING)
            if width < (1 if position == fixed else NARROWEST):
                break
            spans.append(Span(index, x, width))
            x = spans[-1].end
        self.spans = tuple(spans)


def _header_width(column: GridColumn) -> int:
    return cell_len(visible(column.name)) + (cell_len(column.sign) + 1 if column.sign else 0)


def header(column: GridColumn, width: int, *, is_right: bool) -> str:
    """A column's name and sign in `width` cells and the one of padding behind them; the name is cut first."""
    name, sign = visible(column.name), visible(column.sign)
    if not sign:
        return fit(name, width, is_right=is_right) + " "
    gap = " " if cell_len(name) + cell_len(sign) + 1 <= width else ""
    room = max(0, width + 1 - cell_len(gap + sign))
    if gap:
        return fit(name + gap + sign, width, is_right=is_right) + " "
    shown = fit(name, min(room, cell_len(name)))
    return fit(shown + sign, width + 1, is_right=is_right)
