"""Up and down in an editor: choices, numbers, the parts of dates and times; the present moment."""

from datetime import datetime

import pytest

from tui.widgets.stepping import Stepped, chosen, chosen_among, now, stepped


@pytest.mark.parametrize(
    ("text", "cursor", "by", "after"),
    [
        ("41", 2, 1, "42"),
        ("0", 1, -1, "-1"),
        ("99", 0, 1, "100"),
        ("2025-01-31", 6, 1, "2025-02-28"),
        ("2024-02-29", 2, 1, "2025-02-28"),
        ("2025-12-31", 10, 1, "2026-01-01"),
        ("2025-03-01", 8, -1, "2025-02-28"),
        ("2025-12-31 23:59:59", 19, 1, "2026-01-01 00:00:00"),
        ("2025-12-31T23:59", 16, 1, "2026-01-01T00:00"),
        ("2025-02-03 10:11:12.5+02", 12, 1, "2025-02-03 11:11:12.5+02"),
        ("23:59", 1, 1, "00:59"),
        ("10:00:00+02", 7, -1, "09:59:59+02"),
    ],
)
def test_the_part_under_the_cursor_is_stepped(text: str, cursor: int, by: int, after: str) -> None:
    found = stepped(text, cursor, by)
    assert found is not None
    assert found.text == after


@pytest.mark.parametrize("text", ["", "abc", "12.5", "infinity", "0000-00-00", "9999-12-31", "2025-02-30"])
def test_what_is_no_number_or_day_stays(text: str) -> None:
    assert stepped(text, len(text), 1) is None


def test_a_whole_number_keeps_the_cursor_behind_it() -> None:
    assert stepped("99", 1, 1) == Stepped("100", 3)


def test_choices_go_round() -> None:
    choices = ("new", "paid", "sent")
    assert [chosen(choices, text, 1) for text in ("new", "sent", "other")] == ["paid", "new", "new"]
    assert [chosen(choices, text, -1) for text in ("new", "other")] == ["sent", "sent"]


@pytest.mark.parametrize(
    ("type_name", "text"),
    [
        ("date", "2025-03-04"),
        ("time without time zone", "05:06:07"),
        ("timestamp without time zone", "2025-03-04 05:06:07"),
        ("DATETIME", "2025-03-04 05:06:07"),
        ("integer", None),
        ("interval", None),
    ],
)
def test_now_is_what_the_type_holds(type_name: str, text: str | None) -> None:
    assert now(type_name, datetime(2025, 3, 4, 5, 6, 7)) == text


def test_now_has_a_zone_where_the_type_has() -> None:
    shown = now("timestamp with time zone", datetime(2025, 3, 4, 5, 6, 7))
    assert shown is not None
    assert datetime.fromisoformat(shown) == datetime(2025, 3, 4, 5, 6, 7).astimezone()


@pytest.mark.parametrize(
    ("text", "cursor", "by", "after"),
    [
        ("", 0, 1, ("red", 3)),
        ("green", 5, 1, ("blue", 4)),
        ("green,", 6, 1, ("red,green", 3)),
        ("green,", 6, -1, ("green,blue", 10)),
        ("red,blue", 8, 1, ("red,green", 9)),
        ("odd,red", 0, 1, ("red,green", 9)),
        ("odd,red", 7, 1, ("green,odd", 5)),
        ("red,green,blue", 1, 1, ("red,green,blue", 3)),
        ("red,green,blue,", 15, 1, None),
    ],
)
def test_one_of_several_choices_is_exchanged(
    text: str, cursor: int, by: int, after: tuple[str, int] | None
) -> None:
    found = chosen_among(("red", "green", "blue"), text, cursor, by)
    assert (None if found is None else (found.text, found.cursor)) == after
