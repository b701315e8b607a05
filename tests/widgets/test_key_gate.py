"""Quick keys: each is handed on only when the one before has done its work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.app import App, ComposeResult
from textual.events import Key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from tests.waiting import PATIENCE
from tui.widgets.key_gate import Blink, KeyGate, Passed

A, B = Key("a", "a"), Key("b", "b")


class GateApp(App[None]):
    """An app with a place for keys; it keeps what follows them."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = KeyGate(self)
        self.followers: list[bool] = []

    def compose(self) -> ComposeResult:
        yield Input()

    def on_passed(self, message: Passed) -> None:
        self.followers.append(message.is_last)


@asynccontextmanager
async def gate() -> AsyncIterator[tuple[GateApp, KeyGate, Pilot[None]]]:
    app = GateApp()
    async with app.run_test() as pilot:
        await pilot.pause()
        yield app, app.gate, pilot


async def test_a_key_waits_for_the_one_before() -> None:
    async with gate() as (_, keys, _pilot):
        keys.add(A)
        keys.add(B)

        assert keys.take() is A
        assert keys.take() is None
        assert keys.has_waiting

        keys.passed(Passed(is_last=True))
        assert keys.take() is B
        assert not keys.has_waiting


async def test_a_key_has_passed_only_when_what_it_posted_was_handled_too() -> None:
    async with gate() as (app, keys, pilot):
        keys.add(A)
        keys.add(B)
        keys.take()
        keys.passed(Passed(is_last=False))

        assert keys.take() is None
        await pilot.pause()
        assert app.followers == [True]


async def test_the_follower_takes_the_way_of_the_key() -> None:
    async with gate() as (app, keys, pilot):
        keys.follow()
        await pilot.pause()

        assert app.followers == [False]


class Asking(Screen[None]):
    """A screen that goes when it is answered."""

    def compose(self) -> ComposeResult:
        yield Input()


async def test_a_key_that_ended_its_screen_does_not_hold_up_the_next() -> None:
    async with gate() as (app, keys, _):
        await app.push_screen(Asking())
        keys.add(A)
        keys.add(B)
        assert keys.take() is A
        keys.follow()
        assert keys.take() is None

        await app.pop_screen()
        assert keys.take() is B


class Turning(Screen[None]):
    """A screen on which something is about to appear."""

    blink = Blink()


@asynccontextmanager
async def turning() -> AsyncIterator[tuple[Blink, KeyGate]]:
    """A gate below a screen that holds keys for a minute."""
    async with gate() as (app, keys, _):
        screen = Turning()
        screen.blink = Blink()
        await app.push_screen(screen)
        screen.blink.begin(60)
        yield screen.blink, keys


async def until_taken(keys: KeyGate) -> Key:
    """The next key that the gate hands on."""
    async with asyncio.timeout(PATIENCE):
        while (key := keys.take()) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        return key


async def test_keys_wait_while_the_screen_holds_them() -> None:
    async with turning() as (blink, keys):
        keys.add(A)
        assert keys.take() is None

        blink.end()
        assert keys.take() is A


@pytest.mark.parametrize("name", ["escape", "ctrl+q"])
async def test_a_long_wait_is_ended_by_escape_and_quit_and_what_was_typed_for_it_is_forgotten(
    name: str,
) -> None:
    async with turning() as (blink, keys):
        out = Key(name, None)
        for key in (A, out, B):
            keys.add(key)
        assert keys.take() is None
        assert await until_taken(keys) is out

        keys.passed(Passed(is_last=True))
        assert keys.take() is None
        blink.end()
        assert keys.take() is B


async def test_keys_for_what_did_not_come_are_dropped_and_later_ones_are_not() -> None:
    async with turning() as (blink, keys):
        keys.add(Key("a", "a"))
        blink.end(is_in_vain=True)
        assert keys.take() is None
        assert not keys.has_waiting

        later = Key("b", "b")
        later.time += 0.001
        keys.add(later)
        assert keys.take() is later


def test_a_blink_ends_by_itself_or_at_once() -> None:
    blink = Blink()
    assert not blink.is_on

    blink.begin(60)
    assert blink.is_on
    blink.end()
    assert not blink.is_on

    blink.begin(0)
    assert not blink.is_on
