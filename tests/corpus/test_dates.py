from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dates import find_date, without_date

DAY = date(2026, 3, 5)


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-05",
        "Publicerad 2026-03-05",
        "5 March 2026",
        "Thursday, March 5, 2026",
        "March 5th 2026",
        "Mar. 5, 2026",
        "den 5 mars 2026",
        "torsdag 5:e mars 2026",
        "Kustbladet | 05 mars 2026",
    ],
)
def test_a_full_date_is_found_however_it_is_written(line: str) -> None:
    assert find_date(line) == DAY


@pytest.mark.parametrize(
    ("line", "hour", "minute"),
    [
        ("2026-03-05 06:12", 6, 12),
        pytest.param(
            *("2026-03-05T16:12", 16, 12),
        ),
        ("Published 5 March 2026, 14:30", 14, 30),
        ("March 5, 2026 at 4:05 p.m.", 16, 5),
        ("March 5, 2026 at 12:05 am", 0, 5),
        ("March 5, 2026, 12:05 PM", 12, 5),
        ("5 mars 2026 kl. 07.45", 7, 45),
        ("5 mars 2026 klockan 23:59", 23, 59),
    ],
)
def test_a_time_of_day_behind_the_date_is_kept(line: str, hour: int, minute: int) -> None:
    assert find_date(line) == datetime(2026, 3, 5, hour, minute)  # noqa: DTZ001 (pages state no zone)


@pytest.mark.parametrize(
    "line",
    [
        "February 4",
        "den 4 februari",
        "on Wednesday",
        "March 2026",
        "2026",
        "30 February 2026",
        "2026-13-01",
        "5/3/2026",
        "igår kl. 14.30",
        "",
    ],
)
def test_what_is_no_full_date_is_never_guessed(line: str) -> None:
    assert find_date(line) is None


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_is_read_back_from_iso_and_from_english(day: date) -> None:
    assert find_date(f"Updated {day.isoformat()}") == day
    assert find_date(f"{day.day} {day:%B} {day.year}") == day


def test_a_line_without_its_date_keeps_its_other_words() -> None:
    assert without_date("Kustbladet | 5 mars 2026 kl. 07.45").strip() == "Kustbladet |"
    assert without_date("Kustbladet") == "Kustbladet"
