"""The line of keys: nothing of what it showed before stays behind."""

import gc
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets._footer import FooterKey

from tui.widgets.keys_line import KeysLine


class OneKey(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("x", "nothing", "nothing")]

    def compose(self) -> ComposeResult:
        yield KeysLine()

    def action_nothing(self) -> None:
        """Nothing."""


def keys_alive() -> int:
    gc.collect()
    return sum(isinstance(one, FooterKey) for one in gc.get_objects())


async def test_keys_that_were_shown_before_are_let_go() -> None:
    app = OneKey()
    async with app.run_test() as pilot:
        await pilot.pause()
        before = keys_alive()
        for _ in range(20):
            app.refresh_bindings()
            await pilot.pause()
        assert app.query(FooterKey)
        assert keys_alive() <= before + 2
