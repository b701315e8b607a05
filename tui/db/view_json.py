"""Views as JSON and back: what a bookmark holds."""

from tui.db.change_json import Json, decode_value, encode_value
from tui.db.schema import Table
from tui.db.values import Cut, Unset
from tui.db.view import Filter, Operator, Sort, View


def encode_view(view: View) -> Json:
    """A view as JSON; the table goes by its name."""
    return {
        "table": [view.table.name.schema, view.table.name.name],
        "filters": [
            {
                "column": item.column,
                "operator": item.operator.value,
                "values": [encode_value(value) for value in item.values],
                "is_on": item.is_on,
                "is_or": item.is_or,
            }
            for item in view.filters
        ],
        "sorts": [[sort.column, sort.descending, sort.nulls_first] for sort in view.sorts],
        "condition": view.condition,
    }


def decode_view(encoded: Json, table: Table) -> View:
    """The view of a table, without what is about columns that it has not any more.

    Raises KeyError, TypeError or ValueError where it is no view.
    """
    filters = []
    for item in encoded["filters"]:
        first, *others = (decode_value(value) for value in item["values"])
        operator = Operator(item["operator"])
        if any(isinstance(value, Unset | Cut) for value in (first, *others)):
            raise ValueError("nothing is compared with such a value")
        if (operator is Operator.BETWEEN) != (len(others) == 1) and operator is not Operator.ONE_OF:
            raise ValueError("it has another number of values")
        filters.append(
            Filter(item["column"], first, operator, tuple(others), bool(item["is_on"]), bool(item["is_or"]))
        )
    sorts = tuple(
        Sort(str(column), bool(descending), None if nulls is None else bool(nulls))
        for column, descending, nulls in encoded["sorts"]
    )
    return View(table, tuple(filters), sorts, str(encoded["condition"])).of(table)
