"""The command line: makes the data, runs the programs in turn, prints the tables."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_path

from tests.benchmarks.data import (
    Ends,
    cells_file,
    children_file,
    columns_file,
    ends_of,
    events_database,
    events_file,
    tables_file,
)
from tests.benchmarks.far import Proxy, proxy_before
from tests.benchmarks.inside import Inside, measure_inside
from tests.benchmarks.peers import Peer, install, peers
from tests.benchmarks.report import inside_table, tables, write_json
from tests.benchmarks.scenarios import Figures, Program, floors, tui
from tests.servers import postgresql_server

SMALL, LARGE, HUGE = 10_000, 1_000_000, 10_000_000
LATENCY = 0.05
"""Seconds to a server that is far away and back."""
USERS = ("users", r"▌ +1 +│ +user0001")


def main() -> None:
    """Measure what the arguments ask for."""
    arguments = _arguments()
    inside: list[Inside] = []
    with _served() as (near, far, proxy):
        compared = _compared(arguments.data, arguments.huge, near, far)
        chosen = [program for program in compared if arguments.only in program.name]
        for program in chosen:
            if isinstance(program.script, Peer):
                install(arguments.data, program.script)
        runs = measure(chosen, arguments.runs)
        if arguments.only in "inside":
            inside = asyncio.run(measure_inside(arguments.data, arguments.huge, far, proxy))
    print(tables(runs), inside_table(inside), sep="\n\n")
    write_json(arguments.json, runs, inside)
    print(f"\n{arguments.runs} runs of each, in turn: median (lowest-highest). All figures: {arguments.json}")


@contextmanager
def _served() -> Iterator[tuple[str, str, Proxy]]:
    """The events on a server: their URL here and far away, and what makes it far."""
    with postgresql_server() as server, proxy_before(server.login.port, LATENCY / 2) as proxy:
        near = server.login.url(events_database(server, LARGE))
        yield near, near.replace(f":{server.login.port}/", f":{proxy.port}/"), proxy


def measure(chosen: Sequence[Program], rounds: int) -> dict[str, list[Figures]]:
    """Run the programs in turn, after a round that only warms the caches."""
    runs: dict[str, list[Figures]] = {program.name: [] for program in chosen}
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)  # the time of an output is not to wait for the screen of the one before
    for number in range(rounds + 1):
        for program in chosen:
            print(f"round {number} of {rounds}: {program.name}", file=sys.stderr, flush=True)
            with tempfile.TemporaryDirectory() as home:
                figures = program.run(Path(home))
            if number:
                runs[program.name].append(figures)
    sys.setswitchinterval(interval)
    return runs


def _compared(data: Path, huge: int, near: str, far: str) -> list[Program]:
    """All that is compared."""
    small, large, vast = (events_file(data, rows) for rows in (SMALL, LARGE, huge))
    sizes = ((small, SMALL), (large, LARGE), (vast, huge))
    served, ends = f"PostgreSQL, {LARGE:,} rows", Ends(LARGE, 1, LARGE)
    return [
        *floors(small),
        *(tui(f"{rows:,} rows", file, ends_of(file), other=USERS) for file, rows in sizes),
        *_views(vast, huge),
        tui(served, near, ends, other=USERS),
        tui(f"{served}, {LATENCY * 1000:.0f} ms away", far, ends, other=USERS),
        *_shapes(data),
        *peers(data, str(small), f"{SMALL:,} rows", reads_all=True),
        *peers(data, str(vast), f"{huge:,} rows", reads_all=False),
        *peers(data, near, served, reads_all=False, is_file=False),
    ]


def _views(file: Path, rows: int) -> list[Program]:
    by_user, of_one = ends_of(file, "user_id"), ends_of(file, "id", "user_id = 7")
    return [
        tui(f"{rows:,} rows, sorted by an indexed column", file, by_user, "--sort", "user_id"),
        tui(f"{rows:,} rows, filtered to {of_one.count:,}", file, of_one, "--where", "user_id = 7"),
    ]


def _shapes(data: Path) -> list[Program]:
    named = {
        "500 tables": tables_file(data),
        "200 columns": columns_file(data),
        "10 MB in each row": cells_file(data),
        "100,000 children of a row": children_file(data),
    }
    return [tui(name, file, ends_of(file)) for name, file in named.items()]


def _arguments() -> argparse.Namespace:
    data = user_cache_path("tui") / "benchmarks"
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="runs of each program (default: 5)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only programs with this in their name")
    parser.add_argument("--data", type=Path, default=data, help=f"where the databases are kept ({data})")
    parser.add_argument("--huge", type=int, default=HUGE, help=f"rows of the huge table (default: {HUGE:,})")
    parser.add_argument("--json", type=Path, help="where the figures go (default: benchmark.json in --data)")
    arguments = parser.parse_args()
    arguments.json = arguments.json or arguments.data / "benchmark.json"
    return arguments


if __name__ == "__main__":
    main()
