"""What is being done right now, for the status line; expected failures become notices."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from textual.message import Message
from textual.message_pump import MessagePump
from textual.widget import Widget
from textual.worker import NoActiveWorker, Worker, get_current_worker

from tui.db.errors import TuiError
from tui.widgets.status import Notice

BACKGROUND = ("count", "more", "impact")
"""What the user does not wait for."""


class Activity:
    """What the workers of a pane are doing, by a word for it."""

    class Changed(Message):
        """Something began or ended."""

    class Ticked(Message):
        """What is being done has taken a second more."""

    def __init__(self, owner: Widget) -> None:
        self._owner = owner
        self._doing: dict[str, tuple[str, Worker[object] | None, float]] = {}

    @contextmanager
    def doing(self, name: str, what: str) -> Iterator[None]:
        """Say what is being done while it is; an expected failure becomes a notice."""
        mine = what, _worker(), time.monotonic()
        self._doing[name] = mine
        self._owner.post_message(self.Changed())
        try:
            with ticking(self._owner, lambda _: self._owner.post_message(self.Ticked())):
                yield
        except TuiError as error:
            if self._owner.is_attached:
                self._owner.screen.post_message(Notice(str(error), is_error=True))
        finally:
            if self._doing.get(name) is mine:
                del self._doing[name]
            self._owner.post_message(self.Changed())

    @property
    def text(self) -> str:
        """All that is being done, for how long and how to end it; empty while nothing is."""
        if not self._doing:
            return ""
        what = ", ".join(one for one, _, _ in self._doing.values())
        taken = since(min(started for _, _, started in self._doing.values()))
        return f"{what} … {taken and taken + ' · '}esc stops"

    @property
    def is_awaited(self) -> bool:
        """Whether the user waits for something."""
        return bool(self._doing.keys() - set(BACKGROUND))

    @property
    def is_turning(self) -> bool:
        """Whether other rows will soon stand where the highlight is."""
        return not {"open", "view"}.isdisjoint(self._doing)

    def is_doing(self, name: str) -> bool:
        """Whether this is being done."""
        return name in self._doing

    def cancel(self, name: str) -> None:
        """Stop one of the things that are being done, if it is."""
        _, worker, _ = self._doing.get(name, ("", None, 0.0))
        if worker is not None:
            worker.cancel()

    def stop(self) -> bool:
        """Stop all that is being done; False where nothing is."""
        workers = [worker for _, worker, _ in self._doing.values() if worker is not None]
        for worker in workers:
            worker.cancel()
        return bool(workers)


def since(started: float) -> str:
    """How many seconds something has taken; empty at first."""
    seconds = int(time.monotonic() - started)
    return f"{seconds} s" if seconds else ""


@contextmanager
def ticking(owner: MessagePump, show: Callable[[str], object]) -> Iterator[None]:
    """Say each second how long something has taken, as long as it takes."""
    started = time.monotonic()
    timer = owner.set_interval(1, lambda: show(since(started)))
    try:
        yield
    finally:
        timer.stop()


def _worker() -> Worker[object] | None:
    try:
        return get_current_worker()
    except NoActiveWorker:
        return None
