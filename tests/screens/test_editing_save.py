"""Saving from the main screen: what is written, what is refused, and where the user is afterwards."""

from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run


@ALL_SAMPLES
async def test_a_save_writes_what_was_staged_and_nothing_else(sample_url: str) -> None:
    before = await fetch(sample_url, "SELECT * FROM users WHERE id <> 2 ORDER BY id")
    async with browsing(sample_url, "users") as user:
        await user.press("down")
        await user.edit("renamed", column="username")
        await user.press("w")
        assert user.shows("UPDATE", "renamed", "ben71")
        await user.press("s")
        assert user.notice() == "✓ Saved 1 change."
        assert user.staged() == ""
        assert (user.cell(), user.mark()) == ("renamed", "")
    assert await fetch(sample_url, "SELECT username FROM users WHERE id = 2") == [("renamed",)]
    assert await fetch(sample_url, "SELECT * FROM users WHERE id <> 2 ORDER BY id") == before


async def test_after_a_save_the_highlight_is_where_it_was(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        await user.go_to_column("email")
        await user.hurry("s", *["pagedown"] * 20, "down")
        await user.settle()
        await user.edit("m@example.net")
        before = user.highlighted()
        await user.review_and_save()
        assert user.highlighted() == before
        assert user.cell() == "m@example.net"
        assert user.title() == "users ── email ↑"


@ALL_SAMPLES
async def test_after_a_changed_key_the_highlight_is_on_the_same_row(sample_url: str) -> None:
    async with browsing(sample_url, "tags") as user:
        await run(sample_url, "INSERT INTO tags (id, name) VALUES (50, 'movable')")
        await user.press("G", "r", "G")
        await user.edit("70", column="id")
        await user.review_and_save()
        assert user.highlighted() == ("70", "id")
        assert await fetch(sample_url, "SELECT id FROM tags WHERE name = 'movable'") == [(70,)]


@ALL_SAMPLES
async def test_a_row_that_somebody_else_changed_is_a_conflict(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        await user.edit("mine", column="username")
        await user.press("down")
        await user.edit("also mine", column="username")
        await run(sample_url, "UPDATE users SET username = 'theirs', email = 'new@x.org' WHERE id = 1")
        await user.review_and_save()
        assert user.shows("Somebody else changed username", "theirs", "mine")
        rows = await fetch(sample_url, "SELECT username FROM users WHERE id IN (1, 2) ORDER BY id")
        assert rows == [("theirs",), ("ben71",)]
        await user.press("escape")
        assert user.staged() == "2 staged · w reviews"
        assert user.column("username")[:2] == ["mine", "also mine"]
        assert user.column("email")[0] == "new@x.org"


@ALL_SAMPLES
async def test_a_row_that_somebody_else_deleted_is_a_conflict(sample_url: str) -> None:
    await run(sample_url, "INSERT INTO tags (id, name) VALUES (50, 'short-lived')")
    async with browsing(sample_url, "tags") as user:
        await user.press("G")
        await user.edit("mine", column="name")
        await run(sample_url, "DELETE FROM tags WHERE id = 50")
        await user.review_and_save()
        assert user.shows("Somebody else deleted this row, or")
        await user.press("escape")
        assert user.staged() == "1 staged · w reviews"


@ALL_SAMPLES
async def test_a_refused_change_names_the_reason_and_all_stays_staged(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        await user.edit("fine", column="username")
        await user.press("down")
        await user.edit("bob", column="username")
        await user.review_and_save()
        assert user.shows("Not saved")
        assert user.shows("username")
        assert await fetch(sample_url, "SELECT username FROM users WHERE id = 1") == [("María López",)]
        await user.press("escape")
        assert user.staged() == "2 staged · w reviews"
        assert user.mark() in ("●", "!")
        await user.edit("bobby", column="username")
        await user.review_and_save()
        names = await fetch(sample_url, "SELECT username FROM users WHERE id IN (1, 2) ORDER BY id")
        assert names == [("fine",), ("bobby",)]


@ALL_SAMPLES
async def test_a_row_that_others_point_to_cannot_be_deleted(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        await user.press("d")
        await user.review_and_save()
        assert user.shows("Not saved")
        await user.press("escape")
        assert user.highlighted_line()[1] in "✗!"
    assert await fetch(sample_url, "SELECT count(*) FROM users") == [(1000,)]


@ALL_SAMPLES
async def test_changes_to_several_tables_are_saved_together(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        await user.edit("renamed", column="username")
        await user.press("tab", "enter")
        await user.edit("retitled", column="title")
        await user.press("w")
        assert user.shows("2 changes to users, posts")
        await user.press("s")
        assert user.notice() == "✓ Saved 2 changes."
        assert user.title() == "posts ── author_id = 1"
        assert user.cell() == "retitled"
        await user.press("escape", "backspace")
        assert user.column("username")[0] == "renamed"
    assert await fetch(sample_url, "SELECT username FROM users WHERE id = 1") == [("renamed",)]
    assert len(await fetch(sample_url, "SELECT id FROM posts WHERE title = 'retitled'")) == 1


async def test_a_new_post_of_a_user_already_has_its_author(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        await user.press("down", "tab", "enter", "a")
        await user.edit("mine", column="title")
        await user.review_and_save()
    assert await fetch(sample_url, "SELECT author_id FROM posts WHERE title = 'mine'") == [(2,)]


async def test_the_related_rows_show_what_was_saved(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        count = int(user.related().split()[-1])
        await user.press("tab", "enter", "D")
        await user.review_and_save()
        await user.press("escape", "backspace")
        assert user.related() == f"posts (author_id) {min(count + 1, 10)} of {count + 1}"
