"""What the writer that needs no model chooses to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from corpus.article import Article
from rag import Settings
from rag.context import passages_within
from rag.draft import Draft, FramePart, SourcePart
from rag.extractive import ExtractiveWriter
from rag.facts import MAX_SENTENCES
from rag.question import parse_question
from rag.telling import TELLING_FRAMES

KEEP = "We will keep every school in the town open this year."


@pytest.fixture
def write(index: Any, fake_embedder: Any, make_article: Callable[..., Article], tmp_path: Any) -> Callable[..., Draft]:
    """`write(question, max_quotes=2)` drafts an answer from five short articles."""
    index.builder.ingest_articles(
        [
            make_article(
                "a",
                "Budget",
                f"“{KEEP}” said Mayor Elin Strand when Almviken voted.",
                "Strand said: “The pool has to close in the autumn.”",
            ),
            make_article("b", "Copy", f"“{KEEP}” said Elin Strand.", kind="teaser"),
            make_article(
                "c", "Ferry", "“I will cancel the sailing in a strong easterly,” said harbour master Donal Reeve."
            ),
            make_article(
                "d", "Port", "In Port Ellery Mayor Ida Berg said: “The pier is the weak point of the harbour.”"
            ),
            make_article(
                "e",
                "Färja",
                "”I will cancel the sailing in a strong easterly”, säger hamnkapten Donal Reeve till tidningen.",
                "Färjan går annars varje dag, och den är full på sommaren när badgästerna kommer hit.",
                language="sv",
            ),
        ]
    )

    def draft(text: str, **facts: Any) -> Draft:
        settings = Settings(home=tmp_path, cache=tmp_path, **facts)
        writer = ExtractiveWriter(index.store, index.retriever, fake_embedder, settings)
        question = parse_question(text)
        vector = index.retriever.embed(question.text)
        return writer.write(question, vector, passages_within(index.retriever.search(question.text)))

    return draft


def words(draft: Draft) -> list[str]:
    return [part.text for sentence in draft.sentences for part in sentence.parts if isinstance(part, SourcePart)]


def test_a_copied_quotation_is_given_once_from_the_article_that_names_the_office(write: Callable[..., Draft]) -> None:
    draft = write("What did Elin Strand say?")
    assert words(draft) == [KEEP, "The pool has to close in the autumn."]
    assert draft.sentences[0].text.startswith("Elin Strand, Mayor: “We will")
    frames = {part.text for sentence in draft.sentences for part in sentence.parts if isinstance(part, FramePart)}
    assert frames <= TELLING_FRAMES


def test_a_topic_chooses_among_a_speaker_s_quotations(write: Callable[..., Draft]) -> None:
    assert words(write("What did Strand say about the pool?")) == ["The pool has to close in the autumn."]
    assert write("What did Strand say about Taiwan?").refusal == "no_quote_by_speaker"


def test_the_place_tells_two_of_the_same_office_apart(write: Callable[..., Draft]) -> None:
    assert words(write("What did the mayor of Port Ellery say?")) == ["The pier is the weak point of the harbour."]
    assert words(write("What did the mayor of Almviken say?"))[0] == KEEP


def test_words_said_at_another_time_or_in_another_office_are_no_answer(write: Callable[..., Draft]) -> None:
    assert words(write("What did Strand say when Almviken voted?"))[0] == KEEP
    elsewhere = write("What did Strand say when the ferry sank?")
    assert (elsewhere.refusal, elsewhere.sentences) == ("no_quote_by_speaker", ())
    assert words(write("What did Mayor Strand say?"))[0] == KEEP
    office = write("What did Professor Strand say?")
    assert office.refusal == "no_quote_by_speaker"
    assert office.nearest[0].text.startswith("Elin Strand, Mayor: “")


@pytest.mark.parametrize(
    ("question", "office"), [("What did Reeve say?", "harbour master"), ("Vad sa Reeve?", "hamnkapten")]
)
def test_of_two_languages_that_quote_the_same_words_the_question_s_is_cited(
    write: Callable[..., Draft], question: str, office: str
) -> None:
    (sentence,) = write(question).sentences
    assert office in sentence.text.casefold()


def test_no_more_quotations_than_asked_for(write: Callable[..., Draft]) -> None:
    assert len(write("What did Elin Strand say?", max_quotes=1).sentences) == 1


def test_who_said_it_is_found_by_the_words(write: Callable[..., Draft]) -> None:
    (sentence,) = write("Who said “I will cancel the sailing”?").sentences
    assert sentence.text.startswith("Donal Reeve")
    assert write("Who said that bananas are blue and square?").refusal == "no_support"


@pytest.mark.parametrize("name", ["Macron", "Per Strand", "the king of Norway"])
def test_nobody_else_s_words_stand_in_for_an_unknown_speaker(write: Callable[..., Draft], name: str) -> None:
    draft = write(f"What did {name} say?")
    assert (draft.refusal, draft.sentences) == ("speaker_unknown", ())


def test_a_refusal_shows_what_the_speaker_did_talk_about(write: Callable[..., Draft]) -> None:
    draft = write("What did Strand say about Taiwan?")
    assert draft.sentences == ()
    shown = [part.text for sentence in draft.nearest for part in sentence.parts if isinstance(part, SourcePart)]
    assert set(shown) == {KEEP, "The pool has to close in the autumn."}
    assert all(sentence.text.startswith("Elin Strand, Mayor: “") for sentence in draft.nearest)


def test_a_refused_fact_shows_the_sentences_that_come_nearest(write: Callable[..., Draft]) -> None:
    draft = write("How many schools burned in Almviken in 1987?")
    assert (draft.refusal, draft.sentences) == ("no_support", ())
    assert draft.support is None or draft.support < 0
    assert any("Almviken" in sentence.text for sentence in draft.nearest)
    assert len(draft.nearest) <= MAX_SENTENCES


def test_passages_keep_to_their_budget_but_one_always_fits(index: Any, make_article: Callable[..., Article]) -> None:
    index.builder.ingest_articles(
        [make_article(str(n), None, f"The harbour closes on day {n} <|endoftext|>.") for n in range(9)]
    )
    hits = index.retriever.search("harbour")
    assert len(passages_within(hits, 1)) == 1
    assert [passage.hit.span for passage in passages_within(hits)] == [hit.span for hit in hits]
    assert 1 < len(passages_within(hits, 60)) < 9
    assert passages_within([]) == []
