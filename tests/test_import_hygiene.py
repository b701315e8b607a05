"""What importing loads: no frame waits for what it does not need, the data layer knows no terminal."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA_LAYER = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in (ROOT / "tui" / "db").rglob("*.py")
)
SCREENS = [path for path in (ROOT / "tui" / "screens").glob("*.py") if path.stem != "__init__"]


def packages_of(modules: set[str]) -> set[str]:
    """The packages that modules belong to."""
    return {name.partition(".")[0] for name in modules}


def loaded_by(*modules: str, then: str = "") -> set[str]:
    """The modules that a fresh interpreter has loaded after importing some, and running a statement."""
    program = f"import sys, {', '.join(modules)}; {then}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_the_command_line_is_read_before_textual_is_imported() -> None:
    assert not packages_of(loaded_by("tui.__main__")) & {"textual", "rich", "sqlalchemy"}


def test_the_program_starts_without_sqlalchemy() -> None:
    drivers = {"sqlalchemy", "aiosqlite", "asyncpg", "asyncmy", "greenlet"}
    assert not packages_of(loaded_by("tui.app")) & drivers


def test_the_data_layer_loads_no_terminal() -> None:
    assert not packages_of(loaded_by(*DATA_LAYER)) & {"textual", "rich"}


def test_the_first_rows_wait_for_nothing_that_only_keys_need() -> None:
    loaded = loaded_by("tui.screens.browse")
    assert not packages_of(loaded) & {"aiosqlite", "asyncpg", "asyncmy", "filelock"}
    opened_by_keys = {"review", "journal", "record", "edit_prompt", "filter_prompt", "everywhere", "merge"}
    assert not loaded & {f"tui.screens.{name}" for name in opened_by_keys}


def test_what_keys_need_is_imported_before_they_are_pressed() -> None:
    loaded = loaded_by("tui.app", then="tui.app._import_screens()")
    assert {f"tui.screens.{path.stem}" for path in SCREENS} <= loaded
