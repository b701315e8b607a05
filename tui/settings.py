"""What is remembered between runs, and where: the theme, what is staged, what was saved."""

import json
import os
from pathlib import Path

from platformdirs import user_config_path, user_state_path


def settings_file() -> Path:
    """Where the settings are."""
    return user_config_path("tui") / "settings.json"


def staged_directory() -> Path:
    """Where staged work is kept while it is staged."""
    return user_state_path("tui") / "staged"


def journal_file() -> Path:
    """Where what was saved is written down."""
    return user_state_path("tui") / "journal.db"


def load_theme() -> str | None:
    """The theme of the last run; None where there is none, or the file can't be read."""
    try:
        settings = json.loads(settings_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    theme = settings.get("theme") if isinstance(settings, dict) else None
    return theme if isinstance(theme, str) else None


def save_theme(theme: str) -> None:
    """Remember a theme. Raises OSError where the file can't be written."""
    path = settings_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(descriptor, 0o600)
        json.dump({"theme": theme}, file)
