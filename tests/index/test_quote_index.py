"""Who is meant by a name, a part of one, or an office in either language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from corpus.article import Article
from index import quote_index
from index.lexical import FUNCTION_WORDS, words
from index.quote_index import QuoteIndex, same_office


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


OFFICES = [
    *(
        "mayor",
        "mayors",
        "Mayor of Lindvik",
        "borgmästare",
        "borgmästaren",
        "secretary",
        "secretaries of state",
        "sekreterare",
    ),
    *(
        "rektor",
        "rektorn",
        "Headteacher",
        "fackets ordförande",
        "chairwoman",
        "VD",
        "vd:n",
        "CEO of Norrbolaget",
        "researchers",
    ),
    *(
        "forskningschef",
        "chef",
        "chefen för Norrbolaget",
        "finansminister",
        "finance director",
        "presstalesperson",
        "spokes",
        "spokesman",
    ),
]


def test_an_office_is_found_by_index_wherever_reading_every_office_would_find_it(
    index: Any, make_article: Callable[..., Article]
) -> None:
    said = [
        f"“Nothing like it was ever seen here before,” said Anna Q{chr(97 + at)}vist, {office}."
        for at, office in enumerate(OFFICES)
    ]
    index.builder.ingest_articles([make_article("all", None, *said)])
    quotes = QuoteIndex(index.store)
    everybody = quotes.speakers({quote.speaker for quote in index.store.quotes() if quote.speaker})
    assert len(everybody) == len(OFFICES)

    for word in {word for office in OFFICES for word in words(office)} - FUNCTION_WORDS:
        holding = {speaker.name for speaker, _ in quotes.holding(word)}
        assert holding == {
            one.name for one in everybody if any(same_office(word, held) for role in one.roles for held in words(role))
        }


def test_of_too_many_quotations_those_near_the_question_are_looked_at(
    index: Any, make_article: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quote_index, "MANY", 2)
    said = "“Nothing like it was ever seen here before,” said Mayor {}."
    articles = [
        make_article(name, None, said.format(name)) for name in ("Anna Qvist", "Per Ek", "Eva Lind", "Bo Ström")
    ]
    again = [make_article(str(at), None, said.format("Anna Qvist")) for at in range(3)]
    index.builder.ingest_articles([*articles, *again])
    quotes = QuoteIndex(index.store)
    lind = articles[2].id

    assert len(quotes.holding("the mayor")) == 4
    assert [speaker.name for speaker, _ in quotes.holding("the mayor", near=lambda: {lind})] == ["Eva Lind"]
    assert len(quotes.holding("the mayor", near=lambda: {"elsewhere"})) == 2
    assert [quote.article_id for quote in quotes.by(["Anna Qvist"], near=lambda: {again[1].id, lind})] == [again[1].id]
    assert len(quotes.by(["Anna Qvist"], near=lambda: {lind})) == 2
    assert len(quotes.by(["Eva Lind"], near=lambda: {again[1].id})) == 1, "so few are all looked at"
