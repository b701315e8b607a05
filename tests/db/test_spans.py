"""Spans of days in words."""

from datetime import date

import pytest

from tui.db.schema import Column
from tui.db.spans import EXAMPLES, has_days, span
from tui.db.values import Kind

FRIDAY = date(2026, 11, 27)

CASES = {
    "today": ("2026-11-27", "2026-11-28"),
    " Yesterday ": ("2026-11-26", "2026-11-27"),
    "tomorrow": ("2026-11-28", "2026-11-29"),
    "last 7 days": ("2026-11-21", "2026-11-28"),
    "last 1 day": ("2026-11-27", "2026-11-28"),
    "7 days": ("2026-11-21", "2026-11-28"),
    "30d": ("2026-10-29", "2026-11-28"),
    "past  2 weeks": ("2026-11-14", "2026-11-28"),
    "next 7 days": ("2026-11-27", "2026-12-04"),
    "last day": ("2026-11-26", "2026-11-27"),
    "this week": ("2026-11-23", "2026-11-30"),
    "last week": ("2026-11-16", "2026-11-23"),
    "next week": ("2026-11-30", "2026-12-07"),
    "this month": ("2026-11-01", "2026-12-01"),
    "LAST MONTH": ("2026-10-01", "2026-11-01"),
    "next month": ("2026-12-01", "2027-01-01"),
    "this quarter": ("2026-10-01", "2027-01-01"),
    "previous quarter": ("2026-07-01", "2026-10-01"),
    "last year": ("2025-01-01", "2026-01-01"),
    "last 3 months": ("2026-08-28", "2026-11-28"),
    "last 1 quarter": ("2026-08-28", "2026-11-28"),
    "next 1 year": ("2026-11-27", "2027-11-27"),
}

NONE = [
    "",
    "last",
    "7",
    "last 0 days",
    "days",
    "last 7",
    "2026-05",
    "last 9999 years",
    "week",
    "may",
    "x today",
]


@pytest.mark.parametrize("words", CASES)
def test_words_mean_days(words: str) -> None:
    assert span(words, FRIDAY) == tuple(map(date.fromisoformat, CASES[words]))


@pytest.mark.parametrize("words", NONE)
def test_other_words_mean_none(words: str) -> None:
    assert span(words, FRIDAY) is None


def test_a_month_that_has_not_the_day_gives_its_last_one() -> None:
    assert span("next 1 month", date(2026, 1, 31)) == (date(2026, 1, 31), date(2026, 2, 28))
    assert span("last 1 month", date(2026, 3, 30)) == (date(2026, 2, 28), date(2026, 3, 31))


def test_the_examples_are_understood() -> None:
    assert all(span(words, FRIDAY) for words in EXAMPLES.split(", "))


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("date", True), ("timestamp without time zone", True), ("datetime(6)", True), ("time", False)],
)
def test_a_time_of_day_has_no_days(name: str, wanted: bool) -> None:
    assert has_days(Column("a", name, Kind.DATETIME)) is wanted
