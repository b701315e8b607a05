"""The line of keys inside a prompt. Pure."""

from textual.content import Content

from tui.widgets.tones import QUIET


def key_hints(*hints: tuple[str, str]) -> Content:
    """Keys and what they do, on one line."""
    parts = [Content.assemble((key, "bold"), " ", (does, QUIET)) for key, does in hints]
    return Content("  ").join(parts)
