"""Sorting by long values: pages read their beginnings only, and go on at the right row all the same."""

import pytest

from tests.db.opening import made, number_of, opened, shown, table_of
from tests.db.paging import assert_pages, fill, forward
from tests.outside import run
from tui.db import rows
from tui.db.values import PREVIEW
from tui.db.view import Sort, View

HEAD = "x" * 1000
LONG = f"CASE WHEN n % 5 = 0 THEN NULL WHEN n % 5 = 1 THEN 'short' ELSE '{HEAD}' || (n * 7 % 20) END"


@pytest.fixture
async def long_url(empty_url: str) -> str:
    """250 rows: texts that differ beyond what a page reads, ties, short texts and NULLs."""
    await run(
        empty_url,
        "CREATE TABLE t (id int PRIMARY KEY, a text, b int)",
        fill(empty_url, "t", f"n, {LONG}, n % 3"),
    )
    return empty_url


@pytest.mark.parametrize(
    ("sorts", "order"),
    [
        ("a", "a, id"),
        ("a-", "a DESC, id DESC"),
        ("b a-", "b, a DESC, id DESC"),
        ("a- b", "a DESC, b, id"),
    ],
)
async def test_pages_hold_every_row_once_where_texts_differ_at_their_end_only(
    long_url: str, sorts: str, order: str
) -> None:
    wanted = tuple(Sort(item.rstrip("-"), item.endswith("-")) for item in sorts.split())
    async with opened(long_url) as database:
        await assert_pages(database, long_url, View(await table_of(database, "t"), sorts=wanted), order)


async def test_no_more_than_the_beginning_of_a_sort_column_is_read(long_url: str) -> None:
    async with opened(long_url) as database:
        every = await forward(database, View(await table_of(database, "t"), sorts=(Sort("a"),)))

    assert max(len(str(row.cursor[0])) for row in every) == PREVIEW + 1


@pytest.mark.parametrize("change", ["UPDATE t SET a = 'y' WHERE id = {}", "DELETE FROM t WHERE id = {}"])
async def test_after_a_row_that_somebody_changed_come_the_rows_with_its_beginning(
    long_url: str, change: str
) -> None:
    """Its old value is known no more: some rows may come again, none is left out."""
    async with opened(long_url) as database:
        view = View(await table_of(database, "t"), sorts=(Sort("a"),))
        every = await forward(database, view, 1000)
        place = next(i for i, row in enumerate(every) if str(row.cursor[0]).startswith("x")) + 30
        await run(long_url, change.format(number_of(every[place])))

        page = await rows.page_after(database, view, every[place], 1000)

    later = [text for text in shown(every[place + 1 :]) if text is not None]
    assert set(later) <= set(shown(page.rows))
    assert "short" not in shown(page.rows, 1)


async def test_the_rows_before_one_with_a_long_text_are_counted(long_url: str) -> None:
    async with opened(long_url) as database:
        view = View(await table_of(database, "t"), sorts=(Sort("a"),))
        for number, row in enumerate(await forward(database, view, 1000)):
            if number % 40 == 7:
                assert await rows.count_before(database, view, row) == number


async def test_long_values_of_other_types_are_sorted_and_paged_too(empty_postgresql_url: str) -> None:
    """Their beginning alone is no value of the type."""
    statements = (
        "CREATE TABLE t (id int PRIMARY KEY, j jsonb, c int[], b bytea)",
        fill(
            empty_postgresql_url,
            "t",
            f"n, jsonb_build_object('k', '{HEAD}' || n % 9), array_fill(n % 9, ARRAY[500]), "
            f"convert_to('{HEAD}' || n % 9, 'UTF8')",
        ),
    )
    async with made(empty_postgresql_url, *statements) as database:
        for column in ("j", "c", "b"):
            view = View(await table_of(database, "t"), sorts=(Sort(column),))
            await assert_pages(database, empty_postgresql_url, view, f"{column}, id")
