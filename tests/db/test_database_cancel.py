"""Stopping statements: quickly, on the server too, and without harm to what comes after."""

import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from tests.db.opening import (
    checked_out,
    connection_threads,
    is_sqlite,
    opened,
    slow,
    table_of,
    until_running,
)
from tests.heartbeat import figure
from tests.outside import fetch
from tests.slow import add_slow_view, locked
from tests.waiting import PATIENCE, until_equal
from tui.db import rows
from tui.db.database import Database
from tui.db.errors import QueryError
from tui.db.needle import Needle
from tui.db.options import Options
from tui.db.view import Filter, View

SESSIONS = {
    "postgresql": "SELECT state FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "mysql": "SELECT COMMAND FROM information_schema.PROCESSLIST "
    "WHERE DB = DATABASE() AND ID <> CONNECTION_ID()",
}
"""What the connections of a test's own database are at."""

IDLE = ("idle", "Sleep")
MOST = 6
"""Connections that may read at once."""


async def until_idle(url: str, engine: str) -> None:
    """Until no connection does anything, by the server's word."""

    async def busy() -> list[str]:
        return [state for (state,) in await fetch(url, SESSIONS[engine]) if state not in IDLE]

    nothing: list[str] = []
    await until_equal(busy, nothing)


async def until_none_is_left(database: Database, url: str) -> None:
    """Until no statement runs: the server's word; for a file, whether every connection is free at once."""
    if not is_sqlite(database):
        await until_idle(url, database.address.engine)
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(database.fetch(text("SELECT 1")) for _ in range(MOST)))


async def connections(database: Database, url: str) -> int:
    """How many there are: the server's word; for a file, the driver's threads."""
    if is_sqlite(database):
        return len(connection_threads())
    return len(await fetch(url, SESSIONS[database.address.engine]))


async def cancel(task: asyncio.Task[object]) -> float:
    """Cancel and wait for the end; how many seconds that took."""
    started = time.perf_counter()
    task.cancel()
    async with asyncio.timeout(PATIENCE):
        await asyncio.wait([task])
    assert task.cancelled()
    return time.perf_counter() - started


async def assert_usable(database: Database, url: str) -> None:
    await until_none_is_left(database, url)
    assert checked_out(database) == [0, 0]
    assert await database.fetch(text("SELECT 42")) == [(42,)]


async def test_a_statement_is_cancelled_before_it_has_begun(database: Database, sample_url: str) -> None:
    task = asyncio.ensure_future(database.fetch(slow(database)))

    await cancel(task)

    await assert_usable(database, sample_url)


async def test_a_cancelled_statement_stops_on_the_server(database: Database, sample_url: str) -> None:
    task = asyncio.ensure_future(database.fetch(slow(database)))
    await asyncio.sleep(0.3)

    figure("a cancel", await cancel(task))
    await assert_usable(database, sample_url)


async def test_a_statement_is_cancelled_the_moment_it_is_on_its_way(
    database: Database, sample_url: str
) -> None:
    """Where an interrupt is lost, because the driver's thread has not begun yet."""
    task = asyncio.ensure_future(database.fetch(slow(database)))
    await until_running(database)

    await cancel(task)

    await assert_usable(database, sample_url)


async def test_a_statement_that_waits_for_a_connection_is_cancelled(
    database: Database, sample_url: str
) -> None:
    running = [asyncio.ensure_future(database.fetch(slow(database))) for _ in range(7)]
    await asyncio.sleep(0.1)

    await cancel(running[-1])
    assert not any(task.done() for task in running[:-1])
    for task in running[:-1]:
        await cancel(task)

    await assert_usable(database, sample_url)


async def test_cancelling_twice_is_no_worse_than_once(database: Database, sample_url: str) -> None:
    task = asyncio.ensure_future(database.fetch(slow(database)))
    await until_running(database)

    task.cancel()
    await asyncio.sleep(0)
    await cancel(task)

    while database._tasks:
        await asyncio.wait(database._tasks)
    await assert_usable(database, sample_url)


async def test_background_statements_leave_room_for_the_page_the_user_waits_for(database: Database) -> None:
    counts = [asyncio.ensure_future(database.fetch(slow(database), background=True)) for _ in range(20)]
    await asyncio.sleep(0.05)

    async with asyncio.timeout(PATIENCE):
        assert await database.fetch(text("SELECT 42")) == [(42,)]

    for task in counts:
        task.cancel()
    await asyncio.wait(counts)
    assert checked_out(database) == [0, 0]


CANCELS, AT_ONCE = 200, 10
MOMENTS = (0.0, 0.001, 0.005, 0.02, 0.4)
"""Seconds after the start: some of the moments; the others are random, most of them early."""


async def ways_to_wait(database: Database, url: str) -> list[Callable[[], Awaitable[object]]]:
    """A statement, a page, a count and a search, each far slower than any test waits."""
    await add_slow_view(url)
    await database.reload_catalog()
    view = View(await table_of(database, "slow"))
    few = View(view.table, (Filter(view.table.columns[-1].name, 0 if is_sqlite(database) else "0"),))
    return [
        lambda: database.fetch(slow(database)),
        lambda: rows.first_page(database, view),
        lambda: rows.count(database, few, background=True),
        lambda: rows.find_number(database, view, Needle("needle")),
    ]


async def test_two_hundred_cancels_at_random_moments_leave_nothing_behind(
    database: Database, sample_url: str
) -> None:
    """Ten are under way at any time, so some are cancelled while they wait for a connection."""
    random_moments = random.Random(7)
    moments = [*MOMENTS, *(0.4 * random_moments.random() ** 3 for _ in range(CANCELS - len(MOMENTS)))]
    ways = await ways_to_wait(database, sample_url)
    left = iter(enumerate(moments))
    times: list[float] = []

    async def cancel_some() -> None:
        for number, moment in left:
            task = asyncio.ensure_future(ways[number % len(ways)]())
            await asyncio.sleep(moment)
            times.append(await cancel(task))

    await asyncio.gather(*(cancel_some() for _ in range(AT_ONCE)))
    started = time.perf_counter()
    assert await database.fetch(text("SELECT 42")) == [(42,)]

    figure("the next statement", time.perf_counter() - started)
    figure(f"the longest of {CANCELS} cancels on {database.title}", max(times))
    figure("the median", statistics.median(times))
    assert len(times) == CANCELS
    assert await connections(database, sample_url) <= MOST
    await assert_usable(database, sample_url)


async def closing_while(database: Database, start: Callable[[], Awaitable[object]]) -> BaseException:
    """Close while something runs; what became of that."""
    task = asyncio.ensure_future(start())
    await until_running(database)
    started = time.perf_counter()
    async with asyncio.timeout(PATIENCE):
        await database.close()
    figure("closing", time.perf_counter() - started)
    [result] = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(result, BaseException)
    return result


async def test_closing_stops_a_statement_that_runs(sample_url: str) -> None:
    async with opened(sample_url) as database:
        result = await closing_while(database, lambda: database.fetch(slow(database)))

        assert isinstance(result, QueryError)
        if not is_sqlite(database):
            await until_idle(sample_url, database.address.engine)
    assert len(asyncio.all_tasks()) == 1


async def test_closing_stops_statements_that_wait_for_a_connection(sample_url: str) -> None:
    async with opened(sample_url) as database:
        waiting = [asyncio.ensure_future(database.fetch(slow(database))) for _ in range(9)]

        await closing_while(database, lambda: database.fetch(slow(database)))
        await asyncio.gather(*waiting, return_exceptions=True)

    assert len(asyncio.all_tasks()) == 1


USERS = text("SELECT count(*) FROM users")


async def test_a_read_that_waits_for_another_programs_lock_can_be_cancelled(sample_url: str) -> None:
    async with opened(sample_url, Options(lock_limit=60)) as database, locked(sample_url, "users"):
        reading = asyncio.ensure_future(database.fetch(USERS))
        await asyncio.wait([reading], timeout=0.3)
        assert not reading.done()

        await cancel(reading)

        assert reading.cancelled()


async def test_a_read_goes_on_when_the_other_program_gives_up_its_lock(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        async with locked(sqlite_url, "users"):
            reading = asyncio.ensure_future(database.fetch(USERS))
            await asyncio.wait([reading], timeout=0.3)
            assert not reading.done()

        assert await reading == [(1000,)]


async def test_a_read_gives_up_on_a_lock_after_the_limit(sqlite_url: str) -> None:
    async with opened(sqlite_url, Options(lock_limit=0.2)) as database, locked(sqlite_url, "users"):
        with pytest.raises(QueryError, match="locked by another program"):
            await database.fetch(USERS)
