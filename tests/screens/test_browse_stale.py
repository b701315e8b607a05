"""Rows that could not be read again are never shown as those of now."""

from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch
from tests.slow import locked, write_locked
from tui.db.options import Options

IMPATIENT = Options(lock_limit=0.1, statement_limit=3)
STALE = "users · as read before: r reads again"


@ALL_SAMPLES
async def test_rows_that_could_not_be_reloaded_say_so(sample_url: str) -> None:
    async with browsing(sample_url, "users", options=IMPATIENT) as user:
        async with locked(sample_url, "users"):
            await user.press("r")
            assert user.title() == STALE
            assert user.rows()

        await user.press("r")
        assert user.title() == "users"


@ALL_SAMPLES
async def test_rows_that_could_not_be_read_after_a_save_say_so(sample_url: str) -> None:
    async with browsing(sample_url, "users", options=Options(lock_limit=20, statement_limit=20)) as user:
        await user.go_to_column("email")
        await user.press("e")
        await user.write("new@example.org")
        await user.press("enter", "w")
        async with write_locked(sample_url):
            await user.hurry("s")
            await user.hurry("ctrl+p")
        await user.settle()
        assert await fetch(sample_url, "SELECT email FROM users WHERE id = 1") == [("new@example.org",)]
        user.database.options = IMPATIENT
        async with locked(sample_url, "users"):
            await user.press("escape")
            assert user.title() == STALE
            assert "Saved 1 change" in user.notice()
            assert "from before" in user.notice()

        await user.press("r")
        assert user.title() == "users"
        assert user.column("email")[0] == "new@example.org"
