"""Changing many rows at once, as a user does it."""

from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run


@ALL_SAMPLES
async def test_all_rows_that_match_are_set_after_their_number_is_typed(sample_url: str) -> None:
    count = "SELECT count(*) FROM posts WHERE lower(title) LIKE '%mistakes%'"
    [(number,)] = await fetch(sample_url, count)
    assert number > 100
    async with browsing(sample_url, "posts") as user:
        await user.go_to_column("title")
        await user.press("f")
        await user.write("mistakes")
        await user.press("enter", "*", "b")
        await user.write("Closed")
        await user.press("enter")
        assert user.shows(f"{number:,} rows will be changed in title.", "→ Closed", "more")
        await user.write("5")
        await user.press("enter")
        assert user.shows(f"Type {number} to stage so many rows, or leave with esc.")
        assert user.staged() == ""
        await user.press("backspace")
        await user.write(str(number))
        await user.press("enter")
        assert user.staged() == f"{number} staged · w reviews"
        await user.press("w", "s")
        assert user.notice() == f"✓ Saved {number} changes."
    assert await fetch(sample_url, count) == [(0,)]
    assert await fetch(sample_url, "SELECT count(*) FROM posts WHERE title = 'Closed'") == [(number,)]


async def test_marked_rows_are_set_to_null_as_one_step(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "posts") as user:
        await user.go_to_column("content")
        await user.press("space", "space", "space", "b", "down", "down", "enter")
        assert user.shows("3 rows will be changed in content.", "id 1", "→ NULL")
        await user.press("enter")
        assert user.notice() == "✓ 3 rows are staged as one step: u undoes, w reviews and saves."
        assert user.column("content")[:3] == ["NULL"] * 3
        await user.press("u")
        assert user.staged() == ""


async def test_a_text_is_replaced_in_the_marked_rows_and_saved(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.go_to_column("email")
        await user.press("space", "space", "space", "b", "down")
        await user.write("example")
        await user.press("enter")
        await user.write("sample")
        await user.press("enter")
        assert user.shows("3 rows will be changed in email.", "→ ben.ellis@sample.com")
        await user.press("enter", "w", "s")
        assert user.notice() == "✓ Saved 3 changes."
    emails = await fetch(sqlite_url, "SELECT count(*) FROM users WHERE email LIKE '%@sample.%'")
    assert emails == [(3,)]


async def test_more_than_a_hundred_rows_are_deleted_once_their_number_is_typed(empty_sqlite_url: str) -> None:
    await run(
        empty_sqlite_url,
        "CREATE TABLE t (id integer PRIMARY KEY, v text)",
        f"INSERT INTO t (v) VALUES {', '.join(['(1)'] * 250)}",
    )
    async with browsing(empty_sqlite_url, "t") as user:
        await user.press("*", "d")
        assert user.notice() == "✗ All rows that match are marked: b deletes them, * marks none."
        await user.press("b", "down", "down", "down", "enter")
        assert user.shows("250 rows will be staged for deletion.")
        await user.press("enter")
        assert user.shows("Type 250 to stage so many rows")
        await user.write("250")
        await user.press("enter")
        assert user.staged() == "250 staged · w reviews"
        await user.press("w", "s")
        assert user.notice() == "✓ Saved 250 changes."
    assert await fetch(empty_sqlite_url, "SELECT count(*) FROM t") == [(0,)]


async def test_a_value_that_the_column_cannot_hold_is_refused_before_anything_is_read(
    postgresql_url: str,
) -> None:
    async with browsing(postgresql_url, "users") as user:
        await user.go_to_column("is_active")
        await user.press("space", "b")
        await user.write("perhaps")
        await user.press("enter")
        assert user.shows("perhaps")
        await user.press("escape")
        assert user.staged() == ""


async def test_another_view_has_no_marks_for_all(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("*", "=", "b")
        assert user.notice() == "✗ No row is marked: space marks one, * all that match."


async def test_what_is_typed_becomes_what_it_would_over_each_single_value(empty_sqlite_url: str) -> None:
    """A number where a number stood, a text where a text did: SQLite's columns hold both."""
    await run(
        empty_sqlite_url,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v)",
        "INSERT INTO t VALUES (1, 5), (2, 'x')",
    )
    async with browsing(empty_sqlite_url, "t") as user:
        await user.press("right", "*", "b", "7", "enter")
        assert user.shows("2 rows will be changed in v.")
        await user.press("enter", "w", "s")
    assert await fetch(empty_sqlite_url, "SELECT v, typeof(v) FROM t") == [(7, "integer"), ("7", "text")]
