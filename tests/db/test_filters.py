"""Filters: each operator on each engine, and how they are combined."""

import time
from datetime import timedelta

import pytest

from tests.db.opening import opened, shown, table_of
from tests.outside import run
from tui.db import rows
from tui.db.entry import accept
from tui.db.values import Kind, Value
from tui.db.view import Filter, Operator, Sort, View

ROWS = [
    "(1, 'bob', 1, '2025-02-01')",
    "(2, 'BOB', 2, '2025-02-02')",
    "(3, 'Übergröße', 3, '2025-02-03')",
    "(4, 'ÜBERGRÖßE 100%', 10, '2025-12-31')",
    "(5, '', 20, NULL)",
    "(6, NULL, NULL, NULL)",
    "(7, 'a_b[x]*?', 30, '2024-02-29')",
    "(8, 'acb', 30, '2026-01-01')",
]

CASES: list[tuple[str, Operator, list[Value], str]] = [
    ("name", Operator.IS, ["bob"], "1"),
    ("name", Operator.IS_NOT, ["bob"], "2345678"),
    ("name", Operator.IS, [None], "6"),
    ("name", Operator.IS_NOT, [None], "1234578"),
    ("name", Operator.CONTAINS, ["OB"], "12"),
    ("name", Operator.CONTAINS, ["übergrö"], "34"),
    ("name", Operator.CONTAINS, ["0%"], "4"),
    ("name", Operator.CONTAINS, ["[x]*?"], "7"),
    ("name", Operator.CONTAINS, ["a_b"], "7"),
    ("name", Operator.LACKS, ["b"], "56"),
    ("name", Operator.STARTS, ["BO"], "12"),
    ("name", Operator.STARTS, ["übER"], "34"),
    ("name", Operator.STARTS, ["b"], "12"),
    ("name", Operator.ENDS, ["B"], "128"),
    ("name", Operator.ENDS, ["GRÖßE"], "3"),
    ("name", Operator.ONE_OF, ["bob", "acb", "no"], "18"),
    ("name", Operator.EMPTY, [], "5"),
    ("name", Operator.NULL, [], "6"),
    ("name", Operator.NOT_NULL, [], "1234578"),
    ("n", Operator.IS, ["30"], "78"),
    ("n", Operator.IS_NOT, ["30"], "123456"),
    ("n", Operator.ONE_OF, ["1", "20"], "15"),
    ("n", Operator.BETWEEN, ["2", "10"], "234"),
    ("n", Operator.BELOW, ["3"], "12"),
    ("n", Operator.ABOVE, ["9"], "4578"),
    ("n", Operator.CONTAINS, ["0"], "4578"),
    ("day", Operator.BETWEEN, ["2025-01-01", "2025-12-31"], "1234"),
    ("day", Operator.BELOW, ["2025-02-02"], "17"),
    ("day", Operator.ABOVE, ["2025-12-30"], "48"),
]


@pytest.fixture
async def people_url(empty_url: str) -> str:
    """Texts in either case, numbers, days, NULLs."""
    await run(
        empty_url,
        "CREATE TABLE t (id int PRIMARY KEY, name varchar(50), n int, day date)",
        f"INSERT INTO t VALUES {', '.join(ROWS)}",
    )
    return empty_url


async def test_each_operator_lets_the_same_rows_through_on_every_engine(people_url: str) -> None:
    async with opened(people_url) as database:
        table = await table_of(database, "t")
        for name, operator, typed, ids in CASES:
            column = table.column(name)
            is_text = operator in (Operator.CONTAINS, Operator.LACKS, Operator.STARTS, Operator.ENDS)
            values = [
                text if text is None or is_text else await accept(database, column, str(text), None)
                for text in typed
            ]
            first = values[0] if values else None
            item = Filter(name, first, operator, others=tuple(values[1:]))
            view = View(table, (item,), (Sort("id"),))
            page = await rows.first_page(database, view)
            assert shown(page.rows) == list(ids), item
            assert await rows.count(database, view) == len(ids)


async def test_filters_are_joined_by_and_or_by_or_and_one_that_is_off_does_not_count(people_url: str) -> None:
    async with opened(people_url) as database:
        table = await table_of(database, "t")
        assert table.column("name").kind is Kind.TEXT

        async def ids(*filters: Filter) -> list[str | None]:
            return shown((await rows.first_page(database, View(table, filters, (Sort("id"),)))).rows)

        b = Filter("name", "b", Operator.CONTAINS)
        empty = Filter("name", operator=Operator.EMPTY, is_or=True)
        dated = Filter("day", operator=Operator.NOT_NULL)
        assert await ids(b, empty) == ["1", "2", "3", "4", "5", "7", "8"]
        assert await ids(b, empty, dated) == ["1", "2", "3", "4", "7", "8"]
        off = Filter("name", "b", Operator.CONTAINS, is_on=False)
        assert await ids(off, empty, dated) == []
        assert await ids(off, dated) == ["1", "2", "3", "4", "7", "8"]


async def test_days_in_words_are_those_of_the_calendar_on_every_engine(empty_url: str) -> None:
    async with opened(empty_url) as database:
        today = await database.today()
    days = {i: today - timedelta(days=i) for i in (-1, 0, 1, 6, 7, 40)}
    values = ", ".join(f"({i + 10}, '{day}', '{day} 23:59:59')" for i, day in days.items())
    await run(
        empty_url,
        "CREATE TABLE t (id int PRIMARY KEY, day date, at timestamp NULL)",
        f"INSERT INTO t VALUES {values}, (100, NULL, NULL)",
    )
    words = {"today": [0], "yesterday": [1], "last 7 days": [0, 1, 6], "next 2 days": [0, -1], "nonsense": []}
    async with opened(empty_url) as database:
        table = await table_of(database, "t")
        for text, wanted in words.items():
            for column in ("day", "at"):
                view = View(table, (Filter(column, text, Operator.WITHIN),))
                found = shown((await rows.first_page(database, view)).rows)
                assert set(found) == {str(i + 10) for i in wanted}, (text, column)


async def test_a_row_of_now_is_of_today_wherever_the_program_runs(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day is that of the database's clock, as its values are shown."""
    await run(empty_url, "CREATE TABLE t (id int PRIMARY KEY, at timestamp)")
    await run(empty_url, "INSERT INTO t VALUES (1, current_timestamp)")
    view_of = Filter("at", "today", Operator.WITHIN)
    for zone in ("Pacific/Pago_Pago", "Pacific/Kiritimati"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        try:
            async with opened(empty_url) as database:
                view = View(await table_of(database, "t"), (view_of,))
                assert len((await rows.first_page(database, view)).rows) == 1
        finally:
            monkeypatch.undo()
            time.tzset()
