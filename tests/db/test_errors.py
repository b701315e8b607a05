"""Errors in words that a user can act on."""

import sqlite3
from typing import Any

import asyncpg
import pytest

from tui.db.changes import Insert, NewRow, Update
from tui.db.dialects import load
from tui.db.errors import (
    AddressError,
    ConflictError,
    ConnectError,
    MissingError,
    QueryError,
    SaveError,
    TimeLimitError,
    TuiError,
    UnknownOutcomeError,
    ValueRefusedError,
)
from tui.db.merge import Conflict
from tui.db.schema import Identity, Table, TableKind, TableName

LOCKED = "The database is locked by another program. Try again when it has finished."
MOVED = "The file was moved or replaced since it was opened. Open it again."
DAMAGED = "The file is damaged here; other tables may be readable. Nothing is written any more."
CHANGE = Insert(Table(TableName("main", "t"), TableKind.TABLE, (), Identity()), NewRow(1))


def test_one_except_clause_catches_every_expected_failure() -> None:
    kinds = (AddressError, ConnectError, QueryError, ValueRefusedError, SaveError)

    assert all(issubclass(kind, TuiError) for kind in kinds)
    assert all(issubclass(kind, QueryError) for kind in (TimeLimitError, MissingError))
    assert all(issubclass(kind, SaveError) for kind in (ConflictError, UnknownOutcomeError))
    assert not issubclass(QueryError, SaveError)


def test_errors_know_what_they_are_about() -> None:
    assert QueryError("x", "name", is_lost=True).column == "name"
    assert SaveError("x", CHANGE, "name").change is CHANGE
    conflict = ConflictError([Conflict(Update(CHANGE.table, (1,), {"a": 1}, {"a": 2}), {"a": 3})])
    assert conflict.change is conflict.conflicts[0].change
    assert str(conflict).startswith("Somebody else changed a since")


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyError("x"), AssertionError("x")])
def test_an_error_of_the_program_is_not_explained_away(engine: str, error: Exception) -> None:
    assert load(engine).explain(error) is None


def sqlite_error(name: str, text: str) -> sqlite3.Error:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("SQLITE_FULL", "database or disk is full", "The disk is full, so nothing was written."),
        ("SQLITE_IOERR_WRITE", "disk I/O error", "The disk reported an error, so nothing was written."),
        ("SQLITE_BUSY_SNAPSHOT", "locked", "Another program wrote in the meantime. Try again."),
        (
            "SQLITE_BUSY_RECOVERY",
            "locked",
            "The database is locked by another program. Try again when it has finished.",
        ),
        (
            "SQLITE_READONLY_DBMOVED",
            "x",
            "The file was moved or replaced since it was opened. Open it again.",
        ),
        (
            "SQLITE_CORRUPT_VTAB",
            "x",
            "The file is damaged here; other tables may be readable. Nothing is written any more.",
        ),
        ("SQLITE_MISMATCH", "datatype mismatch", "SQLite says: datatype mismatch."),
        ("SQLITE_CONSTRAINT_TRIGGER", "not on Sundays", "A trigger refused it: not on Sundays."),
        (
            "SQLITE_CONSTRAINT_UNIQUE",
            "UNIQUE constraint failed: t.a, t.b c",
            "Another row has this a, b c already, and it must be unique.",
        ),
    ],
)
def test_errors_of_sqlite_are_sentences(name: str, text: str, sentence: str) -> None:
    explanation = load("sqlite").explain(sqlite_error(name, text))

    assert explanation is not None
    assert explanation.sentence == sentence


def server_error(kind: type[Any], message: str, **details: str) -> Exception:
    error: Exception = kind(message)
    for name, value in {"message": message, **details}.items():
        setattr(error, name, value)
    return error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            server_error(asyncpg.TooManyConnectionsError, "sorry"),
            "The server has too many connections. Try again later.",
        ),
        (
            server_error(asyncpg.DeadlockDetectedError, "deadlock"),
            "Two writers blocked each other and the server stopped this one. Try again.",
        ),
        (
            server_error(asyncpg.InsufficientPrivilegeError, "permission denied for table t"),
            "You may not do this: permission denied for table t. The owner of the database can allow it.",
        ),
        (server_error(asyncpg.DivisionByZeroError, "division by zero"), "PostgreSQL says: division by zero."),
        (
            server_error(asyncpg.UniqueViolationError, "x", detail='Key ("a b", c)=(1, 2) already exists.'),
            'Another row has this value already: Key ("a b", c)=(1, 2) already exists.',
        ),
        (TimeoutError(), "The server did not answer in time. Check host and port, or try again later."),
        (
            ConnectionResetError(),
            "The connection failed or was cut. Try again, and check that this is a PostgreSQL server.",
        ),
        (OSError(113, "No route to host"), "The server can't be reached: No route to host."),
    ],
)
def test_errors_of_postgresql_are_sentences(error: Exception, sentence: str) -> None:
    explanation = load("postgresql").explain(error)

    assert explanation is not None
    assert explanation.sentence == sentence


def test_postgresql_names_the_first_column_of_a_key() -> None:
    error = server_error(asyncpg.UniqueViolationError, "x", detail='Key ("a b", c)=(1, 2) already exists.')

    explanation = load("postgresql").explain(error)

    assert explanation is not None
    assert explanation.column == "a b"


@pytest.mark.parametrize(
    ("error", "is_lost"),
    [
        (asyncpg.ConnectionDoesNotExistError("x"), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (asyncpg.AdminShutdownError("x"), True),
        (asyncpg.UniqueViolationError("x"), False),
        (ConnectionRefusedError(), False),
    ],
)
def test_a_lost_connection_is_known_as_one(error: Exception, is_lost: bool) -> None:
    explanation = load("postgresql").explain(error)

    assert explanation is not None
    assert explanation.is_lost is is_lost
