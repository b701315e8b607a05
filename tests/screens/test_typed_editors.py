"""Editors by the column's type: choices, dates, numbers, JSON, files, the user's own editor."""

import json
from pathlib import Path

import pytest

from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run
from tui.widgets.value_editor import ValueEditor


@ALL_SAMPLES
async def test_a_boolean_is_chosen_with_the_arrows(sample_url: str) -> None:
    [(before,)] = await fetch(sample_url, "SELECT is_active FROM users WHERE id = 1")
    async with browsing(sample_url, "users") as user:
        await user.go_to_column("is_active")
        await user.press("e")
        assert user.shows("↑↓ choose")
        await user.press("down", "enter", "w", "s")
        assert user.notice() == "✓ Saved 1 change."
        await user.press("e", "down", "down", "enter")
        assert user.staged() == ""
    [(after,)] = await fetch(sample_url, "SELECT is_active FROM users WHERE id = 1")
    assert bool(after) is not bool(before)


ENUMS = {
    "postgresql": (
        "CREATE TYPE mood AS ENUM ('new', 'paid', 'it''s sent')",
        "CREATE DOMAIN feeling AS mood",
        "CREATE TABLE t (id int PRIMARY KEY, v feeling)",
    ),
    "mysql": ("CREATE TABLE t (id int PRIMARY KEY, v enum('new', 'paid', 'it''s sent'))",),
}


@pytest.mark.parametrize("engine", ENUMS)
async def test_the_values_of_an_enum_are_offered(request: pytest.FixtureRequest, engine: str) -> None:
    fixture = {"mysql": "empty_mariadb_url"}.get(engine, f"empty_{engine}_url")
    url: str = request.getfixturevalue(fixture)
    await run(url, *ENUMS[engine], "INSERT INTO t VALUES (1, 'paid')")
    async with browsing(url, "t") as user:
        await user.go_to_column("v")
        await user.press("e")
        assert user.shows("new · paid · it's sent")
        await user.press("down", "enter", "w", "s")
    assert await fetch(url, "SELECT v FROM t") == [("it's sent",)]


async def test_the_part_of_a_date_under_the_cursor_is_stepped_and_now_is_a_key(postgresql_url: str) -> None:
    await run(postgresql_url, "UPDATE users SET created_at = '2024-01-31 10:00:00' WHERE id = 1")
    async with browsing(postgresql_url, "users") as user:
        await user.go_to_column("created_at")
        await user.press("e", "home", *["right"] * 5, "up", "enter")
        assert user.cell().startswith("2024-02-29 10:00:00")
        await user.press("e", "f5", "enter")
        assert not user.cell().startswith("2024-02-29")
        await user.press("w", "s")
        assert user.notice() == "✓ Saved 1 change."


async def test_a_number_s_range_is_said_as_one_types(empty_postgresql_url: str) -> None:
    await run(empty_postgresql_url, "CREATE TABLE t (id int PRIMARY KEY, v smallint, n numeric(5, 2))")
    await run(empty_postgresql_url, "INSERT INTO t VALUES (1, 5, 1.5)")
    async with browsing(empty_postgresql_url, "t") as user:
        await user.go_to_column("v")
        await user.press("e")
        assert user.shows("from -32,768 to 32,767")
        await user.write("40000")
        assert user.shows("too large: from -32,768 to 32,767")
        await user.press("escape", "right", "e")
        await user.write("1.234")
        assert user.shows("2 digits behind the point are kept")


async def test_json_is_checked_and_laid_out_without_another_meaning(empty_sqlite_url: str) -> None:
    text = '{"a": 1.00, "b": [1, 2]}'
    await run(empty_sqlite_url, "CREATE TABLE t (id integer PRIMARY KEY, v json)")
    await run(empty_sqlite_url, f"INSERT INTO t VALUES (1, '{text}')")
    async with browsing(empty_sqlite_url, "t") as user:
        await user.go_to_column("v")
        await user.press("e", "f6")
        assert user.shows('"a": 1.00,')
        editor = user.app.focused
        assert isinstance(editor, ValueEditor)
        colours = {segment.style.color for segment in editor.render_line(1) if segment.style}
        assert len(colours) >= 3
        await user.press("ctrl+s", "w", "s")
        [(laid_out,)] = await fetch(empty_sqlite_url, "SELECT v FROM t")
        assert laid_out != text
        assert json.loads(laid_out) == json.loads(text)
        await user.press("e")
        await user.write('{"a" 1}')
        assert user.shows("no JSON yet:", "in line 1, column 6")


async def test_bytes_are_loaded_from_a_file_and_saved_to_a_new_one(
    empty_sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    content = bytes(range(256)) * 100
    (tmp_path / "in").write_bytes(content)
    await run(
        empty_sqlite_url, "CREATE TABLE t (id integer PRIMARY KEY, v blob)", "INSERT INTO t VALUES (1, x'00')"
    )
    async with browsing(empty_sqlite_url, "t") as user:
        await user.go_to_column("v")
        await user.press("e", "f7")
        await user.write("missing")
        await user.press("enter")
        assert user.shows("can't be loaded: No such file")
        await user.press("f7")
        await user.write("in")
        await user.press("enter", "ctrl+s", "w", "s")
        assert user.notice() == "✓ Saved 1 change."
        for _ in range(2):
            await user.press("e", "f8")
            await user.write("out")
            await user.press("enter")
            is_refused = user.shows("can't be written: File exists")
            await user.press("escape")
        assert is_refused
    assert await fetch(empty_sqlite_url, "SELECT v FROM t") == [(content,)]
    assert (tmp_path / "out").read_bytes() == content
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600


async def test_without_an_editor_the_key_says_what_to_do(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with browsing(sqlite_url, "users") as user:
        await user.go_to_column("email")
        await user.press("e", "ctrl+o")
        assert user.shows("No editor is named: set $VISUAL or $EDITOR")


KNOWN = "CHECK (v IN ('new', 'paid', 'sent'))"
CHECKED = {
    "sqlite": f"CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT DEFAULT 'paid' {KNOWN})",
    "postgresql": f"CREATE TABLE t (id int PRIMARY KEY, v varchar(9) DEFAULT 'paid', CONSTRAINT k {KNOWN})",
    "mysql": f"CREATE TABLE t (id int PRIMARY KEY, v varchar(9) DEFAULT 'paid' {KNOWN})",
}


async def test_what_a_check_lists_is_offered_and_default_is_a_state_of_a_stored_row(empty_url: str) -> None:
    await run(empty_url, CHECKED[empty_url.partition(":")[0]], "INSERT INTO t VALUES (1, 'new')")
    async with browsing(empty_url, "t") as user:
        await user.go_to_column("v")
        await user.press("e")
        assert user.shows("new · paid · sent")
        await user.press("up", "enter")
        assert user.cell() == "sent"
        await user.press("e", "ctrl+d")
        assert user.shows("● DEFAULT")
        await user.press("enter")
        assert user.cell() == "default"
        await user.press("w")
        assert user.shows("new → default")
        await user.press("s")
        assert user.cell() == "paid"
    assert await fetch(empty_url, "SELECT v FROM t") == [("paid",)]


async def test_several_choices_of_a_set_are_chosen_one_by_one(empty_mariadb_url: str) -> None:
    """Whatever order they are chosen in, they are put in the column's own."""
    await run(empty_mariadb_url, "CREATE TABLE t (id int PRIMARY KEY, v set('red', 'green', 'blue'))")
    await run(empty_mariadb_url, "INSERT INTO t VALUES (1, 'green')")
    async with browsing(empty_mariadb_url, "t") as user:
        await user.go_to_column("v")
        await user.press("e")
        assert user.shows("red · green · blue")
        assert user.shows("↑↓ choose")
        await user.press("end", ",", "down", "down", "enter")
        assert user.cell() == "green,blue"
        await user.press("e", "end", ",", "down", "enter")
        assert user.cell() == "red,green,blue"
        await user.press("w", "s")
    assert await fetch(empty_mariadb_url, "SELECT v FROM t") == [("red,green,blue",)]
