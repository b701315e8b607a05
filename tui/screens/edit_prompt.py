"""The prompt that edits one value."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.db.entry import accept
from tui.db.errors import QueryError, ValueRefusedError
from tui.db.schema import Column
from tui.db.values import DEFAULT, BadText, Value
from tui.screens.edit_tools import EditTools
from tui.widgets.cells import label, text_of
from tui.widgets.edit_form import Form, FormError, read, written
from tui.widgets.edit_lines import about, hints, state_line
from tui.widgets.key_gate import Blink
from tui.widgets.value_editor import State, ValueEditor

if TYPE_CHECKING:
    from tui.db.database import Database


@dataclass(frozen=True, slots=True)
class Entered:
    """What the user kept."""

    value: Value
    """The very object that was there before, where nothing was changed."""


class EditPrompt(ModalScreen[Entered | None]):
    """Edits one value; what the column can't hold is refused here, with everything that was typed kept."""

    AUTO_FOCUS = "ValueEditor"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "keep_line", "keep", priority=True, tooltip="Keep what is typed", id="edit.keep-line"
        ),
        Binding("ctrl+s,f10", "keep", "keep", priority=True, tooltip="Keep what is typed", id="edit.keep"),
        Binding("escape", "leave", "leave", tooltip="Leave without a change", id="edit.leave"),
        Binding("ctrl+n", "null", "NULL", priority=True, tooltip="Set NULL; again: a value", id="edit.null"),
        Binding(
            "ctrl+d",
            "default",
            "DEFAULT",
            priority=True,
            tooltip="Leave it to the database",
            id="edit.default",
        ),
        Binding(
            "ctrl+t",
            "lines",
            "lines",
            priority=True,
            tooltip="Enter begins a new line, or keeps",
            id="edit.lines",
        ),
    ]
    DEFAULT_CSS = """
    EditPrompt {
        align: center bottom;
        &.-above { align: center top; }
        & > Vertical {
            width: 92%;
            max-width: 88;
            height: auto;
            max-height: 100%;
            margin-bottom: 2;
            border: round $accent;
            background: $surface;
            padding: 0 1;
        }
        ValueEditor, ValueEditor:focus { border: round $foreground 30%; }
        #edit-message { display: none; color: $text-error; }
        #edit-message.-notice { color: $text-warning; }
        #edit-hints { margin-top: 1; }
    }
    """

    def __init__(
        self, database: "Database", column: Column, value: Value, *, where: str, can_default: bool = False
    ) -> None:
        super().__init__()
        self._database = database
        self._column = column
        self._value = value
        self._where = where
        self._can_default = can_default
        self.editor = ValueEditor(value, column)
        self._state = Static(id="edit-state", markup=False)
        self._message = Static(id="edit-message", markup=False)
        self._hints = Static(id="edit-hints", markup=False)
        self.blink = Blink()
        """On while the prompt is about to close: then the next key is not for it."""
        self.pasted = ""
        """What is put into the editor at first, in place of the value."""
        self._accepted: tuple[str, Value] | None = None
        self._said_about: tuple[State, str] | None = None

    def compose(self) -> ComposeResult:
        """Column, editor, state, message, keys."""
        with EditTools(self.editor) as frame:
            frame.border_title = label(self._where)
            yield Static(about(self._column), markup=False)
            yield from (self.editor, self._state, self._message, self._hints)

    def on_mount(self) -> None:
        """Show the state, and keep it up to date."""
        for reactive in ("state", "form", "has_lines"):
            self.watch(self.editor, reactive, self._show_state)
        if self.pasted:
            self.editor.put(self.pasted)
        if self._column.locked is not None:
            self._say(f"{self._column.name} can't be changed: it is {self._column.locked}.")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter keeps a line but goes into a text of many lines."""
        if action == "keep_line":
            return not self.editor.has_lines
        if action == "default":
            return self._can_default
        return True

    def action_keep_line(self) -> None:
        """Keep what is typed."""
        self.action_keep()

    def action_keep(self) -> None:
        """Keep what is typed, if the column can hold it."""
        editor = self.editor
        if editor.is_unchanged:
            self.dismiss(Entered(self._value))
        elif editor.state is not State.VALUE:
            self.dismiss(Entered(DEFAULT if editor.state is State.DEFAULT else None))
        elif self._accepted is not None and self._accepted[0] == editor.entered:
            self.dismiss(Entered(self._accepted[1]))
        else:
            self.blink.begin()
            self._try(editor.entered, editor.form)

    def action_leave(self) -> None:
        """Leave without a change."""
        self.dismiss(None)

    def action_null(self) -> None:
        """Make it NULL, or a value again."""
        if not self._column.nullable:
            self._say(f"{self._column.name} must have a value: it can't be NULL.")
        else:
            self.editor.toggle(State.NULL)

    def action_default(self) -> None:
        """Leave the value to the database, or make it a value again."""
        self.editor.toggle(State.DEFAULT)

    def action_lines(self) -> None:
        """Let Enter begin a new line, or keep."""
        self.editor.has_lines = not self.editor.has_lines

    @on(EditTools.Said)
    def _show_said(self, event: EditTools.Said) -> None:
        self._say(event.sentence)

    @on(ValueEditor.Changed)
    def _show_state(self) -> None:
        """Say what the editor holds now; a message about something else is over."""
        editor, can_default = self.editor, self._can_default
        self._state.update(state_line(editor, self._column, can_default=can_default))
        self._hints.update(hints(self._column, editor, can_default=can_default))
        if self._said_about != (editor.state, editor.entered):
            self._say("")

    @work(group="accept", exclusive=True, description="checking a value")
    async def _try(self, shown: str, form: Form) -> None:
        """Ask what the column makes of a text, and keep that if it is the same."""
        self._say("checking…", is_notice=True)
        answer, is_notice = "", False
        try:
            meant = read(shown, form)
            value = await _accept(self._database, self._column, meant, self._value)
        except (ValueRefusedError, QueryError, FormError) as error:
            answer = str(error)
        else:
            self._accepted = (shown, value)
            if not isinstance(value, bytes) and written(value, Form.PLAIN) != meant:
                answer, is_notice = f"It will be stored as {text_of(value)} · keep it again to agree", True
            elif self.is_active and self._still_holds(shown):
                self.dismiss(Entered(value))
                return
        self.blink.end()
        if self._still_holds(shown):
            self._say(answer, is_notice=is_notice)

    def _still_holds(self, shown: str) -> bool:
        return self.editor.state is State.VALUE and self.editor.entered == shown

    def _say(self, message: str, *, is_notice: bool = False) -> None:
        self._said_about = (self.editor.state, self.editor.entered)
        self._message.update(label(message))
        self._message.set_class(is_notice, "-notice")
        self._message.display = bool(message)


async def _accept(database: "Database", column: Column, meant: str | BadText, old: Value) -> Value:
    """What the column makes of a value; broken text stays as it is, only SQLite has it."""
    if isinstance(meant, BadText):
        return meant
    return await accept(database, column, meant, None if isinstance(old, BadText) else old)
