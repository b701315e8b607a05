"""Stepping through values with up and down: choices, numbers, the parts of dates and times. Pure."""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

MOMENT = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    r"(?P<gap>[ T](?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d))?)?(?P<rest>.*)",
    re.DOTALL,
)
CLOCK = re.compile(r"(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d))?(?P<rest>.*)", re.DOTALL)
WHOLE = re.compile(r"[+-]?\d+")

UNITS = {
    "day": timedelta(days=1),
    "hour": timedelta(hours=1),
    "minute": timedelta(minutes=1),
    "second": timedelta(seconds=1),
}


@dataclass(frozen=True, slots=True)
class Stepped:
    """A text after a step, and where the cursor is in it."""

    text: str
    cursor: int


def chosen(choices: Sequence[str], text: str, by: int) -> str:
    """The choice so many behind the one that stands there, round and round; the first one where none does."""
    if text not in choices:
        return choices[0 if by > 0 else -1]
    return choices[(choices.index(text) + by) % len(choices)]


def chosen_among(choices: Sequence[str], text: str, cursor: int, by: int) -> Stepped | None:
    """Of several choices with commas between them, the one under the cursor exchanged, all in their order.

    None where all of them are chosen.
    """
    words = text.split(",")
    place = text[:cursor].count(",")
    others = [word for word in words[:place] + words[place + 1 :] if word]
    free = [choice for choice in choices if choice not in others]
    if not free:
        return None
    new = chosen(free, words[place], by)
    order = {choice: index for index, choice in enumerate(choices)}
    after = sorted([*others, new], key=lambda word: order.get(word, len(choices)))
    return Stepped(",".join(after), len(",".join(after[: after.index(new) + 1])))


def stepped(text: str, cursor: int, by: int) -> Stepped | None:
    """A whole number, date or time with the part under the cursor one up or down; None for other texts.

    A day that the month has not becomes its last one; fractions and zones stay as they are.
    """
    if WHOLE.fullmatch(text):
        return Stepped(str(int(text) + by), len(str(int(text) + by)))
    moment, clock = MOMENT.fullmatch(text), CLOCK.fullmatch(text)
    found = moment or clock
    if found is None:
        return None
    part = _part_at(found, cursor)
    try:
        changed = _moment(moment, part, by) if moment is not None else _clock(found, part, by)
    except (ValueError, OverflowError):
        return None
    return Stepped(changed + found["rest"], cursor)


def _part_at(found: re.Match[str], cursor: int) -> str:
    """The part that the cursor is in or right behind; the last one where it is behind them all."""
    names = [
        name for name in ("year", "month", "day", "hour", "minute", "second") if name in found.groupdict()
    ]
    there = [name for name in names if found[name] is not None]
    return next((name for name in there if found.start(name) <= cursor <= found.end(name)), there[-1])


def _moment(found: re.Match[str], part: str, by: int) -> str:
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if part in UNITS:
        at = datetime(year, month, day, hour, minute, second) + by * UNITS[part]
    else:
        months = year * 12 + month - 1 + (by if part == "month" else 12 * by)
        year, month = divmod(months, 12)
        at = datetime(year, month + 1, min(day, monthrange(year, month + 1)[1]), hour, minute, second)
    date = f"{at.year:04}-{at.month:02}-{at.day:02}"
    if found["gap"] is None:
        return date
    return f"{date}{found['gap'][0]}{_time(at, has_seconds=found['second'] is not None)}"


def _clock(found: re.Match[str], part: str, by: int) -> str:
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    at = datetime(2000, 1, 2, hour, minute, second)
    return _time(at + by * UNITS[part], has_seconds=found["second"] is not None)


def _time(at: datetime, *, has_seconds: bool) -> str:
    return f"{at:%H:%M:%S}" if has_seconds else f"{at:%H:%M}"


def now(type_name: str, at: datetime) -> str | None:
    """The present moment as a type has it; None for a type that is none of dates or times."""
    name = type_name.lower()
    if name.startswith("date") and "time" not in name:
        return f"{at:%Y-%m-%d}"
    if name.startswith("time") and "stamp" not in name:
        return f"{at:%H:%M:%S}"
    if "stamp" in name or "datetime" in name:
        has_zone = "with time zone" in name or name.startswith("timestamptz")
        zone = at.astimezone().strftime("%z") if has_zone else ""
        return f"{at:%Y-%m-%d %H:%M:%S}{zone[:3]}{':' if zone else ''}{zone[3:]}"
    return None
