"""What an edit prompt says about the column, about what the editor holds, and about its keys. Pure."""

from textual.content import Content

from tui.db.schema import Column
from tui.db.values import Kind
from tui.widgets.cells import label, visible
from tui.widgets.edit_form import Form, FormError, read
from tui.widgets.hints import key_hints
from tui.widgets.json_text import complaint_about
from tui.widgets.number_range import range_note
from tui.widgets.tones import QUIET
from tui.widgets.value_editor import State, ValueEditor

NOTES = {
    Form.PLAIN: "",
    Form.ESCAPED: "Shown escaped: \\n a line break, \\x1b a character, \\\\ a backslash.",
    Form.HEX: "Bytes in hex, two digits each.",
}
"""How to read an editor's text."""


MOST_CHOICES = 12
"""Choices that are shown."""

WORDY = (Kind.TEXT, Kind.JSON, Kind.OTHER)
"""Kinds whose values may be long."""


def about(column: Column) -> Content:
    """The column's name and type, and whether it must have a value."""
    needs = "may be NULL" if column.nullable else "must have a value"
    default = f" · default {column.default}" if column.default else ""
    type_name = column.type or "any type"
    return Content.assemble(
        label(column.name).stylize("bold"),
        "  ",
        label(f"{type_name} · {needs}{default}", 200).stylize(QUIET),
    )


def state_line(editor: ValueEditor, column: Column, *, can_default: bool) -> Content:
    """Which of value, NULL and DEFAULT the editor holds, and how long a value is."""
    offered = [State.VALUE]
    if column.nullable or editor.state is State.NULL:
        offered.append(State.NULL)
    if can_default or editor.state is State.DEFAULT:
        offered.append(State.DEFAULT)
    states = [_state(state, is_on=state is editor.state) for state in offered]
    line = Content("   ").join([*states, _length(editor, column)])
    notes = [Content.styled(_note(editor), QUIET)] if _note(editor) else []
    return Content("\n").join([line, *notes, *_of_type(editor, column)])


def _of_type(editor: ValueEditor, column: Column) -> list[Content]:
    """What the column's type says about what is typed."""
    if editor.state is not State.VALUE:
        return []
    if column.choices:
        on = editor.text.split(",") if column.takes_several else [editor.text]
        words = [_choice(visible(one, 30), is_on=one in on) for one in column.choices[:MOST_CHOICES]]
        more = [Content.styled("…", QUIET)] if len(column.choices) > MOST_CHOICES else []
        return [Content(" · ").join([*words, *more])]
    if column.kind is Kind.NUMBER and column.is_limited:
        says, is_error = range_note(column.underlying or column.type, editor.text)
        if column.type.lower().startswith(("numeric", "decimal")) or not says:
            says, is_error = range_note(column.type, editor.text)
        return [Content.styled(says, "$text-error" if is_error else QUIET)] if says else []
    if column.kind is Kind.JSON and editor.text and not editor.is_held:
        wrong = complaint_about(editor.text)
        return [Content.styled(wrong, "$text-error")] if wrong else []
    return []


def _choice(text: str, *, is_on: bool) -> Content:
    return Content.styled(text, "bold" if is_on else QUIET)


def _state(state: State, *, is_on: bool) -> Content:
    return Content.styled(f"● {state.value}", "bold") if is_on else Content.styled(f"○ {state.value}", QUIET)


def _length(editor: ValueEditor, column: Column) -> Content:
    """How many characters a value has, in the error colour where those are too many."""
    if editor.state is not State.VALUE or editor.form is Form.HEX or column.kind not in WORDY:
        return Content("")
    try:
        count = len(read(editor.entered, editor.form))
    except FormError as error:
        return Content.styled(str(error), "$text-error")
    if not count:
        return Content.styled("" if editor.is_unchanged and editor.is_too_long else "the empty text", QUIET)
    if column.max_length is None:
        return Content.styled(f"{count:,} character{'s' * (count != 1)}", QUIET)
    style = "$text-error" if count > column.max_length else QUIET
    return Content.styled(f"{count:,} of {column.max_length:,} characters", style)


def _note(editor: ValueEditor) -> str:
    if editor.is_held:
        return (
            "What was pasted is too long to be shown here, and is kept as it is: typing replaces all of it."
        )
    if editor.is_too_long and editor.is_unchanged:
        return "The value is too long to be edited here: what you type replaces all of it."
    return NOTES[editor.form]


def hints(column: Column, editor: ValueEditor, *, can_default: bool) -> Content:
    """The keys that work now."""
    has_lines = editor.has_lines
    keep = [("^s/F10", "keep"), ("⏎", "new line")] if has_lines else [("⏎", "keep")]
    null = [("^n", "NULL")] if column.nullable else []
    default = [("^d", "DEFAULT")] if can_default else []
    lines = [("^t", "one line" if has_lines else "lines")] if column.kind in WORDY else []
    steps = {bool(column.choices): "choose", column.kind is Kind.DATETIME: "step"}.get(True)
    step = [("↑↓", steps)] if steps and not has_lines else []
    step += [(",", "one more")] if column.takes_several else []
    moment = [("F5", "now")] if editor.check_action("now", ()) else []
    layout = [("F6", "lay out")] if column.kind is Kind.JSON else []
    tools = [("^o", "your editor")] if column.kind in WORDY else []
    files = [("F7", "load"), ("F8", "save")] if column.kind is Kind.BINARY else []
    more = (*null, *default, *step, *moment, *layout, *lines, *tools, *files)
    return key_hints(*keep, ("esc", "leave"), *more)
