"""Keys and what they do, as a table. Pure."""

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from textual.content import Content

from tui.widgets.cells import fit, label, visible
from tui.widgets.tones import QUIET
from tui.widgets.wrapping import wrapped

WIDEST = 24
"""Cells that the keys and the words get at most."""

GAP = "  "
"""What stands between two columns."""

LINES = 9
"""Lines that a sentence gets at most."""


def key_table(rows: Sequence[tuple[str, str, str]], width: int) -> Content:
    """Rows of keys, what they do in a word, and in a sentence, which goes on below its own beginning."""
    keys = _width(keys for keys, _, _ in rows)
    names = _width(name for _, name, tip in rows if tip)
    indent = keys + names + 2 * len(GAP)

    def meaning(name: str, tip: str) -> Content:
        if not tip:
            return label(name)
        sentence = ("\n" + " " * indent).join(wrapped(visible(tip), width - indent, LINES))
        return Content.assemble(fit(visible(name), names), GAP, (sentence, QUIET))

    return Content("\n").join(
        Content.assemble((fit(shown, keys), "bold"), GAP, meaning(name, tip)) for shown, name, tip in rows
    )


def _width(texts: Iterable[str]) -> int:
    return min(WIDEST, max((cell_len(text) for text in texts), default=0))
