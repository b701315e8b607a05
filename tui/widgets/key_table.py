"""Keys and what they do, as a table. Pure."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual.content import Content

from tui.widgets.cells import fit, label, visible
from tui.widgets.tones import QUIET

WIDEST = 24
"""Cells that the keys and the words get at most."""


def key_table(rows: Sequence[tuple[str, str, str]]) -> Content:
    """Rows of keys, what they do in a word, and in a sentence."""
    keys = _width(keys for keys, _, _ in rows)
    names = _width(name for _, name, tip in rows if tip)
    return Content("\n").join(
        Content.assemble((fit(shown, keys), "bold"), "  ", _meaning(name, tip, names))
        for shown, name, tip in rows
    )


def _meaning(name: str, tip: str, room: int) -> Content:
    if not tip:
        return label(name)
    return Content.assemble(fit(visible(name), room), "  ", label(tip).stylize(QUIET))


def _width(texts: Iterable[str]) -> int:
    return min(WIDEST, max((cell_len(text) for text in texts), default=0))
