"""The rows of a view with the keys that say which of them are shown."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from tui.db.database import Database
from tui.db.schema import Column
from tui.db.values import Cut, Value
from tui.db.view import Filter, Operator, View
from tui.screens.asking import ask, ask_then
from tui.screens.finding import Finding
from tui.screens.staging import NotPossibleError
from tui.widgets.status import Notice


class Filtering(Vertical):
    """Filters by the highlighted column or value; the rows themselves are what `Finding` shows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "filter", "filter", tooltip="Show only rows whose column compares", id="rows.filter"),
        Binding(
            "F", "filters", "filters", show=False, tooltip="Change or remove the filters", id="rows.filters"
        ),
        Binding("W", "condition", "where", show=False, tooltip="A condition in SQL", id="rows.condition"),
        Binding("S", "sorts", "order", show=False, tooltip="Sort by several columns", id="rows.sorts"),
        Binding(
            "equals_sign",
            "by_value(True)",
            "only this",
            key_display="=",
            show=False,
            tooltip="Show only the rows that hold this value",
            id="rows.only",
        ),
        Binding(
            "exclamation_mark",
            "by_value(False)",
            "without this",
            key_display="!",
            show=False,
            tooltip="Show only the rows that don't hold this value",
            id="rows.without",
        ),
    ]
    why_not: ClassVar[Mapping[str, str]] = {"filters": "Nothing is filtered here: f filters by this column."}
    """What is said of keys that are dimmed."""

    @dataclass
    class Wanted(Message):
        """The same table is to be shown with other filters, or in another order."""

        view: View

    def __init__(self, database: Database, finding: Finding) -> None:
        super().__init__()
        self._database = database
        self._finding = finding
        self.pane = finding.pane

    def compose(self) -> ComposeResult:
        """Just the rows."""
        yield self._finding

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim the keys that do nothing now."""
        has_filters = self.pane.loader is not None and self.pane.loader.view.filters
        return True if action != "filters" or has_filters else None

    def action_filter(self) -> None:
        """Ask how the highlighted column is to compare."""
        from tui.screens.filter_prompt import FilterPrompt

        view, column = self._view, self.pane.column
        if view is not None and column is not None:
            prompt = FilterPrompt(self._database, column, seen=self._value(column))
            self._add(view, ask(self, prompt))

    def action_filters(self) -> None:
        """Show all filters, to be changed."""
        from tui.screens.filters import Filters

        view = self._view
        if view is not None:
            self._replace(view, ask(self, Filters(self._database, view)))

    def action_sorts(self) -> None:
        """Ask for an order of several columns."""
        from tui.screens.sorting import Sorting

        view, column = self._view, self.pane.column
        if view is not None and column is not None:
            sorting = Sorting(view, column.name)
            ask_then(self, sorting, lambda sorts: self._want(view, replace(view, sorts=sorts)))

    def _want(self, view: View, wanted: View) -> None:
        """Show another view than the one that the user was asked about, if that is still shown."""
        shown = self._view
        if shown is None or shown.of(view.table) != view:
            self.post_message(Notice("Another view is shown by now: press the key again.", is_error=True))
        elif wanted != view:
            self.post_message(self.Wanted(wanted.of(shown.table)))

    def action_condition(self) -> None:
        """Ask for a condition in SQL."""
        from tui.screens.condition_prompt import ConditionPrompt

        view = self._view
        if view is not None:
            prompt = ConditionPrompt(self._database, view)
            ask_then(self, prompt, lambda text: self._want(view, replace(view, condition=text)))

    def action_by_value(self, is_wanted: bool) -> None:
        """Show only the rows with the highlighted value, or only those without it."""
        with self.pane.activity.doing("filter", "filtering"):
            view, column = self._view, self.pane.column
            if view is None or column is None or self.pane.row is None:
                raise NotPossibleError("There is no value here that is in the database: f filters.")
            value = self._value(column)
            if isinstance(value, Cut):
                raise NotPossibleError("The value is too long to be filtered by: f filters by a part of it.")
            operator = Operator.IS if is_wanted else Operator.IS_NOT
            item = Filter(column.name, value, operator)
            self._want(view, replace(view, filters=(*view.filters, item)))

    @property
    def _view(self) -> View | None:
        return self.pane.loader.view if self.pane.loader is not None else None

    def _value(self, column: Column) -> Value:
        """What the highlighted cell holds in the database, not what is staged."""
        row, table = self.pane.row, self.pane.table
        return None if row is None or table is None else row.values[table.positions[column.name]]

    @work(group="prompt", exclusive=True, description="asking for a filter")
    async def _add(self, view: View, answer: Awaitable[Filter | None]) -> None:
        item = await answer
        if item is not None:
            self._want(view, replace(view, filters=(*view.filters, item)))

    @work(group="prompt", exclusive=True, description="asking for filters")
    async def _replace(self, view: View, answer: Awaitable[tuple[Filter, ...] | None]) -> None:
        filters = await answer
        if filters is not None:
            self._want(view, replace(view, filters=filters))
