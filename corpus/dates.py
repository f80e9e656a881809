"""Publication dates as pages state them: full dates, with a year, in English, Swedish or ISO 8601; none is guessed."""

from __future__ import annotations

import re
from datetime import date, datetime, time

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january januari jan",
            "february februari feb",
            "march mars mar",
            "april apr",
            "may maj",
            "june juni jun",
            "july juli jul",
            "august augusti aug",
            "september sept sep",
            "october oktober oct okt",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
"""Number of a month by its English and Swedish names and their short forms."""
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_TIME = (
    r"(?:(?:,|\s|T|at|kl\.?|klockan)*(?<!\d)(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?!\d)"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?)?"
)
_FORMS = tuple(
    re.compile(form + _TIME, re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})",
        rf"(?<!\d)(?:den )?(?P<day>\d{{1,2}})(?:st|nd|rd|th|:e)?\.? (?P<month>{MONTH})\.?,? (?P<year>\d{{4}})",
        rf"\b(?P<month>{MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})",
    )
)


def find_date(line: str) -> date | datetime | None:
    """The first full date in `line` (a datetime without zone if a time of day follows it), or None."""
    for form in _FORMS:
        match = form.search(line)
        if match is None:
            continue
        month = match["month"]
        try:
            day = date(int(match["year"]), MONTHS.get(month.casefold()) or int(month), int(match["day"]))
        except ValueError:
            continue
        if match["hour"] is None:
            return day
        hour = int(match["hour"]) % 12 + 12 * (match["half"].casefold() == "p") if match["half"] else int(match["hour"])
        return datetime.combine(day, time(hour, int(match["minute"])))
    return None


def without_date(line: str) -> str:
    """`line` with its first full date and time of day taken out."""
    for form in _FORMS:
        match = form.search(line)
        if match is not None:
            return line[: match.start()] + line[match.end() :]
    return line
