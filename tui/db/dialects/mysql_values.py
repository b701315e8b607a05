"""MariaDB's and MySQL's values: what the driver is given, what SQL shows, what a typed text becomes."""

import json
import re
import struct
from contextlib import suppress
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Any

from tui.db.dialects.mysql_types import FLOATS, INTEGERS, base, is_bytes, members, width
from tui.db.dialects.typed import as_bytes, fitting, refuse_surrogates, shown
from tui.db.errors import ValueRefusedError
from tui.db.schema import Column
from tui.db.values import Cut, Kind, Value

DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?")
TIME = re.compile(r"(-?)(\d{1,3}):(\d\d)(?::(\d\d)(?:\.(\d+))?)?")
BITS = re.compile(r"(?:b')?([01]+)'?")
BOOLEANS = {"true": "1", "yes": "1", "false": "0", "no": "0"}


def native(column: Column, value: Value) -> Any:
    """A value as the driver writes it exactly: numbers as numbers, so that no index is lost to a cast.

    What is no number of the column's type stays text, for the server to refuse.
    """
    if not isinstance(value, str):
        return value
    makers: dict[str, Any] = {"decimal": Decimal, "float": float, "double": float, "year": int}
    name = base(column)
    if name == "bit":
        return int(value, 2) if BITS.fullmatch(value) else value
    maker = int if name in INTEGERS else makers.get(name)
    if maker is not None:
        with suppress(ValueError, InvalidOperation):
            return maker(value)
    return value


def place(column: Column, value: Value) -> int:
    """Where a value stands among those that an ENUM or SET lists, as the server counts."""
    listed, text = members(column), str(value)
    if base(column) == "enum":
        return listed.index(text) + 1 if text in listed else 0
    return sum(1 << listed.index(part) for part in text.split(",") if part in listed)


def as_literal(column: Column, value: Value) -> str:
    """A value as it is written in SQL."""
    if isinstance(value, Cut):
        return as_literal(column, value.start)
    if not isinstance(value, str):
        return sql_literal(value)
    if base(column) == "bit":
        return f"b'{value}'"
    if column.kind in (Kind.NUMBER, Kind.BOOLEAN) and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        return value
    return sql_literal(value).replace("\\", "\\\\")


def sql_literal(value: object) -> str:
    """What the driver is given, as it is written in SQL; a backslash is still to be doubled."""
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, float):
        return f"{value!r}e0" if "e" not in repr(value) else repr(value)
    if isinstance(value, int | Decimal):
        return str(value)
    if not isinstance(value, str):
        return "NULL"
    if "\0" in value:
        return f"CONVERT(x'{value.encode().hex()}' USING utf8mb4)"
    escaped = value.replace("'", "''")
    return f"'{escaped}'"


def parse(column: Column, text: str, seen: Value) -> Value:
    """The value that a typed text becomes in a column; ValueRefusedError where it can't hold it."""
    refuse_surrogates(column, text)
    if is_bytes(column):
        return as_bytes(column, text)
    if column.kind is Kind.JSON:
        return _json(column, text)
    name = base(column)
    if name in INTEGERS:
        return _whole(column, BOOLEANS.get(text.strip().lower(), text) if width(column) == 1 else text)
    parsers = {"decimal": _decimal, "bit": _bits, "enum": _member, "set": _members, "year": _year}
    parser = _real if name in FLOATS else parsers.get(name)
    if parser is not None:
        return parser(column, text)
    if name == "time":
        return _time(column, text)
    if column.kind is Kind.DATETIME:
        return _datetime(column, text, seen)
    return fitting(column, text)


def _number(column: Column, text: str) -> Decimal:
    with suppress(InvalidOperation):
        number = Decimal(text.strip())
        if number.is_finite() and "_" not in text:
            return number
    raise ValueRefusedError(f"{column.name} holds numbers ({column.type}); {shown(text)} is none.")


def _whole(column: Column, text: str) -> str:
    number = _number(column, text)
    is_unsigned = "unsigned" in column.type
    values = 1 << 8 * INTEGERS[base(column)]
    lowest, highest = (0, values - 1) if is_unsigned else (-values // 2, values // 2 - 1)
    if not lowest <= number <= highest or number != number.to_integral_value():
        raise ValueRefusedError(f"{column.name} holds whole numbers from {lowest} to {highest}.")
    return str(int(number)).zfill(width(column) if "zerofill" in column.type else 0)


def _decimal(column: Column, text: str) -> str:
    """Rounded as the server rounds, half away from zero."""
    number = _number(column, text)
    found = re.search(r"\((\d+)(?:,(\d+))?\)", column.type)
    digits, scale = (int(found[1]), int(found[2] or 0)) if found else (10, 0)
    limit = Decimal(10) ** (digits - scale)
    if abs(number) < limit:
        rounded = _rounded(number, scale)
        if abs(rounded) < limit and not (rounded < 0 and "unsigned" in column.type):
            return f"{abs(rounded) if rounded == 0 else rounded:f}"
    raise ValueRefusedError(f"{column.name} holds numbers of {digits - scale} digits and {scale} decimals.")


def _rounded(number: Decimal, scale: int) -> Decimal:
    sign, digits, exponent = number.as_tuple()
    if isinstance(exponent, int) and exponent < -scale - 100:
        return Decimal((sign, (0,), -scale))
    with localcontext(prec=len(digits) + abs(int(exponent)) + scale + 5):
        return number.quantize(Decimal((0, (1,), -scale)), rounding=ROUND_HALF_UP)


def _real(column: Column, text: str) -> str:
    number = float(_number(column, text))
    with suppress(OverflowError):
        if base(column) == "float":
            number = float(struct.unpack("f", struct.pack("f", number))[0])
        if number not in (float("inf"), float("-inf")):
            return repr(number)
    raise ValueRefusedError(f"{column.name} holds no number as large as {shown(text)}.")


def _bits(column: Column, text: str) -> str:
    found = BITS.fullmatch(BOOLEANS.get(text.strip().lower(), text.strip()))
    length = width(column) or 1
    if found is None or len(found[1].lstrip("0")) > length:
        raise ValueRefusedError(f"{column.name} holds {length} bits: write them as 0 and 1.")
    return found[1].lstrip("0").zfill(length)


def _member(column: Column, text: str) -> str:
    listed = members(column)
    found = text if text in listed else next((m for m in listed if m.lower() == text.strip().lower()), None)
    if found is None:
        raise ValueRefusedError(f"{column.name} holds one of {', '.join(listed)}.")
    return found


def _members(column: Column, text: str) -> str:
    """In the order of the list, as the server keeps them."""
    listed = members(column)
    chosen = [part.strip() for part in text.split(",")] if text.strip() else []
    if not set(chosen) <= set(listed):
        raise ValueRefusedError(f"{column.name} holds some of {', '.join(listed)}, with commas between.")
    return ",".join(member for member in listed if member in chosen)


def _year(column: Column, text: str) -> str:
    stripped = text.strip()
    if re.fullmatch(r"0000|\d{4}", stripped) and (stripped == "0000" or 1901 <= int(stripped) <= 2155):
        return stripped
    raise ValueRefusedError(f"{column.name} holds years from 1901 to 2155, or 0000.")


def _time(column: Column, text: str) -> str:
    found = TIME.fullmatch(text.strip())
    if found is None or int(found[3]) > 59 or int(found[4] or 0) > 59 or int(found[2]) > 838:
        raise ValueRefusedError(f"{column.name} holds times ({column.type}) from -838:59:59 to 838:59:59.")
    return f"{found[1]}{int(found[2]):02}:{found[3]}:{found[4] or '00'}{_fraction(column, found[5])}"


def _datetime(column: Column, text: str, seen: Value) -> str:
    """A day and time that exist, or such a one as stood there before: the server may hold `0000-00-00`."""
    found = DATE.fullmatch(text.strip())
    if found is None or not (_exists(text) or (isinstance(seen, str) and not _exists(seen))):
        raise ValueRefusedError(
            f"{column.name} holds dates and times ({column.type}), such as 2025-02-03 10:11:12."
        )
    day = f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"
    if base(column) == "date":
        return day
    hours = f"{int(found[4] or 0):02}:{found[5] or '00'}:{found[6] or '00'}"
    return f"{day} {hours}{_fraction(column, found[7])}"


def _exists(text: str) -> bool:
    found = DATE.fullmatch(text.strip())
    if found is None:
        return False
    with suppress(ValueError):
        datetime(*(int(part or 0) for part in found.groups()[:6]))  # type: ignore[arg-type]
        return True
    return False


def _fraction(column: Column, digits: str | None) -> str:
    """As many digits as the column keeps; the rest is cut here, for some servers cut and others round."""
    length = width(column)
    return f".{(digits or '').ljust(length, '0')[:length]}" if length else ""


def _json(column: Column, text: str) -> str:
    try:
        json.loads(text)
    except ValueError as error:
        raise ValueRefusedError(f"{column.name} holds JSON: {error}.") from None
    return fitting(column, text)
