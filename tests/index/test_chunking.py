"""Chunks are whole sentences within a budget; nothing of a body is lost or said twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Paragraph, Span
from corpus.sentences import sentence_spans
from index.chunking import CHUNK_TOKENS, chunk_article
from index.embedding import Embedder

BUDGET = 20

words = st.text("abcåäöXYZ0123-'", min_size=1, max_size=12)
sentences = st.lists(words, min_size=1, max_size=15).map(lambda found: " ".join(found).capitalize() + ".")
giants = st.lists(words, min_size=BUDGET + 1, max_size=120).map(" ".join)
bodies = st.lists(st.lists(sentences | giants, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=5)
languages = st.lists(st.sampled_from(["en", "sv", None]), min_size=5, max_size=5)
kinds = st.lists(st.sampled_from(["body", "body", "body", "heading"]), min_size=5, max_size=5)


def count(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def article(paragraphs: Sequence[str], tongues: Sequence[str | None], what: Sequence[str]) -> Article:
    placed, start = [], 0
    for paragraph, language, kind in zip(paragraphs, tongues, what, strict=False):
        placed.append(Paragraph(Span(start, start + len(paragraph)), kind, language))  # type: ignore[arg-type]  # drawn
        start += len(paragraph) + 2
    return Article("id", "\n\n".join(paragraphs), tuple(placed), "source", title="T", published=date(2026, 2, 4))


articles = st.builds(article, bodies, languages, kinds)


@given(articles)
def test_every_body_sentence_is_in_exactly_one_chunk(one: Article) -> None:
    covered = [span for chunk in chunk_article(one, count, budget=BUDGET) for span in chunk.sentences]
    assert covered == sorted(covered)
    assert all(not before.overlaps(after) for before, after in pairwise(covered))
    inside = {place for span in covered for place in range(span.start, span.end)}
    for paragraph in one.paragraphs:
        for span in sentence_spans(paragraph.span.of(one.text), paragraph.language):
            places = range(paragraph.span.start + span.start, paragraph.span.start + span.end)
            words = {place for place in places if not one.text[place].isspace()}
            assert (words <= inside) if paragraph.kind == "body" else not (words & inside)


@given(articles)
def test_a_chunk_keeps_to_its_article_its_budget_and_one_language(one: Article) -> None:
    for chunk in chunk_article(one, count, budget=BUDGET):
        assert chunk.document.text == chunk.span.of(one.text)
        assert sum(count([span.of(one.text) for span in chunk.sentences])) <= BUDGET
        assert chunk.span == Span(chunk.sentences[0].start, chunk.sentences[-1].end)
        assert all(span.shifted(chunk.span.start) in chunk.sentences for span in chunk.document.sentences)
        held = {found.language for found in one.paragraphs if found.kind == "body" and found.span.overlaps(chunk.span)}
        assert held == {chunk.language}
        assert chunk.document.header == "T, 2026-02-04"


@given(articles)
def test_ids_are_stable_and_name_the_version(one: Article) -> None:
    first = [chunk.id for chunk in chunk_article(one, count, budget=BUDGET)]
    assert first == [chunk.id for chunk in chunk_article(one, count, budget=BUDGET)]
    assert len(set(first)) == len(first)
    other = replace(one, text=one.text + " ")
    assert not set(first) & {chunk.id for chunk in chunk_article(other, count, budget=BUDGET)}


def test_a_word_without_end_is_split_too() -> None:
    one = article(["x" * 5000 + " y."], ["en"], ["body"])
    chunks = chunk_article(one, lambda texts: [len(text) // 3 for text in texts], budget=200)
    assert "".join(chunk.document.text.replace(" ", "") for chunk in chunks) == "x" * 5000 + "y."
    assert max(len(chunk.document.text) for chunk in chunks) <= 600


def test_no_chunk_is_longer_than_the_model_reads(embedder: Embedder, make_article: Callable[..., Article]) -> None:
    keys = " ".join(f"{number:0200x}" for number in range(3**200, 3**200 + 12))
    one = make_article("keys", "Keys", "a " * 150 + keys + ".")
    counts = embedder.count_tokens([chunk.document.text for chunk in chunk_article(one, embedder.count_tokens)])
    assert max(counts) <= CHUNK_TOKENS
