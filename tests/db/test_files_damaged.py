"""A damaged file: what can be read is read, what can't is said, and nothing more is written to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.db.files import damage, make, rewrite, snapshot
from tests.db.opening import opened, row_of, table_of
from tests.driver import browsing
from tui.db import rows
from tui.db.changes import Update
from tui.db.database import Database
from tui.db.errors import QueryError, SaveError, TuiError
from tui.db.save import save
from tui.db.view import View

DAMAGED = "The file is damaged here; other tables may be readable. Nothing is written any more."
NO_WRITING = "The file is damaged, so nothing is written to it any more: mend a copy of it first."


DEEP = 5
"""A page of rows, which nobody reads who only looks for the tables."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database whose table `t` is damaged in the middle, and `good` isn't."""
    made = make(
        tmp_path / "x.db", "CREATE TABLE good (id INTEGER PRIMARY KEY, a)", "INSERT INTO good SELECT * FROM t"
    )
    damage(made, "t", DEEP)
    return made


@pytest.fixture
async def damaged(path: Path) -> AsyncIterator[Database]:
    """The same, opened."""
    async with opened(f"sqlite:///{path}") as database:
        yield database


async def test_a_damaged_table_is_said_to_be_so_and_others_are_read(damaged: Database, path: Path) -> None:
    """Case 19."""
    before = snapshot(path.parent)

    with pytest.raises(QueryError) as caught:
        await rows.first_page(damaged, View(await table_of(damaged, "t")))
    page = await rows.first_page(damaged, View(await table_of(damaged, "good")))

    assert str(caught.value) == DAMAGED
    assert len(page.rows) > 0
    assert snapshot(path.parent) == before


async def test_nothing_is_written_to_a_file_that_turned_out_to_be_damaged(
    damaged: Database, path: Path
) -> None:
    """Case 19. Not even into a table that is in order: free pages may be the damaged ones."""
    good = await table_of(damaged, "good")
    row = await row_of(damaged, good, "id", 1)
    edit = Update(good, row.identity, {"a": row.values[1]}, {"a": "mine"})
    with pytest.raises(QueryError):
        await rows.first_page(damaged, View(await table_of(damaged, "t")))
    before = snapshot(path.parent)

    with pytest.raises(SaveError) as caught:
        await save(damaged, [edit])

    assert str(caught.value) == NO_WRITING
    assert damaged.is_read_only
    assert snapshot(path.parent) == before


async def test_a_save_that_meets_the_damage_first_writes_nothing(damaged: Database, path: Path) -> None:
    """Case 19, and 9: nothing of the first change either."""
    good, bad = await table_of(damaged, "good"), await table_of(damaged, "t")
    row = await row_of(damaged, good, "id", 1)
    edit = Update(good, row.identity, {"a": row.values[1]}, {"a": "mine"})
    into_bad = Update(bad, (85,), {}, {"a": "mine"})
    before = snapshot(path.parent)

    with pytest.raises(SaveError) as caught:
        await save(damaged, [edit, into_bad])

    assert str(caught.value) == DAMAGED
    assert caught.value.change is into_bad
    assert damaged.is_read_only
    assert snapshot(path.parent) == before


async def test_half_a_file_is_said_to_be_damaged_and_stays_half_a_file(path: Path) -> None:
    """Case 18. SQLite reads nothing of a file that is shorter than its header says."""
    rewrite(path, lambda content: content[: len(content) // 2])
    before = snapshot(path.parent)

    with pytest.raises(TuiError) as caught:
        async with opened(f"sqlite:///{path}"):
            pass

    assert str(caught.value) == DAMAGED
    assert snapshot(path.parent) == before


async def test_a_damaged_list_of_tables_is_said_to_be_damaged(path: Path) -> None:
    """Case 18."""
    rewrite(path, lambda content: content[:100] + b"\xee" * 3996 + content[4096:])
    before = snapshot(path.parent)

    with pytest.raises(TuiError) as caught:
        async with opened(f"sqlite:///{path}"):
            pass

    assert str(caught.value) == DAMAGED
    assert snapshot(path.parent) == before


async def test_on_the_screen_the_other_tables_stay_usable_and_the_keys_that_write_go(path: Path) -> None:
    """Case 19."""
    async with browsing(f"sqlite:///{path}", "good") as user:
        assert user.works("rows.edit")
        await user.open_table("t")
        assert user.shows(DAMAGED)
        await user.open_table("good")
        assert len(user.rows()) > 10
        assert not user.works("rows.edit")
        assert not user.works("rows.delete")


async def test_what_is_staged_before_the_damage_is_found_stays_staged(path: Path) -> None:
    """Case 19."""
    before = snapshot(path.parent)
    async with browsing(f"sqlite:///{path}", "good") as user:
        await user.edit("mine", column="a")
        await user.open_table("t")
        await user.review_and_save()
        assert user.shows(f"Not saved: {NO_WRITING}")
        await user.press("escape")
        assert user.staged() == "1 staged · w reviews"

    assert snapshot(path.parent) == before


async def test_damage_that_is_met_at_once_is_said_at_once(path: Path) -> None:
    """Case 19. The list of tables with its estimates has come across it."""
    damage(path, "t")
    async with browsing(f"sqlite:///{path}", "good") as user:
        assert user.notice().endswith(NO_WRITING)
        assert len(user.rows()) > 10
        assert not user.works("rows.edit")
