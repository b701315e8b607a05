"""MariaDB and MySQL: connections that are lost, as this end notices it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncmy
from asyncmy import errors

from tui.db.options import Options

CLOSE_LIMIT = 1.0
"""Seconds that an encrypted connection gets to end in good order."""

GONE = 2013
"""The driver's own number for a connection that was lost."""


class Connection(asyncmy.Connection):
    """A connection whose ping ends soon: a firewall may have forgotten it without a word."""

    answer_limit = Options.answer_limit
    """Seconds that a ping may take."""

    async def ping(self, reconnect: bool = False) -> None:
        """The sign of life that is asked for before each use."""
        try:
            async with self._at_most(self.answer_limit):
                await super().ping(reconnect=False)
        except TimeoutError:
            raise errors.OperationalError(GONE, "The connection was lost while it was not used") from None

    async def ensure_closed(self) -> None:
        """Say goodbye; whoever does not answer to that is left without it."""
        with suppress(TimeoutError):
            async with self._at_most(CLOSE_LIMIT):
                await super().ensure_closed()

    @asynccontextmanager
    async def _at_most(self, seconds: float) -> AsyncIterator[None]:
        """Give the connection up where something takes longer."""
        connection: Any = self
        transport = connection._transport
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError:
            if transport is not None:
                transport.abort()
            raise
