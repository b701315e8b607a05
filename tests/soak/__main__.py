"""`python -m tests.soak`: a monkey at the keyboard, a second program, faults, then an audit of all rows."""

import argparse
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from statistics import median
from subprocess import PIPE, STDOUT
from typing import Any

from tests.soak.audit import SoakError, check_contents, check_saves, check_second, saves_of
from tests.soak.engines import ENGINES, Engine
from tests.soak.faults import Faults
from tests.soak.monkey import Monkey
from tests.soak.session import PROJECT, Figures

MIB = 2**20
MOST_CONNECTIONS = 12
MOST_GROWTH = 100 * MIB
"""Between the second and the last quarter of a run."""
EXTRA = 240.0
"""Seconds that starting servers, ending and the audit may take besides, on a machine that is busy."""
LONG_ENOUGH = 90.0
"""Seconds of a run from which on its memory is judged."""


def main() -> int:
    """Soak one engine, or all of them at the same time; 1 where something does not hold."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    if arguments.engine == "all":
        return soak_all(arguments.minutes, arguments.seed)
    print(f"== {arguments.engine}, seed {arguments.seed}", flush=True)
    return 0 if soak(arguments.engine, arguments.minutes * 60, arguments.seed) else 1


def soak_all(minutes: float, seed: int) -> int:
    """Soak all engines at the same time, each in a process of its own; print one report after the other."""
    command = [sys.executable, "-m", "tests.soak", "--minutes", str(minutes), "--seed", str(seed), "--engine"]
    with ExitStack() as stack:
        soaks = []
        for name in ENGINES:
            started = subprocess.Popen([*command, name], stdout=PIPE, stderr=STDOUT, text=True, cwd=PROJECT)
            stack.callback(started.wait)
            stack.callback(started.terminate)
            soaks.append(started)
        end = time.monotonic() + minutes * 60 + EXTRA
        for one in soaks:
            print(one.communicate(timeout=max(0.1, end - time.monotonic()))[0], end="", flush=True)
    return int(any(one.returncode for one in soaks))


def soak(name: str, seconds: float, seed: int) -> bool:
    """Soak one engine, print the report; False where something does not hold."""
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="tui-soak-") as folder, ENGINES[name]() as engine:
        try:
            _play(engine, Path(folder), figures, seconds, seed)
        except AssertionError as error:
            print(f"FAILED: {error}")
            print(f"To repeat it: python -m tests.soak --engine {name} --seed {seed}")
            print("The last keys:", " ".join(figures.trail))
            return False
        finally:
            print(report(figures), flush=True)
    return True


def _play(engine: Engine, folder: Path, figures: Figures, seconds: float, seed: int) -> None:
    before = engine.witness.contents()
    said: list[Any] = []
    monkey = Monkey(engine, folder, figures, seed)
    started = time.monotonic()
    with Faults(engine.faults(), seed) as faults, _second(engine.witness.url, seed, folder, said):
        monkey.play(seconds)
    writes = engine.witness.writes()
    print(f"{time.monotonic() - started:.0f} s; faults: {_counted(faults.done)}; {faults.problems[:3] or ''}")
    outcomes = Counter(re.sub(r"\d+", "…", one["outcome"])[:60] for one in said)
    print(f"second program: {_counted(outcomes)}")
    saves = [save for echo in monkey.echoes for save in saves_of(echo.read_text())]
    committed = [save for save in saves if save.is_sent and save.writes]
    print(f"transactions: {len(saves)}, committed: {len(committed)}; rows noted: {len(writes)}")
    check_contents(before, writes, engine.witness.contents())
    check_second(said, writes)
    check_saves(saves, writes)
    check_figures(figures)


@contextmanager
def _second(url: str, seed: int, folder: Path, said: list[Any]) -> Iterator[None]:
    """The second program, as long as the block lasts; then what it said is in `said`."""
    with (folder / "second.jsonl").open("w+") as output:
        command = [sys.executable, "-m", "tests.soak.second", url, str(seed)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, cwd=PROJECT) as second:
            yield
            alive = second.poll() is None
        output.seek(0)
        said += [json.loads(line) for line in output]
        if not alive or second.returncode:
            raise SoakError("the second program ended by itself: that is a fault of the soak")


def check_figures(figures: Figures) -> None:
    """Hold connections and memory against their limits."""
    if figures.most_connections > MOST_CONNECTIONS:
        raise SoakError(f"{figures.most_connections} connections at once")
    for curve in figures.memory:
        if curve and curve[-1][0] > LONG_ENOUGH and (grown := growth(curve)) > MOST_GROWTH:
            raise SoakError(f"memory grew by {grown / MIB:.0f} MiB: {_curve(curve)}")


def growth(curve: list[tuple[float, int]]) -> float:
    """Bytes between the second and the last quarter of a run."""
    end = curve[-1][0]
    early = [size for at, size in curve if end / 4 <= at < end / 2]
    late = [size for at, size in curve if at >= end * 3 / 4]
    return median(late) - median(early) if early and late else 0.0


def report(figures: Figures) -> str:
    """The figures, for people."""
    lines = [
        f"{figures.keys:,} keys in {figures.runs} runs; {figures.saved} saves ({figures.checked} held "
        f"against what was staged), {figures.refused} refused, {figures.conflicts} of them conflicts; "
        f"{figures.restored} times staged work was restored",
        f"longest answer {figures.longest_answer:.1f} s; at most {figures.most_connections} connections, "
        f"{figures.most_files} open files",
        *(f"memory {_curve(curve)}" for curve in figures.memory if curve),
    ]
    return "\n".join(lines)


def _curve(curve: list[tuple[float, int]]) -> str:
    step = max(1, len(curve) // 8)
    return " ".join(f"{at:.0f}s:{size / MIB:.0f}" for at, size in [*curve[::step], curve[-1]]) + " MiB"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--engine", choices=[*ENGINES, "all"], default="all", help="default: all")
    parser.add_argument("--minutes", type=float, default=30, help="for each engine (default: 30)")
    parser.add_argument("--seed", type=int, default=Random().randrange(10**6), help="default: another one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
