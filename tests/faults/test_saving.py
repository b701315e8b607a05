"""The server or the network fails during a save: all stays staged, the outcome is found out by reading."""

import pytest

from tests.db.opening import opened, row_of, table_of
from tests.driver import User, browsing
from tests.faults.conftest import Way
from tests.faults.limits import limits
from tests.outside import fetch, run
from tests.slow import commits_held, write_locked, writing
from tui.db.changes import Change, Insert, NewRow, Update, delete_of
from tui.db.database import Database
from tui.db.errors import SaveError
from tui.db.options import Options
from tui.db.save import save

PATIENT = Options(lock_limit=60)
FIRST_USER = "SELECT username FROM users WHERE id = 1"
STAGED = "1 staged · w reviews"
BEFORE = [("María López",)]
NOT_WRITTEN = "Not saved: The connection was lost at the very end. Nothing was written"
UNKNOWN = "It is unknown whether the changes were written"


async def assert_still_staged(user: User) -> None:
    """Nothing is lost: what was typed is staged as before."""
    await user.press("escape")
    assert user.staged() == STAGED
    assert user.cell() == "mine"


async def assert_saves_now(user: User, way: Way) -> None:
    """The user asks again, and it is written."""
    await user.review_and_save()
    assert user.notice() == "✓ Saved 1 change."
    assert await fetch(way.direct, FIRST_USER) == [("mine",)]


async def test_a_server_that_dies_before_the_commit_leaves_all_staged(way: Way) -> None:
    """Case 7: nothing is written, and it is the user who tries again."""
    async with browsing(way.url, "users", options=PATIENT) as user:
        await user.edit("mine", column="username")
        async with write_locked(way.direct):
            await user.begin_to_save()
            await writing(way.direct, "%UPDATE")
            way.server.kill()
            await user.until(lambda: user.shows("Not saved"))
        assert user.shows("Not saved: The connection to the server was lost. Try again")
        way.server.ensure()
        await assert_still_staged(user)
        assert await fetch(way.direct, FIRST_USER) == BEFORE
        await assert_saves_now(user, way)


async def test_a_commit_that_did_not_arrive_has_written_nothing(way: Way) -> None:
    """Case 7: the server holds the row until it is told that nobody is there any more."""
    async with browsing(way.url, "users") as user:
        await user.edit("mine", column="username")
        way.proxy.cut_at(way.server.commit, is_passed_on=False)
        await user.review_and_save()

        assert user.shows(NOT_WRITTEN, "s saves again")
        assert await fetch(way.direct, FIRST_USER) == BEFORE
        await user.press("s")
        assert user.notice() == "✓ Saved 1 change."
    assert await fetch(way.direct, FIRST_USER) == [("mine",)]


async def test_a_commit_whose_answer_was_lost_is_found_to_be_written(way: Way) -> None:
    """Case 4."""
    async with browsing(way.url, "users") as user:
        await user.edit("mine", column="username")
        way.proxy.cut_at(way.server.commit, is_passed_on=True)
        await user.review_and_save()

        assert user.notice() == "✓ Saved 1 change."
        assert user.staged() == ""
    assert await fetch(way.direct, FIRST_USER) == [("mine",)]


async def test_a_commit_that_is_still_under_way_is_not_taken_for_a_failed_one(way: Way) -> None:
    """Case 4: what was read before its end would not be the truth."""
    async with browsing(way.url, "users", options=PATIENT) as user:
        await user.edit("mine", column="username")
        async with commits_held(way.direct):
            await user.begin_to_save()
            await writing(way.direct, "COMMIT")
            way.proxy.cut_all()
            await user.until(lambda: user.shows("Not saved"))
            assert user.shows(NOT_WRITTEN)
        await assert_still_staged(user)
        assert await fetch(way.direct, FIRST_USER) == BEFORE
        await assert_saves_now(user, way)


async def test_a_server_that_dies_in_the_commit_leaves_the_outcome_to_be_read(way: Way) -> None:
    """Case 4."""
    async with browsing(way.url, "users", options=PATIENT) as user:
        await user.edit("mine", column="username")
        async with commits_held(way.direct):
            await user.begin_to_save()
            await writing(way.direct, "COMMIT")
            way.server.kill()
            await user.until(lambda: user.shows(UNKNOWN))
            assert not user.shows("Not saved")
        way.server.ensure()
        await assert_still_staged(user)
        await user.press("r")
        assert "as read before" not in user.title()
        assert await fetch(way.direct, FIRST_USER) == BEFORE
        await assert_saves_now(user, way)


async def test_a_server_that_stands_still_in_the_commit_leaves_all_staged(way: Way) -> None:
    """Cases 4 and 12."""
    async with browsing(way.url, "users", options=PATIENT) as user:
        await user.edit("mine", column="username")
        async with commits_held(way.direct):
            with limits(user, statement_limit=1, grace=1):
                await user.begin_to_save()
                await writing(way.direct, "COMMIT")
                with way.server.frozen():
                    await user.until(lambda: user.shows(UNKNOWN))
        await assert_still_staged(user)


async def test_pressing_save_twice_saves_once(sample_url: str) -> None:
    """Case 5: nothing is changed by keys while a save runs, and the second save has nothing to do."""
    await run(sample_url, "CREATE TABLE saves (id int)", *counting(sample_url))
    async with browsing(sample_url, "users", options=PATIENT) as user:
        await user.edit("mine", column="username")
        async with write_locked(sample_url):
            await user.begin_to_save()
            await user.hurry("s", "s", "ctrl+s", "x", "X")
            assert user.shows("saving…")
        await user.settle()
        assert user.notice() == "✓ Saved 1 change."
        assert user.staged() == ""
    assert await fetch(sample_url, "SELECT count(*) FROM saves") == [(1,)]


def counting(url: str) -> list[str]:
    """Statements after which every update of a user adds a row to `saves`."""
    if url.startswith("sqlite:"):
        return ["CREATE TRIGGER t AFTER UPDATE ON users BEGIN INSERT INTO saves VALUES (new.id); END"]
    if url.startswith("mysql:"):
        return ["CREATE TRIGGER t AFTER UPDATE ON users FOR EACH ROW INSERT INTO saves VALUES (new.id)"]
    return [
        "CREATE FUNCTION count_saves() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN INSERT INTO saves VALUES (new.id); RETURN NULL; END'",
        "CREATE TRIGGER t AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION count_saves()",
    ]


async def change_of(database: Database, kind: str) -> Change:
    """A change of a tag."""
    tags = await table_of(database, "tags")
    tag = await row_of(database, tags, "id", 40)
    if kind == "insert":
        return Insert(tags, NewRow(1), {"name": "new"})
    if kind == "delete":
        return delete_of(tags, tag)
    return Update(tags, tag.identity, {"name": tag.values[tags.positions["name"]]}, {"name": "new"})


WRITTEN = {
    "insert": "SELECT count(*) FROM tags WHERE name = 'new'",
    "update": "SELECT count(*) FROM tags WHERE name = 'new'",
    "delete": "SELECT 1 - count(*) FROM tags WHERE id = 40",
}


@pytest.mark.parametrize("kind", sorted(WRITTEN))
@pytest.mark.parametrize("is_passed_on", [True, False])
async def test_the_outcome_of_every_kind_of_change_is_found_out(
    way: Way, kind: str, *, is_passed_on: bool
) -> None:
    """Case 4."""
    await run(way.direct, "DELETE FROM post_tags WHERE tag_id = 40")
    async with opened(way.url) as database:
        change = await change_of(database, kind)
        way.proxy.cut_at(way.server.commit, is_passed_on=is_passed_on)
        if is_passed_on:
            assert len((await save(database, [change])).identities) == 1
        else:
            with pytest.raises(SaveError, match="Nothing was written"):
                await save(database, [change])

    assert await fetch(way.direct, WRITTEN[kind]) == [(int(is_passed_on),)]


async def test_a_network_that_is_slow_is_slow_and_nothing_else(way: Way) -> None:
    """100 ms there and back, from the opening to the end of a save."""
    await run(way.direct, "DELETE FROM post_tags WHERE tag_id = 40")
    way.proxy.delay = 0.05
    async with opened(way.url) as database:
        assert len((await save(database, [await change_of(database, "update")])).identities) == 1

    assert await fetch(way.direct, WRITTEN["update"]) == [(1,)]
