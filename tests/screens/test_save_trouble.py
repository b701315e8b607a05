"""Saves under adverse conditions: a quit, a server that stands still, a network that is cut at the end."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from tests.driver import User, browsing
from tests.engines import ALL_SAMPLES, SERVERS
from tests.faults.limits import limits
from tests.outside import fetch, run
from tests.proxy import Proxy, proxy_to
from tests.slow import commits_held, is_mariadb, write_locked, writing
from tests.waiting import until_equal
from tui.db.options import Options

PATIENT = Options(lock_limit=60)
"""Another program's lock is no reason to give up."""
FIRST_USER = "SELECT username FROM users WHERE id = 1"
STAGED = "1 staged · w reviews"


@ALL_SAMPLES
async def test_quitting_during_a_save_waits_for_it_and_loses_nothing(sample_url: str) -> None:
    """Case 3."""
    async with browsing(sample_url, "users", options=PATIENT) as user:
        await user.edit("in time", column="username")
        async with write_locked(sample_url):
            await user.begin_to_save()
            await user.hurry("ctrl+q")
            assert user.is_running
            await user.hurry("x", "u")
            assert user.shows("saving…", "in time")
        assert await user.end() == 0
    assert await fetch(sample_url, FIRST_USER) == [("in time",)]


@ALL_SAMPLES
async def test_escape_stops_a_save_before_its_end_and_nothing_of_it_is_written(sample_url: str) -> None:
    before = await fetch(sample_url, FIRST_USER)
    async with browsing(sample_url, "users", options=PATIENT) as user:
        await user.edit("stopped", column="username")
        async with write_locked(sample_url):
            await user.begin_to_save()
            await user.hurry("escape")
            assert user.shows("stopping…", "stopped")
        await user.until(lambda: user.shows("Stopped: nothing was written, and all stays staged."))
        await user.press("escape")
        assert user.staged() == "1 staged · w reviews"
    assert await fetch(sample_url, FIRST_USER) == before


@ALL_SAMPLES
async def test_quitting_during_a_save_that_is_refused_asks_about_what_is_staged(sample_url: str) -> None:
    async with browsing(sample_url, "users", options=PATIENT) as user:
        await user.edit("bob", column="username")
        async with write_locked(sample_url):
            await user.begin_to_save()
            await user.hurry("ctrl+q")
        await user.until(user.question)
        assert "1 change is staged and not saved." in user.question()
        await user.press("escape")
        assert user.shows("Not saved")
        await user.press("escape")
        assert user.staged() == STAGED


@contextmanager
def frozen(process: int) -> Iterator[None]:
    """While this is open, a process of the server does nothing at all."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


@asynccontextmanager
async def frozen_while_saving(user: User, url: str) -> AsyncIterator[None]:
    """Save, and let the server's process stand still in the middle of it."""
    async with write_locked(url):
        with limits(user, statement_limit=1, grace=1):
            await user.begin_to_save()
            process = await writing(url, "%UPDATE")
        with frozen(await process_of_mariadb(url) if is_mariadb(url) else process):
            yield


async def process_of_mariadb(url: str) -> int:
    """The one process of a server that works in threads."""
    [(path,)] = await fetch(url, "SELECT @@pid_file")
    return int(await asyncio.to_thread(Path(path).read_text))


@SERVERS
async def test_a_server_that_stands_still_during_a_save_is_given_up(sample_url: str) -> None:
    """On PostgreSQL the save's own process does, and the others go on; MariaDB has no other."""
    async with browsing(sample_url, "users", options=PATIENT) as user:
        await user.edit("in the end", column="username")
        async with frozen_while_saving(user, sample_url):
            await user.until(lambda: user.shows("Not saved"))
            assert user.shows("The server did not answer within 2 seconds.")
            await user.press("escape")
            assert user.staged() == STAGED
            if not is_mariadb(sample_url):
                await user.open_table("posts")
                assert user.title() == "posts"
        await user.review_and_save()
        assert user.notice() == "✓ Saved 1 change."
    assert await fetch(sample_url, FIRST_USER) == [("in the end",)]


@SERVERS
async def test_quitting_works_while_a_server_stands_still(sample_url: str) -> None:
    async with browsing(sample_url, "users", options=PATIENT) as user:
        await user.edit("never", column="username")
        async with frozen_while_saving(user, sample_url):
            await user.hurry("ctrl+q")
            await user.until(user.question)
            await user.hurry("x")
            assert await user.end() == 0
    assert await fetch(sample_url, FIRST_USER) == [("María López",)]


@SERVERS
async def test_quitting_works_while_nothing_of_the_server_moves(sample_url: str) -> None:
    """Not even the end of an idle connection is answered."""
    async with browsing(sample_url, "users") as user:
        processes = await processes_of(sample_url)
        with ExitStack() as all_frozen:
            for process in processes:
                all_frozen.enter_context(frozen(process))
            await user.hurry("q")
            assert await user.end() == 0
        assert processes


async def processes_of(url: str) -> list[int]:
    """Every process of the server that serves the program."""
    if is_mariadb(url):
        return [await process_of_mariadb(url)]
    everyone = "SELECT pid FROM pg_stat_activity WHERE application_name = 'tui'"
    return [pid for (pid,) in await fetch(url, everyone)]


@asynccontextmanager
async def cut_in_commit(user: User, url: str, proxy: Proxy) -> AsyncIterator[int]:
    """Save, and cut the network when nothing but the end is missing; gives the server's connection."""
    async with commits_held(url):
        await user.begin_to_save()
        number = await writing(url, "COMMIT")
        proxy.cut()
        yield number


async def end_commit(url: str, number: int) -> None:
    """Let the server end a connection before it has committed."""
    if is_mariadb(url):
        await run(url, f"KILL {number}")
    else:
        assert await fetch(url, f"SELECT pg_terminate_backend({number}, 30000)") == [(True,)]


async def commit_has_ended(url: str, number: int) -> None:
    """Wait until a connection of the server waits for the next statement, or is gone."""
    busy = (
        f"SELECT count(*) FROM information_schema.PROCESSLIST WHERE ID = {number} AND COMMAND <> 'Sleep'"
        if is_mariadb(url)
        else f"SELECT count(*) FROM pg_stat_activity WHERE pid = {number} AND state <> 'idle'"
    )
    await until_equal(lambda: fetch(url, busy), [(0,)])


def through(proxy: Proxy, url: str) -> str:
    """The URL of the same database by way of the proxy."""
    if is_mariadb(url):
        return f"mysql://root@127.0.0.1:{proxy.port}/{url.rpartition('/')[2]}"
    name = url.partition("@/")[2].partition("?")[0]
    return f"postgresql://postgres@127.0.0.1:{proxy.port}/{name}?sslmode=disable"


async def socket_of(url: str) -> Path:
    """The server's socket on this machine."""
    if is_mariadb(url):
        [(path,)] = await fetch(url, "SELECT @@socket")
        return Path(path)
    return Path(url.partition("host=")[2]) / ".s.PGSQL.5432"


@SERVERS
@pytest.mark.parametrize("is_written", [True, False])
async def test_an_outcome_that_nobody_knows_leaves_all_staged_and_the_next_save_finds_out(
    sample_url: str, *, is_written: bool
) -> None:
    async with (
        proxy_to(await socket_of(sample_url)) as proxy,
        browsing(through(proxy, sample_url), "users", options=PATIENT) as user,
    ):
        await user.edit("mine", column="username")
        async with cut_in_commit(user, sample_url, proxy) as number:
            await user.until(lambda: user.shows("It is unknown whether the changes were written"))
            assert not user.shows("Not saved")
            if not is_written:
                await end_commit(sample_url, number)
        await commit_has_ended(sample_url, number)
        await user.press("escape")
        assert user.staged() == STAGED
        assert await fetch(sample_url, FIRST_USER) == [("mine" if is_written else "María López",)]

        proxy.mend()
        await user.review_and_save()

        if is_written:
            assert user.shows("Somebody else changed username", "mine")
            await user.press("escape")
            assert user.staged() == STAGED
        else:
            assert user.notice() == "✓ Saved 1 change."
    assert await fetch(sample_url, FIRST_USER) == [("mine",)]
