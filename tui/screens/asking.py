"""Asking the user something on a screen of its own."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from textual.screen import Screen
from textual.widget import Widget

T = TypeVar("T")


def ask(asker: Widget, screen: Screen[T]) -> "asyncio.Future[T | None]":
    """Push a screen at once, so that the next key is for it, and promise its result.

    To be called in an action and awaited in a worker; `push_screen_wait` would push the screen only when
    the worker begins, and keys that come before would go to the screen below.
    """
    answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()

    def take(result: T | None) -> None:
        if not answer.done():
            answer.set_result(result)

    asker.app.push_screen(screen, take)
    return answer


def ask_then(asker: Widget, screen: Screen[T | None], then: Callable[[T], object]) -> None:
    """Push a screen at once, and go on with its result; with none, do nothing."""

    def take(result: T | None) -> None:
        if result is not None:
            then(result)

    asker.app.push_screen(screen, take)
