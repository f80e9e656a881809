from __future__ import annotations

from types import SimpleNamespace

import pytest

from evals.retrieval_scores import article_ranking, retrieval_scores


def values(expected: list[str], ranking: list[str]) -> dict[str, float]:
    return {name: score.value for name, score in retrieval_scores(expected, ranking).items()}


def test_one_expected_article_at_rank_two() -> None:
    """Reciprocal rank 1/2; gain 1/log2(3) = 0.63093 of an ideal 1."""
    assert values(["b"], ["a", "b", "c"]) == pytest.approx(
        {
            **{"recall@1": 0, "recall@5": 1, "recall@10": 1, "hit@1": 0, "hit@5": 1, "hit@10": 1},
            **{"mrr": 0.5, "ndcg@10": 0.6309298},
        }
    )


def test_two_expected_articles_one_at_rank_one_and_one_at_rank_six() -> None:
    """Gain 1/log2(2) + 1/log2(7) = 1 + 0.35621; ideal 1 + 1/log2(3) = 1.63093; the quotient is 0.83156."""
    assert values(["a", "f"], list("abcdefg")) == pytest.approx(
        {
            **{"recall@1": 0.5, "recall@5": 0.5, "recall@10": 1, "hit@1": 1, "hit@5": 1, "hit@10": 1},
            **{"mrr": 1, "ndcg@10": 0.8315546},
        }
    )


def test_rank_eleven_counts_for_the_reciprocal_rank_alone() -> None:
    found = values(["k"], list("abcdefghijk"))

    assert found.pop("mrr") == pytest.approx(1 / 11)
    assert set(found.values()) == {0.0}


def test_nothing_found_is_zero_and_not_missing() -> None:
    assert set(values(["a"], []).values()) == {0.0}
    assert retrieval_scores(["a"], [])["mrr"].why == "expected at rank none of 0 articles found"


def test_nothing_expected_is_not_scored() -> None:
    assert retrieval_scores([], ["a"]) == {}


def test_an_article_stands_where_its_first_hit_stands() -> None:
    hits = [SimpleNamespace(article_id=name) for name in ("b", "a", "b", "c", "a")]

    assert article_ranking(hits) == ["b", "a", "c"]  # type: ignore[arg-type]  # a hit is asked for its article alone
