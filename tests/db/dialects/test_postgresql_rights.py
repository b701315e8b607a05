"""PostgreSQL's rights: what one may not read or write is listed, and says so; the rest works."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.db.opening import made, opened, shown, table_of
from tests.outside import fetch, run
from tests.servers import Login
from tui.db import rows
from tui.db.changes import Insert, NewRow, Update, delete_of
from tui.db.database import Database
from tui.db.errors import ConflictError, QueryError, SaveError
from tui.db.save import save
from tui.db.view import View


@asynccontextmanager
async def as_alice(url: str, login: Login, *statements: str) -> AsyncIterator[Database]:
    """The database as a user sees it who owns nothing there."""
    await run(url, *statements)
    async with opened(login.url(url.partition("@/")[2].partition("?")[0])) as database:
        yield database


TWO = ("CREATE TABLE t (id int PRIMARY KEY, a text)", "INSERT INTO t VALUES (1, 'mine'), (2, 'theirs')")


async def test_what_one_may_not_read_is_listed_and_says_so(empty_postgresql_url: str, pg_tcp: Login) -> None:
    statements = (
        *TWO,
        "CREATE TABLE good (id int PRIMARY KEY, t int REFERENCES t (id))",
        "INSERT INTO good VALUES (7, 1)",
        "GRANT SELECT ON good TO alice",
        "CREATE SCHEMA closed",
        "CREATE TABLE closed.u (id int PRIMARY KEY)",
        "GRANT SELECT ON closed.u TO alice",
    )
    async with as_alice(empty_postgresql_url, pg_tcp, *statements) as database:
        assert [entry.name.label for entry in database.catalog.entries] == ["good", "t", "closed.u"]
        for label, what in (("t", "table t"), ("closed.u", "schema closed")):
            with pytest.raises(
                QueryError, match=rf"^You may not do this: permission denied for {what}\. The owner"
            ):
                await rows.first_page(database, View(await table_of(database, label)))
        good = await table_of(database, "good")
        assert shown((await rows.first_page(database, View(good))).rows) == ["7"]


async def test_what_one_may_not_write_is_read_and_a_save_says_so(
    empty_postgresql_url: str, pg_tcp: Login
) -> None:
    async with as_alice(empty_postgresql_url, pg_tcp, *TWO, "GRANT SELECT ON t TO alice") as database:
        table = await table_of(database, "t")
        row = (await rows.first_page(database, View(table))).rows[0]
        changes = (
            Update(table, row.identity, {"a": "mine"}, {"a": "new"}),
            delete_of(table, row),
            Insert(table, NewRow(1), {"id": "3"}),
        )
        for change in changes:
            with pytest.raises(
                SaveError, match=r"^You may not do this: permission denied for table t\. The owner"
            ):
                await save(database, [change])

    assert await fetch(empty_postgresql_url, "SELECT count(*), min(a) FROM t") == [(2, "mine")]


async def test_a_row_that_a_policy_protects_is_not_written_and_the_save_says_so(
    empty_postgresql_url: str, pg_tcp: Login
) -> None:
    """The statement succeeds and touches no row, which is no success."""
    statements = (
        *TWO,
        "INSERT INTO t VALUES (3, 'secret')",
        "GRANT ALL ON t TO alice",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY r ON t FOR SELECT USING (a <> 'secret')",
        "CREATE POLICY w ON t FOR UPDATE USING (a = 'mine') WITH CHECK (a <> 'forbidden')",
    )
    async with as_alice(empty_postgresql_url, pg_tcp, *statements) as database:
        table = await table_of(database, "t")
        mine, theirs = (await rows.first_page(database, View(table))).rows
        for change in (Update(table, theirs.identity, {"a": "theirs"}, {"a": "x"}), delete_of(table, theirs)):
            with pytest.raises(SaveError, match="did not write this row") as caught:
                await save(database, [change])
            assert not isinstance(caught.value, ConflictError)
        with pytest.raises(SaveError, match="violates row-level security policy"):
            await save(database, [Update(table, mine.identity, {"a": "mine"}, {"a": "forbidden"})])
        await save(database, [Update(table, mine.identity, {"a": "mine"}, {"a": "new"})])

    assert await fetch(empty_postgresql_url, "SELECT a FROM t ORDER BY id") == [
        ("new",),
        ("theirs",),
        ("secret",),
    ]


async def test_the_search_path_says_which_table_a_short_name_means(empty_postgresql_url: str) -> None:
    name = empty_postgresql_url.partition("@/")[2].partition("?")[0]
    statements = (
        "CREATE SCHEMA other",
        *(f"CREATE TABLE {schema}.t (id int PRIMARY KEY, a text)" for schema in ("public", "other")),
        *(f"INSERT INTO {schema}.t VALUES (1, '{schema}')" for schema in ("public", "other")),
        f"ALTER DATABASE {name} SET search_path = other, public",
    )
    async with made(empty_postgresql_url, *statements) as database:
        assert [entry.name.label for entry in database.catalog.entries] == ["t", "public.t"]
        table = await table_of(database, "t")
        row = (await rows.first_page(database, View(table))).rows[0]
        await save(database, [Update(table, row.identity, {"a": "other"}, {"a": "new"})])

    assert await fetch(empty_postgresql_url, "SELECT a FROM public.t") == [("public",)]
    assert await fetch(empty_postgresql_url, "SELECT a FROM other.t") == [("new",)]
