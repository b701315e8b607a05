"""One server for each engine that may be broken; every test finds it mended."""

from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

import pytest

from tests.faults.breakable import SERVERS, Breakable, breakable_server
from tests.proxy import Proxy, proxy_to


class Way(NamedTuple):
    """A way to a private database with the sample, through a network that may fail."""

    url: str
    direct: str
    """The URL that nothing fails on, for a second program."""
    proxy: Proxy
    server: Breakable


@pytest.fixture(scope="session", params=sorted(SERVERS))
def broken_server(request: pytest.FixtureRequest) -> Iterator[Breakable]:
    """The server of this test process."""
    with breakable_server(request.param) as server:
        yield server


@pytest.fixture
def server(broken_server: Breakable) -> Iterator[Breakable]:
    """The server, running; it is started again at the end."""
    yield broken_server
    broken_server.ensure()


@pytest.fixture
def direct_url(server: Breakable) -> Iterator[str]:
    """A private database with the sample."""
    with server.database() as url:
        yield url
        server.ensure()


@pytest.fixture
async def way(server: Breakable, direct_url: str) -> AsyncIterator[Way]:
    """A way to it through a network that may fail."""
    async with proxy_to(server.port) as proxy:
        yield Way(server.through(direct_url, proxy.port), direct_url, proxy, server)
