"""Tables of what was measured, and the figures as JSON."""

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import Any, TypeAlias

from tests.benchmarks.inside import Inside
from tests.benchmarks.scenarios import (
    BARE,
    CURSOR,
    FIRST_FRAME,
    FIRST_ROWS,
    FRAMES,
    MEMORY,
    MINIMAL,
    STEPS,
    Figures,
)

Runs: TypeAlias = Mapping[str, Sequence[Figures]]
"""Program -> its runs in the order in which they were made; run n of all programs belongs together."""

START = (FIRST_FRAME, FIRST_ROWS, MEMORY)
COMPARED = {FIRST_FRAME: BARE, FIRST_ROWS: MINIMAL}
"""Steps that are given as ratios, too, and the programs that they are divided by."""
KEYS = tuple(step for step in STEPS if step not in START)
OURS = "tui, "
_SHORT = {BARE: "bare", MINIMAL: "minimal"}
_UNITS = {MEMORY: ", MiB", FRAMES: ""}


def tables(runs: Runs) -> str:
    """Markdown: the start, the keys, and how ours grow from the first of them on."""
    return "\n\n".join((start_table(runs), keys_table(runs), growth_table(runs)))


def start_table(runs: Runs) -> str:
    """Medians, ranges, and ratios to the floors."""
    heads = ["program", *map(_head, START), *(f"{step} / {_SHORT[base]}" for step, base in COMPARED.items())]
    lines = [[name, *_spreads(runs[name], START), *_compared(name, runs)] for name in runs]
    return _markdown(heads, lines)


def keys_table(runs: Runs) -> str:
    """Medians and ranges of what keys take, and the 95th percentile of a cursor move."""
    with_keys = [name for name in runs if any(samples(runs[name], step) for step in KEYS)]
    heads = ["program", _head(CURSOR), "95 % of them, ms", *map(_head, KEYS[1:])]
    lines = []
    for name in with_keys:
        first, *others = _spreads(runs[name], KEYS)
        lines.append([name, first, _slowest(samples(runs[name], CURSOR)), *others])
    return _markdown(heads, lines)


def growth_table(runs: Runs) -> str:
    """Each of ours divided by the first of them, step by step."""
    ours = [name for name in runs if name.startswith(OURS)]
    if len(ours) < 2:
        return ""
    heads = [f"divided by {ours[0]}", *STEPS]
    lines = [[name, *(_text(ratio(runs[name], runs[ours[0]], step)) for step in STEPS)] for name in ours[1:]]
    return _markdown(heads, lines)


def inside_table(figures: Sequence[Inside]) -> str:
    """What was measured in the process."""
    heads = ["in the process", "result", "longest stall, ms", "late by the clock, ms", "cause of the stall"]
    return _markdown(
        heads, [[f.what, f.result, _text_of(f.stall), _text_of(f.late), f.cause] for f in figures]
    )


def _text_of(milliseconds: float | None) -> str:
    return "" if milliseconds is None else f"{milliseconds:.1f}"


def as_json(runs: Runs, inside: Sequence[Inside] = ()) -> str:
    """All figures, the medians and ratios, and what they were measured on."""
    programs = {
        name: {"medians": _medians(name, runs), "ratios": _ratios(name, runs), "runs": list(figures)}
        for name, figures in runs.items()
    }
    all_of_it = {"machine": _machine(), "programs": programs, "inside": [asdict(one) for one in inside]}
    return json.dumps(all_of_it, indent=1)


def write_json(path: Path, runs: Runs, inside: Sequence[Inside] = ()) -> None:
    """Write the figures to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_json(runs, inside) + "\n")


def samples(figures: Sequence[Figures], step: str) -> list[float]:
    """All figures of a step."""
    return [value for run in figures for value in run.get(step, [])]


def ratio(mine: Sequence[Figures], theirs: Sequence[Figures], step: str) -> float | None:
    """The median of the ratios, each taken within one round; None where one of the two has no figure."""
    pairs = zip(mine, theirs, strict=False)
    both = [(a[step], b[step]) for a, b in pairs if a.get(step) and b.get(step)]
    return median(median(a) / median(b) for a, b in both) if both else None


def _markdown(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [heads, ["---", *("---:" for _ in heads[1:])], *lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in rows)


def _head(step: str) -> str:
    return step + _UNITS.get(step, ", ms")


def _spreads(figures: Sequence[Figures], steps: Sequence[str]) -> list[str]:
    return [_spread(samples(figures, step)) for step in steps]


def _spread(values: Sequence[float]) -> str:
    if not values:
        return ""
    digits = 0 if median(values) >= 30 else 1
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def _slowest(values: Sequence[float]) -> str:
    return f"{quantiles(values, n=20)[-1]:.1f}" if len(values) > 1 else ""


def _compared(name: str, runs: Runs) -> list[str]:
    return [_text(ratio(runs[name], runs.get(base, ()), step)) for step, base in COMPARED.items()]


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _ratios(name: str, runs: Runs) -> dict[str, float]:
    found = {f"{s} / {b}": ratio(runs[name], runs.get(b, ()), s) for s, b in COMPARED.items()}
    return {key: round(value, 3) for key, value in found.items() if value is not None}


def _medians(name: str, runs: Runs) -> dict[str, float]:
    found = {step: samples(runs[name], step) for step in STEPS}
    return {step: round(median(values), 3) for step, values in found.items() if values}


def _machine() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in ("textual", "sqlalchemy", "aiosqlite", "asyncpg")},
    }
