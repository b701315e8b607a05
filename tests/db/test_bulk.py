"""Many rows at once: what is planned is what is staged, and what is saved, or nothing is."""

import pytest

from tests.db.opening import is_sqlite, made, table_of
from tests.db.paging import MIXED, fill
from tests.outside import fetch, run
from tui.db import bulk
from tui.db.bulk import Edit, Plan, Replace, Set, TooManyError, all_rows, in_full, plan_deletion, plan_edit
from tui.db.changes import ChangeSet, Insert, RowKey, delete_of, update_of
from tui.db.database import Database
from tui.db.errors import ConflictError, StoppedError
from tui.db.page import Row
from tui.db.save import Watch, save
from tui.db.schema import Table
from tui.db.values import Value
from tui.db.view import Filter, Operator, View

TABLE = "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL, a int, b int)"


async def planned(database: Database, changes: ChangeSet, view: View, column: str, edit: Edit) -> Plan:
    """What an edit of all rows of a view would stage."""
    found = await all_rows(database, view, lambda count: None)
    full = await in_full(database, view.table, found, view.table.column(column))
    rows: dict[RowKey, Row | None] = {row.identity: row for row in full}
    return plan_edit(changes, view.table, view.table.column(column), rows, edit)


def number(database: Database, value: int) -> Value:
    return value if is_sqlite(database) else str(value)


async def table_with(database: Database) -> Table:
    return await table_of(database, "t")


async def test_all_rows_that_match_are_changed_in_one_save_and_no_other(empty_url: str) -> None:
    async with made(empty_url, TABLE, fill(empty_url, "t", MIXED)) as database:
        table, changes = await table_with(database), ChangeSet()
        view = View(table, (Filter("a", operator=Operator.NULL),))
        others = await fetch(empty_url, "SELECT * FROM t WHERE a IS NOT NULL ORDER BY id")
        plan = await planned(database, changes, view, "a", Set(number(database, 7)))
        assert (plan.looked_at, plan.count) == (50, 50)
        changes.stage(plan.changes)
        report = await save(database, changes)
        assert len(report.identities) == 50
        assert await fetch(empty_url, "SELECT count(*) FROM t WHERE a IS NULL") == [(0,)]
        ids = ", ".join(str(change.key[1][0]) for change in changes if isinstance(change.key[1], tuple))
        rest = await fetch(empty_url, f"SELECT * FROM t WHERE id NOT IN ({ids}) ORDER BY id")
        assert rest == others
        changes.undo()
        assert not len(changes)


async def test_a_text_is_replaced_where_it_occurs_also_behind_what_a_page_reads(empty_url: str) -> None:
    long = "x" * 400 + "old"
    rows = f"INSERT INTO t (id, name) VALUES (1, 'an old one'), (2, 'Old'), (3, '{long}'), (4, 'oldold')"
    async with made(empty_url, TABLE, rows) as database:
        changes = ChangeSet()
        view = View(await table_with(database))
        plan = await planned(database, changes, view, "name", Replace("old", "new"))
        assert (plan.looked_at, plan.count) == (4, 3)
        changes.stage(plan.changes)
        await save(database, changes)
    texts = [text for (text,) in await fetch(empty_url, "SELECT name FROM t ORDER BY id")]
    assert texts == ["an new one", "Old", "x" * 400 + "new", "newnew"]


async def test_a_row_that_somebody_changed_meanwhile_rolls_all_of_it_back(empty_url: str) -> None:
    async with made(empty_url, TABLE, fill(empty_url, "t", MIXED)) as database:
        changes = ChangeSet()
        plan = await planned(
            database, changes, View(await table_with(database)), "a", Set(number(database, 77))
        )
        changes.stage(plan.changes)
        await run(empty_url, "UPDATE t SET a = 5 WHERE id = 200")
        with pytest.raises(ConflictError):
            await save(database, changes)
    assert await fetch(empty_url, "SELECT count(*) FROM t WHERE a = 77") == [(0,)]


async def test_a_save_that_is_stopped_in_the_middle_has_written_nothing(empty_url: str) -> None:
    class Impatient(Watch):
        def written(self, count: int) -> None:
            self.is_stopped = count == 100
            super().written(count)

    async with made(empty_url, TABLE, fill(empty_url, "t", MIXED)) as database:
        changes = ChangeSet()
        plan = await planned(
            database, changes, View(await table_with(database)), "a", Set(number(database, 77))
        )
        changes.stage(plan.changes)
        with pytest.raises(StoppedError):
            await save(database, changes, watch=Impatient())
        assert await fetch(empty_url, "SELECT count(*) FROM t WHERE a = 77") == [(0,)]
        watch = Watch()
        await save(database, changes, watch=watch)
        assert watch.count == plan.count
    assert await fetch(empty_url, "SELECT count(*) FROM t WHERE a = 77") == [(250,)]


async def test_what_is_staged_already_is_built_upon(empty_sqlite_url: str) -> None:
    rows = "INSERT INTO t VALUES (1, 'a', 1, 1), (2, 'b', 1, 1), (3, 'c', 1, 1)"
    async with made(empty_sqlite_url, TABLE, rows) as database:
        table, changes = await table_with(database), ChangeSet()
        one, two, three = await all_rows(database, View(table), lambda count: None)
        changes.edit(update_of(table, one, {"name": "edited", "a": 9}))
        changes.delete([delete_of(table, two)])
        new = Insert(table, changes.new_row(), {"name": "new"})
        changes.insert(new)
        every = {row.identity: row for row in (one, two, three)} | {new.row: None}

        plan = plan_edit(changes, table, table.column("name"), every, Set("same"))
        assert (plan.looked_at, plan.count, plan.deleted_before) == (4, 3, 1)
        assert [(before, after) for _, before, after in plan.examples] == [
            ("edited", "same"),
            ("c", "same"),
            ("new", "same"),
        ]
        changes.stage(plan.changes)
        assert [getattr(change, "new", getattr(change, "values", None)) for change in changes] == [
            {"name": "same", "a": 9},
            None,
            {"name": "same"},
            {"name": "same"},
        ]
        gone = plan_deletion(changes, table, every)
        assert (gone.count, gone.deleted_before) == (3, 1)
        changes.stage(gone.changes, gone.forgotten)
        assert [type(change).__name__ for change in changes] == ["Delete"] * 3
        changes.undo()
        changes.undo()
        assert changes.get(table.name, one.identity) == update_of(table, one, {"name": "edited", "a": 9})


async def test_more_rows_than_can_be_changed_at_once_are_refused_before_they_are_read(
    empty_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 600)
    rows = "INSERT INTO t SELECT value, 'x', 1, 1 FROM generate_series(1, 2000)"
    series = rows.replace(
        "generate_series(1, 2000)", "json_each('[" + ",".join(map(str, range(2000))) + "]')"
    )
    async with made(empty_sqlite_url, TABLE, series) as database:
        counts: list[int] = []
        with pytest.raises(TooManyError, match="More than 600 rows"):
            await all_rows(database, View(await table_with(database)), counts.append)
        assert counts == [500, 1000]


async def test_a_row_that_is_another_one_by_now_is_left_alone(empty_sqlite_url: str) -> None:
    """Where a table has no key, its row's address may have come to mean another row."""
    statements = ("CREATE TABLE t (a, b)", "INSERT INTO t VALUES (printf('%.400c', 'x'), 1)")
    async with made(empty_sqlite_url, *statements) as database:
        table = await table_of(database, "t")
        seen = await all_rows(database, View(table), lambda _: None)
        await run(empty_sqlite_url, "DELETE FROM t", "INSERT INTO t VALUES (printf('%.400c', 'y'), 2)")
        assert await in_full(database, table, seen, table.column("b")) == []
        now = await all_rows(database, View(table), lambda _: None)
        [full] = await in_full(database, table, now, table.column("a"))
        assert full.values == ("y" * 400, 2)
