"""The score of a chunk: more of anything is better, and lexical terms fall silent where a query shares few words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import first_look, fused, shares

SHARE = st.floats(0.05, 1.0)


@given(st.floats(-5, 10), st.floats(-5, 10), SHARE, SHARE, SHARE, SHARE)
def test_more_of_anything_is_better(
    chunk: float, sentence: float, coverage: float, article: float, best_chunk: float, best_article: float
) -> None:
    whole = fused(chunk, sentence, coverage, article, best_chunk, best_article, 6.0)
    assert fused(chunk + 1, sentence, coverage, article, best_chunk, best_article, 6.0) > whole
    assert fused(chunk, sentence + 1, coverage, article, best_chunk, best_article, 6.0) > whole
    assert fused(chunk, sentence, coverage / 2, article, best_chunk, best_article, 6.0) < whole
    assert fused(chunk, sentence, coverage, article / 2, best_chunk, best_article, 6.0) < whole


@given(st.floats(-5, 10), st.floats(-5, 10))
def test_a_query_that_shares_no_word_with_the_corpus_is_ranked_by_its_vector_alone(
    chunk: float, sentence: float
) -> None:
    assert fused(chunk, sentence, 0.3, 0.2, 0.0, 0.0, 6.0) == (chunk + sentence) / 2
    assert first_look(chunk, 0.3, 0.2, 0.0, 0.0, 6.0) == chunk


def test_shares_are_of_what_the_words_could_earn() -> None:
    assert shares({"a": 6.0, "b": 3.0}, 12.0) == {"a": 0.5, "b": 0.25}
    assert shares({"a": 0.4}, 0.0) == {"a": 0.4}, "words that stand everywhere earn next to nothing"
    assert first_look(1.0, 0.5, 0.5, 1.0, 1.0, 6.0) == pytest.approx(1.0 + 2.0 + 3.0)
