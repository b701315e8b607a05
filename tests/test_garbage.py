"""Full looks for garbage are put off until the user does nothing, and are not left undone."""

import gc
from collections.abc import Iterator

import pytest

from tui import garbage
from tui.garbage import MOST, WORTH, Garbage


@pytest.fixture
def tidied() -> Iterator[Garbage]:
    before = gc.get_threshold()
    one = Garbage()
    one.begin()
    yield one
    one.end()
    assert gc.get_threshold() == before


def grow() -> None:
    """Let Python look at young objects so often that a full look is worth while."""
    gc.collect()
    for _ in range(WORTH + 1):
        gc.collect(1)
    assert gc.get_count()[2] >= WORTH


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
