"""Waiting for what another thread, process or server finishes a moment later."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

PATIENCE = 60.0
"""Seconds, far more than anything here takes: only a test that fails waits so long."""

PAUSE = 0.01

T = TypeVar("T")


async def until_equal(read: Callable[[], Awaitable[T]], wanted: T) -> None:
    """Read again and again until the value is what it should be; fail with the last one."""
    end = time.monotonic() + PATIENCE
    while (value := await read()) != wanted and time.monotonic() < end:  # noqa: ASYNC110
        await asyncio.sleep(PAUSE)
    assert value == wanted
