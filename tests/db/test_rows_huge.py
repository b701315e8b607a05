"""Cells of 50 MB and pages of 60 MB: only their beginnings are read, and what is done with them is honest."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.db.opening import cells, counted, is_sqlite, opened, table_of
from tests.heartbeat import LONGEST_WORK, heartbeat, report
from tests.outside import fetch, run
from tui.db import rows
from tui.db.changes import Update
from tui.db.database import Database
from tui.db.dialects import mysql_packets
from tui.db.errors import ConflictError, SaveError
from tui.db.save import save
from tui.db.values import PREVIEW, Cut
from tui.db.view import View
from tui.screens.staging import whole_row

MEGABYTE = 1_000_000
HUGE = 50 * MEGABYTE
NUMBERS = {
    "sqlite": "(WITH RECURSIVE g AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM g LIMIT 60) SELECT n FROM g)",
    "postgresql": "generate_series(1, 60) AS g(n)",
    "mysql": "(SELECT seq AS n FROM seq_1_to_60) AS g",
}
TEXT = {"sqlite": "replace(hex(zeroblob({0} / 2)), '0', 'x')"}
BYTES = {"sqlite": "zeroblob({0})", "postgresql": "decode(repeat('00', {0}), 'hex')"}
TYPES = {"sqlite": "a text, b blob", "postgresql": "a text, b bytea", "mysql": "a longtext, b longblob"}
PACKET = "SET GLOBAL max_allowed_packet = {}"


def filled(engine: str) -> Iterator[str]:
    """A table with a huge text in a row, and one with sixty rows of two values of a megabyte each."""
    text, data = TEXT.get(engine, "repeat('x', {0})"), BYTES.get(engine, "repeat(x'00', {0})")
    yield f"CREATE TABLE huge (id int NOT NULL PRIMARY KEY, n int, {TYPES[engine]})"
    yield f"INSERT INTO huge (id, n, a) SELECT 1, 1, {text.format(HUGE)}"
    yield f"CREATE TABLE large (id int NOT NULL PRIMARY KEY, {TYPES[engine]})"
    yield (
        f"INSERT INTO large SELECT n, {text.format(MEGABYTE)}, {data.format(MEGABYTE)} FROM {NUMBERS[engine]}"
    )


@pytest.fixture
async def huge_url(empty_url: str) -> AsyncIterator[str]:
    """Both tables, made by the engine itself."""
    engine = empty_url.partition(":")[0]
    if engine != "mysql":
        await run(empty_url, *filled(engine))
        yield empty_url
        return
    [(usual,)] = await fetch(empty_url, "SELECT @@max_allowed_packet")
    await run(empty_url, PACKET.format(64 * 1024**2))
    await run(empty_url, *filled(engine))
    yield empty_url
    await run(empty_url, PACKET.format(usual))


@contextmanager
def grown() -> Iterator[Callable[[], float]]:
    """By how many megabytes the process has grown at the most."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = _peak()
    yield lambda: _peak() - before


def _peak() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM"))


async def test_a_page_of_large_values_reads_their_beginnings_and_the_rest_where_it_is_wanted(
    huge_url: str,
) -> None:
    """SQLite itself holds one value as it reads it."""
    async with opened(huge_url) as database:
        for name, most in (("huge", 3 * 50 if is_sqlite(database) else 10), ("large", 15)):
            view = View(await table_of(database, name))
            with grown() as megabytes:
                async with heartbeat() as measured:
                    page = await rows.first_page(database, view)
                size = megabytes()

            report(f"{name} on {database.title}: {size:.0f} MB", measured)
            assert measured.work <= LONGEST_WORK
            assert size < most
            long = [value for row in page.rows for value in row.values if isinstance(value, Cut)]
            assert {len(value.start) for value in long} == {PREVIEW}
            assert len(long) == (1 if name == "huge" else 120)
        await edit_huge(database, huge_url)


async def edit_huge(database: Database, url: str) -> None:
    """Another cell of its row is edited without it; its last letter decides whether somebody changed it."""
    table = await table_of(database, "huge")
    row = (await rows.first_page(database, View(table))).rows[0]
    whole = cells(await whole_row(database, table, row), table)
    assert whole["a"] == "x" * HUGE
    two = 2 if is_sqlite(database) else "2"
    with counted(database) as statements:
        await save(database, [Update(table, row.identity, {"n": whole["n"]}, {"n": two})])
    assert max(map(len, statements)) < 1000
    await run(url, "UPDATE huge SET a = a || 'y'")

    with pytest.raises(ConflictError, match="Somebody else changed a "):
        await save(database, [Update(table, row.identity, {"a": whole["a"]}, {"a": "mine"})])
    assert await fetch(url, "SELECT n, length(a) FROM huge") == [(2, HUGE + 1)]


@pytest.mark.parametrize("length", [2 * MEGABYTE, 20 * MEGABYTE])
async def test_a_value_that_is_too_large_for_the_server_is_refused_with_the_reason(
    empty_mariadb_url: str, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    """A server that gets it just ends the connection, at any moment; that is a sentence too."""
    [(usual,)] = await fetch(empty_mariadb_url, "SELECT @@max_allowed_packet")
    await run(
        empty_mariadb_url, "CREATE TABLE t (id int PRIMARY KEY, a longtext)", "INSERT INTO t VALUES (1, 'x')"
    )
    await run(empty_mariadb_url, PACKET.format(1024**2))
    try:
        async with opened(empty_mariadb_url) as database:
            table = await table_of(database, "t")
            monkeypatch.setattr(mysql_packets, "SMALL", length + 1)
            for _ in range(2):
                with pytest.raises(SaveError):
                    await save(database, [Update(table, ("1",), {"a": "x"}, {"a": "y" * length})])
            monkeypatch.undo()
            with pytest.raises(SaveError, match=r"larger than the server accepts \(max_allowed_packet\)"):
                await save(database, [Update(table, ("1",), {"a": "x"}, {"a": "y" * length})])
            await save(database, [Update(table, ("1",), {"a": "x"}, {"a": "y"})])
    finally:
        await run(empty_mariadb_url, PACKET.format(usual))

    assert await fetch(empty_mariadb_url, "SELECT a FROM t") == [("y",)]
