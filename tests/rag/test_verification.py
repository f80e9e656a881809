"""Nothing passes that the articles do not carry, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.article import Article, Span, article_id
from rag.draft import (
    DraftPart,
    DraftSentence,
    Evidence,
    FramePart,
    MetadataPart,
    ParaphrasePart,
    SourcePart,
)
from rag.verification import Verified, Verifier

FRAMES = {": “", "”", ", ", " (", ")"}
HORII_ARTICLE = article_id("minerals")
SAID = "We are all in the same boat here."
LEVER = "It is a tool of leverage in the world."


@pytest.fixture
def minerals(index: Any, make_article: Callable[..., Article]) -> Article:
    """An article with a quotation each of Iwao Horii and Marco Rubio, indexed beside an undated one without quotations."""
    article = make_article(
        "minerals",
        "Minerals",
        f"Japanese State Minister Iwao Horii said: “{SAID}” The ministers met for two days in Washington.",
        f"Secretary of State Marco Rubio said: “{LEVER}”",
        outlet="The Gazette",
        published=date(2026, 2, 4),
    )
    index.builder.ingest_articles([article, make_article("other", "Other", "The harbour closes on Monday, it said.")])
    return article


@pytest.fixture
def check(index: Any, minerals: Article) -> Callable[..., Verified]:
    """`check(parts, parts, ...)`: what becomes of a draft of such sentences, in Swedish if asked."""

    def checked(*sentences: tuple[DraftPart, ...], language: str = "en") -> Verified:
        verifier = Verifier(index.store, FRAMES, language)
        released = [verifier.check(DraftSentence(parts)) for parts in sentences]
        result = verifier.result()
        assert tuple(sentence for sentence in released if sentence is not None) == result.sentences
        return result

    return checked


def evidence(article: Article, words: str, speaker: str | None = None) -> Evidence:
    start = article.text.index(words)
    return Evidence(article.id, article.text_sha256, Span(start, start + len(words)), speaker)


def source(article: Article, words: str, speaker: str | None = None) -> SourcePart:
    return SourcePart(words, evidence(article, words, speaker))


def quotation(
    article: Article, words: str = SAID, name: str = "Iwao Horii", role: str = "Japanese State Minister"
) -> Any:
    """The parts of `name, role: “words” (outlet, date)`."""
    where = evidence(article, words, name)
    return (
        MetadataPart(name, "speaker", where),
        FramePart(", "),
        MetadataPart(role, "role", where),
        FramePart(": “"),
        SourcePart(words, where),
        FramePart("”"),
        FramePart(" ("),
        MetadataPart("The Gazette", "outlet", where),
        FramePart(", "),
        MetadataPart("4 February 2026", "published", where),
        FramePart(")"),
    )


def test_an_honest_draft_passes_with_citations_by_first_use(check: Any, minerals: Article) -> None:
    fact = (source(minerals, "The ministers met for two days in Washington."),)
    rubio = quotation(minerals, LEVER, "Marco Rubio", "Secretary of State")
    result = check(rubio, fact, quotation(minerals), rubio)
    assert result.removed == ()
    assert [sentence.markers for sentence in result.sentences] == [(1,), (2,), (3,), (1,)]
    assert [citation.marker for citation in result.citations] == [1, 2, 3]
    assert [citation.speaker for citation in result.citations] == ["Marco Rubio", None, "Iwao Horii"]
    for citation in result.citations:
        assert citation.quote == citation.span.of(minerals.text)
        assert (citation.article_id, citation.text_sha256) == (minerals.id, minerals.text_sha256)
        assert (citation.outlet, citation.published, citation.title) == ("The Gazette", "2026-02-04", "Minerals")
    assert result.sentences[2].text == (
        "Iwao Horii, Japanese State Minister: “We are all in the same boat here.” (The Gazette, 4 February 2026) [3]"
    )


def test_dates_are_stated_in_the_answer_s_language(check: Any, minerals: Article) -> None:
    where = evidence(minerals, SAID)
    dated = (
        SourcePart(SAID, where),
        FramePart(" ("),
        MetadataPart("4 februari 2026", "published", where),
        FramePart(")"),
    )
    assert check(dated, language="sv").removed == ()
    assert check(dated).sentences == ()


def other(minerals: Article, **changes: Any) -> SourcePart:
    return SourcePart(SAID, replace(evidence(minerals, SAID, "Iwao Horii"), **changes))


DISHONEST: dict[str, tuple[Callable[[Article], tuple[DraftPart, ...]], str]] = {
    "an altered word": (
        lambda a: (SourcePart(SAID.replace("all", "not"), evidence(a, SAID)),),
        "not in the cited article",
    ),
    "a shifted span": (lambda a: (other(a, span=Span(43, 76)),), "not in the cited article"),
    "no words": (lambda a: (SourcePart("", Evidence(a.id, a.text_sha256, Span(3, 3))),), "not in the cited article"),
    "an unknown article": (lambda a: (other(a, article_id="0" * 16),), "does not exist"),
    "an unknown version": (lambda a: (other(a, text_sha256="0" * 64),), "does not exist"),
    "another speaker": (lambda a: (other(a, speaker="Marco Rubio"),), "not quoted from Marco Rubio"),
    "an invented speaker": (lambda a: (other(a, speaker="Elon Musk"),), "not quoted from Elon Musk"),
    "half a quotation": (lambda a: (source(a, "We are all in the same", "Iwao Horii"),), "not quoted from Iwao Horii"),
    "words around a quotation": (lambda a: (source(a, "for two days", "Iwao Horii"),), "not quoted from Iwao Horii"),
    "an invented role": (lambda a: quotation(a, role="Emperor"), "states no role 'Emperor'"),
    "an invented name": (
        lambda a: (*quotation(a)[4:6], MetadataPart("Musk", "speaker", evidence(a, SAID))),
        "no speaker",
    ),
    "an invented outlet": (lambda a: (source(a, SAID), MetadataPart("BBC", "outlet", evidence(a, SAID))), "no outlet"),
    "an invented title": (lambda a: (source(a, SAID), MetadataPart("Boats", "title", evidence(a, SAID))), "no title"),
    "an invented date": (
        lambda a: (source(a, SAID), MetadataPart("5 February 2026", "published", evidence(a, SAID))),
        "no published '5 February 2026'",
    ),
    "free text": (lambda a: (FramePart("Everybody agreed: "), source(a, SAID)), "not a known template"),
    "nothing but frames": (lambda a: (FramePart(" ("), FramePart(")")), "no source text"),
    "nothing but metadata": (lambda a: quotation(a)[:3], "no source text"),
}


@pytest.mark.parametrize("kind", DISHONEST)
def test_a_dishonest_sentence_is_removed_with_a_reason(check: Any, minerals: Article, kind: str) -> None:
    parts, reason = DISHONEST[kind]
    result = check(parts(minerals), quotation(minerals))
    assert [removed.text for removed in result.removed] == ["".join(part.text for part in parts(minerals))]
    assert reason in result.removed[0].reason
    assert [citation.marker for citation in result.citations] == [1]
    assert len(result.sentences) == 1


def test_words_of_one_article_are_not_another_s(check: Any, minerals: Article, index: Any) -> None:
    harbour = next(article for article in index.store.live_articles() if article.title == "Other")
    moved = replace(evidence(minerals, SAID), article_id=harbour.id, text_sha256=harbour.text_sha256)
    assert check((SourcePart(SAID, moved),)).sentences == ()
    dated = (
        source(harbour, "The harbour closes"),
        MetadataPart("4 February 2026", "published", evidence(harbour, "The")),
    )
    assert check(dated).sentences == ()


@pytest.mark.parametrize("claimed", [None, "Iwao Horii"])
def test_one_speaker_s_name_beside_another_s_words_is_removed(
    check: Any, minerals: Article, claimed: str | None
) -> None:
    name = MetadataPart("Marco Rubio", "speaker", evidence(minerals, LEVER, "Marco Rubio"))
    assert check((name, FramePart(": “"), source(minerals, SAID, claimed), FramePart("”"))).sentences == ()


def test_one_speaker_s_office_beside_another_s_name_is_removed(check: Any, minerals: Article) -> None:
    name, comma, _, *rest = quotation(minerals)
    office = MetadataPart("Secretary of State", "role", evidence(minerals, LEVER, "Marco Rubio"))
    assert check((name, comma, office, *rest)).sentences == ()


def test_one_speaker_s_name_beside_another_s_words_is_removed_though_both_are_cited(
    check: Any, minerals: Article
) -> None:
    name = MetadataPart("Marco Rubio", "speaker", evidence(minerals, LEVER, "Marco Rubio"))
    horii, rubio = source(minerals, SAID, "Iwao Horii"), source(minerals, LEVER, "Marco Rubio")
    assert check((name, FramePart(": “"), horii, FramePart("”"), FramePart(", "), rubio)).sentences == ()


def test_one_article_s_date_beside_another_s_words_is_removed(check: Any, minerals: Article, index: Any) -> None:
    harbour = next(article for article in index.store.live_articles() if article.title == "Other")
    dated = MetadataPart("4 February 2026", "published", evidence(minerals, SAID))
    assert (
        check((source(harbour, "The harbour closes on Monday"), FramePart(" ("), dated, FramePart(")"))).sentences == ()
    )


def test_a_span_past_the_text_is_removed(check: Any, minerals: Article) -> None:
    whole = Evidence(minerals.id, minerals.text_sha256, Span(0, len(minerals.text) + 1))
    assert check((SourcePart(minerals.text, whole),)).sentences == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.tuples(st.integers(0, 33), st.integers(0, 4)),
    put=st.text(max_size=4),
    shift=st.tuples(st.integers(-6, 6), st.integers(-6, 6)),
    verbatim=st.booleans(),
    speaker=st.sampled_from(["Iwao Horii", "Marco Rubio", None]),
)
def test_no_mutation_of_an_honest_part_is_released(
    check: Any,
    minerals: Article,
    cut: tuple[int, int],
    put: str,
    shift: tuple[int, int],
    verbatim: bool,
    speaker: str | None,
) -> None:
    honest = evidence(minerals, SAID).span
    span = Span(honest.start + shift[0], honest.end + shift[1])
    there = span.of(minerals.text)
    words = there if verbatim else SAID[: cut[0]] + put + SAID[cut[0] + cut[1] :]
    result = check((SourcePart(words, replace(evidence(minerals, SAID), span=span, speaker=speaker)),))
    spoken = speaker is None or (speaker == "Iwao Horii" and span == honest)
    assert bool(result.sentences) == (words == there and spoken)


def test_the_same_place_in_another_article_is_no_evidence(
    index: Any, check: Callable[..., Verified], make_article: Callable[..., Article]
) -> None:
    said = SAID.replace("boat", "ship")
    other = make_article("twin", "Twin", f"Japanese State Minister Akio Saito said: “{said}”")
    index.builder.ingest_articles([other])
    mine = source(other, said, "Akio Saito")
    theirs = source(other, said, "Iwao Horii")
    assert mine.evidence.span == source(index.store.article(HORII_ARTICLE), SAID).evidence.span
    assert check((mine,)).sentences
    assert check((theirs,)).removed[0].reason == "the cited words are not quoted from Iwao Horii"


# A language model's words


@pytest.fixture
def check_paraphrase(index: Any, minerals: Article) -> Callable[..., Verified]:
    """`check_paraphrase(parts, words, ...)`: what becomes of a sentence said to be carried by the sentences that are `words`."""

    def checked(parts: tuple[DraftPart, ...], *carried_by: str, language: str = "en") -> Verified:
        verifier = Verifier(index.store, {"“", "”"}, language, words=index.retriever.words)
        verifier.check(DraftSentence(parts, tuple(evidence(minerals, words) for words in carried_by)))
        return verifier.result()

    return checked


RUBIO = f"Secretary of State Marco Rubio said: “{LEVER}”"
HORII = f"Japanese State Minister Iwao Horii said: “{SAID}”"
MET = "The ministers met for two days in Washington."


@pytest.mark.parametrize(
    ("text", "carried_by"),
    [
        ("The ministers met in Washington for 2 days.", MET),
        ("Rubio said it is a tool of leverage.", RUBIO),
        ("According to Marco Rubio it is a tool of leverage in the world.", RUBIO),
        ("Horii, the Japanese State Minister, said we are all in the same boat.", HORII),
    ],
)
def test_a_paraphrase_that_its_source_carries_passes(
    check_paraphrase: Callable[..., Verified], text: str, carried_by: str
) -> None:
    (sentence,) = check_paraphrase((ParaphrasePart(text),), carried_by).sentences
    assert sentence.text == f"{text} [1]"
    assert [part.kind for part in sentence.parts] == ["paraphrase"]


@pytest.mark.parametrize(
    ("text", "carried_by", "reason"),
    [
        ("The ministers met in Washington for 3 days.", MET, "do not state '3 days'"),
        ("The ministers met in Tokyo for two days.", MET, "do not name 'Tokyo'"),
        ("Musk met the ministers for two days in Washington.", MET, "do not hold 'musk'"),
        ("The ministers did not meet in Washington for two days.", MET, "says not"),
        ("The ministers quarrelled loudly over fishing quotas.", MET, "share too little"),
        ("Horii said it is a tool of leverage in the world.", RUBIO, "are Marco Rubio's"),
        ("The ministers met for two days in Washington after a long flight home.", MET, "do not say"),
        ("The mayor met for two days in Washington.", MET, "office 'mayor'"),
        ("The ministers met “for two weeks” in Washington.", MET, "quotation marks"),
        ("The ministers met «in secret» in Washington.", MET, "quotation marks"),
    ],
)
def test_a_paraphrase_that_its_source_does_not_carry_is_removed(
    check_paraphrase: Callable[..., Verified], text: str, carried_by: str, reason: str
) -> None:
    result = check_paraphrase((ParaphrasePart(text),), carried_by)
    assert result.sentences == ()
    assert reason in result.removed[0].reason


def test_a_paraphrase_that_nothing_is_said_to_carry_is_removed(check_paraphrase: Callable[..., Verified]) -> None:
    assert check_paraphrase((ParaphrasePart(MET),)).removed[0].reason == "no sentence of the articles carries it"


def test_words_given_to_somebody_else_are_removed_although_both_names_stand_there(
    check_paraphrase: Callable[..., Verified], minerals: Article
) -> None:
    parts = (ParaphrasePart("Horii said: "), FramePart("“"), source(minerals, LEVER), FramePart("”"))
    assert "not Iwao Horii's" in check_paraphrase(parts, RUBIO, HORII).removed[0].reason


def test_a_quotation_in_a_paraphrase_is_cited_at_its_own_words(
    check_paraphrase: Callable[..., Verified], minerals: Article
) -> None:
    parts = (ParaphrasePart("Rubio said: "), FramePart("“"), source(minerals, LEVER), FramePart("”"))
    result = check_paraphrase(parts, RUBIO)
    assert [citation.quote for citation in result.citations] == [LEVER]
    assert [part.kind for part in result.sentences[0].parts] == ["paraphrase", "frame", "source", "frame"]


class Doubter:
    """Says of nothing that it follows, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], str]] = []

    def entails(self, sources: Sequence[str], claim: str) -> bool:
        self.asked.append((list(sources), claim))
        return False


def test_a_second_opinion_is_asked_about_paraphrases_that_the_rules_let_pass(index: Any, minerals: Article) -> None:
    doubter = Doubter()
    verifier = Verifier(index.store, FRAMES, "en", entailment=doubter, words=index.retriever.words)
    carried = (evidence(minerals, MET),)
    assert verifier.check(DraftSentence((ParaphrasePart("The ministers met in Tokyo."),), carried)) is None
    assert doubter.asked == []
    assert verifier.check(DraftSentence((ParaphrasePart(MET),), carried)) is None
    assert doubter.asked == [([MET], MET)]
    assert verifier.result().removed[-1].reason == "it does not follow from the cited words"
    assert verifier.check(DraftSentence(quotation(minerals))) is not None
    alone = Verifier(index.store, FRAMES, "en", words=index.retriever.words)
    assert alone.check(DraftSentence((ParaphrasePart(MET),), carried)) is not None


def test_without_word_vectors_no_paraphrase_passes(index: Any, minerals: Article) -> None:
    verifier = Verifier(index.store, FRAMES, "en")
    assert verifier.check(DraftSentence((ParaphrasePart(MET),), (evidence(minerals, MET),))) is None
