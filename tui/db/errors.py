"""What can go wrong, in words that a user can act on.

    TuiError
    ├── AddressError          what was typed names no database that can be opened
    ├── ConnectError          the database can't be reached or opened
    ├── QueryError            a statement failed
    │   ├── TimeLimitError    it took longer than it may
    │   └── MissingError      the table or a column of it is gone
    ├── ValueRefusedError     a column can't hold what was typed
    └── SaveError             a save failed; nothing of it was written
        ├── ConflictError     rows are no longer what the user saw
        ├── AdjustedError     values would be stored otherwise than they were given
        └── UnknownOutcomeError   the connection broke at the end: written or not, nobody knows

The text of each is a sentence for the screen: plain text that may quote the database, never markup.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.db.changes import Adjustment, Change
    from tui.db.merge import Conflict


class TuiError(Exception):
    """An expected failure; its text is a sentence for the user."""


class AddressError(TuiError):
    """What was typed names no database that can be opened."""


class ConnectError(TuiError):
    """The database can't be reached or opened."""


class QueryError(TuiError):
    """A statement failed."""

    def __init__(
        self,
        message: str,
        column: str | None = None,
        *,
        is_lost: bool = False,
        is_busy: bool = False,
        is_refused: bool = False,
        said: str = "",
    ) -> None:
        super().__init__(message)
        self.said = said or message
        """The engine's own words."""
        self.column = column
        """The column that the engine names as the cause, if it names one."""
        self.is_lost = is_lost
        """Whether the connection is gone."""
        self.is_busy = is_busy
        """Whether somebody else's lock was in the way."""
        self.is_refused = is_refused
        """Whether it is the values that are refused, by a constraint or by a column's type."""


class TimeLimitError(QueryError):
    """A statement took longer than it may, and was stopped."""


class MissingError(QueryError):
    """The table or one of its columns is gone."""


class ValueRefusedError(TuiError):
    """A column can't hold what was typed."""


class SaveError(TuiError):
    """A save failed; nothing of it was written."""

    def __init__(self, message: str, change: "Change | None" = None, column: str | None = None) -> None:
        super().__init__(message)
        self.change = change
        """The change that failed; None where it was no single one."""
        self.column = column
        """The column that the database names as the cause, if it names one."""


class ConflictError(SaveError):
    """Rows are no longer what the user saw."""

    def __init__(self, conflicts: "Sequence[Conflict]") -> None:
        first = conflicts[0]
        super().__init__(first.sentence, first.change)
        self.conflicts = tuple(conflicts)
        """All that were found, in the order of staging."""


class AdjustedError(SaveError):
    """Values would be stored otherwise than they were given, and nobody has agreed to that yet."""

    def __init__(self, adjustments: "Sequence[Adjustment]") -> None:
        first = adjustments[0]
        super().__init__(
            "The database would store other values than these. s saves them so.", first.change, first.column
        )
        self.adjustments = tuple(adjustments)
        """All of them, those that were agreed to as well."""


class JournalError(SaveError):
    """The journal can't be used; a save that meets this has written nothing."""


class RefusedError(SaveError):
    """A constraint or a column's type refuses a change."""


class StoppedError(SaveError):
    """The user stopped a save before it was committed."""


class UnknownOutcomeError(SaveError):
    """The connection broke while the save was being finished: it may or may not have been written."""

    def __init__(self, ticket: str | None = None, *, is_over: bool = False) -> None:
        super().__init__(
            "The connection was lost at the very end. It is unknown whether the changes were written: "
            "go back with esc and read the rows again with r."
        )
        self.ticket = ticket
        """What names the transaction, for `Database.outcome`."""
        self.is_over = is_over
        """Whether the server has ended the transaction, so that its end can be found out."""
