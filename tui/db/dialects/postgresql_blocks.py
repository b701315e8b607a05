"""PostgreSQL's row addresses: a block's number and a place in it. Pure."""

from collections.abc import Iterator

from tui.db.page import RowId
from tui.db.schema import Stretch

FIRST = 16
"""Blocks of the first stretch: they hold more than a page of most rows."""

WIDER = 4
"""How many times as long as the one before a stretch is: long runs of empty blocks take few statements."""


def stretches(blocks: int, start: RowId | None, *, backward: bool) -> Iterator[Stretch]:
    """The way through a table that has so many blocks, or had: a wrong number costs time only.

    The server finds the rows within bounds of `ctid` at once, but sorts all of them for the first few.
    """
    at = _block(start) if start else blocks if backward else 0
    return _backward(at + 1) if backward else _forward(at, blocks)


def _forward(low: int, blocks: int) -> Iterator[Stretch]:
    length = FIRST
    while low + length < blocks:
        yield _address(low), _address(low + length)
        low, length = low + length, length * WIDER
    yield _address(low), None


def _backward(high: int) -> Iterator[Stretch]:
    low, length = max(0, high - FIRST), FIRST
    yield _address(low), None
    while low:
        high, length = low, length * WIDER
        low = max(0, high - length)
        yield _address(low), _address(high)


def _address(block: int) -> str:
    return f"({block},0)"


def _block(row: RowId) -> int:
    return int(str(row[0]).strip("()").split(",")[0])
