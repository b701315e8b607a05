"""One line of tabs, one for each relation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui.widgets.relation_tabs import RelationTabs


class TabsApp(App[None]):
    """Tabs and which of them were clicked."""

    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[int] = []

    def compose(self) -> ComposeResult:
        yield RelationTabs()

    @property
    def tabs(self) -> RelationTabs:
        return self.query_one(RelationTabs)

    def text(self) -> str:
        return self.screen._compositor.render_strips()[0].text

    def on_relation_tabs_chosen(self, event: RelationTabs.Chosen) -> None:
        self.chosen.append(event.index)


@asynccontextmanager
async def tabs(*labels: str, active: int = 0) -> AsyncIterator[tuple[TabsApp, Pilot[None]]]:
    app = TabsApp()
    async with app.run_test(size=(20, 3)) as pilot:
        app.tabs.show(labels, active)
        await pilot.pause()
        yield app, pilot


async def test_labels_stand_side_by_side_and_the_active_one_is_underlined() -> None:
    async with tabs("posts", "tags", active=1) as (app, _):
        line = app.tabs.render_line(0)

        assert line.text.rstrip() == " posts  tags"
        assert [s.text for s in line if s.style is not None and s.style.underline] == [" tags "]


async def test_the_active_label_is_in_sight() -> None:
    async with tabs("a long label", "another long one", active=1) as (app, _):
        assert app.text().endswith(" another long one ")


@pytest.mark.parametrize(("x", "chosen"), [(1, [0]), (6, [0]), (7, [1]), (15, [])])
async def test_a_click_chooses_the_label_under_it(x: int, chosen: list[int]) -> None:
    async with tabs("posts", "tags") as (app, pilot):
        await pilot.click(RelationTabs, offset=(x, 0))

        assert app.chosen == chosen


async def test_a_click_counts_from_where_the_tabs_are_scrolled_to() -> None:
    async with tabs("a long label", "another long one", active=1) as (app, pilot):
        await pilot.click(RelationTabs, offset=(0, 0))
        await pilot.click(RelationTabs, offset=(2, 0))

        assert app.chosen == [0, 1]


async def test_labels_are_only_text() -> None:
    async with tabs("[b]x\x1b[0m") as (app, _):
        assert app.text().rstrip() == " [b]x␛[0m"
