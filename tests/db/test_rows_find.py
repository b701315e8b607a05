"""Counting, and finding a text in the whole table, in the view's order."""

import pytest

from tests.db.opening import is_sqlite, made, opened, row_of, shown, table_of
from tests.outside import fetch, run
from tui.db import rows
from tui.db.database import Database
from tui.db.errors import QueryError
from tui.db.needle import Needle
from tui.db.page import Row
from tui.db.view import Filter, Sort, View

TEXTS = [
    "100%",
    "1000",
    "a_b",
    "acb",
    "back\\slash",
    "it's",
    'say "so"',
    "Übergröße",
    "日本語",
    ":g %s %(x)s",
    "[/]",
]


@pytest.fixture
async def texts_url(empty_url: str) -> str:
    """A row for each of the texts, some NULLs, and bytes."""
    await run(empty_url, "CREATE TABLE t (id int PRIMARY KEY, a text, n int, b " + bytes_of(empty_url) + ")")
    values = (
        f"({i}, '{text.replace(chr(39), chr(39) * 2)}', {i * 11}, NULL)" for i, text in enumerate(TEXTS)
    )
    await run(
        empty_url, f"INSERT INTO t VALUES {', '.join(values)}", "INSERT INTO t VALUES (99, NULL, NULL, NULL)"
    )
    return empty_url


def bytes_of(url: str) -> str:
    return "bytea" if url.startswith("postgresql") else "blob"


async def found(database: Database, view: View, text: str, *, backward: bool = False) -> list[str | None]:
    """The keys of all rows that are found, one after the other."""
    hits: list[Row] = []
    row = await rows.find(database, view, Needle(text), backward=backward)
    while row is not None:
        hits.append(row)
        row = await rows.find(database, view, Needle(text), row, backward=backward)
    return shown(hits)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("0%", [0]),
        ("100", [0, 1]),
        ("a_", [2]),
        ("k\\s", [4]),
        ("t's", [5]),
        ('"so"', [6]),
        ("größe", [7]),
        ("本", [8]),
        (":g", [9]),
        ("%(x)s", [9]),
        ("[/]", [10]),
        ("BACK", [4]),
        ("55", [5]),
        ("no such text", []),
        ("", [*range(len(TEXTS)), 99]),
    ],
)
async def test_a_text_is_found_as_it_is_written(texts_url: str, text: str, ids: list[int]) -> None:
    """No character of it is a pattern; numbers are searched by their digits."""
    async with opened(texts_url) as database:
        view = View(await table_of(database, "t"))

        assert await found(database, view, text) == [str(number) for number in ids]
        assert await found(database, view, text, backward=True) == [str(number) for number in reversed(ids)]


async def test_hits_come_in_the_views_order_and_pass_its_filters(texts_url: str) -> None:
    async with opened(texts_url) as database:
        table = await table_of(database, "t")
        by_text = View(table, sorts=(Sort("a", descending=True),))
        number = 11 if is_sqlite(database) else "11"

        assert await found(database, by_text, "a") == ["6", "4", "3", "2"]
        assert await found(database, View(table, (Filter("n", number),)), "0") == ["1"]


async def test_nulls_in_the_sort_column_do_not_end_a_search(texts_url: str) -> None:
    await run(
        texts_url, "INSERT INTO t VALUES (100, NULL, 7, NULL), (101, NULL, 7, NULL), (102, 'z', 7, NULL)"
    )
    async with opened(texts_url) as database:
        for descending in (False, True):
            view = View(await table_of(database, "t"), sorts=(Sort("a", descending=descending),))

            hits = [hit for hit in await found(database, view, "7") if hit != "7"]

            assert sorted(map(str, hits)) == ["100", "101", "102"]


async def test_a_hit_can_be_the_place_where_a_page_begins(database: Database) -> None:
    view = View(await table_of(database, "users"), sorts=(Sort("email"),))
    hit = await rows.find(database, view, Needle("bob@example.org"))
    assert hit is not None

    page = await rows.page_around(database, view, hit, 5)

    assert hit in page.rows


async def test_half_a_character_cannot_be_searched_and_that_is_said(database: Database) -> None:
    view = View(await table_of(database, "users"))

    with pytest.raises(QueryError, match="lone surrogate"):
        await rows.find(database, view, Needle("\ud800"))


async def test_rows_are_counted(database: Database, sample_url: str) -> None:
    users, posts = await table_of(database, "users"), await table_of(database, "posts")
    bob = await row_of(database, users, "username", "bob")

    assert await rows.count(database, View(users)) == 1000
    assert (
        await rows.count(database, View(posts, (Filter("author_id", bob.values[0]),)), background=True) == 47
    )
    await run(sample_url, "DELETE FROM post_tags", "DELETE FROM posts")
    assert await rows.count(database, View(posts)) == 0


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", ["content", "created_at", "id"])
async def test_the_rows_before_a_row_are_counted(database: Database, column: str, descending: bool) -> None:
    view = View(await table_of(database, "posts"), sorts=(Sort(column, descending=descending),))
    for offset in (0, 1, 2500, 4990, 5016):
        page = await rows.page_at(database, view, offset, 1)

        assert await rows.count_before(database, view, page.rows[0]) == offset


async def test_the_rows_before_a_row_of_a_filtered_view_are_counted(
    database: Database, sample_url: str
) -> None:
    users = await table_of(database, "users")
    bob = await row_of(database, users, "username", "bob")
    view = View(await table_of(database, "posts"), (Filter("author_id", bob.values[0]),))
    page = await rows.first_page(database, view)

    assert await rows.count_before(database, view, page.rows[46]) == 46


async def test_an_empty_table_has_no_hit_and_no_rows(empty_url: str) -> None:
    async with made(
        empty_url, "CREATE TABLE t (id int PRIMARY KEY, b " + bytes_of(empty_url) + ")"
    ) as database:
        view = View(await table_of(database, "t"))

        assert await rows.find(database, view, Needle("")) is None
        assert await rows.count(database, view) == 0


async def test_bytes_are_not_searched(empty_url: str) -> None:
    literal = "'abc'" if empty_url.startswith("postgresql") else "x'616263'"
    statements = (f"CREATE TABLE t (b {bytes_of(empty_url)})", f"INSERT INTO t VALUES ({literal})")
    async with made(empty_url, *statements) as database:
        assert await rows.find(database, View(await table_of(database, "t")), Needle("")) is None

    assert len(await fetch(empty_url, "SELECT b FROM t")) == 1


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("jsmith", [0, 1]),
        ("JOHN", [0, 1, 3]),
        ("jhn smt", [0]),
        ("a%c", [2]),
        ("a_c", []),
        ("öß", [4]),
        ("ÖG", [4]),
        ("", [0, 1, 2, 3, 4, 5]),
    ],
)
async def test_a_fuzzy_needle_may_have_others_between_its_letters(
    empty_url: str, text: str, ids: list[int]
) -> None:
    """In texts that are short enough to mean it: the last one has all letters of the alphabet."""
    values = [
        "John Smith",
        "JOHN.A.SMITH",
        "100 a %c",
        "jo\\hn",
        "Größe, groß",
        "abcdefghijklmnopqrstuvwxyz" * 4,
    ]
    escaped = [value.replace("\\", "\\\\") if empty_url.startswith("mysql") else value for value in values]
    rows_of = ", ".join(f"({i}, '{value}')" for i, value in enumerate(escaped))
    await run(empty_url, "CREATE TABLE t (id int PRIMARY KEY, a text)", f"INSERT INTO t VALUES {rows_of}")
    async with opened(empty_url) as database:
        view = View(await table_of(database, "t"))
        hits: list[int] = []
        row = await rows.find(database, view, Needle(text, is_fuzzy=True))
        while row is not None:
            hits.append(int(str(row.values[0])))
            assert not text or any(Needle(text, is_fuzzy=True).is_in(str(value)) for value in row.values)
            row = await rows.find(database, view, Needle(text, is_fuzzy=True), row)
    assert hits == ids


@pytest.mark.parametrize("sorts", [(), (Sort("a"),), (Sort("a", descending=True, nulls_first=True),)])
async def test_what_a_search_from_a_row_leaves_is_searched_up_to_it(
    empty_url: str, sorts: tuple[Sort, ...]
) -> None:
    """From each row of a view, in both directions: together they find what a search of all finds."""
    values = "(1, 'x'), (2, NULL), (3, 'needle'), (4, 'a'), (5, NULL), (6, 'b'), (7, 'Needle')"
    await run(
        empty_url, "CREATE TABLE t (id int PRIMARY KEY, a varchar(20))", f"INSERT INTO t VALUES {values}"
    )
    needle = Needle("needle")
    async with opened(empty_url) as database:
        view = View(await table_of(database, "t"), sorts=sorts)
        every = (await rows.first_page(database, view)).rows
        for backward in (False, True):
            ordered = every[::-1] if backward else every
            for index, row in enumerate(ordered):
                hits = [other for other in ordered[: index + 1] if needle.is_in(str(other.values[1]))]
                found = await rows.find_up_to(database, view, needle, row, backward=backward)
                assert (found and found.identity) == (hits[0].identity if hits else None)
