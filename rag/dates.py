"""Dates as answers show them."""

from __future__ import annotations

from datetime import date, datetime

_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "sv": "januari februari mars april maj juni juli augusti september oktober november december".split(),
}
_OPEN_ENDED = {
    "en": {"since": "since", "until": "until"},
    "sv": {"since": "från och med", "until": "till och med"},
}


def format_date(stated: date | datetime, language: str) -> str:
    """`4 February 2026`, `4 februari 2026`."""
    return f"{stated.day} {_MONTHS[language][stated.month - 1]} {stated.year}"


def format_period(first: date | None, last: date | None, language: str) -> str:
    """`1–28 February 2026`, `28 februari–1 mars 2026`, `since 4 February 2026`; None is an open end."""
    if first is None or last is None:
        side = "until" if first is None else "since"
        return f"{_OPEN_ENDED[language][side]} {format_date(first or last or date.max, language)}"
    if first == last:
        return format_date(first, language)
    start = format_date(first, language)
    if first.year == last.year:
        start = str(first.day) if first.month == last.month else start.rpartition(" ")[0]
    return f"{start}–{format_date(last, language)}"
