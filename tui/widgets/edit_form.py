"""How a value is written in an editor, so that every value goes there and back unchanged. Pure."""

import re
from enum import Enum

from tui.db.values import BadText, Cut, Unset, Value
from tui.widgets.cells import visible


class Form(Enum):
    """How an editor shows a value."""

    PLAIN = "plain"
    ESCAPED = "escaped"
    """What has no shape is written as `\\x1b`, a backslash as two."""
    HEX = "hex"
    """Bytes, two digits each."""


class FormError(ValueError):
    """A text that means no value in its form; the error's text is a sentence for the user."""


SHORT = {"\\": "\\\\", "\r": "\\r", "\0": "\\0"}
"""What is escaped by a letter of its own."""

LONG = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t", "0": "\0"}
"""What each letter behind a backslash stands for."""

ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.)|$)", re.DOTALL)

BYTE = 0xDC00
"""What marks a byte that is no valid text: Python's own `surrogateescape` adds it to the byte."""


def is_plain(text: str) -> bool:
    """Whether an editor carries the text as it is: lines of characters that all have a shape."""
    flat = text.translate({10: None, 9: None})
    return visible(flat, len(flat)) == flat


def form_of(value: Value) -> Form:
    """The form in which an editor can carry a value without loss."""
    if isinstance(value, BadText):
        return Form.ESCAPED
    if isinstance(value, bytes):
        return Form.HEX
    return Form.PLAIN if not isinstance(value, str) or is_plain(value) else Form.ESCAPED


def written(value: Value, form: Form) -> str:
    """A whole value as an editor shows it; NULL and DEFAULT are written as nothing.

    ValueError for a cut value: its end would be lost.
    """
    if isinstance(value, Cut):
        raise ValueError("a cut value can't be edited: read the whole one first")
    if isinstance(value, BadText):
        return escaped(value.decode("utf-8", "surrogateescape"), is_bytes=True)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, str):
        return escaped(value) if form is Form.ESCAPED else value
    return "" if value is None or isinstance(value, Unset) else repr(value)


def escaped(text: str, *, is_bytes: bool = False) -> str:
    """A text with an escape for all that is not plain; lines stay lines.

    With bytes, half characters stand for those.
    """
    return "".join(_escape(char, is_bytes=is_bytes) for char in text)


def _escape(char: str, *, is_bytes: bool) -> str:
    if char in SHORT or is_plain(char):
        return SHORT.get(char, char)
    code = ord(char)
    if is_bytes and BYTE <= code <= BYTE + 0xFF:
        return f"\\x{code - BYTE:02x}"
    if code < 0x80:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def read(text: str, form: Form) -> str | BadText:
    """What a text of an editor means, FormError where it means nothing.

    `\\x80` to `\\xff` are single bytes; with them the text is one that is not valid in the encoding.
    """
    meant = ESCAPE.sub(_unescape, text) if form is Form.ESCAPED else text
    try:
        meant.encode()
    except UnicodeEncodeError:
        return _broken(meant)
    return meant


def joined(before: str, plain: str, after: str, form: Form) -> str | None:
    """What a plain text means between two parts of an editor's; None where a part means nothing alone."""
    if form is not Form.ESCAPED:
        return before + plain + after
    try:
        start, end = read(before, form), read(after, form)
    except FormError:
        return None
    return start + plain + end if isinstance(start, str) and isinstance(end, str) else None


def _unescape(match: re.Match[str]) -> str:
    byte, short, long, letter = match.groups()
    if byte:
        code = int(byte, 16)
        return chr(code if code < 0x80 else BYTE + code)
    if short or long:
        return _character(int(short or long, 16))
    if letter not in LONG:
        raise FormError(f"{match[0]} is no escape: write \\\\ for a backslash.")
    return LONG[letter]


def _character(code: int) -> str:
    if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise FormError(f"\\u{code:04x} is only half of a character, which can't be stored.")
    return chr(code)


def _broken(text: str) -> str | BadText:
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise FormError("The text holds half of a character, which can't be stored.") from None
    try:
        return data.decode()
    except UnicodeDecodeError:
        return BadText(data)
