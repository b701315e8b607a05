"""What a malicious MariaDB or MySQL server, or a database on it, could try, and what comes of it."""

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.db.fake_mariadb import GREETING, OK, answering, packet
from tests.db.opening import made, opened, table_of
from tests.outside import fetch
from tui.db import rows
from tui.db.address import parse_address
from tui.db.database import Database
from tui.db.errors import ConnectError, QueryError
from tui.db.options import Options
from tui.db.view import View

LOGGED_IN, DONE = packet(2, OK), packet(1, OK)
REFUSED = b"\xff\x15\x04#28000\x1b]52;c;eA==\x07"
NONSENSE = "says things that make no sense"
BAD_PASSWORD = "refused this user or password"
NO_LOGIN = "a login that tui can't do"
LIES: dict[str, tuple[list[bytes], str]] = {
    "an error of hostile text at login": ([packet(2, REFUSED)], BAD_PASSWORD),
    "an error of hostile text later": ([LOGGED_IN, packet(1, REFUSED)], BAD_PASSWORD),
    "an error that is no text": ([packet(2, b"\xff\x15\x04#28000\xff\xfe")], BAD_PASSWORD),
    "packets out of order": ([packet(7, OK)], NONSENSE),
    "no answer to the login": ([packet(2, b"")], NONSENSE),
    "an endless number": ([LOGGED_IN, packet(1, b"\xfe" + b"\xff" * 7 + b"\x7f")], NONSENSE),
    "a SELECT without columns": ([LOGGED_IN, DONE], NONSENSE),
    "an unknown login": ([packet(2, b"\xfenonsense\0xx")], NO_LOGIN),
    "a login with a package": ([packet(2, b"\xfeclient_ed25519\0" + b"x" * 32)], NO_LOGIN),
    "a login in clear text": ([packet(2, b"\xfemysql_clear_password\0")], "in clear text"),
    "a login in a dialog": ([packet(2, b"\xfedialog\0\2Password: ")], "in clear text"),
}
"""What a server answers in turn, and the sentence that comes of it."""

GREETINGS = {
    "nothing": packet(0, b""),
    "half a greeting": packet(0, b"\x0a5.5"),
    "a version without a number": packet(0, GREETING.replace(b"5.5.5-10.11.0-MariaDB", b"abc")),
}
ENDLESS = {
    "bytes of all sorts": bytes(range(256)) * 50,
    "another protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "a packet of 16 MB": b"\xff\xff\xff\0" + b"x" * 100,
}


async def refusal(url: str, options: Options | None = None) -> str:
    """What is said when a server can't be used."""
    with pytest.raises(ConnectError) as refused:
        await Database.open(parse_address(url), options)
    assert "S3cr3t" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize("lie", LIES)
async def test_a_server_that_lies_is_a_sentence_and_learns_no_password(lie: str) -> None:
    answers, said = LIES[lie]
    async with answering(answers) as fake:
        assert said in await refusal(fake.url)
    assert b"S3cr3t" not in fake.heard


@pytest.mark.parametrize("greeting", GREETINGS)
async def test_a_greeting_that_is_none_is_a_sentence(greeting: str) -> None:
    async with answering([LOGGED_IN], greeting=GREETINGS[greeting]) as fake:
        assert "make no sense" in await refusal(fake.url)


@pytest.mark.parametrize("greeting", ENDLESS)
async def test_a_greeting_without_end_is_a_sentence_within_the_limit(greeting: str) -> None:
    async with answering([b""], greeting=ENDLESS[greeting]) as fake:
        assert (await refusal(fake.url, Options(connect_limit=0.2, statement_limit=0.2))).endswith((".", "?"))


@pytest.mark.parametrize("statements", [0, 1, 2, 3])
async def test_a_server_that_asks_for_a_file_gets_none(tmp_path: Path, statements: int) -> None:
    """As the answer to any statement, be it the first."""
    file = tmp_path / "private"
    file.write_text("a private key")
    asks = packet(1, b"\xfb" + str(file).encode())
    async with answering([LOGGED_IN, *[DONE] * statements, asks]) as fake:
        said = await refusal(fake.url)
    assert said == "The server asked for a file of this machine and was given none: do not trust it."
    assert b"private key" not in fake.heard


async def test_a_view_cannot_make_a_later_statement_write(empty_mariadb_url: str) -> None:
    """A setting outlives the statement that made it; the next one must not profit from it."""
    statements = (
        "CREATE TABLE t (id int PRIMARY KEY)",
        "CREATE FUNCTION f() RETURNS int BEGIN SET SESSION tx_read_only = 0; RETURN 1; END",
        "CREATE FUNCTION g() RETURNS int BEGIN INSERT INTO t VALUES (7); RETURN 1; END",
        "CREATE VIEW v AS SELECT f() AS x",
        "CREATE VIEW w AS SELECT g() AS x",
    )
    async with made(empty_mariadb_url, *statements) as database:
        view = View(await table_of(database, "v"))
        for _ in range(4):
            page = await rows.first_page(database, view)
            assert [row.values for row in page.rows] == [("1",)]
            with pytest.raises(QueryError, match="read-only"):
                await database.fetch(text("SELECT * FROM w"))
    assert await fetch(empty_mariadb_url, "SELECT id FROM t") == []


async def test_two_statements_at_once_are_refused_even_where_writing_is_allowed(mariadb_url: str) -> None:
    """So a value that got out of its quotes could not begin a statement of its own."""
    async with opened(mariadb_url) as database:
        with pytest.raises(QueryError, match="syntax"):
            await database.write(lambda session: session.execute(text("SELECT 1; DELETE FROM post_tags")))
    assert await fetch(mariadb_url, "SELECT count(*) FROM post_tags") == [(9883,)]
