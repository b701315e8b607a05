"""The search of all tables for one value."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.db.database import Database
from tui.db.everywhere import HITS, Hit, TableHits, WideSearch
from tui.db.page import Row
from tui.db.schema import TableName
from tui.db.view import View
from tui.widgets.cells import label, visible
from tui.widgets.hints import key_hints
from tui.widgets.hits_text import hit_line, table_part
from tui.widgets.line_input import LineInput
from tui.widgets.quiet_list import QuietList
from tui.widgets.tones import QUIET

SHOWING = 0.1
"""Seconds between two looks whether more was found: drawing all of it for each row would take too long."""


@dataclass(frozen=True)
class Goal:
    """What is to be opened."""

    name: TableName
    view: View | None = None
    """None: the whole table."""
    row: Row | None = None
    column: str | None = None


@dataclass(frozen=True)
class Searched:
    """What was searched for, to come back to it."""

    search: WideSearch
    at: int
    """The line that was highlighted."""


@dataclass(frozen=True)
class _Line:
    """A line of the list: a row that was found, that there are more, or why a table was not read."""

    name: TableName
    found: TableHits | None = None
    hit: Hit | None = None
    is_first: bool = True


class Everywhere(ModalScreen[Goal | None]):
    """Asks for a value, shows rows that hold it as they are found, and answers with the one to open."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", "up", priority=True, tooltip="Go to the row above", id="everywhere.up"),
        Binding("down", "step(1)", "down", priority=True, tooltip="Go to the next row", id="everywhere.down"),
        Binding(
            "pageup", "page(-1)", "page up", priority=True, tooltip="Go a page up", id="everywhere.page-up"
        ),
        Binding(
            "pagedown",
            "page(1)",
            "page down",
            priority=True,
            tooltip="Go a page down",
            id="everywhere.page-down",
        ),
        Binding("enter", "go", "search, open", tooltip="Search, then open the row", id="everywhere.search"),
        Binding("f5", "again", "again", priority=True, tooltip="Search once more", id="everywhere.again"),
        Binding(
            "escape", "leave", "stop, leave", tooltip="Stop the search, else leave", id="everywhere.leave"
        ),
    ]
    DEFAULT_CSS = """
    Everywhere {
        align: center middle;
        & > Vertical {
            width: 96%;
            max-width: 120;
            height: 90%;
            border: round $accent;
            background: $surface;
            padding: 0 1;
        }
        Input, Input:focus { height: 3; border: round $foreground 30%; background: $surface; }
        QuietList, QuietList:focus { border: none; height: 1fr; }
        #everywhere-said { color: $text-muted; }
    }
    """

    def __init__(self, database: Database, last: Searched | None) -> None:
        super().__init__()
        self._database = database
        self._search = last.search if last else None
        self._first = last.at if last else 0
        """The line to begin at."""
        self._is_old = last is not None
        """Whether the rows were found before, and may be others by now."""
        self._is_searching = False
        self._is_news = False
        """Whether more was found than is shown."""
        self._lines: list[_Line] = []
        text = last.search.text if last else ""
        self._line = LineInput(text, placeholder="a key, a number, a day, or a text")
        self._list = QuietList()
        self._said = Static(id="everywhere-said", markup=False)

    def compose(self) -> ComposeResult:
        """The line, what was found, how far the search is, keys."""
        with Vertical() as frame:
            frame.border_title = label(f"Search all tables of {self._database.address.label}")
            yield from (self._line, self._list, self._said)
            hints = (
                ("⏎", "search, then open the row"),
                ("↑↓", "choose"),
                ("F5", "again"),
                ("esc", "stop, leave"),
            )
            yield Static(key_hints(*hints), markup=False)

    def on_mount(self) -> None:
        """Show what the last search found."""
        self._list.can_focus = False
        self._show()
        self._list.highlighted = self._first
        self.set_interval(SHOWING, self._show_news)

    @property
    def searched(self) -> Searched | None:
        """What was searched for last."""
        return Searched(self._search, self._list.highlighted or 0) if self._search else None

    @on(Input.Submitted)
    def action_go(self) -> None:
        """Search for what is typed; where that is done already, open the highlighted row."""
        if self._search is None or self._search.text != self._line.value.strip():
            self.action_again()
        elif self._lines:
            self.action_open()
        elif not self._is_searching and not self._search.is_over:
            self.action_again()

    def action_again(self) -> None:
        """Search for what is typed, whether that was done before or not."""
        text = self._line.value.strip()
        if text:
            self._search = WideSearch(self._database, text)
            self._list.highlighted = None
            self._is_searching, self._is_old = True, False
            self._show()
            self._run(self._search)

    @on(QuietList.Chosen)
    def action_open(self) -> None:
        """Open the highlighted row."""
        index = self._list.highlighted
        if index is not None and index < len(self._lines):
            self.dismiss(_goal(self._lines[index]))

    @work(group="everywhere", exclusive=True, description="searching all tables")
    async def _run(self, search: WideSearch) -> None:
        """Search; it ends early where another text is searched for, or the screen is left."""
        try:
            await search.run(self._note)
        finally:
            if search is self._search:
                self._is_searching = False
                self._show()

    def _note(self) -> None:
        self._is_news = True

    def _show_news(self) -> None:
        if self._is_news:
            self._show()

    def _show(self) -> None:
        """Show what was found so far; the highlight stays on its row."""
        if not self.is_attached:
            return
        self._is_news = False
        search, at = self._search, self._list.highlighted
        chosen = self._lines[at] if at is not None and at < len(self._lines) else None
        self._lines = [] if search is None else _lines(search)
        is_kept = chosen is not None and (at or chosen.found)
        same = (i for i, line in enumerate(self._lines) if is_kept and chosen and _is_same(line, chosen))
        self._list.fill([1] * len(self._lines), self._text, next(same, 0))
        told = "" if search is None else _told(search, is_searching=self._is_searching)
        self._said.update(label(f"{told} · as found before: F5 searches again" if self._is_old else told))

    def _text(self, index: int, _: int) -> Content:
        line = self._lines[index]
        if self._search is None or line.found is None:
            reason = self._search.unread[line.name] if self._search else ""
            return Content.assemble(table_part(line.name.label), (visible(reason, 200), "$text-warning"))
        if line.hit is None:
            return Content.assemble(table_part(""), (f"more than {HITS} rows: ⏎ shows all of them", QUIET))
        table, width = line.found.view.table, self._list.scrollable_content_region.width
        return hit_line(table, line.hit, self._search.text, width, is_first=line.is_first)

    def action_step(self, by: int) -> None:
        """Go to another row."""
        self._list.action_step(by)

    def action_page(self, by: int) -> None:
        """Go a page on."""
        self._list.action_page(by)

    def action_leave(self) -> None:
        """Stop the search; where none runs, leave."""
        if self._is_searching:
            self.workers.cancel_group(self, "everywhere")
        else:
            self.dismiss(None)


def _lines(search: WideSearch) -> list[_Line]:
    """What was found table by table, then the tables that were not read to their end."""
    lines = []
    for name, found in search.found.items():
        lines += [_Line(name, found, hit, index == 0) for index, hit in enumerate(found.hits)]
        lines += [_Line(name, found)] if found.is_more else []
    return lines + [_Line(name) for name in search.unread]


def _is_same(line: _Line, other: _Line) -> bool:
    """Whether two lines are about the same row."""
    return line.name == other.name and line.hit == other.hit and bool(line.found) == bool(other.found)


def _goal(line: _Line) -> Goal:
    """What a line leads to: a row in its whole table, or by itself where nothing names it."""
    if line.found is None:
        return Goal(line.name)
    table = line.found.view.table
    if line.hit is None or not table.identity.exists:
        return Goal(line.name, line.found.view)
    return Goal(line.name, View(table), line.hit.row, line.hit.column)


def _told(search: WideSearch, *, is_searching: bool) -> str:
    """How far a search is, and what it found."""
    count = sum(len(found.hits) for found in search.found.values())
    many = "+" if any(found.is_more for found in search.found.values()) else ""
    rows = f"{count}{many} {'row' if count == 1 and not many else 'rows'}" if count else "nothing"
    tables = f"{search.total:,} {'table' if search.total == 1 else 'tables'}"
    late = f" · {len(search.unread)} not read to the end, see below" if search.unread else ""
    if search.failure:
        return search.failure
    if is_searching:
        return f"searching · {search.done:,} of {tables} read · {rows} found so far{late}"
    if not search.is_over:
        return f"Stopped: {search.done:,} of {tables} read · {rows} found{late}"
    return f"{tables} searched · {rows} found{late}"
