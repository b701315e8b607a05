"""Every hostile value, wherever a text of a database can stand: shown, never obeyed, never altered."""

import asyncio
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.events import Paste
from textual.widgets import Input

from tests import hostile
from tests.driver import User, browsing
from tests.engines import ALL_EMPTY
from tests.hostile import MARKUP, NAMES, SEQUENCES, VALUES, literal, nameable, quoted, storable
from tests.outside import fetch, run
from tests.screens.test_browse_hostile import clicked_wherever
from tui.screens.prompts import LinePrompt
from tui.widgets.edit_form import read
from tui.widgets.value_editor import ValueEditor

SHAPELESS = "\ufe0f\U0001f3fd\u3164\u115f\uffa0"


def assert_safe(user: User) -> None:
    """Nothing on the screen does anything, and every line is as wide as the screen."""
    for strip in user._strips():
        assert strip.text.isprintable(), ascii(strip.text)
        assert not set(SHAPELESS) & set(strip.text)
        assert cell_len(strip.text) == user.app.size.width
        assert not any(segment.style and segment.style.meta.get("@click") for segment in strip)


def opened_and_kept(value: str | bytes) -> tuple[str, ...]:
    """The keys that open an editor and keep what it holds, for values that an editor might change."""
    kept = [*hostile.LINES.values(), *hostile.BROKEN.values(), *hostile.LONG.values(), "a\0b", "a\vb"]
    return ("e", "f10") if value in kept else ()


async def make_rows(url: str) -> list[str | bytes]:
    """A table `h` with a row for each value that the engine holds; the values."""
    held: list[str | bytes] = [*storable(url, VALUES.values()), *hostile.LONG.values()]
    held += hostile.BROKEN.values() if url.startswith("sqlite:") else []
    rows = (f"({number}, {literal(url, text)})" for number, text in enumerate(held))
    kind = "longtext" if url.startswith("mysql:") else "text"
    create = f"CREATE TABLE h (id integer PRIMARY KEY, a {kind})"
    await run(url, create, *(f"INSERT INTO h VALUES {row}" for row in rows))
    return held


async def make_family(url: str) -> list[str]:
    """A table `p` and a table of its children for each name, with a column of that name; the names."""
    names = nameable(url)
    children = (
        f"CREATE TABLE {quoted(name)} (id integer PRIMARY KEY, {quoted(name)} integer REFERENCES p (id))"
        for name in names
    )
    await run(
        url,
        "CREATE TABLE p (id integer PRIMARY KEY, name text)",
        "INSERT INTO p VALUES (1, 'one')",
        *children,
    )
    await run(url, *(f"INSERT INTO {quoted(name)} VALUES (1, 1)" for name in names))
    return names


async def make_wide(url: str) -> None:
    """A table `w` with a column for each name, which holds the name."""
    texts = nameable(url)
    columns = ", ".join(f"{quoted(text)} text" for text in texts)
    values = ", ".join(literal(url, text) for text in texts)
    await run(
        url, f"CREATE TABLE w (id integer PRIMARY KEY, {columns})", f"INSERT INTO w VALUES (1, {values})"
    )


@ALL_EMPTY
async def test_cells_are_shown_and_edited_without_a_change(empty_url: str) -> None:
    held = await make_rows(empty_url)
    async with browsing(empty_url, "h", size=(100, 30)) as user:
        await user.press("right")
        for number, value in enumerate(held):
            if number % 10 == 0:
                assert_safe(user)
            if value in MARKUP.values():
                assert user.cell() == value
            await user.hurry("y", *opened_and_kept(value), "down")
            copied = user.app.clipboard
            assert copied == value or isinstance(value, bytes) or value in hostile.LONG.values()
        await user.settle()
        assert user.staged() == ""
        for text in (value for value in MARKUP.values() if "@click" in value):
            await user.press("g", "home")
            await user.find(text)
            await clicked_wherever(user, text)


@ALL_EMPTY
async def test_a_record_shows_values_and_names(empty_url: str) -> None:
    await make_wide(empty_url)
    async with browsing(empty_url, "w", size=(100, 30)) as user:
        for _ in range(len(NAMES) // 4 + 1):
            await user.hurry(*["right"] * 4)
            assert_safe(user)
        await user.press("Y", "enter")
        for _ in range(6):
            assert_safe(user)
            await user.press("pagedown")
        await user.press("escape", "D", "d", "w")
        assert_safe(user)
        await clicked_wherever(user, MARKUP["click that quits"])


@ALL_EMPTY
async def test_names_of_tables_and_relations_are_shown(empty_url: str) -> None:
    names = await make_family(empty_url)
    async with browsing(empty_url, "p", size=(100, 30)) as user:
        await user.press("tab")
        for _ in range(len(names) // 3):
            await user.hurry("]", "]", "]")
            assert_safe(user)
        await user.settle()
        await user.press("t")
        for _ in range(len(names) // 8):
            await user.hurry("pagedown", "down", "down", "down")
            assert_safe(user)
        await user.press("escape", "ctrl+p")
        await user.write("open")
        for _ in range(len(names) // 5):
            await user.hurry("pagedown")
            assert_safe(user)


async def test_prompts_take_what_is_pasted(sqlite_url: str) -> None:
    await make_rows(sqlite_url)
    async with browsing(sqlite_url, "h", size=(100, 30)) as user:
        for key in ("slash", "t", "ctrl+p"):
            await user.press(key)
            for text in SEQUENCES.values() if key == "ctrl+p" else VALUES.values():
                user.screen.query_one(Input).value = ""
                user.app.post_message(Paste(text))
                await user.breathe()
                assert_safe(user)
            await user.press("escape")
        await user.press("slash")
        assert isinstance(user.screen, LinePrompt)
        user.app.post_message(Paste(VALUES["override"]))
        await user.press("enter")
        assert user.highlighted()[0] == str(list(VALUES.values()).index(VALUES["override"]))


@ALL_EMPTY
async def test_messages_of_errors_are_shown(empty_url: str) -> None:
    texts = [text for text in VALUES.values() if "\0" not in text]
    chunks = ["".join(texts[start : start + 20]) for start in range(0, len(texts), 20)]
    await run(empty_url, "CREATE TABLE t (id integer PRIMARY KEY, a text)", *_refusals(empty_url, chunks))
    await run(empty_url, *(f"INSERT INTO t VALUES ({number}, 'x')" for number, _ in enumerate(chunks)))
    async with browsing(empty_url, "t", size=(100, 30)) as user:
        for _ in chunks:
            await user.edit("y", column="a")
            await user.review_and_save()
            assert user.shows("Not saved")
            assert_safe(user)
            await user.press("X", "down")


def _refusals(url: str, messages: list[str]) -> list[str]:
    """Triggers that refuse an update of row n with message n."""
    said = [message.replace("'", "''") for message in messages]
    if url.startswith("sqlite:"):
        return [
            f"CREATE TRIGGER no{n} BEFORE UPDATE ON t WHEN OLD.id = {n} "
            f"BEGIN SELECT RAISE(ABORT, '{text}'); END"
            for n, text in enumerate(said)
        ]
    cases = " ".join(f"WHEN {n} THEN {literal(url, text)}" for n, text in enumerate(messages))
    if url.startswith("mysql:"):
        return [
            "CREATE TRIGGER no BEFORE UPDATE ON t FOR EACH ROW "
            f"BEGIN DECLARE said text DEFAULT CASE OLD.id {cases} END; "
            "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = said; END"
        ]
    return [
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS "
        f"$f$ BEGIN RAISE EXCEPTION '%', CASE OLD.id {cases} END; END $f$",
        "CREATE TRIGGER no BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION no()",
    ]


@pytest.mark.parametrize("group", ["MARKUP", "SEQUENCES", "SHAPES"])
async def test_the_name_of_a_file_is_shown_in_titles(empty_sqlite_url: str, group: str) -> None:
    path = Path(empty_sqlite_url.removeprefix("sqlite:///"))
    name = hostile.name_of_file("".join(getattr(hostile, group).values()))
    await run(empty_sqlite_url, "CREATE TABLE t (id integer PRIMARY KEY)", "INSERT INTO t VALUES (1)")
    named = path.with_name(name.encode()[-200:].decode("utf-8", "ignore"))
    await asyncio.to_thread(path.rename, named)
    async with browsing(str(named), "t", size=(100, 30)) as user:
        assert_safe(user)
        await user.press("d", "w")
        assert_safe(user)


class Editors(App[None]):
    """An editor for each value."""

    def compose(self) -> ComposeResult:
        yield from (ValueEditor(value) for value in VALUES.values())


async def test_an_editor_holds_what_it_was_given() -> None:
    app = Editors()
    async with app.run_test(size=(100, 300)) as pilot:
        await pilot.pause()
        for editor, value in zip(app.query(ValueEditor), VALUES.values(), strict=True):
            assert editor.is_unchanged
            assert read(editor.text, editor.form) == value
        for strip in app.screen._compositor.render_strips():
            assert strip.text.isprintable(), ascii(strip.text)


async def test_nothing_was_altered_by_looking(sqlite_url: str) -> None:
    """What stands here is the truth that the other tests compare with."""
    held = await make_rows(sqlite_url)
    stored = await fetch(sqlite_url, "SELECT CAST(a AS BLOB) FROM h ORDER BY id")
    assert [row[0] for row in stored] == [v if isinstance(v, bytes) else v.encode() for v in held]
