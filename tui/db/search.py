"""Searching a table for the row that somebody means, by its key or by its label."""

from collections.abc import AsyncIterator, Sequence

from tui.db.database import Database
from tui.db.entry import comparable
from tui.db.errors import QueryError, ValueRefusedError
from tui.db.labels import label_column
from tui.db.page import Row
from tui.db.rows import first_page, page_around
from tui.db.schema import Relation, Table
from tui.db.values import Value
from tui.db.view import Filter, Operator, View

LIMIT = 50
"""Rows that a search gives at most."""


async def matches(
    database: Database, table: Table, columns: Sequence[str], text: str
) -> AsyncIterator[list[Row]]:
    """The rows that fit a text, ever more of them, the best first.

    First comes the row whose key it is (one of `columns`), then those whose label begins with it, then those
    whose label contains it somewhere. Raises QueryError.
    """
    found: dict[tuple[Value, ...], Row] = {}
    label = label_column(table)
    filters = [await _keyed(database, table, name, text) for name in columns]
    filters += [Filter(label.name, text, way) for way in (Operator.STARTS, Operator.CONTAINS) if label]
    for item in filters:
        if item is not None and len(found) < LIMIT:
            page = await first_page(database, View(table, (item,)), LIMIT - len(found))
            found |= {row.identity or row.values: row for row in page.rows if row.identity not in found}
            yield list(found.values())


async def _keyed(database: Database, table: Table, name: str, text: str) -> Filter | None:
    """The filter for a key that is just this text; None where the key can't be."""
    try:
        return Filter(name, await comparable(database, table.column(name), text))
    except (ValueRefusedError, QueryError):
        return None


async def neighbours(
    database: Database, table: Table, relation: Relation, key: Sequence[Value]
) -> tuple[list[Row], int]:
    """Rows around the one with a key, and its index; the first rows where none has it."""
    pairs = zip(relation.key.parent_columns, key, strict=True)
    view = View(table)
    if table.identity.exists and not any(value is None for value in key):
        here = await first_page(database, View(table, tuple(Filter(name, value) for name, value in pairs)), 1)
        if here.rows:
            page = await page_around(database, view, here.rows[0], LIMIT // 2)
            return list(page.rows), page.place
    return list((await first_page(database, view, LIMIT)).rows), 0
