"""The status line: what runs or what happened on the left, the position on the right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Protocol, runtime_checkable

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static

from tui.widgets.cells import label

SECONDS = 8
"""How long a notice stays; errors stay until the next one or Escape."""


@dataclass
class Notice(Message):
    """A sentence for the user, shown in the status line."""

    text: str
    is_error: bool = False


@runtime_checkable
class Explaining(Protocol):
    """Something whose keys are dimmed at times."""

    @property
    def why_not(self) -> Mapping[str, str]:
        """For each action that may be dimmed a sentence that says why."""


class StatusLine(Horizontal):
    """One line at the bottom; a long notice takes two."""

    DEFAULT_CSS: ClassVar[str] = """
    StatusLine {
        height: auto; max-height: 3; padding: 0 1;
        #activity { width: 1fr; height: auto; color: $text-muted; }
        #position { width: 32; text-align: right; color: $text-muted; }
        &.-notice #activity { color: $text-success; }
        &.-error #activity { color: $text-error; text-style: bold; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._activity = ""
        self._position = ""
        self._left = Static(id="activity", markup=False)
        self._right = Static(id="position", markup=False)
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """The two halves."""
        yield self._left
        yield self._right

    def show_activity(self, text: str, *, is_running: bool = False) -> None:
        """Say what is going on; a notice stays unless the user waits for something else now."""
        has_changed, self._activity = text != self._activity, text
        if is_running and self.has_notice:
            self.clear_notice()
        elif has_changed and not self.has_notice:
            self._left.update(label(text), layout=False)

    def show_position(self, text: str) -> None:
        """Say where the highlight is."""
        if text != self._position:
            self._position = text
            self._right.update(Content(text), layout=False)

    def show_notice(self, notice: Notice) -> None:
        """Show a notice in place of the activity."""
        self.clear_notice()
        self.add_class("-error" if notice.is_error else "-notice")
        self._left.update(label(("✗ " if notice.is_error else "✓ ") + notice.text))
        if not notice.is_error:
            self._timer = self.set_timer(SECONDS, self.clear_notice)

    @property
    def has_notice(self) -> bool:
        """Whether a notice stands there."""
        return self.has_class("-error") or self.has_class("-notice")

    def clear_notice(self) -> None:
        """Put the activity back in its place."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.remove_class("-error", "-notice")
        self._left.update(label(self._activity))
