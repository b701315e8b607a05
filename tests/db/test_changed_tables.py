"""Tables that another program changes while they are shown: what is left works, the rest is a sentence."""

from contextlib import nullcontext

import pytest

from tests.db.opening import made, shown, table_of
from tests.db.paging import value
from tests.outside import fetch, run
from tui.db import rows
from tui.db.changes import Insert, NewRow, Update
from tui.db.errors import MissingError, QueryError, SaveError
from tui.db.page import Row
from tui.db.save import save
from tui.db.schema import Table
from tui.db.view import Filter, Sort, View

CREATE = ("CREATE TABLE t (id int NOT NULL PRIMARY KEY, a text, b text)",)
ROWS = ("INSERT INTO t VALUES (1, 'one', 'b'), (2, 'two', 'b'), (3, 'three', 'b')",)
GONE = {
    "dropped": ("DROP TABLE t",),
    "renamed": ("ALTER TABLE t RENAME TO u",),
    "without a column": ("ALTER TABLE t DROP COLUMN b",),
    "with a column of another name": ("ALTER TABLE t RENAME COLUMN b TO c",),
    "with a key of another name": ("ALTER TABLE t RENAME COLUMN id TO number",),
    "another one": ("DROP TABLE t", "CREATE TABLE t (x int NOT NULL PRIMARY KEY, a text)"),
}


def update_of(table: Table, row: Row, column: str, new: str) -> Update:
    return Update(table, row.identity, {column: row.values[table.positions[column]]}, {column: new})


@pytest.mark.parametrize("how", GONE)
async def test_a_table_that_is_not_what_it_was_is_told_and_read_anew(empty_url: str, how: str) -> None:
    """Every way to read it fails with a sentence; what there is now is listed and opens."""
    async with made(empty_url, *CREATE, *ROWS) as database:
        table = await table_of(database, "t")
        view = View(table)
        page = await rows.first_page(database, view)
        await rows.page_after(database, view, page.rows[0])
        await run(empty_url, *GONE[how])

        for _ in range(2):
            with pytest.raises(MissingError, match=r"\.$"):
                await rows.first_page(database, view)
            with pytest.raises(MissingError, match=r"\.$"):
                await rows.page_after(database, view, page.rows[0])
        await database.reload_catalog()
        now = await table_of(database, "u" if how == "renamed" else "t") if how != "dropped" else None
        assert now is None or len((await rows.first_page(database, View(now))).rows) in (0, 3)


@pytest.mark.parametrize("how", GONE)
async def test_nothing_is_saved_into_a_table_that_is_not_what_it_was(empty_url: str, how: str) -> None:
    async with made(empty_url, *CREATE, *ROWS) as database:
        table = await table_of(database, "t")
        one, two, _ = (await rows.first_page(database, View(table))).rows
        await save(database, [update_of(table, two, "b", "saved")])
        await run(empty_url, *GONE[how])
        new = Insert(table, NewRow(1), {"id": value(database, 9), "b": "new"})

        for change in (update_of(table, one, "b", "mine"), new):
            with pytest.raises(SaveError, match=r"\.$"):
                await save(database, [change])

    if how == "with a key of another name":
        found = "SELECT number, a, b FROM t ORDER BY 1"
        assert await fetch(empty_url, found) == [(1, "one", "b"), (2, "two", "saved"), (3, "three", "b")]


async def test_a_column_that_was_added_disturbs_nothing(empty_url: str) -> None:
    async with made(empty_url, *CREATE, *ROWS) as database:
        table = await table_of(database, "t")
        view = View(table)
        page = await rows.first_page(database, view)
        await run(empty_url, "ALTER TABLE t ADD COLUMN extra text DEFAULT 'x'")

        assert (await rows.first_page(database, view)).rows == page.rows
        await save(database, [update_of(table, page.rows[0], "a", "mine")])

    assert await fetch(empty_url, "SELECT a, extra FROM t WHERE id = 1") == [("mine", "x")]


async def test_a_table_that_another_one_has_replaced_is_not_taken_for_it(empty_url: str) -> None:
    """With the same columns: the rows are others, so an edit of what was seen is a conflict."""
    async with made(empty_url, *CREATE, *ROWS) as database:
        table = await table_of(database, "t")
        one = (await rows.first_page(database, View(table))).rows[0]
        await run(empty_url, "DROP TABLE t", *CREATE, "INSERT INTO t VALUES (1, 'another', 'b')")

        with pytest.raises(SaveError, match="Somebody else changed a"):
            await save(database, [update_of(table, one, "a", "mine")])
        assert shown((await rows.first_page(database, View(table))).rows, 1) == ["another"]


TYPES = {
    "a text": "text",
    "a larger number": "bigint",
    "a decimal": "numeric(10,2)",
}
ALTER = {
    "postgresql": "ALTER TABLE t ALTER COLUMN id TYPE {}",
    "mysql": "ALTER TABLE t MODIFY id {} NOT NULL",
}
REASON = r"can't be compared: .*If a column has another type now, r reads it anew\.$"


@pytest.mark.parametrize("empty_url", ["postgresql", "mariadb"], indirect=True)
@pytest.mark.parametrize("type_name", TYPES)
async def test_a_column_whose_type_was_changed_is_read_after_the_tables_were_read_anew(
    empty_url: str, type_name: str
) -> None:
    """Also where the driver has kept the plan of the statement; until then it works or is a sentence."""
    is_mysql = empty_url.startswith("mysql")
    new = "varchar(9)" if is_mysql and type_name == "a text" else TYPES[type_name]
    works = is_mysql or type_name != "a text"
    async with made(empty_url, *CREATE, *ROWS) as database:
        views = [View(await table_of(database, "t"), sorts=sorts) for sorts in ((), (Sort("id"),))]
        pages = [await rows.first_page(database, view) for view in views]
        for view, page in zip(views, pages, strict=True):
            await rows.page_after(database, view, page.rows[0])
        await run(empty_url, ALTER[empty_url.partition(":")[0]].format(new))

        for view, page in zip(views, pages, strict=True):
            assert len((await rows.first_page(database, view)).rows) == 3
            with nullcontext() if works else pytest.raises(QueryError, match=REASON):
                assert len((await rows.page_after(database, view, page.rows[0])).rows) == 2
        await database.reload_catalog()
        table = await table_of(database, "t")
        first = (await rows.first_page(database, View(table))).rows[0]
        assert len((await rows.page_after(database, View(table), first)).rows) == 2
        assert await rows.count(database, View(table, (Filter("id", first.values[0]),))) == 1
        await save(database, [update_of(table, first, "a", "mine")])

    assert await fetch(empty_url, "SELECT count(*) FROM t WHERE a = 'mine'") == [(1,)]
