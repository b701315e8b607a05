"""A disk that is full: nothing of the save is written, that is said, and a smaller save goes through."""

import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import event, text

from tests.db.files import is_intact, make
from tests.db.opening import checked_out, opened, row_of, table_of
from tests.outside import fetch
from tui.db.changes import Update
from tui.db.database import Database
from tui.db.errors import QueryError, SaveError
from tui.db.save import save
from tui.db.transaction import Transaction, in_transaction

FULL = "The disk is full, so nothing was written."
REFUSED = "The disk reported an error, so nothing was written."
SIZE = 400_000
ROOM = 200_000


@contextmanager
def limited_files(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def small_disk(directory: Path) -> Iterator[bool]:
    """A disk without much room, or files that can't grow where none can be mounted; whether it is a disk."""
    arguments = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(directory)]
    if subprocess.run(arguments, check=False, capture_output=True).returncode != 0:
        with limited_files(ROOM):
            yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", directory], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A file on a disk without much room, and what is said when it is full."""
    (tmp_path / "disk").mkdir()
    with small_disk(tmp_path / "disk") as is_disk:
        yield make(tmp_path / "disk" / "x.db"), FULL if is_disk else REFUSED


async def edits(database: Database, length: int) -> list[Update]:
    """Two edits, the second one of some length."""
    table = await table_of(database, "t")
    one, two = [await row_of(database, table, "id", number) for number in (1, 2)]
    return [
        Update(table, one.identity, {"a": one.values[1]}, {"a": "first"}),
        Update(table, two.identity, {"a": two.values[1]}, {"a": "x" * length}),
    ]


FIRST = "SELECT count(*) FROM t WHERE a = 'first'"


async def test_a_disk_that_is_full_at_a_statement(disk: tuple[Path, str]) -> None:
    """Case 23, and 9: nothing of the first change remains when the second one meets the end of the disk."""
    path, sentence = disk
    url = f"sqlite:///{path}"
    async with opened(url) as database:
        event.listen(database.engines.writer.sync_engine, "connect", _spill_at_once)
        changes = await edits(database, 2 * SIZE)

        with pytest.raises(SaveError) as caught:
            await save(database, changes)

        assert str(caught.value) == sentence
        assert caught.value.change is changes[1]
        await assert_unharmed(database, path)


async def test_a_disk_that_is_full_at_the_very_end(disk: tuple[Path, str]) -> None:
    """Case 23. Every statement has succeeded, COMMIT hasn't."""
    path, sentence = disk
    async with opened(f"sqlite:///{path}") as database:
        changes = await edits(database, 2 * SIZE)

        with pytest.raises(SaveError) as caught:
            await save(database, changes)

        assert str(caught.value) == sentence
        assert caught.value.change is None
        await assert_unharmed(database, path)


async def assert_unharmed(database: Database, path: Path) -> None:
    """Nothing was written, nothing is left, and what has room is saved."""
    url = f"sqlite:///{path}"
    assert await fetch(url, FIRST) == [(0,)]
    assert checked_out(database) == [0, 0]
    assert [file.name for file in path.parent.iterdir()] == ["x.db"]
    assert is_intact(path)
    await save(database, await edits(database, 10))
    assert await fetch(url, FIRST) == [(1,)]


def _spill_at_once(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA cache_size = 5")
    cursor.close()


async def test_a_database_that_may_not_grow_any_more(tmp_path: Path) -> None:
    """Case 9: the first of two statements is undone by SQLite itself, and the rest is not written alone."""
    path = make(tmp_path / "x.db")
    async with opened(f"sqlite:///{path}") as database:
        changes = await edits(database, 500_000)
        async with database.writing() as session:
            await session.execute(text("PRAGMA max_page_count = 40"))

        with pytest.raises(SaveError) as caught:
            await save(database, changes)

        assert str(caught.value) == FULL
        assert await fetch(f"sqlite:///{path}", FIRST) == [(0,)]


async def test_what_is_done_after_a_full_disk_in_the_same_transaction_is_not_written_either(
    tmp_path: Path,
) -> None:
    """Case 9. The error was caught by whoever wrote; all the same it is the end of the transaction."""
    path = make(tmp_path / "x.db")
    async with opened(f"sqlite:///{path}") as database:
        first, second = await edits(database, 500_000)
        async with database.writing() as session:
            await session.execute(text("PRAGMA max_page_count = 40"))

        async def work(transaction: Transaction) -> None:
            for change in (second, first):
                with suppress(QueryError):
                    await transaction.update(change.table, change.identity, change.new)

        with pytest.raises(QueryError) as caught:
            await in_transaction(database, work)

    assert str(caught.value) == FULL
    assert await fetch(f"sqlite:///{path}", FIRST) == [(0,)]
