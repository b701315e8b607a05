"""One server for each engine that may be broken; every test finds it mended."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.conftest import NO_SERVER
from tests.faults.breakable import SERVERS, Breakable, breakable_server
from tests.mariadb import find_server
from tests.proxy import Proxy, proxy_to


class Way(NamedTuple):
    """A way to a private database with the sample, through a network that may fail."""

    url: str
    direct: str
    """The URL that nothing fails on, for a second program."""
    name: str
    """The database's."""
    proxy: Proxy
    server: Breakable


@pytest.fixture(scope="session")
def broken_servers() -> Iterator[Callable[[str], Breakable]]:
    """Gives the server of an engine; in each test process it is made once, when it is first wanted."""
    with ExitStack() as stack:
        yield cache(lambda engine: stack.enter_context(breakable_server(engine)))


@pytest.fixture(params=sorted(SERVERS))
def server(request: pytest.FixtureRequest, broken_servers: Callable[[str], Breakable]) -> Iterator[Breakable]:
    """The server, running; it is started again at the end."""
    if request.param == "mariadb" and find_server() is None:
        pytest.skip(NO_SERVER)
    server = broken_servers(request.param)
    yield server
    server.ensure()


@pytest.fixture
def direct_url(server: Breakable) -> Iterator[str]:
    """A private database with the sample."""
    with server.database() as url:
        yield url
        server.ensure()


@pytest.fixture
async def way(server: Breakable, direct_url: str) -> AsyncIterator[Way]:
    """A way to it through a network that may fail."""
    name = urlsplit(direct_url).path[1:]
    async with proxy_to(server.port) as proxy:
        yield Way(server.url(name, proxy.port), direct_url, name, proxy, server)
