"""Who is meant by a name, a part of one, or an office in either language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from corpus.article import Article
from index.quote_index import QuoteIndex


@pytest.fixture
def quotes(index: Any, make_article: Callable[..., Article]) -> QuoteIndex:
    index.builder.ingest_articles(
        [
            make_article(
                "minerals",
                "Minerals",
                "Japanese State Minister for Foreign Affairs Iwao Horii said: “We are all in the same boat here.”",
                "“The prices are far too low for us,” said U.S. Vice President JD Vance.",
                "Secretary of State Marco Rubio said: “It is a tool of leverage in the world.”",
            ),
            make_article(
                "budget",
                "Budget",
                "“It keeps every school in the town open,” said Mayor Elin Strand.",
                "“Nobody asked us about the swimming pool,” said Finance director Margit Ahl.",
            ),
            make_article(
                "vind",
                "Vindpark",
                "– Vi måste bygga nu och inte om tio år, säger Karin Holm, kommunalråd (S).",
                "– Vi har inte varit tydliga om ljudet, säger projektledare Petra Holm.",
                "– Alla var där, och ingen sa något om det, säger Lars-Åke Öhman, ordförande i facket.",
            ),
        ]
    )
    return QuoteIndex(index.store)


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("Horii", ["Iwao Horii"]),
        ("horii", ["Iwao Horii"]),
        ("Iwao Horii", ["Iwao Horii"]),
        ("Horiis", ["Iwao Horii"]),
        ("State Minister Horii", ["Iwao Horii"]),
        ("J.D. Vance", ["JD Vance"]),
        ("Öhman", ["Lars-Åke Öhman"]),
        ("Holm", ["Karin Holm", "Petra Holm"]),
        ("Karin Holm", ["Karin Holm"]),
        ("Per Holm", []),
        ("Iwao", []),
        ("Macron", []),
        ("the mayor", []),
        ("", []),
    ],
)
def test_named(quotes: QuoteIndex, phrase: str, names: list[str]) -> None:
    assert sorted(speaker.name for speaker in quotes.named(phrase)) == names


@pytest.mark.parametrize(
    ("phrase", "name", "left"),
    [
        ("the Japanese state minister", "Iwao Horii", set()),
        ("Japan's foreign minister", "Iwao Horii", set()),
        ("Japans biträdande utrikesminister", "Iwao Horii", {"biträdande"}),
        ("the US vice president", "JD Vance", set()),
        ("borgmästare i staden", "Elin Strand", {"staden"}),
        ("borgmästaren", "Elin Strand", set()),
        ("the mayor of Almviken", "Elin Strand", {"almviken"}),
        ("kommunalrådet", "Karin Holm", set()),
        ("the chairwoman", "Lars-Åke Öhman", set()),
        ("the chairwoman of the union", "Lars-Åke Öhman", set()),
    ],
)
def test_holding_puts_the_best_office_first(quotes: QuoteIndex, phrase: str, name: str, left: set[str]) -> None:
    best, open_words = quotes.holding(phrase)[0]
    assert (best.name, open_words) == (name, left)


def test_the_office_decides_not_the_country(quotes: QuoteIndex) -> None:
    assert [speaker.name for speaker, _ in quotes.holding("the Japanese mayor")] == ["Elin Strand"]


@pytest.mark.parametrize("phrase", ["the king of Norway", "the report", "Emmanuel Macron", "", "vad"])
def test_holding_finds_nobody_for_what_is_no_office_here(quotes: QuoteIndex, phrase: str) -> None:
    assert quotes.holding(phrase) == []


def test_speakers_come_with_their_offices_and_words(quotes: QuoteIndex) -> None:
    assert {speaker.name: speaker.roles for speaker in quotes.speakers(["Elin Strand"])}["Elin Strand"] == ("Mayor",)
    (quote,) = quotes.by(["Elin Strand"])
    assert quote.text == "It keeps every school in the town open"
    assert quotes.by([]) == []
