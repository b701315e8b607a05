"""A real terminal over a database full of hostile values: no byte of them is obeyed."""

import base64
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.hostile import BROKEN, LONG, NAMES, SEQUENCES, VALUES, literal, quoted
from tests.pty_session import Terminal

PROJECT = Path(__file__).parents[2]
OWN = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\]52;c;([A-Za-z0-9+/=]*)\x07|\x1b\]22;[a-z-]*\x07"
    rb"|\x1bP\+q[0-9a-f]*\x1b\\|\r|\n"
)
"""The program's own vocabulary: cursor, colours and modes, clipboard, pointer's shape, line ends."""
WIDTH = 120


@pytest.fixture
def hostile_file(tmp_path: Path) -> Path:
    """A file with the values as cells, and as names of tables and columns."""
    path = tmp_path / "hostile.db"
    texts: list[str | bytes] = [*VALUES.values(), *BROKEN.values(), *LONG.values()]
    names = [name for name in NAMES.values() if "\0" not in name]
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, a TEXT, b)")
        for number, text in enumerate(texts):
            connection.execute(f"INSERT INTO a VALUES ({number}, {literal('sqlite:', text)}, 'end')")
        columns = ", ".join(quoted(name) for name in names)
        for name in names:
            connection.execute(f"CREATE TABLE {quoted(name)} ({columns})")
        connection.execute(
            f"INSERT INTO {quoted(names[0])} VALUES ({', '.join(quoted_text(n) for n in names)})"
        )
    return path


def quoted_text(text: str) -> str:
    return literal("sqlite:", text)


def started(path: Path, tmp_path: Path) -> Terminal:
    env = {"PYTHONPATH": str(PROJECT), "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    return Terminal([sys.executable, "-m", "tui", path, "--table", "a"], env, columns=WIDTH, cwd=tmp_path)


def test_nothing_but_the_program_s_own_words_reaches_the_terminal(hostile_file: Path, tmp_path: Path) -> None:
    copied = list(VALUES).index("title")
    with started(hostile_file, tmp_path) as terminal:
        terminal.wait_for("row 1 of", timeout=30)
        for row in (1, 32, 63, 88):
            terminal.wait_for(rf"row {row} of")
            assert borders(terminal) == []
            terminal.press("pagedown") if row < 88 else terminal.press("g")
        terminal.press("right")
        terminal.send("j" * copied)
        terminal.wait_for(rf"row {copied + 1} of")
        terminal.press("y", "enter")
        terminal.wait_for(lambda text: "Tables" not in text)
        terminal.press("escape")
        terminal.wait_for("Tables")
        terminal.press("e")
        terminal.wait_for("Shown escaped")
        terminal.press("escape")
        terminal.wait_for(lambda text: "Shown escaped" not in text)
        terminal.press("d", "w")
        terminal.wait_for("DELETE")
        terminal.press("escape")
        terminal.wait_for("Tables")
        terminal.press("t")
        terminal.send("EVIL")
        terminal.settle()
        terminal.press("ctrl+p")
        terminal.send("open")
        terminal.settle()
        terminal.press("escape")
        terminal.settle()
        terminal.press("ctrl+q")
        terminal.wait_for("staged and not saved")
        terminal.press("q")
        assert terminal.wait_for_exit(20) == 0
        raw, title = terminal.raw, terminal.title
    assert "EVIL" not in title
    assert [base64.b64decode(text) for text in OWN.findall(raw) if text] == [SEQUENCES["title"].encode()]
    rest = OWN.sub(b"", raw).decode("utf-8", "replace")
    assert {ascii(rest[m.start() : m.end() + 6]) for m in unprintable(rest)} == set()
    sequences = {name: text.encode() for name, text in SEQUENCES.items() if not text.endswith("\x1b")}
    assert [name for name, data in sequences.items() if data in raw] == []


def unprintable(text: str) -> Iterator[re.Match[str]]:
    return (match for match in re.finditer(r"[^ -~]", text) if not match[0].isprintable())


def borders(terminal: Terminal) -> list[str]:
    """The lines of the rows' frame whose right border is not in its place."""
    lines = terminal.cells()[1:-3]
    return ["".join(line) for line in lines if line[WIDTH - 1] not in "│╮╯▐▇▁▂▃▄▅▆█ "]
