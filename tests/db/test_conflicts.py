"""All conflicts of a save are found at once; what is decided about them is saved under the same guards."""

from collections.abc import Sequence

import pytest

from tests.db.opening import cells, counted, made, table_of
from tests.db.triggers import changing
from tests.outside import fetch, run
from tui.db import conflicts, rows
from tui.db.changes import Change, ChangeSet, Update, delete_of, update_of
from tui.db.conflicts import find_conflicts
from tui.db.database import Database
from tui.db.errors import ConflictError, QueryError, SaveError
from tui.db.merge import Conflict, added_again, deleted_anyway, rebased
from tui.db.page import Row
from tui.db.save import save
from tui.db.schema import Table
from tui.db.view import View

LONG = "x" * 300
ROWS = (
    "CREATE TABLE t (id int NOT NULL PRIMARY KEY, a text, b text, c text)",
    "INSERT INTO t VALUES " + ", ".join(f"({number}, '{LONG}seen', 'b', 'c')" for number in range(1, 41)),
)
TRUTH = "SELECT a, b FROM t WHERE id = {number}"


async def whole_rows(database: Database, table: Table) -> Sequence[Row]:
    page = await rows.first_page(database, View(table))
    found = [await rows.get(database, table, row.identity) for row in page.rows]
    return [row for row in found if row is not None]


async def conflicts_of(database: Database, changes: Sequence[Change]) -> tuple[Conflict, ...]:
    with pytest.raises(ConflictError) as caught:
        await save(database, changes)
    return caught.value.conflicts


async def test_all_conflicts_are_found_at_once_and_can_all_be_decided(empty_url: str) -> None:
    async with made(empty_url, *ROWS) as database:
        table = await table_of(database, "t")
        page = (await rows.first_page(database, View(table))).rows
        seen = await whole_rows(database, table)
        changes: list[Change] = [update_of(table, row, {"a": "mine"}) for row in seen[:20]]
        changes += [delete_of(table, row) for row in page[20:]]
        await run(
            empty_url,
            f"UPDATE t SET a = '{LONG}SEEN' WHERE id = 3",
            "UPDATE t SET b = 'theirs' WHERE id IN (5, 25)",
            "DELETE FROM t WHERE id IN (7, 27)",
        )

        found = await conflicts_of(database, changes)

        assert [conflict.change for conflict in found] == [changes[n - 1] for n in (3, 7, 25, 27)]
        assert [conflict.columns for conflict in found] == [("a",), (), ("b",), ()]
        assert found[0].theirs == {"a": f"{LONG}SEEN"}
        assert (await fetch(empty_url, "SELECT count(*) FROM t WHERE a = 'mine'")) == [(0,)]

        decided = decide(found)
        staged = [change for change in changes if change not in [conflict.change for conflict in found]]
        await run(empty_url, "UPDATE t SET a = 'again' WHERE id = 3")
        again = await conflicts_of(database, [*staged, *decided])
        assert [(conflict.change, conflict.theirs) for conflict in again] == [(decided[0], {"a": "again"})]

        await save(database, [*staged, *decided[1:], *decide(again)])

    assert await fetch(empty_url, "SELECT count(*) FROM t WHERE a = 'mine'") == [(20,)]
    assert await fetch(empty_url, "SELECT count(*) FROM t") == [(20,)]
    assert await fetch(empty_url, TRUTH.format(number=5)) == [("mine", "theirs")]


def decide(found: Sequence[Conflict]) -> list[Change]:
    """Mine all the same, whatever became of the row; who deleted what was deleted has nothing left to do."""
    new_rows = ChangeSet()
    decided: list[Change | None] = []
    for conflict in found:
        change = conflict.change
        if isinstance(change, Update) and conflict.theirs is None:
            decided.append(added_again(change, new_rows.new_row()))
        elif isinstance(change, Update):
            decided.append(rebased(conflict, {"a": "mine"}))
        else:
            decided.append(deleted_anyway(conflict) if conflict.theirs is not None else None)
    return [change for change in decided if change is not None]


async def test_the_number_of_statements_does_not_grow_with_the_conflicts(empty_url: str) -> None:
    async with made(empty_url, *ROWS) as database:
        table = await table_of(database, "t")
        changes = [update_of(table, row, {"b": "mine"}) for row in await whole_rows(database, table)]
        taken = []
        for theirs in ("id = 1", "id < 30"):
            await run(empty_url, f"UPDATE t SET b = 'theirs' WHERE {theirs}")
            with counted(database) as statements:
                found = await find_conflicts(database, changes)
            taken.append((len(found), sum("FROM" in sql for sql in statements)))

    assert taken == [(1, 2), (29, 2)]


async def test_a_save_looks_for_so_many_conflicts_and_no_more(
    empty_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conflicts, "FEW", 5)
    monkeypatch.setattr(conflicts, "MOST", 10)
    async with made(empty_sqlite_url, *ROWS) as database:
        table = await table_of(database, "t")
        changes = [update_of(table, row, {"b": "mine"}) for row in await whole_rows(database, table)]
        await run(empty_sqlite_url, "UPDATE t SET b = 'theirs'")

        assert [conflict.change for conflict in await find_conflicts(database, changes)] == changes[:10]


async def test_what_a_trigger_changed_of_a_row_is_in_the_way_of_its_deletion_only(empty_url: str) -> None:
    """Somebody wrote c, and the trigger b."""
    async with made(empty_url, *ROWS, *changing(empty_url, "t", "b", "'touched'")) as database:
        table = await table_of(database, "t")
        first, second = (await whole_rows(database, table))[:2]
        await run(empty_url, "UPDATE t SET c = 'theirs' WHERE id IN (1, 2)")

        await save(database, [update_of(table, first, {"a": "mine"})])
        [conflict] = await conflicts_of(database, [delete_of(table, second)])

        assert conflict.columns == ("b", "c")
        await save(database, [deleted_anyway(conflict)])
    assert await fetch(empty_url, "SELECT a, b, c FROM t WHERE id < 3") == [("mine", "touched", "theirs")]


async def test_changes_in_each_others_way_are_not_somebody_elses(empty_url: str) -> None:
    """The new key of the parent is written into the child by the database."""
    statements = (
        "CREATE TABLE p (k varchar(20) NOT NULL PRIMARY KEY)",
        "CREATE TABLE c (id int NOT NULL PRIMARY KEY, k varchar(20), n int, "
        "FOREIGN KEY (k) REFERENCES p (k) ON UPDATE CASCADE, UNIQUE (k, n))",
        "INSERT INTO p VALUES ('old')",
        "INSERT INTO c VALUES (1, 'old', 1)",
    )
    async with made(empty_url, *statements) as database:
        parents, children = await table_of(database, "p"), await table_of(database, "c")
        [parent], [child] = await whole_rows(database, parents), await whole_rows(database, children)
        two = cells(child, children)["n"]
        renamed = update_of(parents, parent, {"k": "new"})
        edited = update_of(children, child, {"n": type(two)(2)})

        with pytest.raises(SaveError, match="Another of these changes makes the database write k") as caught:
            await save(database, [renamed, edited])

        assert not isinstance(caught.value, ConflictError)
        assert caught.value.change is edited
    assert await fetch(empty_url, "SELECT k, n FROM c") == [("old", 1)]


async def test_where_the_rows_can_not_be_read_the_one_that_stopped_the_save_is_told(
    empty_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unread(*_: object) -> list[Conflict]:
        raise QueryError("gone")

    monkeypatch.setattr(conflicts, "find_conflicts", unread)
    async with made(empty_sqlite_url, *ROWS) as database:
        table = await table_of(database, "t")
        changes = [update_of(table, row, {"b": "mine"}) for row in await whole_rows(database, table)]
        await run(empty_sqlite_url, "UPDATE t SET b = 'theirs' WHERE id > 4")

        [conflict] = await conflicts_of(database, changes)

    assert (conflict.change, conflict.columns) == (changes[4], ("b",))
