"""Echo: every statement with its time, to a file. Values are left out: they are the users' data.

Transactions that write are told by BEGIN, COMMIT and ROLLBACK, written when they are sent, without a time.
"""

import os
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine

from tui.db.errors import ConnectError


def echo_to(path: Path, engines: Sequence[AsyncEngine], writer: AsyncEngine) -> TextIO:
    """Append each statement of the engines to a file that only its owner can read, until that is closed.

    Raises ConnectError where the file can't be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise ConnectError(f"The echo file {str(path)!r} can't be written: {error.strerror}.") from None
    file = os.fdopen(descriptor, "a", encoding="utf-8", buffering=1)
    for engine in engines:
        _listen(engine, file)
    _listen_to_transactions(writer, file)
    return file


def _listen(engine: AsyncEngine, file: TextIO) -> None:
    def before(connection: Any, *_: object) -> None:
        connection.info["tui_started"] = time.perf_counter()

    def after(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        _write(file, connection, statement)

    def failed(context: ExceptionContext) -> None:
        if context.connection is not None:
            statement = context.statement or context.connection.info.get("tui_ending")
            _write(file, context.connection, f"{statement or 'connection'}  -- failed")

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)
    event.listen(engine.sync_engine, "handle_error", failed)


def _listen_to_transactions(engine: AsyncEngine, file: TextIO) -> None:
    def note(word: str) -> Callable[[Any], None]:
        def noted(connection: Any) -> None:
            connection.info["tui_ending"] = word
            _write(file, connection, word)

        return noted

    for word in ("BEGIN", "COMMIT", "ROLLBACK"):
        event.listen(engine.sync_engine, word.lower(), note(word))


def _write(file: TextIO, connection: Any, statement: str) -> None:
    now = time.perf_counter()
    milliseconds = (now - connection.info.pop("tui_started", now)) * 1000
    moment = datetime.now().isoformat(sep=" ", timespec="milliseconds")
    file.write(f"{moment} {milliseconds:9.2f} ms  {' '.join(statement.split())}\n")
