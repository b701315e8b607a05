"""Opened read-only, nothing writes: not by tui's own ways, and not by SQL that tries to get round it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import asyncmy
import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from tests.db.files import make, snapshot
from tests.db.opening import opened, row_of, table_of
from tests.db.writes import (
    MARIADB_OBJECTS,
    MARIADB_TABLES,
    MARIADB_WRITES,
    OWN_WRITES,
    SQLITE_WRITES,
    SWITCHES,
    WRITES,
)
from tests.driver import browsing
from tests.outside import fetch, run
from tests.servers import Login, PostgreSQL
from tests.slow import is_mariadb
from tui.db.changes import Delete, Insert, NewRow, Update
from tui.db.database import Database
from tui.db.errors import QueryError, SaveError, TuiError
from tui.db.options import Options
from tui.db.save import save
from tui.db.transaction import Transaction, in_transaction

READ_ONLY = Options(read_only=True)
REFUSED = "This database was opened read-only, so nothing can be written."


@pytest.fixture
async def locked(sample_url: str) -> AsyncIterator[Database]:
    """A private sample on each engine in turn, opened read-only."""
    async with opened(sample_url, READ_ONLY) as database:
        yield database


async def content(url: str, *others: str) -> list[object]:
    """What the sample and some other tables hold."""
    tables = ("tags", "post_tags", "posts", "users", *others)
    return [sorted(await fetch(url, f"SELECT * FROM {table}"), key=repr) for table in tables]


async def attempt(sessions: async_sessionmaker[AsyncSession], *statements: str) -> list[str]:
    """Run statements on one session and commit; which of them were not refused."""
    done = []
    async with sessions() as session:
        for statement in statements:
            with suppress(SQLAlchemyError):
                await (await session.connection()).exec_driver_sql(statement)
                done.append(statement)
        with suppress(SQLAlchemyError):
            await session.commit()
    return done


@pytest.mark.parametrize("name", ["reading", "writing"])
async def test_no_statement_writes(locked: Database, sample_url: str, tmp_path: Path, name: str) -> None:
    make(tmp_path / "other.db")
    others = MARIADB_TABLES if is_mariadb(sample_url) else ()
    if others:
        await run(sample_url, *MARIADB_OBJECTS)
    before, files = await content(sample_url, *others), snapshot(tmp_path)
    own = [s.replace("{directory}", str(tmp_path)) for s in OWN_WRITES[locked.address.engine]]

    for statement in (*WRITES, *own):
        assert await attempt(getattr(locked, name), statement) == [], statement

    assert await content(sample_url, *others) == before
    assert snapshot(tmp_path) == files


HELD = (*WRITES, *(s for s in MARIADB_WRITES if "loose" in s or "fleeting" in s or "numbers" in s))
"""What MariaDB refuses by itself, without transactions too; files are another matter."""


@pytest.mark.parametrize("name", ["reader", "writer"])
async def test_mariadb_itself_holds_tables_with_and_without_transactions(mariadb_url: str, name: str) -> None:
    await run(mariadb_url, *MARIADB_OBJECTS)
    before = await content(mariadb_url, *MARIADB_TABLES)
    async with (
        opened(mariadb_url, READ_ONLY) as database,
        getattr(database.engines, name).connect() as connection,
    ):
        driver = (await connection.get_raw_connection()).driver_connection
        for statement in HELD:
            with pytest.raises(asyncmy.errors.MySQLError):
                await driver.query(statement)

    assert await content(mariadb_url, *MARIADB_TABLES) == before


async def test_no_statement_switches_it_off_for_the_next_one(locked: Database, sample_url: str) -> None:
    """Each statement that is read has a session of its own, and what it sets is gone with it."""
    before = await content(sample_url)

    for switch in SWITCHES:
        for _ in range(7):
            with suppress(TuiError):
                await locked.fetch(text(switch))
        for write in WRITES:
            with pytest.raises(TuiError):
                await locked.fetch(text(write))

    assert await content(sample_url) == before


@pytest.mark.parametrize("name", ["reading", "writing"])
async def test_on_a_file_nothing_switches_it_off_in_the_same_session_either(
    sqlite_url: str, tmp_path: Path, name: str
) -> None:
    async with opened(sqlite_url, READ_ONLY) as database:
        before = snapshot(tmp_path)
        for switch in ("PRAGMA query_only = OFF", "PRAGMA query_only(0)", "pragma main.QUERY_ONLY = 'no'"):
            assert await attempt(getattr(database, name), switch, *WRITES) == []

    assert snapshot(tmp_path) == before


async def test_while_others_write_a_file_is_not_changed_by_reading_it(
    sqlite_url: str, tmp_path: Path
) -> None:
    """The same in a database that may be written: browsing it can't."""
    async with opened(sqlite_url) as database:
        before = snapshot(tmp_path)
        statements = [s.replace("{directory}", str(tmp_path)) for s in SQLITE_WRITES]
        for statement in (*WRITES, *statements):
            assert await attempt(database.reading, statement) == [], statement

    assert snapshot(tmp_path) == before


async def ways(database: Database) -> list[Callable[[], Awaitable[object]]]:
    """Every way of tui's own to write."""
    tags = await table_of(database, "tags")
    row = await row_of(database, tags, "id", 1)
    new, other = {"name": "new"}, {"name": row.values[1]}

    def transact(work: Callable[[Transaction], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
        return lambda: in_transaction(database, work)

    async def in_savepoint(transaction: Transaction) -> None:
        async with transaction.savepoint():
            await transaction.create(tags, new)

    changes = (
        Insert(tags, NewRow(1), new),
        Update(tags, row.identity, other, new),
        Delete(tags, row.identity, other),
    )
    return [
        *(lambda change=change: save(database, [change]) for change in changes),
        transact(lambda transaction: transaction.create(tags, new)),
        transact(lambda transaction: transaction.create_many(tags, [new])),
        transact(lambda transaction: transaction.update(tags, row.identity, new)),
        transact(lambda transaction: transaction.update_many(tags, [row.identity], new)),
        transact(lambda transaction: transaction.delete(tags, row.identity)),
        transact(lambda transaction: transaction.delete_many(tags, [row.identity])),
        transact(in_savepoint),
        lambda: database.write(lambda session: session.execute(text(WRITES[0]))),
    ]


async def test_every_way_of_its_own_to_write_says_that_it_is_read_only(
    locked: Database, sample_url: str
) -> None:
    before = await content(sample_url)

    for way in await ways(locked):
        with pytest.raises((QueryError, SaveError)) as caught:
            await way()
        assert str(caught.value) == REFUSED

    assert await content(sample_url) == before


async def test_the_engine_refuses_each_of_them_by_itself(locked: Database, sample_url: str) -> None:
    """Even if the program forgot that it must not write."""
    before = await content(sample_url)
    every = await ways(locked)
    locked.why_read_only = None

    for way in every:
        with pytest.raises((QueryError, SaveError), match=r"read-only, so nothing can be written\.$"):
            await way()

    assert await content(sample_url) == before


KEYS = ("e", "f2", "a", "insert", "D", "d", "delete", "u", "ctrl+r", "w", "ctrl+s", "s", "enter", "x")


async def test_no_key_stages_or_saves_anything(sample_url: str) -> None:
    before = await content(sample_url)
    async with browsing(sample_url, "tags", options=READ_ONLY) as user:
        assert user.notice().endswith(REFUSED)
        for key in KEYS:
            await user.press(key)
            assert user.staged() == "", key
            while user.screen is not user.browse:
                await user.press("e", "d", "a")
                await user.press("escape")
        assert user.staged() == ""

    assert await content(sample_url) == before


async def test_a_role_without_rights_holds_whatever_is_typed(postgresql: PostgreSQL, pg_tcp: Login) -> None:
    """What the security notes recommend where SQL comes from people: not tui's session, but the server."""
    with postgresql.database(template="sample_template") as url:
        name = url.partition("@/")[2].partition("?")[0]
        postgresql.run(
            "DROP ROLE IF EXISTS reader",
            "CREATE ROLE reader LOGIN PASSWORD 'only-reads'",
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
            database=name,
        )
        before = await content(url)
        reader = await asyncpg.connect(f"postgresql://reader:only-reads@{pg_tcp.host}:{pg_tcp.port}/{name}")
        try:
            await reader.execute("SET default_transaction_read_only = off")
            for statement in WRITES:
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await reader.execute(statement)
        finally:
            await reader.close()
            assert await content(url) == before
            postgresql.run("DROP OWNED BY reader", "DROP ROLE reader", database=name)
