"""Somebody else was faster: nothing is overwritten, and the user is told what stands there now."""

import pytest

from tests.db.opening import cells, is_sqlite, made, row_of, table_of
from tests.engines import EMPTY_WITH_ROW_ADDRESSES
from tests.outside import fetch, run
from tui.db import rows
from tui.db.changes import Delete, Insert, NewRow, Update, delete_of
from tui.db.database import Database
from tui.db.errors import ConflictError, SaveError
from tui.db.merge import Conflict
from tui.db.save import save
from tui.db.schema import Table
from tui.db.values import Value
from tui.db.view import View

THEIRS = {
    "another text": ("text", "'seen'", "'theirs'"),
    "only the case": ("text", "'seen'", "'Seen'"),
    "only a trailing blank": ("text", "'seen'", "'seen '"),
    "NULL to the empty text": ("text", "NULL", "''"),
    "the empty text to NULL": ("text", "''", "NULL"),
    "the text NULL": ("text", "NULL", "'NULL'"),
    "the last digit of a float": ("double precision", "0.1", "0.10000000000000002"),
    "the last digit of a number": ("bigint", "9007199254740992", "9007199254740993"),
    "behind what a page reads of a text": ("text", "'LONGa'", "'LONG'"),
}
SQLITE = {
    "a number to its text": ("", "1", "'1'"),
    "a whole number to a float": ("", "1", "1.0"),
    "a text to its bytes": ("", "'a'", "x'61'"),
    "the case, though the column doesn't care": ("text COLLATE NOCASE", "'seen'", "'SEEN'"),
    "a blank, though the column doesn't care": ("text COLLATE RTRIM", "'seen'", "'seen '"),
    "bad text": ("text", "CAST(x'ff' AS TEXT)", "CAST(x'fe' AS TEXT)"),
    "what follows a NUL": ("text", "'a' || char(0) || 'b'", "'a' || char(0) || 'c'"),
    "an empty blob to NULL": ("blob", "x''", "NULL"),
}
POSTGRESQL = {
    "only the blanks of a JSON": ("json", "'{\"a\":1}'", "'{\"a\": 1}'"),
    "a value of a jsonb": ("jsonb", "'{\"a\":1}'", "'{\"a\":1.0}'"),
    "the digits of a numeric": ("numeric", "1.0", "1.00"),
    "an interval": ("interval", "'1 mon'", "'30 days'"),
    "an array": ("int[]", "'{1}'", "'[2:2]={1}'"),
}
MARIADB = {
    "only the blanks of a JSON": ("json", "'{\"a\":1}'", "'{\"a\": 1}'"),
    "an accent that the collation does not see": ("varchar(20)", "'seen'", "'séen'"),
    "the last digit of a single float": ("float", "16777216", "16777218"),
}
SAME = {
    "a float": ("double precision", "0.1"),
    "a float that no decimal is": ("double precision", "1.0 / 3"),
    "a json": ("json", '\'{"a": 1.10, "a": 2}\''),
    "a point in time": ("timestamp", "'2025-02-03 10:11:12.123456'"),
}


def case(url: str, cases: dict[str, tuple[str, str, str]], name: str) -> tuple[str, str, str]:
    type_name, seen, theirs = cases[name]
    return type_name, seen.replace("LONG", "x" * 300), theirs.replace("LONG", "x" * 300)


async def one_row(database: Database) -> tuple[Table, Update, Update]:
    """The edit of a row as the user saw it, and of another row that nobody else touches."""
    table = await table_of(database, "t")
    mine, other = (await rows.first_page(database, View(table))).rows
    return (
        table,
        Update(table, mine.identity, {"a": mine.values[1]}, {"a": None}),
        Update(table, other.identity, {"b": other.values[2]}, {"b": "mine"}),
    )


async def assert_conflict(url: str, type_name: str, seen: str, theirs: str) -> None:
    """What another program writes in between is found, and keeps the whole set from being written."""
    statements = (
        f"CREATE TABLE t (id int NOT NULL PRIMARY KEY, a {type_name}, b text)",
        f"INSERT INTO t VALUES (1, {seen}, 'b'), (2, NULL, 'b')",
    )
    truth = "SELECT a IS NULL, b FROM t ORDER BY id"
    async with made(url, *statements) as database:
        table, edit, other = await one_row(database)
        await run(url, f"UPDATE t SET a = {theirs} WHERE id = 1")
        before = await fetch(url, truth)

        with pytest.raises(ConflictError, match=r"^Somebody else changed a since you read") as caught:
            await save(database, [other, edit])

        row = await rows.get(database, table, edit.identity)
        assert row is not None
        assert caught.value.change is edit
        [conflict] = caught.value.conflicts
        assert conflict.theirs == {"a": cells(row, table)["a"]}
        assert await fetch(url, truth) == before


@pytest.mark.parametrize("name", THEIRS)
async def test_a_value_that_somebody_else_changed_is_not_overwritten(empty_url: str, name: str) -> None:
    await assert_conflict(empty_url, *case(empty_url, THEIRS, name))


@pytest.mark.parametrize("name", SQLITE)
async def test_sqlite_values_that_only_look_the_same_are_not_overwritten(
    empty_sqlite_url: str, name: str
) -> None:
    await assert_conflict(empty_sqlite_url, *case(empty_sqlite_url, SQLITE, name))


@pytest.mark.parametrize("name", POSTGRESQL)
async def test_postgresql_values_that_only_look_the_same_are_not_overwritten(
    empty_postgresql_url: str, name: str
) -> None:
    await assert_conflict(empty_postgresql_url, *case(empty_postgresql_url, POSTGRESQL, name))


@pytest.mark.parametrize("name", MARIADB)
async def test_mariadb_values_that_only_look_the_same_are_not_overwritten(
    empty_mariadb_url: str, name: str
) -> None:
    await assert_conflict(empty_mariadb_url, *case(empty_mariadb_url, MARIADB, name))


@pytest.mark.parametrize("name", SAME)
async def test_a_value_that_nobody_changed_is_no_conflict(empty_url: str, name: str) -> None:
    type_name, value = SAME[name]
    statements = (
        f"CREATE TABLE t (id int NOT NULL PRIMARY KEY, a {type_name}, b text)",
        f"INSERT INTO t VALUES (1, {value}, 'b'), (2, NULL, 'b')",
    )
    async with made(empty_url, *statements) as database:
        _, edit, other = await one_row(database)

        await save(database, [edit, other])

    assert await fetch(empty_url, "SELECT a IS NULL, b FROM t ORDER BY id") == [(True, "b"), (True, "mine")]


async def test_somebody_elses_change_of_another_column_is_kept(database: Database, sample_url: str) -> None:
    users = await table_of(database, "users")
    bob = await row_of(database, users, "username", "bob")
    await run(sample_url, "UPDATE users SET username = 'robert' WHERE id = 17")

    await save(database, [Update(users, bob.identity, {"email": "bob@example.org"}, {"email": "mine"})])

    assert await fetch(sample_url, "SELECT username, email FROM users WHERE id = 17") == [("robert", "mine")]


async def test_every_column_that_somebody_else_changed_is_named(database: Database, sample_url: str) -> None:
    users = await table_of(database, "users")
    bob = await row_of(database, users, "username", "bob")
    seen: dict[str, Value] = {"email": "bob@example.org", "username": "bob", "id": bob.values[0]}
    await run(sample_url, "UPDATE users SET username = 'robert', email = 'theirs' WHERE id = 17")

    with pytest.raises(ConflictError, match=r"Somebody else changed username, email since") as caught:
        await save(database, [Update(users, bob.identity, seen, {"email": "mine"})])

    [conflict] = caught.value.conflicts
    assert conflict.theirs is not None
    assert (conflict.theirs["username"], conflict.theirs["email"]) == ("robert", "theirs")


@pytest.mark.parametrize("kind", ["update", "delete"])
async def test_a_row_that_somebody_else_deleted_is_gone(
    database: Database, sample_url: str, kind: str
) -> None:
    links, users = await table_of(database, "post_tags"), await table_of(database, "users")
    first, second = (await rows.first_page(database, View(links), 2)).rows
    seen = cells(second, links)
    changes: dict[str, Update | Delete] = {
        "update": Update(links, second.identity, {"tag_id": seen["tag_id"]}, {"tag_id": first.values[1]}),
        "delete": delete_of(links, second),
    }
    await run(
        sample_url,
        f"DELETE FROM post_tags WHERE post_id = {second.values[0]!s} AND tag_id = {second.values[1]!s}",
    )
    new = Insert(users, NewRow(1), {"username": "z", "email": "z", "hashed_password": "x"})

    with pytest.raises(ConflictError, match="Somebody else deleted this row") as caught:
        await save(database, [new, changes[kind]])

    assert caught.value.conflicts == (Conflict(changes[kind], None),)
    assert await fetch(sample_url, "SELECT count(*) FROM users") == [(1000,)]


async def test_a_row_that_somebody_else_changed_is_not_deleted(database: Database, sample_url: str) -> None:
    """Whichever column it was: a deletion is guarded by all that was seen."""
    await run(sample_url, "DELETE FROM post_tags")
    posts = await table_of(database, "posts")
    post = await row_of(database, posts, "id", 1)
    await run(sample_url, "UPDATE posts SET title = 'theirs' WHERE id = 1")

    with pytest.raises(ConflictError, match="Somebody else changed title"):
        await save(database, [delete_of(posts, post)])

    assert await fetch(sample_url, "SELECT title FROM posts WHERE id = 1") == [("theirs",)]


@pytest.mark.parametrize("theirs", ["theirs", "OLD", "old "])
async def test_a_row_whose_key_somebody_else_changed_is_gone(empty_url: str, theirs: str) -> None:
    """Also where the key's collation takes the new one for the old one, and would write the row."""
    collation = "COLLATE NOCASE" if empty_url.startswith("sqlite") else ""
    statements = (
        f"CREATE TABLE t (k varchar(20) {collation} NOT NULL PRIMARY KEY, a text)",
        "INSERT INTO t VALUES ('old', 'seen')",
    )
    async with made(empty_url, *statements) as database:
        table = await table_of(database, "t")
        await run(empty_url, f"UPDATE t SET k = '{theirs}'")

        with pytest.raises(ConflictError) as caught:
            await save(database, [Update(table, ("old",), {"a": "seen"}, {"a": "mine"})])

    assert [conflict.theirs for conflict in caught.value.conflicts] == [None]
    assert await fetch(empty_url, "SELECT * FROM t") == [(theirs, "seen")]


@EMPTY_WITH_ROW_ADDRESSES
async def test_a_row_address_that_now_means_another_row_is_not_written(empty_url: str) -> None:
    """Somebody deleted the row, and the database gave its place to a new one."""
    statements = ("CREATE TABLE t (a text)", "INSERT INTO t VALUES ('first'), ('mine')")
    async with made(empty_url, *statements) as database:
        table = await table_of(database, "t")
        row = (await rows.first_page(database, View(table))).rows[1]
        clean = [] if is_sqlite(database) else ["VACUUM t"]
        await run(empty_url, "DELETE FROM t WHERE a = 'mine'", *clean, "INSERT INTO t VALUES ('another')")
        now = await rows.get(database, table, row.identity)
        assert now is not None
        assert now.values == ("another",)

        with pytest.raises(ConflictError):
            await save(database, [Update(table, row.identity, {"a": "mine"}, {"a": "edited"})])

    assert sorted(await fetch(empty_url, "SELECT a FROM t")) == [("another",), ("first",)]


async def test_what_a_trigger_quietly_prevents_is_no_success(empty_postgresql_url: str) -> None:
    statements = (
        "CREATE TABLE t (id int PRIMARY KEY, a text, b text)",
        "INSERT INTO t VALUES (1, 'a', 'b'), (2, 'a', 'b')",
        "CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TRIGGER never BEFORE UPDATE OR DELETE OR INSERT ON t FOR EACH ROW "
        "WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION never()",
    )
    async with made(empty_postgresql_url, *statements) as database:
        table, edit, _ = await one_row(database)
        row = (await rows.first_page(database, View(table))).rows[0]
        for change in (edit, delete_of(table, row), Insert(table, NewRow(1), {"id": "3"})):
            with pytest.raises(SaveError, match=r"did not write this row|0 rows instead of one") as caught:
                await save(database, [change])
            assert not isinstance(caught.value, ConflictError)
            assert caught.value.change == change

    assert await fetch(empty_postgresql_url, "SELECT count(*), min(a) FROM t") == [(2, "a")]
