"""What differs between engines, one module each. Names of engines occur only here."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.db.dialects.protocol import Dialect

FILE_ENGINE = "sqlite"
"""The engine whose databases are files: what a plain path means."""

SCHEMES = {
    "sqlite": "sqlite",
    "sqlite+aiosqlite": "sqlite",
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "postgresql+asyncpg": "postgresql",
    "mysql": "mysql",
    "mysql+asyncmy": "mysql",
    "mysql+aiomysql": "mysql",
    "mariadb": "mysql",
    "mariadb+asyncmy": "mysql",
    "mariadb+aiomysql": "mysql",
}
"""What may stand before `://`, and the engine that it means."""

PLACE_VARIABLES = {"postgresql": ("PGHOST", "PGPORT", "PGDATABASE", "PGSERVICE")}
"""Environment variables that tell which database a URL means where it does not say so itself."""

PLACE_OPTIONS = ("host", "port", "user", "dbname", "database", "service", "unix_socket")
"""Options of a URL that tell which database it means."""

TITLES = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mysql": "MariaDB or MySQL"}
"""The engines' names as they are shown."""


def load(engine: str) -> "Dialect":
    """The dialect of an engine; it imports SQLAlchemy and the driver."""
    dialect: Dialect = import_module(f"tui.db.dialects.{engine}").DIALECT
    return dialect
