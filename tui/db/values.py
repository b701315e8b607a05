"""Values as databases hold them, exact: what travels between an engine and the screen."""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import TypeAlias

PREVIEW = 300
"""Characters (or bytes) of a long value that a page reads; the rest is read when it is opened."""


class Kind(StrEnum):
    """What a column's values are, as far as showing and typing them goes."""

    NUMBER = "number"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATETIME = "date-time"
    BINARY = "binary"
    JSON = "JSON"
    OTHER = "other"


class BadText(bytes):
    """Text whose bytes are not valid in the database's encoding; bytes that are no text are never equal."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BadText) and bytes.__eq__(self, other)

    def __hash__(self) -> int:
        return hash((BadText, bytes(self)))


@dataclass(frozen=True, slots=True)
class Cut:
    """The beginning of a longer value; the rest is still in the database only."""

    start: str | bytes
    """The first `PREVIEW` characters or bytes."""


class Unset(Enum):
    """What stands for a value where there is none yet."""

    DEFAULT = "default"
    """The database fills the cell in when the row is written."""
    REQUIRED = "required"
    """Nothing fills it in: a value has to be given. It is only shown, never staged."""
    NOT_EDITED = "not edited"
    """Nothing is staged for it: what a side of a conflict says that says nothing."""


Value: TypeAlias = int | float | str | bytes | Cut | Unset | None
"""One cell: the engine's canonical form. The Python type is the storage class where cells have one
(SQLite); engines with typed columns give their own text form of any value."""

DEFAULT = Unset.DEFAULT
NOT_EDITED = Unset.NOT_EDITED


def same(left: Value, right: Value) -> bool:
    """Whether two values are the same to the last bit: 1 is not 1.0, NULL is NULL."""
    if type(left) is not type(right):
        return False
    return repr(left) == repr(right) if isinstance(left, float) else left == right


def still_holds(seen: Value, now: Value) -> bool:
    """Whether a value is the one that was seen, of which only the beginning may have been read."""
    if not isinstance(seen, Cut) or isinstance(now, Cut):
        return same(seen, now)
    start = seen.start
    if isinstance(now, BadText) and isinstance(start, str | BadText):  # the beginning may be valid
        start = start.encode() if isinstance(start, str) else bytes(start)
        return len(now) > len(start) and now.startswith(start)
    if not isinstance(now, str | bytes) or type(now) is not type(start):
        return False
    return len(now) > len(start) and start == now[: len(start)]
