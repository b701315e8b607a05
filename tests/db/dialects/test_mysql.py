"""What only MariaDB and MySQL have: keys without an address, storage engines, databases."""

import asyncio

import pytest
from sqlalchemy import text as sql_text

from tests.db.opening import cells, made, opened, row_of, shown, slow, table_of, until_running
from tests.mariadb import MariaDB
from tests.outside import fetch, mariadb_connection, run
from tui.db import rows
from tui.db.changes import Insert, NewRow, Update
from tui.db.dialects.mysql_errors import explain
from tui.db.errors import ConflictError, ConnectError, QueryError, SaveError
from tui.db.options import Options
from tui.db.related import load_related
from tui.db.save import save
from tui.db.schema import TableKind
from tui.db.values import Kind
from tui.db.view import View


@pytest.mark.parametrize(
    ("definition", "columns"),
    [
        ("(a int, u varchar(20) NOT NULL COLLATE utf8mb4_general_ci UNIQUE)", ("u",)),
        ("(a int, u varchar(200) NOT NULL, UNIQUE (u(10)))", ("u",)),
        ("(a int NOT NULL UNIQUE, id int PRIMARY KEY)", ("id",)),
    ],
)
async def test_a_unique_key_names_rows(
    empty_mariadb_url: str, definition: str, columns: tuple[str, ...]
) -> None:
    async with made(empty_mariadb_url, f"CREATE TABLE t {definition}") as database:
        assert (await table_of(database, "t")).identity.columns == columns


async def test_a_key_that_only_differs_in_case_is_a_conflict_and_not_another_row(
    empty_mariadb_url: str,
) -> None:
    statements = (
        "CREATE TABLE t (u varchar(20) COLLATE utf8mb4_general_ci PRIMARY KEY, a text)",
        "INSERT INTO t VALUES ('Bob', 'seen')",
    )
    async with made(empty_mariadb_url, *statements) as database:
        table = await table_of(database, "t")
        row = (await rows.first_page(database, View(table))).rows[0]
        await run(empty_mariadb_url, "UPDATE t SET u = 'BOB'")

        with pytest.raises(ConflictError):
            await save(database, [Update(table, row.identity, cells(row, table), {"a": "mine"})])


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("(a int)", "the table has no key without NULLs"),
        ("(a int PRIMARY KEY) ENGINE=MyISAM", "its storage engine MyISAM has no transactions"),
    ],
)
async def test_a_table_whose_rows_cannot_be_changed_says_why(
    empty_mariadb_url: str, table: str, reason: str
) -> None:
    statements = (f"CREATE TABLE t {table}", "INSERT INTO t VALUES (1), (2)")
    async with made(empty_mariadb_url, *statements) as database:
        found = await table_of(database, "t")

        assert found.identity.reason.startswith(reason)
        assert shown((await rows.first_page(database, View(found))).rows) == ["1", "2"]


async def test_what_a_column_is_for_is_known(empty_mariadb_url: str) -> None:
    definition = (
        "id int AUTO_INCREMENT PRIMARY KEY, ok boolean, j json, p point, d date, "
        "c int AS (id + 1) VIRTUAL, n varchar(9) DEFAULT 'x', u uuid, b bit(1), "
        '`o``d"d` json, h text INVISIBLE, s int AS (3) STORED'
    )
    async with made(empty_mariadb_url, f"CREATE TABLE t ({definition})".replace("id + 1", "2")) as database:
        table = await table_of(database, "t")

    assert {column.name: column.kind for column in table.columns} == {
        "id": Kind.NUMBER,
        "ok": Kind.BOOLEAN,
        "j": Kind.JSON,
        "p": Kind.BINARY,
        "d": Kind.DATETIME,
        "c": Kind.NUMBER,
        "n": Kind.TEXT,
        "u": Kind.OTHER,
        "b": Kind.BOOLEAN,
        'o`d"d': Kind.JSON,
        "h": Kind.TEXT,
        "s": Kind.NUMBER,
    }
    assert table.column("id").default == "next number"
    assert [c.name for c in table.columns if c.locked == "computed by the database"] == ["c", "s"]
    assert table.column("ok").default is None


async def test_without_a_database_all_of_them_are_listed(mariadb: MariaDB, empty_mariadb_url: str) -> None:
    name = empty_mariadb_url.rpartition("/")[2]
    await run(empty_mariadb_url, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    async with opened(mariadb.url("")) as database:
        names = {entry.name.label for entry in database.catalog.entries}
        page = await rows.first_page(database, View(await table_of(database, f"{name}.t")))

    assert shown(page.rows) == ["1"]
    assert not {label for label in names if label.startswith(("mysql.", "information_schema.", "sys."))}


async def test_tables_of_several_databases_are_related_and_saved_together(
    mariadb: MariaDB, empty_mariadb_url: str
) -> None:
    """In a session without a database, and from a session of one of them."""
    near = empty_mariadb_url.rpartition("/")[2]
    with mariadb.database() as url:
        far = url.rpartition("/")[2]
        await run(
            empty_mariadb_url,
            "CREATE TABLE t (id int PRIMARY KEY, a text)",
            f"CREATE TABLE {far}.t (id int PRIMARY KEY, a text, p int REFERENCES {near}.t (id))",
            "INSERT INTO t VALUES (1, 'near')",
            f"INSERT INTO {far}.t VALUES (7, 'far', 1)",
        )
        async with opened(mariadb.url("")) as database:
            tables = [await table_of(database, f"{name}.t") for name in (near, far)]
            found = [(await rows.first_page(database, View(table))).rows[0] for table in tables]
            children, parents = [
                await load_related(database, table, table.relations[0], [row])
                for table, row in zip(tables, found, strict=True)
            ]
            changes = [
                Update(table, row.identity, {"a": row.values[1]}, {"a": "mine"})
                for table, row in zip(tables, found, strict=True)
            ]
            await save(database, changes)
        async with opened(url) as database:
            table = await table_of(database, "t")
            page = await rows.first_page(database, View(table))
            above = await load_related(database, table, table.relations[0], page.rows)

    assert [entry.name.label for entry in database.catalog.entries] == ["t"]
    assert table.relations[0].label == f"{near}.t (p)"
    assert [shown(related[("1",)].rows) for related in (children, parents, above)] == [["7"], ["1"], ["1"]]
    assert await fetch(empty_mariadb_url, "SELECT a FROM t") == [("mine",)]


async def test_a_sequence_is_no_table_and_the_past_of_a_row_is_not_shown(empty_mariadb_url: str) -> None:
    statements = (
        "CREATE SEQUENCE numbers",
        "CREATE TABLE t (id int PRIMARY KEY, a text) WITH SYSTEM VERSIONING",
        "INSERT INTO t VALUES (1, 'past')",
        "UPDATE t SET a = 'now'",
        "CREATE VIEW v AS SELECT * FROM t FOR SYSTEM_TIME ALL",
    )
    async with made(empty_mariadb_url, *statements) as database:
        kinds = {entry.name.label: entry.kind for entry in database.catalog.entries}
        pages = {
            name: shown((await rows.first_page(database, View(await table_of(database, name)))).rows, 1)
            for name in kinds
        }

    assert kinds == {"t": TableKind.TABLE, "v": TableKind.VIEW}
    assert {name: sorted(map(str, texts)) for name, texts in pages.items()} == {
        "t": ["now"],
        "v": ["now", "past"],
    }


async def test_a_server_that_returns_nothing_tells_the_same(mariadb_url: str) -> None:
    """MySQL has no RETURNING; the row is read again."""
    async with opened(mariadb_url) as database:
        dialect = database.engines.writer.sync_engine.dialect
        tags = await table_of(database, "tags")
        await save(database, [Insert(tags, NewRow(1), {"name": "first"})])
        dialect.insert_returning = dialect.delete_returning = False
        new = Insert(tags, NewRow(2), {"name": "second"})

        report = await save(database, [new])

        assert report.identities == {new.key: ("42",)}
        row = await row_of(database, tags, "id", 42)
        assert row.values == ("42", "second", None)


async def test_a_cancelled_statement_is_gone_from_the_server(mariadb_url: str) -> None:
    """And its connection too; others go on."""
    active = (
        "SELECT count(*) FROM information_schema.PROCESSLIST "
        "WHERE INFO LIKE '%sleep(%' AND ID <> CONNECTION_ID()"
    )
    async with opened(mariadb_url) as database:
        staying = asyncio.ensure_future(database.fetch(slow(database, 1)))
        await until_running(database)
        going = asyncio.ensure_future(database.fetch(slow(database)))
        await until_running(database)
        going.cancel()
        await asyncio.wait([going])

        assert await fetch(mariadb_url, active) == [(1,)]
        assert await staying == [(0, 1)]


async def test_a_row_that_another_program_has_locked(mariadb_url: str) -> None:
    async with opened(mariadb_url, Options(lock_limit=1)) as database:
        users = await table_of(database, "users")
        bob = await row_of(database, users, "id", 17)
        change = Update(users, bob.identity, {"email": "bob@example.org"}, {"email": "mine"})
        other = await mariadb_connection(mariadb_url)
        await other.query("BEGIN")
        await other.query("UPDATE users SET username = username WHERE id = 17")

        with pytest.raises(SaveError, match=r"^The row is locked by somebody else"):
            await save(database, [change])
        await other.ensure_closed()
        await save(database, [change])


async def test_a_wrong_password_is_a_sentence_without_it(mariadb: MariaDB) -> None:
    with pytest.raises(ConnectError, match="refused this user or password") as caught:
        async with opened(mariadb.login.url(password="guess-77")):
            pass

    assert "guess-77" not in str(caught.value)
    async with opened(mariadb.login.url()) as database:
        assert database.version.startswith("MariaDB ")


async def test_the_password_of_the_environment_is_used(
    mariadb: MariaDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = mariadb.login
    monkeypatch.setenv("MYSQL_PWD", login.password)
    async with opened(f"mariadb://{login.user}@{login.host}:{login.port}") as database:
        assert await database.fetch(sql_text("SELECT 42")) == [(42,)]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("ssl-mode=REQUIRED", "offers no encrypted connection"),
        ("ssl_mode=sometimes", "must be one of DISABLED"),
        ("ssl-ca=/missing", "certificate of the URL can't be read"),
        ("tls=1", "'tls' is not known"),
    ],
)
async def test_what_a_url_asks_for_is_done_or_refused(mariadb: MariaDB, options: str, reason: str) -> None:
    with pytest.raises(ConnectError, match=reason):
        async with opened(f"{mariadb.url('')}?{options}"):
            pass


async def test_a_socket_is_a_way_in(mariadb: MariaDB) -> None:
    async with opened(f"mysql://root@/mysql?unix_socket={mariadb.data.parent / 'socket'}") as database:
        assert await database.fetch(sql_text("SELECT 42")) == [(42,)]


async def test_a_database_that_is_not_there_is_a_sentence(mariadb: MariaDB) -> None:
    with pytest.raises(ConnectError, match="There is no such database on the server"):
        async with opened(mariadb.url("nowhere")):
            pass


async def test_a_dropped_column_is_gone(empty_mariadb_url: str) -> None:
    async with made(empty_mariadb_url, "CREATE TABLE t (id int PRIMARY KEY, a int)") as database:
        view = View(await table_of(database, "t"))
        await run(empty_mariadb_url, "ALTER TABLE t DROP COLUMN a")

        with pytest.raises(QueryError, match="A column is gone"):
            await rows.first_page(database, view)


def test_an_error_of_something_else_is_not_explained() -> None:
    assert explain(ValueError("x")) is None
