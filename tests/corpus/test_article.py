from __future__ import annotations

import hashlib
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import Article, Paragraph, Span
from corpus.article import article_id

TEXT = "Sjön låg stilla. 🚤 The lake lay still."
offsets = st.integers(0, len(TEXT))
spans = st.tuples(offsets, offsets).map(lambda ends: Span(min(ends), max(ends)))


@given(spans)
def test_a_span_covers_exactly_its_own_characters(span: Span) -> None:
    assert span.of(TEXT) == TEXT[span.start : span.end]
    assert len(span) == len(span.of(TEXT))


@given(spans, spans)
def test_containing_and_overlapping_agree_with_the_characters_shared(one: Span, other: Span) -> None:
    shared = set(range(one.start, one.end)) & set(range(other.start, other.end))

    assert one.contains(one)
    assert one.overlaps(other) == other.overlaps(one)
    if len(one) and len(other):
        assert one.overlaps(other) == bool(shared)
        assert one.contains(other) == (len(shared) == len(other))


@given(spans, st.text(max_size=20))
def test_a_shifted_span_covers_the_same_characters_further_on(span: Span, before: str) -> None:
    assert span.shifted(len(before)).of(before + TEXT) == span.of(TEXT)
    assert span.shifted(len(before)).shifted(-len(before)) == span


@given(spans, spans)
def test_spans_sort_by_where_they_start(one: Span, other: Span) -> None:
    assert (one < other) == ((one.start, one.end) < (other.start, other.end))


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (4, 3), (-2, -1)])
def test_a_span_that_runs_backwards_or_starts_before_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span(start, end)


def test_an_article_cannot_be_changed() -> None:
    article = Article("a", TEXT, (), "lake.txt")

    for attribute in ("text", "id", "text_sha256", "title"):
        with pytest.raises(FrozenInstanceError):
            setattr(article, attribute, "other")
    with pytest.raises(FrozenInstanceError):
        Span(0, 1).end = 5  # type: ignore[misc]  # the point of the test
    assert article.text == TEXT


@given(st.text(max_size=50))
def test_the_sha256_is_that_of_the_text_and_of_nothing_else(text: str) -> None:
    article = Article("a", text, (), "lake.txt")

    assert article.text_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert Article("b", text, (), "pond.txt", title="Another title").text_sha256 == article.text_sha256
    assert Article("a", text + ".", (), "lake.txt").text_sha256 != article.text_sha256


def test_a_paragraph_outside_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the text"):
        Article("a", "Short.", (Paragraph(Span(0, 7), "body", "en"),), "lake.txt")


def test_ids_are_short_stable_and_different_for_different_keys() -> None:
    assert article_id("https://example.org/åmål") == "57807071bdad4db8"
    assert len({article_id(f"https://example.org/{number}") for number in range(1000)}) == 1000
