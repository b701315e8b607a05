"""The fields of one row, one below the other, each with its whole value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from tui.db.changes import Change, Insert, Update
from tui.db.page import Row
from tui.db.schema import Column, Table
from tui.db.values import DEFAULT, BadText, Kind, Unset, Value
from tui.widgets.cells import fit, text_of, visible
from tui.widgets.quiet_list import QuietList
from tui.widgets.tones import QUIET

LINES = 10
"""Lines of a value that are shown until it is unfolded."""

MANY_LINES = 300
"""Lines of a value that are shown at most."""

CELLS = 40
"""Cells that name and type of a field get at most."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row."""

    column: Column
    value: Value
    """What it will hold when everything is saved."""
    stored: Value = DEFAULT
    """What it holds now; DEFAULT where the row is new."""
    is_staged: bool = False
    points_to: str = ""
    """What the row that a foreign key points to is called."""


def fields_of(
    table: Table, row: Row | None, change: Change | None, parents: Mapping[str, str]
) -> list[Field]:
    """A row's fields with what is staged for them; `parents`: what foreign keys point to, by column."""
    if isinstance(change, Insert):
        cells = zip(table.columns, change.cells(), strict=True)
        return [Field(column, value, is_staged=column.name in change.values) for column, value in cells]
    new = change.new if isinstance(change, Update) else {}
    return [
        Field(c, new[c.name], value, is_staged=True)
        if c.name in new
        else Field(c, value, value, points_to=parents.get(c.name, ""))
        for c, value in zip(table.columns, row.values if row else (), strict=False)
    ]


def telling(table: Table, row: Row) -> str:
    """What a row is called: its first text that is no key, shortened; nothing where it has none."""
    keys = {column.name for column in table.identity_columns}
    texts = (
        value
        for column, value in zip(table.columns, row.values, strict=True)
        if column.kind is Kind.TEXT and column.name not in keys
    )
    shown = next((text_of(value) for value in texts if value), "")
    return shown if len(shown) <= CELLS else shown[: CELLS - 1] + "…"


def copied(value: Value) -> str:
    """A value as it is put on the clipboard; NULL and DEFAULT are nothing."""
    if isinstance(value, BadText):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, bytes):
        return value.hex()
    return "" if value is None or isinstance(value, Unset) else str(getattr(value, "start", value))


class FieldList(QuietList):
    """The fields, one of them highlighted. A long value shows its first lines until it is unfolded."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "choose", "edit", show=False, tooltip="Edit the highlighted field", id="fields.edit"
        ),
        Binding(
            "space",
            "unfold",
            "unfold",
            tooltip="Show all lines of a long value, or fold it",
            id="fields.unfold",
        ),
    ]
    DEFAULT_CSS = """
    FieldList, FieldList:focus {
        height: 1fr;
        scrollbar-gutter: stable;
        border-subtitle-color: $text-warning;
    }
    """

    @dataclass
    class Chosen(Message):
        """Enter was pressed on a field."""

        field: Field

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._fields: Sequence[Field] = ()
        self._unfolded: frozenset[str] = frozenset()
        self._line_counts: list[int] = []
        self._is_struck = False
        self._drawn: tuple[object, ...] = ()

    @property
    def field(self) -> Field | None:
        """The highlighted field."""
        index = self.highlighted
        return self._fields[index] if index is not None and index < len(self._fields) else None

    def show(self, fields: Sequence[Field], *, is_struck: bool) -> None:
        """Show these fields, struck where their row is to be deleted; the highlight stays in its place."""
        self._fields, self._is_struck = fields, is_struck
        self._draw()

    def on_resize(self) -> None:
        """Wrap the values anew."""
        self._draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim what a short value has no use for."""
        is_short = self.highlighted is None or self._line_counts[self.highlighted] < LINES
        return None if action == "unfold" and is_short else True

    def action_choose(self) -> None:
        """Tell that Enter was pressed on the highlighted field."""
        if self.field is not None:
            self.post_message(self.Chosen(self.field))

    def action_unfold(self) -> None:
        """Show all lines of the highlighted value, or its first ones again."""
        field = self.field
        if field is not None:
            self._unfolded ^= {field.column.name}
            self._draw()

    def action_cursor_down(self) -> None:
        """Move to the next field, after the rest of this one has been in sight."""
        if not self._scroll_within(1):
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """Move to the field above, after the beginning of this one has been in sight."""
        if not self._scroll_within(-1):
            super().action_cursor_up()

    def _scroll_within(self, by: int) -> bool:
        """Scroll inside a field that is taller than the screen; False at its end."""
        index, height = self.highlighted, self.scrollable_content_region.height
        if index is None or self._line_counts[index] <= height:
            return False
        start = sum(self._line_counts[:index])
        rest = start - self.scroll_y if by < 0 else self.scroll_y + height - start - self._line_counts[index]
        if rest >= 0:
            return False
        self.scroll_relative(y=by * min(height // 2, -rest), animate=False)
        return True

    def _draw(self) -> None:
        width, index = self.scrollable_content_region.width, self.highlighted or 0
        wanted = (width, self._fields, self._unfolded, self._is_struck)
        if width <= 0 or wanted == self._drawn:
            return
        self._drawn = wanted
        room = min(CELLS, width // 2, max((_name_width(field) for field in self._fields), default=0))
        drawn = [self._content(field, room, width) for field in self._fields]
        self._line_counts = [len(lines) for lines in drawn]
        self.clear_options()
        self.add_options(Option(Content("\n").join(lines)) for lines in drawn)
        self.highlighted = min(index, len(drawn) - 1) if drawn else None

    def _content(self, field: Field, room: int, width: int) -> list[Content]:
        """A field's lines: sign, name and type, then the value."""
        limit = MANY_LINES if field.column.name in self._unfolded else LINES
        values = value_lines(field, max(8, width - room - 6), limit)
        if self._is_struck:
            values = [line.stylize("strike $text-error") for line in values]
        sign = Content.styled(" ● ", "$text-warning") if field.is_staged else Content("   ")
        return [
            Content.assemble(sign, _name(field, room), "  ", values[0]),
            *(Content.assemble(" " * (room + 5), line) for line in values[1:]),
        ]


def _name_width(field: Field) -> int:
    return cell_len(visible(field.column.name)) + cell_len(visible(field.column.type)) + 1


def _name(field: Field, room: int) -> Content:
    """Name and type in so many cells; the type gets what the name leaves."""
    name = visible(field.column.name)
    size = cell_len(name)
    if size + 3 > room:
        return Content.styled(fit(name, room), "bold")
    type_ = fit(visible(field.column.type), room - size - 1)
    return Content.assemble((name, "bold"), " ", (type_, QUIET))


def value_lines(field: Field, width: int, limit: int) -> list[Content]:
    """A value's first lines, wrapped, and beside them what it was or what it points to."""
    if field.value is None or isinstance(field.value, Unset):
        lines = [Content.styled(text_of(field.value), "dim italic")]
    else:
        lines = _wrapped(_whole_text(field.value, width * limit + 1), width, limit)
    if field.points_to:
        lines[-1] = Content.assemble(lines[-1], ("  → ", QUIET), (field.points_to, QUIET))
    if field.is_staged:
        lines[0] = lines[0].stylize("$text-warning")
        if field.stored is not DEFAULT:
            was = text_of(field.stored) if field.stored != "" else "the empty text"
            lines.append(
                Content.assemble(
                    ("was ", QUIET),
                    (fit(was, min(cell_len(was), width - 4)), f"strike {QUIET}"),
                )
            )
    return lines


def _whole_text(value: Value, limit: int) -> str:
    """The value's text, line by line, as far as it can be shown."""
    if isinstance(value, str):
        lines = value[: limit + 1].split("\n")
        return "\n".join(visible(line, limit) for line in lines)
    if isinstance(value, bytes) and not isinstance(value, BadText):
        return value[: limit // 2].hex(" ", 4)
    return text_of(value)


def _wrapped(text: str, width: int, limit: int) -> list[Content]:
    lines: list[Content] = []
    for line in text.split("\n"):
        lines += Content(line).wrap(width) or [Content("")]
        if len(lines) > limit:
            more = Content.styled("… space shows more" if limit == LINES else "… and more", QUIET)
            return [*lines[: limit - 1], more]
    return lines
