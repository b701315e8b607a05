"""An editor for one value: any text there and back, and NULL and DEFAULT beside it."""

from datetime import datetime
from enum import Enum
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location

from tui.db.schema import Column
from tui.db.values import Kind, Unset, Value
from tui.widgets.edit_form import Form, escaped, form_of, is_plain, joined, read, written
from tui.widgets.json_text import compact, complaint_about, highlights, indented
from tui.widgets.stepping import Stepped, chosen, chosen_among, now, stepped

MANY = 15_000
"""Characters from which on an editor would be slow: such a value can be replaced, not edited."""

PASTED = 1_000
"""Characters from which on a text was pasted, not typed."""

LONG = 200
"""Characters from which on a value is edited as lines."""


class State(Enum):
    """What an editor holds."""

    VALUE = "value"
    NULL = "NULL"
    DEFAULT = "DEFAULT"


def state_of(value: Value) -> State:
    """Under which of the three a value comes."""
    if isinstance(value, Unset):
        return State.DEFAULT
    return State.NULL if value is None else State.VALUE


class ValueEditor(TextArea):
    """Edits one value. Typing makes it a value, whatever it was before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+home", "text_start", "start", show=False, tooltip="Go to the start", id="editor.start"),
        Binding("ctrl+end", "text_end", "end", show=False, tooltip="Go to the end", id="editor.end"),
        Binding("up", "step(1)", "up", show=False, tooltip="Choice before; one more", id="editor.up"),
        Binding("down", "step(-1)", "down", show=False, tooltip="Next choice; one less", id="editor.down"),
        Binding("f5", "now", "now", show=False, tooltip="The present date or time", id="editor.now"),
        Binding(
            "f6",
            "lay_out",
            "lay out",
            show=False,
            tooltip="JSON on many lines, or one",
            id="editor.layout",
        ),
    ]

    DEFAULT_CSS = """
    ValueEditor {
        height: auto;
        max-height: 12;
        border: round $foreground 30%;
        padding: 0 1;
        background: transparent;
        scrollbar-size-vertical: 1;
        & .text-area--cursor-line { background: transparent; }
        &:focus { border: round $accent; }
    }
    """

    state: reactive[State] = reactive(State.VALUE)
    """What the editor holds: a value, which may be the empty text, NULL or DEFAULT."""
    form: reactive[Form] = reactive(Form.PLAIN)
    """How the text is to be read."""
    has_lines: reactive[bool] = reactive(False)
    """Whether Enter begins a new line."""

    def __init__(self, value: Value, column: Column | None = None) -> None:
        self.is_too_long = isinstance(value, str | bytes) and len(value) > MANY
        """Whether the value is too long to be shown: the editor is empty until something is typed."""
        form = Form.PLAIN if self.is_too_long else form_of(value)
        text = self._start = "" if self.is_too_long else written(value, form)
        self._column = column
        super().__init__(self._start, theme="css", soft_wrap=True, tab_behavior="focus")
        self._value = value
        self._put_aside = ""
        self._held: str | None = None
        self._before_held = (self._start, form)
        self._is_touched = False
        self.set_reactive(ValueEditor.form, form)
        self.set_reactive(ValueEditor.state, state_of(value))
        self.set_reactive(
            ValueEditor.has_lines,
            self._is(Kind.JSON) or self.is_too_long or len(text) > LONG or "\n" in text,
        )

    def on_mount(self) -> None:
        """Select all, so that typing replaces it."""
        self.select_all()

    def on_unmount(self) -> None:
        """Let go of the app: until another theme is chosen, it holds every editor that ever was."""
        watchers: list[tuple[object, object]] = getattr(self.app, "__watchers", {}).get("theme", [])
        watchers[:] = [one for one in watchers if one[0] is not self]

    @property
    def entered(self) -> str:
        """All that was entered, to be read in the editor's form; it may be too long to be shown."""
        return self.text if self._held is None else self._held

    @property
    def is_held(self) -> bool:
        """Whether what was pasted is too long to be shown: it is kept as it is, beside the empty editor."""
        return self._held is not None and self.state is State.VALUE

    @property
    def is_unchanged(self) -> bool:
        """Whether the editor still holds the value that it was given."""
        if self.state is not state_of(self._value):
            return False
        is_replaced = self.is_too_long and self._is_touched
        return self.state is not State.VALUE or (self.entered == self._start and not is_replaced)

    def toggle(self, state: State) -> None:
        """Make it NULL or DEFAULT, or a value again: what was typed comes back then."""
        if self.state is State.VALUE:
            self._put_aside = self.text
        wanted = State.VALUE if self.state is state else state
        self.load_text(self._put_aside if wanted is State.VALUE else "")
        self.state = wanted
        self.select_all()

    def edit(self, edit: Edit) -> EditResult:
        """Change the text; what has no shape comes in escaped."""
        self.state, self._is_touched = State.VALUE, True
        edit.text = edit.text.replace("\r\n", "\n").replace("\r", "\n")
        if len(edit.text) >= PASTED and self._hold(edit):
            return EditResult((0, 0), "")
        self._held = None
        self.has_lines = self.has_lines or "\n" in edit.text
        is_typed = len(edit.text) < 2
        if self.form is Form.PLAIN and not is_plain(edit.text):
            edit.from_location, edit.to_location = self._escape_around(edit)
        if self.form is Form.ESCAPED and not (is_typed and is_plain(edit.text)):
            edit.text = escaped(edit.text)
        return super().edit(edit)

    def undo(self) -> None:
        """Take back the last edit."""
        self.state = State.VALUE
        if self._held is None:
            super().undo()
        else:
            self._held = None
            text, self.form = self._before_held
            self.load_text(text)

    def redo(self) -> None:
        """Do the edit that was taken back again."""
        self.state = State.VALUE
        super().redo()

    def _is(self, kind: Kind) -> bool:
        return self._column is not None and self._column.kind is kind

    @property
    def choices(self) -> tuple[str, ...]:
        """The values that the column takes, where those are few."""
        return () if self._column is None else self._column.choices

    @property
    def whole(self) -> str:
        """All of the text, also where it is too long to be shown."""
        is_hidden = self.is_too_long and self.is_unchanged
        return written(self._value, Form.PLAIN) if is_hidden else self.entered

    @property
    def takes_bytes(self) -> bool:
        """Whether what is typed is read as bytes in hex."""
        return self.form is Form.HEX or self._is(Kind.BINARY)

    @property
    def content(self) -> bytes:
        """What it holds, as a file has it. Raises ValueError where that means nothing."""
        if self.is_unchanged and isinstance(self._value, bytes):
            return bytes(self._value)
        if self.takes_bytes:
            return bytes.fromhex(self.entered)
        meant = read(self.whole, self.form)
        return meant.encode() if isinstance(meant, str) else bytes(meant)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Up and down step where there is something to step through; else they move."""
        if action == "step":
            return not self.has_lines and self._stepped(1) is not None
        if action == "now":
            return self._column is not None and now(self._column.type, datetime.now()) is not None
        return self._is(Kind.JSON) and not self.is_held if action == "lay_out" else True

    def _build_highlight_map(self) -> None:
        """Colour JSON; Textual itself would need a parser in C for that."""
        super()._build_highlight_map()
        for number, line in enumerate(self.document.lines if self._is(Kind.JSON) else ()):
            self._highlights[number] += highlights(line)

    def _stepped(self, by: int) -> Stepped | None:
        if self._column is not None and self._column.takes_several:
            return chosen_among(self.choices, self.text, self.cursor_location[1], -by)
        if self.choices:
            text = chosen(self.choices, self.text, -by)
            return Stepped(text, len(text))
        is_stepped = self._is(Kind.NUMBER) or self._is(Kind.DATETIME)
        return stepped(self.text, self.cursor_location[1], by) if is_stepped else None

    def action_step(self, by: int) -> None:
        """Go to the choice before or behind, or make the part under the cursor one more or less."""
        after = self._stepped(by)
        if after is not None:
            self.put(after.text)
            self.move_cursor((0, after.cursor))

    def action_now(self) -> None:
        """Put the present date or time."""
        moment = None if self._column is None else now(self._column.type, datetime.now())
        if moment is not None:
            self.put(moment)

    def action_lay_out(self) -> None:
        """Put JSON on many lines, or on one; what is no JSON stays."""
        if complaint_about(self.text) is None:
            self.put(compact(self.text) if "\n" in self.text else indented(self.text))

    def put(self, text: str) -> None:
        """Put a text in place of all that stands there; it can be taken back."""
        self.select_all()
        self.replace(text, *self.selection)

    def action_text_start(self) -> None:
        """Go to the start of the text."""
        self.move_cursor((0, 0))

    def action_text_end(self) -> None:
        """Go to the end of the text."""
        self.move_cursor(self.document.end)

    def _hold(self, edit: Edit) -> bool:
        """Keep what an edit would make of the text beside the editor, where it would be too long for it."""
        document, form = self.document, self.form
        before = document.get_text_range((0, 0), edit.top)
        after = document.get_text_range(edit.bottom, document.end)
        whole = joined(before, edit.text, after, form)
        if whole is None or len(before) + len(edit.text) + len(after) <= MANY:
            return False
        self._before_held, self._held = (self.text, form), whole
        self.form = Form.HEX if form is Form.HEX else Form.PLAIN
        self.has_lines = False
        self.load_text("")
        return True

    def _escape_around(self, edit: Edit) -> tuple[Location, Location]:
        """Change to the escaped form; return where the edit's two ends are now."""
        document, start, end = self.document, edit.top, edit.bottom
        before = escaped(document.get_text_range((0, 0), start))
        within = escaped(document.get_text_range(start, end))
        after = escaped(document.get_text_range(end, document.end))
        self.form = Form.ESCAPED
        self.load_text(before + within + after)
        return _end_of(before), _end_of(before + within)


def _end_of(text: str) -> Location:
    """Where a document that begins with a text goes on."""
    lines = text.split("\n")
    return len(lines) - 1, len(lines[-1])
