"""What importing loads: the first frame must not wait for SQLAlchemy, the data layer knows no terminal."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DATA_LAYER = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "tui" / "db").rglob("*.py")
)


def loaded_by(*modules: str) -> set[str]:
    """The packages that a fresh interpreter has loaded after importing modules."""
    program = f"import sys, {', '.join(modules)}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["tui.__main__", "tui.app"])
def test_the_program_starts_without_sqlalchemy(module: str) -> None:
    assert not loaded_by(module) & {"sqlalchemy", "aiosqlite", "asyncpg", "asyncmy", "greenlet"}


def test_the_data_layer_loads_no_terminal() -> None:
    assert not loaded_by(*DATA_LAYER) & {"textual", "rich"}


def test_the_main_screen_loads_no_driver_of_a_database() -> None:
    assert not loaded_by("tui.screens.browse") & {"aiosqlite", "asyncpg", "asyncmy"}
