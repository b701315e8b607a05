"""Small questions: one of a few choices, or one line of text. `edit_prompt` has the one for values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.widgets.cells import label
from tui.widgets.hints import key_hints
from tui.widgets.line_input import LineInput
from tui.widgets.quiet_list import QuietList

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question."""

    key: str
    """The key that chooses it at once."""
    label: str
    id: str
    """What the prompt is dismissed with."""
    is_safe: bool = False
    """Whether it is highlighted at first, so that a hasty Enter does no harm."""


class Confirm(ModalScreen[str | None]):
    """Asks a question with a few answers; Escape is none of them."""

    AUTO_FOCUS = "QuietList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "stay", tooltip="Do none of it", id="confirm.leave"),
    ]
    DEFAULT_CSS = """
    Confirm {
        align: center middle;
        & > Vertical {
            width: auto;
            min-width: 40;
            max-width: 90%;
            height: auto;
            max-height: 100%;
            border: round $accent;
            background: $surface;
            padding: 1 2;
        }
        Static { width: auto; max-width: 100%; }
        QuietList, QuietList:focus { width: auto; min-width: 36; border: none; margin: 1 0; }
    }
    """

    def __init__(self, question: str, choices: Sequence[Choice], *, leave: str = "stay") -> None:
        super().__init__()
        self._leave = leave
        self._question = question
        self._choices = choices
        self._answers = QuietList()

    def compose(self) -> ComposeResult:
        """The question and its answers."""
        with Vertical():
            yield Static(label(self._question), markup=False)
            yield self._answers
            yield Static(key_hints(("⏎", "choose"), ("esc", self._leave)), id="confirm-hints", markup=False)

    def on_mount(self) -> None:
        """Show the answers, with the highlight on the one that does no harm."""
        safe = (index for index, choice in enumerate(self._choices) if choice.is_safe)
        answers = [_answer(choice) for choice in self._choices]
        self._answers.fill([1] * len(answers), lambda index, _: answers[index], next(safe, None))

    def on_key(self, event: events.Key) -> None:
        """A choice's key chooses it."""
        chosen = next((c for c in self._choices if c.key in (event.key, event.character)), None)
        if chosen is not None and event.key != "escape":
            event.stop()
            self.dismiss(chosen.id)

    @on(QuietList.Chosen)
    def choose(self, event: QuietList.Chosen) -> None:
        """Answer with the highlighted choice."""
        self.dismiss(self._choices[event.index].id)

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


def _answer(choice: Choice) -> Content:
    return Content.assemble((f"{choice.key:<4}", "bold"), label(choice.label))


class LinePrompt(ModalScreen[T | None]):
    """Asks for one line at the foot of the screen, so that the rows above stay in sight."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", tooltip="Leave without a text", id="text.leave"),
    ]
    DEFAULT_CSS = """
    LinePrompt {
        align: center bottom;
        background: transparent;
        Input, Input:focus {
            width: 100%;
            height: 3;
            margin-bottom: 1;
            border: round $accent;
            background: $surface;
            background-tint: transparent;
        }
    }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.line: LineInput

    def compose(self) -> ComposeResult:
        """The line, with what it is for in its frame."""
        self.line = LineInput(self._text, select_on_focus=True)
        yield self.line

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)


class TextPrompt(LinePrompt[str]):
    """Asks for one line of text."""

    def __init__(self, title: str, text: str = "", hint: str = "") -> None:
        super().__init__(text)
        self._heading = title
        self._hint = hint

    def on_mount(self) -> None:
        """Say what is asked."""
        self.line.border_title = label(self._heading)
        self.line.border_subtitle = label(self._hint or "⏎ find · esc leave")

    @on(Input.Submitted)
    def answer(self, event: Input.Submitted) -> None:
        """Answer with the text."""
        self.dismiss(event.value)
