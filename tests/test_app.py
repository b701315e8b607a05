"""The application around the screens: themes, the private sample, what happens at the end."""

import asyncio
import gc
import json
from pathlib import Path

import pytest
from textual._styles_cache import StylesCache
from textual.events import Resize
from textual.geometry import Size

from tests.driver import browsing
from tests.outside import run


async def test_the_choice_of_a_theme_is_remembered(sqlite_url: str, tmp_path: Path) -> None:
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        user.app.theme = "gruvbox"
        await user.settle()
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        assert user.app.theme == "gruvbox"


async def test_the_theme_is_chosen_in_the_palette(sqlite_url: str, tmp_path: Path) -> None:
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.press("ctrl+p")
        await user.write("theme")
        await user.press("enter")
        await user.settle()
        await user.write("nord")
        await user.until(lambda: "gruvbox" not in user.screen_text())
        await user.press("enter")
        await user.settle()
        assert user.app.theme == "nord"
    settings = await asyncio.to_thread((tmp_path / "tui" / "settings.json").read_text)
    assert json.loads(settings) == {"theme": "nord"}


async def test_a_theme_that_is_gone_is_passed_over(sqlite_url: str, tmp_path: Path) -> None:
    settings = tmp_path / "tui" / "settings.json"
    settings.parent.mkdir()
    settings.write_text('{"theme": "[red]no such theme"}')
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        assert user.rows()


async def test_settings_that_cannot_be_written_are_a_notice(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "tui").write_text("this is a file")
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        user.app.theme = "nord"
        await user.settle()
        assert "The theme can't be remembered" in user.screen_text()
        await user.press("down")
        assert user.highlighted()[0] == "2"


async def test_every_theme_shows_the_rows(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await user.press("d")
        rows = user.rows()
        for theme in user.app.available_themes:
            user.app.theme = theme
            await user.settle()
            assert user.rows() == rows


async def test_the_private_sample_is_gone_at_the_end() -> None:
    async with browsing(None) as user:
        path = user.database.address.path
        assert path is not None
        assert path.exists()
        await user.hurry("q")
        await user.end()
    assert not path.parent.exists()


async def test_two_private_samples_are_two_files() -> None:
    async with browsing(None) as one, browsing(None) as two:
        assert one.database.address.path != two.database.address.path


async def test_the_copy_can_be_written_to() -> None:
    async with browsing(None, "users") as user:
        await user.edit("renamed", column="username")
        await user.review_and_save()
        assert user.notice() == "✓ Saved 1 change."
        await run(f"sqlite:///{user.database.address.path}", "DELETE FROM post_tags")


async def test_a_window_that_shrank_and_grew_again_at_once_is_drawn_anew(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program hears of its old size only, but the terminal has lost what did not fit meanwhile."""
    async with browsing(sqlite_url, "users", draws_all=True) as user:
        drawn: list[str] = []

        def note(screen: object, what: object) -> None:
            drawn.append(type(what).__name__)

        monkeypatch.setattr(user.app, "_display", note)
        for _ in range(2):
            drawn.clear()
            user.app.post_message(Resize(Size(120, 40), Size(120, 40)))
            await user.settle()
        assert "LayoutUpdate" in drawn


async def test_screens_that_are_closed_leave_nothing_drawn_behind(sqlite_url: str) -> None:
    """But for those that are still being closed when they are counted."""
    async with browsing(sqlite_url, "users", draws_all=True) as user:

        def drawn() -> int:
            gc.collect()
            return sum(isinstance(one, StylesCache) for one in gc.get_objects())

        first = drawn()
        for _ in range(3):
            await user.press("enter", "escape", "question_mark", "escape", "d", "w", "escape", "u")
            await user.until(lambda: drawn() <= first)
        assert drawn() <= first
