"""Awkward values: a page shows exactly what the database holds, and they can be written back the same."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.db.awkward import POSTGRESQL, SQLITE, TYPES
from tests.db.opening import made, opened, table_of
from tests.outside import fetch, run
from tui.db import rows
from tui.db.changes import Update
from tui.db.database import Database
from tui.db.page import Row
from tui.db.save import save
from tui.db.schema import Table
from tui.db.statements import readable_sql
from tui.db.values import DEFAULT, PREVIEW, BadText, Cut, Value, same, still_holds
from tui.db.view import View


async def only(database: Database, name: str = "t") -> tuple[Table, Row]:
    """The only row of a table."""
    table = await table_of(database, name)
    page = await rows.first_page(database, View(table))
    return table, page.rows[0]


async def rewrite(database: Database, name: str = "t") -> None:
    """Save the row's own value into it, after NULL was saved: it must fit, and count as the same."""
    table, row = await only(database, name)
    value = row.values[1]
    for new, seen in ((None, value), (value, None)):
        await save(database, [Update(table, row.identity, {"v": seen}, {"v": new})])


async def sql_of_copy(database: Database, name: str = "t") -> str:
    """What users see of an edit that copies the column v to w, guarded by both."""
    table, row = await only(database, name)
    change = Update(table, row.identity, {"v": row.values[1], "w": None}, {"w": row.values[1]})
    return readable_sql(change, database.dialect, database.engines.writer.dialect)


def sqlite_bytes(url: str) -> list[Any]:
    """The table's only value, to the last bit."""
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.text_factory = bytes
        found = connection.execute("SELECT typeof(v), v, hex(v) FROM t").fetchall()
    connection.close()
    return found


@pytest.mark.parametrize(("type_name", "literal", "expected"), SQLITE, ids=str)
async def test_sqlite_values_are_what_is_stored(
    empty_sqlite_url: str, type_name: str, literal: str, expected: Value
) -> None:
    """Whatever the column's type says; and they go back to the last bit."""
    table = f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {type_name})"
    async with made(empty_sqlite_url, table, f"INSERT INTO t VALUES (1, {literal})") as database:
        before = sqlite_bytes(empty_sqlite_url)

        _, row = await only(database)
        await rewrite(database)

    assert same(row.values[1], expected)
    assert sqlite_bytes(empty_sqlite_url) == before


def typed_tables() -> list[str]:
    """A table for each of PostgreSQL's awkward values."""
    created = [f"CREATE TABLE t{n} (id int PRIMARY KEY, v {t}, w {t})" for n, (t, _) in enumerate(POSTGRESQL)]
    filled = [f"INSERT INTO t{n} VALUES (1, {literal})" for n, (_, literal) in enumerate(POSTGRESQL)]
    return [*TYPES, *created, *filled]


async def test_postgresql_values_are_what_the_server_says(empty_postgresql_url: str) -> None:
    """Its own text, exactly; and that text goes back to the same value."""
    async with made(empty_postgresql_url, *typed_tables()) as database:
        for number, case in enumerate(POSTGRESQL):
            truth = f"SELECT v::text, v IS NULL FROM t{number}"
            [before] = await fetch(empty_postgresql_url, truth)

            _, row = await only(database, f"t{number}")
            await rewrite(database, f"t{number}")

            assert row.values[1] == before[0], case
            assert await fetch(empty_postgresql_url, truth) == [before], case


async def test_values_do_not_depend_on_the_settings_of_the_database(empty_postgresql_url: str) -> None:
    name = empty_postgresql_url.partition("@/")[2].partition("?")[0]
    settings = {"extra_float_digits": 0, "datestyle": "'SQL, DMY'", "intervalstyle": "iso_8601"}
    statements = (
        *(f"ALTER DATABASE {name} SET {key} = {value}" for key, value in settings.items()),
        f"ALTER DATABASE {name} SET bytea_output = escape",
        "CREATE TABLE t (id int PRIMARY KEY, f float8, d date, i interval, b bytea)",
        "INSERT INTO t VALUES (1, 0.1::float8 + 0.2::float8, '2025-02-03', '1 mon 2 days', '\\x00ff')",
    )
    async with made(empty_postgresql_url, *statements) as database:
        _, row = await only(database)

    assert row.values == ("1", "0.30000000000000004", "2025-02-03", "1 mon 2 days", "\\x00ff")


@pytest.mark.parametrize(("type_name", "literal", "expected"), SQLITE, ids=str)
async def test_the_sql_that_sqlite_users_see_does_what_it_says(
    empty_sqlite_url: str, type_name: str, literal: str, expected: Value
) -> None:
    """Another program can run it, with the guard and the value written out."""
    table = f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {type_name}, w {type_name})"
    async with made(empty_sqlite_url, table, f"INSERT INTO t VALUES (1, {literal}, NULL)") as database:
        sql = await sql_of_copy(database)

    with closing(sqlite3.connect(empty_sqlite_url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute(sql).rowcount == 1
        assert connection.execute("SELECT quote(v) = quote(w) FROM t").fetchall() == [(1,)]


async def test_the_sql_that_postgresql_users_see_does_what_it_says(empty_postgresql_url: str) -> None:
    async with made(empty_postgresql_url, *typed_tables()) as database:
        for number, case in enumerate(POSTGRESQL):
            await run(empty_postgresql_url, await sql_of_copy(database, f"t{number}"))

            [(is_same, is_copied)] = await fetch(
                empty_postgresql_url,
                f"SELECT v::text IS NOT DISTINCT FROM w::text, w IS NOT NULL FROM t{number}",
            )
            assert (is_same, is_copied) == (True, case[1] != "NULL"), case


@pytest.mark.parametrize(
    ("literal", "start"),
    [
        ("CAST(zeroblob(0) || x'ff' AS TEXT) || substr(hex(zeroblob(1000)), 1, 1000)", None),
        ("'a' || char(0) || substr(hex(zeroblob(1000)), 1, 1000)", "a\0" + "0" * (PREVIEW - 2)),
        ("zeroblob(1000)", bytes(PREVIEW)),
        ("hex(zeroblob(500))", "0" * PREVIEW),
    ],
)
async def test_long_values_of_sqlite_are_cut_and_keep_their_kind(
    empty_sqlite_url: str, literal: str, start: str | bytes | None
) -> None:
    """Bytes stay bytes, bad text stays bad text, and a NUL ends nothing."""
    async with made(
        empty_sqlite_url,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
        f"INSERT INTO t VALUES (1, {literal})",
    ) as database:
        table, row = await only(database)
        value = row.values[1]

        assert isinstance(value, Cut)
        assert len(value.start) == PREVIEW
        if start is None:
            assert isinstance(value.start, BadText)
        else:
            assert same(value.start, start)
        await save(database, [Update(table, row.identity, {"v": value}, {"v": "short"})])

    assert await fetch(empty_sqlite_url, "SELECT v FROM t") == [("short",)]


async def test_long_values_of_postgresql_are_cut(empty_postgresql_url: str) -> None:
    statements = (
        "CREATE TABLE t (id int PRIMARY KEY, a text, b bytea, c jsonb, d numeric, e int[])",
        "INSERT INTO t VALUES (1, repeat('ü', 1000), decode(repeat('ff', 1000), 'hex'), "
        "to_jsonb(repeat('x', 1000)), repeat('9', 1000)::numeric, array_fill(1, ARRAY[1000]))",
    )
    async with made(empty_postgresql_url, *statements) as database:
        table, row = await only(database)
        whole = await rows.get(database, table, row.identity)

    [truth] = await fetch(
        empty_postgresql_url, "SELECT id::text, a, b::text, c::text, d::text, e::text FROM t"
    )
    assert row.values[1:] == tuple(Cut(text[:PREVIEW]) for text in truth[1:])
    assert whole is not None
    assert whole.values == truth


async def test_a_file_in_another_encoding_is_read(tmp_path: Path) -> None:
    path = tmp_path / "utf16.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA encoding = 'UTF-16'")
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)")
        connection.execute("INSERT INTO t VALUES (1, '日本 😀')")
        connection.commit()
    connection.close()

    async with opened(f"sqlite:///{path}") as database:
        _, row = await only(database)

    assert row.values == (1, "日本 😀")


def test_values_are_the_same_only_to_the_last_bit() -> None:
    values: list[Value] = [
        None,
        0,
        0.0,
        -0.0,
        "",
        "0",
        b"",
        b"0",
        BadText(b"0"),
        DEFAULT,
        Cut("0"),
        Cut(b"0"),
        1,
        "1",
    ]

    for left in values:
        for right in values:
            assert same(left, right) is (left is right), (left, right)
    assert same(float("nan"), float("nan"))


def test_a_long_value_still_holds_where_it_begins_so_and_is_of_its_kind() -> None:
    long = "ü" * PREVIEW

    assert still_holds(Cut(long), long + "x")
    assert still_holds(Cut(long), BadText(long.encode() + b"\xff"))
    assert still_holds(Cut(BadText(b"\xff")), BadText(b"\xffx"))
    assert still_holds(Cut(b"\xff"), b"\xffx")
    assert not still_holds(Cut(b"\xff"), BadText(b"\xffx"))
    assert not still_holds(Cut(BadText(b"\xff")), b"\xffx")
    assert not still_holds(Cut(long), long)
    assert not still_holds(Cut(long), BadText(long.encode()))
    assert not still_holds(Cut(long), None)
