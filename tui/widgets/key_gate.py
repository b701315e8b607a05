"""Quick keys: each is handed on only when the one before has done its work."""

import time
from collections import deque
from dataclasses import dataclass
from typing import Protocol, runtime_checkable
from weakref import WeakSet

from textual.app import App
from textual.events import Key
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

HOLD = 0.3
"""Seconds that keys wait at most for something that is about to appear."""

WAY_OUT = ("escape", "ctrl+q")
"""Keys that stop or quit: a longer wait holds them for no more than `HOLD` either."""

PATIENCE = 0.5
"""Seconds after which a key is handed on in any case: what the one before does may take long."""


class Blink:
    """A short time, which begins anew with each `begin`, in which keys wait for what is about to appear."""

    def __init__(self) -> None:
        self._begin = 0.0
        self._end = 0.0
        self._lost = 0.0

    def begin(self, seconds: float = HOLD) -> None:
        """Begin; it ends by itself after so long."""
        self._begin = time.monotonic()
        self._end = self._begin + seconds

    def end(self, *, is_in_vain: bool = False) -> None:
        """End at once; in vain: what the waiting keys are meant for won't appear, so they are dropped."""
        self._end = 0.0
        if is_in_vain:
            self._lost = Message().time  # by the clock that stamps keys

    @property
    def is_on(self) -> bool:
        """Whether it has begun and isn't over."""
        return time.monotonic() < self._end

    def holds(self, key: Key) -> bool:
        """Whether a key has to wait."""
        return self.is_on and not (key.key in WAY_OUT and time.monotonic() >= self._begin + HOLD)

    def drops(self, key: Key) -> bool:
        """Whether a key was meant for what did not appear."""
        return key.time <= self._lost


@runtime_checkable
class Holding(Protocol):
    """A screen that may want keys to wait for a moment."""

    @property
    def blink(self) -> Blink:
        """On while what the next key is meant for is about to appear."""


@dataclass
class Passed(Message):
    """Follows a key through the same queues; when it comes out at the top, the key has been handled."""

    is_last: bool
    """Whether what the key has posted was handled as well."""


class KeyGate:
    """Keys that wait for their turn.

    A key bubbles from the focused widget to the app, and its action may open a screen or move the focus.
    Without a gate the next key is sent to where the focus was: typed text is lost, or taken for commands.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._waiting: deque[Key] = deque()
        self._busy_until = 0.0
        self._ready: WeakSet[Screen[object]] = WeakSet()
        self._carrier: Widget | None = None
        """To whom the last follower was sent: it is lost where that widget is taken down."""

    def add(self, key: Key) -> None:
        """Let a key wait."""
        self._waiting.append(key)

    def take(self) -> Key | None:
        """The next key, if its turn has come; `follow` must be called when it was handed on."""
        if not self._app.screen_stack:  # the program ends
            return None
        screen = self._app.screen
        if self._is_busy or not self._is_ready(screen):
            return None
        if isinstance(screen, Holding):
            self._skip(screen.blink)
            if self._waiting and screen.blink.holds(self._waiting[0]):
                return None
        if not self._waiting:
            return None
        self._busy_until = time.monotonic() + PATIENCE
        self._carrier = None
        return self._waiting.popleft()

    def _skip(self, blink: Blink) -> None:
        """Forget the keys whose prompt did not come, and those before one that ends the waiting for it."""
        passing = (number for number, key in enumerate(self._waiting) if not blink.holds(key))
        for _ in range(next(passing, 0)):
            self._waiting.popleft()
        while self._waiting and blink.drops(self._waiting[0]):
            self._waiting.popleft()

    @property
    def has_waiting(self) -> bool:
        """Whether a key waits."""
        return bool(self._waiting)

    def follow(self, *, is_last: bool = False) -> None:
        """Send a message behind the key that was handed on."""
        if self._app.screen_stack:
            self._carrier = self._app.focused or self._app.screen
            self._carrier.post_message(Passed(is_last))

    @property
    def _is_busy(self) -> bool:
        is_lost = self._carrier is not None and not self._carrier.is_attached
        return time.monotonic() < self._busy_until and not is_lost

    def passed(self, message: Passed) -> None:
        """Take note that a key was handled; the next may go when what it posted was handled too."""
        if message.is_last:
            self._busy_until = 0.0
        else:
            self.follow(is_last=True)

    def _is_ready(self, screen: Screen[object]) -> bool:
        """Whether a screen can take keys: it is mounted, and the focus is where it begins."""
        has_focus = screen.focused is not None or not screen.focus_chain
        if screen not in self._ready and screen.is_mounted and has_focus:
            self._ready.add(screen)
        return screen in self._ready
