"""Servers that can't be opened, each for a reason of its own: one sentence, in time, and Escape meanwhile."""

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.db.opening import opened
from tests.driver import User
from tests.faults.breakable import BreakablePostgreSQL
from tests.faults.conftest import Way
from tests.waiting import until_equal
from tui.app import Browser
from tui.db.address import parse_address
from tui.db.database import Database
from tui.db.errors import ConnectError
from tui.db.options import Options

NO_ENCRYPTION = (
    "The server agreed to no encrypted connection: see sslmode in the URL, and that it is PostgreSQL."
)


async def refusal(url: str, options: Options | None = None) -> str:
    """The sentence that a failed opening ends with."""
    with pytest.raises(ConnectError) as caught:
        await Database.open(parse_address(url), options)
    return str(caught.value)


@asynccontextmanager
async def service(greeting: bytes) -> AsyncIterator[int]:
    """Another service: says something to whoever comes, and goes; gives its port."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        if greeting:
            await reader.read(1)
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as listening:
        yield int(listening.sockets[0].getsockname()[1])


URLS = {
    "postgresql": ("postgresql://u:S3cr3t@127.0.0.1:{}/d?sslmode=", "prefer", "disable"),
    "mariadb": ("mysql://u:S3cr3t@127.0.0.1:{}/d?ssl-mode=", "PREFERRED", "DISABLED"),
}
NAMES = {"postgresql": "PostgreSQL", "mariadb": "MariaDB or MySQL"}
ENGINES = pytest.mark.parametrize("engine", sorted(URLS))
POSTGRESQL = pytest.mark.parametrize("server", ["postgresql"], indirect=True)
WAYS = pytest.mark.parametrize("is_encrypted", [True, False])


def url_of(engine: str, port: int, *, is_encrypted: bool) -> str:
    """The URL of a database that is not there."""
    url, encrypted, plain = URLS[engine]
    return url.format(port) + (encrypted if is_encrypted else plain)


@WAYS
@ENGINES
@pytest.mark.parametrize(
    "greeting",
    [
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x04\x00\x00\x01nope",
    ],
    ids=["http", "ssh", "binary"],
)
async def test_another_service_at_the_port_is_one_sentence(
    greeting: bytes, engine: str, *, is_encrypted: bool
) -> None:
    async with service(greeting) as port:
        sentence = await refusal(url_of(engine, port, is_encrypted=is_encrypted), Options(connect_limit=5))

    assert NAMES[engine] in sentence
    assert sentence.endswith((".", "?"))
    assert "S3cr3t" not in sentence


@WAYS
@ENGINES
async def test_a_server_that_hangs_up_at_once_is_one_sentence(engine: str, *, is_encrypted: bool) -> None:
    async with service(b"") as port:
        sentence = await refusal(url_of(engine, port, is_encrypted=is_encrypted))

    assert sentence.startswith(("The connection", "The server said nothing", NO_ENCRYPTION))


async def test_a_server_that_is_killed_while_it_is_being_opened_is_one_sentence(way: Way) -> None:
    way.proxy.answer_limit = 100

    sentence = await refusal(way.url)

    assert sentence.startswith("The connection")
    assert "Try again" in sentence


async def test_a_port_that_never_speaks_is_given_up_after_the_limit(way: Way) -> None:
    """Case 13."""
    way.proxy.go_silent()

    sentence = await refusal(way.url, Options(connect_limit=0.5))

    assert sentence == "The server did not answer in time. Check host and port, or try again later."


async def test_escape_gives_up_on_a_port_that_never_speaks(way: Way) -> None:
    """Case 13: the seconds are counted meanwhile."""
    way.proxy.go_silent()
    app = Browser(parse_address(way.url), Options(connect_limit=60))
    async with app.run_test(size=(80, 24)) as pilot:
        user = User(app, pilot)
        await user.until(lambda: "… 1 s" in user.screen_text())
        await user.hurry("escape")
        assert await user.end() == 2
    assert app.failure == "Cancelled before the database was open."


async def test_a_refused_connection_is_one_sentence(way: Way) -> None:
    url = way.server.url(way.name, way.server.port)
    way.server.stop()

    assert (
        await refusal(url)
        == "Nothing answers there: check that the server runs, and host and port of its URL."
    )


@POSTGRESQL
async def test_a_server_that_is_shutting_down_is_one_sentence(way: Way) -> None:
    """As one that is starting up: the server says it in the same words."""
    assert isinstance(way.server, BreakablePostgreSQL)
    held = await asyncpg.connect(way.direct)
    os.kill(way.server.process, signal.SIGTERM)

    async def now() -> str:
        try:
            async with opened(way.url):
                return ""
        except ConnectError as error:
            return str(error)

    await until_equal(now, "The server is starting up or shutting down. Try again in a moment.")
    held.terminate()
    way.server.stop()


async def test_a_server_without_a_free_connection_is_one_sentence(way: Way) -> None:
    async with way.server.full(way.direct) as user:
        sentence = await refusal(way.server.url(way.name, way.proxy.port, user))

    assert sentence == "The server has too many connections. Try again later."


ENCRYPTED_ONLY = {
    "postgresql": r"^The server refused this user: .*no encryption.*Check user and sslmode in the URL\.$",
    "mysql": r"^The server refused this user or password: check them, or set MYSQL_PWD\.$",
}
"""MariaDB does not say that it is for want of encryption."""


async def test_a_server_that_insists_on_encryption_says_so(way: Way) -> None:
    async with way.server.encrypted_only(way.direct) as user:
        sentence = await refusal(way.server.url(way.name, way.proxy.port, user))

    assert re.match(ENCRYPTED_ONLY[parse_address(way.url).engine], sentence)


@POSTGRESQL
async def test_a_server_without_encryption_is_not_opened_where_it_is_asked_for(way: Way) -> None:
    assert await refusal(way.url.replace("=disable", "=require")) == NO_ENCRYPTION


MISSING = {
    "postgresql": 'database "nothere" does not exist. Check its name in the URL.',
    "mysql": "There is no such database on the server: Unknown database 'nothere'.",
}


async def test_a_database_that_is_not_there_is_named(way: Way) -> None:
    sentence = await refusal(way.server.url("nothere", way.server.port))

    assert sentence.endswith(MISSING[parse_address(way.url).engine])
