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

HOLD = 0.3
"""Seconds that keys wait at most for something that is about to appear."""

PATIENCE = 0.5
"""Seconds after which a key is handed on in any case: its forerunner's widget may be gone."""


@runtime_checkable
class Holding(Protocol):
    """A screen that may want keys to wait for a moment."""

    holds_keys: bool
    """Whether what the next key is meant for is about to appear; true for a blink only."""


class Blink:
    """A short time that begins anew with each `begin`."""

    def __init__(self) -> None:
        self._end = 0.0

    def begin(self, seconds: float = HOLD) -> None:
        """Begin; it ends by itself after so long."""
        self._end = time.monotonic() + seconds

    def end(self) -> None:
        """End at once."""
        self._end = 0.0

    @property
    def is_on(self) -> bool:
        """Whether it has begun and isn't over."""
        return time.monotonic() < self._end


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

    def add(self, key: Key) -> None:
        """Let a key wait."""
        self._waiting.append(key)

    def take(self) -> Key | None:
        """The next key, if its turn has come; `follow` must be called when it was handed on."""
        if not self._waiting:
            return None
        if time.monotonic() < self._busy_until or not self._is_ready(self._app.screen):
            return None
        self._busy_until = time.monotonic() + PATIENCE
        return self._waiting.popleft()

    @property
    def has_waiting(self) -> bool:
        """Whether a key waits."""
        return bool(self._waiting)

    def follow(self, *, is_last: bool = False) -> None:
        """Send a message behind the key that was handed on."""
        (self._app.focused or self._app.screen).post_message(Passed(is_last))

    def passed(self, message: Passed) -> None:
        """Take note that a key was handled; the next may go when what it posted was handled too."""
        if message.is_last:
            self._busy_until = 0.0
        else:
            self.follow(is_last=True)

    def _is_ready(self, screen: Screen[object]) -> bool:
        """Whether a screen can take keys: it is mounted, the focus is where it begins, nothing is turning."""
        has_focus = screen.focused is not None or not screen.focus_chain
        if screen not in self._ready and screen.is_mounted and has_focus:
            self._ready.add(screen)
        return screen in self._ready and not (isinstance(screen, Holding) and screen.holds_keys)
