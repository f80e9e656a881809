"""How chosen sentences are told: quotations whole, speakers named, pronouns resolved where the article does, outlet and date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from corpus.article import Article, Span
from corpus.sentences import sentence_spans
from rag.draft import AskedPart, DraftSentence, Evidence, FramePart, MetadataPart, SourcePart
from rag.telling import TELLING_FRAMES, Chosen, Teller
from rag.verification import Verifier

STRAND = "Mayor Elin Strand opened the hall on Monday. She said that the roof would hold. It is made of oak."


@pytest.fixture
def tell(index: Any, make_article: Callable[..., Article]) -> Callable[..., list[str]]:
    """`tell(paragraph, number, ...)`: the numbered sentences of a one-paragraph article as they are told and verified."""

    def told(paragraph: str, *numbers: int, language: str = "en", dating: Any = "stated", **facts: Any) -> list[str]:
        article = make_article("a", "A title", paragraph, **facts)
        index.builder.ingest_articles([article])
        teller = Teller(lambda key: index.store.quotes(article_id=key), language)
        spans = sentence_spans(paragraph, language)
        chosen = [Chosen(article, teller.whole(article, spans, number)) for number in numbers]
        verifier = Verifier(index.store, TELLING_FRAMES, language)
        drafts = teller.told(chosen, dating)
        released = [verifier.check(draft) for draft in drafts]
        assert verifier.result().removed == ()
        assert all(sentence is not None for sentence in released)
        return [draft.text for draft in drafts]

    return told


def test_outlet_and_date_stand_behind_the_last_sentence_of_an_article(tell: Callable[..., list[str]]) -> None:
    facts = {"outlet": "The Post", "published": date(2026, 2, 4)}
    first, last = tell("The hall is open. The roof holds.", 0, 1, **facts)
    assert (first, last) == ("The hall is open.", "The roof holds. (The Post, 4 February 2026)")


@pytest.mark.parametrize(
    ("dating", "facts", "label"),
    [
        ("stated", {}, ""),
        ("stated", {"outlet": "The Post"}, " (The Post)"),
        ("stated", {"published": date(2026, 2, 4)}, " (4 February 2026)"),
        ("always", {"outlet": "The Post"}, " (The Post, undated)"),
        ("always", {}, " (undated)"),
        ("published", {"published": date(2026, 2, 4)}, " (published 4 February 2026)"),
        ("published", {}, " (undated)"),
    ],
)
def test_a_label_says_what_is_stated_and_on_demand_what_is_not(
    tell: Callable[..., list[str]], dating: str, facts: dict[str, Any], label: str
) -> None:
    assert tell("The hall is open.", 0, dating=dating, **facts) == [f"The hall is open.{label}"]


def test_a_pronoun_that_speaks_is_named_and_needs_no_sentence_before_it(tell: Callable[..., list[str]]) -> None:
    assert tell(STRAND, 1) == ["[Elin Strand] said that the roof would hold."]
    swedish = "Vassatrafikens vd Peter Öhman sade på en pressträff att budet står fast. Han tillade att schemana ska ses över."
    assert tell(swedish, 1, language="sv") == ["[Peter Öhman] tillade att schemana ska ses över."]


def test_a_pronoun_further_in_is_left_alone(tell: Callable[..., list[str]]) -> None:
    text = "Mayor Elin Strand opened the hall. In the evening she said that the roof would hold."
    assert tell(text, 1) == ["In the evening she said that the roof would hold."]


def test_a_pronoun_is_given_no_other_name_and_no_other_words(index: Any, make_article: Callable[..., Article]) -> None:
    article = make_article("a", None, "Tobias Frisk said that the pool is cold.", STRAND)
    index.builder.ingest_articles([article])
    at = article.text.index(" said that the roof")
    cases = {
        ("Elin Strand", " said that the roof would hold."): True,
        ("Tobias Frisk", " said that the roof would hold."): False,
        ("Elin Strand", " said that the roof would hold. It is made of oak."): False,
    }
    for (name, words), passes in cases.items():
        evidence = Evidence(article.id, article.text_sha256, Span(at, at + len(words)), name)
        named = (FramePart("["), MetadataPart(name, "speaker", evidence), FramePart("]"))
        draft = DraftSentence((*named, SourcePart(words, evidence)))
        assert (Verifier(index.store, TELLING_FRAMES, "en").check(draft) is not None) is passes


def test_a_pronoun_that_nobody_is_known_for_stays_and_brings_the_sentence_before(
    tell: Callable[..., list[str]],
) -> None:
    assert tell(STRAND, 2) == ["She said that the roof would hold. It is made of oak."]
    assert tell("Elin Strand opened the hall. She is 71.", 1) == ["Elin Strand opened the hall. She is 71."]
    assert tell("She is 71.", 0) == ["She is 71."]


def test_a_sentence_that_is_all_quotation_is_told_beside_its_speaker(tell: Callable[..., list[str]]) -> None:
    text = "“The roof will hold,” said Mayor Elin Strand. “We will all see it in the spring.”"
    assert tell(text, 1) == ["Elin Strand, Mayor: “We will all see it in the spring.”"]
    tagged = "Mayor Elin Strand said: “The roof will hold.” “We will all see it,” she added."
    assert tell(tagged, 1) == ["Elin Strand, Mayor: “We will all see it”"]


def test_a_sentence_that_says_more_than_the_quotation_is_told_as_it_stands(tell: Callable[..., list[str]]) -> None:
    text = "Mayor Elin Strand said: “The roof will hold.” “We will all see it,” she added on her way to the hall."
    assert tell(text, 1) == ["“We will all see it,” she added on her way to the hall."]
    named = "“We will all see it,” said Strand. Mayor Elin Strand said no more."
    assert tell(named, 0) == ["“We will all see it,” said Strand."]


def test_a_cut_quotation_is_made_whole(index: Any, make_article: Callable[..., Article]) -> None:
    text = "Frisk said: “You cannot heat a library with promises. Show us a real plan.” Then he left."
    article = make_article("a", None, text)
    index.builder.ingest_articles([article])
    teller = Teller(lambda key: index.store.quotes(article_id=key), "en")
    half = Span(0, text.index(" Show"))
    assert teller.whole(article, [half], 0).of(text) == text.removesuffix(" Then he left.")


def test_what_is_said_of_somebody_silent_holds_words_of_the_question_alone(index: Any) -> None:
    said = Teller(lambda _: (), "en").nothing_from("Macron", "speaker_unknown")
    assert said.text == "Macron: nobody of that name or office is quoted in the articles."
    for question, released in (("What did Macron and Rubio say?", True), ("What did Rubio say?", False)):
        assert (Verifier(index.store, TELLING_FRAMES, "en", question).check(said) is not None) is released
    lone = DraftSentence((FramePart(", "),))
    assert Verifier(index.store, TELLING_FRAMES, "en", "Macron").check(lone) is None
    assert Verifier(index.store, TELLING_FRAMES, "en", "Macron").check(DraftSentence((AskedPart("Macron"),))) is None
