"""What was typed, checked in the ways that several engines share."""

import re

from tui.db.errors import ValueRefusedError
from tui.db.schema import Column


def refuse_surrogates(column: Column, text: str) -> None:
    """Raise ValueRefusedError for text that no encoding has."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueRefusedError(
            f"{column.name} can't hold half of a character (a lone surrogate), which this text has."
        ) from None


def fitting(column: Column, text: str) -> str:
    """The text; ValueRefusedError where the column holds fewer characters."""
    if column.max_length is not None and len(text) > column.max_length:
        raise ValueRefusedError(
            f"{column.name} holds at most {column.max_length} characters; this has {len(text)}."
        )
    return text


def as_bytes(column: Column, text: str) -> bytes:
    """The bytes that hex digits name."""
    digits = re.sub(r"^[xX]'(.*)'$", r"\1", text.strip())
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise ValueRefusedError(f"{column.name} holds bytes: write them in hex, such as 00ff1a.") from None


def shown(text: str) -> str:
    """What was typed, as an error quotes it."""
    return repr(text if len(text) <= 30 else text[:30] + "…")
