"""What is remembered between runs."""

import stat
from pathlib import Path

import pytest

from tui.settings import load_theme, save_theme, settings_file


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty directory for settings."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def test_nothing_is_remembered_at_first() -> None:
    assert load_theme() is None


def test_the_last_theme_is_remembered() -> None:
    save_theme("nord")
    save_theme("gruvbox")
    assert load_theme() == "gruvbox"


def test_only_the_user_can_read_the_file() -> None:
    save_theme("nord")
    assert stat.S_IMODE(settings_file().stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'"x"', b"null", b'{"theme": 3}', b"\xff\xfe", b"{}"])
def test_a_broken_file_is_passed_over(content: bytes) -> None:
    save_theme("nord")
    settings_file().write_bytes(content)
    assert load_theme() is None


def test_a_directory_in_its_place_is_passed_over() -> None:
    settings_file().mkdir(parents=True)
    assert load_theme() is None


def test_a_file_that_cannot_be_written_is_an_error(home: Path) -> None:
    (home / "tui").write_text("a file where the directory should be")
    with pytest.raises(OSError, match="tui"):
        save_theme("nord")
