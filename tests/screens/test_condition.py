"""A condition in SQL is typed, completed, checked and shown."""

from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run


@ALL_SAMPLES
async def test_a_condition_is_completed_checked_and_shown_and_taken_away_again(sample_url: str) -> None:
    condition = "username like 'a%' and id > 5"
    found = await fetch(sample_url, f"SELECT id FROM users WHERE {condition} ORDER BY id")
    async with browsing(sample_url, "users") as user:
        await user.press("W")
        await user.write("usern")
        assert user.shows("username", "tab take the column")
        await user.press("tab")
        await user.write(" like 'a%' and idd > 5")
        await user.press("enter")
        assert user.shows("idd")
        assert user.shows("users WHERE")  # still asked
        await user.press("delete", "delete", "delete")
        await user.write("id")
        await user.press("enter")
        assert user.title() == f"users ── WHERE {condition}"
        assert user.column("id") == [str(number) for (number,) in found][: len(user.column("id"))]
        assert user.position() == f"row 1 of {len(found):,}"
        await user.press("W", "end", *["backspace"] * len(condition), "enter")
        assert user.title() == "users"


async def test_the_old_view_stays_where_rows_can_not_be_read(postgresql_url: str) -> None:
    """What is wrong only for some row shows when it is read."""
    async with browsing(postgresql_url, "users") as user:
        await user.press("down", "W")
        await user.write("1 / (id - 7) > 0")
        await user.press("enter")
        assert "division by zero" in user.notice()
        assert user.title() == "users"
        assert user.highlighted()[0] == "2"


async def test_a_column_of_an_odd_name_is_quoted(empty_url: str) -> None:
    await run(
        empty_url,
        'CREATE TABLE t (id integer PRIMARY KEY, "Big [red]" integer)',
        "INSERT INTO t VALUES (1, 2)",
    )
    async with browsing(empty_url, "t") as user:
        await user.press("W")
        await user.write("bi")
        await user.press("tab")
        await user.write(" = 2")
        await user.press("enter")
        assert user.title() == 't ── WHERE "Big [red]" = 2'
