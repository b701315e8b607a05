"""Help: the keys that work now, those of the focused widget first."""

from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import OptionList

from tests.screens.driver import showing
from tui.screens.help import Help, bindings_of


class Busy(Screen[None]):
    """A screen with keys of its own."""

    BINDINGS = [  # noqa: RUF012
        Binding("x,f5", "explode", "explode", tooltip="Make [b]a noise", id="x"),
        Binding("z", "dim", "dimmed", tooltip="Never works", id="z"),
    ]

    def compose(self) -> ComposeResult:
        yield OptionList("one")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return None if action == "dim" else True

    def action_explode(self) -> None:
        self.app.push_screen(Help("Keys of [this] screen", bindings_of(self)))


async def test_keys_are_gathered_from_the_focus_outwards() -> None:
    async with showing(Busy()) as driver:
        rows = bindings_of(driver.host.screen)

    names = [name for _, name, _ in rows]
    assert ("x f5", "explode", "Make [b]a noise") in rows
    assert names.index("Select") < names.index("explode") < names.index("palette")
    assert "dimmed" not in names


async def test_help_lists_the_keys_as_plain_text() -> None:
    async with showing(Busy(), size=(80, 60)) as driver:
        await driver.press("f5")

        assert driver.shows("Keys of [this] screen", "x f5 explode Make [b]a noise")


async def test_help_closes_with_escape_question_mark_or_q() -> None:
    for key in ("escape", "question_mark", "q", "f1"):
        async with showing(Help("Keys", [("a", "add", "Add a row")])) as driver:
            await driver.press(key)

            assert driver.results == [None]


async def test_a_long_help_scrolls() -> None:
    rows = [(f"k{n}", "does", f"Does {n}") for n in range(60)]
    async with showing(Help("Keys", rows)) as driver:
        assert not driver.shows("Does 59")

        await driver.press("end")

        assert driver.shows("Does 59")
