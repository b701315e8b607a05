"""Reading rows: pages in both directions, single rows, counts and finds. One statement each, or two."""

import re
from collections.abc import Iterable
from typing import Any, TypeAlias

from sqlalchemy import Select

from tui.db.condition import ConditionError, place_of, require_expression
from tui.db.database import Database
from tui.db.errors import QueryError, TimeLimitError
from tui.db.needle import Needle
from tui.db.page import Page, Row, RowId
from tui.db.query import RowsQuery, as_row
from tui.db.schema import NUMBERED, Table
from tui.db.view import Operator, View

PAGE = 100
"""Rows that are read at once."""

FAR = 10_000
"""Rows that are counted off faster than it is found out whether a key numbers them."""

WHOLE = re.compile(r"(tiny|small|medium|big)?int(eger)?(\(\d+\))?( unsigned)?", re.IGNORECASE)
"""Types that hold whole numbers."""

Place: TypeAlias = Row | int
"""Where a page continues: at a row, or after so many rows where rows have no identity."""


async def query_of(database: Database, view: View) -> RowsQuery:
    """What builds the statements of a view; words for days are meant as the database's own clock has them."""
    needs_day = any(item.operator is Operator.WITHIN for item in view.filters)
    return RowsQuery(view, database.dialect, await database.today() if needs_day else None)


async def first_page(database: Database, view: View, limit: int = PAGE) -> Page:
    """The first rows of a view."""
    statements = (await query_of(database, view)).first(limit + 1)
    rows, is_all = await _read(database, view, statements, limit)
    return Page(rows, at_start=True, at_end=is_all, offset=0)


async def last_page(database: Database, view: View, limit: int = PAGE) -> Page:
    """The last rows: the first ones of the reversed order, or by counting where rows have no identity."""
    if not view.table.identity.exists:
        return await _last_by_number(database, view, limit)
    statements = (await query_of(database, view)).first(limit + 1, backward=True)
    rows, is_all = await _read(database, view, statements, limit)
    return Page(rows[::-1], at_start=is_all, at_end=True)


async def _last_by_number(database: Database, view: View, limit: int) -> Page:
    """The last rows by counting all; once more where rows went after they were counted."""
    while True:
        total = await count(database, view)
        page = await page_at(database, view, max(0, total - limit), limit)
        if page.rows or page.at_start:
            return page


async def page_at(database: Database, view: View, offset: int, limit: int = PAGE) -> Page:
    """The rows after so many others. Its cost grows with the offset."""
    statement = (await query_of(database, view)).run(limit + 1, offset=offset)
    rows, is_all = await _read(database, view, [statement], limit)
    return Page(rows, at_start=offset == 0, at_end=is_all, offset=offset)


async def page_numbered(database: Database, view: View, offset: int, limit: int) -> Page:
    """The rows after so many others; where a key numbers them without a gap they are not counted off."""
    if offset >= FAR and _is_numbered(database, view):
        query = await query_of(database, view)
        [(least, most, total)] = await database.fetch(query.span())
        if total > offset and most - least + 1 == total:
            is_downward = any(sort.descending for sort in view.sorts)
            number = most - offset if is_downward else least + offset
            key = number if database.dialect.holds_anything else str(number)
            return await _page_from(database, view, Row((key,), (), (key,) * len(view.sorts)), offset, limit)
    return await page_at(database, view, offset, limit)


def _is_numbered(database: Database, view: View) -> bool:
    """Whether a view is all of a table, in the order of a key that is one column of whole numbers."""
    key = view.table.identity.columns
    if view.filters or view.condition or len(key) != 1 or [s.column for s in view.sorts] not in ([], [*key]):
        return False
    column = view.table.column(key[0])
    is_strict = not database.dialect.holds_anything or column.default == NUMBERED
    return is_strict and WHOLE.fullmatch(column.type) is not None


async def _page_from(database: Database, view: View, row: Row, offset: int, limit: int) -> Page:
    statements = (await query_of(database, view)).beyond(row, limit + 1, inclusive=True)
    rows, is_all = await _read(database, view, statements, limit)
    return Page(rows, at_end=is_all, offset=offset)


async def page_after(database: Database, view: View, place: Place, limit: int = PAGE) -> Page:
    """The rows that come after a place."""
    if isinstance(place, int):
        return await page_at(database, view, place, limit)
    statements = (await query_of(database, view)).beyond(place, limit + 1)
    rows, is_all = await _read(database, view, statements, limit)
    return Page(rows, at_end=is_all)


async def page_before(database: Database, view: View, place: Place, limit: int = PAGE) -> Page:
    """The rows that come before a place, in the view's order."""
    if isinstance(place, int):
        start = max(0, place - limit)
        page = await page_at(database, view, start, place - start)
        return Page(page.rows, at_start=start == 0, offset=start)
    statements = (await query_of(database, view)).beyond(place, limit + 1, backward=True)
    rows, is_all = await _read(database, view, statements, limit)
    return Page(rows[::-1], at_start=is_all)


async def page_around(database: Database, view: View, row: Row, limit: int = PAGE) -> Page:
    """The rows around a row, that row included; where it is gone, the rows around its place."""
    before = await page_before(database, view, row, limit)
    statements = (await query_of(database, view)).beyond(row, limit + 1, inclusive=True)
    rows, is_all = await _read(database, view, statements, limit)
    place = len(before.rows) - (0 if rows else 1)
    return Page([*before.rows, *rows], at_start=before.at_start, at_end=is_all, place=max(0, place))


async def get(database: Database, table: Table, identity: RowId, *, cut: bool = False) -> Row | None:
    """The row of that identity with its values in full; None where there is none."""
    return await get_in(database, View(table), identity, cut=cut)


async def get_in(database: Database, view: View, identity: RowId, *, cut: bool = True) -> Row | None:
    """The row of that identity as a row of the view, with the cursor that the view's order needs."""
    rows = await database.fetch((await query_of(database, view)).one(identity, cut=cut))
    return as_row(view.table, rows[0], cut=cut) if rows else None


async def get_at(database: Database, view: View, number: int) -> Row | None:
    """The row of a number, counted from 0, with its values in full; None where there are fewer rows."""
    rows = await database.fetch((await query_of(database, view)).run(1, offset=number, cut=False))
    return as_row(view.table, rows[0], cut=False) if rows else None


async def count(database: Database, view: View, *, background: bool = False) -> int:
    """How many rows the view has; it reads them all, so it has no time limit but can be cancelled."""
    statement = (await query_of(database, view)).count()
    rows = await database.fetch(statement, limit=_limit(view), background=background)
    return int(rows[0][0])


async def count_before(database: Database, view: View, row: Row) -> int:
    """How many rows of the view come before a row; like `count`, in the background."""
    statement = (await query_of(database, view)).count_before(row)
    return int((await database.fetch(statement, limit=_limit(view), background=True))[0][0])


async def find(
    database: Database, view: View, needle: Needle, row: Row | None = None, *, backward: bool = False
) -> Row | None:
    """The next row of the whole view, after a row, that contains a text; None where there is none."""
    query = await query_of(database, view)
    return await _found(database, view, query.find(needle, row, backward=backward))


async def find_up_to(
    database: Database, view: View, needle: Needle, row: Row, *, backward: bool = False
) -> Row | None:
    """The first row of the view, up to a row and with it, that contains a text; None where there is none."""
    query = await query_of(database, view)
    return await _found(database, view, query.find_up_to(needle, row, backward=backward))


async def _found(database: Database, view: View, statements: Iterable[Select[Any]]) -> Row | None:
    for statement in statements:
        rows = await database.fetch(statement, limit=_limit(view))
        if rows:
            return as_row(view.table, rows[0])
    return None


async def find_number(
    database: Database, view: View, needle: Needle, number: int | None = None, *, backward: bool = False
) -> tuple[int, Row] | None:
    """The same where rows have no identity: the number of the row, counted from 0, and the row."""
    statement = (await query_of(database, view)).find_number(needle, number, backward=backward)
    found = await database.fetch(statement, limit=_limit(view))
    return (int(found[0][0]), as_row(view.table, found[0][1:])) if found else None


async def require_condition(database: Database, view: View) -> None:
    """Let the server look at a view's condition, without reading a row. Raises ConditionError."""
    require_expression(view.condition, database.dialect.spelling)
    try:
        await database.fetch((await query_of(database, view)).run(0))
    except QueryError as error:
        if error.is_lost or isinstance(error, TimeLimitError):
            raise
        raise ConditionError(error.said, place_of(view.condition, error.said)) from error


def _limit(view: View) -> float | None:
    """Seconds for reading all rows: none, but the usual ones where the user wrote what is done with each."""
    return 0 if view.condition else None


async def _read(
    database: Database, view: View, statements: Iterable[Select[Any]], limit: int
) -> tuple[list[Row], bool]:
    """The rows of the statements, one after the other, until there are enough; and whether that was all."""
    rows: list[Row] = []
    for statement in statements:
        rows += [as_row(view.table, values) for values in await database.fetch(statement)]
        if len(rows) > limit:
            break
    return rows[:limit], len(rows) <= limit
