"""An SQLite file that may be read and not written: that is said, and nothing is written."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.db.files import without_privileges
from tests.db.opening import opened, row_of, table_of
from tests.outside import fetch
from tui.db.changes import Update
from tui.db.errors import SaveError
from tui.db.save import save

WRITABLE_DIRECTORY = (
    "The directory of the file can't be written, as the journal or log needs: "
    "copy the file to where you may write."
)


@pytest.fixture
def place(sample_file: Path) -> Iterator[Path]:
    """The sample in a directory that everybody can reach."""
    directory = Path(tempfile.mkdtemp(prefix="tui-"))
    shutil.copy(sample_file, directory / "sample.db")
    directory.chmod(0o777)
    (directory / "sample.db").chmod(0o666)
    yield directory
    directory.chmod(0o777)
    shutil.rmtree(directory)


async def rename_bob(place: Path) -> None:
    """Save another name for user 17, as a user without rights of his own."""
    with without_privileges():
        async with opened(url_of(place)) as database:
            users = await table_of(database, "users")
            bob = await row_of(database, users, "username", "bob")
            await save(database, [Update(users, bob.identity, {"username": "bob"}, {"username": "robert"})])


def url_of(place: Path) -> str:
    return f"sqlite:///{place / 'sample.db'}"


NAME = "SELECT username FROM users WHERE id = 17"


@pytest.mark.parametrize(
    ("path", "mode", "sentence"),
    [
        ("sample.db", 0o444, "The database is read-only, so nothing can be written."),
        (".", 0o555, WRITABLE_DIRECTORY),
    ],
)
async def test_without_the_right_to_write_a_save_says_so_and_the_file_stays(
    place: Path, path: str, mode: int, sentence: str
) -> None:
    await asyncio.to_thread((place / path).chmod, mode)

    with pytest.raises(SaveError) as caught:
        await rename_bob(place)

    assert str(caught.value) == sentence
    assert await fetch(url_of(place), NAME) == [("bob",)]


async def test_with_the_right_to_write_it_is_written(place: Path) -> None:
    await rename_bob(place)

    assert await fetch(url_of(place), NAME) == [("robert",)]
