"""Reaching a server: the usual environment counts, and every failure is one sentence without a secret."""

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.db.opening import opened
from tests.heartbeat import figure
from tests.servers import Login, PostgreSQL
from tui.db.address import parse_address
from tui.db.database import Database
from tui.db.errors import ConnectError
from tui.db.options import Options

NOT_ENCRYPTED = (
    "The server agreed to no encrypted connection: see sslmode in the URL, and that it is PostgreSQL."
)

QUICK = Options(connect_limit=0.2)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No password but the one that a test sets."""
    for name in ("PGPASSWORD", "PGUSER", "PGDATABASE", "PGHOST", "PGPORT", "PGSSLMODE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def without_password(login: Login, database: str = "postgres") -> str:
    return login.url(database).replace(f":{login.password}", "")


async def refusal(url: str, options: Options | None = None) -> str:
    """The sentence that a failed connect ends with."""
    with pytest.raises(ConnectError) as caught:
        await Database.open(parse_address(url), options)
    return str(caught.value)


async def test_the_password_in_the_url_opens_the_server(pg_tcp: Login) -> None:
    async with opened(pg_tcp.url()) as database:
        assert database.version.startswith("PostgreSQL 18")
        assert pg_tcp.password not in database.title


async def test_an_escaped_password_opens_the_server(postgresql: PostgreSQL, pg_tcp: Login) -> None:
    postgresql.run("DROP ROLE IF EXISTS odd", "CREATE ROLE odd LOGIN PASSWORD 'a@b/c#d?e:f%41'")

    async with opened(
        f"postgresql://odd:a%40b%2Fc%23d%3Fe%3Af%2541@127.0.0.1:{pg_tcp.port}/postgres"
    ) as opening:
        assert opening.version


async def test_pgpassword_opens_the_server(pg_tcp: Login, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", pg_tcp.password)

    async with opened(without_password(pg_tcp)) as database:
        assert database.version


async def test_the_password_file_opens_the_server(
    pg_tcp: Login, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "pgpass"
    file.write_text(f"127.0.0.1:{pg_tcp.port}:*:{pg_tcp.user}:{pg_tcp.password}\n")
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))

    async with opened(without_password(pg_tcp)) as database:
        assert database.version


async def test_host_port_user_and_database_come_from_the_environment(
    pg_tcp: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"HOST": pg_tcp.host, "PORT": pg_tcp.port, "USER": pg_tcp.user, "PASSWORD": pg_tcp.password}
    for name, value in (values | {"DATABASE": "postgres"}).items():
        monkeypatch.setenv(f"PG{name}", str(value))

    async with opened("postgresql://") as database:
        assert database.version


async def test_a_socket_directory_in_the_query_is_the_host(postgresql: PostgreSQL) -> None:
    url = f"postgresql:///postgres?host={postgresql.data}&user=postgres"

    async with opened(url) as database:
        assert database.version


@pytest.mark.parametrize("mode", ["disable", "allow", "prefer"])
async def test_a_server_without_encryption_is_opened_where_that_is_allowed(pg_tcp: Login, mode: str) -> None:
    async with opened(f"{pg_tcp.url()}?sslmode={mode}") as database:
        assert database.version


async def test_sslmode_require_refuses_a_server_without_encryption(pg_tcp: Login) -> None:
    sentence = await refusal(f"{pg_tcp.url()}?sslmode=require")

    assert sentence == NOT_ENCRYPTED


async def test_an_unknown_sslmode_is_named(pg_tcp: Login) -> None:
    sentence = await refusal(f"{pg_tcp.url()}?sslmode=rquire")

    assert "options of the URL" in sentence
    assert pg_tcp.password not in sentence


async def test_a_wrong_password_is_one_sentence(pg_tcp: Login) -> None:
    sentence = await refusal(pg_tcp.url(password="Wr0ng"))

    assert sentence == "The server refused the password. Check it, or set PGPASSWORD."


async def test_a_missing_password_is_one_sentence(pg_tcp: Login) -> None:
    sentence = await refusal(without_password(pg_tcp))

    assert "password" in sentence


async def test_an_unknown_database_is_named(pg_tcp: Login) -> None:
    sentence = await refusal(pg_tcp.url("nothere"))

    assert sentence.startswith("There is no such database on the server")
    assert sentence.endswith('database "nothere" does not exist. Check its name in the URL.')


async def test_an_unknown_host_is_one_sentence() -> None:
    sentence = await refusal("postgresql://u:S3cr3t@no-such-host.invalid/d")

    assert sentence == "The host is unknown. Check its name in the URL."


async def test_a_refused_connection_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        sentence = await refusal(f"postgresql://u:S3cr3t@127.0.0.1:{taken.getsockname()[1]}/d")

    assert sentence == "Nothing answers there: check that the server runs, and host and port of its URL."


async def test_a_socket_directory_without_a_server_is_one_sentence(tmp_path: Path) -> None:
    sentence = await refusal(f"postgresql:///d?host={tmp_path}&user=u")

    assert sentence == "The server can't be reached: No such file or directory."


async def test_a_port_of_another_service_is_one_sentence() -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ESMTP\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        sentence = await refusal(f"postgresql://u:S3cr3t@127.0.0.1:{port}/d", Options(connect_limit=20))

    assert sentence == NOT_ENCRYPTED


async def test_a_port_that_never_answers_does_not_freeze(silent_port: int) -> None:
    """Case 13."""
    sentence = await refusal(f"postgresql://u:S3cr3t@127.0.0.1:{silent_port}/d", QUICK)

    assert sentence.startswith("The server did not answer in time.")


async def test_connecting_can_be_cancelled(silent_port: int) -> None:
    address = parse_address(f"postgresql://u:S3cr3t@127.0.0.1:{silent_port}/d")
    opening = asyncio.create_task(Database.open(address))
    await asyncio.sleep(0.05)
    started = time.perf_counter()

    opening.cancel()
    [result] = await asyncio.gather(opening, return_exceptions=True)

    assert isinstance(result, asyncio.CancelledError)
    figure("cancelling a connect", time.perf_counter() - started)
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize(
    "query", ["", "?sslmode=require", "?sslmode=S3cr3t", "?sslcert=none&sslmode=verify-full"]
)
@pytest.mark.parametrize("login", ["u:S3cr3t@", "S3cr3t:S3cr3t@", "u:S3cr3t%2F%40@"])
async def test_no_failed_connect_shows_the_password(pg_tcp: Login, login: str, query: str) -> None:
    """Case 39."""
    with pytest.raises(ConnectError) as caught:
        await Database.open(parse_address(f"postgresql://{login}127.0.0.1:{pg_tcp.port}/d{query}"))

    assert "S3cr3t" not in f"{caught.value}{caught.value!r}"
