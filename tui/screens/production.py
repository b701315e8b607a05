"""The question before something dangerous is saved in a production database."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.db.changes import Change, Delete
from tui.db.database import Database
from tui.widgets.cells import label, visible
from tui.widgets.hints import key_hints
from tui.widgets.line_input import LineInput

FEW = 20
"""Changes that are saved without a question, where none of them is a deletion."""


class NamePrompt(ModalScreen[bool | None]):
    """Asks for a name to be typed, so that nobody agrees in haste."""

    AUTO_FOCUS = "Input"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", tooltip="Save nothing", id="name.leave"),
    ]
    DEFAULT_CSS = """
    NamePrompt {
        align: center middle;
        & > Vertical {
            width: 92%;
            max-width: 72;
            height: auto;
            border: round $error;
            border-title-color: $error;
            background: $surface;
            padding: 1 2;
        }
        Input, Input:focus { height: 3; border: round $foreground 30%; background: $surface; margin: 1 0; }
        #name-said { display: none; color: $text-error; }
    }
    """

    def __init__(self, question: str, name: str) -> None:
        super().__init__()
        self._question = question
        self._wanted = name
        self._line = LineInput()
        self._said = Static(id="name-said", markup=False)

    def compose(self) -> ComposeResult:
        """The question, the line, what is wrong, keys."""
        with Vertical() as frame:
            frame.border_title = "PRODUCTION"
            yield Static(
                label(f"{self._question} Type {visible(self._wanted, 60)} to save it.", 600), markup=False
            )
            yield from (self._line, self._said)
            yield Static(key_hints(("⏎", "save"), ("esc", "save nothing")), markup=False)

    @on(Input.Submitted)
    def compare(self) -> None:
        """Agree where the name is right."""
        if self._line.value.strip() == self._wanted.strip():
            self.dismiss(True)
        else:
            self._said.display = True
            self._said.update(
                label(f"That is another name: nothing is saved before {self._wanted} is typed.", 200)
            )

    def action_leave(self) -> None:
        """Save nothing."""
        self.dismiss(None)


def name_prompt(database: Database, changes: Sequence[Change]) -> NamePrompt | None:
    """What is to be asked before these changes are saved; None where nothing is."""
    deletions = sum(isinstance(change, Delete) for change in changes)
    if not database.options.production or not (deletions or len(changes) > FEW):
        return None
    tables = list(dict.fromkeys(change.table.name.label for change in changes))
    others = len(changes) - deletions
    does = [_count(deletions, "deletion")] if deletions else []
    does += [_count(others, "other change" if deletions else "change")] if others else []
    question = f"{' and '.join(does)} in {', '.join(tables)} on {database.address.label}."
    return NamePrompt(question, tables[0] if len(tables) == 1 else database.address.label)


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'s' * (number != 1)}"
