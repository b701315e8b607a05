"""Entering values: what the user typed, as a value that the column can hold."""

from dataclasses import replace

from tui.db.database import Database
from tui.db.errors import QueryError, ValueRefusedError
from tui.db.schema import Column
from tui.db.values import BadText, Cut, Unset, Value


async def accept(database: Database, column: Column, text: str | None, seen: Value = None) -> Value:
    """The value that a typed text becomes; None is NULL, and the text of what stood there is just that.

    Raises ValueRefusedError with the reason, where the column can't hold it.
    """
    if column.locked is not None:
        raise ValueRefusedError(f"{column.name} can't be changed: it is {column.locked}.")
    if text is None:
        if not column.nullable:
            raise ValueRefusedError(f"{column.name} must have a value: it can't be NULL.")
        return None
    if isinstance(seen, str | int | float) and text == str(seen):
        return seen
    value = parsed(database, column, text, seen)
    check = database.dialect.check(column, value)
    if check is None:
        return value
    try:
        stored: Value = (await database.fetch(check))[0][0]
    except QueryError as error:
        if error.is_lost:
            raise
        raise ValueRefusedError(str(error)) from error
    return stored


def parsed(database: Database, column: Column, text: str, seen: Value) -> Value:
    """What a typed text becomes over a value, as far as that is known without asking the database.

    Raises ValueRefusedError.
    """
    return database.dialect.parse(column, text, None if isinstance(seen, Unset | BadText | Cut) else seen)


async def comparable(database: Database, column: Column, text: str) -> Value:
    """A typed text as a value to compare the column with, whether that may be written or not.

    Raises ValueRefusedError with the reason, where the column can't hold it.
    """
    return await accept(database, replace(column, locked=None), text)
