"""Dates as people say them, and the days they stand for, asked on Wednesday 18 February 2026."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.periods import Period, find_periods

TODAY = date(2026, 2, 18)
NAMED = {
    "today": "2026-02-18..2026-02-18",
    "yesterday morning": "2026-02-17..2026-02-17",
    "the day before yesterday": "2026-02-16..2026-02-16",
    "last week": "2026-02-09..2026-02-15",
    "this week": "2026-02-16..2026-02-18",
    "in the last week": "2026-02-11..2026-02-18",
    "over the past three months": "2025-11-18..2026-02-18",
    "last month": "2026-01-01..2026-01-31",
    "this year": "2026-01-01..2026-02-18",
    "last year": "2025-01-01..2025-12-31",
    "two weeks ago": "2026-02-02..2026-02-08",
    "three days ago": "2026-02-15..2026-02-15",
    "on Monday": "2026-02-16..2026-02-16",
    "on Wednesday": "2026-02-11..2026-02-11",
    "last Friday": "2026-02-13..2026-02-13",
    "since Monday": "2026-02-16..",
    "since last week": "2026-02-09..",
    "after 4 February": "2026-02-05..",
    "before February 4, 2026": "..2026-02-03",
    "until 2024": "..2024-12-31",
    "in February": "2026-02-01..2026-02-28",
    "in March": "2025-03-01..2025-03-31",
    "in February last year": "2025-02-01..2025-02-28",
    "in Feb. 2024": "2024-02-01..2024-02-29",
    "on the 29th of February": "2024-02-29..2024-02-29",
    "on 4 March": "2025-03-04..2025-03-04",
    "on 2026-02-04": "2026-02-04..2026-02-04",
    "between December and February": "2025-12-01..2026-02-28",
    "during 2024": "2024-01-01..2024-12-31",
    "i dag": "2026-02-18..2026-02-18",
    "igår kväll": "2026-02-17..2026-02-17",
    "i förrgår": "2026-02-16..2026-02-16",
    "förra veckan": "2026-02-09..2026-02-15",
    "i veckan": "2026-02-16..2026-02-18",
    "den här månaden": "2026-02-01..2026-02-18",
    "under de senaste tre dagarna": "2026-02-15..2026-02-18",
    "den senaste månaden": "2026-01-18..2026-02-18",
    "i fjol": "2025-01-01..2025-12-31",
    "i år": "2026-01-01..2026-02-18",
    "för två veckor sedan": "2026-02-02..2026-02-08",
    "i måndags": "2026-02-16..2026-02-16",
    "sedan i onsdags": "2026-02-11..",
    "i februari": "2026-02-01..2026-02-28",
    "i mars förra året": "2025-03-01..2025-03-31",
    "den 4 februari": "2026-02-04..2026-02-04",
    "före 4 februari 2026": "..2026-02-03",
    "till och med januari": "..2026-01-31",
    "mellan 1 februari och 7 februari": "2026-02-01..2026-02-07",
    "under 2024": "2024-01-01..2024-12-31",
}
NO_DATES = (
    "the May family",
    "a march on Washington",
    "in the 1990s",
    "in 2026-27",
    "next week",
    "in 2030",
    "on 31 February",
    "Mars rovers",
    "på måndag",
    "Dagens Nyheter",
    "1994",
    "the month",
)


def written(period: Period) -> str:
    return f"{period.first or ''}..{period.last or ''}"


@pytest.mark.parametrize(("words", "days"), NAMED.items())
def test_a_date_is_the_days_it_stands_for(words: str, days: str) -> None:
    text = f"Xyz qwe {words}?"
    (mention,) = find_periods(text, TODAY)
    assert (written(mention.period), mention.span.of(text)) == (days, words)


@pytest.mark.parametrize("words", NO_DATES)
def test_what_is_no_date_or_still_to_come_names_no_days(words: str) -> None:
    assert find_periods(f"Xyz qwe {words}?", TODAY) == []


def test_a_month_without_a_year_is_the_last_one_there_was() -> None:
    for today, year in ((date(2026, 1, 31), 2025), (date(2026, 2, 1), 2026), (date(2026, 12, 31), 2026)):
        (mention,) = find_periods("in February", today)
        assert mention.period == Period(date(year, 2, 1), date(year, 2, 28))


def test_a_genitive_is_told_from_a_time() -> None:
    assert [mention.owner for mention in find_periods("yesterday's and last week", TODAY)] == [True, False]
    assert [mention.owner for mention in find_periods("förra veckans, förra veckan", TODAY)] == [True, False]


@given(
    st.lists(st.sampled_from([*NAMED, *NO_DATES, "and", "och", "of", "the", "in", "3", "4 "]), max_size=8).map(
        " ".join
    ),
    st.dates(date(1960, 1, 1), date(2100, 1, 1)),
)
def test_whatever_is_said_a_period_is_in_order_and_has_begun(text: str, today: date) -> None:
    mentions = find_periods(text, today)
    for mention in mentions:
        first, last = mention.period.first, mention.period.last
        assert first is None or last is None or first <= last
        assert first is None or first <= today
        assert mention.span.of(text).strip() == mention.span.of(text) != ""
    for one, other in pairwise(mentions):
        assert one.span.end <= other.span.start
