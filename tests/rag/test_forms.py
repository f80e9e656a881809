"""Questions by their form, put to the sample corpus; and what only other corpora can show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from corpus.article import Article
from evals.cases import Case, read_cases
from rag import Assistant, Settings
from rag.answer import Answer

CASES = read_cases(Path(__file__).resolve().parents[2] / "evals" / "questions" / "forms.jsonl")
BOAT = "We have come to understand that we are in the same boat"


def folded(text: str) -> str:
    return " ".join(text.casefold().split())


def is_right(case: Case, answer: Answer) -> bool:
    if not case.answerable or answer.refused:
        return answer.refused and not case.answerable
    said = folded(answer.text)
    speakers = {citation.speaker for citation in answer.citations if citation.speaker}
    return (
        all(folded(words) in said for words in case.contains)
        and (not case.answers or any(folded(words) in said for words in case.answers))
        and (case.speaker is None or speakers == {case.speaker})
    )


@pytest.fixture(scope="session")
def answers(assistant: Assistant) -> dict[str, Answer]:
    return {case.id: assistant.ask(case.question) for case in CASES}


def test_nothing_is_removed_and_every_citation_is_exact(assistant: Assistant, answers: dict[str, Answer]) -> None:
    for answer in answers.values():
        assert answer.removed == ()
        for citation in answer.citations:
            article = assistant.article(citation.article_id, citation.text_sha256)
            assert citation.span.of(article.text) == citation.quote


def test_most_questions_of_each_form_are_answered_rightly(answers: dict[str, Answer]) -> None:
    right: defaultdict[str, list[bool]] = defaultdict(list)
    for case in CASES:
        right[case.tags[0]].append(is_right(case, answers[case.id]))
    shares = {form: sum(found) / len(found) for form, found in right.items()}
    learned = ("said", "who_said", "when_said", "where_said", "yes_no", "digest", "comparison")
    assert min(shares[form] for form in learned) >= 0.65, shares
    assert sum(map(sum, right.values())) >= 0.85 * len(CASES), shares


def test_a_digest_is_three_to_five_dated_sentences_newest_first(assistant: Assistant) -> None:
    answer = assistant.ask("What is happening with critical minerals?")
    assert 3 <= len(answer.sentences) <= 5
    days = [citation.published or "" for citation in answer.citations]
    assert days == sorted(days, reverse=True)
    assert len({citation.article_id for citation in answer.citations}) >= 3
    assert answer.text.count("(5 February 2026)") == answer.text.count("(undated)") == 1


def test_of_several_people_each_is_given_and_who_is_silent_is_named(assistant: Assistant) -> None:
    both = assistant.ask("Vad sa Vance och Rubio?")
    assert {citation.speaker for citation in both.citations} == {"JD Vance", "Marco Rubio"}
    one = assistant.ask("What did Horii and Macron say?")
    assert BOAT in one.text
    assert one.text.endswith("\nMacron: nobody of that name or office is quoted in the articles.")
    assert one.sentences[-1].markers == ()
    silent = assistant.ask("Vad sa Horii och Rubio om Taiwan?")
    assert silent.refusal == "no_quote_by_speaker"


def test_when_and_where_are_told_beside_the_words(assistant: Assistant) -> None:
    when = assistant.ask("When did Horii say that we are in the same boat?")
    assert "(published 4 February 2026)" in when.text
    where = assistant.ask("Var sa Öhman att det är det högsta budet?")
    assert "Öhman sade på en pressträff" in where.text
    undated = assistant.ask("När sa Grahn att museet räknar med 60 000 besökare?")
    assert "(odaterad)" in undated.text


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Can lichens replace measuring instruments?", "the method cannot replace instruments"),
        ("Ska Dahlby överklaga vindparken?", "Dahlby tänker överklaga."),
        ("Did Vance say anything about prices?", "Vice President JD Vance spoke about prices."),
        ("Röstade Wrede nej?", "Oppositionsrådet Mattias Wrede (C) röstade nej."),
        ("Did Rubio meet Horii?", None),
        ("Has Horii resigned?", None),
        ("Höjer Almviken skatten?", None),
    ],
)
def test_yes_or_no_is_settled_by_a_sentence_or_refused(assistant: Assistant, question: str, words: str | None) -> None:
    answer = assistant.ask(question)
    assert answer.refused if words is None else words in answer.sentences[0].text


@pytest.fixture
def corpus(tmp_path: Path, cache: Path) -> Iterator[Assistant]:
    with Assistant.open(Settings(home=tmp_path / "home", cache=cache)) as opened:
        yield opened


@pytest.mark.parametrize("agreeing", ["Echo", None])
def test_sources_that_differ_are_both_given_with_outlet_and_day(
    corpus: Assistant, make_article: Callable[..., Article], agreeing: str | None
) -> None:
    told = {
        "Post": (date(2026, 2, 4), "After the flood 312 homes were evacuated in Brackenholt, the fire chief said."),
        "Mail": (date(2026, 2, 6), "Officials now say that 280 homes were evacuated in Brackenholt during the flood."),
        "Echo": (date(2026, 2, 7), "More than 200 homes were evacuated in Brackenholt when the river rose."),
    }
    corpus.ingest_articles(
        [
            make_article(outlet, f"Flood ({outlet})", text, "Nobody was hurt.", outlet=outlet, published=day)
            for outlet, (day, text) in told.items()
            if outlet in ("Post", "Mail", agreeing)
        ]
    )
    answer = corpus.ask("How many homes were evacuated in Brackenholt?")
    first, second = (sentence.text for sentence in answer.sentences)
    assert first == f"The sources differ. Post (4 February 2026): {told['Post'][1]} [1]"
    assert second == f"Mail (6 February 2026): {told['Mail'][1]} [2]"
