"""Taking back what was saved, as a user meets it."""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.driver import browsing
from tests.engines import ALL_SAMPLES
from tests.outside import fetch, run


def journal(home: Path) -> Path:
    return home / "tui" / "journal.db"


@ALL_SAMPLES
async def test_a_post_that_was_deleted_yesterday_comes_back_with_its_tags(
    sample_url: str, tmp_path: Path
) -> None:
    tags = "SELECT post_id, tag_id FROM post_tags WHERE post_id = 12 ORDER BY tag_id"
    post = "SELECT * FROM posts WHERE id = 12"
    before = await fetch(sample_url, post), await fetch(sample_url, tags)
    async with browsing(sample_url, "posts", home=tmp_path) as user:
        await user.press(*["down"] * 11, "d", "w")
        if before[1]:
            assert user.shows("deletes", "of post_tags") or user.shows("is forbidden by")
        await user.press("r")
        await user.write("a slip")
        await user.press("enter", "s")
    assert await fetch(sample_url, post) == []
    async with browsing(sample_url, "users", home=tmp_path) as user:
        await user.press("J")
        assert user.shows("today at", "“a slip”", "posts · id 12")
        await user.press("b")
        assert user.shows("reason: takes back what was saved on 20")
        await user.press("s")
        assert user.notice().startswith("✓ Saved")
        await user.press("J")
        assert user.shows("“takes back what was saved on 20")
    assert (await fetch(sample_url, post), await fetch(sample_url, tags)) == before


async def test_a_save_that_somebody_wrote_over_is_a_conflict_when_it_is_taken_back(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.edit("mine@example.org", column="email")
        await user.press("w", "s")
        await run(sqlite_url, "UPDATE users SET email = 'theirs@example.org' WHERE id = 1")
        await user.press("J", "b", "s")
        assert user.shows("Somebody else changed email since you read this row")
    assert await fetch(sqlite_url, "SELECT email FROM users WHERE id = 1") == [("theirs@example.org",)]


async def test_rows_with_other_staged_changes_are_left_alone_when_a_save_is_taken_back(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.edit("one@example.org", column="email")
        await user.press("w", "s")
        await user.edit("two@example.org", column="email")
        await user.press("J", "b")
        assert user.shows("There is nothing to take back. Rows with other staged changes were left")
        await user.press("escape")
        assert user.staged() == "1 staged · w reviews"


async def test_without_a_journal_nothing_is_saved_unless_the_user_says_so(
    sqlite_url: str, tmp_path: Path
) -> None:
    journal(tmp_path).parent.mkdir()
    journal(tmp_path).write_bytes(b"[red]none" * 200)
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.edit("new@example.org", column="email")
        await user.press("w", "s")
        assert user.shows("Not saved: The journal", "it is no SQLite file", "s saves without it")
        assert await fetch(sqlite_url, "SELECT email FROM users WHERE email LIKE 'new@%'") == []
        await user.press("s")
        assert user.notice() == "✗ Saved 1 change, but not in the journal: it can't be taken back."
    assert await fetch(sqlite_url, "SELECT id FROM users WHERE email LIKE 'new@%'") == [(1,)]


async def test_an_empty_journal_says_what_will_stand_there(sqlite_url: str, tmp_path: Path) -> None:
    async with browsing(sqlite_url, "users", home=tmp_path) as user:
        await user.press("J")
        assert user.shows("nothing yet: what you save from now on stands here")
        await user.press("b", "escape")
        assert user.rows()
    assert not journal(tmp_path).exists()


DYING = """
import asyncio, os, signal, sys
from pathlib import Path
from tui.db.address import parse_address
from tui.db.changes import update_of
from tui.db.database import Database
from tui.db.journal import Journal
from tui.db.rows import first_page
from tui.db.save import Log, save
from tui.db.view import View

class Dying(Journal):
    def begin(self, *arguments, **options):
        number = super().begin(*arguments, **options)
        if sys.argv[3] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    def conclude(self, *arguments):
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    database = await Database.open(parse_address(sys.argv[1]))
    table = await database.table(database.catalog.entry("users").name)
    row = (await first_page(database, View(table), 1)).rows[0]
    change = update_of(table, row, {"email": "new@example.org"})
    await save(database, [change], log=Log(Dying(Path(sys.argv[2]))))

asyncio.run(main())
"""
"""A program that is killed when its save is in the journal: before COMMIT, or right after it."""


@pytest.mark.parametrize(("when", "said"), [("before", "was not saved"), ("after", "users")])
@ALL_SAMPLES
async def test_a_program_that_was_killed_at_its_commit_leaves_what_can_be_found_out(
    sample_url: str, tmp_path: Path, when: str, said: str
) -> None:
    command = [sys.executable, "-c", DYING, sample_url, str(journal(tmp_path)), when]
    ended = await asyncio.to_thread(subprocess.run, command, check=False)
    assert ended.returncode == -signal.SIGKILL
    async with browsing(sample_url, "users", home=tmp_path) as user:
        await user.press("J")
        assert user.shows("1 row", said, "maria.lopez+blog@example.com → new@example.org")
        assert user.shows("was not saved") is (when == "before")
        await user.press("b")
        assert user.shows("reason: takes back what was saved on 20") is (when == "after")
    now = await fetch(sample_url, "SELECT email FROM users WHERE id = 1")
    assert now == [("new@example.org" if when == "after" else "maria.lopez+blog@example.com",)]
