"""Spans of days in words: `last 7 days`, `this month`, `yesterday`. Pure."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

from tui.db.schema import Column
from tui.db.values import Kind

Span: TypeAlias = tuple[date, date]
"""The first day, and the first one after the last."""

EXAMPLES = "today, last 7 days, this month, last year"

_COUNTED = re.compile(r"(?:(last|past|next) +)?(\d{1,4}) *(days?|d|weeks?|w|months?|m|quarters?|q|years?|y)")
_NAMED = re.compile(r"(last|previous|this|next) +(day|week|month|quarter|year)")
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_SHIFTS = {"last": -1, "previous": -1, "this": 0, "next": 1}
_UNITS = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}


def has_days(column: Column) -> bool:
    """Whether a column's values are days, with or without a time."""
    name = (column.underlying or column.type).lower()
    return column.kind is Kind.DATETIME and ("date" in name or "stamp" in name)


def span(words: str, today: date) -> Span | None:
    """The days that words mean; None where they mean none.

    `last 7 days` ends with today, `next 7 days` begins with it; `this week` and the like are those of the
    calendar, whose weeks begin on Monday (ISO 8601).
    """
    text = " ".join(words.lower().split())
    try:
        if text in _DAYS:
            return _days(today + timedelta(days=_DAYS[text]), 1)
        if found := _NAMED.fullmatch(text):
            return _named(found[2], _SHIFTS[found[1]], today)
        if found := _COUNTED.fullmatch(text):
            return _counted(_UNITS[found[3][0]], int(found[2]), today, is_past=found[1] != "next")
    except (ValueError, OverflowError):
        return None
    return None


def _days(first: date, count: int) -> Span:
    return first, first + timedelta(days=count)


def _named(unit: str, shift: int, today: date) -> Span:
    """A day, week, month, quarter or year of the calendar, so many after the present one."""
    if unit not in _MONTHS:
        length = 7 if unit == "week" else 1
        first = today - timedelta(days=today.weekday() if unit == "week" else 0)
        return _days(first + timedelta(days=length * shift), length)
    size = _MONTHS[unit]
    start = today.replace(day=1, month=(today.month - 1) // size * size + 1)
    first = _months_on(start, shift * size)
    return first, _months_on(first, size)


def _counted(unit: str, count: int, today: date, *, is_past: bool) -> Span | None:
    """So many days and the like up to today, or from today on."""
    if not count:
        return None
    tomorrow = today + timedelta(days=1)
    shift: Callable[[date, int], date] = _months_on if unit in _MONTHS else _days_on
    size = _MONTHS.get(unit) or {"day": 1, "week": 7}[unit]
    return (shift(tomorrow, -size * count), tomorrow) if is_past else (today, shift(today, size * count))


def _days_on(day: date, count: int) -> date:
    return day + timedelta(days=count)


def _months_on(day: date, count: int) -> date:
    """The same day so many months on, or the last one of a month that has it not."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
