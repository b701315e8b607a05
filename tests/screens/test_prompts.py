"""Prompts: what they refuse, what they keep, and what they show of text from anywhere."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from textual.events import Paste

from tests.outside import run
from tests.screens.driver import Driver, opened, showing
from tests.screens.sample_rows import first_rows, table_of
from tui.db.schema import Column
from tui.db.values import DEFAULT, BadText, Kind, Value
from tui.screens.edit_prompt import EditPrompt, Entered
from tui.screens.prompts import Choice, Confirm, TextPrompt

NOTE = Column("note", "TEXT", Kind.TEXT)


@asynccontextmanager
async def editing(
    url: str, column: Column | str, value: Value, *, can_default: bool = False
) -> AsyncIterator[Driver[Entered | None]]:
    """An edit prompt for a column, or for one of the users by its name."""
    async with opened(url) as database:
        if isinstance(column, str):
            column = (await table_of(database, "users")).column(column)
        prompt = EditPrompt(database, column, value, where="[b]notes[/] · id 1", can_default=can_default)
        async with showing(prompt) as driver:
            yield driver


async def test_typing_replaces_the_value_and_enter_keeps_it(sqlite_url: str) -> None:
    async with editing(sqlite_url, "email", "old@example.org") as driver:
        assert driver.shows(
            "[b]notes[/] · id 1", "email", "must have a value", "15 of 100", "old@example.org"
        )

        await driver.write("new@example.org")
        await driver.press("enter")

    assert driver.results == [Entered("new@example.org")]


async def test_escape_leaves_without_a_value(sqlite_url: str) -> None:
    async with editing(sqlite_url, NOTE, "old") as driver:
        await driver.write("new")
        await driver.press("escape")

    assert driver.results == [None]


@pytest.mark.parametrize("value", ["a text", "", None, 10**12, 0.1, b"\x00\xff", BadText(b"\xffx"), DEFAULT])
async def test_a_value_that_is_not_changed_comes_back_as_the_same_object(
    sqlite_url: str, value: Value
) -> None:
    async with editing(sqlite_url, NOTE, value, can_default=True) as driver:
        await driver.press("enter")

    kept = driver.results[0]
    assert kept is not None
    assert kept.value is value


async def test_a_value_that_is_typed_again_as_it_was_is_the_same_object(sqlite_url: str) -> None:
    value = "".join(["a", "b"])
    async with editing(sqlite_url, NOTE, value) as driver:
        await driver.press("a", "b", "enter")

    assert driver.results[0] is not None
    assert driver.results[0].value is value


async def test_a_refused_value_keeps_the_prompt_open_and_says_why(sqlite_url: str) -> None:
    async with editing(sqlite_url, "id", 17) as driver:
        await driver.write("many")
        await driver.press("enter")

        assert driver.is_open
        assert driver.shows("many")
        refusal = driver.text()
        await driver.press("1")

        assert "holds numbers" not in driver.text()
        assert ("holds numbers" in refusal) or ("integer" in refusal)
        assert driver.results == []


async def test_a_text_that_is_too_long_is_refused_and_counted(sqlite_url: str) -> None:
    async with editing(sqlite_url, "username", "amy") as driver:
        driver.host.post_message(Paste("x" * 50))
        await driver.press("x")
        assert driver.shows("51 of 50 characters")

        await driver.press("enter")

        assert driver.shows("username holds at most 50 characters; this has 51.")


async def test_null_and_the_empty_text_are_two_things(sqlite_url: str) -> None:
    async with editing(sqlite_url, NOTE, "old") as empty:
        await empty.press("backspace")
        assert empty.shows("● value", "○ NULL", "the empty text")
        await empty.press("enter")
    async with editing(sqlite_url, NOTE, "old") as null:
        await null.press("ctrl+n")
        assert null.shows("○ value", "● NULL")
        await null.press("enter")

    assert empty.results == [Entered("")]
    assert null.results == [Entered(None)]


async def test_null_again_brings_back_what_was_typed(sqlite_url: str) -> None:
    async with editing(sqlite_url, NOTE, None) as driver:
        await driver.write("new")
        await driver.press("ctrl+n", "ctrl+n", "enter")

    assert driver.results == [Entered("new")]


async def test_typing_and_erasing_makes_null_the_empty_text(sqlite_url: str) -> None:
    async with editing(sqlite_url, NOTE, None) as driver:
        await driver.press("a", "backspace", "enter")

    assert driver.results == [Entered("")]


async def test_null_is_refused_where_a_value_is_needed(sqlite_url: str) -> None:
    async with editing(sqlite_url, "email", "old") as driver:
        await driver.press("ctrl+n")

        assert driver.shows("email must have a value: it can't be NULL.", "● value")


async def test_default_can_be_chosen_for_a_new_row_only(sqlite_url: str) -> None:
    async with editing(sqlite_url, NOTE, "old", can_default=True) as new:
        await new.press("ctrl+d", "enter")
    async with editing(sqlite_url, NOTE, "old") as stored:
        await stored.press("ctrl+d", "enter")

    assert new.results == [Entered(DEFAULT)]
    assert stored.results == [Entered("")]


async def test_a_value_that_would_be_stored_otherwise_is_kept_with_a_second_enter(
    postgresql_url: str,
) -> None:
    column = Column("amount", "numeric(10,2)", Kind.NUMBER)
    async with editing(postgresql_url, column, "1.00") as driver:
        await driver.write("12.345")
        await driver.press("enter")
        assert driver.shows("It will be stored as 12.35")
        assert driver.results == []

        await driver.press("enter")

    assert driver.results == [Entered("12.35")]


async def test_a_value_that_changed_since_it_was_asked_about_is_asked_about_again(sqlite_url: str) -> None:
    column = Column("amount", "INTEGER", Kind.NUMBER)
    async with editing(sqlite_url, column, 1) as driver:
        await driver.press("0", "7", "enter", "8", "enter")
        assert driver.shows("It will be stored as 78")

        await driver.press("enter")

    assert driver.results == [Entered(78)]


async def test_a_text_that_is_typed_on_while_it_is_asked_about_is_not_kept_by_half(
    postgresql_url: str,
) -> None:
    """The domain's check waits for a lock that somebody else holds."""
    waits = "'SELECT pg_advisory_xact_lock(42) IS NOT NULL'"
    await run(
        postgresql_url,
        f"CREATE FUNCTION wait() RETURNS boolean LANGUAGE sql AS {waits}",
        "CREATE DOMAIN slow AS text CHECK (wait())",
    )
    other = await asyncpg.connect(postgresql_url)
    async with editing(postgresql_url, Column("note", "slow", Kind.TEXT), "old") as driver:
        await other.execute("SELECT pg_advisory_lock(42)")
        await driver.pilot.press("1", "enter")
        await driver.expect("checking…")
        await driver.pilot.press("2")
        await other.close()
        await driver.settle()
        assert driver.is_open

        await driver.press("enter")

    assert driver.results == [Entered("12")]


async def test_lines_are_kept_with_another_key(sqlite_url: str) -> None:
    async with editing(sqlite_url, NOTE, "one\ntwo") as driver:
        assert driver.shows("^s/F10 keep", "⏎ new line")

        await driver.press("ctrl+end", "enter", "x", "ctrl+s")

    assert driver.results == [Entered("one\ntwo\nx")]


async def test_a_short_text_gets_lines_on_demand(sqlite_url: str) -> None:
    async with editing(sqlite_url, NOTE, "one") as driver:
        await driver.press("ctrl+end", "ctrl+t", "enter", "2", "f10")

    assert driver.results == [Entered("one\n2")]


HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "a\rb\r\nc",
    "C:\\new\\x1b",
    "nul\0",
    "\u202egnp.exe",
    "❤\ufe0f \U0001f468\u200d\U0001f469",
    "tab\tand\x0bform\x0cfeed\x85\u2028",
]


@pytest.mark.parametrize("value", HOSTILE)
async def test_a_text_with_shapeless_characters_survives_an_edit(sqlite_url: str, value: str) -> None:
    async with editing(sqlite_url, NOTE, value) as driver:
        assert all(char.isprintable() or char == "\n" for char in driver.text())

        await driver.press("ctrl+end", "Z", "ctrl+s")

    assert driver.results == [Entered(value + "Z")]


async def test_an_escaped_text_says_that_it_is_one(sqlite_url: str) -> None:
    async with editing(sqlite_url, NOTE, "a\x1bb\\") as driver:
        assert driver.shows("a\\x1bb\\\\", "Shown escaped", "4 characters")

        await driver.press("ctrl+end", "\\", "q", "enter")

        assert driver.shows("\\q is no escape")
        assert driver.is_open


async def test_text_that_is_no_utf8_keeps_its_bytes(sqlite_url: str) -> None:
    async with editing(sqlite_url, NOTE, BadText(b"caf\xe9")) as driver:
        assert driver.shows("caf\\xe9")

        await driver.press("ctrl+end", "s", "enter")

    kept = driver.results[0]
    assert kept == Entered(BadText(b"caf\xe9s"))
    assert kept is not None
    assert isinstance(kept.value, BadText)


async def test_pasted_text_keeps_its_lines_and_its_shapeless_characters(sqlite_url: str) -> None:
    async with editing(sqlite_url, NOTE, "C:\\new") as driver:
        await driver.press("ctrl+end")
        driver.host.post_message(Paste("\r\ntwo\x1b \\x"))
        await driver.settle()
        assert driver.shows("C:\\\\new", "two\\x1b \\\\x", "Shown escaped")
        await driver.press("Z", "ctrl+s")

    assert driver.results == [Entered("C:\\new\ntwo\x1b \\xZ")]


async def test_bytes_are_edited_as_hex(sqlite_url: str) -> None:
    column = Column("data", "BLOB", Kind.BINARY)
    async with editing(sqlite_url, column, b"\x00\xff") as driver:
        assert driver.shows("00ff", "Bytes in hex")

        await driver.press("ctrl+end", "1", "enter")
        assert driver.shows("data holds bytes")
        await driver.press("A", "enter")

    assert driver.results == [Entered(b"\x00\xff\x1a")]


async def test_half_a_character_is_refused(sqlite_url: str) -> None:
    async with editing(sqlite_url, NOTE, "\x1b") as driver:
        await driver.write("\\ud800")
        await driver.press("enter")

        assert driver.shows("half of a character")


async def test_a_huge_value_is_replaced_not_edited(sqlite_url: str) -> None:
    value = "x" * 5_000_000
    async with editing(sqlite_url, NOTE, value) as kept:
        assert kept.shows("too long to be edited here")
        await kept.press("ctrl+s")
    async with editing(sqlite_url, NOTE, value) as replaced:
        await replaced.press("y", "ctrl+s")

    assert kept.results[0] is not None
    assert kept.results[0].value is value
    assert replaced.results == [Entered("y")]


async def test_markup_in_names_and_values_is_only_text(sqlite_url: str) -> None:
    column = Column("[red]n[/] \x1b", "[/]", Kind.TEXT, nullable=False, default="[@click=app.quit]x[/]")
    async with opened(sqlite_url) as database:
        shown = EditPrompt(database, column, "[/] [b]bold[/b]", where="[bold]t[/] · id [/]")
        async with showing(shown) as driver:
            await driver.press("ctrl+n")

            assert driver.shows(
                "[red]n[/] ␛ must have a value", "[bold]t[/] · id [/]", "[@click=app.quit]x[/]"
            )
            assert driver.shows("[/] [b]bold[/b]")


async def test_the_sample_texts_are_all_edited_without_loss(sample_url: str) -> None:
    async with opened(sample_url) as database:
        posts = await table_of(database, "posts")
        column = posts.column("content")
        for row in (await first_rows(database, posts))[:3]:
            value = row.values[posts.positions["content"]]
            assert isinstance(value, str)
            prompt = EditPrompt(database, column, value, where="posts")
            async with showing(prompt, size=(120, 40)) as driver:
                await driver.press("ctrl+end", "!", "ctrl+s")
            assert driver.results == [Entered(value + "!")]


CHOICES = [Choice("r", "review them", "review", is_safe=True), Choice("q", "quit, discard them", "quit")]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [("q", "quit"), ("r", "review"), ("enter", "review"), ("escape", None), ("down enter", "quit")],
)
async def test_a_question_is_answered_with_a_key(keys: str, answer: str | None) -> None:
    async with showing(Confirm("3 changes are [staged] and not saved.", CHOICES)) as driver:
        assert driver.shows("3 changes are [staged] and not saved.", "quit, discard them")

        await driver.press(*keys.split())

    assert driver.results == [answer]


async def test_other_keys_leave_a_question_open() -> None:
    async with showing(Confirm("Delete [/]?", CHOICES)) as driver:
        await driver.press("x", "y", "space")

        assert driver.is_open


async def found(driver: Driver[str | None], *keys: str) -> list[str | None]:
    await driver.press(*keys)
    return driver.results


async def test_a_text_is_asked_for_at_the_foot_of_the_screen() -> None:
    async with showing(TextPrompt("Find in [red]posts", "old", hint="n next")) as driver:
        lines = driver.text().splitlines()
        assert "Find in [red]posts" in lines[-4]
        assert "old" in lines[-3]
        assert "n next" in lines[-2]

        assert await found(driver, "n", "e", "w", "enter") == ["new"]
    async with showing(TextPrompt("Find", "old")) as driver:
        assert await found(driver, "escape") == [None]
