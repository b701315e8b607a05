"""The fields of one row, one below the other, each with its whole value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content

from tui.db.changes import Change, Insert, Update
from tui.db.page import Row
from tui.db.schema import Column, Table
from tui.db.values import DEFAULT, BadText, Unset, Value
from tui.widgets.cells import fit, text_of, visible
from tui.widgets.quiet_list import QuietList
from tui.widgets.tones import QUIET
from tui.widgets.wrapping import enough, wrapped

LINES = 10
"""Lines of a value that are shown until it is unfolded."""

MANY_LINES = 300
"""Lines of a value that are shown at most."""

CELLS = 40
"""Cells that name and type of a field get at most."""


SPACE_SHOWS_MORE, AND_MORE = "… space shows more", "… and more"
"""What stands in place of the lines that are not shown."""


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
        values = dict(zip(change.table.positions, change.cells(), strict=True))
        cells = ((column, values.get(column.name, DEFAULT)) for column in table.columns)
        return [
            Field(c, value, is_staged=c.name in change.values, points_to=parents.get(c.name, ""))
            for c, value in cells
        ]
    new = change.new if isinstance(change, Update) else {}
    return [
        Field(c, new.get(c.name, value), value, c.name in new, parents.get(c.name, ""))
        for c, value in zip(table.columns, row.values if row else (), strict=False)
    ]


def copied(value: Value) -> str:
    """A value as it is put on the clipboard; NULL and DEFAULT are nothing."""
    if isinstance(value, BadText):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, bytes):
        return value.hex()
    return "" if value is None or isinstance(value, Unset) else str(getattr(value, "start", value))


class FieldList(QuietList):
    """The fields, one of them highlighted. A long value shows its first lines until it is unfolded."""

    CLICKS = 2
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
    FieldList {
        height: 1fr;
        scrollbar-gutter: stable;
        border-subtitle-color: $text-warning;
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._fields: Sequence[Field] = ()
        self._unfolded: frozenset[str] = frozenset()
        self._texts: list[list[str]] = []
        """The lines of each value."""
        self._room = 0
        """Cells for the names and types."""
        self._is_struck = False
        self._laid_out: tuple[object, ...] = ()

    @property
    def field(self) -> Field | None:
        """The highlighted field."""
        index = self.highlighted
        return self._fields[index] if index is not None and index < len(self._fields) else None

    def show(self, fields: Sequence[Field], *, is_struck: bool) -> None:
        """Show these fields, struck where their row is to be deleted; the highlight stays in its place."""
        self._fields, self._is_struck = fields, is_struck
        self._lay_out()

    def on_resize(self) -> None:
        """Wrap the values anew."""
        self._lay_out()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim what a short value has no use for."""
        return True if action != "unfold" or self._is_long() else None

    def _is_long(self) -> bool:
        """Whether the highlighted value has more lines than are shown at first."""
        index = self.highlighted
        texts = self._texts[index] if index is not None and index < len(self._texts) else [""]
        return len(texts) > LINES or texts[-1] == SPACE_SHOWS_MORE

    def action_unfold(self) -> None:
        """Show all lines of the highlighted value, or its first ones again."""
        field = self.field
        if field is not None:
            self._unfolded ^= {field.column.name}
            self._lay_out()

    def action_step(self, by: int) -> None:
        """Move to the next field or the one above, after the rest of this one has been in sight."""
        if not self._scroll_within(by):
            super().action_step(by)

    def _scroll_within(self, by: int) -> bool:
        """Scroll inside a field that is taller than the screen; False at its end."""
        index, height = self.highlighted, self.scrollable_content_region.height
        if index is None or self.height_of(index) <= height:
            return False
        start, end = self.start_of(index), self.start_of(index + 1)
        rest = start - self.scroll_y if by < 0 else self.scroll_y + height - end
        if rest >= 0:
            return False
        self.scroll_relative(y=by * min(height // 2, -rest), animate=False)
        return True

    def _lay_out(self) -> None:
        """Wrap the values, all of them: the list must know its height."""
        width = self.scrollable_content_region.width
        wanted = (width, self._fields, self._unfolded, self._is_struck)
        if width <= 0 or wanted == self._laid_out:
            return
        self._laid_out = wanted
        self._room = min(CELLS, width // 2, max((_name_width(field) for field in self._fields), default=0))
        values = max(8, width - self._room - 6)
        self._texts = [value_texts(field, values, self._limit(field)) for field in self._fields]
        heights = [
            len(texts) + has_old_value(field) for field, texts in zip(self._fields, self._texts, strict=True)
        ]
        self.fill(heights, self._line, self.highlighted or 0)

    def _limit(self, field: Field) -> int:
        return MANY_LINES if field.column.name in self._unfolded else LINES

    def _line(self, index: int, line: int) -> Content:
        """A line of a field: sign, name and type, then the value."""
        field, texts = self._fields[index], self._texts[index]
        width = self.scrollable_content_region.width - self._room - 6
        value = value_line(field, texts, line) if line < len(texts) else _old_value(field, max(8, width))
        if self._is_struck:
            value = value.stylize("strike $text-error")
        if line:
            return Content.assemble(" " * (self._room + 5), value)
        sign = Content.styled(" ● ", "$text-warning") if field.is_staged else Content("   ")
        return Content.assemble(sign, _name(field, self._room), "  ", value)


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


def value_texts(field: Field, width: int, limit: int) -> list[str]:
    """A value's first lines; the last one says where there are more."""
    if field.value is None or isinstance(field.value, Unset):
        return [text_of(field.value)]
    lines = wrapped(_start_of(field.value, enough(width, limit)), width, limit)
    if len(lines) <= limit:
        return lines
    return [*lines[: limit - 1], SPACE_SHOWS_MORE if limit == LINES else AND_MORE]


def value_line(field: Field, texts: Sequence[str], line: int) -> Content:
    """One of those lines, in the value's tone, and behind the last one what it points to."""
    is_last = line == len(texts) - 1
    if field.value is None or isinstance(field.value, Unset):
        tone = "dim italic"
    else:
        tone = QUIET if is_last and texts[line] in (SPACE_SHOWS_MORE, AND_MORE) else ""
    shown = Content.styled(texts[line], tone)
    if is_last and field.points_to:
        shown = Content.assemble(shown, ("  → ", QUIET), (field.points_to, QUIET))
    return shown.stylize("$text-warning") if field.is_staged and not line else shown


def has_old_value(field: Field) -> bool:
    """Whether another value is stored than the one that is shown."""
    return field.is_staged and field.stored is not DEFAULT


def _old_value(field: Field, width: int) -> Content:
    was = text_of(field.stored) if field.stored != "" else "the empty text"
    shown = fit(was, min(cell_len(was), width - 4))
    return Content.assemble(("was ", QUIET), (shown, f"strike {QUIET}"))


def _start_of(value: Value, count: int) -> str:
    """The text of a value's first characters or bytes, line by line."""
    if isinstance(value, str):
        return "\n".join(visible(line, len(line)) for line in value[:count].split("\n"))
    if isinstance(value, bytes) and not isinstance(value, BadText):
        return value[:count].hex(" ", 4)
    return text_of(value)
