"""Draws a grid's lines as segments; what a line looks like is named by component classes."""

from collections.abc import Callable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from tui.db.values import Kind
from tui.widgets.cells import Role, cell, contains, fit, visible
from tui.widgets.columns import ColumnLayout, Span, header
from tui.widgets.rows import GridRow, RowState

GUTTER = 2
"""Cells at the left edge: the highlighted row's bar, and the row's sign."""

MARGIN = 2
"""Cells at the right edge: a gap, and the scroll mark."""

LEAST = 4
"""Cells that a value keeps for itself before its label gets any."""

_HIDDEN_LEFT, _HIDDEN_RIGHT = " \u2039", "\u203a"

_REMEMBERED = 512
"""Lines that are kept drawn."""

_ROLES = {Role.NULL: "grid--null", Role.DEFAULT: "grid--default", Role.REQUIRED: "grid--required"}
_STATES = {RowState.INSERTED: "grid--inserted", RowState.DELETED: "grid--deleted"}
_SIGNS = {RowState.PLAIN: " ", RowState.INSERTED: "+", RowState.DELETED: "✗"}
_MARKED_SIGNS = {RowState.PLAIN: "◆", RowState.INSERTED: "⊕", RowState.DELETED: "⊗"}


class _Line:
    """Segments in the making: neighbours of the same style become one."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self._texts: list[str] = []
        self._style: Style | None = None

    def add(self, text: str, style: Style) -> None:
        if style is not self._style:
            self.flush()
            self._style = style
        self._texts.append(text)

    def flush(self) -> list[Segment]:
        if self._texts:
            self.segments.append(Segment("".join(self._texts), self._style))
            self._texts = []
        return self.segments


class Painter:
    """Draws lines and remembers them, until the columns or the styles change."""

    def __init__(self, style: Callable[[tuple[str, ...]], Style]) -> None:
        self._style = style
        self._lines: dict[int, tuple[GridRow, list[Segment]]] = {}
        """By the row's `id`; the row stands beside its line so that the id is not given away again."""

    def forget(self) -> None:
        """Draw every line anew."""
        self._lines.clear()

    def row(self, row: GridRow, layout: ColumnLayout, width: int) -> list[Segment]:
        """The line of a row that isn't highlighted, without the scroll mark."""
        known = self._lines.get(id(row))
        if known is not None:
            return known[1]
        if len(self._lines) >= _REMEMBERED:
            self._lines.clear()
        segments = self._draw(row, layout, width, None)
        self._lines[id(row)] = (row, segments)
        return segments

    def highlighted_row(self, row: GridRow, layout: ColumnLayout, width: int, column: int) -> list[Segment]:
        """The line of the highlighted row, without the scroll mark."""
        return self._draw(row, layout, width, column)

    def header(self, layout: ColumnLayout, width: int, column: int, *, is_loading: bool) -> list[Segment]:
        """The line of the columns' names, with signs for what is hidden and for a load that runs."""
        line, quiet = _Line(), self._style(("grid--header",))
        line.add(_HIDDEN_LEFT if layout.hides_left else "  ", quiet)
        end = 0
        for span in layout.spans:
            if span.x > end:
                line.add("│", self._style(("grid--header", "grid--rule")))
            is_here = span.column == column
            style = self._style(("grid--header", "grid--header-highlighted")) if is_here else quiet
            about = layout.columns[span.column]
            is_right = about.kind is Kind.NUMBER and not about.label_room
            line.add(" " + header(about, span.width, is_right=is_right), style)
            end = span.end
        line.add(" " * (width - GUTTER - MARGIN - end), quiet)
        line.add(_HIDDEN_RIGHT if layout.hides_right else " ", quiet)
        line.add("⋯" if is_loading else " ", self._style(("grid--header", "grid--loading")))
        return line.flush()

    def message(self, text: str, width: int) -> list[Segment]:
        """A line that says something instead of showing a row."""
        shown = visible(text)
        left = max(0, (width - 1 - cell_len(shown)) // 2)
        return [Segment(fit(" " * left + shown, width - 1), self._style(("grid--empty",)))]

    def scroll_mark(self, *, is_thumb: bool) -> Segment:
        """The last cell of a line."""
        return Segment("▐" if is_thumb else " ", self._style(("grid--scroll-mark",)))

    def _draw(self, row: GridRow, layout: ColumnLayout, width: int, highlighted: int | None) -> list[Segment]:
        line, names = _Line(), _row_names(row, is_highlighted=highlighted is not None)
        plain = self._style(names)
        line.add("▌" if highlighted is not None else " ", self._style((*names, "grid--bar")))
        line.add(_sign(row), self._style((*names, "grid--sign")))
        end = 0
        for span in layout.spans:
            if span.x > end:
                line.add("│", self._style((*names, "grid--rule")))
            text, tail, more = _cell(row, layout, span)
            if span.column == highlighted:
                more = (*more, "grid--highlighted-cell")
            style = self._style((*names, *more)) if more else plain
            if row.state is RowState.DELETED:
                _strike(line, text, style, self._style((*names, *more, "grid--struck")))
            else:
                line.add(text, style)
            if tail:
                line.add(tail[:-1], self._style((*names, "grid--label", *more)))
                line.add(tail[-1], style)
            end = span.end
        line.add(" " * (width - GUTTER - end - 1), plain)
        return line.flush()


def _strike(line: _Line, text: str, style: Style, struck: Style) -> None:
    """Strike a cell's text through, but not the space around it."""
    before = len(text) - len(text.lstrip(" "))
    end = max(before, len(text.rstrip(" ")))
    for part, dress in ((text[:before], style), (text[before:end], struck), (text[end:], style)):
        if part:
            line.add(part, dress)


def _row_names(row: GridRow, *, is_highlighted: bool) -> tuple[str, ...]:
    """The component classes of everything in a row."""
    names = [_STATES[row.state]] if row.state in _STATES else []
    if row.is_marked:
        names.append("grid--marked")
    if is_highlighted:
        names.append("grid--highlighted-row")
    return tuple(names)


def _sign(row: GridRow) -> str:
    """The one character that says what is special about a row."""
    if row.is_marked:
        return _MARKED_SIGNS[row.state]
    return "!" if row.failed else _SIGNS[row.state]


def _cell(row: GridRow, layout: ColumnLayout, span: Span) -> tuple[str, str, tuple[str, ...]]:
    """A cell's text with its padding, its label if it has room for one, and its component classes.

    The last character is that of the cell's mark.
    """
    index, column = span.column, layout.columns[span.column]
    room = min(column.label_room, max(0, span.width - LEAST))
    text, role = cell(row.values[index], column.kind, span.width - room)
    mark, names = " ", () if role is Role.PLAIN else (_ROLES[role],)
    if row.hit and contains(row.values[index], row.hit):
        names = (*names, "grid--hit")
    if index in row.staged:
        mark, names = "●", (*names, "grid--staged")
    if index in row.failed:
        mark, names = "!", (*names, "grid--failed")
    if not room:
        return f" {text}{mark}", "", names
    return f" {text}", fit(f" {visible(row.labels.get(index, ''))}", room) + mark, names
