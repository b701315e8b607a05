"""Echo: every statement with its time, to a file. Values are left out: they are the users' data."""

import os
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import ExceptionContext, event
from sqlalchemy.ext.asyncio import AsyncEngine

from tui.db.errors import ConnectError


def echo_to(path: Path, engines: Sequence[AsyncEngine]) -> TextIO:
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
    return file


def _listen(engine: AsyncEngine, file: TextIO) -> None:
    def before(connection: Any, *_: object) -> None:
        connection.info["tui_started"] = time.perf_counter()

    def after(connection: Any, _cursor: object, statement: str, *_: object) -> None:
        write(connection, statement)

    def failed(context: ExceptionContext) -> None:
        if context.statement is not None and context.connection is not None:
            write(context.connection, context.statement + "  -- failed")

    def write(connection: Any, statement: str) -> None:
        now = time.perf_counter()
        milliseconds = (now - connection.info.pop("tui_started", now)) * 1000
        moment = datetime.now().isoformat(sep=" ", timespec="milliseconds")
        file.write(f"{moment} {milliseconds:9.2f} ms  {' '.join(statement.split())}\n")

    event.listen(engine.sync_engine, "before_cursor_execute", before)
    event.listen(engine.sync_engine, "after_cursor_execute", after)
    event.listen(engine.sync_engine, "handle_error", failed)
