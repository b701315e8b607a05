"""A list of any length: what is drawn of it, and how the highlight moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult
from textual.content import Content
from textual.message import Message
from textual.pilot import Pilot

from tui.widgets.quiet_list import QuietList

MANY = 10_000
HEIGHT = 8
"""Lines that fit: the screen has two more, for the frame."""


class ListApp(App[None]):
    """A list; which of its lines were drawn, and what it has told."""

    CSS = "QuietList { height: 1fr; }"

    def __init__(self, heights: list[int]) -> None:
        super().__init__()
        self.heights = heights
        self.drawn: set[tuple[int, int]] = set()
        self.told: list[Message] = []

    def compose(self) -> ComposeResult:
        yield QuietList()

    def on_mount(self) -> None:
        self.shown.empty_text = "nothing here"
        self.shown.fill(self.heights, self.line, 0)

    def line(self, index: int, line: int) -> Content:
        self.drawn.add((index, line))
        return Content(f"item {index} line {line}")

    @property
    def shown(self) -> QuietList:
        return self.query_one(QuietList)

    def text(self) -> list[str]:
        strips = self.screen._compositor.render_strips()
        return [strip.text.strip("│ ") for strip in strips[1 : 1 + HEIGHT]]

    def on_quiet_list_highlighted(self, message: QuietList.Highlighted) -> None:
        self.told.append(message)

    def on_quiet_list_chosen(self, message: QuietList.Chosen) -> None:
        self.told.append(message)


@asynccontextmanager
async def listing(heights: list[int]) -> AsyncIterator[tuple[ListApp, Pilot[None]]]:
    app = ListApp(heights)
    async with app.run_test(size=(40, HEIGHT + 2)) as pilot:
        await pilot.pause()
        yield app, pilot


async def test_only_lines_in_sight_are_drawn_of_a_long_list() -> None:
    async with listing([1] * MANY) as (app, pilot):
        await pilot.press("G", "g", "pagedown")

        assert len(app.drawn) < 5 * HEIGHT
        assert app.shown.highlighted == HEIGHT


async def test_the_highlight_is_kept_in_sight_and_stops_at_the_ends() -> None:
    async with listing([1] * MANY) as (app, pilot):
        await pilot.press("up", "k")
        assert (app.shown.highlighted, app.text()[0]) == (0, "item 0 line 0")

        await pilot.press("end", "down", "j")
        assert app.shown.highlighted == MANY - 1
        assert app.text()[-1].startswith(f"item {MANY - 1} line 0")

        await pilot.press("pageup", "home")
        assert (app.shown.highlighted, app.text()[0].split(" ▁")[0]) == (0, "item 0 line 0")


async def test_items_of_several_lines_follow_each_other() -> None:
    async with listing([2, 1, 3]) as (app, pilot):
        assert app.text()[:6] == [
            *("item 0 line 0", "item 0 line 1", "item 1 line 0"),
            *("item 2 line 0", "item 2 line 1", "item 2 line 2"),
        ]
        await pilot.click(QuietList, offset=(3, 5))

        assert app.told[-2:] == [QuietList.Highlighted(2), QuietList.Chosen(2)]


async def test_a_page_moves_on_from_an_item_that_is_taller_than_the_screen() -> None:
    async with listing([3 * HEIGHT, 1]) as (app, pilot):
        await pilot.press("pagedown")
        assert app.shown.highlighted == 1
        await pilot.press("pageup")
        assert app.shown.highlighted == 0


async def test_enter_chooses_the_highlighted_item() -> None:
    async with listing([1, 1]) as (app, pilot):
        await pilot.press("down", "enter")

        assert app.told[-1] == QuietList.Chosen(1)


async def test_an_empty_list_says_so_and_keys_do_nothing() -> None:
    async with listing([]) as (app, pilot):
        await pilot.press("down", "up", "G", "g", "pagedown", "pageup", "enter")

        assert app.text()[0] == "nothing here"
        assert app.shown.highlighted is None
        assert app.told == []


async def test_other_items_replace_what_was_drawn() -> None:
    async with listing([1] * 20) as (app, pilot):
        await pilot.press("G")
        app.shown.fill([1, 1], lambda index, line: Content(f"other {index}"), 9)
        await pilot.pause()

        assert app.text()[:3] == ["other 0", "other 1", ""]
        assert app.shown.highlighted == 1


async def test_no_line_of_the_items_before_is_shown_again() -> None:
    async with listing([1, 1]) as (app, pilot):
        app.shown.fill([1, 1], lambda index, line: Content(f"other {index}"), 0)
        await pilot.pause()

        assert app.text()[:2] == ["other 0", "other 1"]
