"""The search of all tables where the server goes away or stands still."""

import asyncio

import pytest

from tests.db.opening import opened
from tests.faults.breakable import Breakable
from tui.db import everywhere
from tui.db.everywhere import WideSearch
from tui.db.options import Options


async def test_a_server_that_was_killed_ends_the_search_and_another_one_is_done_when_it_is_back(
    server: Breakable, direct_url: str
) -> None:
    async with opened(direct_url) as database:
        server.kill()
        wide = WideSearch(database, "second")
        await wide.run(lambda: None)
        assert wide.failure, wide.unread
        assert not wide.is_over
        server.ensure()
        again = WideSearch(database, "second")
        await again.run(lambda: None)
        assert again.is_over
        assert again.found


async def test_a_server_that_stands_still_ends_the_search_after_a_few_limits(
    server: Breakable, direct_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(everywhere, "READING", 0.3)
    async with opened(direct_url, Options(grace=0.5, connect_limit=1)) as database:
        with server.frozen():
            wide = WideSearch(database, "second")
            async with asyncio.timeout(60):
                await wide.run(lambda: None)
        assert wide.failure
        assert not wide.is_over
