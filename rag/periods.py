"""Dates as people say them, in English and Swedish, as days: "last week", "since Monday", "in February", "den 4 februari", "under 2024".

A week starts on Monday. What names no year means the last one there was: in January, "in February" is that of the year before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from corpus.article import Span

Grain = Literal["day", "week", "month", "year"]
Link = Literal["within", "since", "after", "before", "until"]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; None is an open end."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Mention:
    """A period that a text names at `span`, its preposition included.

    `deictic` says that it is counted from today ("yesterday", "last week"), `year_stated` that its year is named, `owner` that it
    stands before its noun ("last week's"), `link` how the words take it.
    """

    span: Span
    period: Period
    grain: Grain
    link: Link
    deictic: bool
    year_stated: bool
    owner: bool


@dataclass(frozen=True, slots=True)
class _Point:
    """What a date names by itself. One that `leans` is no date without a preposition: May, Monday, 2024."""

    first: date
    last: date
    grain: Grain
    deictic: bool = False
    year_stated: bool = False
    leans: bool = False


_Form = tuple[re.Pattern[str], Callable[[re.Match[str], date], _Point | None]]


@dataclass(frozen=True, slots=True)
class _Grammar:
    links: Mapping[Link, re.Pattern[str]]
    between: re.Pattern[str]
    conjunction: re.Pattern[str]
    forms: tuple[_Form, ...]


def find_periods(text: str, today: date) -> list[Mention]:
    """The periods that `text` names, in order; those still to come are left out."""
    found: list[Mention] = []
    for grammar in _GRAMMARS:
        for start in (match.start() for match in re.finditer(r"(?<![\w-])\w", text)):
            if not any(mention.span.start <= start < mention.span.end for mention in found):
                mention = _mention_at(text, start, today, grammar)
                if mention is not None and (mention.period.first is None or mention.period.first <= today):
                    found.append(mention)
    return sorted(found, key=lambda mention: mention.span)


def _mention_at(text: str, start: int, today: date, grammar: _Grammar) -> Mention | None:
    between = grammar.between.match(text, start)
    if between is not None:
        one = _point_at(text, between.end(), today, grammar)
        conjunction = grammar.conjunction.match(text, one[1]) if one else None
        other = _point_at(text, conjunction.end(), today, grammar) if conjunction else None
        if one and other and one[0].first <= other[0].last:
            period = Period(one[0].first, other[0].last)
            stated = one[0].year_stated or other[0].year_stated
            return Mention(Span(start, other[1]), period, one[0].grain, "within", False, stated, False)
    for link, words in grammar.links.items():
        match = words.match(text, start)
        found = _point_at(text, match.end(), today, grammar) if match else None
        if match is not None and found is not None:
            mention = _mention(text, start, link, *found)
            return replace(mention, span=Span(match.end(), mention.span.end)) if mention.owner else mention
    found = _point_at(text, start, today, grammar)
    return None if found is None or found[0].leans else _mention(text, start, "within", *found)


def _point_at(text: str, start: int, today: date, grammar: _Grammar) -> tuple[_Point, int] | None:
    for pattern, read in grammar.forms:
        match = pattern.match(text, start)
        point = read(match, today) if match else None
        if match is not None and point is not None:
            return point, match.end()
    return None


def _mention(text: str, start: int, link: Link, point: _Point, end: int) -> Mention:
    day = timedelta(days=1)
    period = {
        "within": Period(point.first, point.last),
        "since": Period(point.first, None),
        "after": Period(point.last + day, None),
        "before": Period(None, point.first - day),
        "until": Period(None, point.last),
    }[link]
    genitive = re.compile(r"['’]?s\b").match(text, end)
    end = genitive.end() if genitive else end
    return Mention(Span(start, end), period, point.grain, link, point.deictic, point.year_stated, genitive is not None)


# What the forms mean

_NUMBERS = {
    word: number
    for number, words in enumerate(
        "a|an|one|en|ett two|två three|tre four|fyra five|fem six|sex seven|sju eight|åtta nine|nio ten|tio".split(), 1
    )
    for word in words.split("|")
}
_NUMBER = rf"(?P<number>\d{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_MONTHS_EN = "january february march april may june july august september october november december".split()
_MONTHS_SV = "januari februari mars april maj juni juli augusti september oktober november december".split()
_SHORT_EN = "jan feb mar apr may jun jul aug sept oct nov dec".split()
_SHORT_SV = "jan feb mar apr maj jun jul aug sept okt nov dec".split()
_MONTH = {
    name: number for names in (_MONTHS_EN, _MONTHS_SV, _SHORT_EN, _SHORT_SV) for number, name in enumerate(names, 1)
}
_WEEKDAYS_EN = "monday tuesday wednesday thursday friday saturday sunday".split()
_WEEKDAYS_SV = "måndag tisdag onsdag torsdag fredag lördag söndag".split()
_WEEKDAY = {name: number for names in (_WEEKDAYS_EN, _WEEKDAYS_SV) for number, name in enumerate(names)}
_GRAINS: Mapping[str, Grain] = {"da": "day", "dy": "day", "we": "week", "ve": "week", "mo": "month", "må": "month"}
"""By the first two letters of the unit; all others are years."""
_DAYS_BACK = (("förrgår", 2), ("before", 2), ("går", 1), ("yesterday", 1), ("last", 1), ("", 0))


def _days_back(match: re.Match[str], today: date) -> _Point:
    said = match[0].casefold()
    day = today - timedelta(days=next(number for word, number in _DAYS_BACK if word in said))
    return _Point(day, day, "day", deictic=True)


def _rolling(match: re.Match[str], today: date) -> _Point:
    """`the last three weeks`: that many, up to today."""
    grain, number = _grain(match), _number(match["number"] or "1")
    if grain in ("day", "week"):
        first = today - timedelta(days=number * (7 if grain == "week" else 1))
    else:
        first = _months_before(today, number * (12 if grain == "year" else 1))
    return _Point(first, today, grain, deictic=True)


def _unit_before(back: int) -> Callable[[re.Match[str], date], _Point]:
    return lambda match, today: _unit(_grain(match), back, today)


def _ago(match: re.Match[str], today: date) -> _Point:
    return _unit(_grain(match), _number(match["number"]), today)


def _this_week(_: re.Match[str], today: date) -> _Point:
    return _unit("week", 0, today)


def _this_year(_: re.Match[str], today: date) -> _Point:
    return _unit("year", 0, today)


def _last_year(_: re.Match[str], today: date) -> _Point:
    return _unit("year", 1, today)


def _unit(grain: Grain, back: int, today: date) -> _Point:
    """The day, week, month or year that lies `back` of them before the present one; the present one ends today."""
    if grain == "day":
        first = last = today - timedelta(days=back)
    elif grain == "week":
        first = today - timedelta(days=today.weekday() + 7 * back)
        last = first + timedelta(days=6)
    elif grain == "month":
        first = _months_before(today.replace(day=1), back)
        last = _month_end(first)
    else:
        first, last = date(today.year - back, 1, 1), date(today.year - back, 12, 31)
    return _Point(first, min(last, today), grain, deictic=True)


def _weekday(leans: bool) -> Callable[[re.Match[str], date], _Point]:
    """The last one before today."""

    def read(match: re.Match[str], today: date) -> _Point:
        back = (today.weekday() - _WEEKDAY[match["weekday"].casefold()] - 1) % 7 + 1
        day = today - timedelta(days=back)
        return _Point(day, day, "day", deictic=True, leans=leans)

    return read


def _day(match: re.Match[str], today: date) -> _Point | None:
    month, day = _MONTH.get(match["month"].casefold()) or int(match["month"]), int(match["day"])
    years = [int(match["year"])] if match["year"] else range(today.year, today.year - 8, -1)
    for year in years:
        try:
            stated = date(year, month, day)
        except ValueError:
            continue
        if match["year"] or stated <= today:
            return _Point(stated, stated, "day", year_stated=bool(match["year"]))
    return None


def _month(match: re.Match[str], today: date) -> _Point:
    month, said = _MONTH[match["month"].casefold()], (match["year"] or "").casefold()
    if said.isdigit():
        year = int(said)
    elif said:
        year = today.year - (said in ("last year", "i fjol", "förra året"))
    else:
        year = today.year - (month > today.month)
    first = date(year, month, 1)
    return _Point(first, _month_end(first), "month", year_stated=said.isdigit(), leans=True)


def _year(match: re.Match[str], _: date) -> _Point:
    year = int(match["year"])
    return _Point(date(year, 1, 1), date(year, 12, 31), "year", year_stated=True, leans=True)


def _grain(match: re.Match[str]) -> Grain:
    return _GRAINS.get(match["unit"][:2].casefold(), "year")


def _number(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS[said.casefold()]


def _months_before(day: date, months: int) -> date:
    """The same day that many months earlier, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(day.day, _month_end(first).day))


def _month_end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


# How they are said


def _forms(*forms: tuple[str, Callable[[re.Match[str], date], _Point | None]]) -> tuple[_Form, ...]:
    """Patterns of whole words; a genitive's s may follow."""
    return tuple((re.compile(rf"(?:{pattern})(?!(?!s\b)\w)(?!-\d)", re.IGNORECASE), read) for pattern, read in forms)


def _links(**words: str) -> dict[Link, re.Pattern[str]]:
    links: tuple[Link, ...] = ("since", "after", "before", "until", "within")
    return {link: re.compile(rf"(?:{words[link]})\s+", re.IGNORECASE) for link in links}


_ISO = r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
_STATED_YEAR = r"(?P<year>(?:19|20)\d\d)"


def _any(*lists: list[str]) -> str:
    return "|".join(sorted({word for words in lists for word in words}, key=len, reverse=True))


_EN_UNIT = r"(?P<unit>day|week|month|year)s?"
_EN_MONTH = rf"(?P<month>{_any(_MONTHS_EN, _SHORT_EN)})\.?"
_EN_WEEKDAY = rf"(?P<weekday>{_any(_WEEKDAYS_EN)})(?: morning| afternoon| evening| night)?"
_SV_UNIT = r"(?P<unit>dygn|dag|veck|månad|år)"
_SV_MONTH = rf"(?P<month>{_any(_MONTHS_SV, _SHORT_SV)})\.?"
_SV_WEEKDAY = rf"(?P<weekday>{_any(_WEEKDAYS_SV)})"

_GRAMMARS = (
    _Grammar(
        links=_links(
            within="in|on|during|over|within|from|of|dated",
            since="since|ever since",
            after="after",
            before="before|prior to",
            until="until|till|up to",
        ),
        between=re.compile(r"between\s+", re.IGNORECASE),
        conjunction=re.compile(r"\s+and\s+", re.IGNORECASE),
        forms=_forms(
            (
                r"(?:the day before yesterday|yesterday|today)(?: morning| afternoon| evening)?|this morning|last night",
                _days_back,
            ),
            (rf"the (?:last|past) (?:{_NUMBER} )?{_EN_UNIT}", _rolling),
            (rf"(?:last|past) (?:{_NUMBER} ){_EN_UNIT}", _rolling),
            (r"(?:last|previous) (?P<unit>week|month|year)", _unit_before(1)),
            (r"this (?P<unit>week|month|year)", _unit_before(0)),
            (rf"{_NUMBER} {_EN_UNIT} ago", _ago),
            (rf"last {_EN_WEEKDAY}", _weekday(leans=False)),
            (_EN_WEEKDAY, _weekday(leans=True)),
            (_ISO, _day),
            (rf"(?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_EN_MONTH}(?:,? {_STATED_YEAR})?", _day),
            (rf"{_EN_MONTH} (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,? {_STATED_YEAR})?", _day),
            (rf"(?:early |late |mid-?)?{_EN_MONTH}(?:,? (?:of )?(?P<year>(?:19|20)\d\d|last year|this year))?", _month),
            (_STATED_YEAR, _year),
        ),
    ),
    _Grammar(
        links=_links(
            within="i|under|från",
            since="sedan|sen|alltsedan|från och med",
            after="efter",
            before="före|innan",
            until="fram till|till och med|till",
        ),
        between=re.compile(r"mellan\s+", re.IGNORECASE),
        conjunction=re.compile(r"\s+och\s+", re.IGNORECASE),
        forms=_forms(
            (r"i förrgår|i ?går(?: morse| kväll| eftermiddag)?|i ?dag|i morse", _days_back),
            (rf"(?:de |den |det )?senaste (?:{_NUMBER} )?{_SV_UNIT}(?:arna|orna|erna|en|an|et)", _rolling),
            (r"(?:förra|föregående) (?P<unit>veckan|månaden|året)", _unit_before(1)),
            (r"(?:den här|det här|denna|detta) (?P<unit>vecka|månad|år)(?:n|en|et)?", _unit_before(0)),
            (r"i veckan", _this_week),
            (r"i år", _this_year),
            (r"i ?fjol", _last_year),
            (rf"för {_NUMBER} {_SV_UNIT}(?:a|ar|or|er)? sedan", _ago),
            (rf"i {_SV_WEEKDAY}s", _weekday(leans=False)),
            (rf"{_SV_WEEKDAY}(?:en|s)?", _weekday(leans=True)),
            (_ISO, _day),
            (rf"(?:den )?(?P<day>\d{{1,2}})(?::e|:a)? {_SV_MONTH}(?: {_STATED_YEAR})?", _day),
            (rf"{_SV_MONTH}(?: (?P<year>(?:19|20)\d\d|i fjol|förra året|i år))?", _month),
            (rf"(?:år )?{_STATED_YEAR}", _year),
        ),
    ),
)
