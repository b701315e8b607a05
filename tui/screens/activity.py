"""What is being done right now, for the status line; expected failures become notices."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from textual.message import Message
from textual.message_pump import MessagePump
from textual.widget import Widget
from textual.worker import NoActiveWorker, Worker, get_current_worker

from tui.db.errors import TuiError
from tui.widgets.status import Notice

BACKGROUND = ("count", "more", "impact")
"""What the user does not wait for."""

NOTICEABLE = 0.05
"""Seconds after which something is worth a word: before that it would only flicker, and cost a frame."""


@dataclass(eq=False)
class _Doing:
    """One of the things that are being done."""

    what: str
    worker: Worker[object] | None
    started: float
    awaited_since: float
    """When it began, or what it went on from."""
    is_noticeable: bool = False
    """Whether it takes so long that the user is told."""


class Activity:
    """What the workers of a pane are doing, by a word for it."""

    class Changed(Message):
        """Something began or ended."""

    class Ticked(Message):
        """What is being done takes its time, or has taken a second more."""

    def __init__(self, owner: Widget) -> None:
        self._owner = owner
        self._doing: dict[str, _Doing] = {}
        self._ended: dict[str, tuple[_Doing, float]] = {}
        """What was done last by that name, without its worker, and when it ended."""

    @contextmanager
    def doing(self, name: str, what: str) -> Iterator[None]:
        """Say what is being done if it takes its time; an expected failure becomes a notice."""
        mine = self._begin(name, what)
        self._owner.post_message(self.Changed())
        left = mine.awaited_since + NOTICEABLE - time.monotonic()
        telling = asyncio.get_running_loop().call_later(max(0, left), self._notice, mine)
        try:
            with ticking(self._owner, lambda _: self._owner.post_message(self.Ticked())):
                yield
        except TuiError as error:
            if self._owner.is_attached:
                self._owner.screen.post_message(Notice(str(error), is_error=True))
        finally:
            telling.cancel()
            if self._doing.get(name) is mine:
                del self._doing[name]
                mine.worker = None
                self._ended[name] = mine, time.monotonic()
            self._owner.post_message(self.Changed())

    def _begin(self, name: str, what: str) -> _Doing:
        """Begin anew, or go on with the same: a key that is held down does not make the words flicker."""
        now = time.monotonic()
        mine = _Doing(what, _worker(), started=now, awaited_since=now)
        last, ended = self._ended.get(name, (None, 0.0))
        before = self._doing.get(name) or (last if now - ended < NOTICEABLE else None)
        if before is not None:
            mine.awaited_since, mine.is_noticeable = before.awaited_since, before.is_noticeable
        self._doing[name] = mine
        return mine

    def _notice(self, doing: _Doing) -> None:
        doing.is_noticeable = True
        self._owner.post_message(self.Ticked())

    @property
    def text(self) -> str:
        """All that takes its time, for how long it does and how to end it; empty while nothing does."""
        told = [one for one in self._doing.values() if one.is_noticeable]
        if not told:
            return ""
        what = ", ".join(one.what for one in told)
        taken = since(min(one.started for one in told))
        return f"{what} … {taken and taken + ' · '}esc stops"

    @property
    def is_awaited(self) -> bool:
        """Whether the user waits for something."""
        return bool(self._doing.keys() - set(BACKGROUND))

    @property
    def is_turning(self) -> bool:
        """Whether other rows will soon stand where the highlight is."""
        return not {"open", "view"}.isdisjoint(self._doing)

    @property
    def are_rows_awaited(self) -> bool:
        """Whether rows that are on their way take their time."""
        awaited = (one for name, one in self._doing.items() if name not in BACKGROUND or name == "more")
        return any(one.is_noticeable for one in awaited)

    def is_doing(self, name: str) -> bool:
        """Whether this is being done."""
        return name in self._doing

    def cancel(self, name: str) -> None:
        """Stop one of the things that are being done, if it is."""
        doing = self._doing.get(name)
        if doing is not None and doing.worker is not None:
            doing.worker.cancel()

    def stop(self) -> bool:
        """Stop all that is being done; False where nothing is."""
        workers = [one.worker for one in self._doing.values() if one.worker is not None]
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
