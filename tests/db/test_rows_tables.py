"""Paging through tables of every kind: keys of all sorts, none at all, views, odd names."""

from collections.abc import Sequence

import pytest

from tests.db.opening import made, opened, shown, table_of
from tests.db.paging import assert_pages, backward, fill, forward, value
from tests.outside import run
from tui.db import rows
from tui.db.schema import TableKind
from tui.db.view import Filter, Sort, View


async def test_numbers_sort_as_numbers(empty_url: str) -> None:
    """Although PostgreSQL's values are read as texts."""
    statements = (
        "CREATE TABLE t (n numeric, id int PRIMARY KEY)",
        "INSERT INTO t VALUES (10, 1), (2, 2), (-1, 3), (100, 4)",
    )
    async with made(empty_url, *statements) as database:
        view = View(await table_of(database, "t"), sorts=(Sort("n"),))

        assert shown(await forward(database, view, 1)) == ["-1", "2", "10", "100"]


TABLES = {
    "a composite key": (
        "(a int NOT NULL, b varchar(20) NOT NULL, c int, PRIMARY KEY (b, a))",
        "n % 7, 'b' || n, n",
        '"b", "a"',
    ),
    "a text key": ("(k varchar(20) NOT NULL PRIMARY KEY)", "'k' || (n * 37 % 251)", '"k"'),
    "no key and twins": ("(a int, b int)", "n / 2, 1", None),
    "a unique column": ("(a int, u varchar(20) NOT NULL UNIQUE)", "n % 3, 'u' || n", '"u"'),
    "a text key without NOT NULL": ("(k varchar(20) PRIMARY KEY, a int)", "'k' || n, n", None),
}


@pytest.mark.parametrize("kind", TABLES)
async def test_tables_of_every_kind_page(empty_url: str, kind: str) -> None:
    definition, values, order = TABLES[kind]
    address = "rowid" if empty_url.startswith("sqlite") else "ctid"
    if kind.endswith("without NOT NULL"):
        order = "rowid" if address == "rowid" else "k"
    if empty_url.startswith("mysql"):
        address = "a, b"
    async with made(empty_url, f"CREATE TABLE t {definition}", fill(empty_url, "t", values)) as database:
        await assert_pages(database, empty_url, View(await table_of(database, "t")), order or address)


async def test_a_table_without_row_ids_pages(empty_sqlite_url: str) -> None:
    statements = (
        "CREATE TABLE t (a, b, PRIMARY KEY (b, a)) WITHOUT ROWID",
        fill(empty_sqlite_url, "t", "n % 7, n"),
    )
    async with made(empty_sqlite_url, *statements) as database:
        await assert_pages(database, empty_sqlite_url, View(await table_of(database, "t")), "b, a")


async def test_a_partitioned_table_without_a_key_pages(empty_postgresql_url: str) -> None:
    statements = (
        "CREATE TABLE t (a int) PARTITION BY LIST (a)",
        *(f"CREATE TABLE t{i} PARTITION OF t FOR VALUES IN ({i})" for i in range(3)),
        fill(empty_postgresql_url, "t", "n % 3"),
    )
    async with made(empty_postgresql_url, *statements) as database:
        await assert_pages(
            database, empty_postgresql_url, View(await table_of(database, "t")), "tableoid, ctid"
        )


async def test_an_inheritance_parent_shows_the_rows_of_its_children(empty_postgresql_url: str) -> None:
    """Where the same key may occur twice."""
    statements = (
        "CREATE TABLE t (id int PRIMARY KEY)",
        "CREATE TABLE child (PRIMARY KEY (id)) INHERITS (t)",
        fill(empty_postgresql_url, "t", "n"),
        fill(empty_postgresql_url, "child", "n"),
    )
    async with made(empty_postgresql_url, *statements) as database:
        table = await table_of(database, "t")

        assert len(await forward(database, View(table))) == 500
        assert len({row.identity for row in await forward(database, View(table))}) == 500


@pytest.mark.parametrize("sorts", [(), (Sort("a", descending=True),)], ids=["unsorted", "sorted"])
async def test_a_database_view_pages(mixed_url: str, sorts: Sequence[Sort]) -> None:
    await run(mixed_url, "CREATE VIEW v AS SELECT id, a FROM t ORDER BY id")
    async with opened(mixed_url) as database:
        table = await table_of(database, "v")
        view = View(table, sorts=tuple(sorts))

        ahead = await forward(database, view)

        assert table.kind is TableKind.VIEW
        assert sorted(int(text or 0) for text in shown(ahead)) == list(range(1, 251))
        assert await backward(database, view) == ahead


@pytest.mark.parametrize(
    "name", ["t", "count", "index", "a b", 'c"d', "c`d", "e%f", ":g", "%(x)s", "select", "日本", "A", "id "]
)
async def test_a_column_of_any_name_is_read_and_sorted(empty_url: str, name: str) -> None:
    name = name.strip() + "_" if name != name.strip() and empty_url.startswith("mysql") else name
    quoted = '"' + name.replace('"', '""') + '"'
    statements = (f"CREATE TABLE t ({quoted} int, id int PRIMARY KEY)", "INSERT INTO t VALUES (2, 1), (1, 2)")
    async with made(empty_url, *statements) as database:
        view = View(await table_of(database, "t"), sorts=(Sort(name),))

        assert view.table.columns[0].name == name
        assert shown(await forward(database, view, 1)) == ["1", "2"]
        assert await rows.count(database, View(view.table, (Filter(name, value(database, 1)),))) == 1
