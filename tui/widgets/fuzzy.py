"""Which names a few typed letters mean. Pure, and linear in the length of the name, whatever is typed."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

WORD_ENDS = "_.- "


def rank(wanted: str, name: str) -> int | None:
    """How well a name fits, 0 best; None where it lacks a letter or has them in another order.

    The name itself, then what begins so, then a word of it that does, then a part of it, then the letters
    with others between them.
    """
    letters, whole = wanted.casefold(), name.casefold()
    if letters in whole:
        at = whole.index(letters)
        if at == 0:
            return 0 if letters == whole else 1
        return 2 if any(end + letters in whole for end in WORD_ENDS) else 3
    rest = iter(whole)
    return 4 if all(letter in rest for letter in letters) else None


def fitting(wanted: str, items: Iterable[T], name_of: Callable[[T], str]) -> list[T]:
    """The items whose name fits, the best first; all in their order where nothing is wanted."""
    if not wanted:
        return list(items)
    ranked = [(found, item) for item in items if (found := rank(wanted, name_of(item))) is not None]
    return [item for _, item in sorted(ranked, key=lambda pair: pair[0])]
