"""What a searched text means for the columns of a table: the filters that find it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from unicodedata import combining, normalize

from tui.db.database import Database
from tui.db.entry import comparable
from tui.db.errors import QueryError, TimeLimitError, ValueRefusedError
from tui.db.page import Row
from tui.db.schema import Column, Table
from tui.db.values import Cut, Kind, Unset, Value
from tui.db.view import Filter, Operator, View

WHOLE = (Kind.NUMBER, Kind.TEXT, Kind.DATETIME, Kind.OTHER)
"""Kinds of which an index finds a whole value."""

NOTATIONS = ("uuid", "inet", "inet4", "inet6", "cidr", "macaddr", "macaddr8")
"""Types whose values may be typed otherwise than they are shown, and which are compared with `=`."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What is asked of one table."""

    table: Table
    indexed: tuple[Filter, ...] = ()
    """What an index may find."""
    read: tuple[Filter, ...] = ()
    """What is found by reading the table."""

    @property
    def view(self) -> View:
        """The rows that fulfil any of it."""
        return any_of(self.table, (*self.indexed, *self.read))

    def without_index(self) -> "Probe":
        """The same where the indexes could not be asked, or rows have nothing to be told apart by."""
        read = {item.column for item in self.read}
        return Probe(self.table, (), (*(i for i in self.indexed if i.column not in read), *self.read))

    def holder(self, row: Row) -> str | None:
        """The column of a row that holds what was searched; None where it is further on in a long text.

        What an engine finds equal need not look so (`muller` and `Müller`).
        """
        held = [(item, row.values[self.table.positions[item.column]]) for item in (*self.indexed, *self.read)]
        shown = next((item.column for item, value in held if _shows(item, value)), None)
        equal = [item.column for item, value in held if _is_equality(item) and value is not None]
        noted = (name for name in equal if _base(self.table.column(name)) in NOTATIONS)
        if shown is None and any(isinstance(value, Cut) for _, value in held):
            return next(noted, None)
        return shown or next(iter(equal), held[0][0].column)


class Meanings:
    """A text as a value of each type, found out once for all columns of a type."""

    def __init__(self, database: Database, text: str) -> None:
        self._database = database
        self._text = text
        self._values: dict[Column, Value] = {}

    async def probe(self, table: Table) -> Probe:
        """What is asked of a table. Raises QueryError where the server could not say what a type holds."""
        indexed: list[Filter] = []
        read: list[Filter] = []
        for column in table.columns:
            value = await self._value(column)
            is_indexed = column.name in table.indexed and column.kind in WHOLE and value is not None
            if is_indexed:
                indexed.append(Filter(column.name, value))
            read += self._compared(column, value, is_indexed=is_indexed)
        probe = Probe(table, tuple(indexed), tuple(read))
        return probe if table.identity.exists else probe.without_index()

    def _compared(self, column: Column, value: Value, *, is_indexed: bool) -> Iterator[Filter]:
        """How a column is compared when it is read, beside what its index finds."""
        if self._may_contain(column, value):
            yield Filter(column.name, self._text, Operator.CONTAINS)
        elif value is None or column.kind not in WHOLE:
            return
        elif column.kind is Kind.DATETIME and ":" not in self._text:
            yield Filter(column.name, str(value)[:10], Operator.STARTS)
        elif not is_indexed:
            is_plain = column.kind is not Kind.OTHER or _base(column) in NOTATIONS
            yield Filter(column.name, value, Operator.EQUAL if is_plain else Operator.IS)

    def _may_contain(self, column: Column, value: Value) -> bool:
        """Whether a column's values may hold the text as a part."""
        if column.kind is Kind.JSON or column.type.endswith("[]"):
            return True
        if self._database.dialect.holds_anything and column.kind not in (Kind.BINARY, Kind.BOOLEAN):
            return column.kind is not Kind.NUMBER or not _is_number(self._text)
        return column.kind is Kind.TEXT and value is not None

    async def _value(self, column: Column) -> Value:
        """The text as a value of a column's type; None where the type can't hold it as it was typed."""
        alike = replace(column, name="", nullable=True, default=None, locked=None, folds=False)
        if alike not in self._values:
            value = None
            if column.kind in WHOLE:
                try:
                    value = await comparable(self._database, column, self._text)
                except ValueRefusedError as error:
                    cause = error.__cause__
                    if isinstance(cause, TimeLimitError) or (isinstance(cause, QueryError) and cause.is_busy):
                        raise cause from error
            self._values[alike] = value if still_says(column, value, self._text) else None
        return self._values[alike]


def still_says(column: Column, value: Value, text: str) -> bool:
    """Whether a value is what was typed, and not what a type made of it: 3.14159 is no 3.14."""
    shown = str(value)
    if shown.rstrip().casefold() == text.rstrip().casefold():
        return True
    if column.kind is Kind.NUMBER:
        return _is_number(text) and _is_number(shown) and Decimal(shown) == Decimal(text)
    if column.kind is Kind.DATETIME:
        is_typed = text[:1].isdigit() and ("-" in text or ":" in text)
        return is_typed and all(sign in shown for sign in "-:." if sign in text)
    return _base(column) in NOTATIONS


def any_of(table: Table, filters: Sequence[Filter]) -> View:
    """The rows that fulfil one of the filters."""
    joined = (replace(item, is_or=index > 0) for index, item in enumerate(filters))
    return View(table, tuple(joined))


def _base(column: Column) -> str:
    """The name of a column's type, as its engine knows it."""
    return (column.underlying or column.type).lower()


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _folded(text: str) -> str:
    """A text without case and accents, which some collations don't tell apart."""
    return "".join(char for char in normalize("NFKD", text.casefold()) if not combining(char))


def _is_equality(item: Filter) -> bool:
    return item.operator in (Operator.EQUAL, Operator.IS)


def _shows(item: Filter, value: Value) -> bool:
    """Whether a value is what a filter asks for, as far as its text tells."""
    if value is None or isinstance(value, bytes | Unset):
        return False
    text, wanted = str(value.start if isinstance(value, Cut) else value), str(item.value)
    if _is_equality(item) and _is_number(text) and _is_number(wanted):
        return Decimal(text) == Decimal(wanted)
    text, wanted = _folded(text), _folded(wanted)
    if item.operator is Operator.CONTAINS:
        return wanted in text
    return text.startswith(wanted) if item.operator is Operator.STARTS else text == wanted
