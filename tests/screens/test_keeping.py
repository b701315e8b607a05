"""Staged work that outlives the program, as a user meets it."""

from datetime import date, datetime
from pathlib import Path

import pytest

from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run
from tests.slow import locked
from tui.db.options import Options
from tui.widgets.moments import when


def files(home: Path) -> list[Path]:
    """What is kept, and the locks beside it."""
    return list(home.rglob("*.json*"))


@ALL_SAMPLES
async def test_work_that_was_kept_is_offered_and_restored(sample_url: str, tmp_path: Path) -> None:
    [(before,)] = await fetch(sample_url, "SELECT count(*) FROM post_tags")
    async with browsing(sample_url, "post_tags", home=tmp_path) as user:
        await user.press("down", "d", "down", "d", "q")
        assert user.shows("2 changes are staged", "quit, keep for the next time")
        await user.press("k")
        assert not user.is_running
    async with browsing(sample_url, "users", home=tmp_path) as user:
        assert user.shows("2 changes were staged today at", "and not saved.")
        await user.press("r")
        assert user.notice() == "✓ 2 changes are staged again: w reviews and saves."
        await user.press("w", "s")
        assert user.notice() == "✓ Saved 2 changes."
    assert await fetch(sample_url, "SELECT count(*) FROM post_tags") == [(before - 2,)]
    async with browsing(sample_url, "users", home=tmp_path) as user:
        assert not user.question()


async def test_what_is_forgotten_is_not_offered_again(sqlite_url: str, tmp_path: Path) -> None:
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.press("d", "q", "k")
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.press("x")
        assert not user.staged()
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        assert not user.question()


async def test_escape_leaves_the_decision_for_another_time(sqlite_url: str, tmp_path: Path) -> None:
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.press("d", "q", "k")
    for _ in range(2):
        async with browsing(sqlite_url, "users", home=tmp_path) as user:
            assert user.shows("1 change was staged")
            await user.press("escape")
            assert not user.staged()


async def test_what_is_discarded_at_the_end_is_gone(sqlite_url: str, tmp_path: Path) -> None:
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.press("d", "q", "x")
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        assert not user.question()


async def test_what_is_undone_is_not_offered(sqlite_url: str, tmp_path: Path) -> None:
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.press("d", "u")
        assert not files(tmp_path)


@ALL_SAMPLES
async def test_restored_work_meets_the_same_conflict_check(sample_url: str, tmp_path: Path) -> None:
    async with browsing(sample_url, "users", home=tmp_path) as user:
        await user.go_to_column("email")
        await user.press("e")
        await user.write("mine@example.org")
        await user.press("enter", "q", "k")
    await run(sample_url, "UPDATE users SET email = 'theirs@example.org' WHERE id = 1")
    async with browsing(sample_url, "users", home=tmp_path) as user:
        await user.press("r", "w", "s")
        assert user.shows("Somebody else changed email")
    assert await fetch(sample_url, "SELECT email FROM users WHERE id = 1") == [("theirs@example.org",)]


async def test_a_row_that_is_restored_can_stand_beside_a_new_one(sqlite_url: str, tmp_path: Path) -> None:
    async with browsing(sqlite_url, "tags", home=tmp_path) as user:
        await user.press("a", "a", "q", "k")
    async with browsing(sqlite_url, "tags", home=tmp_path) as user:
        await user.press("r", "a")
        assert user.staged() == "3 staged · w reviews"


async def test_what_has_no_table_any_more_stays_kept(sqlite_url: str, tmp_path: Path) -> None:
    async with browsing(sqlite_url, "post_tags", home=tmp_path) as user:
        await user.press("d")
        await user.open_table("users")
        await user.press("a", "q", "k")
    await run(sqlite_url, "DROP TABLE post_tags")
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.press("r")
        assert "1 change is kept still: the table or a column is not there." in user.notice()
        assert user.staged() == "1 staged · w reviews"
        await user.press("X", "q", "x")
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        assert user.shows("1 change was staged")
        await user.press("x")
    assert not files(tmp_path)


async def test_work_that_cannot_be_kept_is_not_lost_by_quitting(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "tui").write_text("in the way of the directory")
    async with browsing(sqlite_url, "post_tags", home=tmp_path) as user:
        await user.press("d")
        assert "can't be kept on disk" in user.notice()
        await user.press("q", "k")
        assert user.is_running
        assert user.staged() == "1 staged · w reviews"
        (tmp_path / "tui").unlink()
        await user.press("q", "k")
        assert not user.is_running
    async with browsing(sqlite_url, "post_tags", home=tmp_path) as user:
        assert user.shows("1 change was staged")


async def test_work_that_cannot_be_restored_now_is_offered_again(sqlite_url: str, tmp_path: Path) -> None:
    async with browsing(sqlite_url, "tags", home=tmp_path) as user:
        await user.press("a", "q", "k")
    await run(sqlite_url, "CREATE TABLE alone (id integer PRIMARY KEY)")
    impatient = Options(lock_limit=0.1)
    async with browsing(sqlite_url, "alone", home=tmp_path, options=impatient) as user:
        async with locked(sqlite_url, "tags"):
            await user.press("r")
        assert user.notice().startswith("✗ They stay kept:")
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        assert user.shows("1 change was staged")


async def test_work_on_the_private_sample_is_not_kept(tmp_path: Path) -> None:
    async with browsing(None, "users", home=tmp_path) as user:
        await user.press("d", "q")
        assert not user.shows("keep for the next time")
        await user.press("q")
    assert not files(tmp_path)


@pytest.mark.parametrize(
    ("day", "words"), [(22, "today at 14:02"), (21, "yesterday at 14:02"), (20, "on 2026-11-20 at 14:02")]
)
def test_a_moment_is_told_in_words(day: int, words: str) -> None:
    moment = datetime(2026, 11, day, 14, 2).astimezone()
    assert when(moment, date(2026, 11, 22)) == words
