"""What is to be shown first -> the view that it means."""

from tui.db.condition import ConditionError
from tui.db.database import Database
from tui.db.options import Start
from tui.db.rows import require_condition
from tui.db.schema import Table
from tui.db.view import Sort, View


async def view_of(database: Database, table: Table, start: Start) -> View:
    """The view of a table with a condition and an order as they were typed.

    Raises ConditionError where they mean nothing, QueryError where the database can't say.
    """
    view = View(table, sorts=sorts_of(table, start.sort), condition=start.where.strip())
    if view.condition:
        try:
            await require_condition(database, view)
        except ConditionError as error:
            raise ConditionError(f"The condition of --where is none: {error}", error.place) from error
    return view


def sorts_of(table: Table, text: str) -> tuple[Sort, ...]:
    """The order that is meant by names with commas between them, each downwards behind a `-`.

    A column whose own name begins so is meant by its name. Raises ConditionError for a name of no column.
    """
    sorts = []
    for word in filter(None, (part.strip() for part in text.split(","))):
        descending = word.startswith("-") and word not in table.positions
        name = word[1:] if descending else word
        if name not in table.positions:
            raise ConditionError(f"There is no column {name} in {table.name.label} to --sort by.")
        sorts.append(Sort(name, descending))
    return tuple(dict.fromkeys(sorts))
