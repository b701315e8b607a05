"""Texts that want to harm a terminal or the one who reads it, each with a name."""

from collections.abc import Iterable

MARKER = "EVIL"
"""Stands right behind the escape of each sequence, so that it is found in whatever a program writes."""

MARKUP = {
    "closing tag": "[/]",
    "closing tag of nothing": "[/nope]",
    "colour": "[red]x",
    "colour with end": "[bold red on blue]x[/]",
    "click that quits": "[@click=app.quit]x[/]",
    "click that rings": "[@click=app.bell()]x[/]",
    "click without end": "[@click=screen.dismiss(1)",
    "link": "[link=http://x]l[/link]",
    "link in quotes": "[link='http://x/[y]']l[/link]",
    "statement with parameters": "[SQL: SELECT a FROM t WHERE b=?] [parameters: ('x',)]",
    "background of an error": "(Background on this error at: https://sqlalche.me/e/20/e3q8)",
    "list": "[1, 2]",
    "escaped bracket": "\\[x] 100% \\",
    "variable": "[$accent]x[/$accent]",
    "emoji code": ":smile: :warning:",
    "bracket left open": "[[[a",
    "html": "<script>alert(1)</script>&amp;",
}
SEQUENCES = {
    "colour sequence": "\x1b[31mEVIL",
    "screen cleared": "a\x1b[2J\x1b[HEVIL",
    "cursor report": "\x1b[6nEVIL",
    "alternate screen left": "\x1b[?1049lEVIL",
    "title": "\x1b]0;EVIL title\x07",
    "title ended by ST": "\x1b]2;EVIL title\x1b\\",
    "hyperlink": "\x1b]8;;http://evil\x1b\\EVIL\x1b]8;;\x1b\\",
    "clipboard written": "\x1b]52;c;RVZJTA==\x07",
    "clipboard asked for": "\x1b]52;c;?\x07EVIL",
    "device string": "\x1bP+q544eEVIL\x1b\\",
    "application command": "\x1b_EVIL\x1b\\",
    "privacy message": "\x1b^EVIL\x1b\\",
    "reset": "\x1bcEVIL",
    "C1 colour": "\x9b31mEVIL",
    "C1 clipboard": "\x9d52;c;RVZJTA==\x9c",
    "C1 device string": "\x90EVIL\x9c",
    "sequence without end": "EVIL\x1b",
    "NUL": "a\0b",
    "other alphabet": "\x0eEVIL\x0f",
    "delete": "a\x7f\x7fb",
    "bell": "ding\x07",
    "backspace": "password\x08\x08\x08\x08EVIL",
    "vertical tab": "a\vb",
    "form feed": "a\fb",
    "carriage return": "12,000.00\r99",
}
LINES = {
    "line feed": "one\ntwo",
    "line feed alone": "\n",
    "mixed line ends": "a\r\nb\nc\rd",
    "next line": "a\x85b",
    "line separator": "a\u2028b",
    "paragraph separator": "a\u2029b",
    "tabs": "\ta\t\tb",
    "blanks around": "  a  ",
}
SHAPES = {
    "override": "user\u202egnp.exe",
    "isolates": "\u2066a\u2067b\u2068c\u2069",
    "marks of direction": "\u200ea\u200fb\u061c",
    "zero width": "a\u200bb\u2060c\ufeff",
    "joiners": "a\u200cb\u200dc",
    "tag characters": "a\U000e0041\U000e007f",
    "variation selectors": "❤\ufe0f ❤\ufe0e a\U000e0100",
    "combining stack": "z" + "\u0336\u0300\u0323" * 30 + "algo",
    "combining alone": "\u0301",
    "emoji joined": "👨\u200d👩\u200d👧 🏳\ufe0f\u200d🌈",
    "skin tones": "👍\U0001f3fd👋\U0001f3ff",
    "flags": "🇩🇪🇫🇷🇺",
    "keycap": "1\ufe0f\u20e3",
    "wide": "李小龍 表示 \uff21\uff22",
    "ambiguous width": "±°§¶①Ωя",
    "soft hyphen": "pass\xadword",
    "fillers": "a\u115f\u3164\uffa0\u2800b",
    "invisible operators": "a\u2061b\u2062c\u034f",
    "blanks of all sorts": "a\u00a0b\u2003c\u3000d\u202fe",
    "private use": "\ue000\U000f0000",
    "no character": "\ufffe\uffff\U0010ffff",
    "right to left": "שלום עולם مرحبا",
    "Indic": "नमस्ते க்ஷ",
    "look-alikes": "\u0430dmin \u0440\u0430ypal",
}
FORMATS = {
    "printf": "%s %d %n %(name)s 100%",
    "format": "{0} {name!r} {{}} {",
    "template": "${x} $(id) `id`",
    "statement": "'; DROP TABLE t; --",
    "quotes": "'\"`\u00b4\u2019",
    "backslashes": "\\n \\x1b \\ \\\\",
    "number": "007",
    "NULL as a word": "NULL",
    "empty": "",
}
VALUES = MARKUP | SEQUENCES | LINES | SHAPES | FORMATS
LONG = {"a megabyte in one line": "x" * 1_000_000, "a megabyte of lines": "\n" * 1_000_000}
BROKEN = {"invalid UTF-8": b"EVIL\xff\xfe", "lone surrogate": b"\xed\xa0\x80", "cut character": b"caf\xc3"}
"""Bytes that are no text: only some engines hold them."""

NAMES = {name: text for name, text in VALUES.items() if text.strip() and len(text.encode()) < 60}
"""What can name a table, a column or a constraint in every engine that stores it."""


def storable(url: str, texts: Iterable[str]) -> list[str]:
    """Those texts that an engine can hold."""
    return [text for text in texts if url.startswith("sqlite:") or "\0" not in text]


def nameable(url: str) -> list[str]:
    """What can name a table or a column in an engine."""
    names = [name for name in NAMES.values() if "\0" not in name]
    return [name for name in names if _is_name_of_mysql(name)] if url.startswith("mysql:") else names


def _is_name_of_mysql(name: str) -> bool:
    """It has no blank at its end, and no character of more than 16 bits."""
    return name == name.rstrip(" ") and max(name) <= "\uffff"


def literal(url: str, text: str | bytes) -> str:
    """A text as SQL that holds none of its characters."""
    data = text if isinstance(text, bytes) else text.encode()
    if url.startswith("sqlite:"):
        return f"CAST(x'{data.hex()}' AS TEXT)"
    if url.startswith("mysql:"):
        return f"CONVERT(x'{data.hex()}' USING utf8mb4)"
    return f"convert_from(decode('{data.hex()}', 'hex'), 'UTF8')"


def name_of_file(text: str) -> str:
    """A text as the name of a file."""
    return text.replace("/", "\u2215").replace("\0", "0") + ".db"


def quoted(name: str) -> str:
    """A name as SQL."""
    return '"' + name.replace('"', '""') + '"'
