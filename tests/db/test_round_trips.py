"""How often a server that is far away is waited for: counted by a proxy, not timed."""

from collections.abc import Iterator

import pytest

from tests.benchmarks.data import events_database
from tests.benchmarks.far import Proxy, proxy_before
from tests.db.opening import opened, table_of
from tests.servers import PostgreSQL
from tui.db import rows
from tui.db.view import View

OPENING = 17
"""Connect, encryption, log in (3), settings (2), then five statements that are new to the server (2 each)."""


@pytest.fixture
def far(postgresql: PostgreSQL) -> Iterator[tuple[str, Proxy]]:
    """The URL of a database of events behind a proxy, and that."""
    name = events_database(postgresql, 1000)
    with proxy_before(postgresql.login.port, 0) as proxy:
        yield postgresql.login.url(name).replace(f":{postgresql.login.port}/", f":{proxy.port}/"), proxy
    postgresql.run(f"DROP DATABASE {name} WITH (FORCE)")


async def test_a_table_is_open_after_three_round_trips(far: tuple[str, Proxy]) -> None:
    url, proxy = far
    async with opened(url) as database:
        await rows.first_page(database, View(await table_of(database, "events")))
        assert proxy.round_trips <= OPENING
        before = proxy.round_trips
        await rows.first_page(database, View(await table_of(database, "users")))
        assert proxy.round_trips - before <= 3


async def test_a_page_takes_one_round_trip_once_its_statement_is_known(far: tuple[str, Proxy]) -> None:
    url, proxy = far
    async with opened(url) as database:
        view = View(await table_of(database, "events"))
        page = await rows.first_page(database, view)
        page = await rows.page_after(database, view, page.rows[-1])
        before = proxy.round_trips
        await rows.page_after(database, view, page.rows[-1])
        assert proxy.round_trips - before == 1
