"""Staged work on disk: private, whole, and offered only when nobody works on it any more."""

import json
import os
from pathlib import Path

import pytest

from tests.db.opening import opened, row_of, table_of
from tests.outside import run
from tui.db.changes import Change, Insert, NewRow, Update, delete_of
from tui.db.database import Database
from tui.db.kept import Kept, KeptFile, left_behind, restore

PLACE = "/somewhere/shop.db"


async def staged(database: Database) -> list[Change]:
    users, posts = await table_of(database, "users"), await table_of(database, "posts")
    bob, post = await row_of(database, users, "id", 17), await row_of(database, posts, "id", 2)
    position = users.positions["email"]
    return [
        Update(users, bob.identity, {"email": bob.values[position]}, {"email": "bob@new.org"}),
        Insert(users, NewRow(1), {"username": "zoë"}, bob.identity),
        delete_of(posts, post),
    ]


def abandoned(directory: Path, changes: list[Change], place: str = PLACE) -> Path:
    """The file of a program that is gone."""
    file = KeptFile(directory, place)
    file.write(changes)
    file.release()
    return file.path


def found(directory: Path, place: str = PLACE) -> list[Kept]:
    kept = list(left_behind(directory, place))
    for one in kept:
        one.file.release()
    return kept


async def test_what_was_staged_is_restored(database: Database, tmp_path: Path) -> None:
    changes = await staged(database)
    abandoned(tmp_path, changes)

    [kept] = found(tmp_path)
    assert await restore(database, kept) == (changes, [])


async def test_the_file_and_its_directory_are_for_the_user_alone(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url) as database:
        file = KeptFile(tmp_path / "state" / "staged", PLACE)
        file.write(await staged(database))

    for path in (tmp_path / "state").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    file.release()


async def test_a_running_program_s_work_is_not_offered(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url) as database:
        file = KeptFile(tmp_path, PLACE)
        file.write(await staged(database))

        assert found(tmp_path) == []
        file.release()
        assert len(found(tmp_path)) == 1


async def test_another_database_s_work_is_not_offered(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url) as database:
        abandoned(tmp_path, await staged(database), "/elsewhere/shop.db")

    assert found(tmp_path) == []
    assert len(found(tmp_path, "/elsewhere/shop.db")) == 1


async def test_nothing_staged_leaves_no_file(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url) as database:
        file = KeptFile(tmp_path / "staged", PLACE)
        file.write(await staged(database))
        file.write([])

    assert os.listdir(tmp_path / "staged") == []


async def test_the_work_of_two_runs_is_offered_one_by_one(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url) as database:
        changes = await staged(database)
        abandoned(tmp_path, changes[:1])
        abandoned(tmp_path, changes[1:])

    assert sorted(len(kept.changes) for kept in found(tmp_path)) == [1, 2]


async def test_changes_of_a_table_that_is_gone_stay_kept(sample_url: str, tmp_path: Path) -> None:
    async with opened(sample_url) as database:
        abandoned(tmp_path, await staged(database))
    await run(sample_url, "DROP TABLE post_tags", "DROP TABLE posts")

    async with opened(sample_url) as database:
        [kept] = found(tmp_path)
        changes, homeless = await restore(database, kept)
    assert (len(changes), len(homeless)) == (2, 1)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"version": 99}', "\0\0"])
def test_a_file_that_is_none_of_ours_is_left_alone(tmp_path: Path, content: str) -> None:
    path = abandoned(tmp_path, [])
    path.write_text(content)

    assert found(tmp_path) == []
    assert path.read_text() == content


async def test_the_file_tells_no_password(sqlite_url: str, tmp_path: Path) -> None:
    async with opened(sqlite_url) as database:
        path = abandoned(tmp_path, await staged(database))

    assert json.loads(path.read_text()).keys() == {"version", "place", "at", "changes"}
