"""What a terminal shows: pyte, with the sequences it lacks, answering queries as an xterm does."""

import codecs
import re
from collections.abc import Callable

import pyte

SEQUENCE = re.compile(
    r"\x1b(?:"
    r"\[(?P<private>[<-?]*)(?P<parameters>[\d;:]*)(?P<middle>[ -/]*)(?P<final>[@-~])"
    r"|\](?P<osc>(?:[^\x07\x1b]|\x1b(?!\\))*)(?:\x07|\x1b\\)"
    r"|(?P<string>[PX^_])(?P<body>(?:[^\x1b]|\x1b(?!\\))*)\x1b\\"
    r")"
)
UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?)?$")
KNOWN_MODES = {1, 7, 25, 1000, 1002, 1003, 1004, 1006, 1049, 2004, 2026}
"""Private modes that the terminal says it has: no graphics, no kitty keys, no resize reports."""
UNSUPPORTED_STRINGS = {"+q": "\x1bP0+r\x1b\\", "$q": "\x1bP0$r\x1b\\"}


class _Pyte(pyte.Screen):
    """Answers the two queries that pyte knows itself."""

    def __init__(self, columns: int, lines: int, reply: Callable[[str], None]) -> None:
        super().__init__(columns, lines)
        self._reply = reply

    def write_process_input(self, data: str) -> None:
        self._reply(data)


class Screen:
    """The text on a screen, fed with what a program writes. Colours are dropped."""

    def __init__(self, columns: int, lines: int, reply: Callable[[str], None]) -> None:
        self._screen = _Pyte(columns, lines, reply)
        self._stream = pyte.Stream(self._screen)
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._reply = reply
        self._unfinished = ""
        self._lines = [""] * lines
        self.is_updating = False
        """Whether the program is in the middle of a frame (synchronized output)."""

    @property
    def title(self) -> str:
        """The title that the program gave the window."""
        return self._screen.title

    def resize(self, columns: int, lines: int) -> None:
        """Take another size."""
        self._screen.resize(lines, columns)
        self._screen.dirty.update(range(lines))
        self._lines = [""] * lines

    def feed(self, data: bytes) -> None:
        """Show what a program wrote; it may end in the middle of a sequence."""
        text = self._unfinished + self._decode(data)
        tail = UNFINISHED.search(text)
        self._unfinished = tail[0] if tail else ""
        text = text.removesuffix(self._unfinished)
        self._stream.feed(SEQUENCE.sub(self._translate, text))

    def text(self) -> str:
        """The lines of the screen, without blanks at their ends."""
        for y in self._screen.dirty:
            if y < len(self._lines):
                line = self._screen.buffer[y]
                self._lines[y] = "".join(line[x].data for x in range(self._screen.columns)).rstrip()
        self._screen.dirty.clear()
        return "\n".join(self._lines)

    def cells(self) -> list[list[str]]:
        """Every cell of the screen, line by line; the second half of a wide character is empty."""
        lines = (self._screen.buffer[y] for y in range(self._screen.lines))
        return [[line[x].data for x in range(self._screen.columns)] for line in lines]

    def _translate(self, match: re.Match[str]) -> str:
        """A sequence as pyte understands it, or nothing; queries are answered."""
        if match["final"]:
            return self._control(match)
        if match["osc"] is not None:
            return self._command(match)
        self._send(UNSUPPORTED_STRINGS.get(match["body"][:2]) if match["string"] == "P" else None)
        return ""

    def _control(self, match: re.Match[str]) -> str:
        private, final = match["private"], match["final"]
        if private == "?" and final in "hl":
            return self._mode(match)
        if not private and not match["middle"] and final not in "mtu":
            return match[0]
        self._send(self._answer(match))
        return ""

    def _mode(self, match: re.Match[str]) -> str:
        modes = match["parameters"].split(";")
        if "2026" in modes:
            self.is_updating = match["final"] == "h"
        return match[0] + ("\x1b[2J\x1b[H" if "1049" in modes else "")

    def _answer(self, match: re.Match[str]) -> str | None:
        """What the terminal says to a query, None if it stays silent."""
        columns, lines = self._screen.columns, self._screen.lines
        first = int(match["parameters"].partition(";")[0] or 0)
        if match["middle"] == "$" and match["final"] == "p":
            known = match["private"] == "?" and first in KNOWN_MODES
            return f"\x1b[{match['private']}{first};{2 if known else 0}$y"
        return {
            ">c": "\x1b[>1;10;0c",
            ">q": "\x1bP>|pyte\x1b\\",
            "?n": "\x1b[?997;1n" if first == 996 else None,
            "t": {
                14: f"\x1b[4;{lines * 20};{columns * 10}t",
                16: "\x1b[6;20;10t",
                18: f"\x1b[8;{lines};{columns}t",
            }.get(first),
        }.get(match["private"] + match["middle"] + match["final"])

    def _command(self, match: re.Match[str]) -> str:
        """Colour queries are answered, titles are kept, the rest is dropped."""
        body = match["osc"]
        if re.match(r"(1[0-2]|4;\d+);\?", body):
            rgb = "d0d0/d0d0/d0d0" if body.startswith("10") else "1212/1212/1212"
            self._send(f"\x1b]{body[:-1]}rgb:{rgb}\x1b\\")
        return match[0] if re.match(r"[02];", body) else ""

    def _send(self, answer: str | None) -> None:
        if answer:
            self._reply(answer)
