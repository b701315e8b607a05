"""What a deletion does to other tables is told before it is done, and it is what the engine then does."""

import pytest

from tests.db.opening import counted, made, opened, table_of
from tests.outside import fetch, run
from tui.db import impact, rows
from tui.db.changes import Delete, Update, delete_of
from tui.db.database import Database
from tui.db.errors import QueryError
from tui.db.impact import Impact, impact_of
from tui.db.view import View

FAMILY = (
    "CREATE TABLE top (id integer PRIMARY KEY)",
    "CREATE TABLE middle (id integer PRIMARY KEY, top_id integer, "
    "FOREIGN KEY (top_id) REFERENCES top (id) ON DELETE CASCADE)",
    "CREATE TABLE leaf (id integer PRIMARY KEY, middle_id integer, "
    "FOREIGN KEY (middle_id) REFERENCES middle (id) ON DELETE CASCADE)",
    "CREATE TABLE note (id integer PRIMARY KEY, leaf_id integer, "
    "FOREIGN KEY (leaf_id) REFERENCES leaf (id) ON DELETE SET NULL)",
    "CREATE TABLE tree (id integer PRIMARY KEY, tree_id integer, "
    "FOREIGN KEY (tree_id) REFERENCES tree (id) ON DELETE CASCADE)",
    "CREATE TABLE bill (id integer PRIMARY KEY, top_id integer, FOREIGN KEY (top_id) REFERENCES top (id))",
    "INSERT INTO top VALUES (1), (2)",
    "INSERT INTO middle VALUES (1, 1), (2, 1), (3, 2)",
    "INSERT INTO leaf VALUES (1, 1), (2, 1), (3, 2), (4, 3)",
    "INSERT INTO note VALUES (1, 1), (2, 1), (3, 3), (4, 4)",
    "INSERT INTO tree VALUES (1, NULL), (2, 1), (3, 1), (4, 3)",
    "UPDATE tree SET tree_id = 4 WHERE id = 1",
    "INSERT INTO bill VALUES (1, 2), (2, 2)",
)


async def delete(database: Database, name: str, *numbers: int) -> list[Delete]:
    """The deletion of some rows by their numbers."""
    table = await table_of(database, name)
    page = await rows.first_page(database, View(table), 2000)
    return [delete_of(table, row) for row in page.rows if int(str(row.identity[0])) in numbers]


def told(found: Impact) -> list[tuple[str, str, int]]:
    return [(effect.key.child.name, effect.key.on_delete.value, effect.count) for effect in found.effects]


async def test_what_goes_too_is_told_level_by_level_and_it_is_what_goes(empty_url: str) -> None:
    async with made(empty_url, *FAMILY) as database:
        found = await impact_of(database, await delete(database, "top", 1))

        assert told(found) == [("leaf", "CASCADE", 3), ("middle", "CASCADE", 2), ("note", "SET NULL", 3)]
        assert found.is_whole
        assert not found.blocks
    await run(empty_url, *_obeyed(empty_url), "DELETE FROM top WHERE id = 1")
    left = "SELECT (SELECT count(*) FROM leaf), (SELECT count(*) FROM middle), "
    assert await fetch(empty_url, left + "(SELECT count(*) FROM note WHERE leaf_id IS NULL)") == [(1, 1, 3)]


def _obeyed(url: str) -> list[str]:
    return ["PRAGMA foreign_keys = ON"] if url.startswith("sqlite:") else []


async def test_rows_that_point_to_each_other_are_counted_once(empty_url: str) -> None:
    async with made(empty_url, *FAMILY) as database:
        found = await impact_of(database, await delete(database, "tree", 1))
        assert told(found) == [("tree", "CASCADE", 3)]


async def test_what_forbids_the_deletion_comes_first_and_what_is_staged_itself_is_left_out(
    empty_url: str,
) -> None:
    async with made(empty_url, *FAMILY) as database:
        doomed = await delete(database, "top", 2)
        found = await impact_of(database, doomed)
        assert told(found)[0] == ("bill", "NO ACTION", 2)
        assert [effect.count_text for effect in found.blocks] == ["2"]

        bills = await delete(database, "bill", 1, 2)
        assert not (await impact_of(database, doomed, bills)).blocks
        moved = [Update(bill.table, bill.identity, {}, {"top_id": None}) for bill in bills]
        assert not (await impact_of(database, doomed, moved)).blocks
        other = [Update(bill.table, bill.identity, {}, {"id": "9"}) for bill in bills]
        assert (await impact_of(database, doomed, other)).blocks


async def test_it_takes_a_statement_for_each_foreign_key_however_many_rows_there_are(sample_url: str) -> None:
    async with opened(sample_url) as database:
        await impact_of(database, await delete(database, "users", 1))
        counts = []
        for numbers in ((17,), range(1, 60)):
            doomed = await delete(database, "users", *numbers)
            with counted(database) as statements:
                await impact_of(database, doomed)
            counts.append(len(statements))
        assert counts == [1, 1]


async def test_more_than_the_limit_is_told_as_more(
    empty_sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impact, "LIMIT", 2)
    async with made(empty_sqlite_url, *FAMILY, "INSERT INTO bill VALUES (3, 2)") as database:
        found = await impact_of(database, await delete(database, "top", 2))
        assert found.blocks[0].count_text == "2+"
        assert not found.is_whole


async def test_a_child_table_without_a_key_is_counted(empty_sqlite_url: str) -> None:
    view = "CREATE TABLE loose (top_id integer REFERENCES top (id))"
    rows_of_it = "INSERT INTO loose VALUES (1), (1), (2)"
    async with made(empty_sqlite_url, *FAMILY, view, rows_of_it) as database:
        assert ("loose", "NO ACTION", 2) in told(await impact_of(database, await delete(database, "top", 1)))


async def test_a_child_table_that_cannot_be_read_is_said_to_be(postgresql_url: str) -> None:
    async with opened(postgresql_url) as database:
        doomed = await delete(database, "users", 1)
        await run(postgresql_url, "ALTER TABLE posts RENAME COLUMN author_id TO writer_id")
        with pytest.raises(QueryError):
            await impact_of(database, doomed)


async def test_a_row_that_nothing_points_to_does_nothing(empty_url: str) -> None:
    async with made(empty_url, *FAMILY) as database:
        assert told(await impact_of(database, await delete(database, "note", 1))) == []


async def test_columns_that_came_or_went_since_a_row_was_seen_do_not_matter(empty_url: str) -> None:
    statements = (
        "CREATE TABLE p (a integer, id integer PRIMARY KEY, b integer)",
        "CREATE TABLE c (id integer PRIMARY KEY, p_id integer REFERENCES p (id))",
        "INSERT INTO p VALUES (7, 1, 8)",
        "INSERT INTO c VALUES (1, 1)",
    )
    if empty_url.startswith("mysql"):
        statements = (
            statements[0],
            statements[1].replace(" REFERENCES p (id)", ", FOREIGN KEY (p_id) REFERENCES p (id)"),
            *statements[2:],
        )
    async with made(empty_url, *statements) as database:
        table = await table_of(database, "p")
        change = delete_of(table, (await rows.first_page(database, View(table))).rows[0])
        await run(empty_url, "ALTER TABLE p DROP COLUMN a", "ALTER TABLE p ADD COLUMN z integer")
        await database.reload_catalog()
        assert told(await impact_of(database, [change])) == [("c", "NO ACTION", 1)]
