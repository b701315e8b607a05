"""Somebody else holds what a save needs: a sentence after the limit, the edit is kept, s saves again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from tests.db.opening import opened, row_of, table_of
from tests.driver import User, browsing
from tests.engines import ALL_SAMPLES, SERVERS
from tests.faults.limits import limits
from tests.outside import fetch, mariadb_connection, run
from tests.slow import is_mariadb, locked, write_locked, writing
from tui.db.changes import Update
from tui.db.errors import SaveError
from tui.db.options import Options
from tui.db.save import save

FIRST_USER = "SELECT username FROM users WHERE id = 1"
LOCKED = {
    "sqlite": "Not saved: The database is locked by another program. Try again when it has finished.",
    "postgresql": "Not saved: The row is locked by somebody else. Try again when they have finished.",
    "mysql": "Not saved: The row is locked by somebody else. Try again when they have finished.",
}


async def assert_kept(user: User) -> None:
    """Nothing is lost by going back."""
    await user.press("escape")
    assert user.staged().endswith("staged · w reviews")
    await user.press("w")


@ALL_SAMPLES
async def test_a_row_that_somebody_else_has_locked_is_said_to_be(sample_url: str) -> None:
    """Case 14."""
    async with browsing(sample_url, "users", options=Options(lock_limit=0.3)) as user:
        await user.edit("mine", column="username")
        async with write_locked(sample_url):
            await user.review_and_save()
            assert user.shows(LOCKED[user.database.address.engine])
            await assert_kept(user)
        await user.press("s")
        assert user.notice() == "✓ Saved 1 change."
    assert await fetch(sample_url, FIRST_USER) == [("mine",)]


HOLD_SECOND = "UPDATE users SET email = 'theirs@example.org' WHERE id = 2"

Execute = Callable[[str], Coroutine[Any, Any, object]]


@asynccontextmanager
async def second_user_held(url: str) -> AsyncIterator[Execute]:
    """Another program that has changed the second user, and much besides, and not come to an end."""
    other = await (mariadb_connection(url) if is_mariadb(url) else asyncpg.connect(url))
    execute: Execute = other.query if is_mariadb(url) else other.execute
    try:
        if not is_mariadb(url):
            await execute("SET deadlock_timeout = '1h'")
        for statement in ("BEGIN", "UPDATE posts SET title = 'theirs'", HOLD_SECOND):
            await execute(statement)
        yield execute
    finally:
        await (other.ensure_closed() if is_mariadb(url) else other.close())


@SERVERS
async def test_of_two_that_wait_for_each_other_one_is_told(sample_url: str) -> None:
    """It is this one: PostgreSQL lets the other look for a deadlock later, MariaDB spares who wrote more."""
    if not is_mariadb(sample_url):
        name = sample_url.partition("@/")[2].partition("?")[0]
        await run(sample_url, f"ALTER DATABASE {name} SET deadlock_timeout = '3s'")
    async with browsing(sample_url, "users", options=Options(lock_limit=60)) as user:
        await user.edit("first", column="username")
        await user.press("down")
        await user.edit("second")
        async with second_user_held(sample_url) as execute:
            await user.begin_to_save()
            await writing(sample_url, "%UPDATE")
            theirs = asyncio.create_task(execute("UPDATE users SET email = email WHERE id = 1"))
            await user.until(lambda: user.shows("Not saved"))
            assert user.shows("Not saved: Two writers blocked each other and the server stopped this one.")
            await theirs
            await assert_kept(user)
        await user.press("s")
        assert user.notice() == "✓ Saved 2 changes."


SLOW = {
    "mariadb": ["CREATE TRIGGER slow BEFORE UPDATE ON users FOR EACH ROW DO sleep(60)"],
    "postgresql": [
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); "
        "RETURN NEW; END'",
        "CREATE TRIGGER slow BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION slow()",
    ],
}
NO_LONGER_SLOW = {"mariadb": "DROP TRIGGER slow", "postgresql": "DROP TRIGGER slow ON users"}
TOOK_TOO_LONG = {
    "mariadb": "The statement took longer than it may and was stopped. --statement-limit allows more.",
    "postgresql": "The server stopped the statement: it took too long, or somebody stopped it. "
    "--statement-limit allows more.",
}


@SERVERS
async def test_a_statement_that_takes_too_long_in_a_save_is_stopped_by_the_server(sample_url: str) -> None:
    engine = "mariadb" if is_mariadb(sample_url) else "postgresql"
    await run(sample_url, *SLOW[engine])
    async with opened(sample_url, Options(statement_limit=1)) as database:
        users = await table_of(database, "users")
        first = await row_of(database, users, "id", 1)
        seen = {"username": first.values[users.positions["username"]]}
        change = Update(users, first.identity, seen, {"username": "mine"})
        with pytest.raises(SaveError) as caught:
            await save(database, [change])
        assert str(caught.value) == TOOK_TOO_LONG[engine]
        assert caught.value.change == change
        await run(sample_url, NO_LONGER_SLOW[engine])
        await save(database, [change])
    assert await fetch(sample_url, FIRST_USER) == [("mine",)]


@SERVERS
@pytest.mark.parametrize("key", ["r", "G"])
async def test_a_table_that_is_locked_for_reading_is_given_up_after_the_limit(
    sample_url: str, key: str
) -> None:
    async with browsing(sample_url, "users") as user:
        rows = user.rows()
        async with locked(sample_url, "users"):
            with limits(user, statement_limit=0.3):
                await user.press(key)
            assert user.notice().startswith("✗ This took longer than 0.3 seconds and was stopped.")
            assert user.rows() == rows
        await user.press(key)
        assert user.notice() == ""
