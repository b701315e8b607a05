"""SQLAlchemy's dialect for asyncpg, without what it asks a server at first."""

from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

DRIVER = "postgresql+plain://"
"""The dialect's URL."""


class Plain(PGDialect_asyncpg):
    """Knows from the connection what SQLAlchemy's own asks in eight round trips at first."""

    supports_statement_cache = True

    def _get_server_version_info(self, connection: Any) -> tuple[int, ...]:
        version = connection.connection.driver_connection.get_server_version()
        return version.major, version.micro if version.major > 9 else version.minor

    def _get_default_schema_name(self, connection: Any) -> str:
        return "public"  # for reflection, which is not used

    def get_default_isolation_level(self, dbapi_conn: Any) -> Any:
        """What a connection would be set back to whose level was changed; none is."""
        return "READ COMMITTED"

    def _set_backslash_escapes(self, connection: Any) -> None:
        self._backslash_escapes = False  # each connection sets standard_conforming_strings


registry.register("postgresql.plain", __name__, "Plain")
