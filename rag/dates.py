"""Dates as answers show them."""

from __future__ import annotations

from datetime import date, datetime

_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "sv": "januari februari mars april maj juni juli augusti september oktober november december".split(),
}


def format_date(stated: date | datetime, language: str) -> str:
    """`4 February 2026`, `4 februari 2026`."""
    return f"{stated.day} {_MONTHS[language][stated.month - 1]} {stated.year}"
