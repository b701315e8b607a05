"""The command line: makes the data, runs the programs in turn, prints the table."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from platformdirs import user_cache_path

from tests.benchmarks.data import events_file
from tests.benchmarks.peers import Peer, install, peers
from tests.benchmarks.report import table, write_json
from tests.benchmarks.scenarios import Figures, Program, programs

SMALL, HUGE = 10_000, 10_000_000


def main() -> None:
    """Measure what the arguments ask for."""
    arguments = _arguments()
    sys.setswitchinterval(0.0005)
    small, huge = ((events_file(arguments.data, rows), rows) for rows in (SMALL, arguments.huge))
    compared = [*programs(small, huge), *(peers(arguments.data, *small) + peers(arguments.data, *huge))]
    chosen = [program for program in compared if arguments.only in program.name]
    for program in chosen:
        if isinstance(program.script, Peer):
            install(arguments.data, program.script)
    runs = measure(chosen, arguments.runs)
    write_json(arguments.json, runs)
    print(table(runs))
    print(f"\n{arguments.runs} runs of each, in turn: median (lowest-highest). All figures: {arguments.json}")


def measure(chosen: Sequence[Program], rounds: int) -> dict[str, list[Figures]]:
    """Run the programs in turn, after a round that only warms the caches."""
    runs: dict[str, list[Figures]] = {program.name: [] for program in chosen}
    for number in range(rounds + 1):
        for program in chosen:
            print(f"round {number} of {rounds}: {program.name}", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory() as home:
                figures = program.run(Path(home))
            if number:
                runs[program.name].append(figures)
    return runs


def _arguments() -> argparse.Namespace:
    data = user_cache_path("tui") / "benchmarks"
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="runs of each program (default: 7)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only programs with this in their name")
    parser.add_argument("--data", type=Path, default=data, help=f"where the databases are kept ({data})")
    parser.add_argument("--huge", type=int, default=HUGE, help=f"rows of the huge table (default: {HUGE:,})")
    parser.add_argument("--json", type=Path, help="where the figures go (default: benchmark.json in --data)")
    arguments = parser.parse_args()
    arguments.json = arguments.json or arguments.data / "benchmark.json"
    return arguments


if __name__ == "__main__":
    main()
