"""The only place that turns data into text on the screen: nothing unprintable ever comes out."""

import re
from enum import StrEnum

from rich.cells import cell_len, get_character_cell_size
from textual.content import Content

from tui.db.needle import Needle
from tui.db.values import BadText, Cut, Kind, Unset, Value

LIMIT = 500
"""Characters of a value that are ever looked at for one line on the screen."""

_ENDS = 6
"""Cells from which on there is room for both ends of a name."""

_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0"
    "\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0100-\U000e01ef]"
)
"""What Python calls printable, though it draws nothing or is as wide as each terminal likes: fillers,
variation selectors, skin tones, the letters of flags."""


class Role(StrEnum):
    """What a cell's text stands for, beyond the text itself."""

    PLAIN = "plain"
    NULL = "null"
    DEFAULT = "default"
    REQUIRED = "required"


class _Pictures(dict[int, str]):
    """What is drawn for each code point: itself if it has a shape of its own."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        is_safe = char.isprintable() and not _SHAPELESS.match(char)
        self[code] = char if is_safe else _picture(code)
        return self[code]


def _picture(code: int) -> str:
    """A visible stand-in for a code point that has no shape."""
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_PICTURES = _Pictures()


def visible(text: str, limit: int = LIMIT) -> str:
    """The text's first characters, with a picture for everything that has no shape, on one line."""
    shown = text if len(text) <= limit else text[:limit] + "…"
    if shown.isprintable() and (shown.isascii() or not _SHAPELESS.search(shown)):
        return shown
    return shown.translate(_PICTURES)


def in_place(text: str) -> str:
    """The text with one character in place of each, for a line in which every character has its place."""
    pictures = (_PICTURES[ord(char)] for char in text)
    return (
        text
        if text.isascii() and text.isprintable()
        else "".join(p[0] if len(p) == 1 else "␦" for p in pictures)
    )


def text_of(value: Value) -> str:
    """A value as one line of text: exact, and where it is cut there stands an `…`."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Cut):
        return _start_of(value.start) + "…"
    if isinstance(value, bytes):
        end = "" if isinstance(value, BadText) else "'"
        return _start_of(value) + (end if len(value) <= LIMIT else "…")
    return _word_for(value)


def _word_for(value: int | float | Unset | None) -> str:
    """What is neither text nor bytes, in as many digits as it takes."""
    if value is None:
        return "NULL"
    return value.value if isinstance(value, Unset) else repr(value)


def _start_of(value: str | bytes) -> str:
    """What of a value is looked at: bytes in hex as SQL writes them, broken text as far as it can be read."""
    if isinstance(value, str):
        return visible(value[:LIMIT])
    if isinstance(value, BadText):
        return visible(value[:LIMIT].decode("utf-8", "backslashreplace"), 4 * LIMIT)
    return f"x'{value[:LIMIT].hex()}"


def contains(value: Value, needle: Needle) -> bool:
    """Whether what is looked for occurs in a value; not in bytes, which are no text."""
    if value is None or isinstance(value, bytes):
        return False
    return needle.is_in(str(getattr(value, "start", value)))


def fit(text: str, width: int, *, is_right: bool = False) -> str:
    """Visible text, cut or padded to exactly `width` cells of the terminal."""
    size = len(text) if text.isascii() else cell_len(text)
    if size > width:
        text, size = _cut(text, width)
    padding = " " * (width - size)
    return padding + text if is_right else text + padding


def fit_ends(text: str, width: int) -> str:
    """The same for a name: it loses its middle, for names that begin alike differ at the end."""
    if cell_len(text) <= width or width < _ENDS:
        return fit(text, width)
    start, _ = _cut(text, width // 3 + 1)
    end, _ = _cut(text[::-1], width - width // 3)
    return fit(start + end[-2::-1], width)


def _cut(text: str, width: int) -> tuple[str, int]:
    """The text's start with an `…`, and the cells it takes: one less than `width` before a wide character."""
    if width <= 0:
        return "", 0
    if text.isascii():
        return text[: width - 1] + "…", width
    used = 0
    for end, char in enumerate(text):
        size = get_character_cell_size(char)
        if used + size > width - 1:
            return text[:end] + "…", used + 1
        used += size
    return text, used


def cell(value: Value, kind: Kind, width: int) -> tuple[str, Role]:
    """A value as text of exactly `width` cells, numbers to the right, and what that text stands for."""
    text = fit(text_of(value), width, is_right=kind is Kind.NUMBER)
    if value is None:
        return text, Role.NULL
    return text, Role(value.value) if isinstance(value, Unset) else Role.PLAIN


def label(value: object, limit: int = 4000) -> Content:
    """Text from the database for a title, a label or a tooltip: no markup is read from it."""
    return Content(visible(str(value), limit))
