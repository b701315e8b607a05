"""A save that fails writes nothing, and says which change and which column it was, in plain words."""

import asyncio
import sqlite3

import asyncpg
import pytest
from sqlalchemy import event

from tests.db.opening import checked_out, is_sqlite, made, opened, row_of, table_of
from tests.engines import EMPTY_WITH_ROW_ADDRESSES, SERVERS
from tests.outside import fetch, run
from tests.slow import end_sessions, write_locked
from tui.db.changes import Change, Insert, NewRow, Update, delete_of
from tui.db.database import Database
from tui.db.errors import SaveError, UnknownOutcomeError
from tui.db.options import Options
from tui.db.save import save
from tui.db.schema import Table
from tui.db.values import Value

KILL = (
    "CREATE FUNCTION kill() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END'"
)


def number(database: Database, value: int) -> int | str:
    return value if is_sqlite(database) else str(value)


async def edits(
    database: Database, second: dict[str, Value], table: str = "users", key: int = 18
) -> list[Change]:
    """Three edits; the one in the middle is to fail."""
    users, other = await table_of(database, "users"), await table_of(database, table)

    async def edit(target: Table, row_id: int, new: dict[str, Value]) -> Update:
        row = await row_of(database, target, "id", row_id)
        seen = {column: row.values[target.positions[column]] for column in new}
        return Update(target, row.identity, seen, new)

    return [
        await edit(users, 17, {"email": "first"}),
        await edit(other, key, second),
        await edit(users, 19, {"email": "third"}),
    ]


async def assert_refused(
    database: Database, url: str, changes: list[Change], sentence: str, column: str | None
) -> None:
    with pytest.raises(SaveError, match=sentence) as caught:
        await save(database, changes)

    assert caught.value.change is changes[1]
    assert caught.value.column == column
    assert "\n" not in str(caught.value)
    assert await fetch(url, "SELECT count(*) FROM users WHERE email IN ('first', 'third')") == [(0,)]
    assert checked_out(database) == [0, 0]


async def test_a_value_that_must_be_unique(database: Database, sample_url: str) -> None:
    changes = await edits(database, {"username": "bob"})

    await assert_refused(database, sample_url, changes, r"^Another row has this .*username", "username")


async def test_a_value_that_must_not_be_null(database: Database, sample_url: str) -> None:
    changes = await edits(database, {"hashed_password": None})

    await assert_refused(
        database, sample_url, changes, r"^hashed_password must have a value\.$", "hashed_password"
    )


async def test_a_foreign_key_to_nothing(database: Database, sample_url: str) -> None:
    changes = await edits(database, {"author_id": number(database, 99999)}, "posts", 1)

    await assert_refused(database, sample_url, changes, r"^A foreign key", "author_id")


async def test_a_check_of_the_table(database: Database, sample_url: str) -> None:
    await run(
        sample_url,
        "CREATE TABLE goods (id integer PRIMARY KEY, price int, CONSTRAINT above_zero CHECK (price > 0))",
        "INSERT INTO goods VALUES (1, 5)",
    )
    await database.reload_catalog()
    changes = await edits(database, {"price": number(database, -5)}, "goods", 1)

    await assert_refused(database, sample_url, changes, r"check.*above_zero", "price")
    assert await fetch(sample_url, "SELECT price FROM goods") == [(5,)]


async def test_a_parent_that_still_has_children(database: Database, sample_url: str) -> None:
    """Case 37."""
    users = await table_of(database, "users")
    bob = await row_of(database, users, "username", "bob")

    with pytest.raises(SaveError, match=r"^A foreign key"):
        await save(database, [delete_of(users, bob)])

    assert await fetch(sample_url, "SELECT count(*) FROM users") == [(1000,)]


async def test_a_new_row_without_a_value_that_must_be_there(database: Database, sample_url: str) -> None:
    new = Insert(await table_of(database, "users"), NewRow(1), {"username": "zoe"})

    with pytest.raises(SaveError, match="must have a value") as caught:
        await save(database, [new])

    assert caught.value.change is new
    assert caught.value.column in ("email", "hashed_password")


async def test_a_value_that_its_column_cannot_hold(database: Database, sample_url: str) -> None:
    changes = await edits(database, {"username": "\ud800"})

    await assert_refused(database, sample_url, changes, "lone surrogate", None)


async def test_a_number_that_is_too_large(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        changes = await edits(database, {"id": 2**63})

        await assert_refused(database, sqlite_url, changes, "The number is too large", None)


@EMPTY_WITH_ROW_ADDRESSES
async def test_a_rule_that_is_checked_at_the_end(empty_url: str) -> None:
    """The last statement has succeeded; the transaction hasn't."""
    statements = (
        "CREATE TABLE p (id integer PRIMARY KEY)",
        "CREATE TABLE c (id integer PRIMARY KEY, p int REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)",
    )
    async with made(empty_url, *statements) as database:
        children, parents = await table_of(database, "c"), await table_of(database, "p")
        orphan = Insert(children, NewRow(1), {"id": number(database, 1), "p": number(database, 7)})

        with pytest.raises(SaveError, match=r"[Ff]oreign key"):
            await save(database, [orphan])
        assert await fetch(empty_url, "SELECT count(*) FROM c") == [(0,)]
        await save(database, [orphan, Insert(parents, NewRow(2), {"id": number(database, 7)})])

    assert await fetch(empty_url, "SELECT p FROM c") == [(7,)]


async def test_a_read_only_database_is_said_to_be_read_only(sample_url: str) -> None:
    async with opened(sample_url, Options(read_only=True)) as database:
        changes = await edits(database, {"email": "x"})

        with pytest.raises(SaveError, match=r"read-only, so nothing can be written\.$"):
            await save(database, changes)


async def test_a_file_that_another_program_has_locked(sqlite_url: str) -> None:
    """Case 25."""
    async with opened(sqlite_url, Options(lock_limit=0.1)) as database:
        changes = await edits(database, {"email": "x"})
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(SaveError, match=r"^The database is locked by another program\. Try again"):
            await save(database, changes)
        other.rollback()
        other.close()
        await save(database, changes)


async def test_a_file_that_another_program_is_reading(sqlite_url: str) -> None:
    """Case 25. It is the very end of the save that fails; nothing is left half done."""
    async with opened(sqlite_url, Options(lock_limit=0.1)) as database:
        changes = await edits(database, {"email": "x"})
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        reading = other.execute("SELECT * FROM posts")
        reading.fetchone()

        with pytest.raises(SaveError, match=r"^The database is locked by another program\. Try again"):
            await save(database, changes)
        reading.close()
        assert other.execute("SELECT count(*) FROM users WHERE email = 'x'").fetchall() == [(0,)]
        other.execute("UPDATE tags SET name = 'free' WHERE id = 1")
        other.close()
        await save(database, changes)

    assert await fetch(sqlite_url, "SELECT count(*) FROM users WHERE email = 'x'") == [(1,)]


async def test_a_row_that_another_program_has_locked(postgresql_url: str) -> None:
    async with opened(postgresql_url, Options(lock_limit=0.1)) as database:
        changes = await edits(database, {"email": "x"})
        other = await asyncpg.connect(postgresql_url)
        async with other.transaction():
            await other.execute("UPDATE users SET email = email WHERE id = 18")

            await assert_refused(
                database, postgresql_url, changes, "^The row is locked by somebody else", None
            )
        await other.close()
        await save(database, changes)


@SERVERS
async def test_a_connection_that_broke_before_the_save_is_replaced(sample_url: str) -> None:
    async with opened(sample_url) as database:
        await save(database, await edits(database, {"email": "second"}))
        await end_sessions(sample_url)

        await save(database, await edits(database, {"email": "again"}))

    assert await fetch(sample_url, "SELECT email FROM users WHERE id = 18") == [("again",)]


async def test_a_connection_that_breaks_during_the_save_leaves_nothing_written(postgresql_url: str) -> None:
    await run(
        postgresql_url,
        KILL,
        "CREATE TRIGGER kill BEFORE UPDATE ON users FOR EACH ROW WHEN (OLD.id = 18) EXECUTE FUNCTION kill()",
    )
    async with opened(postgresql_url) as database:
        changes = await edits(database, {"email": "second"})

        await assert_refused(
            database, postgresql_url, changes, "^The server ended the connection|was lost", None
        )
        await run(postgresql_url, "DROP TRIGGER kill ON users")
        await save(database, changes)


async def test_a_connection_that_breaks_at_the_very_end_is_found_out_about(postgresql_url: str) -> None:
    """Case 4."""
    await run(
        postgresql_url,
        KILL,
        "CREATE CONSTRAINT TRIGGER kill AFTER UPDATE ON users DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION kill()",
    )
    async with opened(postgresql_url) as database:
        with pytest.raises(SaveError, match="Nothing was written") as caught:
            await save(database, await edits(database, {"email": "second"}))

        assert isinstance(caught.value.__cause__, UnknownOutcomeError)
        assert checked_out(database) == [0, 0]


async def test_a_save_that_is_cancelled_is_finished_nevertheless(sample_url: str) -> None:
    """And closing waits for it."""
    async with opened(sample_url, Options(lock_limit=60)) as database:
        changes = await edits(database, {"email": "second"})
        async with write_locked(sample_url):
            saving = asyncio.ensure_future(save(database, changes))
            await until_writing(database)
            saving.cancel()
            await asyncio.wait([saving])
            assert saving.cancelled()
            assert [bool(count) for count in checked_out(database)] == [False, True]
            closing = asyncio.ensure_future(database.close())
            await asyncio.wait([closing], timeout=0.1)
            assert not closing.done()
        await closing

    written = await fetch(sample_url, "SELECT email FROM users WHERE id IN (17, 18, 19) ORDER BY id")
    assert written == [("first",), ("second",), ("third",)]


async def until_writing(database: Database) -> None:
    """Wait until a save holds its connection."""
    begun = asyncio.Event()
    event.listen(
        database.engines.writer.sync_engine, "before_cursor_execute", lambda *_: begun.set(), once=True
    )
    await begun.wait()


async def test_a_page_is_read_while_a_save_waits(sample_url: str) -> None:
    async with opened(sample_url, Options(lock_limit=60)) as database:
        changes = await edits(database, {"email": "second"})
        async with write_locked(sample_url):
            saving = asyncio.ensure_future(save(database, changes))
            await until_writing(database)

            await row_of(database, await table_of(database, "users"), "id", 1)

            assert not saving.done()
        await saving
