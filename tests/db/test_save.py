"""Saving: exactly what was staged is written, in one transaction, and what came of it is told."""

import asyncio
from collections.abc import Iterable

import pytest
from sqlalchemy import event

from tests.db.opening import cells, is_sqlite, made, row_of, shown, table_of
from tests.engines import EMPTY_WITH_ROW_ADDRESSES
from tests.outside import Rows, fetch
from tui.db import rows
from tui.db.changes import ChangeSet, Insert, NewRow, Update, delete_of
from tui.db.database import Database
from tui.db.errors import AdjustedError, SaveError
from tui.db.save import SaveReport, save
from tui.db.values import Value
from tui.db.view import View

FORMS = {
    "sqlite": "typeof({0}) || quote({0})",
    "postgresql": "coalesce({0}::text, 'NULL ')",
    "mysql": "coalesce(hex({0}), 'NULL')",
}


async def everything(url: str, table: str, columns: Iterable[str], order: str = "id") -> Rows:
    """Every cell of a table, to the last byte."""
    form = FORMS[url.partition(":")[0]]
    parts = ", ".join(form.format(f'"{name}"') for name in columns)
    return await fetch(url, f"SELECT {parts} FROM {table} ORDER BY {order}")


async def update_of(database: Database, name: str, key: str, value: object, new: dict[str, Value]) -> Update:
    """An edit of one row, as it stands."""
    table = await table_of(database, name)
    row = await row_of(database, table, key, value)
    seen = cells(row, table)
    return Update(table, row.identity, {column: seen[column] for column in new}, new)


async def test_an_edit_writes_its_column_and_nothing_else(database: Database, sample_url: str) -> None:
    """Every other cell of the whole table keeps its bytes."""
    columns = ["id", "username", "email", "hashed_password", "is_active", "created_at"]
    before = await everything(sample_url, "users", columns)
    change = await update_of(database, "users", "username", "bob", {"email": "bob@new.example.org"})

    await save(database, [change])

    after = await everything(sample_url, "users", columns)
    different = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    [(old, new)] = different
    assert [i for i in range(6) if old[i] != new[i]] == [2]
    assert ("bob@new.example.org" in str(new[2])) is not sample_url.startswith("mysql")


async def test_only_the_edited_column_stands_in_the_statement(database: Database) -> None:
    change = await update_of(database, "users", "username", "bob", {"email": "x"})
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database.engines.writer.sync_engine, "before_cursor_execute", note)
    await save(database, [change])

    [update] = [text for text in statements if text.startswith("UPDATE")]
    assert update.partition(" WHERE ")[0].count(",") == 0
    assert "hashed_password" not in update


async def test_awkward_neighbours_of_an_edit_keep_their_bytes(empty_sqlite_url: str) -> None:
    """Text in a date, bad JSON, half a UTF-8 character: what the user did not touch is not written."""
    statements = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, d DATETIME, n NUMERIC, j JSON, u UUID, r REAL, "
        "x TEXT, b)",
        "INSERT INTO t VALUES (1, 'old', 'garbage', '007x', '{bad', 'u', 9e999, "
        "CAST(x'ff00fe' AS TEXT), x'00')",
        "INSERT INTO t VALUES (2, 'old', 1700000000, 9007199254740993, NULL, 7, 1.5, '', 12)",
    )
    async with made(empty_sqlite_url, *statements) as database:
        before = await everything(empty_sqlite_url, "t", ["id", "d", "n", "j", "u", "r", "b"])
        bad = await fetch(empty_sqlite_url, "SELECT hex(CAST(x AS BLOB)) FROM t ORDER BY id")
        table = await table_of(database, "t")
        page = await rows.first_page(database, View(table))

        await save(database, [Update(table, row.identity, {"a": "old"}, {"a": "new"}) for row in page.rows])

    assert await fetch(empty_sqlite_url, "SELECT a FROM t") == [("new",), ("new",)]
    assert await everything(empty_sqlite_url, "t", ["id", "d", "n", "j", "u", "r", "b"]) == before
    assert await fetch(empty_sqlite_url, "SELECT hex(CAST(x AS BLOB)) FROM t ORDER BY id") == bad


async def test_a_new_row_is_added_and_the_database_fills_in_the_rest(
    database: Database, sample_url: str
) -> None:
    users = await table_of(database, "users")
    new = Insert(users, NewRow(1), {"username": "zoe", "email": "zoe@example.org", "hashed_password": "x"})

    report = await save(database, [new])

    assert report.identities == {new.key: (1001 if is_sqlite(database) else "1001",)}
    [(number, active, created)] = await fetch(
        sample_url, "SELECT id, is_active, created_at FROM users WHERE username = 'zoe'"
    )
    assert (number, bool(active)) == (1001, True)
    assert created


async def test_a_deleted_row_is_gone(database: Database, sample_url: str) -> None:
    links = await table_of(database, "post_tags")
    row = (await rows.first_page(database, View(links))).rows[5]
    where = f"post_id = {row.values[0]!s} AND tag_id = {row.values[1]!s}"
    assert await fetch(sample_url, f"SELECT count(*) FROM post_tags WHERE {where}") == [(1,)]

    await save(database, [delete_of(links, row)])

    assert await fetch(sample_url, f"SELECT count(*) FROM post_tags WHERE {where}") == [(0,)]
    assert await fetch(sample_url, "SELECT count(*) FROM post_tags") == [(9882,)]


async def test_a_row_with_a_long_text_is_deleted_by_what_was_seen_of_it(
    database: Database, sample_url: str
) -> None:
    await delete_links(database)
    posts = await table_of(database, "posts")
    page = await rows.first_page(database, View(posts))

    await save(database, [delete_of(posts, row) for row in page.rows])

    assert await fetch(sample_url, "SELECT count(*) FROM posts") == [(4917,)]


async def delete_links(database: Database) -> None:
    async with database.writing() as session:
        await (await session.connection()).exec_driver_sql("DELETE FROM post_tags")
        await session.commit()


async def test_null_and_the_empty_string_are_written_as_they_are(database: Database, sample_url: str) -> None:
    post = "SELECT content IS NULL, content = '' FROM posts WHERE id = 1"
    to_null = await update_of(database, "posts", "id", 1, {"content": None})
    await save(database, [to_null])
    assert [bool(value) for value in (await fetch(sample_url, post))[0]] == [True, False]

    await save(database, [await update_of(database, "posts", "id", 1, {"content": ""})])

    assert [bool(value) for value in (await fetch(sample_url, post))[0]] == [False, True]


async def test_a_change_set_of_all_kinds_is_one_transaction(database: Database, sample_url: str) -> None:
    """Two tables, three kinds; the saved set is empty afterwards."""
    users, links = await table_of(database, "users"), await table_of(database, "post_tags")
    changes = ChangeSet()
    changes.edit(await update_of(database, "users", "username", "bob", {"email": "bob@new"}))
    changes.insert(Insert(users, changes.new_row(), {"username": "z", "email": "z", "hashed_password": "x"}))
    changes.delete(delete_of(links, row) for row in (await rows.first_page(database, View(links), 3)).rows)

    report = await save(database, changes)
    changes.saved(report.identities)

    assert len(report.identities) == 5
    assert len(changes) == 0
    assert await fetch(sample_url, "SELECT count(*) FROM users") == [(1001,)]
    assert await fetch(sample_url, "SELECT count(*) FROM post_tags") == [(9880,)]
    assert await fetch(sample_url, "SELECT email FROM users WHERE id = 17") == [("bob@new",)]


async def test_nothing_staged_saves_nothing(database: Database) -> None:
    assert await save(database, []) == SaveReport()


async def test_the_identity_after_a_changed_key_is_told(empty_url: str) -> None:
    statements = (
        "CREATE TABLE t (k varchar(20) NOT NULL PRIMARY KEY, a int)",
        "INSERT INTO t VALUES ('old', 1)",
    )
    async with made(empty_url, *statements) as database:
        table = await table_of(database, "t")
        change = Update(table, ("old",), {"k": "old"}, {"k": "new"})

        report = await save(database, [change])

        assert report.identities == {change.key: ("new",)}
        assert await rows.get(database, table, ("new",)) is not None


@EMPTY_WITH_ROW_ADDRESSES
async def test_the_row_address_after_an_update_is_told(empty_url: str) -> None:
    """PostgreSQL's changes with every write: the same row can be edited again and again."""
    statements = ("CREATE TABLE t (a text)", "INSERT INTO t VALUES ('one'), ('two'), ('three')")
    async with made(empty_url, *statements) as database:
        table = await table_of(database, "t")
        identity = (await rows.first_page(database, View(table))).rows[1].identity
        for old, new in (("two", "zwei"), ("zwei", "deux"), ("deux", "due")):
            change = Update(table, identity, {"a": old}, {"a": new})
            identity = (await save(database, [change])).identities[change.key]

    assert sorted(await fetch(empty_url, "SELECT a FROM t")) == [("due",), ("one",), ("three",)]


@EMPTY_WITH_ROW_ADDRESSES
async def test_one_of_two_equal_rows_without_a_key_changes(empty_url: str) -> None:
    statements = ("CREATE TABLE t (a text)", "INSERT INTO t VALUES ('same'), ('same')")
    async with made(empty_url, *statements) as database:
        table = await table_of(database, "t")
        row = (await rows.first_page(database, View(table))).rows[1]

        await save(database, [Update(table, row.identity, {"a": "same"}, {"a": "changed"})])
        assert sorted(await fetch(empty_url, "SELECT a FROM t")) == [("changed",), ("same",)]
        [first] = [r for r in (await rows.first_page(database, View(table))).rows if r.values == ("same",)]
        await save(database, [delete_of(table, first)])

    assert await fetch(empty_url, "SELECT a FROM t") == [("changed",)]


@pytest.mark.parametrize("name", ["t", 'q"q', "100%", ":g", "a b", "select", "日本"])
async def test_tables_and_columns_of_any_name_are_written(empty_url: str, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    async with made(
        empty_url,
        f"CREATE TABLE {quoted} (id int NOT NULL PRIMARY KEY, {quoted} text)",
        f"INSERT INTO {quoted} VALUES (1, 'a')",
    ) as database:
        table = await table_of(database, name)
        identity: tuple[Value, ...] = (1 if is_sqlite(database) else "1",)
        two: Value = 2 if is_sqlite(database) else "2"

        await save(database, [Update(table, identity, {name: "a"}, {name: "it's :x %s [/] \\"})])
        await save(database, [Insert(table, NewRow(1), {"id": two, name: "b"})])
        page = await rows.first_page(database, View(table))
        assert shown(page.rows, 1) == ["it's :x %s [/] \\", "b"]
        await save(database, [delete_of(table, page.rows[1])])

    assert await fetch(empty_url, f"SELECT {quoted} FROM {quoted}") == [("it's :x %s [/] \\",)]


async def test_values_that_the_server_adjusts_are_told_before_they_are_written(
    empty_postgresql_url: str,
) -> None:
    statements = (
        "CREATE TABLE t (id int PRIMARY KEY, n numeric(10,2), c char(5), s text)",
        "INSERT INTO t VALUES (1, 1, 'a', 'a')",
        "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN NEW.s := upper(NEW.s); RETURN NEW; END'",
        "CREATE TRIGGER loud BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION shout()",
    )
    async with made(empty_postgresql_url, *statements) as database:
        table = await table_of(database, "t")
        seen: dict[str, Value] = {"n": "1.00", "c": "a", "s": "a"}
        change = Update(table, ("1",), seen, {"n": "12.345", "c": "b", "s": "loud"})

        with pytest.raises(AdjustedError) as caught:
            await save(database, [change])
        assert await fetch(empty_postgresql_url, "SELECT s FROM t") == [("a",)]
        report = await save(database, [change], agreed=caught.value.adjustments)

    assert caught.value.adjustments == report.adjusted == ((change, "n", "12.35"), (change, "s", "LOUD"))
    assert await fetch(empty_postgresql_url, "SELECT n::text, s FROM t") == [("12.35", "LOUD")]


async def test_values_that_sqlite_converts_are_told_before_they_are_written(empty_sqlite_url: str) -> None:
    statements = (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n NUMERIC, s TEXT)",
        "INSERT INTO t VALUES (1, 1, 'a')",
    )
    async with made(empty_sqlite_url, *statements) as database:
        table = await table_of(database, "t")
        change = Update(table, (1,), {"n": 1, "s": "a"}, {"n": "7", "s": 5})

        with pytest.raises(AdjustedError) as caught:
            await save(database, [change])
        report = await save(database, [change], agreed=caught.value.adjustments)

    assert caught.value.adjustments == report.adjusted == ((change, "n", 7), (change, "s", "5"))


async def test_what_is_stored_as_it_was_given_is_not_reported(database: Database) -> None:
    report = await save(database, [await update_of(database, "users", "username", "bob", {"email": "x"})])

    assert report.adjusted == ()


async def test_two_saves_at_once_are_done_one_after_the_other(database: Database, sample_url: str) -> None:
    """The second one finds that the first has changed the row."""
    changes = [
        await update_of(database, "users", "username", "bob", {"email": email})
        for email in ("first", "second")
    ]

    results = await asyncio.gather(*(save(database, [c]) for c in changes), return_exceptions=True)

    assert [type(result) for result in results].count(SaveReport) == 1
    assert any(isinstance(result, SaveError) for result in results)
    assert await fetch(sample_url, "SELECT email FROM users WHERE id = 17") in ([("first",)], [("second",)])
