"""Changing rows in the grid: everything is staged and drawn, nothing is written."""

import gc
from weakref import WeakSet

import pytest

from tests.driver import User, browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run
from tui.db.options import Options
from tui.screens.edit_prompt import EditPrompt
from tui.widgets.value_editor import ValueEditor

BOB = "SELECT username FROM users WHERE id = 2"


@ALL_SAMPLES
async def test_an_edited_cell_is_marked_and_nothing_is_written(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        await user.press("down")
        await user.edit("a new name", column="username")
        assert user.cell() == "a new name"
        assert user.mark() == "●"
        assert user.staged() == "1 staged · w reviews"
        assert await fetch(sample_url, BOB) == [("ben71",)]


async def test_the_old_value_is_there_to_be_changed_and_escape_leaves_it(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("down", "right", "e", "end", "x")
        assert user.shows("ben71x", "users · id 2")
        await user.press("escape")
        assert user.cell() == "ben71"
        assert user.staged() == ""


async def test_keeping_the_old_value_stages_nothing(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "posts") as user:
        await user.go_to_column("title")
        await user.press("e", "enter")
        assert user.staged() == ""


async def test_null_and_the_empty_text_are_two_things(sample_url: str) -> None:
    async with browsing(sample_url, "tags") as user:
        await user.go_to_column("description")
        await user.press("e", "ctrl+n", "enter", "down", "e", "delete", "enter")
        assert user.column("description")[:2] == ["NULL", ""]
        await user.review_and_save()
        written = await fetch(sample_url, "SELECT description FROM tags WHERE id IN (1, 2) ORDER BY id")
        assert written == [(None,), ("",)]


async def test_a_value_that_the_column_cannot_hold_stays_in_the_prompt(postgresql_url: str) -> None:
    async with browsing(postgresql_url, "posts") as user:
        await user.edit("yesterday-ish", column="created_at")
        assert isinstance(user.screen, EditPrompt)
        assert "yesterday-ish" in user.screen_text()
        assert user.shows("invalid input syntax") or user.shows("date")
        await user.press("escape")
        assert user.staged() == ""


async def test_null_is_refused_where_a_value_is_needed(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("right", "e", "ctrl+n")
        assert user.shows("username must have a value: it can't be NULL.")


async def test_editing_it_back_leaves_nothing_staged(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.edit("other", column="username")
        await user.edit("María López", column="username")
        assert user.staged() == ""
        assert user.mark() == ""


async def test_a_long_value_is_edited_in_full(sample_url: str) -> None:
    long = "x" * 2000 + "end"
    await run(sample_url, f"UPDATE posts SET content = '{long}' WHERE id = 1")
    async with browsing(sample_url, "posts") as user:
        await user.go_to_column("content")
        await user.press("e", "ctrl+end", "!", "ctrl+s")
        await user.review_and_save()
        assert await fetch(sample_url, "SELECT content FROM posts WHERE id = 1") == [(long + "!",)]


async def test_a_new_row_stands_behind_the_highlighted_one(sample_url: str) -> None:
    async with browsing(sample_url, "tags") as user:
        await user.press("down", "a")
        assert user.highlighted()[0] == "new row"
        assert user.rows()[2].startswith("▌+")
        assert user.position().startswith("new row")
        await user.edit("brand-new", column="name")
        assert user.cell() == "brand-new"
        await user.review_and_save()
        assert await fetch(sample_url, "SELECT name FROM tags WHERE id > 40") == [("brand-new",)]
        assert user.highlighted()[0] == "41"


async def test_new_rows_stay_where_they_were_added_when_the_rows_are_read_again(sqlite_url: str) -> None:
    """Far from the start, one behind the other."""
    async with browsing(sqlite_url, "users") as user:
        await user.press("G", "a", "a")
        await user.edit("second", column="username")
        await user.press("up")
        await user.edit("first", column="username")
        await user.press("down", "r")
        assert user.column("username")[-2:] == ["first", "second"]
        assert user.cell() == "second"


async def test_a_duplicate_has_the_values_but_not_the_key(sample_url: str) -> None:
    async with browsing(sample_url, "posts") as user:
        await user.press("D")
        assert user.rows()[1].startswith("▌+")
        await user.review_and_save()
        same = "SELECT count(DISTINCT id), count(DISTINCT title), count(DISTINCT author_id) FROM posts"
        last = "(SELECT max(id) FROM posts)"
        assert await fetch(sample_url, f"{same} WHERE id = 1 OR id = {last}") == [(2, 1, 1)]


async def test_a_deleted_row_stays_in_sight_until_it_is_saved(sample_url: str) -> None:
    await run(sample_url, "INSERT INTO tags (id, name) VALUES (900, 'unused')")
    async with browsing(sample_url, "tags") as user:
        await user.press("G", "d")
        assert user.highlighted_line().startswith("▌✗")
        assert user.notice().startswith("✓ The row is staged for deletion")
        await user.review_and_save()
        assert await fetch(sample_url, "SELECT count(*) FROM tags WHERE id = 900") == [(0,)]
        assert "900" not in user.column("id")


async def test_a_deletion_tells_what_else_it_does_and_what_forbids_it(sample_url: str) -> None:
    note = "note (id integer PRIMARY KEY, t integer, FOREIGN KEY (t) REFERENCES tags (id) ON DELETE CASCADE)"
    unused = "INSERT INTO tags (id, name) VALUES (900, 'unused')"
    await run(sample_url, f"CREATE TABLE {note}", unused, "INSERT INTO note VALUES (1, 900), (2, 900)")
    ((used,),) = await fetch(sample_url, "SELECT count(*) FROM post_tags WHERE tag_id = 1")
    async with browsing(sample_url, "tags") as user:
        await user.press("G", "d")
        more = "u undoes, w reviews and saves."
        assert user.notice() == f"✓ The row is staged for deletion; with it go 2 rows of note. {more}"
        await user.press("g", "d")
        begin = f"✗ The row is staged for deletion, but {used} rows of post_tags forbid that"
        assert user.notice().startswith(begin)


async def test_several_marked_rows_are_deleted_as_one_step(sample_url: str) -> None:
    async with browsing(sample_url, "post_tags") as user:
        await user.press("space", "space", "down", "space", "d")
        assert [row[1] for row in user.rows()[:5]] == ["✗", "✗", " ", "✗", " "]
        assert user.staged() == "3 staged · w reviews"
        await user.press("u")
        assert user.staged() == ""
        await user.press("ctrl+r")
        await user.review_and_save()
        assert await fetch(sample_url, "SELECT count(*) FROM post_tags") == [(9880,)]
        assert user.position().endswith("of 9,880")


async def test_a_deleted_row_cannot_be_edited(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("d", "e")
        assert user.notice() == "✗ This row is staged for deletion: u takes that back."


async def test_undo_and_redo_go_through_all_steps(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.edit("one", column="username")
        await user.edit("two", column="username")
        await user.press("down", "d", "up", "u")
        assert user.cell() == "two"
        await user.press("u")
        assert user.cell() == "one"
        await user.press("u")
        assert (user.cell(), user.mark()) == ("María López", "")
        await user.press("ctrl+r", "ctrl+r", "ctrl+r")
        assert (user.cell(), user.mark()) == ("two", "●")
        assert user.rows()[1].startswith(" ✗")
        assert not user.works("rows.redo")


async def staged_three(user: User) -> None:
    """One row edited, one to be deleted, one new."""
    await user.edit("edited", column="username")
    await user.press("down", "d", "a")


async def still_three(user: User) -> None:
    await user.press("g", "home")
    assert user.staged() == "3 staged · w reviews"
    shown = {row[1] for row in user.rows()}
    assert {"✗", "+"} <= shown
    assert "edited" in user.column("username")


@pytest.mark.parametrize(
    "away",
    [
        ["s", "s", "s"],
        ["r"],
        ["G", "pageup", "pageup", "g"],
        ["slash", "z", "z", "enter"],
        ["tab", "tab", "t", *"tags", "enter", "backspace"],
        ["t", *"tags", "enter", "t", *"users", "enter"],
        ["enter", "escape"],
    ],
    ids=["sort", "reload", "paging", "find", "another table and back", "tables", "record"],
)
async def test_what_is_staged_survives(sqlite_url: str, away: list[str]) -> None:
    async with browsing(sqlite_url, "users") as user:
        await staged_three(user)
        await user.press(*away)
        await still_three(user)


async def test_what_is_staged_is_drawn_in_any_order_of_the_rows(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.edit("edited", column="username")
        await user.press("s")
        await user.find("maria.lopez+blog")
        await user.go_to_column("username")
        assert (user.cell(), user.mark()) == ("edited", "●")


WRITE_KEYS = ("e", "f2", "a", "insert", "D", "d", "delete")


@pytest.mark.parametrize("key", WRITE_KEYS)
async def test_a_read_only_database_stays_as_it_is(sqlite_url: str, key: str) -> None:
    async with browsing(sqlite_url, "users", options=Options(read_only=True)) as user:
        assert not any(
            user.works(name) for name in ("rows.edit", "rows.add", "rows.delete", "rows.duplicate")
        )
        await user.press(key)
        assert user.screen is user.browse
        assert user.staged() == ""


@ALL_SAMPLES
async def test_the_engine_itself_refuses_to_write_to_a_read_only_database(sample_url: str) -> None:
    async with browsing(sample_url, "users", options=Options(read_only=True)) as user:
        assert not user.works("rows.edit")
        await user.press("d", "w")
        assert user.screen is user.browse
    assert await fetch(sample_url, "SELECT count(*) FROM users") == [(1000,)]


@ALL_SAMPLES
async def test_a_database_view_is_read_only_and_says_so(sample_url: str) -> None:
    await run(sample_url, "CREATE VIEW names AS SELECT id, username FROM users")
    async with browsing(sample_url, "names") as user:
        assert "read-only" in user.title()
        assert not user.works("rows.edit")
        for key in "edaD":
            await user.press(key, "escape", key)
            assert user.notice().startswith("✗ names is read-only: a database view has no key")
        await user.press("escape", "enter", "e")
        assert user.notice().startswith("✗ names is read-only: a database view has no key")
        assert user.staged() == ""


async def test_copying_puts_the_full_value_on_the_clipboard(sample_url: str) -> None:
    long = "[red]" + "y" * 1000
    await run(sample_url, f"UPDATE posts SET content = '{long}' WHERE id = 1")
    async with browsing(sample_url, "posts") as user:
        await user.go_to_column("content")
        await user.press("y")
        assert user.app.clipboard == long
        assert user.notice() == "✓ Copied content."


async def test_copying_a_row_puts_tabs_between_its_values(sample_url: str) -> None:
    async with browsing(sample_url, "tags") as user:
        await user.press("Y")
        row = (await fetch(sample_url, "SELECT id, name, description FROM tags WHERE id = 1"))[0]
        assert user.app.clipboard == "\t".join(str(value or "") for value in row)


async def test_a_staged_value_is_copied_as_it_is_shown(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.edit("staged", column="username")
        await user.press("y")
        assert user.app.clipboard == "staged"


async def test_an_editor_that_is_closed_leaves_nothing_behind(sqlite_url: str) -> None:
    seen = WeakSet[ValueEditor]()
    async with browsing(sqlite_url, "users") as user:
        for _ in range(3):
            await user.press("e", "x")
            seen.add(user.screen.query_one(ValueEditor))
            await user.press("escape", "down")
        await user.until(lambda: gc.collect() is not None and not seen)  # a timer may hold it for a moment
        assert not seen


@ALL_SAMPLES
async def test_a_new_row_shows_what_has_to_be_given_before_it_is_saved(sample_url: str) -> None:
    async with browsing(sample_url, "tags") as user:
        await user.press("a")
        assert user.cell() == "required"
        assert user.highlighted()[1] == "name"
        await user.press("w")
        assert user.shows("Still to be filled in: name.")
        await user.press("escape")
        await user.edit("new tag")
        assert user.cell() == "new tag"
        await user.press("w")
        assert not user.shows("Still to be filled in")
        await user.press("s")
        assert user.notice() == "✓ Saved 1 change."


async def test_the_editor_does_not_cover_the_cell_that_is_edited(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users", size=(80, 24)) as user:
        for key in ("down", "pagedown"):
            await user.press(key)
            line = user.highlighted_line().strip()[:20]
            await user.press("e")
            assert line in user.screen_text()
            await user.press("escape")


@ALL_SAMPLES
async def test_what_is_pasted_goes_into_the_cell_s_editor_and_is_one_step(sample_url: str) -> None:
    """Nothing is staged before it is kept; a line end at its end is the clipboard's."""
    async with browsing(sample_url, "users") as user:
        await user.go_to_column("email")
        before = user.cell()
        await user.paste("new@pasted.example\r\n")
        assert user.staged() == ""
        await user.press("enter")
        assert user.cell() == "new@pasted.example"
        await user.press("u")
        assert user.cell() == before
        await user.press("ctrl+r", "w", "s")
    assert await fetch(sample_url, "SELECT email FROM users WHERE id = 1") == [("new@pasted.example",)]


async def test_a_name_is_pasted_into_the_picker_and_a_value_into_a_record(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "posts") as user:
        await user.go_to_column("author_id")
        await user.paste("moss_and")
        await user.press("enter")
        assert user.cell().split() == ["5", "moss_and_stone"]
        await user.press("enter", "down")
        await user.paste("[red]title")
        await user.press("enter")
        assert user.shows("[red]title")
        await user.press("escape")
        assert user.staged() == "1 staged · w reviews"


async def test_a_new_row_is_not_given_what_nobody_can_write(sqlite_url: str) -> None:
    await run(
        sqlite_url,
        "CREATE TABLE g (id INTEGER PRIMARY KEY, a INTEGER, s INTEGER GENERATED ALWAYS AS (a * 2))",
        "INSERT INTO g (id, a) VALUES (1, 1)",
    )
    async with browsing(sqlite_url, "g") as user:
        await user.go_to_column("s")
        await user.press("=", "a")
        await user.go_to_column("a")
        await user.edit("1")
        await user.press("w", "s")
    assert await fetch(sqlite_url, "SELECT count(*) FROM g WHERE s = 2") == [(2,)]
