"""JSON as text: checked, and laid out anew without touching more than the space between its signs. Pure."""

import json
import re
from collections.abc import Iterator

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
"""A text, a sign, or a word or number; numbers keep their spelling, keys their order and number."""

INDENT = "  "


def complaint_about(text: str) -> str | None:
    """Why a text is no JSON, and where; None where it is."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"no JSON yet: {error.msg.lower()} in line {error.lineno}, column {error.colno}"
    except RecursionError:
        return None
    return None


def compact(text: str) -> str:
    """The same JSON without space."""
    return "".join(TOKEN.findall(text))


def indented(text: str) -> str:
    """The same JSON with each member on a line of its own."""
    return "".join(_laid_out(TOKEN.findall(text)))


def _laid_out(tokens: list[str]) -> Iterator[str]:
    depth = 0
    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else ""
        before = tokens[index - 1] if index else ""
        if token in ("]", "}"):
            depth -= 1
            yield "" if before in ("[", "{") else "\n" + INDENT * depth
        yield token
        if token in ("[", "{"):
            depth += 1
            yield "" if after in ("]", "}") else "\n" + INDENT * depth
        elif token == ",":
            yield "\n" + INDENT * depth
        elif token == ":":
            yield " "
