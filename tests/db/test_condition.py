"""A condition in SQL: one expression, read-only, limited in time, with mistakes told where they are."""

import asyncio

import pytest

from tests.db.opening import made, opened, shown, table_of
from tests.engines import ALL_EMPTY
from tests.outside import fetch, run
from tui.db import rows
from tui.db.condition import ConditionError, require_expression
from tui.db.dialects.protocol import Spelling
from tui.db.errors import QueryError, TuiError
from tui.db.options import Options
from tui.db.view import Filter, Operator, Sort, View

TABLE = (
    "CREATE TABLE t (id integer PRIMARY KEY, name varchar(20), n integer)",
    "INSERT INTO t VALUES (1, 'a', 1), (2, 'b%', 2), (3, 'c;--', NULL), (4, 'it''s', 4)",
)

CONDITIONS = {
    "n > 1": ["2", "4"],
    "n IS NULL or n = 4": ["3", "4"],
    "name like '%;--' or name = 'it''s'": ["3", "4"],
    "name LIKE 'b\\%%' ESCAPE '\\'": ["2"],
    "id in (select n from t where n < 3)": ["1", "2"],
    "  (n = 1)\n or (n = 2)  ": ["1", "2"],
    "n = 1 or 1 = 1": ["1", "2", "3", "4"],
}


@ALL_EMPTY
async def test_a_condition_lets_through_what_it_means_beside_filters_and_pages(empty_url: str) -> None:
    async with made(empty_url, *TABLE) as database:
        table = await table_of(database, "t")
        for condition, found in CONDITIONS.items():
            if "ESCAPE" in condition and empty_url.startswith("mysql"):
                condition = condition.replace("\\", "\\\\")
            view = View(table, condition=condition)
            await rows.require_condition(database, view)
            assert shown((await rows.first_page(database, view)).rows) == found
            assert await rows.count(database, view) == len(found)
        filtered = View(table, (Filter("name", "a", Operator.IS_NOT),), (Sort("n", True),), "n = 1 or n > 1")
        first = await rows.first_page(database, filtered, 1)
        rest = await rows.page_after(database, filtered, first.rows[-1], 10)
        assert shown([*first.rows, *rest.rows]) == ["4", "2"]


WRONG = {
    "n = = 1": "=",
    "nix = 'a'": "nix",
    "nothing(n)": "nothing",
    "id in (select x from nope)": "nope",
    "n > 1 and": "",
    "n >": "",
}


@ALL_EMPTY
@pytest.mark.parametrize("condition", WRONG)
async def test_a_mistake_is_told_where_it_is(empty_url: str, condition: str) -> None:
    async with made(empty_url, *TABLE) as database:
        view = View(await table_of(database, "t"), condition=condition)
        with pytest.raises(ConditionError) as caught:
            await rows.require_condition(database, view)
    place = caught.value.place
    assert place is not None
    assert condition[place:].startswith(WRONG[condition])
    assert WRONG[condition] or place == len(condition)


ESCAPES = [
    "1; DELETE FROM t",
    "1 = 1); DELETE FROM t; --",
    "1 = 1) OR (1 = 1",
    "1 = 1 -- ",
    "1 = 1 /* ",
    "(1 = 1",
    "name = 'a",
    'name = "a',
    "n = ?",
    "n = $1",
    "n = 1) UNION SELECT 1, 'x', 1, 1 FROM t WHERE (1 = 1",
    "name = E'a'\n'\\'' or name = ') or true --'",
]
WRITES = {
    "sqlite": [
        "exists (DELETE FROM t RETURNING 1)",
        "load_extension('x') = 1",
        "n = (PRAGMA user_version = 7)",
    ],
    "postgresql": [
        "exists (WITH gone AS (DELETE FROM t RETURNING 1) SELECT FROM gone)",
        "set_config('transaction_read_only', 'off', false) = 'off'",
        "set_config('default_transaction_read_only', 'off', false) = 'off'",
        "nextval('s') > 0",
        "lo_creat(-1) > 0",
        "query_to_xml('DELETE FROM t', true, true, '') IS NOT NULL",
    ],
    "mysql": [
        "exists (DELETE FROM t RETURNING 1)",
        "n = 1) INTO OUTFILE '/tmp/tui-condition' #",
        "(SELECT 1 INTO @x) = 1",
        "nextval(s) > 0",
    ],
}


@ALL_EMPTY
async def test_nothing_that_is_typed_writes_or_leaves_its_brackets(empty_url: str) -> None:
    engine = empty_url.partition(":")[0]
    sequence = () if engine == "sqlite" else ("CREATE SEQUENCE s",)
    async with made(empty_url, *TABLE, *sequence) as database:
        table = await table_of(database, "t")
        for condition in (*ESCAPES, *WRITES[engine], *LOOKING_QUOTED.get(engine, ())):
            view = View(table, condition=condition)
            try:
                await rows.require_condition(database, view)
                await rows.first_page(database, view)
            except TuiError:
                continue
            assert condition.startswith("set_config('default")  # it holds for nothing: see below
        for _ in range(8):  # each connection of the pool reads only
            with pytest.raises(TuiError):
                await rows.first_page(database, View(table, condition=WRITES[engine][0]))
        assert shown((await rows.first_page(database, View(table))).rows) == ["1", "2", "3", "4"]
    assert await fetch(empty_url, "SELECT count(*) FROM t") == [(4,)]
    if engine == "postgresql":
        assert await fetch(empty_url, "SELECT is_called FROM s") == [(False,)]
        assert await fetch(empty_url, "SELECT count(*) FROM pg_largeobject_metadata") == [(0,)]


LOOKING_QUOTED = {
    "sqlite": ["name like'\\') or 1 = 1 --'"],
    "postgresql": ["name'\\' is null) or true --'"],
    "mysql": ['name = "\\" or (" ) or 1 = 1 or ( name = "\\"\\" )" or name = "\\""'],
}
"""Texts that end elsewhere than where they seem to, if a backslash takes a quote with it or does not."""

SLOW = {
    "sqlite": "(WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g) SELECT max(n) FROM g) > 0",
    "postgresql": "pg_sleep(60) IS NOT NULL",
    "mysql": "sleep(60) = 0",
}


@ALL_EMPTY
async def test_a_condition_is_limited_in_time_also_where_all_rows_are_counted(empty_url: str) -> None:
    await run(empty_url, *TABLE)
    async with opened(empty_url, Options(statement_limit=0.5)) as database:
        view = View(await table_of(database, "t"), condition=SLOW[empty_url.partition(":")[0]])
        await rows.require_condition(database, view)
        for reading in (rows.first_page(database, view), rows.count(database, view)):
            async with asyncio.timeout(30):
                with pytest.raises(QueryError, match=r"longer than|took too long"):
                    await reading


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a = 'x;--' and b = \"(\"", None),
        ("f(g(1), (2))", None),
        ("a = 'it''s ) '", None),
        ("a = 'x\\'", None),
        ("a = E'\\''", None),
        ("a like'C:\\'", None),
        ("a = xE'\\'", None),
        ("a = 'x'\n  'y'", 7),
        ("a = 'x\\''", 4),
        ("a)", 1),
        ("(a", 0),
        ("a = '", 4),
        ("a ; b", 2),
        ("a -- b", 2),
        ("a = $1", 4),
    ],
)
def test_what_is_one_expression(text: str, place: int | None) -> None:
    spelling = Spelling({"'": "'", '"': '"'}, ("--", "/*"), "$", escaping="eE")
    if place is None:
        require_expression(text, spelling)
        return
    with pytest.raises(ConditionError) as caught:
        require_expression(text, spelling)
    assert caught.value.place == place


def test_a_backslash_takes_a_quote_with_it_where_the_engine_says_so() -> None:
    spelling = Spelling({"'": "'", '"': '"', "`": "`"}, ("--", "#"), escapes="'\"")
    require_expression("a = 'x\\'' or `\\` = 1", spelling)
    for text in ("a = 'x\\'", 'a = "\\" or (" or "\\"', 'a = "\\" or (") or 1 = 1 or (a = "\\") "'):
        with pytest.raises(ConditionError):
            require_expression(text, spelling)
