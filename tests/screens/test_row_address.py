"""Rows without a key: their address may come to mean another row while the user looks."""

from tests.driver import browsing
from tests.outside import fetch, run
from tests.slow import is_sqlite

LONG = "x" * 1000


async def reuse_the_address_of(url: str, note: str, another: str) -> None:
    """Delete a row, and let the database give its place to another one."""
    place = "rowid" if is_sqlite(url) else "ctid"
    where = await fetch(url, f"SELECT {place} FROM notes WHERE note = '{note}'")
    clean = [] if is_sqlite(url) else ["VACUUM notes"]
    new = f"INSERT INTO notes VALUES ('{another}', 'somebody else')"
    await run(url, f"DELETE FROM notes WHERE note = '{note}'", *clean, new)
    assert await fetch(url, f"SELECT {place} FROM notes WHERE note = '{another}'") == where


async def make(url: str, note: str, *, author: str = "me") -> None:
    await run(
        url,
        "CREATE TABLE notes (note text, author text)",
        f"INSERT INTO notes VALUES ('first', 'me'), ('{note}', '{author}')",
    )


async def test_an_edit_does_not_hit_the_row_that_has_the_address_now(sample_url: str) -> None:
    await make(sample_url, "mine")
    async with browsing(sample_url, "notes") as user:
        await user.press("down")
        await reuse_the_address_of(sample_url, "mine", "theirs")
        await user.edit("edited", column="author")
        await user.review_and_save()
        assert user.shows("Somebody else changed note, author since you read this row: m shows")
        await user.press("escape")
        assert user.staged() == "1 staged · w reviews"
    assert await fetch(sample_url, "SELECT * FROM notes WHERE note <> 'first'") == [
        ("theirs", "somebody else")
    ]


async def test_not_even_a_column_that_is_the_same_in_both_rows_is_written(sample_url: str) -> None:
    await make(sample_url, "mine", author="somebody else")
    async with browsing(sample_url, "notes") as user:
        await user.press("down")
        await reuse_the_address_of(sample_url, "mine", "theirs")
        await user.edit("edited", column="author")
        await user.review_and_save()
        assert user.shows("Somebody else changed note since you read this row: m shows")
    assert await fetch(sample_url, "SELECT author FROM notes WHERE note = 'theirs'") == [("somebody else",)]


async def test_a_deletion_does_not_hit_the_row_that_has_the_address_now(sample_url: str) -> None:
    await make(sample_url, "mine")
    async with browsing(sample_url, "notes") as user:
        await user.press("down")
        await reuse_the_address_of(sample_url, "mine", "theirs")
        await user.press("d")
        await user.review_and_save()
        assert user.shows("Somebody else changed note, author since you read this row: m shows")
    assert await fetch(sample_url, "SELECT count(*) FROM notes") == [(2,)]


async def test_a_long_value_of_another_row_is_not_offered_for_editing(sample_url: str) -> None:
    """The value is read in full when the editing begins: from a row that must be the one on the screen."""
    await make(sample_url, LONG)
    async with browsing(sample_url, "notes") as user:
        await user.press("down")
        await reuse_the_address_of(sample_url, LONG, LONG.replace("x", "y"))
        await user.press("e")
        assert user.notice() == "✗ Somebody else changed this row: r reads the rows anew."
        assert user.screen is user.browse
        assert user.staged() == ""
