"""What a kind of values is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kinds:
    """A column's type, and values for it as literals of SQL."""

    type: str
    literals: tuple[str, ...]
    is_key: bool = True
    """Whether a column of the type can be a key."""
    suffix: str = ""
    """What stands behind the columns of the table."""
