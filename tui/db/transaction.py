"""Transaction: writing rows of any table, all or nothing, each statement with its count of rows."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from sqlalchemy import CursorResult, Delete, Dialect, Insert, Update
from sqlalchemy.ext.asyncio import AsyncSession

from tui.db.database import Database
from tui.db.errors import QueryError, SaveError, TuiError
from tui.db.page import Row, RowId
from tui.db.query import RowsQuery, as_row, shortened
from tui.db.schema import Table
from tui.db.statements import WriteQuery
from tui.db.values import Value
from tui.db.view import View

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Written:
    """A row as the database stored it."""

    identity: RowId
    values: Mapping[str, Value]
    """What the columns that were written hold now; a database may round, cut or convert."""


class Transaction:
    """One write transaction, made by `in_transaction`. Every error in it rolls all of it back.

    That is also so for an error that is caught, unless it left a savepoint: engines differ in what
    would be written else. A method that names rows touches each of them exactly once, or raises
    SaveError. Errors of the database are QueryError.
    """

    def __init__(self, session: AsyncSession, database: Database) -> None:
        self._session = session
        self._database = database
        self.failure: TuiError | None = None
        """The first error that no savepoint undid; nothing will be written."""

    @property
    def is_lost(self) -> bool:
        """Whether the connection is gone, and with it all that was written."""
        return isinstance(self.failure, QueryError) and self.failure.is_lost

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that may fail alone: an error that leaves the block undoes the block only."""
        earlier = self.failure
        async with self._noted():
            nested = await self._session.begin_nested()
        try:
            yield
            if self.failure is not None:
                raise self.failure
        except BaseException:
            async with self._database.writing_limit():
                await nested.rollback()
            self.failure = earlier
            raise
        async with self._noted():
            await nested.commit()

    async def get(self, table: Table, identity: RowId) -> Row | None:
        """The row of that identity as this transaction sees it, in full; None where there is none."""
        query = RowsQuery(View(table), self._database.dialect)
        async with self._noted():
            rows = (await self._session.execute(query.one(identity, cut=False))).all()
        return as_row(table, rows[0], cut=False) if rows else None

    async def stored(
        self, table: Table, identities: Sequence[RowId], names: Sequence[str]
    ) -> dict[RowId, Written]:
        """What some columns of rows hold now, after all triggers; a row that is gone is left out."""
        statement = WriteQuery(table, self._database.dialect).stored(identities, names)
        async with self._noted():
            rows = (await self._session.execute(statement)).all()
        width = len(table.identity_columns)
        found = (Written(tuple(r[:width]), dict(zip(names, r[width:], strict=True))) for r in rows)
        return {row.identity: row for row in found}

    async def held(
        self, table: Table, identities: Sequence[RowId], whole: Collection[str], *, locks: bool = False
    ) -> dict[RowId, Mapping[str, Value]]:
        """All that rows hold now, by column; long values are cut but in the columns to be read whole.

        `locks`: nobody else changes these rows from now on; SQLite lets nobody else write anyhow.
        """
        statement = WriteQuery(table, self._database.dialect).held(identities, whole)
        statement = statement.with_for_update() if locks else statement
        async with self._noted():
            rows = (await self._session.execute(statement)).all()
        width = len(table.identity_columns)
        return {tuple(row[:width]): _held(table, row[width:], whole) for row in rows}

    async def create(self, table: Table, values: Mapping[str, Value]) -> Written:
        """Add a row; the database fills in what is not given."""
        query = WriteQuery(table, self._database.dialect)
        statement = query.insert(values)
        if self._compiler.insert_returning:
            return await self._write_one(query, statement, values)
        given = tuple(values.get(column.name) for column in table.identity_columns)
        return await self._write_and_read(query, statement, values, given)

    async def create_many(self, table: Table, rows: Iterable[Mapping[str, Value]]) -> list[Written]:
        """Add rows, in this order."""
        return [await self.create(table, values) for values in rows]

    async def update(
        self,
        table: Table,
        identity: RowId,
        new: Mapping[str, Value],
        seen: Mapping[str, Value] | None = None,
    ) -> Written:
        """Write values into one row, if it still holds what was seen."""
        query = WriteQuery(table, self._database.dialect)
        statement = query.update(identity, new, seen or {})
        if self._compiler.update_returning:
            return await self._write_one(query, statement, new)
        after = tuple(
            new.get(column.name, value)
            for column, value in zip(table.identity_columns, identity, strict=True)
        )
        return await self._write_and_read(query, statement, new, after)

    async def update_many(
        self, table: Table, identities: Iterable[RowId], new: Mapping[str, Value]
    ) -> list[Written]:
        """Write the same values into each of the rows."""
        return [await self.update(table, identity, new) for identity in identities]

    async def delete(self, table: Table, identity: RowId, seen: Mapping[str, Value] | None = None) -> Written:
        """Remove one row, if it still holds what was seen."""
        query = WriteQuery(table, self._database.dialect)
        statement = query.delete(identity, seen or {})
        if self._compiler.delete_returning:
            return await self._write_one(query, statement, {})
        async with self._noted():
            await self._touch_one(statement)
        return Written(identity, {})

    async def delete_many(self, table: Table, identities: Iterable[RowId]) -> list[Written]:
        """Remove each of the rows."""
        return [await self.delete(table, identity) for identity in identities]

    async def _write_one(
        self, query: WriteQuery, statement: Insert | Update | Delete, written: Mapping[str, Value]
    ) -> Written:
        async with self._noted():
            result = await self._session.execute(statement.returning(*query.returned(written)))
            rows: list[tuple[Any, ...]] = [tuple(row) for row in result.all()]
            if len(rows) != 1:
                raise RowCountError(len(rows))
        width = len(query.table.identity_columns)
        return Written(rows[0][:width], dict(zip(written, rows[0][width:], strict=True)))

    async def _write_and_read(
        self,
        query: WriteQuery,
        statement: Insert | Update,
        written: Mapping[str, Value],
        identity: tuple[Value, ...],
    ) -> Written:
        """Write a row and read what was stored, where the engine does not return it by itself.

        The one part of the identity that was not given is the number that the engine has counted up.
        """
        async with self._noted():
            number = await self._touch_one(statement)
            given = tuple(str(number) if value is None and number else value for value in identity)
            if None in given:
                raise SaveError("The database made a key of its own and does not tell it: give it a value.")
            rows = (await self._session.execute(query.stored([given], written))).all()
            if len(rows) != 1:
                raise RowCountError(len(rows))
        width = len(given)
        return Written(tuple(rows[0][:width]), dict(zip(written, rows[0][width:], strict=True)))

    async def _touch_one(self, statement: Insert | Update | Delete) -> int | None:
        """Run a statement that must find one row, changed or not; the number it counted up, if any."""
        result = cast("CursorResult[Any]", await self._session.execute(statement))
        if result.rowcount != 1:
            raise RowCountError(result.rowcount)
        return result.lastrowid if result.context.isinsert else None

    @property
    def _compiler(self) -> Dialect:
        """Knows what the server at hand can return."""
        return self._database.engines.writer.dialect

    @asynccontextmanager
    async def _noted(self) -> AsyncIterator[None]:
        """Translate errors, and remember the first one.

        After an error of the database nothing more is run: some errors end the whole transaction, and
        what came next would be written at once.
        """
        if isinstance(self.failure, QueryError):
            raise self.failure
        try:
            async with self._database.writing_limit():
                yield
        except TuiError as error:
            self.failure = self.failure or error
            raise


def _held(table: Table, values: Sequence[Any], whole: Collection[str]) -> Mapping[str, Value]:
    pairs = zip(table.positions, values, strict=True)
    return {name: value if name in whole else shortened(value) for name, value in pairs}


class RowCountError(SaveError):
    """A statement that had to touch exactly one row touched another number of rows."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"The statement would have changed {count} rows instead of one; nothing was written."
        )
        self.count = count
        """How many rows the statement touched before it was rolled back."""


async def in_transaction(database: Database, work: Callable[[Transaction], Awaitable[T]]) -> T:
    """Run work in one write transaction; nobody can cancel it, and an error rolls all of it back."""

    async def checked(session: AsyncSession) -> T:
        transaction = Transaction(session, database)
        try:
            result = await work(transaction)
            if transaction.failure is not None:
                raise transaction.failure
        finally:
            if transaction.is_lost:
                await session.invalidate()
        return result

    return await database.write(checked)
