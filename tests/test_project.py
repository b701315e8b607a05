"""The project as it stands in its folder: the README's commands, the one check, the screenshot."""

import re
import subprocess
import tomllib
from pathlib import Path

from tests.screenshot import FILE, taken, words

ROOT = Path(__file__).parents[1]
COMMANDS = [
    "pip install uv && uv run python -m tui sample.db",
    "pip install uv && uv run --group test pytest",
]
TOP_LEVEL = {
    *("tui", "tests", "docs", "pyproject.toml", "uv.lock", "sample.db"),
    *("README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"),
}
STEPS = ["ruff format --check", "ruff check", "mypy", "lint-imports"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_readme_has_two_commands_that_do_all_their_own_set_up() -> None:
    assert re.findall(r"^```\n(.*?)\n```$", text_of("README.md"), re.MULTILINE | re.DOTALL) == COMMANDS


def test_running_the_program_does_not_install_what_only_the_tests_need() -> None:
    project = tomllib.loads(text_of("pyproject.toml"))
    assert project["tool"]["uv"]["default-groups"] == []
    assert not [name for name in project["project"]["dependencies"] if "pgserver" in name or "pytest" in name]


def test_the_one_check_runs_the_readme_s_test_command_and_the_static_ones_and_fails_with_any() -> None:
    lines = text_of(".ci/run").splitlines()
    assert "set -euo pipefail" in lines
    assert COMMANDS[1].partition("&& ")[2] in lines
    assert [
        f"uv run --group static {step}" for step in STEPS if f"uv run --group static {step}" in lines
    ] == [f"uv run --group static {step}" for step in STEPS]


def test_nothing_else_stands_at_the_top() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    top = {name.partition("/")[0] for name in listed.split("\0") if name and not name.startswith(".")}
    assert top == TOP_LEVEL


async def test_the_screenshot_is_what_the_program_shows() -> None:
    assert words(await taken()) == words(FILE.read_text(encoding="utf-8")), "python -m tests.screenshot"
