"""Where the user came from, and where back leads from there."""

from collections.abc import Callable
from dataclasses import dataclass

from tui.screens.place import Place

STEPS = 50
"""How many steps are remembered each way; each holds a page of rows on each side of its place."""


@dataclass(frozen=True)
class Step:
    """A place where the user was."""

    place: Place
    saves: int
    """How many saves there had been: rows are read anew if there were more since."""


class History:
    """The steps back, and those forward again until something else is opened."""

    def __init__(self, slim: Callable[[Place], object]) -> None:
        self._slim = slim
        """Lets go of what a place that is left need not hold."""
        self._behind: list[Step] = []
        self._ahead: list[Step] = []

    @property
    def can_go_back(self) -> bool:
        """Whether the user came from somewhere."""
        return bool(self._behind)

    @property
    def can_go_on(self) -> bool:
        """Whether the user went back from somewhere."""
        return bool(self._ahead)

    def left(self, step: Step) -> None:
        """Remember a place that was left for a new one."""
        self._ahead.clear()
        self._put(self._behind, step)

    def back(self, here: Step | None) -> Step | None:
        """Where the user came from; `here` is where forward leads then."""
        return self._turn(self._behind, self._ahead, here)

    def on(self, here: Step | None) -> Step | None:
        """Where the user went back from."""
        return self._turn(self._ahead, self._behind, here)

    def _turn(self, origin: list[Step], destination: list[Step], here: Step | None) -> Step | None:
        if not origin:
            return None
        if here is not None:
            self._put(destination, here)
        return origin.pop()

    def _put(self, steps: list[Step], step: Step) -> None:
        self._slim(step.place)
        steps.append(step)
        del steps[:-STEPS]
