"""A stored row's column is set to its default: the database's own, written by an ordinary guarded update."""

import pytest

from tests.db.opening import made, row_of, table_of
from tests.outside import fetch
from tui.db.changes import ChangeSet, NewRow, update_of, written
from tui.db.merge import added_again, conflict_of, differences, rebased
from tui.db.save import save
from tui.db.statements import readable_sql
from tui.db.values import DEFAULT

TABLE = (
    "CREATE TABLE t (id integer PRIMARY KEY, n integer DEFAULT 7, "
    "word varchar(30) DEFAULT 'it''s 12:30, 5%', at timestamp DEFAULT CURRENT_TIMESTAMP, none varchar(9))",
    "INSERT INTO t VALUES (1, 1, 'x', '2001-02-03 04:05:06', 'y')",
)


async def test_the_database_writes_its_own_default(empty_url: str) -> None:
    async with made(empty_url, *TABLE) as database:
        table = await table_of(database, "t")
        row = await row_of(database, table, "id", 1 if empty_url.startswith("sqlite") else "1")
        change = update_of(table, row, {"n": DEFAULT, "word": DEFAULT, "at": DEFAULT})
        assert "CURRENT" in str(table.column("at").default).upper()
        report = await save(database, [change])
        assert report.adjusted == ()
        assert [table.can_default(column) for column in table.columns] == [False, True, True, True, False]
    [stored] = await fetch(empty_url, "SELECT n, word, none, at > '2020-01-01' FROM t")
    assert [*stored[:3], bool(stored[3])] == [7, "it's 12:30, 5%", "y", True]


@pytest.mark.parametrize(
    ("default", "stored"),
    [
        ("abc", "abc"),
        ("[abc]", "abc"),
        ("`abc`", "abc"),
        ("(1 -- one\n)", 1),
        ('"n"', "n"),
        ('"a ""b"""', 'a "b"'),
        ("(1 + 2)", 3),
        ("-1.5", -1.5),
        ("x'00ff'", b"\x00\xff"),
        ("NULL", None),
        ("TRUE", 1),
        ("(lower('A:b'))", "a:b"),
    ],
)
async def test_sqlite_has_no_word_for_it_and_spells_it_out(
    empty_sqlite_url: str, default: str, stored: object
) -> None:
    """A name in place of a default is a text, also where a column has that name."""
    statements = (
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, abc TEXT, v DEFAULT {default})",
        "INSERT INTO t VALUES (1, 5, 'other', 'old')",
        "INSERT INTO t (id) VALUES (2)",
    )
    async with made(empty_sqlite_url, *statements) as database:
        table = await table_of(database, "t")
        await save(database, [update_of(table, await row_of(database, table, "id", 1), {"v": DEFAULT})])
    [(after,), (inserted,)] = await fetch(empty_sqlite_url, "SELECT v FROM t ORDER BY id")
    assert after == inserted == stored


async def test_it_is_shown_in_the_statement_and_goes_through_a_merge(empty_url: str) -> None:
    async with made(empty_url, *TABLE) as database:
        table = await table_of(database, "t")
        row = await row_of(database, table, "id", 1 if empty_url.startswith("sqlite") else "1")
        change = update_of(table, row, {"n": DEFAULT})
        changes = ChangeSet()
        changes.edit(change)
        assert [written(one) for one in changes] == [{"n": DEFAULT}]
        sql = readable_sql(change, database.dialect, database.engines.writer.dialect)
        expected = "(7)" if empty_url.startswith("sqlite") else "DEFAULT"
        assert sql.partition(" WHERE ")[0].endswith(expected)

        theirs = {**dict(zip(table.positions, row.values, strict=True)), "n": 3, "word": "z"}
        conflict = conflict_of(change, {"n": theirs["n"]})
        assert conflict is not None
        [one] = differences(conflict)
        assert one.mine is DEFAULT
        assert one.is_open
        again = rebased(conflict, {"n": DEFAULT})
        assert again is not None
        assert again.new == {"n": DEFAULT}
        assert "n" not in added_again(change, NewRow(1)).values
