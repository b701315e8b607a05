"""Opening: what is shown before the database answers, and giving up on it."""

import asyncio
import gc
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.driver import User, browsing
from tests.servers import Login
from tui.app import Browser
from tui.db.address import parse_address
from tui.db.options import Options


@pytest.fixture
def silent_url() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"postgresql://someone:S3cr3t@127.0.0.1:{server.getsockname()[1]}/quiet"


async def failure_of(url: str, options: Options | None = None) -> tuple[str, int | None]:
    """Why a database is not opened, and the exit code."""
    app = Browser(parse_address(url), options)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        assert await User(app, pilot).end() == 2
    assert app.failure is not None
    return app.failure, app.return_code


async def test_what_is_being_opened_is_shown_before_the_database_answers(silent_url: str) -> None:
    app = Browser(parse_address(silent_url))
    async with app.run_test(size=(80, 24)) as pilot:
        user = User(app, pilot)
        await user.breathe()
        assert "opening quiet@127.0.0.1:" in user.screen_text()
        assert "esc cancels" in user.screen_text()
        assert "S3cr3t" not in user.screen_text()


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_opening_can_be_cancelled(silent_url: str, key: str) -> None:
    app = Browser(parse_address(silent_url))
    async with app.run_test(size=(80, 24)) as pilot:
        user = User(app, pilot)
        await user.hurry(key)
        assert await user.end() == 2
    assert app.failure == "Cancelled before the database was open."


async def test_a_server_that_never_answers_is_given_up_after_the_limit(silent_url: str) -> None:
    sentence, _ = await failure_of(silent_url, Options(connect_limit=0.3))
    assert sentence.endswith(".")
    assert "S3cr3t" not in sentence


async def test_a_wrong_password_is_one_sentence_without_it(pg_tcp: Login) -> None:
    sentence, _ = await failure_of(pg_tcp.url(password="wr0ng-secret"))
    assert "password" in sentence
    assert "wr0ng-secret" not in sentence
    assert "\n" not in sentence


async def test_a_refused_connection_is_one_sentence(silent_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    sentence, _ = await failure_of(f"postgresql://someone:S3cr3t@127.0.0.1:{port}/x")
    assert "\n" not in sentence
    assert "S3cr3t" not in sentence


async def test_a_file_that_is_no_database_is_one_sentence(tmp_path: Path) -> None:
    diary = tmp_path / "diary.txt"
    await asyncio.to_thread(diary.write_text, "dear diary " * 1000)
    sentence, _ = await failure_of(str(diary))
    assert "no SQLite database" in sentence
    assert "\n" not in sentence


async def test_the_private_sample_opens_where_nothing_is_named() -> None:
    async with browsing(None) as user:
        assert "A private copy of the sample" in user.notice()
        assert len(user.tables()) == 4
        await user.press("d")
        assert user.database.address.path is not None


async def test_what_was_imported_for_it_is_not_looked_at_again_by_the_garbage_collector(
    sqlite_url: str,
) -> None:
    gc.unfreeze()
    gc.disable()
    try:
        async with browsing(sqlite_url) as user:
            await user.until(gc.isenabled)
            assert gc.isenabled()
            assert gc.get_freeze_count() > 100_000
    finally:
        gc.enable()
