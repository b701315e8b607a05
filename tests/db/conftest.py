"""The sample, opened."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.db.opening import opened
from tests.db.paging import MIXED, fill
from tests.outside import run
from tui.db.database import Database


@pytest.fixture
async def database(sample_url: str) -> AsyncIterator[Database]:
    """A private sample on each engine in turn, opened as tui opens it."""
    async with opened(sample_url) as database:
        yield database


@pytest.fixture
async def mixed_url(empty_url: str) -> str:
    """250 rows with ties and NULLs."""
    await run(
        empty_url,
        "CREATE TABLE t (id int PRIMARY KEY, name text NOT NULL, a int, b int)",
        fill(empty_url, "t", MIXED),
    )
    return empty_url


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A directory that every user can reach and write to."""
    directory = Path(tempfile.mkdtemp(prefix="tui-"))
    directory.chmod(0o777)
    yield directory
    directory.chmod(0o777)
    shutil.rmtree(directory)
