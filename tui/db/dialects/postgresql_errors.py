"""PostgreSQL's errors in plain words."""

import socket
import ssl
from typing import Any

import asyncpg

from tui.db.dialects.protocol import Explanation

SENTENCES = {
    "28P01": "The server refused the password. Check it, or set PGPASSWORD.",
    "28000": "The server refused this user: {message}. Check user and sslmode in the URL.",
    "3D000": "There is no such database on the server: {message}. Check its name in the URL.",
    "53300": "The server has too many connections. Try again later.",
    "57P03": "The server is starting up or shutting down. Try again in a moment.",
    "57014": "The server stopped the statement: it took too long, or somebody stopped it. "
    "--statement-limit allows more.",
    "57P01": "The server ended the connection. Try again: a new one is made by itself.",
    "55P03": "The row is locked by somebody else. Try again when they have finished.",
    "40P01": "Two writers blocked each other and the server stopped this one. Try again.",
    "40001": "Somebody else wrote in the meantime. Try again.",
    "25006": "The connection is read-only, so nothing can be written.",
    "42501": "You may not do this: {message}. The owner of the database can allow it.",
    "42P01": "The table is gone: {message}. Read the tables again with r.",
    "42703": "A column is gone: {message}. Read the table again with r.",
    "42804": "A column has another type now: {message}. r reads the table anew.",
    "42883": "These values can't be compared: {message}. If a column has another type now, r reads it anew.",
    "23502": "{column} must have a value.",
    "23503": "A foreign key{named} refused it: {detail}",
    "23505": "Another row has this value already{named}: {detail}",
    "23514": "The check {constraint} refused it.",
    "23P01": "The exclusion rule {constraint} refused it: {detail}",
    "22P05": "The text holds a character that this database's encoding has not.",
    "22021": "The text holds a character that the server can't store (such as the character NUL).",
}

CONNECTION_LOST = "The connection to the server was lost. Try again: a new one is made by itself."

MISSING = ("42P01", "42703", "3F000")

REFUSED = ("22", "23")
"""Classes of errors about values: data exceptions and integrity constraints."""

LOST = ("57P01", "57P02", "57P03")

NETWORK: tuple[tuple[type[Exception], str, bool], ...] = (
    (
        UnicodeEncodeError,
        "The text holds half of a character (a lone surrogate), which can't be stored.",
        False,
    ),
    (socket.gaierror, "The host is unknown. Check its name in the URL.", False),
    (
        ConnectionRefusedError,
        "Nothing answers there: check that the server runs, and host and port of its URL.",
        False,
    ),
    (ssl.SSLError, "The encrypted connection failed: see sslmode and certificates in the URL.", False),
    (TimeoutError, "The server did not answer in time. Check host and port, or try again later.", True),
    (
        ConnectionError,
        "The connection failed or was cut. Try again, and check that this is a PostgreSQL server.",
        True,
    ),
)
"""Errors below the server's own: sentence, and whether the connection is gone; the first that fits counts."""


def explain(error: BaseException) -> Explanation | None:
    """A sentence for an error of the driver or the network; None for anything else."""
    cause = _cause(error)
    if isinstance(cause, asyncpg.PostgresError):
        return _of_server(cause)
    if isinstance(cause, asyncpg.InterfaceError | asyncpg.InternalClientError):
        return _of_driver(cause)
    return _of_network(cause)


def _cause(error: BaseException) -> BaseException:
    """The driver's own error below SQLAlchemy's wrapping; a text that can't be sent is below the driver's."""
    cause = error.__cause__
    if cause is None or isinstance(error, OSError):
        return error
    is_driver = isinstance(error, asyncpg.PostgresError) and not isinstance(cause, UnicodeEncodeError)
    return error if is_driver else _cause(cause)


def _of_server(error: Any) -> Explanation:
    code = error.sqlstate or ""
    parts = {
        "message": str(error.message or error).rstrip("."),
        "detail": error.detail or error.message or "",
        "column": error.column_name or "A column",
        "constraint": error.constraint_name or "of the table",
        "named": f" ({error.constraint_name})" if error.constraint_name else "",
    }
    is_lost = code in LOST or code.startswith("08")
    other = CONNECTION_LOST if is_lost else "PostgreSQL says: {message}."
    sentence = SENTENCES.get(code, other).format(**parts)
    column = error.column_name or _column_of(error)
    is_refused = code.startswith(REFUSED)
    said = parts["message"]
    return Explanation(sentence, column, code in MISSING, is_lost, is_refused=is_refused, said=said)


def _column_of(error: Any) -> str | None:
    """The first column of a violated key, which the server names in the detail only."""
    detail = str(error.detail or "")
    return (
        detail[5 : detail.index(")=")].split(", ")[0].strip('"')
        if detail.startswith("Key (") and ")=" in detail
        else None
    )


def _of_driver(error: BaseException) -> Explanation:
    text = str(error)
    if any(words in text for words in ("closed", "connection", "cannot switch to state")):
        return Explanation(CONNECTION_LOST, is_lost=True)
    return Explanation("The server or the URL can't be used: check host, port and options of the URL.")


def _of_network(error: BaseException) -> Explanation | None:
    if isinstance(error, ConnectionError) and "rejected SSL" in str(error):
        return Explanation(
            "The server agreed to no encrypted connection: see sslmode in the URL, and that it is PostgreSQL."
        )
    for kind, sentence, is_lost in NETWORK:
        if isinstance(error, kind):
            return Explanation(sentence, is_lost=is_lost)
    if isinstance(error, OSError):
        return Explanation(f"The server can't be reached: {error.strerror or 'no connection'}.", is_lost=True)
    return None
