"""The staged changes, a line each, and what is said about one of them."""

from collections.abc import Collection, Iterable, Sequence

from rich.cells import cell_len
from textual.content import Content
from textual.widgets.option_list import Option

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


class ChangeList(QuietList):
    """The staged changes in their order, one of them highlighted."""

    DEFAULT_CSS = """
    ChangeList, ChangeList:focus { height: auto; max-height: 50%; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._keys: list[ChangeKey] = []

    @property
    def key(self) -> ChangeKey | None:
        """The highlighted change's key."""
        index = self.highlighted
        return self._keys[index] if index is not None and index < len(self._keys) else None

    def show(self, changes: Sequence[Change], failed: Collection[ChangeKey]) -> None:
        """Show these changes; the highlight stays at its change, or else at its place."""
        key, index = self.key, self.highlighted or 0
        self._keys = [change.key for change in changes]
        self.clear_options()
        width = max((cell_len(_name(change)) for change in changes), default=0)
        self.add_options(
            Option(_line(change, min(width, 32), has_failed=change.key in failed)) for change in changes
        )
        if key is not None and key in self._keys:
            index = self._keys.index(key)
        self.highlighted = min(index, len(changes) - 1) if changes else None

    def go_to(self, key: ChangeKey) -> None:
        """Highlight a change."""
        if key in self._keys:
            self.highlighted = self._keys.index(key)


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


def in_a_line(value: Value) -> str:
    """A value in a line: the empty text in quotes, so that something stands there."""
    shown = text_of(value) if value != "" else "''"
    return shown if len(shown) <= SHORT else shown[: SHORT - 1] + "…"
