"""Connections that are made read-only again before each use: a function of a view may have changed that."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

Hold: TypeAlias = Callable[[Any], Awaitable[object]]
"""Makes a driver's connection read-only for what comes next."""


def hold_read_only(engine: AsyncEngine, hold: Hold, lost: tuple[type[Exception], ...]) -> None:
    """Hold each connection before each use but its first; one that fails then is lost, like all of its age.

    So it is the sign of life, too, that is asked for before each use.
    """

    def check(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if not record.info.setdefault("is_used", False):
            record.info["is_used"] = True
            return
        try:
            connection.run_async(hold)
        except lost as error:
            raise InvalidatePoolError("The connection was lost while it was not used.") from error

    event.listen(engine.sync_engine, "checkout", check)
