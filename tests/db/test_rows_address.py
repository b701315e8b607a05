"""Rows that only their address names: PostgreSQL finds them within bounds, and sorts all that lie there."""

import pytest
from sqlalchemy import text

from tests.db.opening import counted, made, opened, shown, table_of
from tests.db.paging import assert_pages, backward, forward
from tests.outside import fetch, run
from tui.db import rows
from tui.db.database import Database
from tui.db.dialects.postgresql_blocks import FIRST, stretches
from tui.db.needle import Needle
from tui.db.query import RowsQuery
from tui.db.view import Filter, Sort, View

ROWS = 6000
"""With their padding they fill 600 blocks."""

WIDE = (
    "CREATE TABLE t (n int, a int, pad text)",
    "ALTER TABLE t ALTER pad SET STORAGE PLAIN",
    f"INSERT INTO t SELECT n, n % 7, repeat('x', 750) FROM generate_series(1, {ROWS}) AS g(n)",
)


def blocks_of(bound: object) -> int:
    """The block of a row address."""
    return int(str(bound).strip("()").split(",")[0])


@pytest.mark.parametrize(("blocks", "start"), [(0, None), (1, None), (16, None), (9000, None), (9000, 4321)])
def test_stretches_lead_from_a_place_to_the_end_and_leave_nothing_out(blocks: int, start: int | None) -> None:
    row = None if start is None else (f"({start},7)",)
    ahead = list(stretches(blocks, row, backward=False))
    back = list(stretches(blocks, row, backward=True))

    assert blocks_of(ahead[0][0]) == (start or 0)
    assert [low for low, _ in ahead[1:]] == [high for _, high in ahead[:-1]]
    assert ahead[-1][1] is None
    assert back[0][1] is None
    assert [high for _, high in back[1:]] == [low for low, _ in back[:-1]]
    assert blocks_of(back[-1][0]) == 0
    assert max(len(ahead), len(back)) <= 6


def test_the_first_stretch_is_short_and_the_largest_table_takes_few() -> None:
    (low, high), *others = stretches(2**32 - 1, None, backward=False)

    assert (blocks_of(low), blocks_of(high)) == (0, FIRST)
    assert len(others) < 16


async def blocks_read(database: Database, query: str) -> int:
    """The blocks that a statement touches."""
    async with database.reading() as session:
        result = await session.execute(text("EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT json) " + query))
        plan = result.scalar_one()[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])


async def test_a_page_reads_the_blocks_around_it_not_the_table(empty_postgresql_url: str) -> None:
    async with made(empty_postgresql_url, *WIDE) as database:
        query = RowsQuery(view := View(await table_of(database, "t")), database.dialect)
        row = (await rows.page_at(database, view, ROWS // 2, 1)).rows[0]
        pages = (
            query.first(101),
            query.first(101, backward=True),
            query.beyond(row, 101),
            query.beyond(row, 101, backward=True),
        )
        for first, *_ in pages:
            compiled = first.compile(
                dialect=database.engines.reader.dialect, compile_kwargs={"literal_binds": True}
            )

            assert await blocks_read(database, str(compiled)) < 4 * FIRST


async def test_every_row_is_there_once_whatever_blocks_are_empty(empty_postgresql_url: str) -> None:
    await run(empty_postgresql_url, *WIDE, f"DELETE FROM t WHERE n BETWEEN 130 AND {ROWS - 130}")
    async with opened(empty_postgresql_url) as database:
        view = View(await table_of(database, "t"))

        await assert_pages(database, empty_postgresql_url, view, "ctid")

        with counted(database) as statements:
            page = await rows.page_after(database, view, (await forward(database, view))[128], 100)
        assert len(page.rows) == 100
        assert len(statements) < 20


async def test_a_page_of_rows_with_few_others_takes_one_statement(empty_postgresql_url: str) -> None:
    async with made(empty_postgresql_url, *WIDE) as database:
        view = View(await table_of(database, "t"))
        row = (await rows.page_at(database, view, ROWS // 2, 1)).rows[0]

        with counted(database) as statements:
            await rows.first_page(database, view)
            await rows.last_page(database, view)
            await rows.page_after(database, view, row)
            await rows.page_before(database, view, row)

    assert len(statements) == 4


async def test_a_page_of_a_table_with_a_key_takes_one_statement(sample_url: str) -> None:
    async with opened(sample_url) as database:
        view = View(await table_of(database, "posts"))
        with counted(database) as statements:
            page = await rows.first_page(database, view)
            await rows.page_after(database, view, page.rows[-1])
            last = await rows.last_page(database, view)
            await rows.page_before(database, view, last.rows[0])

    assert len(statements) == 4


async def test_rows_that_were_added_since_the_table_was_opened_are_there(empty_postgresql_url: str) -> None:
    async with made(empty_postgresql_url, WIDE[0], WIDE[1]) as database:
        view = View(await table_of(database, "t"))
        assert await forward(database, view) == []
        await run(empty_postgresql_url, WIDE[2])

        assert len(await forward(database, view, 500)) == ROWS
        assert shown((await rows.last_page(database, view, 1)).rows) == [str(ROWS)]


async def test_a_table_that_has_shrunk_since_it_was_opened_has_its_last_page(
    empty_postgresql_url: str,
) -> None:
    async with made(empty_postgresql_url, *WIDE) as database:
        view = View(await table_of(database, "t"))
        old = (await rows.last_page(database, view, 10)).rows[0]
        await run(empty_postgresql_url, "DELETE FROM t WHERE n > 50", "VACUUM FULL t")

        assert shown(await backward(database, view)) == [str(n) for n in range(1, 51)]
        assert len((await rows.page_before(database, view, old)).rows) == 50
        assert (await rows.page_after(database, view, old)).at_end


@pytest.mark.parametrize("descending", [False, True])
async def test_sorted_and_filtered_views_are_right(empty_postgresql_url: str, descending: bool) -> None:
    async with made(empty_postgresql_url, *WIDE) as database:
        table = await table_of(database, "t")
        sorts = (Sort("a", descending=descending),)
        way = "DESC" if descending else "ASC"
        truth = await fetch(empty_postgresql_url, f"SELECT n FROM t ORDER BY a {way}, ctid {way}")
        rare = View(table, (Filter("n", "4321"),))

        assert shown(await forward(database, View(table, sorts=sorts), 1000)) == [str(n) for (n,) in truth]
        assert shown(await forward(database, rare)) == shown(await backward(database, rare)) == ["4321"]
        assert len(await forward(database, View(table, (Filter("a", "3"),)), 300)) == 857


async def test_find_goes_through_all_blocks_both_ways(empty_postgresql_url: str) -> None:
    async with made(empty_postgresql_url, *WIDE) as database:
        view = View(await table_of(database, "t"))
        middle = (await rows.page_at(database, view, ROWS // 2, 1)).rows[0]

        ahead = await rows.find(database, view, Needle("5999"), middle)
        back = await rows.find(database, view, Needle("777"), middle, backward=True)

        assert ahead is not None
        assert back is not None
        assert shown([ahead, back]) == ["5999", "2777"]
        assert await rows.find(database, view, Needle("777"), ahead) is None


async def test_tables_that_are_made_of_others_have_no_order_of_addresses(empty_postgresql_url: str) -> None:
    """A place in a block is repeated in each of them."""
    statements = (
        "CREATE TABLE parts (a int) PARTITION BY LIST (a)",
        "CREATE TABLE part PARTITION OF parts DEFAULT",
        "CREATE TABLE parent (a int)",
        "CREATE TABLE child () INHERITS (parent)",
        "CREATE TABLE keyed (a int PRIMARY KEY)",
        "CREATE TABLE plain (a int)",
    )
    async with made(empty_postgresql_url, *statements) as database:
        by_blocks = {
            name: (await table_of(database, name)).identity.stretches is not None
            for name in ("parts", "parent", "keyed", "child", "plain")
        }

    assert by_blocks == {"parts": False, "parent": False, "keyed": False, "child": True, "plain": True}
