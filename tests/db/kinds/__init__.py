"""Every kind of value that the engines hold: column types, each with the odd values that fit into it.

A further engine joins with a module of its own and an entry in each of these.
"""

from tests.db.kinds import mariadb, postgresql, sqlite
from tests.db.kinds.kind import Kinds

KINDS: dict[str, dict[str, tuple[Kinds, ...]]] = {
    "sqlite": sqlite.FAMILIES,
    "postgresql": postgresql.FAMILIES,
    "mariadb": mariadb.FAMILIES,
}
"""For each engine, families of kinds; every column can hold NULL besides."""

MODULES = {"sqlite": sqlite, "postgresql": postgresql, "mariadb": mariadb}

FIRST: dict[str, tuple[str, ...]] = {engine: module.FIRST for engine, module in MODULES.items()}
"""What must be there before tables of the kinds are made."""

EXACT: dict[str, str] = {engine: module.EXACT for engine, module in MODULES.items()}
"""All that a column holds, as text by which no two values look the same."""


def engine_of(url: str) -> str:
    """The name under which all this is found."""
    name = url.partition(":")[0]
    return {"mysql": "mariadb"}.get(name, name)
