"""One table of what was measured, and the figures as JSON."""

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

from tests.benchmarks.scenarios import BARE, FIRST_FRAME, FIRST_ROWS, MEMORY, MINIMAL, STEPS, Figures

Runs: TypeAlias = Mapping[str, Sequence[Figures]]
"""Program -> its runs in the order in which they were made; run n of all programs belongs together."""

COMPARED = {FIRST_FRAME: (BARE,), FIRST_ROWS: (BARE, MINIMAL), MEMORY: (BARE, MINIMAL)}
"""Steps that are given as ratios, too, and the programs that they are divided by."""
_SHORT = {BARE: "bare", MINIMAL: "minimal"}


def table(runs: Runs) -> str:
    """A Markdown table: medians, ranges, ratios."""
    heads = ["program", *(f"{step}, {'MiB' if step == MEMORY else 'ms'}" for step in STEPS)]
    heads += [f"{step} / {_SHORT[base]}" for step, base in _ratios()]
    lines = [heads, ["---", *("---:" for _ in heads[1:])], *(_line(name, runs) for name in runs)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def as_json(runs: Runs) -> str:
    """All figures, the medians and ratios, and what they were measured on."""
    programs = {
        name: {"medians": _medians(name, runs), "ratios": _ratio_medians(name, runs), "runs": list(figures)}
        for name, figures in runs.items()
    }
    return json.dumps({"machine": _machine(), "programs": programs}, indent=1)


def write_json(path: Path, runs: Runs) -> None:
    """Write the figures to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_json(runs) + "\n")


def _line(name: str, runs: Runs) -> list[str]:
    values = [_spread(samples(runs[name], step)) for step in STEPS]
    ratios = _ratio_medians(name, runs)
    return [
        name,
        *values,
        *(f"{ratios[key]:.2f}" if (key := f"{s} / {b}") in ratios else "" for s, b in _ratios()),
    ]


def samples(figures: Sequence[Figures], step: str) -> list[float]:
    """All figures of a step."""
    return [value for run in figures for value in run.get(step, [])]


def _spread(values: Sequence[float]) -> str:
    if not values:
        return ""
    digits = 0 if median(values) >= 30 else 1
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def _ratios() -> list[tuple[str, str]]:
    return [(step, base) for step, bases in COMPARED.items() for base in bases]


def _ratio_medians(name: str, runs: Runs) -> dict[str, float]:
    """Step and base -> the median of the ratios, each taken within one round."""
    result = {}
    for step, base in _ratios():
        pairs = zip(runs[name], runs.get(base, ()), strict=False)
        ratios = [median(mine[step]) / median(theirs[step]) for mine, theirs in pairs if mine.get(step)]
        if ratios:
            result[f"{step} / {base}"] = round(median(ratios), 3)
    return result


def _medians(name: str, runs: Runs) -> dict[str, float]:
    found = {step: samples(runs[name], step) for step in STEPS}
    return {step: round(median(values), 3) for step, values in found.items() if values}


def _machine() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in ("textual", "sqlalchemy", "aiosqlite")},
    }
