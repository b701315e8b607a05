"""RowsLoader: the buffer of a view, filled at both ends, and what happens when the rows change below it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.db.opening import opened, row_of, table_of
from tests.outside import run
from tests.slow import locked
from tui.db.database import Database
from tui.db.errors import MissingError
from tui.db.needle import Needle
from tui.db.options import Options
from tui.db.rows import PAGE
from tui.db.view import Filter, Sort, View
from tui.screens.loader import MOST, NotFoundError, RowsLoader


@asynccontextmanager
async def loading(
    url: str, name: str = "users", *, sort: str | None = None
) -> AsyncIterator[tuple[Database, RowsLoader]]:
    """A loader of one of the sample's tables."""
    async with opened(url, Options(lock_limit=60)) as database:
        sorts = (Sort(sort),) if sort else ()
        yield database, RowsLoader(database, View(await table_of(database, name), sorts=sorts))


def ids(loader: RowsLoader) -> list[int]:
    return [int(str(row.values[0])) for row in loader.buffer.rows]


async def test_the_first_rows_begin_the_buffer(sample_url: str) -> None:
    async with loading(sample_url) as (_, loader):
        await loader.to_start()

        assert ids(loader) == list(range(1, PAGE + 1))
        assert (loader.buffer.at_start, loader.buffer.at_end, loader.buffer.offset) == (True, False, 0)
        assert loader.milliseconds > 0


async def test_the_last_rows_have_a_number_once_they_are_counted(sample_url: str) -> None:
    async with loading(sample_url) as (_, loader):
        await loader.to_end()
        assert ids(loader) == list(range(1001 - PAGE, 1001))
        assert (loader.buffer.at_end, loader.buffer.offset) == (True, None)

        await loader.count()

        assert (loader.total, loader.buffer.offset) == (1000, 1000 - PAGE)


async def test_the_number_of_rows_that_are_known_is_used_for_the_next_jump(sample_url: str) -> None:
    async with loading(sample_url) as (_, loader):
        await loader.to_start()
        await loader.count()

        await loader.to_end()

        assert loader.buffer.offset == 1000 - PAGE


async def test_the_rows_around_one_have_a_number_once_those_before_are_counted(sample_url: str) -> None:
    async with loading(sample_url, sort="email") as (database, loader):
        row = await row_of(database, loader.view.table, "id", 17)

        index = await loader.around(row)

        assert ids(loader)[index] == 17
        if loader.buffer.offset is None:
            await loader.count()
        before = loader.buffer.offset
        await loader.to_start()
        while 17 not in ids(loader):
            await loader.more(after=True, count=1)
        assert before is not None
        assert ids(loader).index(17) == before + index


async def test_reading_on_grows_the_buffer_without_a_gap(sample_url: str) -> None:
    async with loading(sample_url) as (_, loader):
        await loader.at(499)
        before = ids(loader)

        await loader.more(after=True, count=1)
        await loader.more(after=False, count=1)

        assert ids(loader) == list(range(before[0] - PAGE, before[-1] + PAGE + 1))


@pytest.mark.parametrize(("wanted", "read"), [(1, PAGE), (PAGE + 7, PAGE + 7), (100_000, MOST)])
async def test_a_page_is_read_at_least_and_a_bounded_number_of_rows_at_most(
    sample_url: str, wanted: int, read: int
) -> None:
    async with loading(sample_url) as (_, loader):
        await loader.to_start()

        await loader.more(after=True, count=wanted)

        assert len(loader.buffer.rows) == PAGE + read


async def test_what_was_read_for_rows_that_are_gone_by_then_is_left_out(postgresql_url: str) -> None:
    """The user jumped to the end while the next page was on its way."""
    async with loading(postgresql_url) as (_, loader):
        await loader.to_start()
        async with locked(postgresql_url, "users"):
            reading = asyncio.ensure_future(loader.more(after=True, count=1))
            await asyncio.wait([reading], timeout=0.1)
            other = RowsLoader(loader.database, loader.view)
            loader.buffer = other.buffer
        await reading

        assert ids(loader) == []


async def test_rows_without_a_key_are_read_on_by_their_number(sample_url: str) -> None:
    await run(sample_url, "CREATE VIEW names AS SELECT id, username FROM users")
    async with loading(sample_url, "names", sort="id") as (_, loader):
        index = await loader.at(500)
        assert (ids(loader)[index], loader.buffer.offset) == (501, 500 - PAGE)

        await loader.more(after=True, count=1)
        await loader.more(after=False, count=1)

        assert ids(loader) == list(range(501 - 2 * PAGE, 501 + 2 * PAGE))
        assert loader.buffer.offset == 500 - 2 * PAGE


async def test_around_a_row_that_is_gone_are_the_rows_at_its_place(sample_url: str) -> None:
    async with loading(sample_url, "tags") as (database, loader):
        row = await row_of(database, loader.view.table, "id", 20)
        await run(sample_url, "DELETE FROM post_tags", "DELETE FROM tags WHERE id = 20")

        index = await loader.around(row)

        assert ids(loader)[index] == 21


async def test_around_a_row_with_another_name_now_is_that_row(sample_url: str) -> None:
    async with loading(sample_url, "tags") as (database, loader):
        row = await row_of(database, loader.view.table, "id", 20)
        await run(sample_url, "DELETE FROM post_tags", "UPDATE tags SET id = 99 WHERE id = 20")
        now = await row_of(database, loader.view.table, "id", 99)

        index = await loader.around(row, now.identity)

        assert ids(loader)[index] == 99


async def test_around_a_row_that_is_gone_in_a_sort_that_it_was_not_read_with_is_the_start(
    sample_url: str,
) -> None:
    async with loading(sample_url, "tags", sort="name") as (database, loader):
        row = await row_of(database, loader.view.table, "id", 20)
        await run(sample_url, "DELETE FROM post_tags", "DELETE FROM tags WHERE id = 20")

        assert await loader.around(row) == 0
        assert loader.buffer.at_start


async def test_a_search_goes_once_around_and_says_so(sample_url: str) -> None:
    async with loading(sample_url) as (_, loader):
        await loader.to_start()
        first = loader.buffer.rows[0]
        await loader.to_end()
        last = loader.buffer.rows[-1]

        ahead = await loader.find(Needle("bob@example.org"), first)
        around = await loader.find(Needle("bob@example.org"), last)

        assert (ahead.is_around, around.is_around) == (False, True)
        assert ahead.row == around.row
        with pytest.raises(NotFoundError, match=r"^Nothing in users contains “no such text”\.$"):
            await loader.find(Needle("no such text"), first)


async def test_a_database_view_is_searched_by_the_numbers_of_its_rows(sample_url: str) -> None:
    await run(sample_url, "CREATE VIEW names AS SELECT id, username FROM users ORDER BY id")
    async with loading(sample_url, "names") as (_, loader):
        found = await loader.find(Needle("bob"), None)

    assert str(found.row.values[1]) == "bob"


async def test_a_filtered_view_has_no_estimate(sample_url: str) -> None:
    async with loading(sample_url) as (database, loader):
        view = View(loader.view.table, (Filter("username", "bob"),))

        assert loader.estimate == 1000
        assert RowsLoader(database, view).estimate is None


async def test_a_renewed_loader_knows_new_columns_and_a_dropped_table(sample_url: str) -> None:
    async with loading(sample_url, "post_tags") as (_, loader):
        await run(sample_url, "ALTER TABLE post_tags ADD COLUMN note text")
        assert [c.name for c in (await loader.renewed()).view.table.columns][-1] == "note"

        await run(sample_url, "DROP TABLE post_tags")
        with pytest.raises(MissingError, match="post_tags"):
            await loader.renewed()
