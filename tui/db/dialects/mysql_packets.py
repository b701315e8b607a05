"""MariaDB and MySQL: what is larger than the server accepts is not sent to it."""

from typing import Any

from asyncmy import errors
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine

SMALL = 500_000
"""Bytes that are sent without asking; every usual server accepts more."""

TOO_LARGE = 1153
"""The server's own number for it."""


def refuse_too_large(engine: AsyncEngine) -> None:
    """Raise the server's own error before it gets a statement that it would end the connection for."""
    event.listen(engine.sync_engine, "before_cursor_execute", _check)


def _check(connection: Connection, _cursor: Any, _statement: str, parameters: Any, *_: object) -> None:
    size = sum(map(_size, parameters)) if isinstance(parameters, tuple) else 0
    if size < SMALL:
        return
    cursor = connection.connection.cursor()
    cursor.execute("SELECT @@max_allowed_packet")
    [(most,)] = cursor.fetchall()
    cursor.close()
    if size >= most:
        raise errors.DataError(TOO_LARGE, "Got a packet bigger than 'max_allowed_packet' bytes")


def _size(value: object) -> int:
    """The bytes that a value takes at least."""
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode(errors="replace"))
    return len(value) if isinstance(value, bytes) else 0
