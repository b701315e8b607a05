"""Columns: found by name, hidden, moved, as wide as the user wants, and so in the next run."""

from pathlib import Path

from tests.driver import User, browsing
from tests.outside import run


async def test_one_of_two_hundred_columns_is_gone_to_by_a_few_letters(empty_url: str) -> None:
    names = ", ".join(f"c{number} integer" for number in range(1, 200))
    await run(
        empty_url, f"CREATE TABLE wide (id integer PRIMARY KEY, {names})", "INSERT INTO wide (id) VALUES (1)"
    )
    async with browsing(empty_url, "wide") as user:
        await user.press("c", "1", "9", "9", "enter")
        assert user.highlighted() == ("1", "c199")
        await user.press("c", "x", "y")
        assert user.shows("no column has such a name")
        await user.press("enter", "escape")
        assert user.highlighted() == ("1", "c199")


def shown(user: User) -> list[str]:
    """The names of the columns that are shown, in sight or not."""
    return [user.grid.columns[index].name for index in user.grid._columns.order]


async def test_columns_are_hidden_moved_and_sized_for_each_table_and_kept(
    sample_url: str, tmp_path: Path
) -> None:
    async with browsing(sample_url, "users", home=tmp_path) as user:
        names = shown(user)
        await user.press("c", "down", "ctrl+x", "down", "shift+up", "ctrl+x", "ctrl+x", "enter")
        arranged = [names[0], names[2], *names[3:]]
        assert shown(user) == arranged
        assert user.highlighted()[1] == names[2]
        await user.press(">", ">", ">")
        width = user.grid.column_widths[names[2]]
        await user.open_table("tags")
        await user.press("H")
        assert shown(user) == arranged
        await user.until(lambda: list((tmp_path / "tui" / "databases").glob("*.json")))
    async with browsing(sample_url, "users", home=tmp_path) as user:
        assert shown(user) == arranged
        assert user.grid.column_widths[names[2]] == width
        await user.press("right", "right", "c", "ctrl+r", "enter")
        assert shown(user) == names


async def test_a_hidden_column_that_is_gone_to_is_shown_again(sample_url: str) -> None:
    async with browsing(sample_url, "users") as user:
        names = shown(user)
        await user.press("c", "down", "ctrl+x", "up", "enter")
        assert shown(user) == [names[0], *names[2:]]
        await user.press("slash")
        await user.write("moss_and_stone")
        await user.press("enter")
        assert user.highlighted() == ("5", "username")
        assert shown(user) == names


async def test_not_all_columns_can_be_hidden(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "post_tags") as user:
        await user.press("c", "ctrl+x", "down", "ctrl+x", "enter")
        assert len(shown(user)) == 1


async def test_as_at_first_is_as_wide_as_at_first(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("right")
        before = user.grid.column_widths
        await user.press(*["<"] * 6)
        assert user.grid.column_widths != before
        await user.press("c", "ctrl+r", "enter")
        assert user.grid.column_widths == before


async def test_the_keys_stay_in_sight_where_a_table_has_many_columns(empty_sqlite_url: str) -> None:
    names = ", ".join(f"c{number}" for number in range(80))
    await run(empty_sqlite_url, f"CREATE TABLE wide (id INTEGER PRIMARY KEY, {names})")
    async with browsing(empty_sqlite_url, "wide", size=(80, 24)) as user:
        await user.press("c")
        assert user.shows("c5", "^x hide, show", "^r as at first")
        await user.press("escape", "S", "end")
        assert user.shows("c79", "⏎ apply", "K J earlier, later")
