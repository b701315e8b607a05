"""Filters for people: their words, which operators a column is offered, what is typed for them. Pure."""

from collections.abc import Sequence

from tui.db.schema import Column
from tui.db.spans import EXAMPLES, has_days
from tui.db.values import Cut, Kind, Unset, Value
from tui.db.view import ALONE, Filter, Operator
from tui.widgets.cells import text_of
from tui.widgets.edit_form import Form, form_of, written

ABSENT = (Operator.NULL, Operator.NOT_NULL)
EXACT = (Operator.IS, Operator.IS_NOT)
RANGE = (Operator.BETWEEN, Operator.BELOW, Operator.ABOVE)
PARTS = (Operator.CONTAINS, Operator.STARTS, Operator.ENDS, Operator.LACKS)

OFFERED = {
    Kind.NUMBER: (*EXACT, *RANGE, Operator.ONE_OF, *PARTS, *ABSENT),
    Kind.BOOLEAN: (*EXACT, *ABSENT),
    Kind.DATETIME: (Operator.STARTS, Operator.WITHIN, *RANGE, *EXACT, Operator.ONE_OF, *PARTS[:1], *ABSENT),
    Kind.BINARY: (*EXACT, *ABSENT),
}
"""The operators for a kind of column, the likeliest first."""

WORDS = {Operator.BELOW: "is before", Operator.ABOVE: "is after"}
"""What operators are called for dates and times."""

NOTES = {
    Operator.CONTAINS: "upper or lower case",
    Operator.IS: "exactly, in upper and lower case",
    Operator.ONE_OF: "commas between the values",
    Operator.WITHIN: EXAMPLES,
    Operator.BETWEEN: "two dots between: 10..20; both ends belong to it",
    Operator.IS_NOT: "NULL is let through",
    Operator.LACKS: "NULL is let through",
    Operator.EMPTY: "the text without any character, not NULL",
}


def offered(column: Column) -> tuple[Operator, ...]:
    """The operators that fit a column, the likeliest first."""
    usual = (*PARTS[:1], *EXACT, *PARTS[1:], Operator.ONE_OF, *RANGE, Operator.EMPTY, *ABSENT)
    left_out = (*(() if column.nullable else ABSENT), *(() if has_days(column) else (Operator.WITHIN,)))
    return tuple(operator for operator in OFFERED.get(column.kind, usual) if operator not in left_out)


def word(operator: Operator, kind: Kind) -> str:
    """What an operator is called for a kind of column."""
    is_moment = kind is Kind.DATETIME
    return WORDS[operator] if is_moment and operator in WORDS else operator.value


def chip(group: Sequence[Filter], kinds: Sequence[Kind]) -> str:
    """Filters of which one must be fulfilled, in one line."""
    return " or ".join(one(item, kind) for item, kind in zip(group, kinds, strict=True))


def one(item: Filter, kind: Kind) -> str:
    """A filter in words."""
    if item.value is None and item.operator is Operator.EQUAL:
        return f"{item.column} is NULL"
    return " ".join([item.column, word(item.operator, kind), *_compared(item)])


def _compared(item: Filter) -> list[str]:
    if item.operator in ALONE:
        return []
    between = " and " if item.operator is Operator.BETWEEN else ", "
    return [between.join(map(text_of, item.values))]


def typed(item: Filter) -> str:
    """What the user would type to get a filter's values."""
    if item.operator in ALONE:
        return ""
    between = ".." if item.operator is Operator.BETWEEN else ", "
    return between.join("" if value is None else str(value) for value in item.values)


def suggestion(value: Value) -> str:
    """The highlighted cell's value, to be typed over; nothing where it is not one plain line."""
    if value is None or isinstance(value, Cut | Unset) or form_of(value) is Form.ESCAPED:
        return ""
    text = written(value, form_of(value))
    return "" if "\n" in text else text


def parts(operator: Operator, text: str) -> list[str]:
    """The texts of the single values that were typed; empty where a range has not both its ends."""
    if operator is Operator.BETWEEN:
        ends = [part.strip() for part in text.split("..")]
        return ends if len(ends) == 2 and all(ends) else []
    if operator is Operator.ONE_OF:
        return [part.strip() for part in text.split(",") if part.strip()]
    return [text]
