"""What ministries, critics and companies are said to say, of whom no quotation table knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from corpus.article import Article
from rag import Settings
from rag.context import passages_within
from rag.draft import Draft, SourcePart
from rag.extractive import ExtractiveWriter
from rag.group_said import says
from rag.question import parse_question

MILITARY = "Beijing's trade ministry maintains that only military firms are covered."
APPEAL = "Motståndarna har redan sagt att de tänker överklaga."


@pytest.mark.parametrize(
    ("group", "sentence", "expected"),
    [
        ("trade ministry", MILITARY, True),
        ("motståndarna", APPEAL, True),
        ("researchers", "Lichens warn early, according to researchers at the university.", True),
        ("polisen", "Vägen var hal, enligt polisen.", True),
        ("EU", "The plan will come in May, says the EU.", True),
        ("ministry", "The ministry's critics say that all firms are covered.", False),
        ("trade ministry", "The trade deal pleased the ministry.", False),
        ("critics", "Roe told the critics that the pool will stay.", False),
        ("the", "The says so.", False),
    ],
)
def test_who_says_something_in_a_sentence(group: str, sentence: str, expected: bool) -> None:
    assert says(group, sentence) is expected


@pytest.fixture
def write(
    index: Any, fake_embedder: Any, make_article: Callable[..., Article], tmp_path: Any
) -> Callable[[str], Draft]:
    index.builder.ingest_articles(
        [
            make_article("a", "Rare earths", "Chinese limits on sales of rare earths came on Monday.", MILITARY),
            make_article("b", "Wind", "The council of Kvarnholma has said yes to 24 wind mills.", APPEAL),
            make_article(
                "c", "Pool", "The pool has to close in May.", "Its watchdog said that the council may decide."
            ),
        ]
    )
    writer = ExtractiveWriter(
        index.store, index.retriever, fake_embedder, Settings(home=tmp_path, cache=tmp_path, model="extractive")
    )

    def draft(text: str) -> Draft:
        question = parse_question(text)
        vector = index.retriever.embed(question.text)
        return writer.write(question, vector, passages_within(index.retriever.search(question.text)))

    return draft


def told(draft: Draft) -> list[str]:
    return [part.text for sentence in draft.sentences for part in sentence.parts if isinstance(part, SourcePart)]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("What does the trade ministry say?", MILITARY),
        ("What does the Chinese trade ministry say about military firms?", MILITARY),
        ("Vad säger motståndarna i Kvarnholma?", APPEAL),
    ],
)
def test_whoever_is_no_person_is_found_by_the_sentences_in_which_they_speak(
    write: Callable[[str], Draft], question: str, sentence: str
) -> None:
    assert told(write(question)) == [sentence]


@pytest.mark.parametrize(
    "question",
    [
        "What does the Swedish trade ministry say?",
        "Vad säger motståndarna i Almviken?",
        "What did the trade ministry say when the ferry sank?",
        "What does the trade ministry say about Taiwan?",
        "What do the wind mills say?",
        "What did May Watchdog say?",
    ],
)
def test_nobody_else_s_words_stand_in_for_a_group(write: Callable[[str], Draft], question: str) -> None:
    draft = write(question)

    assert (draft.refusal, draft.sentences) == ("speaker_unknown", ())
