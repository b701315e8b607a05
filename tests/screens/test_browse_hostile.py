"""Whatever stands in a database is shown, never obeyed: markup, control characters, broken text."""

import asyncio
import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.driver import User, browsing
from tests.outside import fetch, run
from tui.widgets.cells import visible

CLICK = "[@click=app.quit]x[/]"
TEXTS = (
    "[red]r",
    "[/]",
    "[/nope]",
    CLICK,
    "[link=http://x]l",
    "[SQL: select a from t where b=?]",
    "100% \\[x]",
)
PICTURES = {
    "\x1b[31mred\x1b]52;c;eA==\x07": "␛[31mred␛]52;c;eA==␇",
    "a\tb\r\nc": "a␉b␍␊c",
    "\x7f\x9b": "␡\\x9b",
    "\u202eabc": "\\u202eabc",
}
NAMES = (
    "[red]t",
    "[/]",
    CLICK,
    "a\x1bb",
    "semi;colon",
    'quo"te',
    "per%cent",
    "[SQL: x=?]",
    "select",
    "ünï 表",
)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


async def clicked_wherever(user: User, text: str) -> None:
    """Click on a text wherever it stands on the screen: nothing but the usual happens."""
    for y, line in enumerate(user.screen_text().split("\n")):
        if text in line:
            await user.pilot.click(offset=(cell_len(line.partition(text)[0]) + 1, y))
    await user.settle()
    assert user.is_running


async def test_texts_are_shown_as_they_stand_and_no_click_obeys_them(sample_url: str) -> None:
    values = ", ".join(f"({i}, {literal(text)})" for i, text in enumerate([*TEXTS, *PICTURES]))
    await run(sample_url, "CREATE TABLE t (id integer PRIMARY KEY, a text)", f"INSERT INTO t VALUES {values}")
    async with browsing(sample_url, "t") as user:
        assert user.column("a") == [*TEXTS, *PICTURES.values()]
        await clicked_wherever(user, "x[/]")


async def test_every_screen_shows_a_hostile_cell(sample_url: str) -> None:
    create = "CREATE TABLE t (id integer PRIMARY KEY, a text UNIQUE)"
    await run(sample_url, create, f"INSERT INTO t VALUES (1, {literal(CLICK)}), (2, '[/]')")
    async with browsing(sample_url, "t") as user:
        await user.press("right", "y", "Y", "e")
        assert CLICK in user.screen_text()
        await user.press("escape", "enter")
        assert CLICK in user.screen_text()
        await user.press("escape")
        await user.edit("[/]")
        await user.press("w")
        assert user.shows(CLICK)
        await user.press("s")
        assert user.shows("Not saved")
        await clicked_wherever(user, "x[/]")


async def test_names_of_tables_and_columns_are_shown_and_worked_with(empty_url: str) -> None:
    """All on SQLite; that the other engines quote them is shown in the data layer."""
    names = sorted(NAMES if empty_url.startswith("sqlite:") else NAMES[:3])
    for name in names:
        create = f"CREATE TABLE {quoted(name)} (id integer PRIMARY KEY, {quoted(name + 'c')} text)"
        await run(empty_url, create, f"INSERT INTO {quoted(name)} VALUES (1, 'one'), (2, 'two')")
    async with browsing(empty_url) as user:
        for name in names:
            await user.press("right")
            assert (user.title(), user.column(name + "c")) == (visible(name), ["one", "two"])
            await user.press("s", "y", "enter", "escape")
            await user.find("two")
            assert user.highlighted() == ("2", name + "c")
            await user.edit("three")
            await user.review_and_save()
            assert user.notice() == "✓ Saved 1 change."
            stored = f"SELECT {quoted(name + 'c')} FROM {quoted(name)} WHERE id = 2"
            assert await fetch(empty_url, stored) == [("three",)]
            await user.press("t", "down", "down", "enter")
        await user.press("?", "escape", "ctrl+p", "escape")


@pytest.mark.parametrize(
    "name", ["[red].db", "[@click=app.quit]x[.db", "a\x1b]0;t\x07.db", "%41.db", "ü 表.db"]
)
async def test_the_name_of_the_file_may_be_anything(tmp_path: Path, sqlite_url: str, name: str) -> None:
    path = tmp_path / name
    await asyncio.to_thread(shutil.move, sqlite_url.removeprefix("sqlite:///"), path)
    async with browsing(str(path), "users") as user:
        assert "\x1b" not in user.heading()
        assert user.heading().split(" · ")[0].endswith(".db")
        await clicked_wherever(user, "x[.db")
        await user.press("d", "w")
        await clicked_wherever(user, "x[.db")


async def test_a_filter_s_value_stands_in_the_title_as_it_is(sample_url: str) -> None:
    await run(
        sample_url,
        "CREATE TABLE p (name varchar(50) PRIMARY KEY)",
        "CREATE TABLE c (id integer PRIMARY KEY, p_name varchar(50) REFERENCES p (name))",
        f"INSERT INTO p VALUES ({literal(CLICK)})",
        f"INSERT INTO c VALUES (1, {literal(CLICK)})",
    )
    async with browsing(sample_url, "p") as user:
        await user.press("tab", "enter")
        assert user.title() == f"c ── p_name = {CLICK}"
        await user.press("a", "backspace")
        assert user.title() == "p"


async def test_broken_text_and_nul_are_shown(sqlite_url: str) -> None:
    await run(
        sqlite_url,
        "CREATE TABLE t (id integer PRIMARY KEY, a text)",
        "INSERT INTO t VALUES (1, CAST(x'ff41' AS TEXT)), (2, CAST(x'eda080' AS TEXT))",
        "INSERT INTO t VALUES (3, 'a' || char(0) || 'b')",
    )
    async with browsing(sqlite_url, "t") as user:
        assert user.column("a") == ["\\xffA", "\\xed\\xa0\\x80", "a␀b"]
        await user.press("right", "y", "Y", "e", "escape", "enter", "escape", "s", "s")
        await user.find("zz")
        assert user.is_running


async def test_an_error_of_the_server_is_a_plain_sentence(postgresql_url: str) -> None:
    await run(
        postgresql_url,
        f"CREATE TABLE t (id integer PRIMARY KEY, a text CHECK (a <> {literal('bad ' + CLICK)}))",
        "INSERT INTO t VALUES (1, 'x')",
    )
    async with browsing(postgresql_url, "t") as user:
        await user.edit(f"bad {CLICK}", column="a")
        await user.review_and_save()
        assert user.shows("Not saved")
        await clicked_wherever(user, "x[/]")
