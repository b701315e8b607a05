"""Labels: what a row is called by people, beside the key that names it for the database."""

import re
from collections.abc import Iterable, Mapping, Sequence

from tui.db.database import Database
from tui.db.page import Row
from tui.db.related import NearKey, load_related
from tui.db.schema import Column, Direction, Relation, Table
from tui.db.values import Cut, Kind, Unset, Value

NAMES = (
    *("name", "title", "label", "full_name", "fullname", "display_name", "username", "user_name", "login"),
    *("email", "code", "slug", "subject", "caption", "description"),
)
"""Names of columns that tell most, the most telling first."""

SECRET = re.compile(r"pass|pwd|hash|secret|token|salt|digest|api_?key", re.IGNORECASE)
"""Names of columns that are never shown as a label."""

LONGEST = 60
"""Characters of a label."""


def label_column(table: Table) -> Column | None:
    """The column that tells a person which row it is; None where no column does.

    A text that is no key, foreign key, secret or one of a few choices: by its name as in NAMES, else one
    whose name ends in such a word (`company_name`), else the first that is unique, else the first of at most
    255 characters.
    """
    keys = {name for relation in parents_of(table) for name in relation.key.columns}
    keys.update(table.identity.columns)
    texts = [
        column
        for column in table.columns
        if column.kind is Kind.TEXT and not column.choices
        if column.name not in keys and not SECRET.search(column.name)
    ]
    named = {column.name.lower(): column for column in reversed(texts)}
    exact = (named[name] for name in NAMES if name in named)
    ending = (c for name in NAMES for c in texts if c.name.lower().endswith(f"_{name}"))
    unique = (c for c in texts if (c.name,) in table.unique_keys)
    short = (c for c in texts if c.max_length is not None and c.max_length <= 255)
    return next((c for found in (exact, ending, unique, short) for c in found), None)


def parents_of(table: Table) -> list[Relation]:
    """The relations to what a table's foreign keys point to."""
    return [relation for relation in table.relations if relation.direction is Direction.PARENT]


def label_of(table: Table, row: Row) -> str:
    """What a row is called; empty where nothing tells."""
    column = label_column(table)
    return "" if column is None else _text(row.values[table.positions[column.name]])


def _text(value: Value) -> str:
    start = value.start if isinstance(value, Cut) else value
    return start[:LONGEST] if isinstance(start, str) else ""


async def load_labels(
    database: Database, table: Table, relation: Relation, rows: Sequence[Row]
) -> Mapping[NearKey, str]:
    """What the rows are called that these point to, by what they hold: one statement for all of them."""
    target = await database.table(relation.target)
    if label_column(target) is None:
        return {}
    found = await load_related(database, table, relation, rows, background=True)
    return {key: label_of(target, one.rows[0]) for key, one in found.items() if one.rows}


def pointers(table: Table, rows: Iterable[Row], relation: Relation) -> set[tuple[Value, ...]]:
    """What the rows hold in the columns of a foreign key, where all of them hold something."""
    places = [table.positions[name] for name in relation.key.columns]
    keys = (tuple(row.values[place] for place in places) for row in rows)
    return {key for key in keys if not any(value is None or isinstance(value, Cut | Unset) for value in key)}
