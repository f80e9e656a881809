from __future__ import annotations

from datetime import date, datetime, timedelta

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


@pytest.mark.parametrize(
    "line",
    [
        "Veröffentlicht am 5. März 2026",
        "Stand: 05.03.2026",
        "Publié le 5 mars 2026",
        "Publicado el 5 de marzo de 2026",
        "Publisert 5. mars 2026",
        "Offentliggjort den 5. marts 2026",
        "le 5 mars 2026",
    ],
)
def test_pages_in_other_languages_state_theirs(line: str) -> None:
    assert find_date(line) == DAY


@pytest.mark.parametrize(
    ("line", "hours"),
    [
        ("2026-03-05T06:12:00Z", 0),
        ("2026-03-05T06:12:00+01:00", 1),
        ("5 March 2026, 06:12 GMT", 0),
        ("5 March 2026 06:12 GMT+1", 1),
        ("05.03.2026, 06:12 Uhr MEZ", 1),
        ("March 5, 2026 at 6:12 a.m. EST", -5),
    ],
)
def test_a_stated_zone_is_kept(line: str, hours: int) -> None:
    stated = find_date(line)

    assert isinstance(stated, datetime)
    assert stated.utcoffset() == timedelta(hours=hours)
    assert (stated.hour, stated.minute) == (6, 12)


def test_which_of_two_numbers_is_the_month_is_not_guessed() -> None:
    assert find_date("05/03/2026") is None
    assert find_date("05/03/2026", day_first=True) == DAY
    assert find_date("25/03/2026") == find_date("03/25/2026") == date(2026, 3, 25)
