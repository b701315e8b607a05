"""A terminal whose window is closed takes what is written, and nobody waits for it."""

import errno
import os

import pytest

from tui.terminal import LastingOutput


def discard(number: int) -> None:
    """Let what is still buffered go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


def test_what_is_written_to_a_closed_window_is_dropped() -> None:
    master, slave = os.openpty()
    with open(slave, "w") as plain:
        output = LastingOutput(plain)
        assert output.write("a line\n") == 7
        assert os.read(master, 100) == b"a line\r\n"
        os.close(master)

        for _ in range(3):
            output.write("another line\n")
            output.flush()
        with pytest.raises(OSError, match=os.strerror(errno.EIO)):
            plain.flush()
        assert output.fileno() == slave
        discard(slave)


def test_any_other_failure_is_not_hidden() -> None:
    with open("/dev/full", "w") as full:
        output = LastingOutput(full)
        output.write("x")
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            output.flush()
        discard(full.fileno())
