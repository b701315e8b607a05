"""The command palette: tables and keys by name."""

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
