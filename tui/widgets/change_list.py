"""The staged changes, a line each, and what is said about one of them."""

from collections.abc import Collection, Iterable, Sequence

from rich.cells import cell_len
from textual.content import Content

from tui.db.changes import Change, ChangeKey, Delete, Insert, Update
from tui.db.values import Value
from tui.widgets.cells import fit, label, text_of, visible
from tui.widgets.quiet_list import QuietList
from tui.widgets.row_names import row_name
from tui.widgets.tones import QUIET

SIGNS = {Insert: ("+", "$text-success"), Update: ("●", "$text-warning"), Delete: ("✗", "$text-error")}
"""What tells the kinds of change apart, without colour too."""

SHORT = 40
"""Characters of a value in a line that has several of them."""

WIDEST = 32
"""Cells that the names of the rows get at most."""

SAMPLE = 150
"""Changes at either end of the list whose names tell how wide the names are."""


class ChangeList(QuietList):
    """The staged changes in their order, one of them highlighted."""

    CLICKS = 2
    DEFAULT_CSS = """
    ChangeList { max-height: 50%; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._changes: Sequence[Change] = ()
        self._failed: Collection[ChangeKey] = ()
        self._width = 0
        """Cells of the names."""

    @property
    def change(self) -> Change | None:
        """The highlighted change."""
        return None if self.highlighted is None else self._changes[self.highlighted]

    @property
    def key(self) -> ChangeKey | None:
        """The highlighted change's key."""
        return None if self.change is None else self.change.key

    def show(self, changes: Sequence[Change], failed: Collection[ChangeKey]) -> None:
        """Show these changes; the highlight stays at its change, or else at its place."""
        key, index = self.key, self.highlighted or 0
        self._changes, self._failed = changes, failed
        sample = [*changes[:SAMPLE], *changes[-SAMPLE:]]
        self._width = min(WIDEST, max((cell_len(_name(change)) for change in sample), default=0))
        there = None if key is None else self._index_of(key)
        self.fill([1] * len(changes), self._line, index if there is None else there)

    def go_to(self, key: ChangeKey) -> None:
        """Highlight a change."""
        index = self._index_of(key)
        if index is not None:
            self.highlighted = index

    def _index_of(self, key: ChangeKey) -> int | None:
        return next((index for index, change in enumerate(self._changes) if change.key == key), None)

    def _line(self, index: int, _: int) -> Content:
        change = self._changes[index]
        return _line(change, self._width, has_failed=change.key in self._failed)


def summary(changes: Sequence[Change], database: str) -> Content:
    """How many changes there are, and to what."""
    tables = list(dict.fromkeys(change.table.name.label for change in changes))
    named = ", ".join(tables[:3]) + (f" and {len(tables) - 3} more" if len(tables) > 3 else "")
    count = f"{len(changes):,} change{'s' * (len(changes) != 1)}"
    return label(f"{count} to {named} on {database}")


def _name(change: Change) -> str:
    return f"{visible(change.table.name.label)} {row_name(change.table, change.key[1])}"


def _line(change: Change, width: int, *, has_failed: bool) -> Content:
    sign, style = ("!", "bold $text-error") if has_failed else SIGNS[type(change)]
    return Content.assemble(
        (f" {sign} ", style), fit(_name(change), width), "  ", Content(" · ").join(_effects(change))
    )


def _effects(change: Change) -> Iterable[Content]:
    """What a change does, cell by cell."""
    if isinstance(change, Update):
        return [_effect(name, change.seen.get(name), value) for name, value in change.new.items()]
    if isinstance(change, Insert):
        return [_given(name, value) for name, value in change.values.items()]
    keys = {column.name for column in change.table.identity_columns}
    told = [_given(name, value) for name, value in change.seen.items() if name not in keys]
    return told[:4]


def _effect(name: str, old: Value, new: Value) -> Content:
    return Content.assemble(
        (f"{visible(name, SHORT)}: ", QUIET),
        (in_a_line(old), QUIET),
        " → ",
        in_a_line(new),
    )


def _given(name: str, value: Value) -> Content:
    return Content.assemble((f"{visible(name, SHORT)}: ", QUIET), in_a_line(value))


def quoted(text: str, shown: str) -> str:
    """What is shown of a text, in quotes where that is nothing, or where it begins or ends with a blank."""
    return f"'{shown}'" if not text or text != text.strip() else shown


def in_a_line(value: Value) -> str:
    """A value in a line, in quotes where its ends could not be seen otherwise."""
    shown = quoted(value, text_of(value)) if isinstance(value, str) else text_of(value)
    return shown if len(shown) <= SHORT else shown[: SHORT - 1] + "…"
