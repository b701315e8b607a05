"""The terminal as it is: it may be closed at any moment, and the program must end all the same."""

import errno
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

GONE = (errno.EIO, errno.EBADF, errno.EPIPE)
"""What writing fails with where nobody is at the other end any more."""


class LastingOutput:
    """A terminal to write to. What is written when it has been closed is lost, and nobody fails for it."""

    def __init__(self, file: TextIO) -> None:
        self._written_to = file

    def write(self, text: str) -> int:
        """Write a text, if there is a terminal."""
        with _unless_gone():
            self._written_to.write(text)
        return len(text)

    def flush(self) -> None:
        """Let it be seen, if there is a terminal."""
        with _unless_gone():
            self._written_to.flush()

    def fileno(self) -> int:
        """The number of the file."""
        return self._written_to.fileno()


@contextmanager
def _unless_gone() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in GONE:
            raise


class LastingDriver(LinuxDriver):
    """Textual's driver, whose threads outlive the terminal.

    Where a write fails, Textual's thread for output ends, and the program waits for it until the end of
    time. A terminal that is closed also sends SIGCONT, for which the driver would start a second time.
    """

    def __init__(
        self,
        app: "App[object]",
        *,
        debug: bool = False,
        mouse: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if self._file is not None:
            self._file = LastingOutput(self._file)  # type: ignore[assignment]
        self._is_started = False

    def start_application_mode(self) -> None:
        """Take the terminal over; where that is done, only look at its size again."""
        if self._is_started:
            signal.raise_signal(signal.SIGWINCH)
            return
        self._is_started = True
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        self._is_started = False
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        """Read keys as long as there is somebody to press them."""
        with suppress(OSError):
            super().run_input_thread()
