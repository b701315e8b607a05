"""What is shown of a conflict: column by column what was seen, theirs and mine. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import normalize

from textual.content import Content

from tui.db.changes import Delete
from tui.db.merge import Conflict, Difference, undecided, why_not_again
from tui.db.values import NOT_EDITED, BadText, Value, same
from tui.widgets.cells import text_of, visible
from tui.widgets.change_list import quoted
from tui.widgets.tones import QUIET
from tui.widgets.wrapping import enough, wrapped

LINES = 3
"""Lines of a value that are shown until it is unfolded."""
MANY_LINES = 300
"""Lines of a value that are shown at most."""
LABELS = 13
"""Cells in front of a value: what is chosen, and whose value it is."""
BEFORE = 30
"""Characters in front of the first difference that are shown of a long text."""

SENTENCES = {
    "update": "Somebody else changed this row after you read it. "
    "Choose what each column marked ? is to hold.",
    "agreed": "Somebody else changed this row after you read it, to what you wrote as well: ⏎ goes on.",
    "delete": "Somebody else changed this row after you read it: d deletes it all the same, x keeps it.",
    "address": "The table has no key: look whether this is still your row.",
    "gone": "This row is gone: somebody else deleted it or changed its key.",
    "again": "Add it again with your changes (a), or drop them (x).",
    "drop": "All that is left is to drop your changes (x).",
    "done": "Somebody else deleted this row already, or changed its key: drop your change (x).",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values that a column might hold."""

    label: str
    value: Value
    is_chosen: bool = False
    is_news: bool = False
    """Whether it is somebody else's change."""


def explanation(conflict: Conflict) -> str:
    """What has happened to a row, and what can be done."""
    change = conflict.change
    if conflict.theirs is not None:
        is_agreed = not undecided(conflict, {})
        said = [SENTENCES["delete" if isinstance(change, Delete) else "agreed" if is_agreed else "update"]]
        said += [SENTENCES["address"]] if change.table.identity.address else []
    elif isinstance(change, Delete):
        said = [SENTENCES["done"]]
    else:
        why = why_not_again(change)
        said = [SENTENCES["gone"], *([why, SENTENCES["drop"]] if why else [SENTENCES["again"]])]
    return " ".join(said)


def sides(conflict: Conflict, one: Difference, decided: Mapping[str, Value]) -> list[Side]:
    """The values of a column; the chosen one is marked where one is."""
    chosen = decided.get(one.column, NOT_EDITED if one.is_open else one.mine)
    found = [Side("seen", one.seen)]
    if conflict.theirs is not None:
        found.append(Side("theirs", one.theirs, same(one.theirs, chosen), one.is_changed))
    if not isinstance(conflict.change, Delete):
        is_chosen = chosen is not NOT_EDITED and same(one.mine, chosen) and not same(one.mine, one.theirs)
        found.append(Side("mine", one.mine, is_chosen))
    if chosen is not NOT_EDITED and not any(side.is_chosen for side in found) and conflict.theirs is not None:
        found.append(Side("typed", chosen, is_chosen=True))
    return found


def lines_of(
    conflict: Conflict, one: Difference, decided: Mapping[str, Value], width: int, limit: int
) -> list[Content]:
    """A column's lines: its name, then each value in a few lines of a width."""
    room = max(8, width - LABELS)
    shown = sides(conflict, one, decided)
    start = _start([side.value for side in shown], room) if limit == LINES else 0
    texts = [_texts(side.value, start, room, limit) for side in shown]
    lines = [_heading(conflict, one, decided)]
    for side, some in zip(shown, texts, strict=True):
        note = f"  ({_sort_of(side.value)})" if _looks_like_another(side, some, shown, texts) else ""
        lines += _side_lines(side, some, note, limit)
    return lines


def _looks_like_another(
    side: Side, some: Sequence[str], shown: Sequence[Side], texts: Sequence[Sequence[str]]
) -> bool:
    """Whether another value looks the same and is not."""
    others = zip(shown, texts, strict=True)
    looks = _composed(some)
    return any(looks == _composed(text) and not same(side.value, other.value) for other, text in others)


def _composed(texts: Sequence[str]) -> str:
    """With each accent and its letter as one character, as far as there is one: both look the same."""
    return normalize("NFC", "\n".join(texts))


def is_long(one: Difference, width: int) -> bool:
    """Whether a value of a column has more lines than are shown at first."""
    room = max(8, width - LABELS)
    return any(len(_texts(value, 0, room, LINES)) > LINES for value in (one.seen, one.theirs, one.mine))


def _heading(conflict: Conflict, one: Difference, decided: Mapping[str, Value]) -> Content:
    if isinstance(conflict.change, Delete) or conflict.theirs is None:
        sign = Content.styled(" ● ", "$text-warning")
    elif one.column in undecided(conflict, decided):
        sign = Content.styled(" ? ", "bold $text-error")
    else:
        sign = Content.styled(" ✓ ", "$text-success")
    type_ = conflict.change.table.column(one.column).type
    return Content.assemble(sign, (visible(one.column), "bold"), " ", (visible(type_), QUIET))


def _side_lines(side: Side, texts: Sequence[str], note: str, limit: int) -> Iterator[Content]:
    """A value in lines, the last one with a note."""
    if side.value is NOT_EDITED:
        yield Content.assemble(_label(side), ("not edited", f"dim italic {QUIET}"))
        return
    tone = "bold $text-success" if side.is_chosen else "bold $text-error" if side.is_news else ""
    tone = f"{tone} dim italic".strip() if side.value is None else tone
    if len(texts) > limit:
        texts = [*texts[: limit - 1], "… space shows more" if limit == LINES else "… and more"]
    for number, text in enumerate(texts):
        label = Content(" " * LABELS) if number else _label(side)
        yield Content.assemble(label, (text, tone), (note if number == len(texts) - 1 else "", QUIET))


def _label(side: Side) -> Content:
    mark = Content.styled("   ▸ ", "bold $text-success") if side.is_chosen else Content("     ")
    return Content.assemble(mark, (f"{side.label:<{LABELS - 5}}", "bold" if side.is_chosen else QUIET))


def _texts(value: Value, start: int, width: int, limit: int) -> list[str]:
    """A value's first lines from a character on, one more than the limit at most."""
    if not isinstance(value, str):
        return wrapped(_told(value), width, limit)
    some = value[start : start + enough(width, limit)]
    text = "\n".join(visible(line, len(line)) for line in some.split("\n"))
    begun = "…" if start and len(value) > start else ""
    return wrapped(begun + text if begun else quoted(value, text), width, limit)


def _told(value: Value) -> str:
    return quoted(value, text_of(value)) if isinstance(value, str) else text_of(value)


def _sort_of(value: Value) -> str:
    if isinstance(value, str):
        return f"a text of {len(value):,} character{'s' * (len(value) != 1)}"
    if isinstance(value, bytes):
        return "text that is not valid" if isinstance(value, BadText) else "bytes"
    return "no value" if value is None else "a number"


def _start(values: Sequence[Value], width: int) -> int:
    """From which character on long texts are shown, so that the first difference is in sight."""
    texts = [value for value in values if isinstance(value, str)]
    common = min((_common(texts[0], text) for text in texts[1:]), default=0)
    return common - BEFORE if common > width * (LINES - 1) else 0


def _common(left: str, right: str) -> int:
    """How many characters two texts have in common at their start."""
    low, high = 0, min(len(left), len(right))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if left[low:middle] == right[low:middle] else (low, middle - 1)
    return low
