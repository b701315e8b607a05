"""What a grid tells whoever shows it."""

from dataclasses import dataclass

from textual.message import Message
from textual.widget import Widget

from tui.widgets.rows import GridRow


class GridMessages:
    """The messages of a grid, as parts of its class."""

    @dataclass
    class Event(Message):
        """Something that a grid tells."""

        grid: Widget

        @property
        def control(self) -> Widget:
            """The grid that tells it."""
            return self.grid

    @dataclass
    class Highlighted(Event):
        """Another cell is highlighted, or another row stands there now."""

        row: GridRow | None
        column: int

    @dataclass
    class Needed(Event):
        """Rows are wanted beyond an end of the run; `set_rows` is the answer."""

        after: bool
        """Whether they are wanted behind the last row, else in front of the first."""
        count: int

    @dataclass
    class JumpNeeded(Event):
        """The first or the last row of the view is wanted, and isn't in the run."""

        to_end: bool

    @dataclass
    class Opened(Event):
        """A row was opened, by Enter or a double click."""

        row: GridRow

    class Arranged(Event):
        """The user has chosen other columns, or other widths."""

    @dataclass
    class HeaderClicked(Event):
        """A column's name was clicked."""

        column: int
