"""Searching every table for one value, on each engine."""

import asyncio

import pytest

from tests.db.opening import checked_out, counted, opened, shown
from tests.outside import run
from tests.slow import locked
from tui.db import everywhere, rows
from tui.db.database import Database
from tui.db.everywhere import HITS, WideSearch


async def things(url: str) -> None:
    """Tables of a few types, a wide one among them."""
    large = "longtext" if url.startswith("mysql") else "text"
    await run(
        url,
        "CREATE TABLE orders (id integer PRIMARY KEY, number integer, note varchar(50), placed date)",
        "CREATE INDEX by_number ON orders (number)",
        "INSERT INTO orders VALUES (1, 4711, 'first', '2026-05-01'), (4711, 2, 'Refund of 4711', NULL)",
        "INSERT INTO orders VALUES (3, 14711, NULL, '2026-05-02'), (5, 6, '[red]%_x', '2026-05-03')",
        "CREATE TABLE letters (id integer PRIMARY KEY, code varchar(4) UNIQUE, body " + large + ")",
        "INSERT INTO letters VALUES (1, '4711', 'Übergröße'), (2, 'abcd', 'see 4711, and bob@example.com')",
        "CREATE TABLE happened (id integer PRIMARY KEY, at timestamp NULL)",
        "INSERT INTO happened VALUES (1, '2026-05-01 10:20:30'), (2, '2026-05-02 00:00:00')",
        "CREATE VIEW seen AS SELECT note FROM orders",
    )


async def search(database: Database, text: str) -> WideSearch:
    """A search that has come to its end."""
    wide = WideSearch(database, text)
    await wide.run(lambda: None)
    assert wide.is_over
    return wide


def told(wide: WideSearch) -> dict[str, list[tuple[str | None, str | None]]]:
    """The ids of the rows that were found, and the columns, by table."""
    return {
        name.label: sorted((shown([hit.row])[0], hit.column) for hit in found.hits)
        for name, found in wide.found.items()
    }


CASES = {
    "4711": {
        "orders": [("1", "number"), ("4711", "id")],
        "letters": [("1", "code"), ("2", "body")],
    },
    "2026-05-01": {"orders": [("1", "placed")], "happened": [("1", "at")]},
    "BOB@example.com": {"letters": [("2", "body")]},
    "übergrö": {"letters": [("1", "body")]},
    "[red]%_X": {"orders": [("5", "note")]},
    "refund": {"orders": [("4711", "note")]},
    "nowhere": {},
}


@pytest.mark.parametrize("wanted", CASES)
async def test_a_value_is_found_wherever_a_type_can_hold_it(empty_url: str, wanted: str) -> None:
    await things(empty_url)
    async with opened(empty_url) as database:
        wide = await search(database, wanted)
    assert told(wide) == CASES[wanted]
    assert not wide.unread


async def test_a_moment_is_found_by_all_of_it(empty_url: str) -> None:
    await things(empty_url)
    async with opened(empty_url) as database:
        wide = await search(database, "2026-05-02 00:00:00")
    assert told(wide)["happened"] == [("2", "at")]


async def test_rows_that_an_index_finds_come_first(empty_url: str) -> None:
    await things(empty_url)
    async with opened(empty_url) as database:
        await database.tables([entry.name for entry in database.catalog.entries])
        wide = WideSearch(database, "4711")
        steps: list[int] = []
        with counted(database) as statements:
            await wide.run(lambda: steps.append(sum(len(found.hits) for found in wide.found.values())))
    assert steps == sorted(steps)
    likes = ["LIKE" in statement for statement in statements]
    assert likes == sorted(likes), statements
    assert any(likes)
    assert not all(likes)


async def test_a_table_with_many_hits_tells_that_there_are_more(empty_url: str) -> None:
    await things(empty_url)
    values = ", ".join(f"({i}, 77, 'many', NULL)" for i in range(100, 100 + HITS + 1))
    await run(empty_url, f"INSERT INTO orders VALUES {values}")
    async with opened(empty_url) as database:
        for wanted in ("77", "MANY"):
            wide = await search(database, wanted)
            (found,) = wide.found.values()
            assert len(found.hits) == HITS
            assert found.is_more
            assert await rows.count(database, found.view) == HITS + 1
        await run(empty_url, "DELETE FROM orders WHERE id = 100")
        (found,) = (await search(database, "77")).found.values()
        assert not found.is_more
        assert len(found.hits) == HITS


async def test_what_can_t_be_read_is_told_and_the_rest_is_searched(
    postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where another program has locked a table, it can't even be described."""
    monkeypatch.setattr(everywhere, "READING", 0.5)
    await run(
        postgresql_url,
        "CREATE TABLE t (id int PRIMARY KEY, n text)",
        "INSERT INTO t VALUES (1, 'needle')",
    )
    async with opened(postgresql_url) as database, locked(postgresql_url, "users"):
        wide = await search(database, "needle")
    assert [name.label for name in wide.unread] == ["users"]
    assert [name.label for name in wide.found] == ["t"]


async def test_a_search_that_is_given_up_leaves_nothing_behind(sample_url: str) -> None:
    async with opened(sample_url) as database:
        wide = WideSearch(database, "a")
        task = asyncio.create_task(wide.run(lambda: task.cancel()))
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not wide.is_over
        assert sum(checked_out(database)) == 0
        assert (await search(database, "a")).found


OTHERWISE = {
    "postgresql": [
        ("4711", '"char"', "'4'"),
        ("1011010", "bit(4)", "B'1011'"),
        ("1234", "time", "'12:34'"),
        ("240101", "date", "'2024-01-01'"),
        ("today", "date", "current_date"),
        ("3.14159", "numeric(10,2)", "3.14"),
        ("2024-01-01 10:20:30", "date", "'2024-01-01'"),
        ("2024-01-01 10:30", "time", "'10:30'"),
        ("2024-02-01 10:30:00.4", "timestamp(0)", "'2024-02-01 10:30'"),
    ],
    "mysql": [
        ("3.14159", "decimal(10,2)", "3.14"),
        ("2024-01-01 10:20:30", "date", "'2024-01-01'"),
        ("yes", "int(1)", "1"),
    ],
    "sqlite": [("1", "INTEGER", "11"), ("yes", "BOOLEAN", "1"), (f"1e-1{'0' * 30}", "INTEGER", "0")],
}


@pytest.mark.parametrize("is_indexed", [False, True])
async def test_what_a_type_makes_of_a_text_is_no_hit(empty_url: str, is_indexed: bool) -> None:
    cases = OTHERWISE[empty_url.partition(":")[0]]
    key = "PRIMARY KEY" if is_indexed else "NOT NULL"
    for number, (_, type_name, stored) in enumerate(cases):
        await run(
            empty_url,
            f"CREATE TABLE t{number} (v {type_name} {key})",
            f"INSERT INTO t{number} VALUES ({stored})",
        )
    async with opened(empty_url) as database:
        for text, *_ in cases:
            assert told(await search(database, text)) == {}, text


async def test_a_day_is_found_however_it_is_typed_and_all_of_it_is_shown(postgresql_url: str) -> None:
    days = ", ".join(f"({i}, '2031-05-01')" for i in range(HITS + 5))
    await run(
        postgresql_url,
        "CREATE TABLE t (id int PRIMARY KEY, day date)",
        "CREATE INDEX ON t (day)",
        f"INSERT INTO t VALUES {days}",
    )
    async with opened(postgresql_url) as database:
        (found,) = (await search(database, "2031-5-1")).found.values()
        assert found.is_more
        assert await rows.count(database, found.view) == HITS + 5


async def test_an_index_that_can_t_answer_leaves_the_table_to_be_read(mariadb_url: str) -> None:
    await run(
        mariadb_url,
        "CREATE TABLE odd (id int PRIMARY KEY, old varchar(20) CHARACTER SET latin1, "
        "new varchar(20) COLLATE utf8mb4_general_ci)",
        "CREATE INDEX by_old ON odd (old)",
        "CREATE INDEX by_new ON odd (new)",
        "INSERT INTO odd VALUES (1, 'x', '李'), (2, 'muller', 'x'), (3, 'y', 'Müller')",
        "CREATE TABLE loose (a varchar(20), u uuid)",
        "INSERT INTO loose VALUES ('李', NULL), ('李', NULL), ('x', '0a0a0a0a-0000-1000-8000-0000000000ff')",
    )
    async with opened(mariadb_url) as database:
        wide = await search(database, "李")
        assert told(wide)["odd"] == [("1", "new")]
        assert len(wide.found[next(name for name in wide.found if name.name == "loose")].hits) == 2
        assert told(await search(database, "muller"))["odd"] == [("2", "old"), ("3", "new")]
        assert "loose" in told(await search(database, "0A0A0A0A-0000-1000-8000-0000000000FF"))
        assert not wide.unread


async def test_a_column_of_sqlite_may_hold_anything(empty_sqlite_url: str) -> None:
    await run(
        empty_sqlite_url,
        "CREATE TABLE a (id INTEGER PRIMARY KEY, mail EMAIL, n INTEGER)",
        "INSERT INTO a VALUES (1, 'bob@example.com', 'a needle')",
        "CREATE TABLE s (id INTEGER PRIMARY KEY, v ANY) STRICT",
        "INSERT INTO s VALUES (1, 4711), (2, 'see 4711')",
    )
    async with opened(empty_sqlite_url) as database:
        assert told(await search(database, "bob@example")) == {"a": [("1", "mail")]}
        assert told(await search(database, "NEEDLE")) == {"a": [("1", "n")]}
        assert told(await search(database, "4711")) == {"s": [("1", "v"), ("2", "v")]}


async def test_a_table_of_very_many_columns_is_searched_bit_by_bit(
    empty_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everywhere, "READING", 60)
    columns = ", ".join(f"c{i} TEXT" for i in range(1100))
    await run(
        empty_sqlite_url,
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, {columns})",
        "INSERT INTO t (id, c3, c1099) VALUES (1, 'x', 'needle'), (2, 'needle', 'needle')",
    )
    async with opened(empty_sqlite_url) as database:
        wide = await search(database, "needle")
    assert told(wide) == {"t": [("1", "c1099"), ("2", "c3")]}
    assert not wide.unread


async def test_a_database_without_tables_is_searched_at_once(empty_url: str) -> None:
    async with opened(empty_url) as database:
        assert not (await search(database, "x")).found


async def test_a_type_that_refuses_the_text_leaves_the_others_to_be_searched(
    postgresql_url: str,
) -> None:
    columns = "a tsvector, b jsonpath, c regclass, d regtype, e regproc, f point, g xml, h int4range, m money"
    await run(
        postgresql_url,
        f"CREATE TABLE odd (id int PRIMARY KEY, {columns}, note text)",
        "INSERT INTO odd (id, m, note) VALUES (1, 5, 'http://x/(?)'), (2, 7, 'b')",
    )
    async with opened(postgresql_url) as database:
        assert told(await search(database, "http://x/(?")) == {"odd": [("1", "note")]}
        assert told(await search(database, "$5.00")) == {"odd": [("1", "m")]}


async def test_years_and_wide_tables_without_a_key_are_searched(mariadb_url: str) -> None:
    columns = ", ".join(f"c{i} varchar(20)" for i in range(90))
    await run(
        mariadb_url,
        "CREATE TABLE y (id int PRIMARY KEY, made year)",
        "INSERT INTO y VALUES (1, 2024)",
        f"CREATE TABLE wide ({columns})",
        "INSERT INTO wide (c1, c88) VALUES ('needle', NULL), (NULL, 'needle')",
    )
    async with opened(mariadb_url) as database:
        assert told(await search(database, "2024"))["y"] == [("1", "made")]
        (found,) = (await search(database, "needle")).found.values()
        assert sorted(str(hit.column) for hit in found.hits) == ["c1", "c88"]


async def test_a_column_that_went_meanwhile_is_told(empty_url: str) -> None:
    await run(empty_url, "CREATE TABLE t (id int PRIMARY KEY, a varchar(20), b varchar(20))")
    async with opened(empty_url) as database:
        await search(database, "x")
        await run(empty_url, "ALTER TABLE t DROP COLUMN a")
        wide = await search(database, "x")
    assert [name.label for name in wide.unread] == ["t"]
