"""The event loop never stands still, whatever the databases do."""

import asyncio
from statistics import median

from tests.db.opening import cells, slow, table_of
from tests.heartbeat import LONGEST_STALL, figure, heartbeat
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


async def test_the_loop_does_not_stall_while_a_query_a_page_and_a_save_run(database: Database) -> None:
    posts = await table_of(database, "posts")
    query = asyncio.ensure_future(database.fetch(slow(database, 5)))
    stalls = []
    for turn in range(3):
        async with heartbeat() as measured:
            await browse_and_fix(database, posts, turn)
            assert not query.done()
            if turn == 2:
                await query
        stalls.append(measured.longest)

    figure(f"longest stall of the loop on {database.title}, of three runs", max(stalls))
    figure("the median of the three", median(stalls))
    assert median(stalls) <= LONGEST_STALL


async def test_the_loop_does_not_stall_while_a_database_opens_and_a_statement_is_cancelled(
    database: Database,
) -> None:
    stalls = []
    for _ in range(3):
        async with heartbeat() as measured:
            await database.reload_catalog()
            query = asyncio.ensure_future(database.fetch(slow(database)))
            await table_of(database, "users")
            query.cancel()
            await asyncio.wait([query])
        stalls.append(measured.longest)

    figure(f"longest stall while opening and cancelling on {database.title}", max(stalls))
    assert median(stalls) <= LONGEST_STALL
