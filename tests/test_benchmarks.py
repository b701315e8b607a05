"""The benchmark's machinery, tried with a tiny viewer; the figures themselves are no matter of tests."""

import asyncio
import json
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from tests.benchmarks.data import (
    Ends,
    cells_file,
    children_file,
    columns_file,
    ends_of,
    events_database,
    events_file,
    payload,
    tables_file,
)
from tests.benchmarks.far import proxy_before
from tests.benchmarks.inside import Inside
from tests.benchmarks.peers import PAGES, PEERS, Peer, peers
from tests.benchmarks.report import as_json, growth_table, inside_table, keys_table, start_table
from tests.benchmarks.scenarios import (
    BARE,
    CURSOR,
    DRIVER,
    FIRST_FRAME,
    FIRST_ROWS,
    FLOOR,
    FRAMES,
    IMPORT,
    LAG,
    LAST,
    MEMORY,
    MIDDLE,
    MINIMAL,
    PAGE,
    PAGE_UP,
    RECORD,
    REPEATS,
    STEPS,
    Browsing,
    Program,
    floors,
)
from tests.benchmarks.watch import watched
from tests.outside import fetch
from tests.servers import PostgreSQL

ROWS = 1000
VIEWER = f"""
import os, sys, tty
tty.setraw(0)
top = row = 1
is_record, typed = False, ""
while True:
    rows = "".join(f"row-{{i:08d}}\\r\\n" for i in range(top, min(top + 20, {ROWS} + 1)))
    rest = "esc back" if is_record else "Go to a row users " + typed
    print(f"\\x1b[2J\\x1b[Hrow {{row:,}} of {ROWS:,}\\r\\n{{rows}}{{rest}}", end="", flush=True)
    key = os.read(0, 1)
    while key == b"\\x1b" or key.startswith(b"\\x1b[") and not key[-1:].isalpha() and key[-1:] != b"~":
        key += os.read(0, 1)
    typed += key.decode() if key.isalnum() or key in b":%" else ""
    step = {{b"\\x1b[B": 1, b"\\x1b[6~": 20, b"\\x1b[5~": -20, b"G": {ROWS}}}.get(key, 0)
    if key == b"\\r" and typed.endswith("50%"):
        row, top, typed = {ROWS} // 2 + 1, {ROWS} // 2, ""
    elif key == b"\\r":
        is_record = True
    row = max(1, min({ROWS}, row + step))
    top = max(1, min({ROWS} - 19, top + (step if abs(step) > 1 else 0)))
"""


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.benchmarks.scenarios.QUIET", 0.03)
    monkeypatch.setattr("tests.benchmarks.scenarios.HELD", 0.5)


def test_a_session_gives_a_figure_for_every_step(tmp_path: Path) -> None:
    viewer = Program("viewer", [sys.executable, "-I", "-c", VIEWER], Browsing(Ends(ROWS, 1, ROWS)))
    figures = viewer.run(tmp_path)
    counts = {step: len(values) for step, values in figures.items()}
    once = (FIRST_FRAME, FIRST_ROWS, FRAMES, LAG, LAST, MIDDLE, RECORD, MEMORY)
    assert counts == dict.fromkeys(once, 1) | dict.fromkeys((CURSOR, PAGE, PAGE_UP), REPEATS)
    assert all(value > 0 for values in figures.values() for value in values)
    assert figures[FRAMES][0] <= 32


def test_a_step_that_does_nothing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = VIEWER.replace('b"\\x1b[B": 1', 'b"\\x1b[B": 0')
    assert deaf != VIEWER
    viewer = Program("deaf", [sys.executable, "-I", "-c", deaf], Browsing(Ends(ROWS, 1, ROWS)))
    monkeypatch.setattr("tests.benchmarks.scenarios.TIMEOUT", 0.5)
    with pytest.raises(AssertionError, match="time is up"):
        viewer.run(tmp_path)


def test_the_floors_run(tmp_path: Path) -> None:
    known = {program.name: program for program in floors(events_file(tmp_path, 100))}
    assert list(known[FLOOR].run(tmp_path)) == list(known[IMPORT].run(tmp_path)) == [FIRST_FRAME]
    for name in (BARE, DRIVER, MINIMAL):
        assert list(known[name].run(tmp_path)) == [FIRST_FRAME, FIRST_ROWS, MEMORY]


async def test_the_data_is_the_same_each_time(tmp_path: Path) -> None:
    first, again = (events_file(tmp_path / name, 3000) for name in ("one", "two"))
    assert first.read_bytes() == again.read_bytes()
    assert await fetch(
        f"sqlite:///{first}", f"SELECT id FROM events WHERE payload LIKE '{payload(2999)}%'"
    ) == [(2999,)]
    users = "SELECT count(DISTINCT user_id), count(*) - count(amount) > 0 FROM events"
    assert await fetch(f"sqlite:///{first}", users) == [(1000, 1)]


async def test_a_server_has_the_same_events(tmp_path: Path, postgresql: PostgreSQL) -> None:
    name = events_database(postgresql, 1000)
    columns = "id, user_id, kind, payload, CAST(amount AS TEXT), CAST(created_at AS TEXT)"
    [here, there] = [
        await fetch(url, f"SELECT {columns} FROM events ORDER BY id")
        for url in (f"sqlite:///{events_file(tmp_path, 1000)}", postgresql.url(name))
    ]
    postgresql.run(f"DROP DATABASE {name} WITH (FORCE)")
    assert [row[:4] + row[5:] for row in here] == [row[:4] + row[5:] for row in there]
    assert [row[4] and float(row[4]) for row in here] == [row[4] and float(row[4]) for row in there]


def test_the_ends_of_a_view_are_what_the_file_says(tmp_path: Path) -> None:
    file = events_file(tmp_path, 3000)
    assert ends_of(file) == Ends(3000, 1, 3000)
    assert ends_of(file, where="id BETWEEN 7 AND 9") == Ends(3, 7, 9)
    assert ends_of(file, "-id") == Ends(3000, 3000, 1)


async def test_files_are_large_in_other_ways(tmp_path: Path) -> None:
    tables, columns = tables_file(tmp_path, 5), columns_file(tmp_path, 7)
    cells, children = cells_file(tmp_path, 4000, 3), children_file(tmp_path, 50)
    counts = {
        tables: "SELECT count(*) FROM sqlite_master WHERE type = 'table'",
        columns: "SELECT count(*) FROM pragma_table_info('events')",
        cells: "SELECT sum(length(body) = 4000) FROM events",
        children: "SELECT count(*) FROM notes WHERE event_id = 1",
    }
    found = [(await fetch(f"sqlite:///{file}", query))[0][0] for file, query in counts.items()]
    assert found == [5, 7, 3, 50]
    assert all(ends_of(file).first == 1 for file in counts)


def test_the_tables_give_medians_ranges_and_ratios_within_a_round() -> None:
    runs = {
        BARE: [{FIRST_FRAME: [100.0], FIRST_ROWS: [100.0]}, {FIRST_FRAME: [200.0], FIRST_ROWS: [200.0]}],
        "tui, a": [{FIRST_FRAME: [110.0], CURSOR: [2.0, 4.0]}, {FIRST_FRAME: [220.0], CURSOR: [3.0]}],
        "tui, b": [{FIRST_FRAME: [110.0], CURSOR: [6.0]}, {FIRST_FRAME: [220.0], CURSOR: [6.0]}],
    }
    head, _, bare, tui, _ = start_table(runs).splitlines()
    assert head.count("|") == bare.count("|") == tui.count("|")
    assert "165 (110-220)" in tui
    assert "1.10" in tui
    head, _, tui, _ = keys_table(runs).splitlines()
    assert head.count("|") == tui.count("|")
    assert "3.0 (2.0-4.0)" in tui
    assert growth_table(runs).splitlines()[-1].startswith("| tui, b | 1.00 |  | 2.00 |")
    stored = json.loads(as_json(runs))["programs"]["tui, a"]
    assert stored["medians"] == {FIRST_FRAME: 165.0, CURSOR: 3.0}
    assert stored["ratios"] == {f"{FIRST_FRAME} / {BARE}": 1.1}
    assert all(step in start_table(runs) + keys_table(runs) for step in STEPS)


def test_what_was_measured_inside_is_a_table_too() -> None:
    figures = [Inside("a page", "3 ms", 1.25, "tui.x", 2.5), Inside("statements", "1.0")]
    lines = inside_table(figures).splitlines()
    assert lines[2:] == ["| a page | 3 ms | 1.2 | 2.5 | tui.x |", "| statements | 1.0 |  |  |  |"]
    assert json.loads(as_json({}, figures))["inside"][0]["stall"] == 1.25


def test_a_peer_is_led_to_its_rows_and_paged(tmp_path: Path) -> None:
    peer = Peer("viewer==1.0", lambda folder, file: [], [("row 1 of", "x")], focus=("down", "pagedown"))
    figures = Program("viewer", [sys.executable, "-I", "-c", VIEWER], peer).run(tmp_path)
    counts = {step: len(values) for step, values in figures.items()}
    assert counts == {FIRST_FRAME: 1, FIRST_ROWS: 1, PAGE: PAGES, MEMORY: 1}


def test_who_reads_all_rows_is_not_asked_for_millions(tmp_path: Path) -> None:
    few, many = (peers(tmp_path, "a.db", "some", reads_all=reads_all) for reads_all in (True, False))
    assert len(few) == len(PEERS) - 1
    assert {program.name for program in many} == {"sqlit-tui 1.6.5, some", "sqv 0.5.0, some"}
    [served] = peers(tmp_path, "postgresql://", "some", reads_all=False, is_file=False)
    assert served.name == "pgcli 4.7.1, some"
    assert not list(tmp_path.iterdir())  # nothing is installed before it is wanted


async def test_a_stall_is_measured_and_its_cause_is_named() -> None:
    async with watched() as watch:
        await asyncio.sleep(0.02)
        dawdle()
    assert watch.stall > 0.05
    assert watch.cause.endswith("test_benchmarks.dawdle")
    async with watched() as blocked:
        await asyncio.sleep(0.02)
        time.sleep(0.1)  # noqa: ASYNC251
    assert blocked.late > 0.05 > blocked.stall


def dawdle() -> None:
    """Let nobody else do anything for a while."""
    end = time.thread_time() + 0.1
    while time.thread_time() < end:
        pass


async def test_a_server_that_is_far_away_answers_late_and_its_round_trips_are_counted(
    postgresql: PostgreSQL,
) -> None:
    with proxy_before(postgresql.login.port, 0.02) as proxy:
        url = postgresql.login.url().replace(f":{postgresql.login.port}/", f":{proxy.port}/")
        connection = await asyncpg.connect(url)
        before, started = proxy.round_trips, time.perf_counter()
        await connection.execute("SELECT 1")
        assert time.perf_counter() - started >= 0.04
        assert proxy.round_trips == before + 1
        await connection.close()
