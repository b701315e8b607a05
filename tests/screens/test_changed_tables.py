"""A table that another program changes while it is shown: a sentence, and everything else goes on."""

import pytest

from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run

CREATE = "CREATE TABLE t (id integer NOT NULL PRIMARY KEY, a text, b text)"
ROWS = "INSERT INTO t VALUES (1, 'one', 'b'), (2, 'two', 'b')"


@ALL_SAMPLES
@pytest.mark.parametrize(
    ("statement", "header"),
    [
        ("ALTER TABLE t RENAME COLUMN b TO c", ["id", "a", "c"]),
        ("ALTER TABLE t ADD COLUMN c text", ["id", "a", "b", "c"]),
        ("ALTER TABLE t DROP COLUMN b", ["id", "a"]),
    ],
)
async def test_other_columns_are_shown_after_reading_anew(
    sample_url: str, statement: str, header: list[str]
) -> None:
    await run(sample_url, CREATE, ROWS)
    async with browsing(sample_url, "t") as user:
        await run(sample_url, statement)
        await user.press("G", "up", "r")
        assert user.header() == header
        assert not user.notice()
        await user.edit("new", column="a")
        await user.review_and_save()
        assert user.notice() == "✓ Saved 1 change."


@ALL_SAMPLES
async def test_a_staged_change_of_a_column_that_is_gone_stays_and_the_review_says_why(
    sample_url: str,
) -> None:
    await run(sample_url, CREATE, ROWS)
    async with browsing(sample_url, "t") as user:
        await user.edit("mine", column="b")
        await run(sample_url, "ALTER TABLE t DROP COLUMN b")
        await user.review_and_save()
        assert user.shows("Not saved")
        await user.press("escape")
        assert user.staged() == "1 staged · w reviews"
        await user.press("w", "x", "escape")
        await user.open_table("users")
        assert user.title() == "users"


@ALL_SAMPLES
async def test_a_table_that_another_program_renames_is_found_by_its_new_name(sample_url: str) -> None:
    await run(sample_url, CREATE, ROWS)
    async with browsing(sample_url, "t") as user:
        await run(sample_url, "ALTER TABLE t RENAME TO renamed")
        await user.press("r")
        assert user.notice().startswith("✗")
        assert "t" in user.notice()
        await user.open_table("renamed")
        assert user.title() == "renamed"
        assert user.column("a") == ["one", "two"]


async def test_a_column_of_another_type_is_shown_after_reading_anew(postgresql_url: str) -> None:
    await run(postgresql_url, CREATE, ROWS)
    async with browsing(postgresql_url, "t") as user:
        await run(postgresql_url, "ALTER TABLE t ALTER COLUMN id TYPE text")
        await user.press("s", "G", "r")
        assert user.column("id") == ["1", "2"]
        await user.edit("new", column="a")
        await user.review_and_save()
        assert user.notice() == "✓ Saved 1 change."

    assert await fetch(postgresql_url, "SELECT count(*) FROM t WHERE a = 'new'") == [(1,)]


async def test_a_table_that_cannot_be_read_says_why_and_the_others_open(postgresql_url: str) -> None:
    await run(postgresql_url, "CREATE VIEW broken AS SELECT 1 / 0 AS a")
    async with browsing(postgresql_url, "posts") as user:
        await user.open_table("broken")
        assert user.notice() == "✗ PostgreSQL says: division by zero."
        await user.open_table("users")
        assert user.title() == "users"
        assert user.column("id")[0] == "1"


async def test_what_is_staged_and_marked_outlives_columns_that_come_and_go(empty_url: str) -> None:
    await run(
        empty_url,
        "CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer)",
        "INSERT INTO t VALUES (1, 2, 3)",
    )
    async with browsing(empty_url, "t") as user:
        await user.go_to_column("b")
        await user.edit("7")
        await user.press("a")
        await user.press("up", "space")
        await run(empty_url, "ALTER TABLE t DROP COLUMN b", "ALTER TABLE t ADD COLUMN c integer")
        await user.press("r")
        assert user.header() == ["id", "a", "c"]
        assert user.column("c") == ["NULL", "default"]
        assert user.staged() == "2 staged · w reviews"
        await user.press("d")
        assert user.notice().startswith("✓ The row is staged for deletion")
