"""SQLite's values: which storage class a typed text gets, and how values are written in SQL."""

import json
import math
import re
from contextlib import suppress
from datetime import datetime, time
from decimal import Decimal, InvalidOperation

from tui.db.dialects.protocol import Part
from tui.db.dialects.typed import as_bytes, fitting, refuse_surrogates, shown
from tui.db.errors import ValueRefusedError
from tui.db.schema import Column
from tui.db.values import BadText, Cut, Kind, Unset, Value

WHOLE = re.compile(r"[+-]?[0-9]+")
QUOTED = re.compile(r'"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]')
NAME = re.compile(r"[^\W\d]\w*")
CONSTANTS = ("NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME")
DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
LARGEST = 2**63 - 1
"""The largest whole number that SQLite holds; the smallest is one further from zero."""


def affinity(type_name: str) -> str:
    """The affinity of a declared type, by SQLite's five rules (sqlite.org/datatype3.html, 3.1)."""
    name = type_name.upper()
    if "INT" in name:
        return "INTEGER"
    if any(word in name for word in ("CHAR", "CLOB", "TEXT")):
        return "TEXT"
    if not name or "BLOB" in name:
        return "BLOB"
    if any(word in name for word in ("REAL", "FLOA", "DOUB")):
        return "REAL"
    return "NUMERIC"


def settles_storage(type_name: str, value: Value) -> bool:
    """Whether an equal value in a column of this type must be of the same storage class.

    A column with TEXT affinity holds no numbers, and one with a numeric affinity holds each number in
    one way only; a column without affinity may hold 1, 1.0 and '1' side by side.
    """
    is_of = affinity(type_name)
    if type_name.upper() == "ANY" or is_of == "BLOB":
        return False
    return isinstance(value, str) if is_of == "TEXT" else isinstance(value, int | float)


def kind_of(type_name: str) -> Kind:
    """What a declared type means to a person."""
    name = type_name.upper()
    words = {"BOOL": Kind.BOOLEAN, "DATE": Kind.DATETIME, "TIME": Kind.DATETIME, "JSON": Kind.JSON}
    for word, kind in words.items():
        if word in name:
            return kind
    if name in ("", "ANY"):
        return Kind.OTHER
    if "UUID" in name or "STRING" in name:
        return Kind.TEXT
    kinds = {"TEXT": Kind.TEXT, "BLOB": Kind.BINARY}
    return kinds.get(affinity(name), Kind.NUMBER)


def parse(column: Column, text: str, seen: Value) -> Value:
    """The value that a typed text becomes in a column.

    Raises ValueRefusedError where the column's declared type can't hold it, although SQLite would.
    """
    refuse_surrogates(column, text)
    if isinstance(seen, bytes) or column.kind is Kind.BINARY:
        return as_bytes(column, text)
    parsers = {Kind.NUMBER: _number, Kind.BOOLEAN: _boolean, Kind.DATETIME: _datetime, Kind.JSON: _json}
    if column.kind is Kind.OTHER:
        return _like(seen, text)
    parser = parsers.get(column.kind)
    return parser(column, text, seen) if parser else fitting(column, text)


def _number(column: Column, text: str, seen: Value) -> Value:
    stripped = text.strip()
    is_whole = affinity(column.type) == "INTEGER"
    number = _as_number(stripped)
    if number is None and not (is_whole and DECIMAL.fullmatch(stripped)):
        raise ValueRefusedError(f"{column.name} holds numbers ({column.type}); {shown(text)} is none.")
    if number is None or is_whole:
        return _whole(column, stripped)
    return float(number) if affinity(column.type) == "REAL" else number


def _whole(column: Column, text: str) -> int:
    """The whole number that a decimal one is, to the last digit."""
    if abs(float(text)) <= LARGEST + 1:
        try:
            number = Decimal(text)
        except InvalidOperation:  # an exponent of many digits
            number = Decimal("0.1")
        if number != number.to_integral_value():
            raise ValueRefusedError(f"{column.name} holds whole numbers ({column.type}).")
        if -LARGEST - 1 <= number <= LARGEST:
            return int(number)
    raise ValueRefusedError(f"{column.name} holds whole numbers up to {LARGEST}.")


def _boolean(column: Column, text: str, seen: Value) -> Value:
    words: dict[str, Value] = {"1": 1, "0": 0, "true": 1, "false": 0, "yes": 1, "no": 0}
    if text.strip().lower() not in words:
        raise ValueRefusedError(f"{column.name} holds true or false: type 1 or 0.")
    return words[text.strip().lower()]


def _datetime(column: Column, text: str, seen: Value) -> Value:
    if _is_datetime(text) or (seen is not None and not _is_datetime(str(seen))):
        return _like(seen, text) if isinstance(seen, int | float) else text
    raise ValueRefusedError(
        f"{column.name} holds dates and times ({column.type}), such as 2025-02-03 10:11:12."
    )


def _json(column: Column, text: str, seen: Value) -> Value:
    try:
        json.loads(text)
    except ValueError as error:
        raise ValueRefusedError(f"{column.name} holds JSON: {error}.") from None
    return text


def _like(seen: Value, text: str) -> Value:
    """The text as a number where a number stood before."""
    number = _as_number(text) if isinstance(seen, int | float) else None
    return text if number is None else number


def _as_number(text: str) -> int | float | None:
    stripped = text.strip()
    if not DECIMAL.fullmatch(stripped) or not math.isfinite(number := float(stripped)):
        return None
    is_whole = WHOLE.fullmatch(stripped) and abs(number) < LARGEST
    return int(stripped) if is_whole else number


def _is_datetime(text: str) -> bool:
    for parser in (datetime.fromisoformat, time.fromisoformat):
        with suppress(ValueError):
            parser(text.strip())
            return True
    return False


def as_literal(value: Value) -> str:
    """A value as it is written in SQL."""
    if isinstance(value, Cut):
        return as_literal(value.start)
    if value is None or isinstance(value, Unset):
        return "NULL"
    if isinstance(value, BadText):
        return f"CAST(x'{value.hex()}' AS TEXT)"
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, str):
        escaped = value.replace("'", "''")
        return f"'{escaped}'" if "\0" not in value else f"CAST(x'{value.encode().hex()}' AS TEXT)"
    return repr(value).replace("inf", "9e999")


def default_of(expression: str | None) -> str:
    """A default as an expression: a bare or quoted name in its place is a text (sqlite.org/quirks)."""
    if expression is None:
        return "NULL"
    if QUOTED.fullmatch(expression):
        return as_literal(expression[1:-1].replace(expression[0] * 2, expression[0]))
    is_name = NAME.fullmatch(expression) and expression.upper() not in CONSTANTS
    end = "\n" if "--" in expression else ""  # of a comment
    return as_literal(expression) if is_name else f"({expression}{end})"


def glob(text: str, part: Part) -> str:
    """A pattern of GLOB for values with a text in them, each letter in either case (sqlite.org/lang_expr)."""
    letters = ("*" if part is Part.SPREAD else "").join(_either_case(letter) for letter in text)
    before = "" if part is Part.START else "*"
    return before + letters + ("" if part is Part.END else "*")


def _either_case(letter: str) -> str:
    cases = {form for form in (letter, letter.lower(), letter.upper()) if len(form) == 1}
    return f"[{''.join(sorted(cases))}]" if len(cases) > 1 or letter in "*?[" else letter
