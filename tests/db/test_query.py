"""How rows are asked for: by ranges of an index, never by reading the whole table."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Select, text

from tests.db.opening import is_sqlite, made, row_of, shown, table_of
from tests.db.paging import fill
from tui.db import rows
from tui.db.database import Database
from tui.db.query import RowsQuery
from tui.db.related import RelatedQuery, near_key
from tui.db.view import Sort, View

INDEXED = (
    "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, a int NOT NULL, b int, c varchar(20) NOT NULL)",
    "CREATE INDEX ta ON t (a, id)",
    "CREATE INDEX tb ON t (b, id)",
    "CREATE INDEX tc ON t (c, a)",
)


def sql_of(database: Database, statement: Select[Any]) -> str:
    """A statement as the engine gets it, with its values written into it."""
    engine = database.engines.reader
    return str(statement.compile(dialect=engine.dialect, compile_kwargs={"literal_binds": True}))


async def plan(database: Database, statement: Select[Any]) -> str:
    """How the engine means to run a statement, if it may choose anything but reading the whole table."""
    sql = sql_of(database, statement)
    if is_sqlite(database):
        found = await database.fetch(text("EXPLAIN QUERY PLAN " + sql.replace(":", "\\:")))
        return "\n".join(str(row[3]) for row in found)
    if database.address.engine == "mysql":
        return await mariadb_plan(database, sql)
    async with database.reading() as session:
        connection = await session.connection()
        for name in ("seqscan", "sort", "bitmapscan"):
            await connection.exec_driver_sql(f"SET enable_{name} = off")
        result = await connection.exec_driver_sql("EXPLAIN " + sql)
        lines = "\n".join(row[0] for row in result)
        await connection.invalidate()
        return lines


async def mariadb_plan(database: Database, sql: str) -> str:
    """In the words of the others: SCAN for all of a table or an index, Sort where the order is made."""
    forced = sql.replace("`t` AS t", "`t` AS t FORCE INDEX (PRIMARY, ta, tb, tc)")
    async with database.writing() as session:
        connection = await session.connection()
        found = (await connection.exec_driver_sql("EXPLAIN " + forced)).mappings().all()
    words = {"ALL": "SCAN", "index": "SCAN"}
    return "\n".join(
        f"{words.get(row['type'], row['type'])} {row['key']} {row['Extra'].replace('filesort', 'Sort')}"
        for row in found
    )


def assert_range(lines: str, index: str) -> None:
    """Nothing is read but a range of an index, in its order."""
    assert "SCAN" not in lines, lines
    assert "TEMP B-TREE" not in lines, lines
    assert "Seq Scan" not in lines, lines
    assert "Sort" not in lines, lines
    assert index in lines, lines


@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize(
    ("sorts", "index"),
    [
        ((), "t_pkey|INTEGER PRIMARY KEY|PRIMARY"),
        ((Sort("id", descending=True),), "t_pkey|INTEGER PRIMARY KEY|PRIMARY"),
        ((Sort("a"),), "ta|ta|ta"),
        ((Sort("a", descending=True),), "ta|ta|ta"),
        ((Sort("b"),), "tb|tb|tb"),
        ((Sort("b", descending=True),), "tb|tb|tb"),
    ],
)
async def test_the_next_page_is_one_range_of_an_index(
    empty_url: str, sorts: Sequence[Sort], index: str, backward: bool
) -> None:
    """From a value or from a NULL, in both directions."""
    values = "n, n % 7, CASE WHEN n % 3 > 0 THEN n % 5 END, 'c'"
    async with made(empty_url, *INDEXED, fill(empty_url, "t", values)) as database:
        view = View(await table_of(database, "t"), sorts=tuple(sorts))
        engine_index = index.split("|")[("postgresql", "sqlite", "mysql").index(database.address.engine)]
        for offset in (10, 120, 240):
            row = (await rows.page_at(database, view, offset, 1)).rows[0]
            for statement in RowsQuery(view, database.dialect).beyond(row, 101, backward=backward):
                assert_range(await plan(database, statement), engine_index)


async def test_a_sort_in_two_directions_begins_at_its_place_in_the_index(empty_url: str) -> None:
    values = "n, n % 7, CASE WHEN n % 3 > 0 THEN n % 5 END, 'c' || (n % 4)"
    async with made(empty_url, *INDEXED, fill(empty_url, "t", values)) as database:
        view = View(await table_of(database, "t"), sorts=(Sort("c"), Sort("a", descending=True)))
        row = (await rows.page_at(database, view, 200, 1)).rows[0]

        [statement] = RowsQuery(view, database.dialect).beyond(row, 101)

        lines = await plan(database, statement)
        assert (
            "SEARCH t USING INDEX tc (c>?)" in lines
            or "Index Cond: ((c)::text >= 'c3'" in lines
            or "range tc" in lines
        ), lines


async def test_the_text_of_a_statement_does_not_depend_on_the_values(database: Database) -> None:
    """So that engines and SQLAlchemy may keep what they have prepared."""
    view = View(await table_of(database, "users"), sorts=(Sort("email"),))
    page = await rows.first_page(database, view)
    query = RowsQuery(view, database.dialect)

    texts = {str(statement.compile()) for row in page.rows for statement in query.beyond(row, 101)}

    assert len(texts) == 1


async def test_children_are_reached_through_their_index(database: Database) -> None:
    users = await table_of(database, "users")
    page = await rows.first_page(database, View(users), 50)
    relation = users.relations[0]
    target = await database.table(relation.target)
    keys = [key for key in (near_key(users, relation, row) for row in page.rows) if key]
    names: list[str] = []

    statement = RelatedQuery(database.dialect, users, relation, target).statement(keys)

    if is_sqlite(database):
        found = await database.fetch(text("EXPLAIN QUERY PLAN " + sql_of(database, statement)))
        names = [str(row[3]) for row in found]
        assert not [line for line in names if line.startswith("SCAN") and "n" not in line.split()[1]], names
        assert sum("ix_posts_author_id" in line for line in names) == 2, names
    else:
        assert "LIMIT" in str(statement.compile(dialect=database.engines.reader.dialect))


async def test_a_page_never_uses_an_offset_where_rows_have_a_key(database: Database) -> None:
    view = View(await table_of(database, "posts"), sorts=(Sort("content"),))
    bob = await row_of(database, view.table, "id", 1)
    query = RowsQuery(view, database.dialect)
    row = await rows.get_in(database, view, bob.identity)
    assert row is not None

    statements = [query.run(101), query.run(101, backward=True), *query.beyond(row, 101)]

    assert not [statement for statement in statements if "OFFSET" in str(statement)]


async def test_the_last_page_is_the_first_one_of_the_reversed_order(database: Database) -> None:
    view = View(await table_of(database, "users"))

    last = await rows.last_page(database, view, 3)

    assert shown(last.rows) == ["998", "999", "1000"]
    assert (last.at_start, last.at_end, last.offset) == (False, True, None)
