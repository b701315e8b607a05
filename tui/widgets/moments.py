"""Moments of the past in words. Pure."""

from datetime import date, datetime, timedelta


def when(at: datetime, today: date | None = None) -> str:
    """A moment of the past in words."""
    days = (today or datetime.now().astimezone().date()) - at.astimezone().date()
    words = {timedelta(0): "today", timedelta(1): "yesterday"}.get(days, f"on {at.astimezone():%Y-%m-%d}")
    return f"{words} at {at.astimezone():%H:%M}"
