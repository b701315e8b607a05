"""How long an event loop stands still, and what it does meanwhile."""

import asyncio
import gc
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType

BEAT = 0.002
"""Seconds between two rounds of the loop that are waited for, and between two looks at what it does."""
PACKAGE = str(Path(__file__).parents[2] / "tui")


class Watch:
    """Looks at a loop's thread from another one, and remembers what it did during its longest stall."""

    def __init__(self) -> None:
        self.stall = 0.0
        """The most processor time that the thread spent without coming round, in seconds."""
        self.late = 0.0
        """The most that it came round late, by the clock."""
        self.cause = ""
        """The program's own function in which most of it was spent, and the innermost one."""
        self._thread = threading.get_ident()
        self._looks: deque[tuple[float, str, str]] = deque(maxlen=20_000)
        self._collected = 0.0
        self._began = 0.0
        self._is_over = threading.Event()

    async def beat(self) -> None:
        """Come round again and again, and note how much was done in between."""
        while True:
            started, worked, collected = time.perf_counter(), time.thread_time(), self._collected
            await asyncio.sleep(BEAT)
            worked = time.thread_time() - worked
            self.late = max(self.late, time.perf_counter() - started - BEAT)
            if worked > self.stall:
                self.stall = worked
                is_garbage = self._collected - collected > worked / 2
                self.cause = "garbage collection" if is_garbage else self._most_since(started)

    def look(self) -> None:
        """Look at what the thread does, until it is over; runs in a thread of its own."""
        while not self._is_over.wait(BEAT):
            frame = sys._current_frames().get(self._thread)
            if frame is not None:
                self._looks.append((time.perf_counter(), *_described(frame)))

    def note_collection(self, phase: str, _: dict[str, int]) -> None:
        """Called by the garbage collector when it begins and ends."""
        if phase == "start":
            self._began = time.perf_counter()
        else:
            self._collected += time.perf_counter() - self._began

    def end(self) -> None:
        """Look no more."""
        self._is_over.set()

    def _most_since(self, started: float) -> str:
        seen = [(own, inner) for at, own, inner in self._looks if at >= started]
        if not seen:
            return ""
        own = Counter(own for own, _ in seen).most_common(1)[0][0]
        inner = Counter(inner for other, inner in seen if other == own).most_common(1)[0][0]
        return inner if own in ("", inner) else f"{own} / {inner}"


@asynccontextmanager
async def watched() -> AsyncIterator[Watch]:
    """Watch the running loop while the block runs."""
    watch, interval = Watch(), sys.getswitchinterval()
    sys.setswitchinterval(BEAT / 4)  # else the other thread looks every 5 ms only
    looking = threading.Thread(target=watch.look, daemon=True)
    looking.start()
    gc.callbacks.append(watch.note_collection)
    beating = asyncio.create_task(watch.beat())
    try:
        yield watch
        await asyncio.sleep(2 * BEAT)
    finally:
        beating.cancel()
        gc.callbacks.remove(watch.note_collection)
        sys.setswitchinterval(interval)
        watch.end()
        await asyncio.to_thread(looking.join)


def _described(frame: FrameType) -> tuple[str, str]:
    """The innermost function of the program's own that is running, if any, and the innermost one of all."""
    above: FrameType | None = frame
    while above is not None and not above.f_code.co_filename.startswith(PACKAGE):
        above = above.f_back
    return "" if above is None else _name(above), _name(frame)


def _name(frame: FrameType) -> str:
    module = frame.f_globals.get("__name__", "?")
    return f"{module}.{frame.f_code.co_qualname}"
