"""Reading views page by page, and tables that are large enough for it."""

from tests.db.opening import is_sqlite, shown
from tests.outside import fetch
from tui.db import rows
from tui.db.database import Database
from tui.db.page import Page, Row
from tui.db.values import Value
from tui.db.view import View

NUMBERS = {
    "sqlite": "WITH RECURSIVE g(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 250) ",
    "postgresql": "WITH g AS (SELECT n FROM generate_series(1, 250) AS s(n)) ",
    "mysql": "WITH g AS (SELECT seq AS n FROM seq_1_to_250) ",
}
MIXED = (
    "n, 'name ' || (n * 7 % 10), CASE WHEN n % 5 > 0 THEN n * 13 % 17 END, CASE WHEN n % 3 > 0 THEN n % 4 END"
)


def numbers(url: str) -> str:
    return NUMBERS[url.partition(":")[0]]


def fill(url: str, table: str, values: str) -> str:
    """A statement that adds 250 rows, computed from the number n."""
    if not url.startswith("postgresql"):
        return f"INSERT INTO {table} {numbers(url)} SELECT {values} FROM g"
    return f"{numbers(url)} INSERT INTO {table} SELECT {values} FROM g"


async def forward(database: Database, view: View, limit: int = 40) -> list[Row]:
    """All rows, page by page."""
    page = await rows.first_page(database, view, limit)
    found = list(page.rows)
    while not page.at_end:
        page = await rows.page_after(database, view, place(view, page.rows[-1], len(found)), limit)
        assert len(page.rows) <= limit
        found += page.rows
    return found


async def backward(database: Database, view: View, limit: int = 40) -> list[Row]:
    """All rows, page by page from the end."""
    page = await rows.last_page(database, view, limit)
    assert page.at_end
    found = list(page.rows)
    while not page.at_start:
        page = await rows.page_before(database, view, before(view, page), limit)
        found[:0] = page.rows
    return found


def place(view: View, row: Row, offset: int) -> rows.Place:
    return row if view.table.identity.exists else offset


def before(view: View, page: Page) -> rows.Place:
    if view.table.identity.exists:
        return page.rows[0]
    assert page.offset is not None
    return page.offset


async def assert_pages(database: Database, url: str, view: View, order: str) -> None:
    """Both ways every row once, in the order that the engine itself gives."""
    name = f'"{view.table.name.schema}"."{view.table.name.name}"'
    first = view.table.columns[0].name.replace('"', '""')
    truth = [(str(value),) for (value,) in await fetch(url, f'SELECT "{first}" FROM {name} ORDER BY {order}')]

    ahead = await forward(database, view)
    back = await backward(database, view)

    assert [(text,) for text in shown(ahead)] == truth
    assert back == ahead
    for limit in (90, 7):  # whatever row a page ends at
        assert await forward(database, view, limit) == ahead
        assert await backward(database, view, limit) == ahead


def value(database: Database, number: int) -> Value:
    """A number as the engine's values are."""
    return number if is_sqlite(database) else str(number)
