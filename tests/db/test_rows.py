"""Paging: every row once, in the engine's own order, both ways, whatever the table is like."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from tests.db.opening import made, number_of, opened, row_of, shown, table_of
from tests.db.paging import assert_pages, backward, fill, forward, value
from tests.outside import fetch, run
from tui.db import rows
from tui.db.database import Database
from tui.db.values import PREVIEW, Cut
from tui.db.view import Filter, Sort, View


@pytest.mark.parametrize(
    ("sorts", "order"),
    [
        ("", "id"),
        ("id-", "id DESC"),
        ("name", "name, id"),
        ("name-", "name DESC, id DESC"),
        ("a", "a, id"),
        ("a-", "a DESC, id DESC"),
        ("a b", "a, b, id"),
        ("a- b-", "a DESC, b DESC, id DESC"),
        ("a b-", "a, b DESC, id DESC"),
        ("a- b", "a DESC, b, id"),
        ("name a-", "name, a DESC, id DESC"),
        ("a name-", "a, name DESC, id DESC"),
        ("b- id", "b DESC, id"),
        ("id a", "id, a"),
    ],
)
async def test_pages_hold_every_row_once_in_the_engines_order(mixed_url: str, sorts: str, order: str) -> None:
    """Also where the sort has ties, NULLs and mixed directions."""
    wanted = tuple(Sort(item.rstrip("-"), item.endswith("-")) for item in sorts.split())
    async with opened(mixed_url) as database:
        view = View(await table_of(database, "t"), sorts=wanted)

        await assert_pages(database, mixed_url, view, order)


NULLS = {
    ("a", True): "a IS NULL DESC, a, id",
    ("a", False): "a IS NULL, a, id",
    ("a-", True): "a IS NULL DESC, a DESC, id DESC",
    ("a-", False): "a IS NULL, a DESC, id DESC",
    ("b a-", True): "b IS NULL DESC, b, a IS NULL DESC, a DESC, id DESC",
    ("b- a", False): "b IS NULL, b DESC, a IS NULL, a, id",
    ("id a", True): "id, a",
}


@pytest.mark.parametrize(("sorts", "nulls_first"), NULLS)
async def test_nulls_come_where_they_are_wanted(mixed_url: str, sorts: str, nulls_first: bool) -> None:
    wanted = tuple(Sort(item.rstrip("-"), item.endswith("-"), nulls_first) for item in sorts.split())
    async with opened(mixed_url) as database:
        view = View(await table_of(database, "t"), sorts=wanted)

        await assert_pages(database, mixed_url, view, NULLS[sorts, nulls_first])


@pytest.mark.parametrize("limit", [1, 3, 249, 250, 251])
async def test_pages_of_any_length_fit_together(mixed_url: str, limit: int) -> None:
    async with opened(mixed_url) as database:
        view = View(
            await table_of(database, "t"), sorts=(Sort("a"),), filters=(Filter("b", value(database, 1)),)
        )
        every = await forward(database, view, 1000)

        assert len(every) == len(await fetch(mixed_url, "SELECT 1 FROM t WHERE b = 1"))
        assert await forward(database, view, limit) == every
        assert await backward(database, view, limit) == every


async def test_a_filter_shows_only_the_rows_with_the_value(mixed_url: str) -> None:
    async with opened(mixed_url) as database:
        table = await table_of(database, "t")
        both = (Filter("name", "name 7"), Filter("a", None))

        found = await forward(database, View(table, both))

        assert shown(found) == [text for (text,) in await texts(mixed_url, "name = 'name 7' AND a IS NULL")]
        assert await rows.count(database, View(table, both)) == len(found)
        assert await rows.count(database, View(table, (Filter("a", None),))) == 50


async def texts(url: str, where: str) -> list[tuple[str]]:
    return [(str(number),) for (number,) in await fetch(url, f"SELECT id FROM t WHERE {where} ORDER BY id")]


async def test_a_column_that_cannot_be_sorted_is_a_sentence(empty_postgresql_url: str) -> None:
    async with made(empty_postgresql_url, "CREATE TABLE t (id int PRIMARY KEY, j json)") as database:
        view = View(await table_of(database, "t"), sorts=(Sort("j"),))

        with pytest.raises(Exception, match=r"can't be compared: .*ordering operator"):
            await rows.first_page(database, view)


async def test_the_page_around_a_row_has_it_in_the_middle(mixed_url: str) -> None:
    async with opened(mixed_url) as database:
        view = View(await table_of(database, "t"), sorts=(Sort("a"),))
        every = await forward(database, view)

        page = await rows.page_around(database, view, every[100], 10)
        start = await rows.page_around(database, view, every[3], 10)
        end = await rows.page_around(database, view, every[-1], 10)

    assert (list(page.rows), page.at_start, page.at_end) == (every[90:110], False, False)
    assert (list(start.rows), start.at_start, start.at_end) == (every[:13], True, False)
    assert (list(end.rows), end.at_start, end.at_end) == (every[-11:], False, True)


async def test_the_page_around_a_deleted_row_shows_its_place(mixed_url: str) -> None:
    async with opened(mixed_url) as database:
        view = View(await table_of(database, "t"), sorts=(Sort("a", descending=True),))
        every = await forward(database, view)
        await run(mixed_url, f"DELETE FROM t WHERE id = {number_of(every[100])}")

        page = await rows.page_around(database, view, every[100], 10)

    assert list(page.rows) == every[90:100] + every[101:111]


async def test_rows_that_were_there_all_the_time_are_seen_once(mixed_url: str) -> None:
    """Whatever somebody else adds and deletes between two pages."""
    async with opened(mixed_url) as database:
        view = View(await table_of(database, "t"), sorts=(Sort("name"),))
        page = await rows.first_page(database, view, 20)
        found = list(page.rows)
        for step in range(12):
            await run(
                mixed_url,
                f"INSERT INTO t VALUES ({1000 + step}, 'name 0', 1, 1), ({2000 + step}, 'name 9', 1, 1)",
                f"DELETE FROM t WHERE id = {number_of(found[-1])}",
                f"DELETE FROM t WHERE id = {number_of(found[0])}",
            )
            page = await rows.page_after(database, view, page.rows[-1], 20)
            found += page.rows

    seen = [int(text or 0) for text in shown(found)]
    assert len(set(seen)) == len(seen)
    there = {number for (number,) in await fetch(mixed_url, "SELECT id FROM t WHERE id <= 250")}
    assert there - set(seen) == set()


async def test_a_sorted_row_that_moves_is_followed_by_the_rows_behind_its_old_place(mixed_url: str) -> None:
    async with opened(mixed_url) as database:
        view = View(await table_of(database, "t"), sorts=(Sort("a"),))
        every = await forward(database, view)
        await run(mixed_url, f"UPDATE t SET a = 1000 WHERE id = {number_of(every[59])}")

        page = await rows.page_after(database, view, every[59], 10)

    assert list(page.rows) == every[60:70]


async def test_a_page_at_a_row_number_begins_there(mixed_url: str) -> None:
    async with opened(mixed_url) as database:
        view = View(await table_of(database, "t"))

        page = await rows.page_at(database, view, 240, 20)

    assert shown(page.rows) == [str(n) for n in range(241, 251)]
    assert (page.offset, page.at_start, page.at_end) == (240, False, True)


@pytest.mark.parametrize("sorts", [(), (Sort("id"),), (Sort("id", descending=True),), (Sort("name"),)])
async def test_a_page_by_its_number_is_the_same_with_and_without_gaps(
    empty_url: str, sorts: tuple[Sort, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "FAR", 1)
    statements = [
        "CREATE TABLE t (id integer PRIMARY KEY, name varchar(9))",
        fill(empty_url, "t", "n + 20, n % 9"),
    ]
    async with made(empty_url, *statements) as database:
        view = View(await table_of(database, "t"), sorts=sorts)
        for gap in (False, True):
            if gap:
                await run(empty_url, "DELETE FROM t WHERE id IN (30, 50)")
            total = await rows.count(database, view)
            for offset in (0, 1, 120, total - 1, total, total + 5):
                wanted = await rows.page_at(database, view, offset, 20)
                page = await rows.page_numbered(database, view, offset, 20)
                assert (page.rows, page.offset) == (wanted.rows, wanted.offset)
                assert page.at_end is wanted.at_end


async def test_rows_without_a_gap_are_not_counted_off(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "FAR", 100)
    statements = ["CREATE TABLE t (id integer PRIMARY KEY)", fill(empty_url, "t", "n")]
    async with made(empty_url, *statements) as database:
        view, asked = View(await table_of(database, "t")), list[str]()
        event.listen(
            database.engines.reader.sync_engine, "before_cursor_execute", lambda *at: asked.append(at[2])
        )
        await rows.page_numbered(database, view, 120, 20)
        assert "WHERE" in asked.pop()
        await rows.page_numbered(database, view, 99, 20)
        assert "WHERE" not in asked.pop()
        await run(empty_url, "DELETE FROM t WHERE id = 7")
        await rows.page_numbered(database, view, 120, 20)
        assert "WHERE" not in asked.pop()


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("id int NOT NULL PRIMARY KEY", "(1), (1.5), (3)"),
        ("id text NOT NULL PRIMARY KEY", "('1'), ('2'), ('3')"),
    ],
)
async def test_keys_that_may_be_no_whole_numbers_are_counted_off(
    empty_sqlite_url: str, key: str, values: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "FAR", 1)
    statements = [f"CREATE TABLE t ({key})", f"INSERT INTO t VALUES {values}"]
    async with made(empty_sqlite_url, *statements) as database:
        view = View(await table_of(database, "t"))
        wanted = await rows.page_at(database, view, 1, 9)
        assert (await rows.page_numbered(database, view, 1, 9)).rows == wanted.rows


async def test_a_key_that_is_an_array_of_numbers_is_no_number(
    empty_postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "FAR", 1)
    statements = ["CREATE TABLE t (id integer[] PRIMARY KEY)", "INSERT INTO t VALUES ('{1}'), ('{2}')"]
    async with made(empty_postgresql_url, *statements) as database:
        view = View(await table_of(database, "t"))
        assert [row.identity for row in (await rows.page_numbered(database, view, 1, 9)).rows] == [("{2}",)]


async def test_an_empty_table_is_one_empty_page(empty_url: str) -> None:
    async with made(
        empty_url, "CREATE TABLE t (id int PRIMARY KEY)", "CREATE VIEW v AS SELECT * FROM t"
    ) as database:
        for name in ("t", "v"):
            view = View(await table_of(database, name))
            first, last = await rows.first_page(database, view), await rows.last_page(database, view)

            assert (list(first.rows), first.at_start, first.at_end) == ([], True, True)
            assert (list(last.rows), last.at_start, last.at_end) == ([], True, True)


async def test_the_last_page_is_right_while_rows_are_deleted(mixed_url: str) -> None:
    """By key: where its own rows are gone, the ones before are read on from their place."""
    async with opened(mixed_url) as database:
        view = View(await table_of(database, "t"))
        page = await rows.last_page(database, view, 20)
        await run(mixed_url, "DELETE FROM t WHERE id > 150")

        before = await rows.page_before(database, view, page.rows[0], 20)
        after = await rows.page_after(database, view, page.rows[0], 20)
        last = await rows.last_page(database, view, 20)
        around = await rows.page_around(database, view, page.rows[-1], 20)

    assert shown(before.rows) == shown(last.rows) == shown(around.rows) == [str(n) for n in range(131, 151)]
    assert (list(after.rows), after.at_end, last.at_end, around.place) == ([], True, True, 19)


@pytest.mark.parametrize(("left", "first"), [(150, 131), (0, 1)])
async def test_the_last_page_by_number_is_read_again_where_rows_went_after_they_were_counted(
    mixed_url: str, left: int, first: int
) -> None:
    """The deletion is committed between the two statements."""
    await run(mixed_url, "CREATE VIEW v AS SELECT * FROM t")

    def delete(*_: object) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, run(mixed_url, f"DELETE FROM t WHERE id > {left}")).result()

    async with opened(mixed_url) as database:
        view = View(await table_of(database, "v"))
        event.listen(database.engines.reader.sync_engine, "after_cursor_execute", delete, once=True)
        page = await rows.last_page(database, view, 20)

    assert sorted(map(number_of, page.rows)) == list(range(first, left + 1))
    assert (page.at_start, page.at_end, page.offset) == (left <= 20, True, first - 1)


async def test_a_long_value_is_cut_in_a_page_and_whole_when_it_is_opened(database: Database) -> None:
    posts = await table_of(database, "posts")
    position = posts.positions["content"]
    page = await rows.first_page(database, View(posts))
    row = next(row for row in page.rows if isinstance(row.values[position], Cut))

    whole = await rows.get(database, posts, row.identity)

    cut = row.values[position]
    assert whole is not None
    text = whole.values[position]
    assert isinstance(cut, Cut)
    assert isinstance(text, str)
    assert len(text) > PREVIEW == len(cut.start)
    assert text.startswith(str(cut.start))


async def test_a_value_of_just_the_length_of_a_preview_is_not_cut(empty_url: str) -> None:
    long = "ü" * PREVIEW
    statements = (
        "CREATE TABLE t (id int PRIMARY KEY, a text)",
        f"INSERT INTO t VALUES (1, '{long}'), (2, '{long}x')",
    )
    async with made(empty_url, *statements) as database:
        page = await rows.first_page(database, View(await table_of(database, "t")))

    assert [row.values[1] for row in page.rows] == [long, Cut(long)]


async def test_a_row_that_is_not_there_is_none(database: Database) -> None:
    users = await table_of(database, "users")
    bob = await row_of(database, users, "username", "bob")

    assert await rows.get(database, users, bob.identity) == bob
    assert await rows.get(database, users, (value(database, 99999),)) is None


async def test_a_row_is_got_in_a_view_with_its_cursor(database: Database) -> None:
    users = await table_of(database, "users")
    view = View(users, sorts=(Sort("email"),))
    bob = await row_of(database, users, "username", "bob")

    found = await rows.get_in(database, view, bob.identity)

    assert found is not None
    assert found.cursor == ("bob@example.org",)
