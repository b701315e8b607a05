"""The list of tables: filtered as you type, opened with Enter or the mouse."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from tui.db.schema import TableEntry, TableKind, TableName
from tui.widgets.quiet_list import QuietList
from tui.widgets.tables_list import TablesList, short_number


def entry(
    name: str, estimate: int | None = None, kind: TableKind = TableKind.TABLE, schema: str = ""
) -> TableEntry:
    return TableEntry(TableName(schema or "main", name, not schema), kind, estimate)


ENTRIES = [
    entry("Posts", 9876),
    entry("tags", 40),
    entry("users", 1000),
    entry("active", kind=TableKind.VIEW),
]


class TablesApp(App[None]):
    """The tables and what was chosen of them."""

    def __init__(self, entries: Sequence[TableEntry]) -> None:
        super().__init__()
        self.entries = entries
        self.chosen: list[str] = []

    def compose(self) -> ComposeResult:
        yield TablesList()

    def on_mount(self) -> None:
        self.tables.show(self.entries)
        self.tables.focus_filter()

    @property
    def tables(self) -> TablesList:
        return self.query_one(TablesList)

    @property
    def highlighted(self) -> str:
        index = self.query_one(QuietList).highlighted
        return "" if index is None else self.lines()[index].split()[0]

    def lines(self) -> list[str]:
        texts = [strip.text.strip("│ ") for strip in self.screen._compositor.render_strips()[2:-1]]
        return [text for text in texts if text]

    def on_tables_list_chosen(self, event: TablesList.Chosen) -> None:
        self.chosen.append(event.entry.name.name)


@asynccontextmanager
async def listing(entries: Sequence[TableEntry] = ENTRIES) -> AsyncIterator[tuple[TablesApp, Pilot[None]]]:
    app = TablesApp(entries)
    async with app.run_test(size=(26, 12)) as pilot:
        await pilot.pause()
        yield app, pilot


async def test_each_table_has_its_size_and_a_view_says_so() -> None:
    async with listing([*ENTRIES, entry("users", schema="other")]) as (app, _):
        assert [line.split() for line in app.lines()] == [
            *(["Posts", "~9.9k"], ["tags", "~40"], ["users", "~1.0k"], ["active", "view"], ["other.users"]),
        ]


async def test_typing_filters_in_upper_or_lower_case_and_enter_opens_the_first() -> None:
    async with listing() as (app, pilot):
        await pilot.press("p", "o", "s")
        assert [line.split()[0] for line in app.lines()] == ["Posts"]

        await pilot.press("enter")
        assert app.chosen == ["Posts"]
        assert app.query_one(Input).value == ""
        assert len(app.lines()) == len(ENTRIES)


async def test_what_fits_nothing_says_so_and_opens_nothing() -> None:
    async with listing() as (app, pilot):
        await pilot.press("z", "z", "enter")

        assert app.lines() == ["no table matches"]
        assert app.chosen == []


async def test_no_tables_at_all_are_said_to_be_none() -> None:
    async with listing(()) as (app, _):
        assert app.lines() == ["no tables"]


async def test_down_goes_to_the_tables_and_up_from_the_first_one_back() -> None:
    async with listing() as (app, pilot):
        await pilot.press("down", "down", "enter")
        assert app.chosen == ["tags"]

        await pilot.press("up", "up")
        assert isinstance(app.focused, QuietList) is False


async def test_the_open_table_is_highlighted() -> None:
    async with listing() as (app, pilot):
        app.tables.mark_open(ENTRIES[2].name)
        await pilot.pause()

        assert app.highlighted == "users"


async def test_a_click_opens_a_table() -> None:
    async with listing() as (app, pilot):
        await pilot.click(QuietList, offset=(3, 2))

        assert app.chosen == ["users"]


async def test_sizes_stay_at_the_right_edge_in_another_width_and_names_keep_their_ends() -> None:
    long = entry("host_summary_by_file_io_type", kind=TableKind.VIEW)
    async with listing([*ENTRIES, long]) as (app, pilot):
        app.tables.styles.width = 20
        await pilot.pause()

        assert all(len(line) == 16 for line in app.lines())
        assert app.lines()[-1] == "hos…io_type view"


@pytest.mark.parametrize(
    ("number", "shown"),
    [(0, "0"), (987, "987"), (1000, "1.0k"), (9876, "9.9k"), (12_345, "12k"), (10_000_000, "10M")],
)
def test_numbers_are_short(number: int, shown: str) -> None:
    assert short_number(number) == shown
