"""How long the event loop stalls while other things go on."""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

BEAT = 0.002
"""Seconds between two beats."""

LONGEST_STALL = 0.050
"""Seconds that the loop may stand still, whatever runs."""


@dataclass
class Heartbeat:
    """What was measured so far."""

    longest: float = 0.0
    """The longest stall of the loop in seconds."""

    def __str__(self) -> str:
        return f"{self.longest * 1000:.1f} ms"


@asynccontextmanager
async def heartbeat() -> AsyncIterator[Heartbeat]:
    """Measure the longest stall while the block runs; garbage of what ran before is gone."""
    gc.collect()
    measured = Heartbeat()
    beating = asyncio.create_task(_beat(measured))
    try:
        yield measured
    finally:
        beating.cancel()
        await asyncio.wait([beating])


async def _beat(measured: Heartbeat) -> None:
    loop = asyncio.get_running_loop()
    while True:
        started = loop.time()
        await asyncio.sleep(BEAT)
        measured.longest = max(measured.longest, loop.time() - started - BEAT)


def figure(what: str, seconds: float) -> None:
    """Print a measured time: with `-s`, or where the test fails."""
    sys.stdout.write(f"{what}: {seconds * 1000:.1f} ms\n")
