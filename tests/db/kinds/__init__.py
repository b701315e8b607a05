"""Every kind of value that the engines hold: column types, each with the odd values that fit into it.

A further engine joins with a module of its own and an entry in each of these.
"""

from tests.db.kinds import postgresql, sqlite
from tests.db.kinds.kind import Kinds

KINDS: dict[str, dict[str, tuple[Kinds, ...]]] = {
    "sqlite": sqlite.FAMILIES,
    "postgresql": postgresql.FAMILIES,
}
"""For each engine, families of kinds; every column can hold NULL besides."""

FIRST: dict[str, tuple[str, ...]] = {"sqlite": sqlite.FIRST, "postgresql": postgresql.FIRST}
"""What must be there before tables of the kinds are made."""

EXACT: dict[str, str] = {"sqlite": sqlite.EXACT, "postgresql": postgresql.EXACT}
"""All that a column holds, as text by which no two values look the same."""
