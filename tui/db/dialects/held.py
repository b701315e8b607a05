"""Connections that are made read-only again before use: a function of a view may have changed that."""

from collections.abc import Awaitable, Callable
from time import time
from typing import Any, TypeAlias

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

Hold: TypeAlias = Callable[[Any], Awaitable[object]]
"""Makes a driver's connection read-only for what comes next."""


FRESH = 5.0
"""Seconds after its last use for which a connection is taken to be alive, by the clock on the wall: a machine
that sleeps stops the others."""

DOUBTFUL = "is_doubtful"
"""What a connection's info holds after a use that did not end well: it is asked whether it is alive."""


def hold_read_only(
    engine: AsyncEngine,
    hold: Hold,
    lost: tuple[type[Exception], ...],
    is_held: Callable[[Any], bool] = lambda driver: False,
) -> None:
    """Hold each connection before each use but its first; one that fails then is lost, like all of its age.

    So it is the sign of life, too, that is asked for. Where the server tells without being asked that a
    connection still is held, one that was used a moment ago is used again at once: it is a round trip less.
    """

    def check(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if not record.info.setdefault("is_used", False):
            record.info["is_used"] = True
            return
        is_fresh = 0 <= time() - record.info.get("rests_since", 0.0) < FRESH
        if is_fresh and DOUBTFUL not in record.info and is_held(connection.driver_connection):
            return
        record.info[DOUBTFUL] = True
        try:
            connection.run_async(hold)
        except lost as error:
            raise InvalidatePoolError("The connection was lost while it was not used.") from error
        del record.info[DOUBTFUL]

    def note(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time()

    event.listen(engine.sync_engine, "checkout", check)
    event.listen(engine.sync_engine, "checkin", note)
