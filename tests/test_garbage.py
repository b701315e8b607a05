"""Full looks for garbage are put off until the user does nothing, and are not left undone."""

import gc
from collections.abc import Iterator

import pytest

from tests.driver import browsing
from tui import garbage
from tui.garbage import MOST, MUCH, WORTH, Garbage


@pytest.fixture
def tidied() -> Iterator[Garbage]:
    before = gc.get_threshold()
    one = Garbage()
    one.begin()
    yield one
    one.end()
    assert gc.get_threshold() == before


def grow(looks: int = WORTH) -> None:
    """Let Python look at young objects so often that a full look is worth while."""
    gc.collect()
    for _ in range(looks + 1):
        gc.collect(1)
    assert gc.get_count()[2] >= looks


def test_a_user_who_does_something_is_not_held_up(tidied: Garbage) -> None:
    grow()
    tidied.note()
    tidied.tidy()
    assert gc.get_count()[2] >= WORTH
    assert gc.get_threshold()[2] == MOST


def test_a_full_look_is_made_when_the_user_does_nothing(
    tidied: Garbage, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow()
    monkeypatch.setattr(garbage, "IDLE", 0.0)
    tidied.tidy()
    assert gc.get_count()[2] == 0


def test_a_short_pause_is_used_where_there_is_much(tidied: Garbage, monkeypatch: pytest.MonkeyPatch) -> None:
    grow(MUCH)
    tidied.note()
    tidied.tidy()
    assert gc.get_count()[2] >= MUCH
    monkeypatch.setattr(garbage, "PAUSE", 0.0)
    tidied.tidy()
    assert gc.get_count()[2] == 0


async def test_a_save_is_not_held_up(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browsing(sqlite_url) as user:
        monkeypatch.setattr(user.app._garbage, "_touched", 0.0)
        user.browse.idle.clear()
        grow()
        user.app._tidy()
        assert gc.get_count()[2] >= WORTH
        user.browse.idle.set()
        monkeypatch.setattr(user.app._garbage, "_touched", 0.0)
        user.app._tidy()
        assert gc.get_count()[2] == 0
