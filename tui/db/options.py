"""What the user decided when the program was started."""

from dataclasses import dataclass
from pathlib import Path

JOURNAL_SIZE = 100
"""MiB that the journal of what was saved takes at most."""


@dataclass(frozen=True)
class Options:
    """How a database is opened. Times in seconds."""

    read_only: bool = False
    """Whether the engine is to refuse every write."""
    production: bool = False
    """Whether a mistake would cost more here than elsewhere: the screen says so, and asks more."""
    echo: Path | None = None
    """The file that gets every statement with its time."""
    connect_limit: float = 10
    """How long the database may take to answer at first."""
    statement_limit: float = 30
    """How long a statement may take."""
    lock_limit: float = 5
    """How long to wait for what somebody else has locked."""
    grace: float = 5
    """How long a server may take beyond the limit that it keeps itself, and to end a session."""
    answer_limit: float = 3
    """How long a connection that was idle may take to show that it is not lost."""


@dataclass(frozen=True)
class Start:
    """What is to be shown first."""

    table: str | None = None
    """None: the first table."""
    where: str = ""
    """A condition in the engine's own SQL."""
    sort: str = ""
    """Columns with commas between them, those with a `-` before them downwards."""
