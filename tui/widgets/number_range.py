"""What numbers a column's type can hold, to be said while one types. Pure."""

import re
from decimal import Decimal, InvalidOperation

BITS = {
    "tinyint": 8,
    "smallint": 16,
    "int2": 16,
    "mediumint": 24,
    "int": 32,
    "integer": 32,
    "int4": 32,
    "bigint": 64,
    "int8": 64,
}
"""Sizes of whole numbers (postgresql.org/docs/current/datatype-numeric.html, mariadb.com/kb/en/int)."""

SIZED = re.compile(r"(?:numeric|decimal)\((\d+)(?:,(-?\d+))?\)", re.IGNORECASE)


def bounds(type_name: str) -> tuple[Decimal, Decimal, int] | None:
    """The least and the greatest number, and the digits behind the point; None where there is no such limit.

    Not for engines whose declared types are no limits.
    """
    name = type_name.lower()
    sized = SIZED.match(name)
    if sized:
        digits, scale = int(sized[1]), int(sized[2] or 0)
        greatest = (Decimal(10) ** digits - 1).scaleb(-scale)
        return (Decimal(0) if "unsigned" in name else -greatest), greatest, max(0, scale)
    bits = BITS.get(re.split(r"[\s(]", name, maxsplit=1)[0])
    if bits is None:
        return None
    if "unsigned" in name:
        return Decimal(0), Decimal(2**bits - 1), 0
    return Decimal(-(2 ** (bits - 1))), Decimal(2 ** (bits - 1) - 1), 0


def range_note(type_name: str, text: str) -> tuple[str, bool]:
    """What to say of a number that is typed, and whether it is an error; nothing where there is no limit."""
    limits = bounds(type_name)
    if limits is None:
        return "", False
    least, greatest, scale = limits
    says = f"from {_shown(least)} to {_shown(greatest)}"
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return says, False
    if number.is_finite() and not least <= number <= greatest:
        return f"too large: {says}" if number > greatest else f"too small: {says}", True
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > scale:
        return f"{scale} digits behind the point are kept", False
    return says, False


def _shown(number: Decimal) -> str:
    return f"{number:,}"
