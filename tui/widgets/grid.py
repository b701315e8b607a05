"""The heart of the program: the rows of a view of any length, drawn as far as they are in sight."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.columns import Arrangement, ColumnLayout
from tui.widgets.grid_bindings import GRID_BINDINGS
from tui.widgets.grid_look import COMPONENTS, CSS, Looks
from tui.widgets.grid_messages import GridMessages
from tui.widgets.painter import GUTTER, MARGIN, Painter
from tui.widgets.rows import GridColumn, GridRow, Rows, RowState
from tui.widgets.viewport import Viewport, between

__all__ = ["Grid", "GridColumn", "GridRow", "RowState", "Rows"]

WHEEL = 3
"""Rows that a step of the mouse wheel scrolls."""


class Grid(GridMessages, Widget, can_focus=True):
    """Rows and columns with one highlighted cell.

    It holds the rows around the visible ones and asks for more before they are needed. What is wanted and
    what is shown are two things: keys change what is wanted, the highlight follows as rows arrive.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = GRID_BINDINGS
    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENTS
    DEFAULT_CSS = CSS

    is_loading_rows: reactive[bool] = reactive(False, repaint=False)
    """Whether rows are on their way: a sign in the header; what is shown stays."""
    empty_text: reactive[str] = reactive("no rows")
    """What stands where a view without rows would have them."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._view = Viewport()
        self._drawn = self._view.shown
        self._columns = ColumnLayout(())
        self._shown_of: Hashable = None
        self._layouts: dict[Hashable, ColumnLayout] = {}
        self._column = 0
        self._told: tuple[object, ...] | None = None
        self.moved: Callable[[], object] = lambda: None
        """Called when another cell is highlighted, before `Highlighted` is on its way: what it draws is in
        the same frame as the highlight."""
        self._is_unplaced = True
        self._looks = Looks(self)
        self._painter = Painter(self._looks.style)

    def turn_to(self, name: Hashable) -> None:
        """Take the widths that the columns of another table had when it was last shown."""
        if name != self._shown_of:
            self._layouts[self._shown_of] = self._columns
            self._shown_of, self._columns = name, self._layouts.get(name, ColumnLayout(()))
            self._columns.scroll(-self._columns.left)

    def show(
        self,
        columns: Sequence[GridColumn],
        rows: Rows,
        *,
        row: int = 0,
        column: int = 0,
        top: int | None = None,
        arrangement: Arrangement | None = None,
    ) -> None:
        """Show a view, with the highlight on the cell at these indexes and the row `top` at the top.

        Columns of the same names keep their widths.
        """
        self._columns = self._columns.with_columns(columns)
        if arrangement is not None and arrangement != self._columns.arrangement:
            self._columns.arrange(arrangement)
        self._columns.grow(rows.rows)
        self._column = between(column, 0, len(columns) - 1)
        if columns and self._column not in self._columns.order:
            self._column = self._columns.order[0]
        self._told = None
        self._view.show(rows, row, top)
        self._is_unplaced = not self._view.height
        self._lay_out()
        self.refresh()
        self._follow()

    @property
    def arrangement(self) -> Arrangement:
        """What the user chose of the columns."""
        return self._columns.arrangement

    def arrange_columns(self, arrangement: Arrangement) -> None:
        """Show the columns as the user chose them; the highlight stays, or goes to the next one there is."""
        self._columns.arrange(arrangement)
        order = self._columns.order
        if self.columns and self._column not in order:
            self._column = min(order, key=lambda index: abs(index - self._column))
        self._lay_out()
        self.refresh()
        self._tell()

    def set_rows(self, rows: Rows, *, shift: int = 0, row: int | None = None) -> None:
        """Show another run of the same view; nothing on the screen moves but what has changed.

        `shift` is by how much the index of a row that is in both runs has grown; `row` puts the highlight
        on an index.
        """
        has_moved = self._view.replace(rows, shift)
        if row is not None:
            self._view.put(row)
        if not self._columns.is_settled or self._columns.grow(rows.rows):
            self._lay_out()
        self.refresh()
        self._follow(asks=has_moved or row is not None)

    def settle(self) -> None:
        """Want no more than what is shown."""
        self._view.settle()

    def give_up(self) -> None:
        """Want no rows that were asked for and did not come; the next move asks again."""
        self._view.give_up()

    @property
    def columns(self) -> Sequence[GridColumn]:
        """The columns, in the order in which they were given."""
        return self._columns.columns

    @property
    def rows(self) -> Rows:
        """The run of rows."""
        return self._view.rows

    @property
    def row_index(self) -> int:
        """The highlighted row's index in the run."""
        return self._view.shown.row

    @property
    def column_index(self) -> int:
        """The highlighted column's index, in the order in which the columns were given."""
        return self._column

    @property
    def top_index(self) -> int:
        """The index of the row at the top of the window."""
        return self._view.shown.top

    @property
    def highlighted_row(self) -> GridRow | None:
        """The highlighted row, None where there are no rows."""
        return self._view.highlighted

    @property
    def column_widths(self) -> dict[str, int]:
        """How wide each column's text may be, by the column's name."""
        return {column.name: self._columns.widths[i] for i, column in enumerate(self.columns)}

    def move_to(self, row: int, column: int | None = None) -> None:
        """Put the highlight on a cell; a row beyond the run is waited for."""
        if column is not None:
            self._move_to_column(column)
        self._view.reach(row)
        self._follow()

    def render_line(self, y: int) -> Strip:
        """Draw the header or a row."""
        width = self.size.width
        if y == 0:
            line = self._painter.header(self._columns, width, self._column, is_loading=self.is_loading_rows)
        else:
            mark = self._painter.scroll_mark(is_thumb=y - 1 in self._view.thumb())
            line = [*self._row_line(y, width), mark]
        return Strip(line, width) if width >= GUTTER + MARGIN else Strip(line).adjust_cell_length(width)

    def notify_style_update(self) -> None:
        """Draw everything anew in other styles."""
        self._looks.forget()
        self._painter.forget()
        super().notify_style_update()

    def watch_is_loading_rows(self) -> None:
        """Show or hide the sign."""
        self.refresh(self._line(0))

    def on_resize(self, event: events.Resize) -> None:
        """Keep the highlight in sight."""
        self._view.height = max(0, self.size.height - 1)
        if self._is_unplaced and self._view.height:
            self._is_unplaced = False
            self._view.show(self.rows, self.row_index)
        else:
            self._view.go(self._view.wanted)
        self._lay_out()
        self.refresh()
        self._follow()

    def action_step(self, by: int) -> None:
        """Move the highlight so many rows down."""
        self._view.step(by)
        self._follow()

    def action_page(self, by: int) -> None:
        """Move so many screenfuls down; the highlight keeps its place on the screen."""
        self._view.page(by)
        self._follow()

    def action_step_column(self, by: int) -> None:
        """Move the highlight so many columns to the right."""
        order = self._columns.order
        if order:
            self._move_to_column(order[between(order.index(self._column) + by, 0, len(order) - 1)])
            self._tell()

    def action_first_column(self) -> None:
        """Move the highlight to the first column."""
        self.action_step_column(-len(self.columns))
        self._scroll_columns(-len(self.columns))

    def action_last_column(self) -> None:
        """Move the highlight to the last column."""
        self.action_step_column(len(self.columns))

    def action_first_row(self) -> None:
        """Go to the first row of the view."""
        self._jump(0, to_end=False, is_there=self.rows.at_start)

    def action_last_row(self) -> None:
        """Go to the last row of the view."""
        self._jump(len(self.rows.rows) - 1, to_end=True, is_there=self.rows.at_end)

    def action_widen(self, by: int) -> None:
        """Make the highlighted column wider by so many cells."""
        if self.columns:
            self._resize({self._column: self._columns.widths[self._column] + by})

    def action_open(self) -> None:
        """Open the highlighted row."""
        row = self.highlighted_row
        if row is not None:
            self.post_message(self.Opened(self, row))

    def on_click(self, event: events.Click) -> None:
        """Highlight the cell; a second click opens its row; a column's name is told."""
        event.stop()
        column = self._columns.column_at(event.x - GUTTER)
        if event.y == 0:
            if column is not None:
                self.post_message(self.HeaderClicked(self, column))
            return
        row = self.top_index + event.y - 1
        if row >= len(self.rows.rows):
            return
        if column is not None:
            self._move_to_column(column)
        self._view.settle()
        self.move_to(row)
        if event.chain == 2:
            self.action_open()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down, or to the right with Shift."""
        self._wheel(event, 1, is_sideways=event.shift)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up, or to the left with Shift."""
        self._wheel(event, -1, is_sideways=event.shift)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Scroll to the right."""
        self._wheel(event, 1, is_sideways=True)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Scroll to the left."""
        self._wheel(event, -1, is_sideways=True)

    def _follow(self, *, asks: bool = True) -> None:
        """Draw what a move has changed, tell about it, and ask for the rows that it lacks."""
        before, self._drawn = self._drawn, self._view.shown
        if self._drawn.top != before.top:
            self.refresh()
        elif self._drawn.row != before.row:
            self.refresh(self._line(self._y_of(before.row)), self._line(self._y_of(self._drawn.row)))
        self._tell()
        if asks and self._view.height:
            for after, count in self._view.asks():
                self.post_message(self.Needed(self, after, count))

    def _jump(self, row: int, *, to_end: bool, is_there: bool) -> None:
        """Go to an end of the view, or have its rows fetched."""
        self._view.settle()
        if is_there:
            self.move_to(row)
        else:
            self.post_message(self.JumpNeeded(self, to_end))

    def _tell(self) -> None:
        """Say what is highlighted, if that is another cell than the one told last."""
        row = self.highlighted_row
        told = ((() if row is None else (row.key,)), self._column)
        if self.columns and told != self._told:
            self._told = told
            self.moved()
            self.post_message(self.Highlighted(self, row, self._column))

    def _move_to_column(self, column: int) -> None:
        """Highlight another column, and leave the telling to whoever knows the row."""
        if not self.columns:
            return
        self._column = between(column, 0, len(self.columns) - 1)
        if self._columns.unhide(self._column):
            self.post_message(self.Arranged(self))
        if self._columns.reveal(self._column):
            self._redraw()
        else:
            self.refresh(self._line(0), self._line(self._y_of(self.row_index)))

    def _scroll_columns(self, by: int) -> None:
        """Scroll sideways; the highlight stays in sight."""
        self._columns.scroll(by)
        self._column = self._columns.nearest_whole(self._column)
        self._redraw()
        self._tell()

    def _wheel(self, event: events.MouseEvent, by: int, *, is_sideways: bool) -> None:
        event.stop()
        event.prevent_default()
        if is_sideways:
            self._scroll_columns(by)
        else:
            self._view.scroll(by * WHEEL)
            self._follow()

    def _resize(self, widths: Mapping[int, int]) -> None:
        if self.columns:
            self._columns.resize(widths)
            self._columns.reveal(self._column)
            self._redraw()
            self.post_message(self.Arranged(self))

    def _lay_out(self) -> None:
        """Lay the columns out in the room there is, once there are rows also by their width."""
        columns = self._columns
        columns.set_room(max(0, self.size.width - GUTTER - MARGIN))
        if self.size.width and self.rows.rows and not columns.is_settled:
            columns.settle(self.rows.rows)
        if self.columns:
            columns.reveal(self._column)
        self._painter.forget()

    def _redraw(self) -> None:
        self._painter.forget()
        self.refresh()

    def _line(self, y: int) -> Region:
        return Region(0, y, self.size.width, 1)

    def _y_of(self, row: int) -> int:
        return row - self.top_index + 1

    def _row_line(self, y: int, width: int) -> list[Segment]:
        index, rows = self.top_index + y - 1, self.rows
        if index < len(rows.rows):
            row = rows.rows[index]
            if index == self.row_index:
                return self._painter.highlighted_row(row, self._columns, width, self._column)
            return self._painter.row(row, self._columns, width)
        is_empty = rows.at_start and rows.at_end and not rows.rows
        says_so = is_empty and y == 1 + self._view.height // 3
        return self._painter.message(self.empty_text if says_so else "", width)
