"""Database: the engines, the shared session factories, statements that can be stopped."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from math import inf
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import Executable
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from tui.db.address import Address
from tui.db.dialects import load
from tui.db.dialects.held import DOUBTFUL
from tui.db.dialects.protocol import Explanation
from tui.db.echo import echo_to
from tui.db.errors import (
    ConnectError,
    MissingError,
    QueryError,
    TimeLimitError,
    TuiError,
    UnknownOutcomeError,
)
from tui.db.options import Options
from tui.db.schema import Catalog, Table, TableName

T = TypeVar("T")

LOCK_PAUSE = 0.05
"""Seconds between two tries to read what somebody else has locked."""

STOP_LIMIT = 5.0
"""Seconds after which a statement that can't be stopped is left alone."""

CLOCK = 600.0
"""Seconds after which the database's clock is asked again: summer may have ended there."""

BACKGROUND = 2
"""Connections that work in the background may use at once, so that the user's page never waits for them."""


OPENED_READ_ONLY = "This database was opened read-only, so nothing can be written."

DAMAGED = "The file is damaged, so nothing is written to it any more: mend a copy of it first."


class Database:
    """One opened database, shared by all screens. Use `Database.open`, and `close` it."""

    def __init__(self, address: Address, options: Options) -> None:
        self.address = address
        self.options = options
        self.dialect = load(address.engine)
        self.engines = self.dialect.engines(address, options)
        self.reading = async_sessionmaker(self.engines.reader, expire_on_commit=False, autoflush=False)
        """Sessions that the engine itself holds read-only."""
        self.writing = async_sessionmaker(self.engines.writer, expire_on_commit=False, autoflush=False)
        """Sessions for saves; `write` is the way to use them."""
        self.version = ""
        self.catalog = Catalog()
        is_wanted = options.read_only or address.read_only
        self.why_read_only: str | None = OPENED_READ_ONLY if is_wanted else None
        """Why nothing can be written; None where it can."""
        self._tables: dict[TableName, Table] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._reads: dict[asyncio.Task[Any], _Running] = {}
        self._driver_errors: tuple[type[Exception], ...] = (
            SQLAlchemyError,
            OSError,
            *self.dialect.driver_errors,
        )
        self._is_closed = False
        self._clock = (-inf, timedelta())
        """When the database's clock was asked, and how far it was ahead of this machine's UTC."""
        self._background = asyncio.Semaphore(BACKGROUND)
        self._saving = asyncio.Lock()
        self._echo = echo_to(options.echo, self.engines.all(), self.engines.writer) if options.echo else None

    @classmethod
    async def open(cls, address: Address, options: Options | None = None) -> "Database":
        """Connect and read the catalogue.

        Raises ConnectError where the database can't be reached or is none, or the echo can't be written.
        """
        database = cls(address, options or Options())
        try:
            database.version = await database.dialect.version(database.fetch)
            await database.reload_catalog()
        except (QueryError, ConnectError) as error:
            await database.close()
            raise ConnectError(str(error)) from error
        except asyncio.CancelledError:
            await database.close()
            raise
        return database

    @property
    def title(self) -> str:
        """Name, engine and version, for titles."""
        return f"{self.address.label} · {self.version}"

    @property
    def is_read_only(self) -> bool:
        """Whether nothing can be written: the user wanted that, or the file turned out to be damaged."""
        return self.why_read_only is not None

    def spelled(self, name: str) -> str:
        """A name as it stands in SQL: quoted where it has to be."""
        return self.engines.reader.dialect.identifier_preparer.quote(name)

    async def close(self) -> None:
        """Stop what is being read, wait for a save that is under way, then close every connection."""
        await asyncio.gather(*(self._stop(task, running) for task, running in self._reads.items()))
        while self._tasks:
            await asyncio.wait(self._tasks)
        self._is_closed = True
        for engine in self.engines.all():
            await engine.dispose()
        if self._echo is not None:
            self._echo.close()

    async def reload_catalog(self) -> None:
        """Read the tables and their relations anew; what is known of single tables is forgotten."""
        self.catalog = await self.dialect.catalog(self.fetch)
        self._tables.clear()

    async def table(self, name: TableName) -> Table:
        """One table in detail; MissingError where it is gone."""
        return (await self.tables([name]))[name]

    async def tables(self, names: Sequence[TableName]) -> dict[TableName, Table]:
        """Some tables in detail; MissingError where one is gone."""
        unknown = [name for name in dict.fromkeys(names) if name not in self._tables]
        if unknown:
            self._tables |= await self.dialect.describe(self.fetch, unknown, self.catalog)
        gone = next((name for name in names if name not in self._tables), None)
        if gone is not None:
            raise MissingError(f"The table {gone.label} is gone, or has no columns.")
        return {name: self._tables[name] for name in names}

    async def today(self) -> date:
        """The day that it is by the database's own clock, as its dates are shown. Raises QueryError."""
        asked, ahead = self._clock
        if monotonic() - asked > CLOCK:
            shown = str((await self.fetch(self.dialect.clock))[0][0])
            ahead = datetime.fromisoformat(shown[:19]) - datetime.now(UTC).replace(tzinfo=None)
            self._clock = (monotonic(), ahead)
        return (datetime.now(UTC).replace(tzinfo=None) + ahead).date()

    async def fetch(
        self, statement: Executable, *, limit: float | None = 0, background: bool = False
    ) -> Sequence[tuple[Any, ...]]:
        """Run one reading statement on a connection of its own and return all its rows.

        Where its connection is lost meanwhile it is run once more on a new one: reading changes nothing.
        Cancelling stops the statement on the server too. `limit` is in seconds: 0 is the usual one,
        None is no limit. Raises QueryError.
        """
        seconds = self.options.statement_limit if limit == 0 else limit
        try:
            async with self._turn(background=background), asyncio.timeout(seconds):
                return await self._patient(statement)
        except TimeoutError:
            more = " --statement-limit allows more." if limit == 0 else ""
            raise TimeLimitError(
                f"This took longer than {seconds:g} seconds and was stopped.{more}"
            ) from None

    async def write(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run work in one transaction that nobody can cancel, one at a time.

        An error rolls everything back; one in COMMIT also gives up the connection, for engines differ in
        whether the transaction is still open then. Raises QueryError, or what the work raises;
        UnknownOutcomeError where the connection broke during COMMIT: the server is then told to end that
        session, so that what can be read afterwards is the end of it.
        """
        if self.why_read_only is not None:
            raise QueryError(self.why_read_only)
        task = asyncio.create_task(self._transact(work), name="write")
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._keep(task)
        return await asyncio.shield(task)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn the driver's errors into QueryError."""
        try:
            yield
        except self._driver_errors as error:
            raise self._query_error(error) from error

    @asynccontextmanager
    async def writing_limit(self) -> AsyncIterator[None]:
        """A limit on one writing statement, should a server not keep its own; errors become QueryError."""
        seconds = self.options.statement_limit + self.options.grace
        try:
            async with asyncio.timeout(seconds):
                with self.translated():
                    yield
        except TimeoutError:
            raise QueryError(
                f"The server did not answer within {seconds:g} seconds. Try again when it does.", is_lost=True
            ) from None

    async def _transact(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        async with self._saving, self.writing() as session:
            try:
                with self.translated():
                    result = await work(session)
                    ticket = await self._ticket(session)
                    connection = await (await session.connection()).get_raw_connection()
                    end = self.dialect.ender(connection.driver_connection, self.engines)
            except TuiError as error:
                if isinstance(error, QueryError) and error.is_lost:
                    await session.invalidate()
                await self._roll_back(session)
                raise
            try:
                async with self.writing_limit():
                    await session.commit()
            except QueryError as error:
                await session.invalidate()
                if error.is_lost:
                    raise UnknownOutcomeError(ticket, is_over=await self._is_over(end)) from error
                raise
            return result

    async def _roll_back(self, session: AsyncSession) -> None:
        """Undo everything; a connection on which that fails is given up, which undoes it too."""
        try:
            async with self.writing_limit():
                await session.rollback()
        except QueryError:
            await session.invalidate()

    async def _ticket(self, session: AsyncSession) -> str | None:
        """What names the transaction, should nobody see its end."""
        if self.dialect.witness is None:
            return None
        async with self.writing_limit():
            return str(await session.scalar(self.dialect.witness.ticket))

    async def _is_over(self, end: Callable[[], Awaitable[bool]]) -> bool:
        """Whether the server has ended a session in time."""
        try:
            async with asyncio.timeout(self.options.grace):
                return await end()
        except TimeoutError:
            return False

    async def outcome(self, ticket: str | None) -> bool | None:
        """Whether the transaction of a ticket, which is over, was written; None where the rows must tell.

        Raises QueryError.
        """
        if self.dialect.witness is None or ticket is None:
            return None
        standing = (await self.fetch(self.dialect.witness.standing(ticket)))[0][0]
        return {"committed": True, "aborted": False}.get(standing)

    @asynccontextmanager
    async def _turn(self, *, background: bool) -> AsyncIterator[None]:
        if not background:
            yield
            return
        async with self._background:
            yield

    async def _patient(self, statement: Executable) -> Sequence[tuple[Any, ...]]:
        """Run a statement again and again while another program's lock is in its way, up to the limit.

        A driver may wait for a lock in a way that nothing can stop; so it waits for a moment only.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + self.options.lock_limit
        may_repeat = True
        while True:
            running = _Running()
            try:
                with self.translated():
                    return await self._stoppable(statement, running)
            except QueryError as error:
                is_interrupted = may_repeat and error.is_lost and running.was_interrupted
                if not is_interrupted and not (error.is_busy and loop.time() < end):
                    raise
                may_repeat = may_repeat and not is_interrupted
            await asyncio.sleep(LOCK_PAUSE)

    async def _stoppable(self, statement: Executable, running: "_Running") -> Sequence[tuple[Any, ...]]:
        if self._is_closed:
            raise QueryError("The database is closed.")
        task = asyncio.create_task(self._execute(statement, running), name="read")
        self._keep(task)
        self._reads[task] = running
        task.add_done_callback(self._reads.pop)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if task.cancelled() and current is not None and not current.cancelling():
                raise QueryError("The statement was stopped.") from None
            stopping = asyncio.create_task(self._stop(task, running), name="stop")
            self._keep(stopping)
            await asyncio.shield(stopping)
            raise

    async def _execute(self, statement: Executable, running: "_Running") -> Sequence[tuple[Any, ...]]:
        async with self.reading() as session:
            connection = await (await session.connection()).get_raw_connection()
            running.stop = self.dialect.stopper(connection.driver_connection, self.engines)
            running.has_begun = True
            try:
                result = await session.execute(statement)
                return [tuple(row) for row in result.all()]
            except BaseException:
                connection.info[DOUBTFUL] = True
                raise
            finally:
                running.stop = None

    async def _stop(self, task: asyncio.Task[Any], running: "_Running") -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + STOP_LIMIT
        running.is_unwanted = True
        while not task.done() and loop.time() < end:
            if running.stop is None:
                task.cancel()
            else:
                await running.stop()
            await asyncio.wait([task], timeout=self.dialect.stop_interval)
        if task.done() and not task.cancelled():
            task.exception()

    def _keep(self, task: asyncio.Task[Any]) -> None:
        """Hold a task until it is done: a task that nobody holds may be collected."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _query_error(self, error: Exception) -> QueryError:
        if isinstance(error, PoolTimeoutError):
            sentence = "All connections are busy. Stop something, or try again in a moment."
            return QueryError(sentence, is_busy=True)
        explanation = self.dialect.explain(_cause(error)) or Explanation(
            f"The database driver failed: {_cause(error)}."
        )
        if explanation.is_damaged:
            self.why_read_only = self.why_read_only or DAMAGED
        kind = MissingError if explanation.is_missing else QueryError
        return kind(
            explanation.sentence,
            explanation.column,
            is_lost=explanation.is_lost,
            is_busy=explanation.is_busy,
            is_refused=explanation.is_refused,
            said=explanation.said,
        )


class _Running:
    """A statement under way, and how to stop it while it is on the server."""

    stop: Callable[[], Awaitable[None]] | None = None
    has_begun = False
    """Whether it got a connection; one that could not even be made is not tried again."""
    is_unwanted = False

    @property
    def was_interrupted(self) -> bool:
        """Whether it had begun, and nobody wanted it to end."""
        return self.has_begun and not self.is_unwanted


def _cause(error: BaseException) -> BaseException:
    """The driver's error inside SQLAlchemy's."""
    while isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    return error
