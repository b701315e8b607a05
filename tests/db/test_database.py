"""The engines: what reads cannot write, limits hold, and closing leaves nothing behind."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from tests.db.opening import (
    checked_out,
    connection_threads,
    left_threads,
    open_files,
    opened,
    slow,
    table_of,
)
from tests.engines import SERVERS
from tests.outside import fetch, run
from tests.slow import end_sessions
from tests.waiting import until_equal
from tui.db import rows
from tui.db.address import parse_address
from tui.db.database import Database
from tui.db.dialects.postgresql import HOLD_READ_ONLY
from tui.db.errors import MissingError, QueryError, TimeLimitError
from tui.db.options import Options
from tui.db.schema import TableName
from tui.db.view import View

WRITES = [
    "INSERT INTO tags (name) VALUES ('new')",
    "UPDATE users SET email = 'x' WHERE id = 1",
    "DELETE FROM post_tags",
    "CREATE TABLE new (a int)",
    "DROP TABLE post_tags",
    "INSERT INTO tags (name) WITH new AS (SELECT 'new' AS name) SELECT name FROM new",
]

SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tui'"


async def tags(url: str) -> int:
    [(count,)] = await fetch(url, "SELECT count(*) FROM tags")
    return int(count)


@pytest.mark.parametrize("statement", WRITES)
async def test_a_reading_session_cannot_write(database: Database, statement: str) -> None:
    async with database.reading() as session:
        with pytest.raises(SQLAlchemyError, match=r"(?i)read[- ]?only"):
            await session.execute(text(statement))


@pytest.mark.parametrize("statement", WRITES)
async def test_nothing_writes_where_the_user_asked_for_reading_only(sample_url: str, statement: str) -> None:
    async with opened(sample_url, Options(read_only=True)) as database:
        assert database.is_read_only
        async with database.writing() as session:
            with pytest.raises(SQLAlchemyError, match=r"(?i)read[- ]?only"):
                await session.execute(text(statement))

    assert await tags(sample_url) == 40


async def test_a_writing_session_writes(database: Database, sample_url: str) -> None:
    async with database.writing() as session:
        await session.execute(text(WRITES[0]))
        await session.commit()

    assert await tags(sample_url) == 41


async def test_a_writing_session_that_is_not_committed_writes_nothing(
    database: Database, sample_url: str
) -> None:
    async with database.writing() as session:
        await session.execute(text(WRITES[0]))

    assert await tags(sample_url) == 40


async def test_foreign_keys_are_enforced(database: Database) -> None:
    async with database.writing() as session:
        with pytest.raises(SQLAlchemyError, match=r"(?i)foreign key"):
            await session.execute(text("UPDATE posts SET author_id = 99999 WHERE id = 1"))


async def test_pools_are_bounded_and_their_connections_are_checked(database: Database) -> None:
    reader, writer = database.engines.reader.sync_engine.pool, database.engines.writer.sync_engine.pool

    assert writer._pre_ping
    assert reader._pre_ping or reader.dispatch.checkout
    assert reader.size() + reader._max_overflow <= 6  # type: ignore[attr-defined]
    assert writer.size() + writer._max_overflow <= 2  # type: ignore[attr-defined]


async def test_twenty_reads_at_once_share_the_pool(database: Database) -> None:
    users = await table_of(database, "users")

    pages = await asyncio.gather(*(rows.first_page(database, View(users), 10) for _ in range(20)))

    assert [len(page.rows) for page in pages] == [10] * 20
    assert checked_out(database) == [0, 0]


async def test_no_lock_or_transaction_is_left_while_the_user_looks(
    database: Database, sample_url: str
) -> None:
    await rows.first_page(database, View(await table_of(database, "users")))

    await run(sample_url, "ALTER TABLE users ADD COLUMN note text", "DELETE FROM post_tags")

    assert await fetch(sample_url, "SELECT count(*) FROM post_tags") == [(0,)]


@SERVERS
async def test_a_connection_that_the_server_ended_is_replaced_without_a_word(sample_url: str) -> None:
    async with opened(sample_url) as database:
        await end_sessions(sample_url)

        page = await rows.first_page(database, View(await table_of(database, "users")))

    assert len(page.rows) == 100


async def test_a_failed_statement_is_one_sentence_and_the_connection_is_given_back(
    database: Database,
) -> None:
    with pytest.raises(
        QueryError, match=r"^(SQLite|PostgreSQL|The server) says: .*(syntax error|SQL syntax).*\.$"
    ):
        await database.fetch(text("SELECT FROM WHERE"))

    assert checked_out(database) == [0, 0]


async def test_a_table_that_is_gone_is_said_to_be_gone(database: Database, sample_url: str) -> None:
    links = await table_of(database, "post_tags")
    await run(sample_url, "DROP TABLE post_tags")

    with pytest.raises(MissingError):
        await rows.first_page(database, View(links))
    with pytest.raises(MissingError, match="The table nothing is gone, or has no columns"):
        await database.table(TableName(links.name.schema, "nothing"))
    await database.reload_catalog()
    assert database.catalog.entry("post_tags") is None


async def test_a_column_that_is_gone_is_said_to_be_gone(database: Database, sample_url: str) -> None:
    tags_table = await table_of(database, "tags")
    await run(sample_url, "ALTER TABLE tags DROP COLUMN description")

    with pytest.raises(MissingError):
        await rows.first_page(database, View(tags_table))


async def test_a_column_that_another_program_added_is_there_after_a_reload(
    database: Database, sample_url: str
) -> None:
    view = View(await table_of(database, "tags"))
    await rows.first_page(database, view)
    await run(sample_url, "ALTER TABLE tags ADD COLUMN note text")

    assert len((await rows.first_page(database, view)).rows) == 40
    await database.reload_catalog()
    assert (await table_of(database, "tags")).columns[-1].name == "note"


async def test_a_statement_that_takes_too_long_is_stopped(database: Database) -> None:
    database.options = replace(database.options, statement_limit=0.1)

    with pytest.raises(TimeLimitError, match=r"This took longer than 0\.1 seconds and was stopped"):
        await database.fetch(slow(database))

    assert checked_out(database) == [0, 0]
    assert await database.fetch(text("SELECT 42"), limit=None) == [(42,)]


async def test_a_statement_may_have_a_limit_of_its_own(database: Database) -> None:
    database.options = replace(database.options, statement_limit=0.05)

    assert await database.fetch(slow(database, 0.2), limit=None)
    with pytest.raises(TimeLimitError, match=r"0\.02 seconds"):
        await database.fetch(slow(database), limit=0.02)


async def test_closing_leaves_no_thread_no_task_and_no_file(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        view = View(await table_of(database, "users"))
        await asyncio.gather(*(rows.first_page(database, view) for _ in range(6)))
        assert len(connection_threads()) > 1

    assert await asyncio.to_thread(left_threads) == []
    assert len(asyncio.all_tasks()) == 1
    assert Path(sqlite_url.removeprefix("sqlite:///")) not in open_files()


async def test_closing_leaves_no_session_on_the_server(postgresql_url: str) -> None:
    async with opened(postgresql_url) as database:
        view = View(await table_of(database, "users"))
        await asyncio.gather(*(rows.first_page(database, view) for _ in range(6)))
        [(open_sessions,)] = await fetch(postgresql_url, SESSIONS)
        assert open_sessions > 1

    await until_equal(lambda: fetch(postgresql_url, SESSIONS), [(0,)])
    assert len(asyncio.all_tasks()) == 1


async def test_a_failed_open_leaves_nothing_behind(postgresql_url: str) -> None:
    await run(
        postgresql_url, "ALTER ROLE postgres IN DATABASE " + name_of(postgresql_url) + " SET search_path = ''"
    )

    async with opened(postgresql_url) as database:
        assert all(not entry.name.is_default for entry in database.catalog.entries)

    await until_equal(lambda: fetch(postgresql_url, SESSIONS), [(0,)])


def name_of(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


async def test_the_title_names_engine_and_version(database: Database) -> None:
    engines = {"sqlite": "SQLite 3.", "postgresql": "PostgreSQL 18", "mysql": "MariaDB 1"}

    assert f" · {engines[database.address.engine]}" in database.title


async def test_open_tells_what_is_wrong_with_a_file_that_is_replaced(sqlite_url: str) -> None:
    address = parse_address(sqlite_url)
    assert address.path is not None
    address.path.write_bytes(b"x" * 5000)

    with pytest.raises(Exception, match="no SQLite database"):
        await Database.open(address)
    assert len(asyncio.all_tasks()) == 1


async def test_a_connection_that_is_too_old_is_replaced_before_it_is_used(database: Database) -> None:
    made: list[object] = []

    def age(_: object, record: Any, __: object) -> None:
        record.starttime -= 3600

    async def use(engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    for engine in (database.engines.reader, database.engines.writer):
        await use(engine)
        event.listen(engine.sync_engine, "connect", lambda connection, _: made.append(connection))
        await use(engine)
        assert not made
        event.listen(engine.sync_engine, "checkout", age)
        await use(engine)
        event.remove(engine.sync_engine, "checkout", age)
        assert not made
        await use(engine)
        assert len(made) == 1
        made.clear()


async def test_nothing_is_read_once_the_database_is_closed(sample_url: str) -> None:
    async with opened(sample_url) as database:
        tags_table = await table_of(database, "tags")
    with pytest.raises(QueryError, match=r"^The database is closed\.$"):
        await rows.first_page(database, View(tags_table))


async def test_a_connection_that_still_waits_for_something_else_is_replaced(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driver says so by an error of its own kind, which once ended the program."""
    confused: list[str] = []
    execute = asyncpg.Connection.execute

    async def confusing(connection: Any, query: str, *arguments: Any, **options: Any) -> Any:
        if query.startswith("SET default_transaction_read_only") and not confused:
            confused.append(query)
            raise asyncpg.InternalClientError("cannot switch to state 15; another operation is in progress")
        return await execute(connection, query, *arguments, **options)

    async with opened(postgresql_url) as database:
        view = View(await table_of(database, "tags"))
        await rows.first_page(database, view)
        monkeypatch.setattr("tui.db.dialects.held.FRESH", 0.0)
        monkeypatch.setattr(asyncpg.Connection, "execute", confusing)
        assert len((await rows.first_page(database, view)).rows) == 40
    assert confused


async def test_a_connection_that_was_used_a_moment_ago_is_used_again_at_once(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[str] = []
    execute = asyncpg.Connection.execute

    async def noting(connection: Any, query: str, *arguments: Any, **options: Any) -> Any:
        held.append(query)
        return await execute(connection, query, *arguments, **options)

    async with opened(postgresql_url) as database:
        view = View(await table_of(database, "tags"))
        monkeypatch.setattr(asyncpg.Connection, "execute", noting)
        await rows.first_page(database, view)
        assert held == []
        await database.fetch(text("SELECT set_config('default_transaction_read_only', 'off', false)"))
        await rows.first_page(database, view)
        assert held == [HOLD_READ_ONLY]  # the server told that somebody had changed it
        with pytest.raises(QueryError):
            await database.fetch(text("SELECT 1 / 0"))
        await rows.first_page(database, view)
        assert held == [HOLD_READ_ONLY] * 2  # what failed may have left something behind
        await rows.first_page(database, view)
        assert held == [HOLD_READ_ONLY] * 2
