"""Breaks a text into lines of so many cells, quickly: what a list needs to know its height. Pure."""

from rich.cells import get_character_cell_size

MARKS = 8
"""Characters for each cell that a line has at most: accents need no cell, and there may be millions."""


def enough(width: int, limit: int) -> int:
    """How many of a text's characters are enough to fill one line more than `limit`."""
    return (limit + 1) * (MARKS * max(2, width) + 1)


def wrapped(text: str, width: int, limit: int) -> list[str]:
    """A text's first lines, broken between words where that is possible: one more than `limit` at most."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += _broken(line, max(2, width), limit + 1 - len(lines))
        if len(lines) > limit:
            break
    return lines


def _broken(line: str, width: int, limit: int) -> list[str]:
    """A line in pieces, so many at most; a space at which it is broken needs no room."""
    is_narrow = line.isascii() or all(get_character_cell_size(char) == 1 for char in set(line))
    pieces: list[str] = []
    start = 0
    while len(pieces) < limit:
        end = min(start + width, len(line)) if is_narrow else _reach(line, start, width)
        if end < len(line):
            end = line.rfind(" ", start, end + 1) + 1 or end
            pieces.append(line[start:end].rstrip(" "))
        else:
            pieces.append(line[start:])
        start = end
        if end >= len(line):
            break
    return pieces


def _reach(line: str, start: int, width: int) -> int:
    """How far the cells reach where characters are of several widths."""
    furthest = min(len(line), start + MARKS * width)
    for end in range(start, furthest):
        width -= get_character_cell_size(line[end])
        if width < 0:
            return end
    return furthest
