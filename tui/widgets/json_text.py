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


def highlights(line: str) -> Iterator[tuple[int, int, str]]:
    """The tokens of a line that are coloured: where they begin and end, in bytes, and what they are."""
    for found in TOKEN.finditer(line):
        name = _name_of(found[0], is_key=line[found.end() :].lstrip().startswith(":"))
        if name:
            start = len(line[: found.start()].encode())
            yield start, start + len(found[0].encode()), name


def _name_of(token: str, *, is_key: bool) -> str:
    if token.startswith('"'):
        return "json.label" if is_key else "string"
    if token in ("true", "false"):
        return "boolean"
    if token == "null":
        return "json.null"
    return "number" if token[0] in "-0123456789" else ""
