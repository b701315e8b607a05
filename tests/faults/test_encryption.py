"""Encrypted connections to MariaDB: what `ssl-mode` and `ssl-ca` ask for is done, or the reason is said."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.db.opening import opened
from tests.faults.breakable import Breakable, BreakableMariaDB
from tests.faults.certificates import make_certificate
from tests.faults.test_connect import refusal
from tests.proxy import proxy_to
from tui.db.options import Options

pytestmark = pytest.mark.parametrize("server", ["mariadb"], indirect=True)

CIPHER = text(
    "SELECT VARIABLE_NAME, VARIABLE_VALUE FROM information_schema.SESSION_STATUS "
    "WHERE VARIABLE_NAME = 'Ssl_cipher'"
)
REFUSED = "The encrypted connection failed: see ssl-mode and certificates in the URL."
LONG = 15
"""Seconds: half of what Python's own TLS waits for the other side to agree to an end."""


@pytest.fixture
def url(server: Breakable, tmp_path: Path) -> Callable[..., str]:
    """Makes a URL of the server with options; `own` is its certificate, `other` somebody else's."""
    assert isinstance(server, BreakableMariaDB)
    own, other = server.certificate.path, make_certificate(tmp_path / "other", "IP:127.0.0.1").path

    def make(options: str, *, host: str = "127.0.0.1", port: int = server.port) -> str:
        return f"mysql://secret@{host}:{port}/mysql?{options.format(own=own, other=other)}"

    return make


@pytest.mark.parametrize(
    ("options", "host"),
    [
        ("", "127.0.0.1"),
        ("ssl-mode=PREFERRED", "127.0.0.1"),
        ("ssl-mode=REQUIRED", "127.0.0.1"),
        ("ssl-ca={own}", "localhost"),
        ("ssl-mode=VERIFY_CA&ssl-ca={own}", "localhost"),
        ("ssl-mode=verify-identity&ssl-ca={own}", "127.0.0.1"),
    ],
)
async def test_a_connection_is_encrypted_where_the_certificate_will_do(
    url: Callable[..., str], options: str, host: str
) -> None:
    async with opened(url(options, host=host)) as database:
        [(_, cipher)] = await database.fetch(CIPHER)

    assert cipher


@pytest.mark.parametrize(
    ("options", "host"),
    [
        ("ssl-ca={other}", "127.0.0.1"),
        ("ssl-mode=VERIFY_CA", "127.0.0.1"),
        ("ssl-mode=VERIFY_CA&ssl-ca={other}", "127.0.0.1"),
        ("ssl-mode=VERIFY_IDENTITY&ssl-ca={other}", "127.0.0.1"),
        ("ssl-mode=VERIFY_IDENTITY&ssl-ca={own}", "localhost"),
    ],
)
async def test_a_certificate_that_is_not_what_was_asked_for_is_refused(
    url: Callable[..., str], options: str, host: str
) -> None:
    assert await refusal(url(options, host=host)) == REFUSED


async def test_a_wrong_certificate_does_not_matter_where_none_is_checked(
    url: Callable[..., str],
) -> None:
    """REQUIRED encrypts and trusts anybody."""
    async with opened(url("ssl-mode=REQUIRED&ssl-ca={other}")) as database:
        assert (await database.fetch(CIPHER))[0][1]


async def test_nothing_is_encrypted_where_that_is_disabled(server: Breakable) -> None:
    async with opened(server.url("mysql", server.port)) as database:
        assert (await database.fetch(CIPHER))[0][1] == ""


async def test_an_encrypted_connection_that_is_cut_or_silent_is_given_up(
    server: Breakable, url: Callable[..., str]
) -> None:
    """Reading goes on by itself; nothing waits for the good order in which such a connection ends."""
    async with (
        proxy_to(server.port) as proxy,
        opened(url("ssl-mode=REQUIRED", port=proxy.port), Options(answer_limit=0.3)) as database,
    ):
        proxy.cut_all()
        assert (await database.fetch(CIPHER))[0][1]
        proxy.forget()
        assert (await database.fetch(CIPHER))[0][1]
        proxy.go_silent()
        async with asyncio.timeout(LONG):
            await database.close()
