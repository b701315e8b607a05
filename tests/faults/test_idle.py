"""Connections that were lost while the user did something else: the next key works all the same."""

import pytest

from tests.driver import User, browsing
from tests.faults.conftest import Way
from tests.outside import fetch
from tests.slow import end_sessions, until_gone
from tui.db.options import Options

FIRST_USER = "SELECT username FROM users WHERE id = 1"
IMPATIENT = Options(answer_limit=0.3)


@pytest.fixture
def rested(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every connection has rested for long."""
    monkeypatch.setattr("tui.db.dialects.held.FRESH", 0.0)


async def assert_works(user: User, key: str) -> None:
    """What the key asks for is read, without a word."""
    await user.press(key)
    assert user.notice() == ""
    assert "as read before" not in user.title()


async def test_a_key_works_after_the_server_ended_all_idle_sessions(way: Way) -> None:
    async with browsing(way.url, "posts") as user:
        for key in "Grs":
            await end_sessions(way.direct)
            await assert_works(user, key)


@pytest.mark.usefixtures("rested")
async def test_a_key_works_after_a_firewall_forgot_all_idle_connections(way: Way) -> None:
    """Nobody is told: only the missing answer shows it."""
    async with browsing(way.url, "posts", options=IMPATIENT) as user:
        for key in "Grs":
            way.proxy.forget()
            await assert_works(user, key)


@pytest.mark.usefixtures("rested")
async def test_a_save_works_after_its_idle_connection_was_forgotten(way: Way) -> None:
    async with browsing(way.url, "users", options=IMPATIENT) as user:
        await user.edit("first", column="username")
        await user.review_and_save()
        await user.edit("second")
        way.proxy.forget()

        await user.review_and_save()

        assert user.notice() == "✓ Saved 1 change."
    assert await fetch(way.direct, FIRST_USER) == [("second",)]


async def test_what_was_staged_before_a_long_pause_is_saved_after_it(way: Way) -> None:
    async with browsing(way.url, "users") as user:
        await user.edit("mine", column="username")
        way.server.stop()
        way.server.ensure()

        await user.review_and_save()

        assert user.notice() == "✓ Saved 1 change."
    assert await fetch(way.direct, FIRST_USER) == [("mine",)]


async def test_no_connection_is_left_behind_by_those_that_were_forgotten(way: Way) -> None:
    async with browsing(way.url, "posts", options=IMPATIENT) as user:
        way.proxy.forget()
        await user.press("G", "g", "r")
        way.proxy.mend()
        await user.hurry("q")
        assert await user.end() == 0
    await until_gone(way.direct)
