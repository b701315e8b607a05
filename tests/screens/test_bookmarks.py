"""Views that have a name: kept for each database, opened in another run."""

import json
from pathlib import Path

import pytest

from tests.driver import User, browsing
from tests.engines import ALL_SAMPLES
from tests.outside import run


async def keep(user: User, name: str) -> None:
    """Give the present view a name."""
    await user.press("B", "a")
    await user.write(name)
    await user.press("enter", "escape")


@ALL_SAMPLES
async def test_a_view_is_named_and_opened_in_the_next_run(sample_url: str, tmp_path: Path) -> None:
    async with browsing(sample_url, "users", home=tmp_path) as user:
        await user.press("W")
        await user.write("id < 50")
        await user.press("enter")
        await user.go_to_column("is_active")
        await user.press("=")
        await user.go_to_column("username")
        await user.press("s", "s")
        title, rows = user.title(), user.column("username")
        assert title.count(" ── ") == 3
        await keep(user, "active [red]")
    [file] = (tmp_path / "tui" / "databases").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    async with browsing(sample_url, "tags", home=tmp_path) as user:
        await user.press("B")
        assert user.shows("active [red]", "users · 1 filter · WHERE id < 50 · by username")
        await user.press("enter")
        assert (user.title(), user.column("username")) == (title, rows)
        await user.press("H")
        assert user.title() == "tags"
        await user.press("B", "x")
        assert user.shows("none yet")


async def test_a_bookmark_of_a_table_that_is_gone_or_changed_says_so(
    empty_sqlite_url: str, tmp_path: Path
) -> None:
    await run(empty_sqlite_url, "CREATE TABLE a (id INTEGER PRIMARY KEY, b)", "CREATE TABLE c (d)")
    async with browsing(empty_sqlite_url, "a", home=tmp_path) as user:
        await user.press("right", "s")
        await keep(user, "one")
    await run(empty_sqlite_url, "ALTER TABLE a DROP COLUMN b")
    async with browsing(empty_sqlite_url, "c", home=tmp_path) as user:
        await user.press("B", "enter")
        assert user.title() == "a"  # without the order by a column that is gone
    await run(empty_sqlite_url, "DROP TABLE a")
    async with browsing(empty_sqlite_url, "c", home=tmp_path) as user:
        await user.press("B", "enter")
        assert user.notice() == "✗ The table a is gone, or has no columns."


async def test_a_damaged_file_is_said_and_stays(sqlite_url: str, tmp_path: Path) -> None:
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await keep(user, "one")
    [file] = (tmp_path / "tui" / "databases").iterdir()
    file.write_text("{no json")
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.press("B")
        assert user.shows("can't be read: it is damaged.")
        await user.press("a", "enter")
        assert user.shows("can't be read: it is damaged.")
    assert file.read_text() == "{no json"


async def test_a_database_that_does_not_last_keeps_its_bookmarks_for_the_run(tmp_path: Path) -> None:
    async with browsing(None, home=tmp_path) as user:
        await keep(user, "one")
        await user.press("B")
        assert user.shows(" one ")
    assert not (tmp_path / "tui" / "databases").exists()


DAMAGED = [
    {"condition": "1) UNION ALL SELECT sql, 1, 1, 1, 1, 1 FROM sqlite_master --"},
    {"filters": [{"column": "email", "operator": "is", "values": [True], "is_on": True, "is_or": False}]},
    {"filters": [{"column": "email", "operator": "is", "values": [{"default": 1}], "is_on": 1, "is_or": 0}]},
    {"filters": [{"column": "id", "operator": "is between", "values": [1], "is_on": True, "is_or": False}]},
    {"filters": 7},
    {"table": "users"},
    {"condition": "nope = 1"},
]


@pytest.mark.parametrize("wrong", DAMAGED)
async def test_a_bookmark_that_somebody_else_wrote_does_no_harm(
    sqlite_url: str, tmp_path: Path, wrong: dict[str, object]
) -> None:
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await keep(user, "one")
    [file] = (tmp_path / "tui" / "databases").iterdir()
    content = json.loads(file.read_text())
    content["bookmarks"]["one"] |= wrong
    content["columns"] = {"main.users": {"order": [1], "hidden": ["id"], "widths": {"id": 1e999}}, "x": 7}
    file.write_text(json.dumps(content))
    async with browsing(sqlite_url, "tags", home=tmp_path) as user:
        await user.press("B", "enter")
        assert user.notice().startswith("✗")
        assert user.title() == "tags"
