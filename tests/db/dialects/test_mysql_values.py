"""MariaDB's values: each is shown, sorted by, and goes back to the last bit; what is typed fits or not."""

import pytest

from tests.db.kinds.mariadb import FAMILIES
from tests.db.opening import cells, made, opened, table_of
from tests.db.paging import assert_pages
from tests.outside import fetch, run
from tui.db import rows
from tui.db.changes import Insert, NewRow, Update
from tui.db.database import Database
from tui.db.entry import accept
from tui.db.errors import ValueRefusedError
from tui.db.save import save
from tui.db.statements import readable_sql
from tui.db.values import Value
from tui.db.view import Filter, Sort, View

VALUES = [(kind.type, value) for family in FAMILIES.values() for kind in family for value in kind.literals]
LOOSE = "SET sql_mode = 'NO_BACKSLASH_ESCAPES,ALLOW_INVALID_DATES'"
SAME = "({0} <=> v) + (hex({0}) <=> hex(v)) + (CAST({0} AS binary) <=> CAST(v AS binary))"


@pytest.fixture
async def values_url(empty_mariadb_url: str) -> str:
    """A table for each of the values: the value in v, a copy in u, NULL in w."""
    columns = "id int PRIMARY KEY, v {0}, u {0}, w {0}, note varchar(9)"
    made = [
        statement
        for i, (type_name, value) in enumerate(VALUES)
        for statement in (
            f"CREATE TABLE t{i} ({columns.format(type_name)})",
            f"INSERT INTO t{i} VALUES (1, {value}, {value}, NULL, 'old')",
        )
    ]
    await run(empty_mariadb_url, LOOSE, *made)
    return empty_mariadb_url


async def assert_same(url: str, column: str) -> None:
    """A column of every table holds what v holds, to the last bit."""
    parts = (
        f"SELECT {i} AS i, {SAME.format(column)} AS same FROM t{i} WHERE v IS NOT NULL"
        for i in range(len(VALUES))
    )
    found: dict[int, int] = dict(await fetch(url, " UNION ALL ".join(parts)))
    assert [(VALUES[i], found.get(i)) for i in range(len(VALUES)) if found.get(i) != 3] == []


async def edit(database: Database, name: str, new: dict[str, Value]) -> Update:
    """The edit of the only row of a table, as it stands."""
    table = await table_of(database, name)
    row = await rows.get(database, table, ("1",))
    assert row is not None
    seen = cells(row, table)
    return Update(table, row.identity, {column: seen[column] for column in new}, new)


async def test_the_sql_that_is_shown_writes_every_value(values_url: str) -> None:
    async with opened(values_url) as database:
        for i in range(len(VALUES)):
            change = await edit(database, f"t{i}", {"v": None, "w": None})
            copy = Update(change.table, change.identity, change.seen, {"w": change.seen["v"]})
            sql = readable_sql(copy, database.dialect, database.engines.writer.dialect)
            await run(values_url, "SET sql_mode = 'ALLOW_INVALID_DATES,STRICT_ALL_TABLES'", sql)

    await assert_same(values_url, "w")


async def test_every_value_is_filtered_and_sorted_by(values_url: str) -> None:
    """A page that continues after the row does not give it again."""
    async with opened(values_url) as database:
        for i, (type_name, _) in enumerate(VALUES):
            table = await table_of(database, f"t{i}")
            row = await rows.get(database, table, ("1",))
            assert row is not None
            view = View(table, sorts=(Sort("v"),))
            here = await rows.get_in(database, view, row.identity)
            assert here is not None
            filtered = await rows.first_page(database, View(table, (Filter("v", row.values[1]),)))

            assert (await rows.page_after(database, view, here)).rows == [], type_name
            assert len((await rows.page_around(database, view, here)).rows) == 1, type_name
            assert len(filtered.rows) == 1, type_name


async def test_a_list_of_values_is_sorted_by_its_places(empty_mariadb_url: str) -> None:
    """As the server does, although it compares them as texts."""
    statements = (
        "CREATE TABLE t (id int PRIMARY KEY, e enum('z', 'a', 'm'), s set('y', 'x'))",
        "INSERT INTO t SELECT seq, 1 + seq % 3, seq % 4 FROM seq_1_to_250",
    )
    async with made(empty_mariadb_url, *statements) as database:
        table = await table_of(database, "t")

        await assert_pages(database, empty_mariadb_url, View(table, sorts=(Sort("e"),)), "e, id")
        await assert_pages(database, empty_mariadb_url, View(table, sorts=(Sort("s"),)), "s, id")


@pytest.mark.parametrize(
    ("type_name", "typed", "value"),
    [
        ("int", " 7.0 ", "7"),
        ("int(5) unsigned zerofill", "7", "00007"),
        ("tinyint(1)", "true", "1"),
        ("decimal(6,2)", "12.345", "12.35"),
        ("float", "0.1", "0.10000000149011612"),
        ("double", "1e3", "1000"),
        ("bit(4)", "11", "0011"),
        ("datetime(3)", "2025-2-3T4:05", "2025-02-03 04:05:00.000"),
        ("date", "2025-02-03", "2025-02-03"),
        ("time", "-7:05", "-07:05:00"),
        ("enum('Yes','no')", "yes", "Yes"),
        ("set('x','y')", "y, x", "x,y"),
        ("blob", "00FF", b"\0\xff"),
        ("year", "1999", "1999"),
    ],
)
async def test_a_typed_text_becomes_what_is_stored(
    empty_mariadb_url: str, type_name: str, typed: str, value: Value
) -> None:
    async with made(empty_mariadb_url, f"CREATE TABLE t (id int PRIMARY KEY, v {type_name})") as database:
        table = await table_of(database, "t")

        accepted = await accept(database, table.column("v"), typed)
        report = await save(database, [Insert(table, NewRow(1), {"id": "1", "v": accepted})])

    assert accepted == value
    assert report.adjusted == ()


@pytest.mark.parametrize(
    ("type_name", "typed", "reason"),
    [
        ("int", "one", "v holds numbers"),
        ("int", "1.5", "v holds whole numbers"),
        ("tinyint unsigned", "256", "from 0 to 255"),
        ("decimal(4,2)", "100", "2 digits and 2 decimals"),
        ("float", "1e39", "no number as large"),
        ("date", "2025-02-30", "dates and times"),
        ("date", "0000-00-00", "dates and times"),
        ("time", "839:00:00", "holds times"),
        ("enum('a','b')", "c", "one of a, b"),
        ("set('a','b')", "a,c", "some of a, b"),
        ("bit(2)", "111", "2 bits"),
        ("varchar(3)", "long", "at most 3 characters"),
        ("json", "{", "holds JSON"),
        ("blob", "xyz", "holds bytes"),
        ("year", "1900", "holds years"),
    ],
)
async def test_what_the_column_cannot_hold_is_refused(
    empty_mariadb_url: str, type_name: str, typed: str, reason: str
) -> None:
    async with made(empty_mariadb_url, f"CREATE TABLE t (v {type_name})") as database:
        with pytest.raises(ValueRefusedError, match=reason):
            await accept(database, (await table_of(database, "t")).column("v"), typed)


async def test_a_zero_date_may_follow_a_zero_date(empty_mariadb_url: str) -> None:
    async with made(empty_mariadb_url, "CREATE TABLE t (v date)") as database:
        column = (await table_of(database, "t")).column("v")

        assert await accept(database, column, "2025-00-00", "0000-00-00") == "2025-00-00"
