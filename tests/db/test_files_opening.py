"""Opening a file that another program made, or that is no database: a sentence, and nothing is touched."""

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.db.files import NOBODY, make, snapshot, without_privileges
from tests.db.opening import left_threads, opened
from tests.outside import fetch
from tui.db.address import parse_address
from tui.db.database import Database
from tui.db.errors import AddressError, TuiError
from tui.db.options import Options

NO_DATABASE = "This file is no SQLite database, or it is encrypted."
COUNT = text("SELECT count(*) FROM t")


async def refusal(name: Path | str, options: Options | None = None) -> str:
    """The sentence with which a file is not opened."""
    with pytest.raises(TuiError) as caught:
        await Database.open(parse_address(str(name)), options)
    assert left_threads() == []
    return str(caught.value)


def pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda path: None, "There is no file"),
        (Path.mkdir, "is a directory. Name the database file in it."),
        (pipe, "is no regular file, so it can't be a database."),
        (lambda path: path.write_bytes(b"x") and None, "is no database: it is too short for one."),
        (lambda path: os.truncate(make(path), 60), "is no database: it is too short for one."),
        (lambda path: path.symlink_to("/dev/zero"), "is no regular file, so it can't be a database."),
        (lambda path: path.symlink_to("nowhere"), "There is no file"),
        (lambda path: path.symlink_to(path.name), "can't be opened:"),
    ],
    ids=[
        "missing",
        "directory",
        "fifo",
        "one byte",
        "cut in the header",
        "device",
        "broken link",
        "link to itself",
    ],
)
async def test_what_is_no_file_is_refused_at_once_and_nothing_is_created(
    tmp_path: Path, prepare: Callable[[Path], None], sentence: str
) -> None:
    """Case 16, and 17."""
    prepare(tmp_path / "x.db")
    names = set(os.listdir(tmp_path))

    with pytest.raises(AddressError) as caught:
        parse_address(str(tmp_path / "x.db"))

    assert sentence in str(caught.value)
    assert set(os.listdir(tmp_path)) == names


def encrypted(content: bytes) -> bytes:
    """What is left of a database that was encrypted as a whole."""
    return random.Random(7).randbytes(len(content))


@pytest.mark.parametrize("options", [Options(), Options(read_only=True)], ids=["usual", "read-only"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"Dear diary,\n" * 500,
        encrypted,
        lambda content: content[:16] + encrypted(content[16:]),
        lambda content: content[100:],
    ],
    ids=["text", "random", "encrypted behind the name", "no header"],
)
async def test_a_file_that_is_no_database_is_said_to_be_none(
    tmp_path: Path, spoil: Callable[[bytes], bytes], options: Options
) -> None:
    """Case 18."""
    path = make(tmp_path / "x.db")
    path.write_bytes(spoil(path.read_bytes()))
    before = snapshot(tmp_path)

    assert await refusal(path, options) == NO_DATABASE
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("options", [Options(), Options(read_only=True)], ids=["usual", "read-only"])
async def test_an_empty_file_stays_empty(tmp_path: Path, options: Options) -> None:
    """Case 17."""
    (tmp_path / "x.db").touch()
    before = snapshot(tmp_path)

    async with opened(f"sqlite:///{tmp_path / 'x.db'}", options) as database:
        assert database.catalog.entries == ()

    assert snapshot(tmp_path) == before


NAMES = [
    "a b.db",
    "a%41.db",
    "aA.db",
    "a?mode=rwc.db",
    "a#b.db",
    "Ärger ß.db",
    "a\nb.db",
    "\udcff.db",
    "-wal",
]


@pytest.mark.parametrize("options", [Options(), Options(read_only=True)], ids=["usual", "read-only"])
@pytest.mark.parametrize("name", NAMES)
async def test_a_file_of_any_name_is_opened_and_no_other_one(
    tmp_path: Path, name: str, options: Options
) -> None:
    """Case 20. A file of each of the other names lies beside it."""
    for number, other in enumerate(NAMES):
        make(tmp_path / other, f"DELETE FROM t WHERE id > {number}")
    before = snapshot(tmp_path)

    async with opened(str(tmp_path / name), options) as database:
        assert await database.fetch(COUNT) == [(NAMES.index(name),)]

    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("options", [Options(), Options(read_only=True)], ids=["usual", "read-only"])
@pytest.mark.parametrize(
    "statement", ["PRAGMA user_version = 7", "PRAGMA journal_mode = PERSIST", "PRAGMA auto_vacuum = 1"]
)
async def test_opening_reading_and_closing_change_nothing(
    tmp_path: Path, statement: str, options: Options
) -> None:
    make(tmp_path / "x.db", statement, "VACUUM", "UPDATE t SET a = 1")
    before = snapshot(tmp_path)

    async with opened(f"sqlite:///{tmp_path / 'x.db'}", options) as database:
        assert await database.fetch(COUNT) == [(500,)]
        assert snapshot(tmp_path) == before

    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("options", [Options(), Options(read_only=True)], ids=["usual", "read-only"])
async def test_a_file_in_a_directory_without_the_right_to_write_is_read(
    reachable: Path, options: Options
) -> None:
    """Case 21."""
    make(reachable / "x.db")
    before = snapshot(reachable)
    await asyncio.to_thread(reachable.chmod, 0o555)

    with without_privileges():
        async with opened(f"sqlite:///{reachable / 'x.db'}", options) as database:
            assert await database.fetch(COUNT) == [(500,)]

    assert snapshot(reachable) == before


async def test_a_file_that_may_not_be_read_is_said_to_be_so(reachable: Path) -> None:
    """Case 21."""
    path = make(reachable / "x.db")
    path.chmod(0o600)
    if os.geteuid() != 0:
        path.chmod(0)
    with without_privileges():
        assert os.geteuid() in (NOBODY, os.getuid())
        sentence = await refusal(path)

    assert sentence.startswith("The file can't be opened: check that it is there, that you may read it")


async def test_a_file_that_is_deleted_while_it_is_open_is_missed_and_not_made_again(tmp_path: Path) -> None:
    """Case 24."""
    path = make(tmp_path / "x.db")
    async with opened(f"sqlite:///{path}") as database:
        path.unlink()

        with pytest.raises(TuiError, match=r"^The file can't be opened: check that it is there"):
            await database.fetch(COUNT)

    assert snapshot(tmp_path) == {}


async def test_a_file_that_is_replaced_while_it_is_open_is_read_anew(tmp_path: Path) -> None:
    """Case 24. What is shown is never a file that nobody else can see any more."""
    path = make(tmp_path / "x.db")
    async with opened(f"sqlite:///{path}") as database:
        assert await database.fetch(COUNT) == [(500,)]
        make(tmp_path / "new.db", "DELETE FROM t WHERE id > 3").replace(path)

        assert await database.fetch(COUNT) == [(3,)]
        async with database.writing() as session:
            await session.execute(text("DELETE FROM t WHERE id = 1"))
            await session.commit()

    assert await fetch(f"sqlite:///{path}", "SELECT count(*) FROM t") == [(2,)]


async def test_a_file_that_is_replaced_by_something_else_is_said_to_be_none(tmp_path: Path) -> None:
    """Case 24."""
    path = make(tmp_path / "x.db")
    async with opened(f"sqlite:///{path}") as database:
        (tmp_path / "new.db").write_bytes(b"Dear diary,\n" * 500)
        (tmp_path / "new.db").replace(path)
        before = snapshot(tmp_path)

        with pytest.raises(TuiError) as caught:
            await database.fetch(COUNT)

    assert str(caught.value) == NO_DATABASE
    assert snapshot(tmp_path) == before
