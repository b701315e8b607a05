"""Rows that could not be read again are never shown as those of now."""

from tests.driver import browsing
from tests.outside import fetch
from tests.slow import locked
from tui.db.options import Options

IMPATIENT = Options(lock_limit=0.1, statement_limit=3)
STALE = "users · as read before: r reads again"


async def test_rows_from_before_a_save_are_marked_until_they_are_read_again(sample_url: str) -> None:
    """The palette above the review lets somebody else lock the table between the save and the reading."""
    async with browsing(sample_url, "users", options=IMPATIENT) as user:
        await user.edit("renamed", column="username")
        await user.press("w")
        await user.hurry("s", "ctrl+p")
        await user.settle()
        assert await fetch(sample_url, "SELECT username FROM users WHERE id = 1") == [("renamed",)]

        async with locked(sample_url, "users"):
            await user.press("escape")
            assert user.shows("Saved 1 change, but the rows could not be read again")
            assert (user.title(), user.staged()) == (STALE, "")
            await user.press("r")
            assert user.title() == STALE

        await user.press("r")
        assert (user.title(), user.cell()) == ("users", "renamed")


async def test_rows_that_could_not_be_reloaded_say_so(sample_url: str) -> None:
    async with browsing(sample_url, "users", options=IMPATIENT) as user:
        async with locked(sample_url, "users"):
            await user.press("r")
            assert user.title() == STALE
            assert user.rows()

        await user.press("r")
        assert user.title() == "users"
