"""MariaDB and MySQL: nothing but reading gets to the server by a connection that is to read."""

import re
from typing import Any

from asyncmy import errors
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

READS = re.compile(r"[\s(]*(SELECT|WITH)\b", re.IGNORECASE)
INTO = re.compile(r"\bINTO\b", re.IGNORECASE)
QUOTED = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`", re.DOTALL)
COMMENT = re.compile(r"/\*|--|#")
READ_ONLY = 1792
"""The server's own number for a write in a read-only transaction."""


def only_reads(statement: str) -> bool:
    """Whether a statement is a SELECT that writes no file.

    Where a comment is, what looks quoted may be none: then the word INTO is refused wherever it stands.
    """
    bare = QUOTED.sub("", statement)
    return bool(READS.match(bare)) and not INTO.search(statement if COMMENT.search(bare) else bare)


def refuse_writes(engine: AsyncEngine) -> None:
    """Refuse, as the server would, what is not reading.

    The session is read-only, but SQL can switch that off for one statement (`SET STATEMENT`), in a block
    or by a procedure; and it stops neither files of the server nor its settings.
    """

    def check(_cursor: object, statement: str, *_: Any) -> None:
        if not only_reads(statement):
            raise errors.OperationalError(READ_ONLY, "This connection is read-only")

    for name in ("do_execute", "do_executemany", "do_execute_no_params"):
        event.listen(engine.sync_engine, name, check)
