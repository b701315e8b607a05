"""MariaDB's and MySQL's errors in plain words."""

import re
import socket
import ssl

from asyncmy import errors

from tui.db.dialects.protocol import Explanation

SENTENCES = {
    1045: "The server refused this user or password: check them, or set MYSQL_PWD.",
    1698: "The server refused this user or password: check them, or set MYSQL_PWD.",
    1044: "This user may not use that database.",
    1049: "There is no such database on the server: {message}.",
    1040: "The server has too many connections. Try again later.",
    1203: "This user has too many connections. Try again later.",
    1226: "This user has used up what the server allows: {message}.",
    1129: "The server refuses this machine after too many failed connections: {message}.",
    1130: "The server does not let this machine connect.",
    1053: "The server is shutting down. Try again in a moment.",
    1317: "The statement was stopped.",
    1969: "The statement took longer than it may and was stopped. --statement-limit allows more.",
    3024: "The statement took longer than it may and was stopped. --statement-limit allows more.",
    1927: "The server ended the connection.",
    1205: "The row is locked by somebody else. Try again when they have finished.",
    1213: "Two writers blocked each other and the server stopped this one. Try again.",
    1020: "Somebody else wrote in the meantime. Try again.",
    1792: "The connection is read-only, so nothing can be written.",
    1290: "The server is read-only: {message}.",
    1836: "The server is read-only, so nothing can be written.",
    1142: "You may not do this: {message}.",
    1143: "You may not do this: {message}.",
    1146: "The table is gone: {message}.",
    1051: "The table is gone: {message}.",
    1054: "A column is gone: {message}.",
    1356: "The database view is broken: a table or column that it needs is gone.",
    1048: "{column} must have a value.",
    1364: "{column} must have a value.",
    1406: "The value is too long for {column}.",
    1264: "The value is out of range for {column}.",
    1265: "{column} can't hold this value.",
    1366: "{column} can't hold this value: {message}.",
    1292: "{column} can't hold this value: {message}.",
    1062: "Another row has this value already: {message}.",
    1451: "A foreign key keeps this row: other rows, or the row itself, still point to it ({constraint}).",
    1452: "A foreign key ({constraint}) refused it: the row that {column} names is missing.",
    3819: "The check {constraint} refused it.",
    4025: "The check {constraint} refused it.",
    1644: "The database refused it: {message}.",
    1153: "The value is larger than the server accepts (max_allowed_packet).",
    1114: "The disk or the table is full, so nothing was written.",
    1021: "The disk is full, so nothing was written.",
    2027: "The server says things that make no sense: is this a MariaDB or MySQL server?",
    2059: "The server wants a login that tui can't do: {message}. ssl-mode=REQUIRED in the URL may help.",
    2061: "{message}: it gets that with ssl-mode=REQUIRED or better only, or at a socket.",
    2068: "The server asked for a file of this machine and was given none: do not trust it.",
    1665: "The server's binary log must be in ROW or MIXED format for tui to write: {message}.",
}
"""By the server's error number (mariadb.com/kb/en/mariadb-error-code-reference)."""

CONNECTION_LOST = "The connection to the server was lost. Try again: a new one is made by itself."

REFUSED = (1048, 1364, 1406, 1264, 1265, 1366, 1292, 1062, 1451, 1452, 3819, 4025)
MISSING = (1146, 1051, 1054, 1356)
LOST = (1053, 1927, 1158, 1159, 1160, 1161, 2006, 2013, 2014, 2055)
"""1158 to 1161: the server could not read or write the network; 2000 and above are the driver's own."""

NETWORK: tuple[tuple[type[BaseException], str, bool], ...] = (
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
    (FileNotFoundError, "There is no server at that socket: check the URL, and that the server runs.", False),
    (ssl.SSLError, "The encrypted connection failed: see ssl-mode and certificates in the URL.", False),
    (TimeoutError, "The server did not answer in time. Check host and port, or try again later.", True),
    (
        ConnectionError,
        "The connection failed or was cut. Try again, and check that this is a MariaDB or MySQL server.",
        True,
    ),
)
"""Errors below the server's own: sentence, and whether the connection is gone; the first that fits counts."""

COLUMN = re.compile(
    r"(?:[Cc]olumn|Field) (?:'([^']+)'|(?:`[^`]*`\.)*`([^`]+)`)"
    r"|FOREIGN KEY \(`([^`]+)`"
)
CONSTRAINT = re.compile(r"CONSTRAINT `([^`]+)`|[Cc]heck constraint '([^']+)'")


def explain(error: BaseException) -> Explanation | None:
    """A sentence for an error of the driver or the network; None for anything else."""
    cause = error.__cause__ if _is_of_network(error) and error.__cause__ is not None else error
    for kind, sentence, is_lost in NETWORK:
        if isinstance(cause, kind):
            return Explanation(sentence, is_lost=is_lost)
    if isinstance(cause, OSError):
        return Explanation(f"The server can't be reached: {cause.strerror or 'no connection'}.", is_lost=True)
    if isinstance(error, errors.MySQLError):
        return _of_server(error)
    return None


def _is_of_network(error: BaseException) -> bool:
    return isinstance(error, errors.OperationalError) and _number(error) == 2003


def _number(error: BaseException) -> int:
    number = error.args[0] if error.args else 0
    return number if isinstance(number, int) else 0


def _of_server(error: BaseException) -> Explanation:
    number = _number(error)
    message = str(error.args[1] if len(error.args) > 1 else error).rstrip(".")
    is_lost = number in LOST or isinstance(error, errors.InterfaceError | errors.InternalError)
    column, constraint = _named(COLUMN, message), _named(CONSTRAINT, message)
    other = CONNECTION_LOST if is_lost else "The server says: {message}."
    words = {"message": message, "column": column or "A column", "constraint": constraint or message}
    sentence = SENTENCES.get(number, other).format(**words)
    told = None if number == 1451 else column
    is_refused = number in REFUSED
    return Explanation(sentence, told, number in MISSING, is_lost, is_refused=is_refused, said=message)


def _named(pattern: re.Pattern[str], message: str) -> str | None:
    found = pattern.search(message)
    return next((name for name in found.groups() if name), None) if found else None
