"""The status line: what runs or what happened, and where the highlight is."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui.widgets import status
from tui.widgets.status import Notice, StatusLine


class StatusApp(App[None]):
    """A status line."""

    def compose(self) -> ComposeResult:
        yield StatusLine()

    @property
    def line(self) -> StatusLine:
        return self.query_one(StatusLine)

    def text(self) -> str:
        return " ".join(" ".join(s.text for s in self.screen._compositor.render_strips()).split())


@asynccontextmanager
async def status_line() -> AsyncIterator[tuple[StatusApp, Pilot[None]]]:
    app = StatusApp()
    async with app.run_test(size=(80, 4)) as pilot:
        app.line.show_activity("3 ms")
        app.line.show_position("row 17 of 1,000")
        await pilot.pause()
        yield app, pilot


async def test_the_activity_is_on_the_left_and_the_position_on_the_right() -> None:
    async with status_line() as (app, _):
        assert app.text() == "3 ms row 17 of 1,000"


@pytest.mark.parametrize(("is_error", "shown"), [(False, "✓ Done."), (True, "✗ Done.")])
async def test_a_notice_takes_the_place_of_the_activity(is_error: bool, shown: str) -> None:
    async with status_line() as (app, pilot):
        app.line.show_notice(Notice("Done.", is_error=is_error))
        app.line.show_activity("4 ms")
        await pilot.pause()

        assert app.text() == f"{shown} row 17 of 1,000"
        assert app.line.has_class("-error") is is_error


async def test_a_notice_that_is_cleared_gives_way_to_the_latest_activity() -> None:
    async with status_line() as (app, pilot):
        app.line.show_notice(Notice("Done."))
        app.line.show_activity("4 ms")
        app.line.clear_notice()
        await pilot.pause()

        assert app.text() == "4 ms row 17 of 1,000"
        assert not app.line.has_notice


async def test_something_that_is_waited_for_ends_a_notice() -> None:
    async with status_line() as (app, pilot):
        app.line.show_notice(Notice("Wrong.", is_error=True))
        app.line.show_activity("reading posts …", is_running=True)
        await pilot.pause()

        assert app.text() == "reading posts … row 17 of 1,000"


async def test_a_notice_goes_by_itself_and_an_error_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "SECONDS", 0.01)
    async with status_line() as (app, pilot):
        app.line.show_notice(Notice("Done."))
        for _ in range(500):
            if not app.line.has_notice:
                break
            await pilot.pause(0.01)
        assert app.text() == "3 ms row 17 of 1,000"

        app.line.show_notice(Notice("Wrong.", is_error=True))
        await pilot.pause(0.05)
        assert app.line.has_notice


async def test_markup_and_controls_are_only_text() -> None:
    async with status_line() as (app, pilot):
        app.line.show_notice(Notice("[b]x\x1b", is_error=True))
        await pilot.pause()

        assert app.text().startswith("✗ [b]x␛")
