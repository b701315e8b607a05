"""The command palette: tables and keys by name."""

import pytest
from textual.command import CommandPalette

from tests.driver import browsing
from tests.outside import run


async def test_a_table_is_opened_by_its_name(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("ctrl+p")
        assert isinstance(user.screen, CommandPalette)
        await user.write("open tags")
        await user.press("enter")
        await user.settle()
        assert user.title() == "tags"


async def test_a_key_is_found_by_what_it_does(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.go_to_column("email")
        await user.press("ctrl+p")
        await user.write("sort")
        await user.press("enter")
        await user.settle()
        assert user.title() == "users ── email ↑"


async def test_names_of_tables_are_never_markup(sqlite_url: str) -> None:
    name = "[@click=app.quit]x[/] [red]y"
    await run(sqlite_url, f'CREATE TABLE "{name}" (id integer PRIMARY KEY)')
    async with browsing(sqlite_url, "users") as user:
        await user.press("ctrl+p")
        await user.write("click")
        assert name in user.screen_text()
        await user.press("enter")
        await user.settle()
        assert user.title() == name


@pytest.mark.parametrize("key", ["pagedown", "pageup", "up", "down"])
async def test_a_window_without_room_for_a_command_does_no_harm(sqlite_url: str, key: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.resize(20, 3)
        await user.press("ctrl+p")
        await user.settle()
        await user.press(key)
        assert isinstance(user.screen, CommandPalette)
