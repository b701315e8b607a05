"""The server or the network fails while the user pages: old rows stay, reading goes on by itself."""

import re

import pytest

from tests.db.opening import checked_out
from tests.driver import User, browsing
from tests.faults.conftest import Way
from tests.faults.limits import limits
from tests.heartbeat import heartbeat, report
from tests.waiting import until_equal
from tui.db.options import Options

PATIENT = Options(statement_limit=600)
TOO_LONG = "✗ This took longer than 0.3 seconds and was stopped. --statement-limit allows more."


async def nothing_is_checked_out(user: User) -> None:
    """Wait until the connections that failed are given back."""

    async def now() -> list[int]:
        return checked_out(user.database)

    await until_equal(now, [0, 0])


async def assert_reads_on(user: User) -> None:
    """The last rows are there at once, and then the first ones; no connection is held."""
    await user.press("G")
    assert user.highlighted()[0] == "5017"
    await user.press("g")
    assert user.highlighted()[0] == "1"
    assert not user.notice().startswith("✗")
    await nothing_is_checked_out(user)


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_a_server_that_was_started_again_is_read_on_without_a_word(way: Way, how: str) -> None:
    async with browsing(way.url, "posts") as user:
        getattr(way.server, how)()
        way.server.ensure()

        await assert_reads_on(user)


@pytest.mark.parametrize("how", ["stop", "kill"])
async def test_the_old_rows_stay_while_the_server_is_away(way: Way, how: str) -> None:
    async with browsing(way.server.url(way.name, way.server.port), "posts") as user:
        rows = user.rows()
        getattr(way.server, how)()
        for key in "Grs":
            await user.press(key)
            assert (
                user.notice()
                == "✗ Nothing answers there: check that the server runs, and host and port of its URL."
            )
            assert user.rows() == rows
        way.server.ensure()
        await assert_reads_on(user)


async def test_paging_goes_on_where_it_was_when_the_server_is_back(way: Way) -> None:
    async with browsing(way.url, "posts") as user:
        way.server.kill()
        await user.press(*["pagedown"] * 9)
        here = user.highlighted()
        assert user.notice().startswith("✗")
        way.server.ensure()
        await user.press("pagedown", "pagedown")

        assert int(user.highlighted()[0]) > int(here[0])
        assert user.notice() == "✓ Reading goes on."


async def test_a_frozen_server_is_given_up_after_the_limit(way: Way) -> None:
    """Case 12."""
    async with browsing(way.url, "posts", draws_all=True) as user:
        rows = user.rows()
        with way.server.frozen(), limits(user, statement_limit=0.3):
            async with heartbeat() as measured:
                await user.press("G")
            report("a server that stands still", measured)
            assert measured.is_fluent
            assert user.notice() == TOO_LONG
            assert user.rows() == rows

        await assert_reads_on(user)


async def test_escape_stops_waiting_for_a_frozen_server(way: Way) -> None:
    """Case 12."""
    async with browsing(way.url, "posts", options=PATIENT) as user:
        with way.server.frozen():
            await user.hurry("G")
            await user.until(lambda: "reading the last rows" in user.status())
            await user.press("escape")
            assert user.notice() == "✓ Stopped."
            await user.press("down")
            assert user.highlighted()[0] == "2"

        await assert_reads_on(user)


async def test_a_network_that_went_silent_is_given_up_after_the_limit(way: Way) -> None:
    async with browsing(way.url, "posts") as user:
        rows = user.rows()
        way.proxy.go_silent()
        with limits(user, statement_limit=0.3):
            await user.press("G")
        assert user.notice() == TOO_LONG
        assert user.rows() == rows

        way.proxy.mend()
        await assert_reads_on(user)


async def test_a_result_that_is_cut_in_the_middle_is_read_once_more(way: Way) -> None:
    async with browsing(way.url, "posts") as user:
        for size in (0, 500, 5000):
            way.proxy.answer_limit = size
            await assert_reads_on(user)
            assert way.proxy.answer_limit is None


async def test_a_network_that_is_cut_again_and_again_is_said_to_be_cut(way: Way) -> None:
    async with browsing(way.url, "posts") as user:
        rows = user.rows()
        way.proxy.cut()
        await user.press("G")
        assert user.notice().startswith("✗ The connection")
        assert user.rows()[:20] == rows[:20]

        way.proxy.mend()
        await assert_reads_on(user)


async def test_the_status_line_tells_how_long_something_takes_and_what_ends_it(way: Way) -> None:
    async with browsing(way.url, "posts", options=PATIENT) as user:
        way.proxy.go_silent()
        await user.hurry("G")
        await user.until(lambda: re.search(r"reading the last rows … \d+ s · esc stops", user.status()))
        assert user.is_running
        await user.press("escape")
        assert user.notice() == "✓ Stopped."
