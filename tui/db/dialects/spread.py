"""Texts whose characters may have others between them."""

from typing import Any

from sqlalchemy import ColumnElement, and_

from tui.db.needle import FUZZY_LONGEST

ESCAPE = "\\"


def spread_pattern(text: str) -> str:
    """A pattern of LIKE for values that have the characters of a text in their order."""
    return "%".join(["", *(f"{ESCAPE}{char}" if char in f"%_{ESCAPE}" else char for char in text), ""])


def if_short(is_found: ColumnElement[bool], length: ColumnElement[Any]) -> ColumnElement[bool]:
    """Found, and in a value that is short enough for that to mean something."""
    return and_(length <= FUZZY_LONGEST, is_found)
