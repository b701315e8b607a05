"""Somebody else holds what a save needs: a sentence after the limit, the edit is kept, s saves again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.driver import User, browsing
from tests.engines import TWO_SAMPLES
from tests.outside import fetch, run
from tests.slow import write_locked
from tests.waiting import until_equal
from tui.db.options import Options

QUICK = Options(lock_limit=0.3)
FIRST_USER = "SELECT username FROM users WHERE id = 1"
LOCKED = {
    "sqlite": "Not saved: The database is locked by another program. Try again when it has finished.",
    "postgresql": "Not saved: The row is locked by somebody else. Try again when they have finished.",
}


async def assert_kept(user: User) -> None:
    """Nothing is lost by going back."""
    await user.press("escape")
    assert user.staged().endswith("staged · w reviews")
    await user.press("w")


@TWO_SAMPLES
async def test_a_row_that_somebody_else_has_locked_is_said_to_be(sample_url: str) -> None:
    """Case 14."""
    async with browsing(sample_url, "users", options=QUICK) as user:
        await user.edit("mine", column="username")
        async with write_locked(sample_url):
            await user.review_and_save()
            assert user.shows(LOCKED[user.database.address.engine])
            await assert_kept(user)
        await user.press("s")
        assert user.notice() == "✓ Saved 1 change."
    assert await fetch(sample_url, FIRST_USER) == [("mine",)]


@asynccontextmanager
async def second_user_held(url: str) -> AsyncIterator[asyncpg.Connection]:
    """Another program that has changed the second user and not come to an end."""
    other = await asyncpg.connect(url)
    try:
        await other.execute("SET deadlock_timeout = '1h'; BEGIN; UPDATE users SET email = email WHERE id = 2")
        yield other
    finally:
        other.terminate()


async def is_waiting(url: str) -> list[tuple[int]]:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'UPDATE%'"
    return [(int(count),) for (count,) in await fetch(url, waiting)]


async def test_of_two_that_wait_for_each_other_one_is_told(postgresql_url: str) -> None:
    """The server ends this one's wait: the other program looks for a deadlock much later."""
    name = postgresql_url.partition("@/")[2].partition("?")[0]
    await run(postgresql_url, f"ALTER DATABASE {name} SET deadlock_timeout = '3s'")
    async with browsing(postgresql_url, "users", options=Options(lock_limit=60)) as user:
        await user.edit("first", column="username")
        await user.press("down")
        await user.edit("second")
        async with second_user_held(postgresql_url) as other:
            await user.hurry("w", "s")
            await until_equal(lambda: is_waiting(postgresql_url), [(1,)])
            theirs = asyncio.create_task(other.execute("UPDATE users SET email = email WHERE id = 1"))
            await user.until(lambda: user.shows("Not saved"))
            assert user.shows("Not saved: Two writers blocked each other and the server stopped this one.")
            await theirs
            await assert_kept(user)
        await user.press("s")
        assert user.notice() == "✓ Saved 2 changes."


async def test_a_statement_that_takes_too_long_in_a_save_is_stopped_by_the_server(
    postgresql_url: str,
) -> None:
    await run(
        postgresql_url,
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); "
        "RETURN NEW; END'",
        "CREATE TRIGGER slow BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION slow()",
    )
    async with browsing(postgresql_url, "users", options=Options(statement_limit=5)) as user:
        await user.edit("mine", column="username")
        await user.review_and_save()
        assert user.shows("Not saved: The server stopped the statement: it took too long")
        await assert_kept(user)
        await run(postgresql_url, "DROP TRIGGER slow ON users")
        await user.press("s")
        assert user.notice() == "✓ Saved 1 change."


@pytest.mark.parametrize("key", ["r", "G"])
async def test_a_table_that_is_locked_for_reading_is_given_up_after_the_limit(
    postgresql_url: str, key: str
) -> None:
    async with browsing(postgresql_url, "users", options=Options(statement_limit=5)) as user:
        rows = user.rows()
        other = await asyncpg.connect(postgresql_url)
        await other.execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        await user.press(key)
        assert user.notice().startswith("✗ This took longer than 5 seconds and was stopped.")
        assert user.rows() == rows
        await other.close()
        await user.press(key)
        assert user.notice() == ""
