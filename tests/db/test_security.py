"""What a malicious database or server could try, and what comes of it."""

import asyncio
import contextlib
import gc
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import column, select, text

from tests.db.opening import made, table_of
from tests.outside import fetch
from tui.db import rows
from tui.db.address import parse_address
from tui.db.database import Database
from tui.db.errors import ConnectError, QueryError
from tui.db.options import Options
from tui.db.values import PREVIEW, Cut
from tui.db.view import View

TABLE = "CREATE TABLE t (id integer PRIMARY KEY, n integer)"
LOGGED_IN = b"R" + struct.pack("!ii", 8, 0) + b"Z" + struct.pack("!i", 5) + b"I"
LIES = {
    "bytes of all sorts": bytes(range(256)) * 50,
    "another protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n",
    "a message of 2 GB": b"R" + struct.pack("!I", 0x7FFFFFFF) + b"x" * 100,
    "a message of 4 GB": b"R" + struct.pack("!I", 0xFFFFFFFF) + b"x" * 100,
    "a message of nothing": b"R" + struct.pack("!i", 0),
    "no version": LOGGED_IN,
    "a hostile error": b"E" + struct.pack("!i", 33) + b"SFATAL\0C28000\0M\x1b]52;c;eA==\x07\0\0",
}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("SELECT load_extension('/tmp/evil.so') AS x", "load_extension"),
        ("SELECT 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!' REGEXP '^(a+)+$' AS x", "no such function"),
        ("SELECT fts3_tokenizer('simple') AS x", "fts3_tokenizer"),
        ("SELECT zeroblob(2000000000) AS x", "too long"),
    ],
)
async def test_a_view_of_sqlite_can_call_nothing_harmful(empty_sqlite_url: str, body: str, said: str) -> None:
    async with made(empty_sqlite_url, TABLE, f"CREATE VIEW v AS {body}") as database:
        with pytest.raises(QueryError, match=said):
            await database.fetch(text("SELECT * FROM v"))


async def test_a_function_of_sqlite_gives_what_sqlite_gives(empty_sqlite_url: str) -> None:
    async with made(empty_sqlite_url, TABLE) as database:
        added = await database.fetch(text("SELECT name FROM pragma_function_list WHERE name = 'regexp'"))
        [(floor,)] = await database.fetch(text("SELECT typeof(floor(1.5))"))
    assert (list(added), floor) == ([], "real")


async def test_a_long_text_in_a_column_of_numbers_is_cut_by_sqlite(empty_sqlite_url: str) -> None:
    long = "INSERT INTO t VALUES (1, replace(hex(zeroblob(500)), '0', 'x'))"
    async with made(empty_sqlite_url, TABLE, long) as database:
        table = await table_of(database, "t")
        read = database.dialect.read(table.columns[1], column("n"), cut=True)
        [(value,)] = await database.fetch(select(read).select_from(text("t")))
        page = await rows.first_page(database, View(table))
    assert len(value) == PREVIEW + 1
    assert page.rows[0].values[1] == Cut("x" * PREVIEW)


async def test_a_view_of_postgresql_cannot_make_a_reader_write(empty_postgresql_url: str) -> None:
    """A setting outlives the statement that made it; the next one must not profit from it."""
    function = """
    CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
        IF current_setting('transaction_read_only') = 'off' THEN
            INSERT INTO t VALUES (2, 2);
            RETURN 2;
        END IF;
        PERFORM set_config('default_transaction_read_only', 'off', false);
        RETURN 1;
    END $$"""
    statements = (TABLE, "INSERT INTO t VALUES (1, 1)", function, "CREATE VIEW v AS SELECT id, f() FROM t")
    async with made(empty_postgresql_url, *statements) as database:
        view = View(await table_of(database, "v"))
        for _ in range(4):
            page = await rows.first_page(database, view)
            assert [row.values for row in page.rows] == [("1", "1")]
    assert await fetch(empty_postgresql_url, "SELECT id FROM t") == [(1,)]


async def test_a_view_of_postgresql_cannot_leave_its_read_only_transaction(empty_postgresql_url: str) -> None:
    async with made(empty_postgresql_url, TABLE) as database:
        with pytest.raises(QueryError, match="before any query"):
            await database.fetch(text("SELECT set_config('transaction_read_only', 'off', false)"))


@asynccontextmanager
async def lying(answer: bytes) -> AsyncIterator[str]:
    """A server that answers whatever is said with the same bytes; the URL that leads to it."""

    writers = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        with contextlib.suppress(OSError):
            if len(await reader.read(65536)) == 8:
                writer.write(b"N")
                await reader.read(65536)
            writer.write(answer)
            await writer.drain()
            await reader.read()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield f"postgresql://u:S3cr3t@127.0.0.1:{server.sockets[0].getsockname()[1]}/d"
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0)
    gc.collect()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("lie", LIES)
async def test_a_server_that_lies_is_a_sentence_within_the_limit(lie: str) -> None:
    """The driver leaves half a connection behind, whose end complains."""
    async with lying(LIES[lie]) as url:
        with pytest.raises(ConnectError) as refused:
            await Database.open(parse_address(url), Options(connect_limit=0.5, statement_limit=0.5))
    assert str(refused.value).endswith((".", "?"))
    assert "S3cr3t" not in str(refused.value)


@pytest.mark.parametrize(
    "statement", ["INSERT INTO t VALUES (2, 2)", "SELECT * FROM pragma_query_only(0)", "DROP TABLE t"]
)
async def test_a_reader_of_sqlite_cannot_write(empty_sqlite_url: str, statement: str) -> None:
    async with made(empty_sqlite_url, TABLE) as database:
        with pytest.raises(QueryError):
            await database.fetch(text(statement))
        assert await database.fetch(text("PRAGMA query_only")) == [(1,)]
    assert await fetch(empty_sqlite_url, "SELECT count(*) FROM t") == [(0,)]
