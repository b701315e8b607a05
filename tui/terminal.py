"""The terminal that is drawn on: its window may be closed at any moment."""

import errno
from typing import IO, Any

from textual.driver import Driver

GONE = (errno.EIO, errno.EBADF, errno.EPIPE)
"""What writing fails with where nobody is at the other end any more."""


class Enduring:
    """A terminal's output that takes everything, and drops it once the terminal is gone.

    Textual's writing thread would end with the error, and whoever writes next would wait for it for ever.
    """

    def __init__(self, output: IO[str]) -> None:
        self._output = output

    def write(self, text: str) -> int:
        """Write, if there is a terminal."""
        try:
            return self._output.write(text)
        except OSError as error:
            return _dropped(error)

    def flush(self) -> None:
        """Flush, if there is a terminal."""
        try:
            self._output.flush()
        except OSError as error:
            _dropped(error)

    def fileno(self) -> int:
        """The number of the open file."""
        return self._output.fileno()


def _dropped(error: OSError) -> int:
    if error.errno not in GONE:
        raise error
    return 0


def enduring(driver: type[Driver]) -> type[Driver]:
    """The driver of a platform, with such an output."""

    class EnduringDriver(driver):  # type: ignore[misc, valid-type]
        _file: Any

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            if hasattr(self, "_file"):
                self._file = Enduring(self._file)

    return EnduringDriver
