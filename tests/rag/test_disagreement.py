"""Sources that differ are told apart; sources that only seem to differ are not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from corpus.article import Article, Span
from rag.disagreement import Candidate, differing
from rag.question import parse_question
from rag.telling import Chosen

HOMES = "How many homes were evacuated in Brackenholt?"


@pytest.fixture
def told(make_article: Callable[..., Article]) -> Callable[..., list[str]]:
    """`told(question, sentence, sentence)`: what is said to differ of one sentence each by the Post (4 Feb) and the Mail (6 Feb)."""

    def outlets(
        question: str, *sentences: str, coverage: float = 0.8, title: str = "Brackenholt", **facts: object
    ) -> list[str]:
        candidates = []
        for number, sentence in enumerate(sentences):
            named = {"outlet": ("Post", "Mail", "Echo")[number], "published": date(2026, 2, 8 - 2 * number)} | facts
            article = make_article(str(number), title, sentence, **named)
            candidates.append(Candidate(Chosen(article, Span(0, len(sentence))), coverage))
        return [str(chosen.article.outlet) for chosen in differing(parse_question(question), candidates)]

    return outlets


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (HOMES, "In all 312 homes were evacuated in Brackenholt.", "They evacuated 280 homes in Brackenholt."),
        (HOMES, "About 300 homes were evacuated.", "Some 210 homes were evacuated."),
        (HOMES, "More than 400 homes were evacuated.", "Only 210 homes were evacuated."),
        ("How much does the roof cost?", "The roof costs £3.6 million.", "The roof costs £4.1 million."),
        ("Vad kostar taket?", "Taket kostar 3,6 miljoner kronor.", "Taket kostar 4,1 miljoner kronor."),
        ("When does the pool close?", "The pool closes on 1 September.", "The pool will close on September 3."),
        ("What year was the mill built?", "The mill was built in 1898.", "The mill was built in 1908."),
    ],
)
def test_two_sources_that_give_another_figure_differ_and_the_earlier_comes_first(
    told: Callable[..., list[str]], question: str, one: str, other: str
) -> None:
    assert told(question, one, other) == ["Mail", "Post"]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (HOMES, "In all 312 homes were evacuated.", "In all 312 homes were evacuated on Sunday."),
        (HOMES, "In all 312 homes were evacuated.", "More than 300 homes were evacuated."),
        (HOMES, "In all 312 homes were evacuated.", "About 300 homes were evacuated."),
        (HOMES, "In all 312 homes were evacuated.", "Up to 400 homes were evacuated."),
        (HOMES, "In all 312 homes were evacuated.", "Of 900 people some left their homes."),
        (HOMES, "In all 312 homes were evacuated.", "First 40 homes and then 272 homes were evacuated."),
        (HOMES, "In all 312 homes were evacuated.", "At first 90 homes were evacuated, and later 312."),
        ("How much does the roof cost?", "The roof costs £3.6 million.", "The roof costs 46 million kronor."),
        ("How much does the plan cost?", "The plan costs $12 billion.", "Planen kostar 12 miljarder dollar."),
        ("When does the pool close?", "The pool closes on 1 September.", "The pool closes on Monday."),
        ("Who closes the pool?", "Strand closes the pool on 1 September.", "Frisk closes the pool on 3 September."),
    ],
)
def test_what_agrees_or_cannot_be_compared_is_no_disagreement(
    told: Callable[..., list[str]], question: str, one: str, other: str
) -> None:
    assert told(question, one, other) == told(question, other, one) == []


def test_sources_that_cannot_be_told_apart_or_are_off_the_question_are_silent(told: Callable[..., list[str]]) -> None:
    sentences = ("In all 312 homes were evacuated.", "In all 280 homes were evacuated.")
    assert told(HOMES, *sentences) == ["Mail", "Post"]
    assert told(HOMES, *sentences, coverage=0.4) == []
    assert told(HOMES, *sentences, title="Lindvik") == []
    assert told(HOMES, *sentences, outlet=None, published=None) == []
    assert told(HOMES, *sentences, "In all 312 homes were evacuated.") == ["Mail", "Post"]
