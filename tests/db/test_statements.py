"""What will be written, as SQL that people can read."""

import pytest

from tests.db.opening import opened, row_of, table_of
from tests.outside import fetch, run
from tui.db.changes import Change, Insert, NewRow, Update, delete_of
from tui.db.database import Database
from tui.db.errors import SaveError
from tui.db.save import save
from tui.db.statements import WriteQuery, readable_sql


async def changes_of(database: Database) -> dict[str, Change]:
    users, links = await table_of(database, "users"), await table_of(database, "post_tags")
    bob, link = await row_of(database, users, "username", "bob"), await row_of(database, links, "post_id", 1)
    return {
        "update": Update(users, bob.identity, {"email": "bob@example.org"}, {"email": "it's\\new"}),
        "insert": Insert(users, NewRow(1), {"username": "z", "email": "é%s:g", "hashed_password": ""}),
        "delete": delete_of(links, link),
    }


def readable(database: Database, change: Change) -> str:
    return readable_sql(change, database.dialect, database.engines.writer.dialect)


def in_double_quotes(sql: str) -> str:
    """With names quoted as most engines do."""
    return sql.replace("`", '"')


async def test_the_sql_of_every_change_is_what_another_program_could_run(
    database: Database, sample_url: str
) -> None:
    changes = await changes_of(database)
    usual = ["SET sql_mode = DEFAULT"] if database.address.engine == "mysql" else []

    await run(sample_url, *usual, *(readable(database, change) for change in changes.values()))

    assert await fetch(sample_url, "SELECT email FROM users WHERE id = 17") == [("it's\\new",)]
    new = "SELECT email, hashed_password FROM users WHERE username = 'z'"
    assert await fetch(sample_url, new) == [("é%s:g", "")]
    assert await fetch(sample_url, "SELECT count(*) FROM post_tags") == [(9882,)]


async def test_an_update_names_its_row_and_what_was_seen(database: Database) -> None:
    change = (await changes_of(database))["update"]
    sql = in_double_quotes(readable(database, change))

    assert sql.startswith(f'UPDATE "{change.table.name.schema}"."users" SET "email"=')
    assert '"id" = 17' in sql
    assert "bob@example.org" in sql.partition("WHERE")[2]


@pytest.mark.parametrize("kind", ["update", "insert", "delete"])
async def test_values_are_bound_when_a_statement_is_really_run(database: Database, kind: str) -> None:
    change = (await changes_of(database))[kind]

    statement = WriteQuery(change.table, database.dialect).statement(change)

    sql = str(statement.compile(dialect=database.engines.writer.dialect))
    assert not any(value in sql for value in ("bob@", "new", "é", "17"))


async def test_a_deletion_is_guarded_by_every_column(database: Database) -> None:
    users = await table_of(database, "users")
    bob = await row_of(database, users, "username", "bob")

    where = in_double_quotes(readable(database, delete_of(users, bob))).partition("WHERE")[2]

    assert [column.name for column in users.columns if f'"{column.name}"' not in where] == []


@pytest.mark.parametrize("kind", ["update", "delete"])
async def test_a_key_that_was_renamed_is_not_taken_for_a_text(empty_url: str, kind: str) -> None:
    """SQLite takes a quoted name that is not there for a text: all rows would have that key."""
    await run(
        empty_url,
        "CREATE TABLE t (id varchar(9) NOT NULL PRIMARY KEY, x text)",
        "INSERT INTO t VALUES ('id', 'a')",
    )
    async with opened(empty_url) as database:
        table = await table_of(database, "t")
        row = await row_of(database, table, "id", "id")
        edit = Update(table, row.identity, {"x": "a"}, {"x": "b"})
        await run(empty_url, "ALTER TABLE t RENAME COLUMN id TO code", "UPDATE t SET code = 'other'")

        with pytest.raises(SaveError):
            await save(database, [edit if kind == "update" else delete_of(table, row)])

    assert await fetch(empty_url, "SELECT code, x FROM t") == [("other", "a")]
