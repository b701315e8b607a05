"""Faults: from time to time something bad is done to the database, in a thread of its own."""

import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from random import Random
from types import TracebackType
from typing import Self

from tests.soak.engines import REFUSED, Fault

PAUSE = (3.0, 12.0)
"""Seconds between two faults, at least and at most."""


class Faults(AbstractContextManager["Faults"]):
    """Does random faults until the `with` block ends."""

    def __init__(self, faults: Mapping[str, Fault], seed: int) -> None:
        self.done: Counter[str] = Counter()
        """How often each was done."""
        self.problems: list[str] = []
        """What could not be done to the database, and why."""
        self._faults = faults
        self._random = Random(seed)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join(60)

    def _run(self) -> None:
        while not self._over.wait(self._random.uniform(*PAUSE)):
            name = self._random.choice(list(self._faults))
            try:
                self._faults[name](self._over)
                self.done[name] += 1
            except REFUSED as error:
                self.problems.append(f"{name}: {error}")
