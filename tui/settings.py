"""What is remembered between runs, and where: the theme, what is staged, what was saved."""

import json
import os
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_state_path


def settings_file() -> Path:
    """Where the settings are."""
    return user_config_path("tui") / "settings.json"


def shelf_directory() -> Path:
    """Where bookmarks and the layouts of tables are kept, a file for each database."""
    return user_config_path("tui") / "databases"


def staged_directory() -> Path:
    """Where staged work is kept while it is staged."""
    return user_state_path("tui") / "staged"


def journal_file() -> Path:
    """Where what was saved is written down."""
    return user_state_path("tui") / "journal.db"


def load_theme() -> str | None:
    """The theme of the last run; None where there is none, or the file can't be read."""
    try:
        theme = _settings().get("theme")
    except (OSError, ValueError):
        return None
    return theme if isinstance(theme, str) else None


def production_patterns() -> list[str]:
    """What the settings say of production databases: patterns of their names, as in a shell.

    Raises OSError or ValueError where that can't be read: then nobody knows what is one.
    """
    try:
        patterns = _settings().get("production", [])
    except FileNotFoundError:
        return []
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
        raise ValueError("production has to be a list of texts")
    return patterns


def _settings() -> dict[str, Any]:
    """All settings. Raises OSError, or ValueError where the file holds something else."""
    settings = json.loads(settings_file().read_text(encoding="utf-8"))
    if not isinstance(settings, dict):
        raise ValueError("no settings stand in it")
    return settings


def save_theme(theme: str) -> None:
    """Remember a theme beside the other settings.

    Raises OSError where the file can't be written, ValueError where it holds something else: it stays.
    """
    try:
        settings = _settings()
    except FileNotFoundError:
        settings = {}
    path = settings_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        json.dump({**settings, "theme": theme}, file, indent=1)
