"""How long the event loop stalls while other things go on."""

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

BEAT = 0.002
"""Seconds between two beats."""

LONGEST_WORK = 0.050
"""Seconds of its thread's processor time that the loop may work without looking around, whatever runs."""

LONGEST_STALL = 1.0
"""Seconds on the clock that the loop may stand still. It catches a call that blocks, which takes no
processor time; it is wide, since on a busy machine the clock also counts what other processes do."""


@dataclass
class Heartbeat:
    """What was measured so far: between two beats the loop gets round to everything that waits once."""

    work: float = 0.0
    """The most processor time that the loop's thread took between two beats, in seconds; collecting
    garbage is a part of it. What other processes do makes it no longer."""
    stall: float = 0.0
    """The longest that a beat was late on the clock, in seconds."""

    def __str__(self) -> str:
        return f"{self.work * 1000:.1f} ms of work at once, {self.stall * 1000:.1f} ms on the clock"

    @property
    def is_fluent(self) -> bool:
        """Whether nobody would have noticed."""
        return self.work <= LONGEST_WORK and self.stall <= LONGEST_STALL


@asynccontextmanager
async def heartbeat() -> AsyncIterator[Heartbeat]:
    """Measure the longest stall while the block runs; garbage of what ran before is gone."""
    gc.collect()
    measured = Heartbeat()
    beating = asyncio.create_task(_beat(measured))
    try:
        yield measured
        await asyncio.sleep(2 * BEAT)
    finally:
        beating.cancel()
        await asyncio.wait([beating])


async def _beat(measured: Heartbeat) -> None:
    loop = asyncio.get_running_loop()
    while True:
        started, worked = loop.time(), time.thread_time()
        await asyncio.sleep(BEAT)
        measured.work = max(measured.work, time.thread_time() - worked)
        measured.stall = max(measured.stall, loop.time() - started - BEAT)


def report(what: str, measured: Heartbeat) -> None:
    """Print what was measured: with `-s`, or where the test fails."""
    sys.stdout.write(f"{what}: {measured}\n")


def figure(what: str, seconds: float) -> None:
    """Print a measured time: with `-s`, or where the test fails."""
    sys.stdout.write(f"{what}: {seconds * 1000:.1f} ms\n")
