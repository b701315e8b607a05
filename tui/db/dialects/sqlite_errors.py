"""SQLite's errors in plain words."""

import re
import sqlite3

from tui.db.dialects.protocol import Explanation

READ_ONLY = "The database is read-only, so nothing can be written."

SENTENCES = {
    "SQLITE_NOTADB": "This file is no SQLite database, or it is encrypted.",
    "SQLITE_CANTOPEN": "The file can't be opened: check that it is there, that you may read it, and that "
    "its directory can be written, as a log beside it (-wal) needs.",
    "SQLITE_BUSY": "The database is locked by another program. Try again when it has finished.",
    "SQLITE_BUSY_SNAPSHOT": "Another program wrote in the meantime. Try again.",
    "SQLITE_LOCKED": "The table is locked by another statement. Try again.",
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_AUTH": READ_ONLY,
    "SQLITE_READONLY_DBMOVED": "The file was moved or replaced since it was opened. Open it again.",
    "SQLITE_READONLY_DIRECTORY": "The directory of the file can't be written, as the journal or log needs: "
    "copy the file to where you may write.",
    "SQLITE_READONLY_ROLLBACK": "A program that crashed left a journal, which must be rolled back before "
    "the file can be read: open it for writing once.",
    "SQLITE_CORRUPT": "The file is damaged here; other tables may be readable. Nothing is written any more.",
    "SQLITE_FULL": "The disk is full, so nothing was written.",
    "SQLITE_IOERR": "The disk reported an error, so nothing was written.",
    "SQLITE_IOERR_DELETE": "The journal beside the file can't be deleted: its directory must be writable.",
    "SQLITE_INTERRUPT": "The statement was stopped.",
    "SQLITE_TOOBIG": "The value is too long for SQLite.",
    "SQLITE_PERM": "You may not read or write this file.",
}

CONSTRAINTS = {
    "SQLITE_CONSTRAINT_NOTNULL": "{column} must have a value.",
    "SQLITE_CONSTRAINT_UNIQUE": "Another row has this {column} already, and it must be unique.",
    "SQLITE_CONSTRAINT_PRIMARYKEY": "Another row has this {column} already, and it is the key.",
    "SQLITE_CONSTRAINT_ROWID": "Another row has this {column} already, and it is the key.",
    "SQLITE_CONSTRAINT_FOREIGNKEY": "A foreign key would point to nothing: the row it names is missing.",
    "SQLITE_CONSTRAINT_CHECK": "The check {detail} refused it.",
    "SQLITE_CONSTRAINT_TRIGGER": "A trigger refused it: {detail}.",
    "SQLITE_CONSTRAINT_DATATYPE": "The column's type refused it: {detail}.",
}


def explain(error: BaseException) -> Explanation | None:
    """A sentence for an error of the driver; None for anything else."""
    if isinstance(error, UnicodeEncodeError):
        return Explanation("The text holds half of a character (a lone surrogate), which can't be stored.")
    if isinstance(error, OverflowError):
        return Explanation("The number is too large: SQLite holds whole numbers up to 9223372036854775807.")
    if not isinstance(error, sqlite3.Error):
        return None
    name = getattr(error, "sqlite_errorname", None) or ""
    detail = str(error)
    if name in CONSTRAINTS:
        return _constraint(name, detail)
    if name == "SQLITE_ERROR":
        is_missing = detail.startswith(("no such table", "no such column"))
        return Explanation(f"SQLite says: {detail}.", is_missing=is_missing, said=detail)
    sentence = SENTENCES.get(name) or SENTENCES.get("_".join(name.split("_")[:2]))
    is_busy = name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return Explanation(
        sentence or f"SQLite says: {detail}.", is_busy=is_busy, is_damaged=name.startswith("SQLITE_CORRUPT")
    )


def _constraint(name: str, detail: str) -> Explanation:
    subject = detail.partition(": ")[2]
    columns = re.findall(r"\.([^.,]+)(?:, |$)", subject)
    words = ", ".join(columns) or subject or "value"
    sentence = CONSTRAINTS[name].format(column=words, detail=subject or detail)
    return Explanation(sentence, column=columns[0] if columns else None, is_refused=True)
