"""The sample: what is in it, and that it is the same on every build and on every engine."""

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import asyncmy
import asyncpg
import pytest

from tests.outside import fetch, run
from tui.db.sample import build_file, is_sample

NEW_USER = "INSERT INTO users (username, email, hashed_password) VALUES ('eve', '{email}', 'x')"
REFUSED = (sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError, asyncmy.errors.IntegrityError)


async def one(url: str, sql: str) -> Any:
    """The only value of a query."""
    [(value,)] = await fetch(url, sql)
    return value


def write(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    command = [sys.executable, "-m", "tui.sample", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("table", "rows"), [("users", 1000), ("posts", 5017), ("tags", 40), ("post_tags", 9883)], ids=str
)
async def test_every_table_has_its_rows(sample_url: str, table: str, rows: int) -> None:
    """On each engine as many."""
    assert await one(sample_url, f"SELECT count(*) FROM {table}") == rows


async def test_ids_run_from_one_without_a_gap(sample_url: str) -> None:
    """In the order in which people joined and wrote."""
    for table in ("users", "posts"):
        assert await fetch(sample_url, f"SELECT min(id), max(id) - count(*) FROM {table}") == [(1, 0)]
        in_order = f"SELECT count(*) FROM {table} a JOIN {table} b ON b.id = a.id + 1"
        assert await one(sample_url, f"{in_order} WHERE b.created_at < a.created_at") == 0


async def test_posts_have_a_long_tail_of_authors(sample_url: str) -> None:
    """One author with several hundred, many with none."""
    counts = "SELECT count(*) AS n FROM posts GROUP BY author_id"
    assert await one(sample_url, f"SELECT max(n) FROM ({counts}) c") == 735
    silent = "SELECT count(*) FROM users u WHERE NOT EXISTS (SELECT 1 FROM posts WHERE author_id = u.id)"
    assert await one(sample_url, silent) > 200


async def test_bob_can_be_relied_on(sample_url: str) -> None:
    """User 17 and his 47 posts, for examples and tests."""
    bob = await fetch(sample_url, "SELECT username, email FROM users WHERE id = 17")
    assert bob == [("bob", "bob@example.org")]
    assert await one(sample_url, "SELECT count(*) FROM posts WHERE author_id = 17") == 47


async def test_content_is_null_or_empty_or_long(sample_url: str) -> None:
    """All three occur, and brackets, quotes and lines too."""
    for condition in (
        "content IS NULL",
        "content = ''",
        "length(content) > 3000",
        "content LIKE '%[red]%'",
        "content LIKE '%\"%'",
        "content LIKE '%\n%'",
        "title LIKE '%今天%'",
        "length(title) = 200",
    ):
        assert await one(sample_url, f"SELECT count(*) FROM posts WHERE {condition}") > 0, condition
    assert 0 < await one(sample_url, "SELECT count(*) FROM tags WHERE description IS NULL") < 40


async def test_dates_have_whole_seconds(sample_url: str) -> None:
    """So that they read the same on each engine."""
    assert await one(sample_url, "SELECT max(length(CAST(created_at AS char(30)))) FROM posts") == 19


async def test_a_new_user_gets_the_next_id_and_the_defaults(sample_url: str) -> None:
    """The database goes on counting where the sample ends."""
    await run(sample_url, NEW_USER.format(email="eve@example.org"))
    [(active, created)] = await fetch(sample_url, "SELECT is_active, created_at FROM users WHERE id = 1001")
    assert active == 1
    assert created


@pytest.mark.parametrize(
    "statement",
    [
        NEW_USER.format(email="bob@example.org"),
        "UPDATE users SET username = 'bob' WHERE id = 1",
        "UPDATE users SET username = NULL WHERE id = 1",
        "UPDATE tags SET name = 'bread' WHERE id = 2",
        "UPDATE posts SET title = NULL WHERE id = 1",
        "INSERT INTO post_tags SELECT * FROM post_tags WHERE post_id = 5",
    ],
)
async def test_constraints_hold(sample_url: str, statement: str) -> None:
    """Unique and required columns refuse what they can't hold."""
    with pytest.raises(REFUSED):
        await run(sample_url, statement)


async def test_a_user_with_posts_cannot_be_deleted(sample_url: str) -> None:
    """Posts refer to their author."""
    pragma = ["PRAGMA foreign_keys = ON"] if sample_url.startswith("sqlite") else []
    with pytest.raises(REFUSED):
        await run(sample_url, *pragma, "DELETE FROM users WHERE id = 17")


def files(folder: Path) -> dict[str, bytes]:
    """What is in a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


async def test_each_build_gives_the_same_bytes(tmp_path: Path, sample_file: Path) -> None:
    """Nothing in the file depends on when or where it was built."""
    await build_file(tmp_path / "again.db")
    assert files(tmp_path) == {"again.db": files(sample_file.parent)["sample.db"]}


def test_the_sample_in_the_project_is_a_current_one(sample_file: Path) -> None:
    """It has the content that the builder makes today (its bytes may be another SQLite's)."""
    kept = Path(__file__).parents[2] / "sample.db"
    assert dump(kept) == dump(sample_file)


def dump(path: Path) -> list[str]:
    """All of a file as SQL."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


async def test_a_failed_build_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no half-written file beside it."""
    path = tmp_path / "sample.db"
    path.write_bytes(b"before")
    monkeypatch.setattr("tui.db.sample.make_tags", lambda: [{"name": None}])
    with pytest.raises(Exception, match="NOT NULL"):
        await build_file(path)
    assert files(tmp_path) == {"sample.db": b"before"}


def test_the_command_writes_a_sample_and_writes_it_again(tmp_path: Path) -> None:
    """It may overwrite what is a sample."""
    path = tmp_path / "new.db"
    for _ in range(2):
        done = write(path)
        assert (done.returncode, done.stdout) == (0, f"Wrote the sample database to {path}.\n")
        assert is_sample(path)


def test_the_command_refuses_to_overwrite_anything_else(tmp_path: Path) -> None:
    """A database of one's own is never lost."""
    path = tmp_path / "mine.db"
    path.write_text("my letters")
    done = write(path)
    assert done.returncode == 2
    assert "is not a sample" in done.stderr
    assert path.read_text() == "my letters"


@pytest.mark.parametrize("name", ["", "missing/sample.db", "--help"])
def test_the_command_says_what_is_wrong_in_one_line(tmp_path: Path, name: str) -> None:
    """A directory, a missing one, an option that isn't there: a sentence and exit code 2."""
    done = write(name if name.startswith("-") else tmp_path / name)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
