"""Questions that name a time, over a few dated sample articles, one without a date, on Wednesday 18 February 2026 in Stockholm."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from corpus.article import Article
from corpus.samples import samples_folder
from index.filters import SearchFilters
from rag import Assistant, Settings
from rag.dates import format_period

BOAT = "we are in the same boat"
LATE = datetime(2026, 2, 17, 23, 30, tzinfo=UTC)
"""Half past midnight on the 18th in Stockholm."""


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    """Horii's words of 4 February, a budget of 12 March, a decision of 27 January, and a flood that says no day."""
    home = tmp_path_factory.mktemp("dated")
    names = ("same-boat-minerals", "almviken-budget", "vindpark-kvarnholma", "lichen-study")
    settings = Settings(home=home, cache=cache, time_zone="Europe/Stockholm")
    with Assistant.open(settings, clock=lambda: LATE) as opened:
        opened.ingest([samples_folder() / f"{name}.txt" for name in names])
        yield opened


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What did Horii say in February?", "2026-02-01", "2026-02-28"),
        ("What did Horii say on 4 February about rare earths?", "2026-02-04", "2026-02-05"),
        ("What has Horii said since January?", "2026-01-01", None),
        ("Vad sa Horii den 4 februari?", "2026-02-04", "2026-02-05"),
    ],
)
def test_the_answer_shows_the_dates_that_narrowed_it(
    dated: Assistant, question: str, first: str | None, last: str | None
) -> None:
    answer = dated.ask(question)
    assert not answer.refused
    assert answer.applied is not None
    assert answer.to_dict()["applied"] == {"published_from": first, "published_to": last, "words": answer.applied.words}
    assert answer.applied.words in question
    assert answer.standalone_question == question
    assert {citation.published and citation.published[:10] for citation in answer.citations} == {"2026-02-04"}


def test_it_says_so_in_the_questions_language(dated: Assistant) -> None:
    undated = sum(article.published is None for article in dated.articles())
    assert undated > 1
    assert dated.ask("What did Horii say in February?").notice == (
        f"Searched articles published 1–28 February 2026 (“in February”). {undated} articles without a date were left out."
    )
    assert dated.ask("Vad sa Horii i februari?").notice == (
        f"Sökte i artiklar publicerade 1–28 februari 2026 (”i februari”). {undated} artiklar utan datum är utelämnade."
    )


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What did Horii say yesterday?", "17–18 February 2026 (“yesterday”)"),
        ("What did Horii say last week?", "9–15 February 2026 (“last week”)"),
        ("Vad sa Horii förra veckan?", "9–15 februari 2026 (”förra veckan”)"),
        ("What did Horii say about rare earths in January?", "1–31 January 2026 (“in January”)"),
    ],
)
def test_an_answer_that_the_dates_leave_out_is_refused_with_the_way_to_ask_again(
    dated: Assistant, question: str, said: str
) -> None:
    answer = dated.ask(question)
    assert answer.refused
    assert said in str(answer.notice)
    words = answer.applied.words if answer.applied else ""
    assert f"Ask without “{words}”" in str(answer.notice) or f"Fråga utan ”{words}”" in str(answer.notice)
    assert not dated.ask(question.replace(f" {words}", "")).refused


def test_filters_that_leave_nothing_say_so(dated: Assistant) -> None:
    answer = dated.ask("What did Horii say last week?")
    assert answer.refusal == "filtered_out"
    assert "The filters leave no article" in answer.text
    assert (
        dated.ask("How long did the voting take?", filters=SearchFilters(outlet="Nobody's")).refusal == "filtered_out"
    )


def test_today_is_that_of_the_time_zone(dated: Assistant, tmp_path: Path, cache: Path) -> None:
    question = "What did Horii say today?"
    answer = dated.ask(question)
    assert answer.applied is not None
    assert answer.applied.published_to == date(2026, 2, 18)
    with Assistant.open(
        Settings(home=tmp_path, cache=cache, time_zone="America/New_York"), clock=lambda: LATE
    ) as elsewhere:
        elsewhere.ingest(samples_folder() / "same-boat-minerals.txt")
        answer = elsewhere.ask(question)
    assert answer.applied is not None
    assert answer.applied.published_to == date(2026, 2, 17)


@pytest.mark.parametrize("question", ["When was the ship built that Horii spoke of in February?", "Who won in 1994?"])
def test_a_date_that_belongs_to_the_fact_narrows_nothing(dated: Assistant, question: str) -> None:
    answer = dated.ask(question)
    assert answer.applied is None
    assert answer.notice is None


def test_a_year_long_before_the_corpus_is_no_day_of_publication(dated: Assistant) -> None:
    assert dated.ask("What did Horii say in 1962?").applied is None
    assert dated.ask("What do articles from 1962 say of Horii?").refusal == "filtered_out"


def test_the_callers_filters_and_the_questions_dates_both_hold(dated: Assistant) -> None:
    question = "What did Horii say in February?"
    assert not dated.ask(question, filters=SearchFilters(published_to=date(2026, 2, 4))).refused
    assert dated.ask(question, filters=SearchFilters(published_from=date(2026, 2, 5))).refused
    assert dated.ask(question, filters=SearchFilters(speaker="Tomas Wrede")).refused


def test_a_corpus_without_dates_is_not_narrowed_by_any(
    tmp_path: Path, cache: Path, make_article: Callable[..., Article]
) -> None:
    with Assistant.open(Settings(home=tmp_path, cache=cache), clock=lambda: LATE) as opened:
        said = "“The quay will be rebuilt in the spring,” said Maja Horii, head of the port."
        opened.ingest_articles([make_article("a", "Quay", said)])
        answer = opened.ask("What did Horii say last week?")
    assert "rebuilt" in answer.text
    assert answer.applied is None
    assert answer.notice == "No article states when it was published, so “last week” did not narrow the search."


PERIODS: list[tuple[Any, Any, str, str]] = [
    (date(2026, 2, 4), date(2026, 2, 4), "4 February 2026", "4 februari 2026"),
    (date(2026, 2, 1), date(2026, 2, 28), "1–28 February 2026", "1–28 februari 2026"),
    (date(2026, 1, 30), date(2026, 2, 2), "30 January–2 February 2026", "30 januari–2 februari 2026"),
    (date(2025, 12, 29), date(2026, 1, 4), "29 December 2025–4 January 2026", "29 december 2025–4 januari 2026"),
    (date(2026, 2, 4), None, "since 4 February 2026", "från och med 4 februari 2026"),
    (None, date(2026, 2, 4), "until 4 February 2026", "till och med 4 februari 2026"),
]


@pytest.mark.parametrize(("first", "last", "english", "swedish"), PERIODS)
def test_a_period_as_a_reader_sees_it(first: date | None, last: date | None, english: str, swedish: str) -> None:
    assert (format_period(first, last, "en"), format_period(first, last, "sv")) == (english, swedish)
