"""Filters as the user sets them: asked for, by the highlighted value, all of them in a list."""

from datetime import datetime

import pytest

from tests.driver import User, browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run


def shown(user: User) -> list[str]:
    return [cell.strip() for cell in user.column("id")]


async def filter_by(user: User, column: str, text: str, *ways: str) -> None:
    """Filter by a column, after so many steps to another way to compare."""
    await user.go_to_column(column)
    await user.press("f", *ways)
    await user.write(text)
    await user.press("enter")


@ALL_SAMPLES
async def test_a_customer_is_found_by_a_part_of_the_address_and_by_another_column(sample_url: str) -> None:
    ids = await fetch(
        sample_url, "SELECT id FROM users WHERE email LIKE '%+blog@%' AND id BETWEEN 100 AND 500 ORDER BY id"
    )
    async with browsing(sample_url, "users") as user:
        await filter_by(user, "email", "+BLOG@")
        await filter_by(user, "id", "100..500", "down", "down")
        assert user.title().startswith("users ── email contains +BLOG@ ── id is between 100 and 500")
        assert shown(user) == [str(one) for (one,) in ids][: len(user.rows())]
        assert user.position() == f"row 1 of {len(ids)}"
        await user.press("backspace", "backspace")
        assert user.title() == "users"


@ALL_SAMPLES
async def test_the_highlighted_value_is_all_that_is_shown_or_left_out(sample_url: str) -> None:
    await run(sample_url, "UPDATE tags SET description = NULL WHERE id IN (3, 4)")
    async with browsing(sample_url, "tags") as user:
        await user.go_to_column("description")
        await user.press("down", "down", "=")
        assert shown(user)[:2] == ["3", "4"]
        assert user.title() == "tags ── description is NULL"
        assert user.highlighted()[0] == "3"
        await user.press("backspace", "!")
        assert user.title() == "tags ── description is not NULL"
        assert not {"3", "4"} & set(shown(user))


async def test_what_the_column_cannot_hold_is_refused_in_the_prompt_and_the_rows_stay(
    postgresql_url: str,
) -> None:
    async with browsing(postgresql_url, "users") as user:
        before = user.rows()
        await filter_by(user, "id", "seven")
        assert "seven" in user.screen_text()
        assert user.rows() == before or "Filter by id" in user.screen_text()
        await user.press("escape")
        assert user.rows() == before


async def test_filters_are_switched_off_joined_by_or_edited_and_removed(sqlite_url: str) -> None:
    async with browsing(sqlite_url, "users") as user:
        await filter_by(user, "username", "bob", "down")
        await filter_by(user, "id", "3")
        assert "no rows" in user.screen_text()
        await user.press("F", "down", "o", "enter")
        assert user.title() == "users ── username is bob or id is 3"
        assert shown(user) == ["3", "17"]
        await user.press("F", "space", "enter")
        assert shown(user) == ["3"]
        await user.press("F", "down", "e")
        await user.write("4")
        await user.press("enter", "enter")
        assert shown(user) == ["4"]
        await user.press("F", "X", "escape")
        assert shown(user) == ["4"]
        await user.press("F", "X", "enter")
        assert user.title() == "users"


@pytest.mark.parametrize("key", ["f", "F", "equals_sign", "exclamation_mark"])
async def test_in_a_table_without_rows_nothing_breaks(empty_sqlite_url: str, key: str) -> None:
    await run(empty_sqlite_url, "CREATE TABLE blank (id integer PRIMARY KEY, name text)")
    async with browsing(empty_sqlite_url, "blank") as user:
        await user.press(key, "escape")
        assert user.title() == "blank"


@ALL_SAMPLES
async def test_a_choice_is_taken_from_a_list_that_typing_narrows(sample_url: str) -> None:
    if sample_url.startswith("mysql"):
        await run(sample_url, "ALTER TABLE tags ADD state enum('open', 'on hold', 'closed')")
    else:
        check = "CHECK (state IN ('open', 'on hold', 'closed'))"
        await run(sample_url, f"ALTER TABLE tags ADD state varchar(9) {check}")
    await run(sample_url, "UPDATE tags SET state = 'closed' WHERE id IN (3, 4)")
    async with browsing(sample_url, "tags") as user:
        await user.go_to_column("state")
        await user.press("f")
        assert user.shows("is open", "is on hold", "is closed")
        await user.write("clo")
        assert user.shows("is closed")
        assert not user.shows("is on hold")
        await user.press("enter")
        assert user.title() == "tags ── state is closed"
        assert shown(user) == ["3", "4"]
        await user.press("F", "e", "up", "enter", "enter")  # the choice before
        assert user.title() == "tags ── state is on hold"
        await user.press("F", "space", "enter")
        assert user.title() == "tags ── ○ state is on hold"
        await user.press("F", "X", "enter", "f")
        await user.write("op")
        await user.press("down", "enter")  # not the choice, but the way to compare with what is typed
        assert user.title() == "tags ── state contains op"


async def test_a_boolean_is_filtered_by_two_keys(postgresql_url: str) -> None:
    async with browsing(postgresql_url, "users") as user:
        await user.go_to_column("is_active")
        await user.press("f", "enter")
        assert user.title() == "users ── is_active is true"
        await user.press("backspace", "f", "down", "enter")
        assert user.title() == "users ── is_active is false"


@ALL_SAMPLES
async def test_days_are_typed_in_words_whatever_way_is_highlighted(sample_url: str) -> None:
    today = f"{datetime.now().astimezone():%Y-%m-%d}"
    await run(sample_url, f"UPDATE users SET created_at = '{today} 00:00:00' WHERE id IN (5, 7)")
    async with browsing(sample_url, "users") as user:
        await filter_by(user, "created_at", "last 7 days")
        assert "starts" not in user.title()
        assert user.title() == "users ── created_at is within last 7 days"
        assert shown(user) == ["5", "7"]
        await user.press("F", "e")
        await user.write("seven days")
        await user.press("enter")
        assert user.shows("These are no days: type something like today, last 7 days")
        await user.press("ctrl+u")
        await user.write("yesterday")
        await user.press("enter", "enter")
        assert user.title() == "users ── created_at is within yesterday"


async def test_a_set_is_asked_for_by_its_parts_and_a_typo_in_words_is_told(mariadb_url: str) -> None:
    await run(mariadb_url, "CREATE TABLE t (id int PRIMARY KEY, s set('read','read_write'), d date)")
    await run(mariadb_url, "INSERT INTO t VALUES (1, 'read', NULL)")
    async with browsing(mariadb_url, "t") as user:
        await user.go_to_column("s")
        await user.press("f")
        assert not user.shows("is read_write")
        await user.press("escape")
        await filter_by(user, "d", "last 7 dys")
        assert user.shows("These are no days: type something like today, last 7 days")
