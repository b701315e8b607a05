"""What only MariaDB and MySQL have: their types, keys without an address, storage engines, databases."""

import asyncio

import pytest
from sqlalchemy import text as sql_text

from tests.db.opening import cells, made, opened, row_of, shown, slow, table_of, until_running
from tests.db.paging import assert_pages
from tests.mariadb import MariaDB
from tests.outside import fetch, mariadb_connection, run
from tui.db import rows
from tui.db.changes import Insert, NewRow, Update
from tui.db.database import Database
from tui.db.dialects.mysql_errors import explain
from tui.db.entry import accept
from tui.db.errors import ConflictError, ConnectError, QueryError, SaveError, ValueRefusedError
from tui.db.options import Options
from tui.db.save import save
from tui.db.statements import readable_sql
from tui.db.values import Kind, Value
from tui.db.view import Filter, Sort, View

VALUES = [
    ("tinyint", "-128"),
    ("tinyint(1)", "2"),
    ("smallint unsigned", "65535"),
    ("mediumint", "-8388608"),
    ("int(6) unsigned zerofill", "42"),
    ("bigint", "-9223372036854775808"),
    ("bigint unsigned", "18446744073709551615"),
    ("decimal(10,2)", "-12.30"),
    ("decimal(65,30)", "12345678901234567890123456789012345.123456789012345678901234567891"),
    ("decimal(5,0)", "0"),
    ("float", "0.1"),
    ("float", "16777217"),
    ("float", "3.4e38"),
    ("double", "0.1e0 + 0.2e0"),
    ("double", "1.7976931348623157e308"),
    ("double", "5e-324"),
    ("double", "-0e0"),
    ("bit(1)", "b'1'"),
    ("bit(10)", "b'101'"),
    ("bit(64)", "b'" + "1" * 64 + "'"),
    ("year", "0"),
    ("year", "2155"),
    ("date", "'0000-00-00'"),
    ("date", "'2025-00-00'"),
    ("date", "'2025-02-31'"),
    ("date", "'9999-12-31'"),
    ("datetime", "'0000-00-00 00:00:00'"),
    ("datetime(6)", "'2025-02-03 10:11:12.123456'"),
    ("datetime(3)", "'0001-01-01 00:00:00.001'"),
    ("timestamp(6) NULL", "'2038-01-19 03:14:07.999999'"),
    ("timestamp NULL", "'0000-00-00 00:00:00'"),
    ("time", "'838:59:59'"),
    ("time", "'-838:59:59'"),
    ("time(6)", "'-12:30:00.000001'"),
    ("char(5)", "'ab  '"),
    ("varchar(9)", "'ab  '"),
    ("varchar(9) CHARACTER SET latin1", "'é €  '"),
    ("varchar(9) COLLATE utf8mb4_general_ci", "'Straße'"),
    ("varchar(40)", "'it''s \"q\" \\ %s :g [/]'"),
    ("text", "''"),
    ("text", "'NULL'"),
    ("text", "concat('a', char(0), 'b', char(10), char(27), char(26))"),
    ("mediumtext", "'😀 日本 ü'"),
    ("longtext", "repeat('long ', 200)"),
    ("enum('b','a','it''s')", "'it''s'"),
    ("enum('','x')", "''"),
    ("set('x','y','z')", "'z,x'"),
    ("set('x','y')", "''"),
    ("json", '\'{"a": 1.10, "a":  2}\''),
    ("json", "'null'"),
    ("binary(4)", "x'00ff'"),
    ("varbinary(9)", "x'00ff5c27'"),
    ("blob", "x''"),
    ("longblob", "repeat(x'00ff80', 200)"),
    ("geometry", "ST_GeomFromText('POINT(1 2)', 4326)"),
    ("polygon", "ST_GeomFromText('POLYGON((0 0,1 0,1 1,0 0))')"),
    ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
    ("inet6", "'2001:db8::1'"),
    ("inet4", "'192.168.0.1'"),
]
LOOSE = "SET sql_mode = 'NO_BACKSLASH_ESCAPES,ALLOW_INVALID_DATES'"
SAME = "({0} <=> v) + (hex({0}) <=> hex(v)) + (CAST({0} AS binary) <=> CAST(v AS binary))"


@pytest.fixture
async def values_url(empty_mariadb_url: str) -> str:
    """A table for each of the values: the value in v, a copy in u, NULL in w."""
    columns = "id int PRIMARY KEY, v {0}, u {0}, w {0}, note varchar(9)"
    made = [
        statement
        for i, (type_name, value) in enumerate(VALUES)
        for statement in (
            f"CREATE TABLE t{i} ({columns.format(type_name)})",
            f"INSERT INTO t{i} VALUES (1, {value}, {value}, NULL, 'old')",
        )
    ]
    await run(empty_mariadb_url, LOOSE, *made)
    return empty_mariadb_url


async def assert_same(url: str, column: str) -> None:
    """A column of every table holds what v holds, to the last bit."""
    parts = (
        f"SELECT {i} AS i, {SAME.format(column)} AS same FROM t{i} WHERE v IS NOT NULL"
        for i in range(len(VALUES))
    )
    found: dict[int, int] = dict(await fetch(url, " UNION ALL ".join(parts)))
    assert [(VALUES[i], found.get(i)) for i in range(len(VALUES)) if found.get(i) != 3] == []


async def edit(database: Database, name: str, new: dict[str, Value]) -> Update:
    """The edit of the only row of a table, as it stands."""
    table = await table_of(database, name)
    row = await rows.get(database, table, ("1",))
    assert row is not None
    seen = cells(row, table)
    return Update(table, row.identity, {column: seen[column] for column in new}, new)


async def test_another_cell_is_edited_and_every_value_stays_to_the_last_bit(values_url: str) -> None:
    async with opened(values_url) as database:
        for i in range(len(VALUES)):
            table = await table_of(database, f"t{i}")
            row = await rows.get(database, table, ("1",))
            assert row is not None
            change = Update(table, row.identity, cells(row, table), {"note": "new"})
            await save(database, [change])

    await assert_same(values_url, "u")


async def test_every_value_goes_back_to_the_last_bit(values_url: str) -> None:
    """After NULL was there, and what is stored then is what was sent."""
    refused = []
    async with opened(values_url) as database:
        for i in range(len(VALUES)):
            value = (await edit(database, f"t{i}", {"v": None})).seen["v"]
            await save(database, [await edit(database, f"t{i}", {"u": None})])
            report = await save(database, [await edit(database, f"t{i}", {"u": value})])
            refused += [(VALUES[i], adjusted) for _, _, adjusted in report.adjusted]

    assert refused == []
    await assert_same(values_url, "u")


async def test_the_sql_that_is_shown_writes_every_value(values_url: str) -> None:
    async with opened(values_url) as database:
        for i in range(len(VALUES)):
            change = await edit(database, f"t{i}", {"v": None, "w": None})
            copy = Update(change.table, change.identity, change.seen, {"w": change.seen["v"]})
            sql = readable_sql(copy, database.dialect, database.engines.writer.dialect)
            await run(values_url, "SET sql_mode = 'ALLOW_INVALID_DATES,STRICT_ALL_TABLES'", sql)

    await assert_same(values_url, "w")


async def test_every_value_is_filtered_and_sorted_by(values_url: str) -> None:
    """A page that continues after the row does not give it again."""
    async with opened(values_url) as database:
        for i, (type_name, _) in enumerate(VALUES):
            table = await table_of(database, f"t{i}")
            row = await rows.get(database, table, ("1",))
            assert row is not None
            view = View(table, sorts=(Sort("v"),))
            here = await rows.get_in(database, view, row.identity)
            assert here is not None
            filtered = await rows.first_page(database, View(table, (Filter("v", row.values[1]),)))

            assert (await rows.page_after(database, view, here)).rows == [], type_name
            assert len((await rows.page_around(database, view, here)).rows) == 1, type_name
            assert len(filtered.rows) == 1, type_name


async def test_a_list_of_values_is_sorted_by_its_places(empty_mariadb_url: str) -> None:
    """As the server does, although it compares them as texts."""
    statements = (
        "CREATE TABLE t (id int PRIMARY KEY, e enum('z', 'a', 'm'), s set('y', 'x'))",
        "INSERT INTO t SELECT seq, 1 + seq % 3, seq % 4 FROM seq_1_to_250",
    )
    async with made(empty_mariadb_url, *statements) as database:
        table = await table_of(database, "t")

        await assert_pages(database, empty_mariadb_url, View(table, sorts=(Sort("e"),)), "e, id")
        await assert_pages(database, empty_mariadb_url, View(table, sorts=(Sort("s"),)), "s, id")


@pytest.mark.parametrize(
    ("type_name", "typed", "value"),
    [
        ("int", " 7.0 ", "7"),
        ("int(5) unsigned zerofill", "7", "00007"),
        ("tinyint(1)", "true", "1"),
        ("decimal(6,2)", "12.345", "12.35"),
        ("float", "0.1", "0.10000000149011612"),
        ("double", "1e3", "1000"),
        ("bit(4)", "11", "0011"),
        ("datetime(3)", "2025-2-3T4:05", "2025-02-03 04:05:00.000"),
        ("date", "2025-02-03", "2025-02-03"),
        ("time", "-7:05", "-07:05:00"),
        ("enum('Yes','no')", "yes", "Yes"),
        ("set('x','y')", "y, x", "x,y"),
        ("blob", "00FF", b"\0\xff"),
        ("year", "1999", "1999"),
    ],
)
async def test_a_typed_text_becomes_what_is_stored(
    empty_mariadb_url: str, type_name: str, typed: str, value: Value
) -> None:
    async with made(empty_mariadb_url, f"CREATE TABLE t (id int PRIMARY KEY, v {type_name})") as database:
        table = await table_of(database, "t")

        accepted = await accept(database, table.column("v"), typed)
        report = await save(database, [Insert(table, NewRow(1), {"id": "1", "v": accepted})])

    assert accepted == value
    assert report.adjusted == ()


@pytest.mark.parametrize(
    ("type_name", "typed", "reason"),
    [
        ("int", "one", "v holds numbers"),
        ("int", "1.5", "v holds whole numbers"),
        ("tinyint unsigned", "256", "from 0 to 255"),
        ("decimal(4,2)", "100", "2 digits and 2 decimals"),
        ("float", "1e39", "no number as large"),
        ("date", "2025-02-30", "dates and times"),
        ("date", "0000-00-00", "dates and times"),
        ("time", "839:00:00", "holds times"),
        ("enum('a','b')", "c", "one of a, b"),
        ("set('a','b')", "a,c", "some of a, b"),
        ("bit(2)", "111", "2 bits"),
        ("varchar(3)", "long", "at most 3 characters"),
        ("json", "{", "holds JSON"),
        ("blob", "xyz", "holds bytes"),
        ("year", "1900", "holds years"),
    ],
)
async def test_what_the_column_cannot_hold_is_refused(
    empty_mariadb_url: str, type_name: str, typed: str, reason: str
) -> None:
    async with made(empty_mariadb_url, f"CREATE TABLE t (v {type_name})") as database:
        with pytest.raises(ValueRefusedError, match=reason):
            await accept(database, (await table_of(database, "t")).column("v"), typed)


async def test_a_zero_date_may_follow_a_zero_date(empty_mariadb_url: str) -> None:
    async with made(empty_mariadb_url, "CREATE TABLE t (v date)") as database:
        column = (await table_of(database, "t")).column("v")

        assert await accept(database, column, "2025-00-00", "0000-00-00") == "2025-00-00"


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
        "c int AS (id + 1) VIRTUAL, n varchar(9) DEFAULT 'x', u uuid, b bit(1)"
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
    }
    assert table.column("id").default == "next number"
    assert table.column("c").locked == "computed by the database"
    assert table.column("ok").default is None


async def test_without_a_database_all_of_them_are_listed(mariadb: MariaDB, empty_mariadb_url: str) -> None:
    name = empty_mariadb_url.rpartition("/")[2]
    await run(empty_mariadb_url, "CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    async with opened(mariadb.url("")) as database:
        names = {entry.name.label for entry in database.catalog.entries}
        page = await rows.first_page(database, View(await table_of(database, f"{name}.t")))

    assert shown(page.rows) == ["1"]
    assert not {label for label in names if label.startswith(("mysql.", "information_schema.", "sys."))}


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
