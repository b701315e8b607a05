"""An order of several columns."""

from tests.driver import browsing
from tests.engines import ALL_EMPTY
from tests.outside import run


@ALL_EMPTY
async def test_rows_are_ordered_by_several_columns_with_their_nulls_where_they_are_wanted(
    empty_url: str,
) -> None:
    await run(
        empty_url,
        "CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer)",
        "INSERT INTO t VALUES (1, 1, 2), (2, NULL, 1), (3, 1, NULL), (4, 2, 9), (5, NULL, NULL)",
    )
    async with browsing(empty_url, "t") as user:
        await user.press("right", "S", "space", "space", "n", "n", "down", "space", "n")
        assert user.shows(" 1 ↓ a", "NULLs last", " 2 ↑ b", "NULLs first")
        await user.press("enter")
        assert user.column("id") == ["4", "3", "1", "5", "2"]
        assert user.title() == "t ── a ↓ NULLs last ── b ↑ NULLs first"
        assert user.header() == ["id", "a ↓1", "b ↑2"]
        await user.press("S", "J", "enter")
        assert user.title() == "t ── b ↑ NULLs first ── a ↓ NULLs last"
        assert user.column("id") == ["3", "5", "2", "1", "4"]
        await user.press("S", "X", "escape")
        assert user.column("id") == ["3", "5", "2", "1", "4"]
        await user.press("S", "X", "enter")
        assert user.column("id") == ["1", "2", "3", "4", "5"]


async def test_the_highlighted_row_stays_highlighted_in_another_order(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        await user.press("down", "down")
        await user.go_to_column("username")
        await user.press("S", "space", "enter")
        assert user.highlighted() == ("3", "username")
        assert user.title() == "users ── username ↑"
