"""Record: every field in full, what it points to, what points to it, and editing it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run
from tests.screens.driver import Driver, opened, showing
from tests.screens.sample_rows import first_rows, stage, table_of
from tui.db import rows
from tui.db.changes import ChangeSet, Delete, Insert, RowKey, Update
from tui.db.database import Database
from tui.db.page import Row
from tui.db.save import save
from tui.db.schema import Table
from tui.db.view import View
from tui.screens.record import Neighbour, Opened, Record
from tui.widgets.cells import text_of
from tui.widgets.staged_rows import row_key


@dataclass
class Shown:
    """A record on the screen."""

    database: Database
    table: Table
    row: Row
    changes: ChangeSet
    driver: Driver[Opened | None]


def record_of(database: Database, table: Table, key: RowKey, row: Row | None, changes: ChangeSet) -> Record:
    """The record of one row, opened from no view."""
    return Record(database, changes, View(table), Neighbour(key, row))


@asynccontextmanager
async def record(
    url: str, name: str, number: int = 0, *, size: tuple[int, int] = (100, 40), read_only: bool = False
) -> AsyncIterator[Shown]:
    """A row of a table, as it stands in a page."""
    async with opened(url, read_only=read_only) as database:
        table, changes = await table_of(database, name), ChangeSet()
        row = (await rows.first_page(database, View(table))).rows[number]
        key = row_key(row, number, 0)
        async with showing(Record(database, changes, View(table), Neighbour(key, row)), size=size) as driver:
            yield Shown(database, table, row, changes, driver)


async def test_every_field_is_shown_with_its_type_and_its_relations(sample_url: str) -> None:
    author, name = (
        await fetch(
            sample_url,
            "SELECT u.id, u.username FROM posts p JOIN users u ON u.id = p.author_id WHERE p.id = 4",
        )
    )[0]
    async with record(sample_url, "posts", 3) as shown:
        assert shown.driver.shows("posts · id 4", "title", "200)", "content", "created_at", "author_id")
        assert shown.driver.shows(f"{author} → {name}")
        await shown.driver.expect("users (author_id)", "tags via post_tags")


async def test_a_long_value_is_read_in_full_and_unfolds(sample_url: str) -> None:
    text = "\n".join(f"line {number}" for number in range(60))
    await run(sample_url, f"UPDATE posts SET content = '{text}' WHERE id = 1")
    async with record(sample_url, "posts") as shown:
        assert shown.driver.shows("line 0", "line 8", "… space shows more")
        assert not shown.driver.shows("line 12")

        await shown.driver.press("down", "down", "space")
        assert shown.driver.shows("line 12")
        await shown.driver.press(*["down"] * 6)

        assert shown.driver.shows("line 59", "created_at")


@ALL_SAMPLES
async def test_an_edit_is_staged_and_written_by_a_save(sample_url: str) -> None:
    async with record(sample_url, "users") as shown:
        old = text_of(shown.row.values[2])
        await shown.driver.press("down", "down", "e")
        await shown.driver.write("new@example.org")
        await shown.driver.press("enter")

        assert shown.driver.shows("● email", "new@example.org", f"was {old}", "changes staged")
        assert (await fetch(sample_url, "SELECT email FROM users WHERE id = 1")) == [(old,)]
        await save(shown.database, shown.changes)
    assert (await fetch(sample_url, "SELECT email FROM users WHERE id = 1")) == [("new@example.org",)]


async def test_an_edit_that_changes_nothing_stages_nothing(sqlite_url: str) -> None:
    async with record(sqlite_url, "posts") as shown:
        await shown.driver.press("j", "j", "enter")
        assert shown.driver.shows("posts · id 1", "^s/F10 keep")
        await shown.driver.press("ctrl+s")

        assert len(shown.changes) == 0
        assert "●" not in shown.driver.text()


async def test_edits_are_undone_and_done_again(sqlite_url: str) -> None:
    async with record(sqlite_url, "users") as shown:
        old = text_of(shown.row.values[1])
        await shown.driver.press("down", "f2", "z", "enter")
        assert len(shown.changes) == 1

        await shown.driver.press("u")
        assert len(shown.changes) == 0
        assert not shown.driver.shows(f"was {old}")

        await shown.driver.press("ctrl+r")
        assert shown.driver.shows("● username", f"was {old}")


async def test_a_deletion_is_staged_struck_and_taken_back(sqlite_url: str) -> None:
    async with record(sqlite_url, "users") as shown:
        await shown.driver.press("d")
        assert shown.driver.shows("staged for deletion")
        assert isinstance(next(iter(shown.changes)), Delete)

        await shown.driver.press("e")
        assert shown.driver.is_open
        assert shown.driver.shows("This row is staged for deletion: u takes that back.")

        await shown.driver.press("u")
        assert len(shown.changes) == 0


async def test_null_is_apart_from_the_empty_text(sample_url: str) -> None:
    await run(
        sample_url,
        "CREATE TABLE notes (id integer PRIMARY KEY, a text, b text)",
        "INSERT INTO notes VALUES (1, NULL, '')",
    )
    async with record(sample_url, "notes") as shown:
        lines = {
            line.split()[1]: line.split()[3:-1]
            for line in shown.driver.text().splitlines()
            if " text " in line.lower()
        }
        assert lines == {"a": ["NULL"], "b": []}


async def test_a_related_row_is_opened_from_here(sample_url: str) -> None:
    async with record(sample_url, "users", 16) as shown:
        await shown.driver.expect("posts (author_id) 10 of 47")
        await shown.driver.press("tab", "down", "enter")

        opened_row = shown.driver.results[0]
        assert opened_row is not None
        assert opened_row.relation.target.name == "posts"
        author = await fetch(
            sample_url, f"SELECT author_id FROM posts WHERE id = {text_of(opened_row.row.identity[0])}"
        )
        assert author == [(17,)]


async def test_the_row_that_a_field_points_to_is_opened_from_here(sample_url: str) -> None:
    author = (await fetch(sample_url, "SELECT author_id FROM posts WHERE id = 4"))[0][0]
    async with record(sample_url, "posts", 3) as shown:
        await shown.driver.press("o")
        assert shown.driver.is_open

        await shown.driver.press("G", "o")

        opened_row = shown.driver.results[0]
        assert opened_row is not None
        assert str(opened_row.row.identity[0]) == str(author)


async def test_a_new_row_is_edited_with_default_and_has_no_relations(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        users, changes = await table_of(database, "users"), ChangeSet()
        insert = Insert(users, changes.new_row(), {"username": "zoe"})
        changes.insert(insert)
        async with showing(record_of(database, users, insert.row, None, changes)) as driver:
            assert driver.shows("users · new row", "● username", "zoe", "default", "new, staged")

            await driver.press("down", "down", "e")
            assert driver.shows("● DEFAULT")
            await driver.write("zoe@example.org")
            await driver.press("enter")

            staged = changes.get(users.name, insert.row)
            assert isinstance(staged, Insert)
            assert staged.values == {"username": "zoe", "email": "zoe@example.org"}

            await driver.press("d")

            assert len(changes) == 0
            assert driver.shows("no longer staged")


async def test_a_row_known_by_its_address_is_guarded_by_all_its_values(sample_url: str) -> None:
    await run(sample_url, "CREATE TABLE log (a text, b text)", "INSERT INTO log VALUES ('x', 'y')")
    async with record(sample_url, "log") as shown:
        await shown.driver.press("e", "z", "enter")

        change = next(iter(shown.changes))
        assert isinstance(change, Update)
        assert change.seen == {"a": "x", "b": "y"}
        await save(shown.database, shown.changes)
    assert await fetch(sample_url, "SELECT a, b FROM log") == [("z", "y")]


async def test_a_row_without_identity_is_read_only_and_says_why(sample_url: str) -> None:
    await run(sample_url, "CREATE VIEW names AS SELECT username FROM users WHERE id = 1")
    async with record(sample_url, "names") as shown:
        name = (await fetch(sample_url, "SELECT username FROM users WHERE id = 1"))[0][0]
        assert shown.driver.shows(name, "names is read-only: a database view has no key of its own")

        await shown.driver.press("e", "d")

        assert shown.driver.is_open
        assert len(shown.changes) == 0


async def test_a_read_only_database_dims_the_keys_that_write(sqlite_url: str) -> None:
    async with record(sqlite_url, "users", read_only=True) as shown:
        await shown.driver.press("e", "d", "enter")

        assert shown.driver.is_open
        assert len(shown.changes) == 0
        assert shown.driver.shows("opened read-only")


async def test_a_row_that_is_gone_says_so_and_keeps_what_was_seen(sample_url: str) -> None:
    async with opened(sample_url) as database:
        tags = await table_of(database, "tags")
        row = (await first_rows(database, tags))[0]
        await run(sample_url, "DELETE FROM post_tags WHERE tag_id = 1", "DELETE FROM tags WHERE id = 1")
        async with showing(record_of(database, tags, row.identity, row, ChangeSet())) as driver:
            assert driver.shows("Somebody else deleted this row.", str(row.values[1]))


async def test_a_table_that_is_gone_says_so(sample_url: str) -> None:
    async with opened(sample_url) as database:
        users = await table_of(database, "users")
        row = (await first_rows(database, users))[0]
        await run(sample_url, "ALTER TABLE users RENAME TO people")
        async with showing(record_of(database, users, row.identity, row, ChangeSet())) as driver:
            assert driver.is_open
            assert driver.shows("✗")

            await driver.press("escape")

            assert driver.results == [None]


async def test_a_staged_value_is_shown_beside_the_stored_one(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        users, changes = await table_of(database, "users"), ChangeSet()
        row = (await first_rows(database, users))[0]
        stage(changes, users, row, email="new@example.org")
        async with showing(record_of(database, users, row.identity, row, changes)) as driver:
            assert driver.shows("● email", "new@example.org", f"was {text_of(row.values[2])}")


async def test_a_field_is_copied_in_full(sample_url: str) -> None:
    text = "x" * 5000
    await run(sample_url, f"UPDATE posts SET content = '{text}' WHERE id = 1")
    async with record(sample_url, "posts") as shown:
        await shown.driver.press("down", "down", "y")

        assert shown.driver.host.clipboard == text


async def test_a_row_of_a_database_view_is_read_and_copied_in_full(sample_url: str) -> None:
    """By its place in the view, sorted as it is."""
    first, last = "x" * 5000 + "first", "x" * 5000 + "last"
    await run(
        sample_url,
        f"UPDATE posts SET content = '{first}' WHERE id = 1",
        f"UPDATE posts SET content = '{last}' WHERE id = 2",
        "CREATE VIEW long AS SELECT id AS number, content FROM posts WHERE id < 3",
    )
    async with browsing(sample_url, "long") as user:
        await user.press("s", "s", "down", "right", "y")
        assert user.app.clipboard == first
        assert user.notice() == "✓ Copied content."
        await user.press("enter")
        assert user.shows("long · row 2")
        await user.press("y")
        assert user.app.clipboard == "1"
        await user.press("down", "y")
        assert user.app.clipboard == first
        assert user.notice() == "✓ Copied content."


async def test_a_long_value_that_cannot_be_read_in_full_is_said_to_be_cut(sample_url: str) -> None:
    await run(
        sample_url,
        "CREATE VIEW long AS SELECT id, content FROM posts WHERE id < 200 AND length(content) > 400",
    )
    async with browsing(sample_url, "long") as user:
        await run(sample_url, "UPDATE posts SET content = 'short' || id")
        await user.press("down", "right", "enter")
        assert user.notice().startswith("✗ Long values stay cut here: another row has this place now.")
        await user.press("down", "y")
        assert user.notice() == "✓ Copied the beginning of content."
        await user.press("escape")
        await user.press("y")
        assert user.notice().startswith("✗ Long values stay cut here")


async def test_names_and_values_with_markup_and_controls_are_only_text(empty_url: str) -> None:
    await run(
        empty_url,
        'CREATE TABLE "[b]t" (id integer PRIMARY KEY, "[/] c" text)',
        "INSERT INTO \"[b]t\" VALUES (1, '[red]x[/] [@click=app.quit]\x1b]0;t\x07 \u202e\r\n[/]')",
    )
    async with record(empty_url, "[b]t", size=(80, 24)) as shown:
        assert shown.driver.shows("[b]t · id 1", "[/] c", "[red]x[/] [@click=app.quit]␛]0;t␇ \\u202e␍")
        assert all(char.isprintable() or char == "\n" for char in shown.driver.text())


async def test_the_record_fits_a_small_terminal(sqlite_url: str) -> None:
    async with record(sqlite_url, "users", 16, size=(80, 24)) as shown:
        await shown.driver.expect("users · id 17", "created_at", "posts (author_id) 10 of 47", "esc back")


async def test_a_record_that_is_left_while_its_row_arrives_does_no_harm(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        for step in range(12):
            await user.press("enter")
            await user.until(lambda: isinstance(user.screen, Record))
            screen = user.screen
            assert isinstance(screen, Record)
            screen._show(screen._shown)
            await asyncio.sleep(step / 600)
            screen.dismiss(None)
            await user.until(lambda: not isinstance(user.screen, Record))
        assert user.title() == "users"


async def test_a_field_says_what_the_staged_value_points_to(sample_url: str) -> None:
    async with record(sample_url, "posts", 3) as shown:
        await shown.driver.press("G", "e")
        await shown.driver.write("17")
        await shown.driver.press("enter")
        assert shown.driver.shows("17  → bob")
        await shown.driver.press("o")
        opened_row = shown.driver.results[0]
        assert opened_row is not None
        assert str(opened_row.row.identity[0]) == "17"


async def test_the_rows_before_and_behind_are_a_key_away_in_the_order_of_the_view(sample_url: str) -> None:
    """The highlight in the grid goes along, far beyond what was loaded; at the ends it is said."""
    async with browsing(sample_url, "posts") as user:
        await user.press("s", "s", "enter")
        [(last,), (before,)] = await fetch(sample_url, "SELECT id FROM posts ORDER BY id DESC LIMIT 2")
        assert user.shows(f"posts · id {last}")
        await user.press("left")
        assert user.shows("This is the first row.")
        await user.press("right")
        assert user.shows(f"posts · id {before}", "users (author_id)", "row 2 of")
        await user.press("down", "n")
        assert user.shows(f"posts · id {before - 1}")
        await user.hurry(*["n"] * 115)
        await user.settle()
        number = int(user.text_of(user.screen.query_one("#position")).split()[1].replace(",", ""))
        assert number > 110  # far beyond the rows that were loaded at first
        assert user.shows(f"posts · id {last - number + 1}")
        await user.press("N", "escape")
        assert user.highlighted()[0] == str(last - number + 2)


async def test_a_field_of_one_row_after_the_other_is_edited(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "tags") as user:
        await user.press("enter", "down")
        for name in ("one", "two"):
            await user.press("e")
            await user.write(name)
            await user.press("enter", "right")
        await user.press("escape", "w", "s")
    assert await fetch(sqlite_url, "SELECT name FROM tags ORDER BY id LIMIT 2") == [("one",), ("two",)]


async def test_a_new_row_that_was_undone_can_not_be_edited(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "tags") as user:
        await user.press("a", "enter", "u")
        assert user.shows("no longer staged")
        await user.press("e")
        assert isinstance(user.screen, Record)
        await user.press("enter")
        assert isinstance(user.screen, Record)


async def test_a_record_does_not_page_through_another_table(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("enter")
        user.browse.workbench.open_table(user.browse.workbench.database.catalog.entries[0].name)
        await user.settle()
        await user.press("right")
        assert user.shows("Another table was opened below meanwhile", "users · id 1")
