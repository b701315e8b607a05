"""The line of keys: what works now, what is dimmed, what a click presses."""

from typing import ClassVar

import pytest
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.pilot import Pilot

from tui.widgets.keys_line import ROOMY, KeysLine


class SomeKeys(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "cross", "cross", tooltip="Make a cross [b]here[/b]"),
        Binding("y,z", "why", "why"),
        Binding("h", "hidden", "hidden", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[str] = []
        self.can_cross = True

    def compose(self) -> ComposeResult:
        yield KeysLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return True if action != "cross" or self.can_cross else None

    def action_cross(self) -> None:
        self.pressed.append("cross")

    def action_why(self) -> None:
        self.pressed.append("why")


def line(app: App[None]) -> str:
    keys = app.query_one(KeysLine)
    return keys.render_line(0).crop(0, keys.size.width).text


async def click(pilot: Pilot[None], text: str) -> None:
    await pilot.click(KeysLine, offset=(line(pilot.app).index(text), 0))
    await pilot.pause()


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (ROOMY, " x cross  y why".ljust(ROOMY - 12) + " ^p palette "),
        (40, "x cross y why".ljust(40)),
        (9, "x cross  "),
    ],
)
async def test_each_action_has_its_key_as_far_as_they_fit(width: int, expected: str) -> None:
    app = SomeKeys()
    async with app.run_test(size=(width, 5)) as pilot:
        await pilot.pause()
        assert line(app) == expected


async def test_a_key_that_does_nothing_now_is_dimmed_and_a_click_on_it_does_nothing() -> None:
    app = SomeKeys()
    async with app.run_test(size=(40, 5)) as pilot:
        await click(pilot, "cross")
        app.can_cross = False
        app.refresh_bindings()
        await pilot.pause()
        dimmed = [s.text for s in app.query_one(KeysLine).render_line(0) if s.style and s.style.dim]
        assert dimmed == ["x", " cross"]
        await click(pilot, "cross")
        await click(pilot, "why")
        assert app.pressed == ["cross", "why"]


async def test_the_key_under_the_mouse_tells_what_it_is_for_in_plain_text() -> None:
    app = SomeKeys()
    async with app.run_test(size=(40, 5)) as pilot:
        await pilot.pause()
        await pilot.hover(KeysLine, offset=(2, 0))
        await pilot.pause()
        assert str(app.query_one(KeysLine).tooltip) == "Make a cross [b]here[/b]"
        await pilot.hover(KeysLine, offset=(30, 0))
        await pilot.pause()
        assert app.query_one(KeysLine).tooltip is None
