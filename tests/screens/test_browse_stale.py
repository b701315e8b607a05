"""Rows that could not be read again are never shown as those of now."""

from tests.driver import browsing
from tests.slow import locked
from tui.db.options import Options

IMPATIENT = Options(lock_limit=0.1, statement_limit=3)
STALE = "users · as read before: r reads again"


async def test_rows_that_could_not_be_reloaded_say_so(sample_url: str) -> None:
    async with browsing(sample_url, "users", options=IMPATIENT) as user:
        async with locked(sample_url, "users"):
            await user.press("r")
            assert user.title() == STALE
            assert user.rows()

        await user.press("r")
        assert user.title() == "users"
