"""What deleting rows does to other tables, for people to read. Pure."""

from collections.abc import Iterator, Sequence

from textual.content import Content

from tui.db import images
from tui.db.impact import Effect, Impact
from tui.db.schema import OnDelete
from tui.widgets.cells import visible
from tui.widgets.tones import QUIET

SHORT = 40
"""Characters of a name."""

RECORDED = images.MOST
"""Rows of other tables that the journal takes with a save."""


def impact_sentence(impact: Impact) -> str:
    """What else happens, to follow "the row is staged for deletion"; empty where nothing does."""
    if impact.blocks:
        who = _listed([f"{_rows(effect)} of {_table(effect)}" for effect in impact.blocks])
        is_one = sum(effect.count for effect in impact.blocks) == 1
        what = "forbids that: delete or change it" if is_one else "forbid that: delete or change them"
        return f", but {who} {what} first"
    going = [effect for effect in impact.effects if effect.key.on_delete is OnDelete.CASCADE]
    parts = [f"with it go {_listed([f'{_rows(e)} of {_table(e)}' for e in going])}"] if going else []
    parts += [
        f"{_columns(effect)} {_becomes(effect)} in {_rows(effect)} of {_table(effect)}"
        for effect in impact.effects
        if effect.key.on_delete in (OnDelete.SET_NULL, OnDelete.SET_DEFAULT)
    ]
    return f"; {'; '.join(parts)}" if parts else ""


def impact_lines(impact: Impact) -> Content | None:
    """The same as a paragraph with a line for each foreign key; None where nothing else happens."""
    lines = [Content.styled("Deleting it also", QUIET)] if impact.effects else []
    lines += [Content(f"  {_does(effect)}").stylize(_style(effect)) for effect in impact.effects]
    if sum(e.count for e in impact.effects if e.key.on_delete is not OnDelete.BLOCK) > RECORDED:
        lines.append(Content.styled(f"Only {RECORDED:,} of these rows can be taken back.", "$text-warning"))
    if not impact.is_whole:
        lines.append(Content.styled("There is more: not all of it was counted.", "$text-warning"))
    return Content("\n").join(lines) if lines else None


def _does(effect: Effect) -> str:
    rows = f"{_rows(effect)} of {_table(effect)}"
    match effect.key.on_delete:
        case OnDelete.CASCADE:
            return f"deletes {rows}"
        case OnDelete.BLOCK:
            return f"is forbidden by {rows} ({_columns(effect)}): delete or change them first"
        case _:
            return f"changes {rows}: {_columns(effect)} {_becomes(effect)}"


def _style(effect: Effect) -> str:
    rule = effect.key.on_delete
    return "$text-error" if rule in (OnDelete.BLOCK, OnDelete.CASCADE) else "$text-warning"


def _rows(effect: Effect) -> str:
    return f"{effect.count_text} row{'s' * (effect.count != 1)}"


def _table(effect: Effect) -> str:
    return visible(effect.key.child.label, SHORT)


def _columns(effect: Effect) -> str:
    return ", ".join(visible(name, SHORT) for name in effect.key.columns)


def _becomes(effect: Effect) -> str:
    return "becomes NULL" if effect.key.on_delete is OnDelete.SET_NULL else "becomes its default"


def _listed(words: Sequence[str]) -> str:
    """Words with commas and an `and`."""
    return " and ".join(_halves(words)) if len(words) > 1 else "".join(words)


def _halves(words: Sequence[str]) -> Iterator[str]:
    yield ", ".join(words[:-1])
    yield words[-1]
