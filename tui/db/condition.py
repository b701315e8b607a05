"""A condition in the engine's own SQL: one expression and nothing else. Pure.

That a reader can't write is held by the engine (`docs/security.md`); here is held that what was typed stays
where it belongs, between the other filters, and that mistakes are told where they are.
"""

import re
from dataclasses import dataclass

from tui.db.dialects.protocol import Spelling
from tui.db.errors import TuiError

CONTINUED = re.compile(r"\s*\n\s*'")
"""Two texts with a line end between them are one text to some engines."""

NAMED = re.compile(
    r"near \"(.+?)\"|near '(.*?)' at line|column \"?([^\"' ]+?)\"? does not exist|no such column: (\S+?)\.?$"
    r"|Unknown column '([^']+)'|no such function: (\w+)|function ([\w.]+)\(|FUNCTION (?:\w+\.)?(\w+) does not"
    r"|relation \"([^\"]+)\"|no such table: (\S+?)\.?$|Table '(?:[^'.]+\.)?([^']+)' does|: \"([^\"]*)\"",
    re.DOTALL,
)
"""What engines name where they do not understand something."""


@dataclass
class ConditionError(TuiError):
    """What was typed is no condition."""

    sentence: str
    place: int | None = None
    """From which character on; None: nobody knows."""

    def __str__(self) -> str:
        return self.sentence


def require_expression(text: str, spelling: Spelling) -> None:
    """Raise ConditionError where a text is anything else than one expression, with its place.

    It must close each bracket and quote that it opens, and hold no end of a statement, no comment and
    nothing that the driver takes for a value to be filled in.
    """
    opened: list[int] = []
    at = 0
    while at < len(text):
        char = text[at]
        if char in spelling.quotes:
            at = _end_of_quote(text, at, spelling)
            continue
        if why := _why_not(text, at, spelling):
            raise ConditionError(why, at)
        if char == "(":
            opened.append(at)
        elif char == ")":
            if not opened:
                raise ConditionError("This ) closes nothing.", at)
            opened.pop()
        at += 1
    if opened:
        raise ConditionError("This ( is never closed.", opened[-1])


def _why_not(text: str, at: int, spelling: Spelling) -> str:
    """Why something outside of quotes may not stand there; empty where it may."""
    if text.startswith(spelling.comments, at):
        return "A condition holds no comment."
    if text[at] == ";":
        return "A condition is one expression: there is no ; in it."
    if text[at] in spelling.markers:
        return f"A {text[at]} stands for a value that is not there: put it in quotes."
    return ""


def _end_of_quote(text: str, start: int, spelling: Spelling) -> int:
    """Where a quoted text is over; a doubled quote goes on."""
    quote = text[start]
    end = spelling.quotes[quote]
    is_prefixed = quote == "'" and _has_prefix(text, start, spelling.escaping)
    is_escaped = quote in spelling.escapes or is_prefixed
    at = start + 1
    while at < len(text):
        if is_escaped and text[at] == "\\":
            at += 2
        elif text[at] != end:
            at += 1
        elif text.startswith(end * 2, at) and end != "]":
            at += 2
        else:
            if quote == "'" and CONTINUED.match(text, at + 1):
                raise ConditionError("A text does not go on in the next line.", at + 1)
            return at + 1
    raise ConditionError(f"This {quote} is never closed.", start)


def _has_prefix(text: str, at: int, letters: str) -> bool:
    """Whether one of these letters, and no longer word, stands right before a place."""
    before = text[at - 1 : at]
    return (
        bool(before) and before in letters and not re.match(r"[\w$]", text[at - 2 : at - 1] if at > 1 else "")
    )


def place_of(text: str, said: str) -> int | None:
    """Where in a condition something is that an engine's words name; None where they name nothing in it."""
    found = NAMED.search(said)
    name = next((group for group in found.groups() if group is not None), "") if found else ""
    if found is not None and name.startswith(")"):
        return len(text)  # the bracket that was put around it
    while name and name not in text:
        name = name[:-1]
    return text.rindex(name) if name else None
