"""When Python looks for garbage: while the user does nothing, for a full look holds up everything else.

It takes some 100 ms on a slow machine, at any moment; what is not in a cycle is freed at once anyway.
"""

import gc
from time import monotonic

IDLE = 5.0
"""Seconds without a key after which a full look disturbs nobody."""

WORTH = 10
"""Looks at young objects after which a full one is worth while: Python's own measure."""

PAUSE = 0.5
"""Seconds without a key after which one may be made where there is much to look for."""

MUCH = 50
"""Looks at young objects after which there is."""

MOST = 150
"""The same after which one is made whatever the user does, lest memory grow."""


class Garbage:
    """Puts full looks for garbage off until the user does nothing."""

    def __init__(self) -> None:
        self._thresholds = gc.get_threshold()
        self._touched = monotonic()

    def begin(self) -> None:
        """Put full looks off from now on."""
        gc.set_threshold(*self._thresholds[:2], MOST)

    def note(self) -> None:
        """Take note that the user does something."""
        self._touched = monotonic()

    def tidy(self) -> None:
        """Look for garbage, where the user does nothing and it is worth while."""
        rested, looks = monotonic() - self._touched, gc.get_count()[2]
        if (rested >= IDLE and looks >= WORTH) or (rested >= PAUSE and looks >= MUCH):
            gc.collect()

    def end(self) -> None:
        """Leave Python as it was."""
        gc.set_threshold(*self._thresholds)
