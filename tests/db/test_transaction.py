"""What an application's repository offers, for any table: reading, creating, changing and deleting rows."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from tests.db.opening import is_sqlite, made, row_of, shown, table_of
from tests.engines import SERVERS
from tests.outside import fetch, run
from tui.db import rows
from tui.db.database import Database
from tui.db.errors import QueryError, SaveError, TuiError
from tui.db.page import RowId
from tui.db.schema import Identity, Table
from tui.db.transaction import RowCountError, Transaction, in_transaction
from tui.db.values import Value
from tui.db.view import Filter, View


@pytest.fixture
async def tags(database: Database) -> Table:
    """The table that these tests write."""
    return await table_of(database, "tags")


def identity(database: Database, number: int) -> RowId:
    return (number if is_sqlite(database) else str(number),)


async def names(url: str, where: str = "id > 38") -> list[tuple[object, ...]]:
    return await fetch(url, f"SELECT id, name FROM tags WHERE {where} ORDER BY id")


async def in_savepoint(transaction: Transaction, table: Table, *values: str) -> None:
    """Add rows that stay or go together."""
    async with transaction.savepoint():
        await transaction.create_many(table, [{"name": value} for value in values])


async def test_get_page_and_count_read(database: Database, tags: Table) -> None:
    page = await rows.first_page(database, View(tags), 7)

    assert len(page.rows) == 7
    assert await rows.get(database, tags, page.rows[3].identity) == page.rows[3]
    assert await rows.count(database, View(tags)) == 40
    assert await rows.count(database, View(tags, (Filter("name", page.rows[0].values[1]),))) == 1


async def test_create_adds_a_row_and_tells_its_identity(
    database: Database, tags: Table, sample_url: str
) -> None:
    written = await in_transaction(database, lambda transaction: transaction.create(tags, {"name": "new"}))

    assert written.identity == identity(database, 41)
    assert written.values == {"name": "new"}
    assert await fetch(sample_url, "SELECT name, description FROM tags WHERE id = 41") == [("new", None)]


async def test_a_row_of_nothing_but_defaults_is_created(empty_url: str) -> None:
    key = {
        "sqlite": "INTEGER PRIMARY KEY",
        "postgresql": "int GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "mysql": "int AUTO_INCREMENT PRIMARY KEY",
    }[empty_url.partition(":")[0]]
    async with made(empty_url, f"CREATE TABLE t (id {key}, a text DEFAULT 'x')") as database:
        table = await table_of(database, "t")

        await in_transaction(database, lambda transaction: transaction.create(table, {}))

    assert await fetch(empty_url, "SELECT id, a FROM t") == [(1, "x")]


async def test_create_many_adds_rows_in_their_order(database: Database, tags: Table, sample_url: str) -> None:
    new = [{"name": f"new {n}"} for n in range(3)]

    written = await in_transaction(database, lambda transaction: transaction.create_many(tags, new))

    assert [row.identity for row in written] == [identity(database, n) for n in (41, 42, 43)]
    assert await names(sample_url, "id > 40") == [(41, "new 0"), (42, "new 1"), (43, "new 2")]


async def test_update_changes_one_row(database: Database, tags: Table, sample_url: str) -> None:
    new: dict[str, Value] = {"name": "renamed", "description": None}

    written = await in_transaction(database, lambda t: t.update(tags, identity(database, 40), new))

    assert (written.identity, written.values) == (identity(database, 40), new)
    assert await names(sample_url, "name = 'renamed'") == [(40, "renamed")]


async def test_update_many_changes_each_of_the_rows(database: Database, tags: Table, sample_url: str) -> None:
    chosen = [identity(database, number) for number in (1, 2, 39)]

    written = await in_transaction(database, lambda t: t.update_many(tags, chosen, {"description": "same"}))

    assert [row.identity for row in written] == chosen
    same = await fetch(sample_url, "SELECT id FROM tags WHERE description = 'same' ORDER BY id")
    assert same == [(1,), (2,), (39,)]


async def test_delete_and_delete_many_remove_rows(database: Database, sample_url: str) -> None:
    links = await table_of(database, "post_tags")
    page = await rows.first_page(database, View(links), 3)
    first, *others = [row.identity for row in page.rows]

    async def work(transaction: Transaction) -> int:
        await transaction.delete(links, first)
        return len(await transaction.delete_many(links, others))

    assert await in_transaction(database, work) == 2
    assert await fetch(sample_url, "SELECT count(*) FROM post_tags") == [(9880,)]


@pytest.mark.parametrize("method", ["update", "delete"])
async def test_a_row_that_is_not_there_is_an_error(
    database: Database, tags: Table, sample_url: str, method: str
) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.create(tags, {"name": "new"})
        if method == "update":
            await transaction.update(tags, identity(database, 99), {"name": "x"})
        else:
            await transaction.delete(tags, identity(database, 99))

    with pytest.raises(RowCountError, match="would have changed 0 rows instead of one") as caught:
        await in_transaction(database, work)

    assert caught.value.count == 0
    assert await names(sample_url, "id > 40") == []


async def test_an_identity_names_its_row_to_the_last_bit_and_never_two(empty_sqlite_url: str) -> None:
    """SQLite lets a unique index see a difference that the column's own comparison doesn't."""
    statements = (
        "CREATE TABLE t (k TEXT COLLATE NOCASE NOT NULL, a)",
        "CREATE UNIQUE INDEX i ON t (k COLLATE BINARY)",
        "INSERT INTO t VALUES ('x', 1), ('X', 1)",
    )
    async with made(empty_sqlite_url, *statements) as database:
        table = await table_of(database, "t")
        assert table.identity.columns == ("k",)

        no_key = replace(table, identity=Identity(("a",)))
        with pytest.raises(RowCountError, match="2 rows instead of one"):
            await in_transaction(database, lambda t: t.update(no_key, (1,), {"a": 3}))

        await in_transaction(database, lambda t: t.update(table, ("x",), {"a": 2}))

    assert await fetch(empty_sqlite_url, "SELECT k, a FROM t ORDER BY a") == [("X", 1), ("x", 2)]


async def test_an_error_rolls_everything_back(database: Database, tags: Table, sample_url: str) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.create(tags, {"name": "new"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await in_transaction(database, work)

    assert await names(sample_url, "id > 40") == []


async def test_an_error_of_the_database_rolls_everything_back(
    database: Database, tags: Table, sample_url: str
) -> None:
    with pytest.raises(QueryError, match="Another row has this") as caught:
        await in_transaction(database, lambda t: t.create_many(tags, [{"name": "new"}, {"name": "new"}]))

    assert caught.value.column == (None if database.address.engine == "mysql" else "name")
    assert await names(sample_url, "id > 40") == []


@pytest.mark.parametrize("kind", ["database", "row count"])
async def test_an_error_that_is_caught_without_a_savepoint_rolls_everything_back(
    database: Database, tags: Table, sample_url: str, kind: str
) -> None:
    """PostgreSQL would say nothing and write nothing, SQLite would write the rest."""

    async def work(transaction: Transaction) -> None:
        await transaction.create(tags, {"name": "new"})
        try:
            if kind == "database":
                await transaction.create(tags, {"name": "new"})
            else:
                await transaction.update(tags, identity(database, 99), {"name": "x"})
        except TuiError:
            pass

    with pytest.raises(QueryError if kind == "database" else SaveError):
        await in_transaction(database, work)

    assert await names(sample_url, "id > 40") == []


async def test_a_transaction_sees_what_it_has_written(
    database: Database, tags: Table, sample_url: str
) -> None:
    async def work(transaction: Transaction) -> list[object]:
        written = await transaction.create(tags, {"name": "new"})
        row = await transaction.get(tags, written.identity)
        assert row is not None
        outside = await names(sample_url, "id > 40")
        return [row.values[1], outside]

    assert await in_transaction(database, work) == ["new", []]


async def test_a_savepoint_fails_alone(database: Database, tags: Table, sample_url: str) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.create(tags, {"name": "before"})
        with pytest.raises(QueryError):
            await in_savepoint(transaction, tags, "in vain", "before")
        await transaction.create(tags, {"name": "after"})

    await in_transaction(database, work)

    kept = await fetch(sample_url, "SELECT name FROM tags WHERE id > 40 ORDER BY id")
    assert kept == [("before",), ("after",)]


async def test_a_savepoint_in_a_savepoint_fails_alone(
    database: Database, tags: Table, sample_url: str
) -> None:
    async def work(transaction: Transaction) -> None:
        async with transaction.savepoint():
            await transaction.create(tags, {"name": "kept"})
            with pytest.raises(QueryError):
                async with transaction.savepoint():
                    await transaction.create(tags, {"name": "kept"})

    await in_transaction(database, work)

    assert [name for _, name in await names(sample_url, "id > 40")] == ["kept"]


async def test_an_error_that_is_caught_inside_a_savepoint_undoes_it(
    database: Database, tags: Table, sample_url: str
) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.create(tags, {"name": "kept"})
        with pytest.raises(QueryError):
            await carelessly(transaction)

    async def carelessly(transaction: Transaction) -> None:
        async with transaction.savepoint():
            await transaction.create(tags, {"name": "in vain"})
            with pytest.raises(QueryError):
                await transaction.create(tags, {"name": "kept"})

    await in_transaction(database, work)

    assert [name for _, name in await names(sample_url, "id > 40")] == ["kept"]


async def test_a_savepoint_that_comes_first_is_rolled_back_with_the_rest(
    database: Database, tags: Table, sample_url: str
) -> None:
    """Python's SQLite driver alone would have committed it."""

    async def work(transaction: Transaction) -> None:
        async with transaction.savepoint():
            await transaction.create(tags, {"name": "new"})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await in_transaction(database, work)

    assert await names(sample_url, "id > 40") == []


async def test_transactions_come_one_after_the_other(
    database: Database, tags: Table, sample_url: str
) -> None:
    """Ten at once, each reading what it then changes: none of them is lost."""

    async def append(transaction: Transaction) -> None:
        row = await transaction.get(tags, identity(database, 1))
        assert row is not None
        await transaction.update(tags, row.identity, {"description": f"{row.values[2]!s}."})

    [(before,)] = await fetch(sample_url, "SELECT description FROM tags WHERE id = 1")
    await asyncio.gather(*(in_transaction(database, append) for _ in range(10)))

    assert await fetch(sample_url, "SELECT description FROM tags WHERE id = 1") == [(f"{before}" + "." * 10,)]


async def test_reading_goes_on_while_a_transaction_is_open(database: Database, tags: Table) -> None:
    async def work(transaction: Transaction) -> list[str | None]:
        await transaction.update(tags, identity(database, 1), {"name": "renamed"})
        page = await rows.first_page(database, View(tags), 1)
        return shown(page.rows, 1)

    before = (await row_of(database, tags, "id", 1)).values[1]

    assert await in_transaction(database, work) == [before]


OWN_END = {
    "postgresql": ("SELECT pg_backend_pid()", "SELECT pg_terminate_backend({})"),
    "mysql": ("SELECT connection_id()", "KILL {}"),
}


@SERVERS
async def test_an_error_stays_what_it_is_where_nothing_can_be_rolled_back(
    database: Database, sample_url: str
) -> None:
    """The connection is lost and takes with it what was written; the next transaction has a new one."""
    number, end = OWN_END[sample_url.partition(":")[0]]
    tags = await table_of(database, "tags")

    async def work(transaction: Transaction) -> None:
        await transaction.create(tags, {"name": "mine"})
        [(own,)] = (await transaction._session.execute(text(number))).all()
        await run(sample_url, end.format(own))
        raise SaveError("Something else.")

    with pytest.raises(SaveError, match=r"Something else\."):
        await in_transaction(database, work)
    await in_transaction(database, lambda transaction: transaction.create(tags, {"name": "after"}))

    assert await fetch(sample_url, "SELECT name FROM tags WHERE id > 40") == [("after",)]
