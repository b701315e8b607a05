"""What only SQLite has: row ids, loose types, odd schemas."""

import sqlite3

import pytest

from tests.db.opening import made, opened, shown, table_of
from tests.outside import run
from tui.db import rows
from tui.db.errors import TuiError
from tui.db.schema import TableKind
from tui.db.values import Kind
from tui.db.view import View


@pytest.mark.parametrize(
    ("definition", "columns", "address"),
    [
        ("(id INTEGER PRIMARY KEY)", ("id",), ""),
        ("(id INTEGER PRIMARY KEY AUTOINCREMENT)", ("id",), ""),
        ("(k TEXT PRIMARY KEY)", (), "rowid"),
        ("(k INT PRIMARY KEY)", (), "rowid"),
        ("(k TEXT PRIMARY KEY NOT NULL)", ("k",), ""),
        ("(k TEXT PRIMARY KEY) WITHOUT ROWID", ("k",), ""),
        ("(k TEXT PRIMARY KEY) STRICT", ("k",), ""),
        ("(rowid TEXT)", (), "_rowid_"),
        ("(ROWID TEXT, _RowId_ TEXT)", (), "oid"),
        ("(rowid, _rowid_, oid)", (), None),
        ("(rowid, _rowid_, oid, id INTEGER PRIMARY KEY)", ("id",), ""),
    ],
)
async def test_rows_are_named_by_their_key_or_their_row_id(
    empty_sqlite_url: str, definition: str, columns: tuple[str, ...], address: str | None
) -> None:
    """A column that is called like the row id hides it."""
    async with made(empty_sqlite_url, f"CREATE TABLE t {definition}") as database:
        identity = (await table_of(database, "t")).identity

    assert identity.columns == columns
    assert [column.name for column in identity.address] == ([address] if address else [])
    assert ("hide the row id" in identity.reason) is (address is None)


async def test_a_key_that_counts_backwards_may_be_null(empty_sqlite_url: str) -> None:
    """A quirk of SQLite: `INTEGER PRIMARY KEY DESC` is no row id."""
    statements = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY DESC, a)",
        "INSERT INTO t VALUES (NULL, 1), (NULL, 2)",
    )
    async with made(empty_sqlite_url, *statements) as database:
        table = await table_of(database, "t")

        assert table.column("id").nullable
        assert [column.name for column in table.identity.address] == ["rowid"]


async def test_a_table_whose_columns_hide_the_row_id_is_read(empty_sqlite_url: str) -> None:
    statements = ("CREATE TABLE t (rowid, _rowid_, oid)", "INSERT INTO t VALUES ('a', 'b', 'c')")
    async with made(empty_sqlite_url, *statements) as database:
        page = await rows.first_page(database, View(await table_of(database, "t")))

    assert [row.values for row in page.rows] == [("a", "b", "c")]


async def test_a_column_called_rowid_gives_no_wrong_estimate(empty_sqlite_url: str) -> None:
    statements = ("CREATE TABLE t (rowid TEXT)", "INSERT INTO t VALUES ('900'), ('1'), ('x')")
    async with made(empty_sqlite_url, *statements) as database:
        assert database.catalog.entries[0].estimate == 3


async def test_analyze_gives_the_estimate(empty_sqlite_url: str) -> None:
    statements = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)",
        "CREATE INDEX i ON t (a)",
        "INSERT INTO t VALUES (1, 1), (1000000, 2)",
    )
    async with made(empty_sqlite_url, *statements) as database:
        assert database.catalog.entries[0].estimate == 1_000_000
        await run(empty_sqlite_url, "ANALYZE")
        await database.reload_catalog()

        assert database.catalog.entries[0].estimate == 2


async def test_a_table_without_row_ids_has_no_estimate(empty_sqlite_url: str) -> None:
    async with made(empty_sqlite_url, "CREATE TABLE t (k PRIMARY KEY) WITHOUT ROWID") as database:
        assert database.catalog.entries[0].estimate is None


async def test_a_virtual_table_is_listed_and_its_parts_are_not(empty_sqlite_url: str) -> None:
    statements = ("CREATE VIRTUAL TABLE f USING fts5(body)", "INSERT INTO f VALUES ('hello')")
    async with made(empty_sqlite_url, *statements) as database:
        assert [(e.name.label, e.kind) for e in database.catalog.entries] == [("f", TableKind.VIRTUAL)]
        page = await rows.first_page(database, View(await table_of(database, "f")))

    assert shown(page.rows) == ["hello"]


async def test_a_virtual_table_of_an_unknown_module_breaks_nothing_else(empty_sqlite_url: str) -> None:
    """As in the files of programs with extensions of their own."""
    path = empty_sqlite_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE t (id INTEGER PRIMARY KEY); PRAGMA writable_schema = 1;"
        "INSERT INTO sqlite_master VALUES ('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING nothere(a)');"
    )
    connection.commit()
    connection.close()

    async with opened(empty_sqlite_url) as database:
        assert [entry.name.label for entry in database.catalog.entries] == ["t", "v"]
        assert (await rows.first_page(database, View(await table_of(database, "t")))).at_end
        with pytest.raises(TuiError, match="no such module: nothere"):
            await table_of(database, "v")


async def test_a_foreign_key_to_a_missing_table_is_left_out(empty_sqlite_url: str) -> None:
    statements = (
        "CREATE TABLE p (id INTEGER PRIMARY KEY)",
        "CREATE TABLE c (a REFERENCES gone (id), b REFERENCES gone, x REFERENCES p (none), d REFERENCES p)",
    )
    async with made(empty_sqlite_url, *statements) as database:
        table = await table_of(database, "c")

    assert [each.label for each in table.relations] == ["p (d)"]


async def test_a_foreign_key_in_another_case_is_the_same(empty_sqlite_url: str) -> None:
    statements = (
        "CREATE TABLE Parent (Id INTEGER PRIMARY KEY, Code TEXT UNIQUE)",
        "CREATE TABLE c (a REFERENCES PARENT (ID), b TEXT REFERENCES parent (CODE), "
        "FOREIGN KEY (A) REFERENCES pArEnT)",
    )
    async with made(empty_sqlite_url, *statements) as database:
        keys = {(key.columns, key.parent.name, key.parent_columns) for key in database.catalog.foreign_keys}

    assert keys == {(("a",), "Parent", ("Id",)), (("b",), "Parent", ("Code",))}


async def test_a_blank_column_name_is_read(empty_sqlite_url: str) -> None:
    statements = ('CREATE TABLE t ("" INT, " " INT)', "INSERT INTO t VALUES (1, 2)")
    async with made(empty_sqlite_url, *statements) as database:
        page = await rows.first_page(database, View(await table_of(database, "t")))

    assert page.rows[0].values == (1, 2)


async def test_three_hundred_columns_are_read(empty_sqlite_url: str) -> None:
    columns = ", ".join(f"c{n} INT DEFAULT {n}" for n in range(300))
    async with made(
        empty_sqlite_url, f"CREATE TABLE t ({columns})", "INSERT INTO t DEFAULT VALUES"
    ) as database:
        page = await rows.first_page(database, View(await table_of(database, "t")))

    assert page.rows[0].values == tuple(range(300))


async def test_a_damaged_table_breaks_nothing_else(empty_sqlite_url: str) -> None:
    filler = (
        "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 500) "
        "SELECT n, hex(zeroblob(100)) FROM g"
    )
    await run(
        empty_sqlite_url,
        "CREATE TABLE bad (id INTEGER PRIMARY KEY, a)",
        "CREATE TABLE good (id INTEGER PRIMARY KEY, a)",
        f"INSERT INTO bad {filler}",
        f"INSERT INTO good {filler}",
    )
    path = empty_sqlite_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        [(page_number,)] = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'bad'"
        ).fetchall()
    connection.close()
    with open(path, "r+b") as file:  # noqa: ASYNC230
        file.seek((page_number - 1) * 4096)
        file.write(b"\xee" * 4096)

    async with opened(empty_sqlite_url) as database:
        assert [(e.name.label, e.estimate) for e in database.catalog.entries] == [
            ("bad", None),
            ("good", 500),
        ]
        assert len((await rows.first_page(database, View(await table_of(database, "good")))).rows) == 100
        with pytest.raises(TuiError, match="The file is damaged"):
            await rows.first_page(database, View(await table_of(database, "bad")))


@pytest.mark.parametrize(
    ("type_name", "kind", "length"),
    [
        ("INTEGER", Kind.NUMBER, None),
        ("BIGINT", Kind.NUMBER, None),
        ("VARCHAR(20)", Kind.TEXT, 20),
        ("NVARCHAR(20)", Kind.TEXT, 20),
        ("CLOB", Kind.TEXT, None),
        ("TEXT", Kind.TEXT, None),
        ("DECIMAL(10,2)", Kind.NUMBER, None),
        ("DOUBLE PRECISION", Kind.NUMBER, None),
        ("BOOLEAN", Kind.BOOLEAN, None),
        ("DATETIME", Kind.DATETIME, None),
        ("TIMESTAMP", Kind.DATETIME, None),
        ("BLOB", Kind.BINARY, None),
        ("JSON", Kind.JSON, None),
        ("JSONB", Kind.JSON, None),
        ("UUID", Kind.TEXT, None),
        ("STRING", Kind.TEXT, None),
        ("", Kind.OTHER, None),
    ],
)
async def test_declared_types_tell_what_a_column_is_for(
    empty_sqlite_url: str, type_name: str, kind: Kind, length: int | None
) -> None:
    async with made(empty_sqlite_url, f"CREATE TABLE t (a {type_name})") as database:
        column = (await table_of(database, "t")).columns[0]

    assert (column.type, column.kind, column.max_length) == (type_name, kind, length)
