"""The columns of a conflict, one below the other, each with the values that it might hold."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from tui.db.merge import Conflict, Difference, differences, undecided
from tui.db.values import Value
from tui.widgets.merge_lines import LINES, MANY_LINES, is_long, lines_of
from tui.widgets.quiet_list import QuietList


class MergeList(QuietList):
    """The columns of one conflict, one of them highlighted."""

    CLICKS = 2
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "space",
            "unfold",
            "unfold",
            show=False,
            tooltip="Show all lines of long values, or fold them",
            id="merge.unfold",
        ),
    ]
    DEFAULT_CSS = """
    MergeList { height: 1fr; scrollbar-gutter: stable; border-subtitle-color: $text-warning; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._conflict: Conflict | None = None
        self._decided: Mapping[str, Value] = {}
        self._differences: Sequence[Difference] = ()
        self._unfolded: frozenset[str] = frozenset()
        self._first = 0
        """Which column is highlighted at first: one that is undecided."""
        self._lines: list[list[Content]] = []

    @property
    def difference(self) -> Difference | None:
        """The highlighted column."""
        index = self.highlighted
        return self._differences[index] if index is not None and index < len(self._differences) else None

    def show(self, conflict: Conflict, decided: Mapping[str, Value]) -> None:
        """Show a conflict as far as it is decided; another one from its first column on."""
        if conflict is not self._conflict:
            self._unfolded = frozenset()
            self._differences = differences(conflict)
            left = undecided(conflict, decided)
            self.highlighted = None
            self._first = next((i for i, one in enumerate(self._differences) if one.column in left), 0)
        self._conflict, self._decided = conflict, decided
        self._lay_out()

    def go_to(self, column: str) -> None:
        """Highlight a column."""
        self.highlighted = next(i for i, one in enumerate(self._differences) if one.column == column)

    def on_resize(self) -> None:
        """Wrap the values anew."""
        self._lay_out()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim what short values have no use for."""
        one = self.difference
        is_folded = one is not None and is_long(one, self.scrollable_content_region.width)
        return True if action != "unfold" or is_folded else None

    def action_unfold(self) -> None:
        """Show all lines of the highlighted column's values, or their first ones again."""
        if self.difference is not None:
            self._unfolded ^= {self.difference.column}
            self._lay_out()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width
        if self._conflict is None or width <= 0:
            return
        self._lines = [
            lines_of(self._conflict, one, self._decided, width, self._limit(one)) for one in self._differences
        ]
        self.fill(
            [len(lines) for lines in self._lines],
            self._line,
            self._first if self.highlighted is None else self.highlighted,
        )

    def _limit(self, one: Difference) -> int:
        return MANY_LINES if one.column in self._unfolded else LINES

    def _line(self, index: int, line: int) -> Content:
        return self._lines[index][line]
