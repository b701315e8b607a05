"""Journals and logs beside a file: what another program left there, and what a live one is writing."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.db.files import LOGGED, SPILLED, crash, is_intact, make, snapshot, without_privileges
from tests.db.opening import opened, row_of, table_of
from tests.outside import fetch, run
from tui.db.changes import Update
from tui.db.database import Database
from tui.db.errors import QueryError, SaveError, TuiError
from tui.db.options import Options
from tui.db.save import save

READ_ONLY = Options(read_only=True)
QUICK = Options(lock_limit=0.1)
BOTH = pytest.mark.parametrize("options", [Options(), READ_ONLY], ids=["usual", "read-only"])
FIRST = text("SELECT a FROM t WHERE id = 1")
HALF = text("SELECT count(*) FROM t WHERE a = 'half written'")
ROLL_BACK = (
    "A program that crashed left a journal, which must be rolled back before the file can be read: "
    "open it for writing once."
)
NO_DIRECTORY = (
    "The directory of the file can't be written, as the journal or log needs: "
    "copy the file to where you may write."
)
NOT_OPENED = (
    "The file can't be opened: check that it is there, that you may read it, and that its directory can "
    "be written, as a log beside it (-wal) needs."
)


@pytest.fixture
def path(reachable: Path) -> Path:
    """A database with one table, `t`."""
    return make(reachable / "x.db")


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


async def rename_first(database: Database, value: str = "mine") -> None:
    """Save another value in the first row."""
    table = await table_of(database, "t")
    row = await row_of(database, table, "id", 1)
    await save(database, [Update(table, row.identity, {"a": row.values[1]}, {"a": value})])


@contextmanager
def restricted(directory: Path, *, files: int = 0o666, mode: int = 0o777) -> Iterator[None]:
    """Be a user whom the rights concern that the files and their directory have meanwhile."""
    for file in directory.iterdir():
        file.chmod(files)
    directory.chmod(mode)
    with without_privileges():
        yield


async def test_a_journal_of_a_program_that_crashed_is_rolled_back(path: Path) -> None:
    """Case 22. SQLite itself does that: what the file holds until then, nobody ever wrote."""
    before = snapshot(path.parent)
    crash(path, *SPILLED)
    assert path.with_name("x.db-journal").exists()
    assert snapshot(path.parent)["x.db"] != before["x.db"], "the journal should be needed"

    async with opened(url_of(path)) as database:
        assert await database.fetch(HALF) == [(0,)]
        await rename_first(database)

    assert list(snapshot(path.parent)) == ["x.db"]
    assert is_intact(path)


async def test_what_is_rolled_back_is_the_file_of_before(path: Path) -> None:
    """Case 22."""
    before = await fetch(url_of(path), "SELECT * FROM t")
    crash(path, *SPILLED)

    async with opened(url_of(path)) as database:
        assert await database.fetch(text("SELECT * FROM t")) == before


async def test_with_read_only_a_journal_is_left_alone_and_said_to_be_there(path: Path) -> None:
    """Case 22."""
    crash(path, *SPILLED)
    before = snapshot(path.parent)

    with pytest.raises(TuiError) as caught:
        async with opened(url_of(path), READ_ONLY):
            pass

    assert str(caught.value) == ROLL_BACK
    assert snapshot(path.parent) == before


@pytest.mark.parametrize(
    ("files", "mode", "sentence"),
    [
        (0o444, 0o777, ROLL_BACK),
        (0o666, 0o555, "The journal beside the file can't be deleted: its directory must be writable."),
        (0o444, 0o555, ROLL_BACK),
    ],
)
async def test_a_journal_that_cannot_be_rolled_back_is_said_to_be_there(
    path: Path, files: int, mode: int, sentence: str
) -> None:
    """Case 21, and 22."""
    crash(path, *SPILLED)
    names = set(os.listdir(path.parent))

    with restricted(path.parent, files=files, mode=mode), pytest.raises(TuiError) as caught:
        async with opened(url_of(path)):
            pass

    assert str(caught.value) == sentence
    assert set(os.listdir(path.parent)) == names


@BOTH
async def test_a_log_that_a_crashed_program_left_is_read_and_left_where_it_is(
    path: Path, options: Options
) -> None:
    """Whoever closes a file last moves its log into it, unless the file was opened to be read only."""
    crash(path, *LOGGED)
    before = snapshot(path.parent)
    assert {"x.db", "x.db-wal", "x.db-shm"} == set(before)

    async with opened(url_of(path), options) as database:
        assert await database.fetch(FIRST) == [("in the log",)]
        assert snapshot(path.parent) == before

    assert snapshot(path.parent) == before


async def test_a_log_is_moved_into_the_file_once_something_was_saved(path: Path) -> None:
    crash(path, *LOGGED)

    async with opened(url_of(path)) as database:
        await rename_first(database)
        assert await database.fetch(FIRST) == [("mine",)]

    assert list(snapshot(path.parent)) == ["x.db"]
    assert await fetch(url_of(path), str(FIRST)) == [("mine",)]


@BOTH
async def test_a_log_without_its_index_is_read_and_left_where_it_is(path: Path, options: Options) -> None:
    """The index (`-shm`) is made anew: SQLite can't read a log without one, and it holds nothing else."""
    crash(path, *LOGGED)
    path.with_name("x.db-shm").unlink()
    before = snapshot(path.parent)

    async with opened(url_of(path), options) as database:
        assert await database.fetch(FIRST) == [("in the log",)]

    assert snapshot(path.parent) == before | {"x.db-shm": ""}


@BOTH
async def test_a_file_in_wal_mode_without_companions_is_alone_again_afterwards(
    path: Path, options: Options
) -> None:
    await run(url_of(path), "PRAGMA journal_mode = WAL")
    before = snapshot(path.parent)
    assert list(before) == ["x.db"]

    async with opened(url_of(path), options) as database:
        assert await database.fetch(text("SELECT count(*) FROM t")) == [(500,)]

    assert snapshot(path.parent) == before


@BOTH
async def test_a_file_in_wal_mode_in_a_directory_without_rights_is_explained(
    path: Path, options: Options
) -> None:
    """Case 21. SQLite can't read it there without making its companions."""
    await run(url_of(path), "PRAGMA journal_mode = WAL")
    before = snapshot(path.parent)

    with restricted(path.parent, mode=0o555), pytest.raises(TuiError) as caught:
        async with opened(url_of(path), options):
            pass

    assert str(caught.value) == NO_DIRECTORY
    assert snapshot(path.parent) == before


@BOTH
async def test_a_log_without_its_index_in_a_directory_without_rights_is_explained(
    path: Path, options: Options
) -> None:
    """Case 21."""
    crash(path, *LOGGED)
    path.with_name("x.db-shm").unlink()
    before = snapshot(path.parent)

    with restricted(path.parent, mode=0o555), pytest.raises(TuiError) as caught:
        async with opened(url_of(path), options):
            pass

    assert str(caught.value) == NOT_OPENED
    assert snapshot(path.parent) == before


@BOTH
async def test_a_log_with_its_index_is_read_in_a_directory_without_rights(
    path: Path, options: Options
) -> None:
    """Case 21."""
    crash(path, *LOGGED)
    before = snapshot(path.parent)

    with restricted(path.parent, mode=0o555):
        async with opened(url_of(path), options) as database:
            assert await database.fetch(FIRST) == [("in the log",)]

    assert snapshot(path.parent) == before


@BOTH
@pytest.mark.parametrize("is_saved", [False, True], ids=["not committed", "committed"])
async def test_a_log_that_a_live_program_is_writing_is_read(
    path: Path, options: Options, *, is_saved: bool
) -> None:
    await run(url_of(path), "PRAGMA journal_mode = WAL", "UPDATE t SET a = 'old' WHERE id = 1")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("UPDATE t SET a = 'new' WHERE id = 1")
        if is_saved:
            other.execute("COMMIT")
        async with opened(url_of(path), options) as database:
            assert await database.fetch(FIRST) == [("new" if is_saved else "old",)]
        if not is_saved:
            other.execute("COMMIT")
        assert other.execute(str(FIRST)).fetchall() == [("new",)]


async def test_a_writer_that_is_in_the_middle_of_it_is_waited_for_and_then_named(path: Path) -> None:
    """Case 25. Nothing is lost: the same save goes through when the other program has finished."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        async with opened(url_of(path), QUICK) as database:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(SaveError, match=r"^The database is locked by another program\. Try again"):
                await rename_first(database)
            other.execute("COMMIT")
            await rename_first(database)

    assert await fetch(url_of(path), str(FIRST)) == [("mine",)]


async def test_a_file_that_is_locked_for_reading_too_is_not_opened_and_that_is_said(path: Path) -> None:
    """Case 25. Such is the lock of a program that has spilled half of its changes into the file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        for statement in SPILLED:
            other.execute(statement)

        with pytest.raises(TuiError, match=r"^The database is locked by another program\. Try again"):
            async with opened(url_of(path), QUICK):
                pass

        other.execute("ROLLBACK")
        async with opened(url_of(path), QUICK) as database:
            assert await database.fetch(HALF) == [(0,)]


async def test_what_was_written_between_reading_and_saving_is_no_reason_to_fail(path: Path) -> None:
    """Case 25. With a transaction that began by reading it would be SQLITE_BUSY_SNAPSHOT."""
    await run(url_of(path), "PRAGMA journal_mode = WAL")
    async with opened(url_of(path)) as database:
        table = await table_of(database, "t")
        row = await row_of(database, table, "id", 1)
        await run(url_of(path), "UPDATE t SET a = 'theirs' WHERE id = 2")

        await save(database, [Update(table, row.identity, {"a": row.values[1]}, {"a": "mine"})])

    rows = await fetch(url_of(path), "SELECT a FROM t WHERE id < 3 ORDER BY id")
    assert rows == [("mine",), ("theirs",)]


async def test_a_snapshot_that_is_too_old_is_one_sentence(path: Path) -> None:
    """Case 25. Should it ever come to that."""
    await run(url_of(path), "PRAGMA journal_mode = WAL")
    async with opened(url_of(path)) as database:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN")
            other.execute(str(FIRST)).fetchall()
            await run(url_of(path), "UPDATE t SET a = 'theirs' WHERE id = 2")
            with pytest.raises(sqlite3.OperationalError) as caught:
                other.execute("UPDATE t SET a = 'mine' WHERE id = 1")

        sentence = r"^Another program wrote in the meantime\. Try again\.$"
        with pytest.raises(QueryError, match=sentence), database.translated():
            raise caught.value
