"""What is measured in the process: how long the event loop stands still, and why; pages and statements."""

import asyncio
import gc
import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import event

from tests.benchmarks.data import events_file
from tests.benchmarks.far import Proxy
from tests.benchmarks.watch import watched
from tests.driver import User, browsing
from tests.outside import run
from tui.db import rows
from tui.db.changes import Update
from tui.db.database import Database
from tui.db.options import Options
from tui.db.schema import TableName
from tui.db.view import View

SMALL = 10_000
RATE, HELD = 30, 5.0
"""A key that is held down: times a second, seconds."""
SLOW = 10.0
"""Seconds that a slow statement is waited for."""
SLOW_VIEW = """
CREATE VIEW slow AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)
SELECT i FROM n WHERE i < 0
"""
PAGING = 2.0
"""Seconds in which pages are counted."""


@dataclass(frozen=True)
class Inside:
    """One thing that was done, and what it did to the event loop."""

    what: str
    result: str
    """What it took or gave, with its unit."""
    stall: float | None = None
    """The most processor time, in milliseconds, that the loop's thread spent without coming round."""
    cause: str = ""
    """What it did most of that time."""
    late: float | None = None
    """The most, in milliseconds, that it came round late by the clock: other programs hold it up, too."""


@dataclass
class Notes:
    """What was measured so far."""

    figures: list[Inside] = field(default_factory=list)

    @asynccontextmanager
    async def of(self, what: str, result: Callable[[float], str] | None = None) -> AsyncIterator[None]:
        """Measure what the block does; the result is told from the seconds that it took."""
        async with watched() as watch:
            started = time.perf_counter()
            yield
            taken = time.perf_counter() - started
        told = (result or _milliseconds)(taken)
        self.figures.append(Inside(what, told, watch.stall * 1000, watch.cause, watch.late * 1000))


async def measure_inside(data: Path, huge: int, far: str, proxy: Proxy) -> list[Inside]:
    """All of it: on a huge file, on a small one that is changed, on a server that is far away."""
    notes = Notes()
    gc.collect()
    gc.freeze()  # what the program itself does half a second after its start; here tests are imported, too
    await _browse(notes, events_file(data, huge), huge)
    with TemporaryDirectory() as folder:
        copy = Path(shutil.copy(events_file(data, SMALL), folder))
        await _wait_and_save(notes, f"sqlite:///{copy}")
    await _count_round_trips(notes, far, proxy)
    return notes.figures


async def _browse(notes: Notes, file: Path, huge: int) -> None:
    url = f"sqlite:///{file}"
    async with (
        notes.of("open the database and its table, and close it"),
        browsing(url, "events", draws_all=True),
    ):
        pass
    gc.collect()
    gc.freeze()  # the program that was closed: one that is open has no such garbage
    async with browsing(url, "events", draws_all=True) as user:
        await _press_keys(notes, user, huge)
        await _count_statements(notes, user)
        await _count_in_background(notes, user, huge)
        await _page(notes, user.browse.database)


async def _press_keys(notes: Notes, user: User, huge: int) -> None:
    def each(number: int) -> Callable[[float], str]:
        return lambda taken: f"{taken / number * 1000:.1f} ms each, with the related rows"

    async with notes.of("50 times down", each(50)):
        await user.press(*["down"] * 50)
    async with notes.of("30 pages", each(30)):
        await user.press(*["pagedown"] * 30)
    async with notes.of("last page"):
        await user.press("G")
    async with notes.of("30 pages up there", each(30)):
        await user.press(*["pageup"] * 30)
    async with notes.of(f"to the middle of {huge:,} rows"):
        await user.press(":")
        await user.write("50%")
        await user.press("enter")
    async with notes.of("a record, and back"):
        await user.press("enter")
        await user.press("escape")
    async with notes.of("down held down for 5 s", lambda _: f"{RATE} a second"):
        await hold(user, "down")
    async with notes.of("page down held down for 5 s", lambda _: f"{RATE} a second"):
        await hold(user, "pagedown")


async def hold(user: User, key: str) -> None:
    """Hold a key down."""
    started = time.perf_counter()
    for number in range(round(RATE * HELD)):
        await asyncio.sleep(max(0, started + number / RATE - time.perf_counter()))
        user._send(key)
    await user.settle()


async def _count_statements(notes: Notes, user: User) -> None:
    """Statements for pages that are read on, with what belongs to them."""
    pages = 40
    with counted(user.browse.database) as statements:
        await user.press(*["pagedown"] * pages)
    notes.figures.append(Inside("statements for a page, related rows too", f"{len(statements) / pages:.1f}"))


async def _count_in_background(notes: Notes, user: User, huge: int) -> None:
    loader = user.browse.pane.loader
    assert loader is not None
    async with notes.of(f"a count of {huge:,} rows in the background, keys meanwhile"):
        counting = asyncio.create_task(rows.count(loader.database, loader.view, background=True))
        while not counting.done():
            await user.press("down")
        await counting


async def _page(notes: Notes, database: Database) -> None:
    """Pages read one after the other, as fast as it goes."""
    view = View(await database.table(TableName("main", "events")))
    page = await rows.first_page(database, view)
    with counted(database) as statements:
        number, started = 0, time.perf_counter()
        while time.perf_counter() - started < PAGING:
            page = await rows.page_after(database, view, page.rows[-1])
            number += 1
    told = (
        f"{number / PAGING:.0f} a second of {rows.PAGE} rows, {len(statements) / number:.1f} statements each"
    )
    notes.figures.append(Inside("pages read", told))


async def _wait_and_save(notes: Notes, url: str) -> None:
    await run(url, SLOW_VIEW)
    async with browsing(url, "events", options=Options(statement_limit=60), draws_all=True) as user:
        slowest = 0.0
        async with notes.of("keys during a statement of 10 s", lambda _: f"slowest {slowest * 1000:.0f} ms"):
            await user.hurry("t")
            await user.hurry(*"slow", "enter")
            await user.until(lambda: "reading slow" in user.status() and not user.browse.blink.is_on)
            end = time.perf_counter() + SLOW
            while time.perf_counter() < end:
                slowest = max(slowest, await _time_down(user))
                await asyncio.sleep(0.05)
        async with notes.of("Escape stops it"):
            user._send("escape")
            await user.until(lambda: "Stopped" in user.status())
        await _save(notes, user)


async def _time_down(user: User) -> float:
    """Seconds until the highlight has moved."""
    before, pressed = user.grid.row_index, time.perf_counter()
    user._send("down")
    await _until(lambda: user.grid.row_index != before)
    return time.perf_counter() - pressed


async def _save(notes: Notes, user: User) -> None:
    browse, loader = user.browse, user.browse.pane.loader
    assert loader is not None
    page = await rows.first_page(loader.database, loader.view, SMALL)
    at = loader.view.table.positions["kind"]
    staged = [
        Update(loader.view.table, row.identity, {"kind": row.values[at]}, {"kind": "changed"})
        for row in page.rows
    ]
    browse.changes.stage(staged)
    await user.settle()
    async with notes.of(f"review of {len(staged):,} changes"):
        await user.press("w")
    async with notes.of(f"save of {len(staged):,} changes, with the journal"):
        await user.press("s")
    assert "Saved 10,000" in user.status() or "Saved 10000" in user.status(), user.status()


async def _count_round_trips(notes: Notes, far: str, proxy: Proxy) -> None:
    async with browsing(far, "events", draws_all=True) as user:

        def is_open(name: str) -> bool:
            loader = user.browse.pane.loader
            return loader is not None and loader.view.table.name.name == name and bool(user.grid.rows.rows)

        await _press_far(notes, user, proxy, "open a table for the first time", "users", is_open)
        await _press_far(notes, user, proxy, "open it again", "events", is_open)
        before, row = proxy.round_trips, user.grid.row_index
        what = f"a page that was read ahead, {proxy.delay * 2000:.0f} ms away"
        async with notes.of(what, lambda taken: _trips(proxy.round_trips - before, taken)):
            user._send("pagedown")
            await _until(lambda: user.grid.row_index != row and user.grid.highlighted_row is not None)


async def _press_far(
    notes: Notes, user: User, proxy: Proxy, what: str, table: str, is_open: Callable[[str], bool]
) -> None:
    await user.press("t")
    await user.write(table)
    before, made = proxy.round_trips, 0
    async with notes.of(f"{what}, {proxy.delay * 2000:.0f} ms away", lambda t: _trips(made, t)):
        user._send("enter")
        await _until(lambda: is_open(table))
        made = proxy.round_trips - before
    await user.settle()


async def _until(holds: Callable[[], bool]) -> None:
    """Wait until something is so, to the millisecond."""
    while not holds():  # noqa: ASYNC110
        await asyncio.sleep(0)


def _trips(number: int, taken: float) -> str:
    return f"{number} round trips, {taken * 1000:.0f} ms"


def _milliseconds(taken: float) -> str:
    return f"{taken * 1000:.0f} ms" if taken < 1 else f"{taken:.1f} s"


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that are read with while the block runs."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = database.engines.reader.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
