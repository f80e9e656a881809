from __future__ import annotations

import math
from dataclasses import replace

import pytest

from corpus.article import Article, Span
from evals.cases import Case
from evals.evidence import Place, gold_places, overlap, regions
from evals.retrieval_scores import article_ranking, retrieval_scores

CUTOFFS = (1, 5, 10)


def places(*articles: str) -> list[Place]:
    return [Place(name, Span(0, 1)) for name in articles]


def chunk(start: int, end: int, article: str = "a") -> Place:
    return Place(article, Span(start, end))


def values(expected: list[str], ranking: list[str]) -> dict[str, float]:
    scores = retrieval_scores(dict.fromkeys(expected, 1), places(*ranking))
    return {name: score.value for name, score in scores.items()}


def by_hand(relevant: dict[str, int], ranking: list[str]) -> dict[str, float]:
    """Every score from its definition."""
    gains = [relevant.get(name, 0) for name in ranking]
    ranks = [rank for rank, gain in enumerate(gains, start=1) if gain]
    ideal = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(sorted(relevant.values())[::-1][:10], start=1))
    scores = {
        "mrr": 1 / ranks[0] if ranks else 0.0,
        "map": sum(place / rank for place, rank in enumerate(ranks, start=1)) / len(relevant),
        "ndcg@10": sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:10], start=1)) / ideal,
    }
    for cutoff in CUTOFFS:
        within = sum(rank <= cutoff for rank in ranks)
        scores |= {f"recall@{cutoff}": within / len(relevant), f"precision@{cutoff}": within / cutoff}
        scores[f"hit@{cutoff}"] = float(within > 0)
    return scores


@pytest.mark.parametrize(
    ("relevant", "ranking"),
    [
        ({"b": 1}, list("abc")),
        ({"a": 1, "f": 1}, list("abcdefg")),
        ({"k": 1}, list("abcdefghijk")),
        ({"a": 1, "z": 1}, list("bacd")),
        ({"c": 3, "b": 1}, list("abc")),
        ({"a": 1}, []),
    ],
)
def test_scores_are_those_of_their_definitions(relevant: dict[str, int], ranking: list[str]) -> None:
    scores = retrieval_scores(relevant, places(*ranking))

    assert {name: score.value for name, score in scores.items()} == pytest.approx(by_hand(relevant, ranking))


def test_one_expected_article_at_rank_two() -> None:
    """Reciprocal rank and average precision 1/2; gain 1/log2(3) = 0.63093 of an ideal 1."""
    found = values(["b"], ["a", "b", "c"])

    assert [found[name] for name in ("mrr", "map", "recall@1", "recall@5", "precision@5")] == [0.5, 0.5, 0, 1, 0.2]
    assert found["ndcg@10"] == pytest.approx(0.6309298)


def test_nothing_found_is_zero_and_not_missing() -> None:
    assert set(values(["a"], []).values()) == {0.0}
    assert retrieval_scores({"a": 1}, [])["mrr"].why == "expected at rank none of 0 articles found"


def test_nothing_expected_is_not_scored() -> None:
    assert retrieval_scores({}, places("a")) == {}


def test_an_article_stands_where_its_first_chunk_stands() -> None:
    assert article_ranking(places("b", "a", "b", "c", "a")) == ["b", "a", "c"]


def test_a_chunk_counts_if_it_holds_a_whole_gold_span() -> None:
    """Gold at 120-130 (and 125-140, by another annotator) and at 300-310. The chunk at rank 1 holds a half of the first
    alone, rank 2 the first, none the second: one of two relevant chunks, at rank 2."""
    found = [chunk(0, 125), chunk(125, 200), chunk(0, 400, "b"), chunk(400, 500)]
    gold = [chunk(120, 130), chunk(125, 140), chunk(300, 310)]
    scores = {name: score.value for name, score in retrieval_scores({"a": 1}, found, gold).items()}

    assert scores["mrr"] == 1
    assert scores["chunk_mrr"] == 0.5
    assert scores["chunk_recall@1"] == 0
    assert scores["chunk_recall@5"] == 0.5
    assert scores["chunk_hit@5"] == 1
    assert scores["chunk_map"] == 0.25


def test_characters_of_the_first_chunks_against_the_gold() -> None:
    """Gold: 20 characters. The first chunk has 100 with 10 of them, the second 50 with the rest."""
    found = [chunk(0, 100), chunk(100, 150)]
    scores = {name: score.value for name, score in retrieval_scores({"a": 1}, found, [chunk(90, 110)]).items()}

    assert scores["span_recall@1"] == 0.5
    assert scores["span_precision@1"] == 0.1
    assert scores["span_iou@1"] == pytest.approx(10 / 110)
    assert scores["span_recall@5"] == 1
    assert scores["span_iou@5"] == pytest.approx(20 / 150)


def test_characters_found_twice_count_once_and_articles_apart() -> None:
    shares = overlap([chunk(0, 10), chunk(5, 15), chunk(0, 5, "b")], [chunk(10, 20)])

    assert shares == pytest.approx((5 / 20, 5 / 10, 5 / 25))
    assert overlap([], [chunk(0, 1)]) == (0, 0, 0)
    assert [len(region) for region in regions([chunk(5, 9), chunk(0, 6), chunk(9, 10), chunk(0, 6, "b")])] == [2, 1, 1]


def test_gold_stands_at_the_spans_or_where_the_words_stand_once() -> None:
    article = Article("a", "The  Same\nboat sails at 04.00. Another boat at 05.00.", (), "a.txt")
    case = Case("q", "?", "en", answerable=True, articles=("a",), contains=("same boat", "boat", "06.00"))

    def article_of(name: str, sha: str | None) -> Article | None:
        return article if name == "a" else None

    (place,) = gold_places(case, article_of)
    assert place.span.of(article.text) == "Same\nboat"
    spans = (Span(0, 3), Span(4, 6))
    answered = Case("q", "?", "en", answerable=True, articles=("a",), spans=spans)
    assert gold_places(answered, article_of) == (chunk(0, 3), chunk(4, 6))
    two = Case("q", "?", "en", answerable=True, articles=("a", "b"), spans=spans)
    assert gold_places(two, article_of) == ()
    said = replace(two, span_articles=("a", "b"))
    assert gold_places(said, article_of) == (Place("a", Span(0, 3)), Place("b", Span(4, 6)))
