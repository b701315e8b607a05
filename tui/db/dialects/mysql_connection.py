"""MariaDB and MySQL: the driver's connection, as far as a server is to be trusted with one."""

import asyncio
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from asyncmy import errors
from asyncmy.constants import CLIENT

from tui.db.dialects.mysql_lost import Connection as LosableConnection

HOLD_READ_ONLY = "SET SESSION TRANSACTION READ ONLY"

NONSENSE, FILE_REFUSED, CLEAR_REFUSED, WAY_UNKNOWN = 2027, 2068, 2061, 2059
"""MySQL's own numbers: a malformed packet, a file that the server asks for, ways to log in that fail."""

PUZZLED = (LookupError, TypeError, ValueError, OverflowError, struct.error)
"""What the driver raises where a server breaks the protocol."""


class Connection(LosableConnection):
    """A connection that runs one statement at a time, gives a server no file, and knows nonsense for that."""

    _result: Any
    _client_flag: int

    def __init__(self, **arguments: Any) -> None:
        driver: Any = super()
        driver.__init__(**arguments)
        self._client_flag &= ~CLIENT.MULTI_STATEMENTS

    async def connect(self) -> Any:
        """Connect and log in."""
        driver: Any = super()
        with self._understanding():
            try:
                return await driver.connect()
            except RuntimeError as error:  # a package is missing for this way to log in
                self._give_up(WAY_UNKNOWN, str(error))

    async def query(self, sql: str | bytes, unbuffered: bool = False) -> Any:
        """Run a statement; one that reads has columns, even if it finds no row."""
        driver: Any = super()
        count = await driver.query(sql, unbuffered)
        if sql[:6] in ("SELECT", b"SELECT") and self._result.description is None:
            self._give_up(NONSENSE, "a SELECT without columns")
        return count

    async def _read_query_result(self, unbuffered: bool = False) -> None:
        driver: Any = super()
        with self._understanding():
            try:
                await driver._read_query_result(unbuffered)
            except RuntimeError as error:  # the driver's own refusal, after which it is out of step
                self._give_up(FILE_REFUSED, str(error))

    async def _read_ok_packet(self) -> Any:
        driver: Any = super()
        with self._understanding():
            return await driver._read_ok_packet()

    @contextmanager
    def _understanding(self) -> Iterator[None]:
        try:
            yield
        except PUZZLED as error:
            self._give_up(NONSENSE, str(error))

    def _give_up(self, number: int, why: str) -> NoReturn:
        self.close()
        raise errors.OperationalError(number, why)


class NoClearText:
    """Answers a server that wants the password itself, not a proof of it: never on such a connection."""

    def __init__(self, connection: object) -> None:
        pass

    def authenticate(self, packet: object) -> NoReturn:
        """Refuse."""
        raise errors.OperationalError(CLEAR_REFUSED, "The server asks for the password in clear text")


CLEAR_TEXT_REFUSED = dict.fromkeys(("mysql_clear_password", "dialog"), NoClearText)
"""For the driver: the ways to log in that show the password to whoever is at the other end."""


async def hold(connection: Connection) -> None:
    """Make the session read-only again."""
    async with asyncio.timeout(connection.answer_limit):
        await connection.query(HOLD_READ_ONLY)
