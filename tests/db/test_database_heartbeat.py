"""The event loop never stands still, whatever the databases do."""

import asyncio

from tests.db.opening import cells, slow, table_of
from tests.heartbeat import Heartbeat, heartbeat, report
from tui.db import rows
from tui.db.changes import Update
from tui.db.database import Database
from tui.db.related import load_related
from tui.db.save import save
from tui.db.schema import Table
from tui.db.view import Sort, View


async def browse_and_fix(database: Database, posts: Table, turn: int) -> None:
    """A few pages with their related rows, then a save of twenty rows."""
    view = View(posts, sorts=(Sort("title"),))
    page = await rows.first_page(database, view)
    for _ in range(5):
        page = await rows.page_after(database, view, page.rows[-1])
        for relation in posts.relations:
            await load_related(database, posts, relation, page.rows)
    edited = page.rows[:20]
    await save(
        database,
        [
            Update(posts, row.identity, {"title": cells(row, posts)["title"]}, {"title": f"{turn}"})
            for row in edited
        ],
    )


def check(what: str, runs: list[Heartbeat]) -> None:
    """Print all runs; two of the three must be fluent, since the first one of a process also compiles."""
    for measured in runs:
        report(what, measured)
    assert sum(measured.is_fluent for measured in runs) >= 2


async def test_the_loop_does_not_stall_while_a_query_a_page_and_a_save_run(database: Database) -> None:
    posts = await table_of(database, "posts")
    query = asyncio.ensure_future(database.fetch(slow(database, 5), limit=None))
    runs: list[Heartbeat] = []
    for turn in range(3):
        async with heartbeat() as measured:
            await browse_and_fix(database, posts, turn)
            assert not query.done()
            if turn == 2:
                await query
        runs.append(measured)

    check(f"query, page and save on {database.title}", runs)


async def test_the_loop_does_not_stall_while_a_database_opens_and_a_statement_is_cancelled(
    database: Database,
) -> None:
    runs: list[Heartbeat] = []
    for _ in range(3):
        async with heartbeat() as measured:
            await database.reload_catalog()
            query = asyncio.ensure_future(database.fetch(slow(database)))
            await table_of(database, "users")
            query.cancel()
            await asyncio.wait([query])
            assert query.cancelled()
        runs.append(measured)

    check(f"opening and cancelling on {database.title}", runs)
