"""PostgreSQL: connections that are lost, as this end notices it and as the server does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from tui.db.options import Options

END_PAUSE = 0.05
"""Seconds between two looks whether the server has ended a session."""

TERMINATE = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE pid = :process AND application_name = 'tui' AND usename = current_user"
)
IS_THERE = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :process")

CLOSE_LIMIT = 1.0
"""Seconds that the server gets to answer to the end of a connection."""


class Connection(asyncpg.Connection):  # type: ignore[misc]
    """A connection whose ping ends soon: a firewall may have forgotten it without a word."""

    answer_limit = Options.answer_limit
    """Seconds that a ping may take."""

    async def fetchrow(self, query: str, *args: Any, **options: Any) -> Any:
        """The ping before a statement: nothing else asks for one row."""
        async with self._soon():
            return await super().fetchrow(query, *args, **options)

    async def execute(self, query: str, *args: Any, **options: Any) -> Any:
        """What begins a transaction is the first part of a ping, and never takes long."""
        if not query.startswith(("BEGIN", "SET default_transaction_read_only")):
            return await super().execute(query, *args, **options)
        async with self._soon():
            return await super().execute(query, *args, **options)

    async def close(self, **_: Any) -> None:
        """Say goodbye; whoever does not answer to that is left without it."""
        with suppress(TimeoutError):
            await super().close(timeout=CLOSE_LIMIT)

    @asynccontextmanager
    async def _soon(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.answer_limit):
                yield
        except (TimeoutError, asyncpg.InternalClientError):  # the latter: it still waits for something else
            self.terminate()
            raise asyncpg.InterfaceError("connection is closed") from None


async def end_session(control: AsyncEngine | None, process: int) -> bool:
    """End a process of the server; whether it is gone. A server that can't be reached says nothing."""
    if control is None:
        return False
    with suppress(SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        async with control.connect() as connection:
            await connection.execute(TERMINATE, {"process": process})
            while (await connection.execute(IS_THERE, {"process": process})).scalar():  # noqa: ASYNC110
                await asyncio.sleep(END_PAUSE)
            return True
    return False
