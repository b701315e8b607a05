"""Limits that are short while something fails, so that nobody waits; as usual before and after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tests.driver import User


@contextmanager
def limits(user: User, **seconds: Any) -> Iterator[None]:
    """While this is open, the program's own limits are others; what a server was told stays as it was."""
    usual = user.database.options
    user.database.options = replace(usual, **seconds)
    try:
        yield
    finally:
        user.database.options = usual
