"""Ways to cut articles, and what is read of what they find."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article, Span
from evals.cases import Case, Dataset
from evals.chunking_table import PRESENT, WAYS, read_within, scores_of, table
from evals.evidence import Place
from index.chunking import MAX_CHUNK_TOKENS
from index.embedding import Embedder

SENTENCES = [f"The ferry number {at} left the quay at {at % 12} in the morning." for at in range(60)]


@pytest.fixture
def article(make_article: Callable[..., Article]) -> Article:
    """Sixty sentences in six paragraphs."""
    return make_article("a", "Ferries", *(" ".join(SENTENCES[at : at + 10]) for at in range(0, 60, 10)))


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_way_loses_no_sentence_and_fits_the_embedder(way: Any, article: Article, fake_embedder: Any) -> None:
    for cut in filter(None, (way.cut, way.read)):
        chunks = cut(article, fake_embedder.count_tokens)
        assert {span for chunk in chunks for span in chunk.sentences} == {
            span for chunk in PRESENT.cut(article, fake_embedder.count_tokens) for span in chunk.sentences
        }
        assert all(chunk.document.text == chunk.span.of(article.text) for chunk in chunks)
        assert max(fake_embedder.count_tokens([chunk.document.text for chunk in chunks])) <= MAX_CHUNK_TOKENS
        assert len({chunk.id for chunk in chunks}) == len(chunks)


def test_what_is_found_in_a_sentence_is_read_in_the_chunk_around_it(article: Article, embedder: Embedder) -> None:
    at = article.text.index("number 42 left")
    case = Case(
        "c", "When did ferry number 42 leave?", "en", answerable=True, articles=(article.id,), spans=(Span(at, at + 9),)
    )
    dataset = Dataset("d", (case,), articles=(article,))
    found = {way.name: scores_of(way, dataset, [case], embedder) for way in WAYS}
    assert found["one sentence"][0] == 60
    assert found["one sentence, read as 200 tokens"][0] == 60
    alone, wider = found["one sentence"][1][0], found["one sentence, read as 200 tokens"][1][0]
    assert alone["span_precision@5"] > wider["span_precision@5"] > 0
    lines = table({name: {"d": one} for name, one in found.items()})
    assert [line.split(" | ")[0] for line in lines[2:]] == [f"| {way.name}" for way in WAYS]
    assert lines[2].endswith("|  |")


@given(
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 50), st.integers(0, 30)), max_size=8), st.integers(0, 80)
)
def test_reading_counts_each_character_once_and_stops_at_the_budget(
    places: list[tuple[str, int, int]], budget: int
) -> None:
    found = [Place(name, Span(start, start + length)) for name, start, length in places]
    read = list(read_within(found, budget))
    characters = [(one.article_id, at) for one in read for at in range(one.span.start, one.span.end)]
    every = {(one.article_id, at) for one in found for at in range(one.span.start, one.span.end)}
    assert len(characters) <= budget
    assert set(characters) <= every
