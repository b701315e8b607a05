"""A real terminal over a database full of hostile values: no byte of them is obeyed."""

import base64
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile import BROKEN, LONG, SEQUENCES, VALUES, literal, nameable, quoted, storable
from tests.outside import run
from tests.pty_session import Terminal

PROJECT = Path(__file__).parents[2]
OWN = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\]52;c;([A-Za-z0-9+/=]*)\x07|\x1b\]22;[a-z-]*\x07"
    rb"|\x1bP\+q[0-9a-f]*\x1b\\|\r|\n"
)
"""The program's own vocabulary: cursor, colours and modes, clipboard, pointer's shape, line ends."""
WIDTH = 120


async def make_hostile(url: str) -> list[str | bytes]:
    """The values as cells of a table `a`, and as names of tables and columns; the cells."""
    held: list[str | bytes] = [*storable(url, VALUES.values()), *LONG.values()]
    held += BROKEN.values() if url.startswith("sqlite:") else []
    names, kind = nameable(url), "longtext" if url.startswith("mysql:") else "text"
    columns = ", ".join(f"{quoted(name)} text" for name in names)
    await run(
        url,
        f"CREATE TABLE a (id integer PRIMARY KEY, a {kind}, b text)",
        *(f"INSERT INTO a VALUES ({n}, {literal(url, text)}, 'end')" for n, text in enumerate(held)),
        *(f"CREATE TABLE {quoted(name)} (id integer)" for name in names[1:]),
        f"CREATE TABLE {quoted(names[0])} ({columns})",
        f"INSERT INTO {quoted(names[0])} VALUES ({', '.join(literal(url, name) for name in names)})",
    )
    return held


def started(url: str, tmp_path: Path) -> Terminal:
    env = {"PYTHONPATH": str(PROJECT), "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    return Terminal([sys.executable, "-m", "tui", url, "--table", "a"], env, columns=WIDTH, cwd=tmp_path)


@pytest.mark.parametrize("empty_url", ["sqlite", "mariadb"], indirect=True)
async def test_nothing_but_the_program_s_own_words_reaches_the_terminal(
    empty_url: str, tmp_path: Path
) -> None:
    held = await make_hostile(empty_url)
    copied, last = held.index(SEQUENCES["title"]), len(held)
    with started(empty_url, tmp_path) as terminal:
        terminal.wait_for("row 1 of", timeout=30)
        for row in (1, 32, 63, last):
            terminal.wait_for(rf"row {row} of")
            assert borders(terminal) == []
            terminal.press("pagedown") if row < last else terminal.press("g")
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
        terminal.press("x")
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
