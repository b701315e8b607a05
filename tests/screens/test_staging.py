"""From what the user did to staged changes: what may be changed, what was seen, what is meant."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.db.opening import cells, opened, row_of, table_of
from tests.outside import fetch, run
from tui.db.changes import ChangeSet, Delete, Insert, Update, delete_of
from tui.db.database import Database
from tui.db.options import Options
from tui.db.page import Row
from tui.db.rows import first_page
from tui.db.save import save
from tui.db.schema import Table
from tui.db.values import DEFAULT, Cut
from tui.db.view import Filter, View
from tui.screens.staging import (
    NotPossibleError,
    is_whole,
    require_editable,
    require_writable,
    stage_copy,
    stage_deletion,
    stage_new,
    stage_values,
    staged_value,
    whole_row,
)


@pytest.fixture
async def database(sample_url: str) -> AsyncIterator[Database]:
    """The sample, and a table whose rows have no key."""
    await run(
        sample_url,
        "CREATE TABLE notes (note text, author text)",
        f"INSERT INTO notes VALUES ('{'x' * 1000}', 'me')",
    )
    async with opened(sample_url) as database:
        yield database


async def bob_of(database: Database) -> tuple[Table, Row]:
    users = await table_of(database, "users")
    return users, await row_of(database, users, "username", "bob")


async def test_a_table_can_be_written_unless_it_or_the_database_is_read_only(
    database: Database, sample_url: str
) -> None:
    users, _ = await bob_of(database)
    require_writable(database, users)
    keyless = replace(users, identity=replace(users.identity, columns=(), address=(), reason="it is so"))
    with pytest.raises(NotPossibleError, match=r"^users is read-only: it is so\.$"):
        require_writable(database, keyless)
    async with opened(sample_url, Options(read_only=True)) as read_only:
        with pytest.raises(NotPossibleError, match="was opened read-only, so nothing can be written"):
            require_writable(read_only, users)


async def test_a_locked_column_and_a_doomed_row_cannot_be_edited(database: Database) -> None:
    users, bob = await bob_of(database)
    changes, column = ChangeSet(), users.column("email")
    require_editable(changes, users, bob.identity, column)

    with pytest.raises(NotPossibleError, match=r"^email can't be edited: it is computed\.$"):
        require_editable(changes, users, bob.identity, replace(column, locked="computed"))
    changes.delete([delete_of(users, bob)])
    with pytest.raises(NotPossibleError, match="staged for deletion: u takes that back"):
        require_editable(changes, users, bob.identity, column)


async def test_a_row_with_a_cut_value_is_read_in_full(database: Database) -> None:
    notes = await table_of(database, "notes")
    [row] = (await first_page(database, View(notes))).rows
    assert isinstance(row.values[0], Cut)
    assert not is_whole(row)

    whole = await whole_row(database, notes, row)

    assert whole.values == ("x" * 1000, "me")
    assert await whole_row(database, notes, whole) is whole


async def test_a_row_with_a_cut_value_that_somebody_deleted_is_said_to_be_gone(
    database: Database, sample_url: str
) -> None:
    notes = await table_of(database, "notes")
    [row] = (await first_page(database, View(notes))).rows
    await run(sample_url, "DELETE FROM notes")

    with pytest.raises(NotPossibleError, match="Somebody else deleted this row"):
        await whole_row(database, notes, row)


async def test_a_cell_will_hold_what_is_staged_else_what_is_stored(database: Database) -> None:
    users, bob = await bob_of(database)
    changes, email, name = ChangeSet(), users.column("email"), users.column("username")
    stage_values(changes, users, bob, {email.name: "new"})

    assert staged_value(changes, users, bob.identity, email, bob) == "new"
    assert staged_value(changes, users, bob.identity, name, bob) == "bob"
    insert = stage_new(changes, View(users), bob.identity)
    assert staged_value(changes, users, insert.row, email, None) is DEFAULT
    stage_values(changes, users, insert.row, {email.name: "given"})
    assert staged_value(changes, users, insert.row, email, None) == "given"


async def test_an_edit_is_guarded_by_the_cell_or_where_only_an_address_names_the_row_by_all_of_it(
    database: Database,
) -> None:
    users, bob = await bob_of(database)
    notes = await table_of(database, "notes")
    [row] = (await first_page(database, View(notes))).rows
    whole, changes = await whole_row(database, notes, row), ChangeSet()

    stage_values(changes, users, bob, {users.column("email").name: "new"})
    stage_values(changes, notes, whole, {notes.column("author").name: "you"})

    by_key, by_address = changes
    assert isinstance(by_key, Update)
    assert isinstance(by_address, Update)
    assert by_key.seen == {"email": "bob@example.org"}
    assert by_address.seen == cells(whole, notes)


async def test_a_new_row_fits_the_views_filters_and_stands_behind_its_row(database: Database) -> None:
    _, bob = await bob_of(database)
    view = View(await table_of(database, "posts"), (Filter("author_id", bob.values[0]),))

    insert = stage_new(changes := ChangeSet(), view, bob.identity)

    assert list(changes) == [insert]
    assert (insert.values, insert.after) == ({"author_id": bob.values[0]}, bob.identity)


async def test_a_copy_leaves_key_and_locked_columns_to_the_database(database: Database) -> None:
    users, bob = await bob_of(database)
    locked = tuple(replace(c, locked="computed") if c.name == "bio" else c for c in users.columns)
    view = View(replace(users, columns=locked), (Filter("is_active", None),))

    stage_copy(changes := ChangeSet(), view, bob, bob.identity)

    [insert] = changes
    assert isinstance(insert, Insert)
    assert {"id", "bio"}.isdisjoint(insert.values)
    assert insert.values["username"] == "bob"
    assert insert.values["is_active"] == cells(bob, users)["is_active"]


async def test_a_copy_has_the_part_of_the_key_that_the_views_filters_want(database: Database) -> None:
    links = await table_of(database, "post_tags")
    [first, *_] = (await first_page(database, View(links))).rows
    view = View(links, (Filter("post_id", first.values[0]),))

    insert = stage_copy(ChangeSet(), view, first, first.identity)

    assert insert.values == {"post_id": first.values[0]}


async def test_a_deletion_takes_stored_rows_and_forgets_new_ones_in_one_step(database: Database) -> None:
    users, bob = await bob_of(database)
    changes = ChangeSet()
    insert = stage_new(changes, View(users), bob.identity)

    stage_deletion(changes, users, {bob.identity: bob, insert.row: None})

    [doomed] = changes
    assert isinstance(doomed, Delete)
    assert doomed.seen == cells(bob, users)
    changes.undo()
    assert list(changes) == [insert]


async def test_editing_a_new_row_that_was_taken_back_stages_nothing(database: Database) -> None:
    users, bob = await bob_of(database)
    changes = ChangeSet()
    insert = stage_new(changes, View(users), bob.identity)
    changes.undo()

    stage_values(changes, users, insert.row, {users.column("email").name: "late"})

    assert len(changes) == 0


async def test_places_in_a_team_move_up_whatever_was_staged_first(empty_url: str) -> None:
    """A unique key of several columns is one value, also where only one of them is edited."""
    await run(
        empty_url,
        "CREATE TABLE players (id integer PRIMARY KEY, team int, place int, UNIQUE (team, place))",
        "INSERT INTO players VALUES (1, 1, 1), (2, 1, 2)",
    )
    async with opened(empty_url) as database:
        players, changes = await table_of(database, "players"), ChangeSet()
        rows = (await first_page(database, View(players))).rows
        form = str if isinstance(rows[0].values[2], str) else int
        for row, place in zip(rows, (2, 3), strict=True):
            stage_values(changes, players, row, {"place": form(place)})

        await save(database, changes)

    assert await fetch(empty_url, "SELECT * FROM players ORDER BY id") == [(1, 1, 2), (2, 1, 3)]
