"""The benchmark's machinery, tried with a tiny viewer; the figures themselves are no matter of tests."""

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks.data import events_file, payload
from tests.benchmarks.peers import PAGES, PEERS, Peer, peers
from tests.benchmarks.report import as_json, table
from tests.benchmarks.scenarios import (
    BARE,
    CURSOR,
    FIRST_FRAME,
    FIRST_ROWS,
    FLOOR,
    LAST,
    MEMORY,
    PAGE,
    PAGE_UP,
    REPEATS,
    STEPS,
    Browsing,
    Program,
    programs,
)
from tests.outside import fetch

ROWS = 1000
VIEWER = f"""
import os, tty
tty.setraw(0)
top = row = 1
while True:
    rows = "".join(f"row-{{i:08d}}\\r\\n" for i in range(top, min(top + 20, {ROWS} + 1)))
    print(f"\\x1b[2J\\x1b[Hrow {{row:,}} of {ROWS:,}\\r\\n{{rows}}", end="", flush=True)
    key = os.read(0, 9)
    step = {{b"\\x1b[B": 1, b"\\x1b[6~": 20, b"\\x1b[5~": -20, b"G": {ROWS}, b"x": 0}}[key]
    row = max(1, min({ROWS}, row + step))
    top = max(1, min({ROWS} - 19, top + (step if abs(step) > 1 else 0)))
"""


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.benchmarks.scenarios.QUIET", 0.03)


def test_a_session_gives_a_figure_for_every_step(tmp_path: Path) -> None:
    viewer = Program("viewer", [sys.executable, "-I", "-c", VIEWER], Browsing(ROWS))
    figures = viewer.run(tmp_path)
    counts = {step: len(values) for step, values in figures.items()}
    once = dict.fromkeys((FIRST_FRAME, FIRST_ROWS, LAST, MEMORY), 1)
    assert counts == once | dict.fromkeys((CURSOR, PAGE, PAGE_UP), REPEATS)
    assert all(value > 0 for values in figures.values() for value in values)


def test_a_step_that_does_nothing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = VIEWER.replace('b"\\x1b[B": 1', 'b"\\x1b[B": 0')
    viewer = Program("deaf", [sys.executable, "-I", "-c", deaf], Browsing(ROWS))
    monkeypatch.setattr("tests.benchmarks.scenarios.TIMEOUT", 0.5)
    with pytest.raises(AssertionError, match="time is up"):
        viewer.run(tmp_path)


def test_the_bare_app_and_the_floor_run(tmp_path: Path) -> None:
    known = {program.name: program for program in programs((tmp_path / "a", 1), (tmp_path / "b", 2))}
    assert list(known[FLOOR].run(tmp_path)) == [FIRST_FRAME]
    assert list(known[BARE].run(tmp_path)) == [FIRST_FRAME, FIRST_ROWS, MEMORY]


def test_the_minimal_program_shows_rows(tmp_path: Path) -> None:
    small = (events_file(tmp_path, 100), 100)
    [minimal] = [program for program in programs(small, small) if "SQLAlchemy" in program.name]
    assert minimal.run(tmp_path)[FIRST_ROWS]


async def test_the_data_is_the_same_each_time(tmp_path: Path) -> None:
    first, again = (events_file(tmp_path / name, 3000) for name in ("one", "two"))
    assert contents(first) == contents(again)
    assert await fetch(
        f"sqlite:///{first}", f"SELECT id FROM events WHERE payload LIKE '{payload(2999)}%'"
    ) == [(2999,)]
    users = "SELECT count(DISTINCT user_id), count(*) - count(amount) > 0 FROM events"
    assert await fetch(f"sqlite:///{first}", users) == [(1000, 1)]


def contents(path: Path) -> bytes:
    """All of a file."""
    return path.read_bytes()


def test_the_table_gives_medians_ranges_and_ratios_within_a_round() -> None:
    runs = {
        BARE: [{FIRST_FRAME: [100.0], FIRST_ROWS: [100.0]}, {FIRST_FRAME: [200.0], FIRST_ROWS: [200.0]}],
        "tui": [{FIRST_FRAME: [110.0], CURSOR: [2.0, 4.0]}, {FIRST_FRAME: [220.0], CURSOR: [3.0]}],
    }
    head, _, bare, tui = table(runs).splitlines()
    assert head.count("|") == bare.count("|") == tui.count("|")
    assert "165 (110-220)" in tui
    assert "3.0 (2.0-4.0)" in tui
    assert "1.10" in tui
    stored = json.loads(as_json(runs))["programs"]["tui"]
    assert stored["medians"] == {FIRST_FRAME: 165.0, CURSOR: 3.0}
    assert stored["ratios"] == {f"{FIRST_FRAME} / {BARE}": 1.1}
    assert all(step in head for step in STEPS)


def test_a_peer_is_led_to_its_rows_and_paged(tmp_path: Path) -> None:
    peer = Peer("viewer==1.0", lambda folder, file: [], [("row 1 of", "x")], focus=("down", "pagedown"))
    figures = Program("viewer", [sys.executable, "-I", "-c", VIEWER], peer).run(tmp_path)
    counts = {step: len(values) for step, values in figures.items()}
    assert counts == {FIRST_FRAME: 1, FIRST_ROWS: 1, PAGE: PAGES, MEMORY: 1}


def test_who_reads_all_rows_is_not_asked_for_millions(tmp_path: Path) -> None:
    few, many = (peers(tmp_path, tmp_path / "a.db", rows) for rows in (10_000, 10_000_000))
    assert len(few) == len(PEERS)
    assert [program.name for program in many] == ["sqlit-tui 1.6.5, 10,000,000 rows"]
    assert not list(tmp_path.iterdir())  # nothing is installed before it is wanted
