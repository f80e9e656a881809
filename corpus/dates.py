"""Publication dates as pages state them: full dates, with a year, in seven languages or ISO 8601; none is guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januari jan januar janvier janv enero ene",
            "february februari feb februar février févr fév febrero",
            "march mars mar marts märz mär maerz marzo",
            "april apr avril avr abril abr",
            "may maj mai mayo",
            "june juni jun juin junio",
            "july juli jul juillet juil julio",
            "august augusti aug août aout agosto",
            "september sept sep septembre septiembre setiembre",
            "october oktober oct okt octobre octubre",
            "november nov novembre noviembre",
            "december dec desember dezember dez décembre déc diciembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
"""Number of a month by its English, Swedish, Norwegian, Danish, German, French and Spanish names and their short forms."""
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_ZONES = {"gmt": 0, "utc": 0, "z": 0, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "est": -5, "edt": -4}
"""Hours from UTC of the zones that pages name and that mean one thing."""
_TIME = (
    r"(?:(?:,|\s|T|[-–|·]|at|kl\.?|klockan|klokken|à|a las|um|ab)*"
    r"(?<!\d)(?P<hour>[01]?\d|2[0-3])(?:[:.]| ?h ?)(?P<minute>[0-5]\d)(?!\d)"
    r"(?::[0-5]\d(?:\.\d+)?)?(?:\s*(?P<half>[ap])\.?m\.?)?(?:\s?(?:uhr|h)\b)?"
    r"(?:\s*\(?(?P<zone>(?:gmt|utc)[+-]\d{1,2}|gmt|utc|z|cest|cet|mesz|mez|est|edt|[+-]\d\d:?\d\d)\b)?)?"
)
_FORMS = tuple(
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
        rf"(?<!\d)(?:den |le |el )?(?P<day>\d{{1,2}})(?:st|nd|rd|th|:e|er|º)?\.? (?:de )?"
        rf"(?P<month>{MONTH})\b\.?,? (?:de |del )?(?P<year>\d{{4}})",
        rf"\b(?P<month>{MONTH})\b\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})",
        r"(?<![\d.])(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})(?!\d)",
        r"(?<![\d/-])(?P<day>\d{1,2})(?P<mark>[/-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})(?![\d/])",
    )
)
_SLASHED = _FORMS[-1]
_YEAR = re.compile(r"\d{4}")


def find_date(line: str, *, day_first: bool = False) -> date | datetime | None:
    """The first full date in `line`, a datetime if a time of day follows it (with its zone if stated), or None.

    Of 05/03/2026 nobody can say which is the month: None, unless one of them is over 12 or `day_first` tells.
    """
    if _YEAR.search(line) is None:
        return None
    for form in _FORMS:
        match = form.search(line)
        if match is None:
            continue
        day, month = int(match["day"]), MONTHS.get(match["month"].casefold()) or int(match["month"])
        if form is _SLASHED and not day_first:
            if day <= 12 and month <= 12 and day != month:
                continue
            day, month = (month, day) if month > 12 else (day, month)
        try:
            stated = date(int(match["year"]), month, day)
        except ValueError:
            continue
        return stated if match["hour"] is None else _at_time(stated, match)
    return None


def without_date(line: str, *, day_first: bool = False, mark: str = "") -> str:
    """`line` with its first full date and time of day taken out, `mark` in its place."""
    for form in _FORMS:
        match = form.search(line)
        if match is not None and find_date(match[0], day_first=day_first):
            return line[: match.start()] + mark + line[match.end() :]
    return line


def _at_time(day: date, match: re.Match[str]) -> datetime:
    half, zone = match["half"], (match["zone"] or "").casefold()
    hour = int(match["hour"]) % 12 + 12 * (half.casefold() == "p") if half else int(match["hour"])
    return datetime.combine(day, time(hour, int(match["minute"])), _zone(zone) if zone else None)


def _zone(name: str) -> timezone:
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name])) if _ZONES[name] else UTC
    hours, minutes = re.fullmatch(r"(?:gmt|utc)?([+-]\d{1,2}):?(\d\d)?", name).groups()  # type: ignore[union-attr]  # as _TIME has it
    return timezone(timedelta(hours=int(hours), minutes=int(minutes or 0) * (-1 if hours[0] == "-" else 1)))
