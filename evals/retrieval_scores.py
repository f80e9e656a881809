"""How well the right article is found: recall, hits, reciprocal rank and nDCG as `ir_measures` computes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from evals.score import Score
from index.retrieval import Hit

DEPTH = 30
"""Hits asked for; several may lie in one article, so that the ranking of articles is shorter."""


def article_ranking(hits: Iterable[Hit]) -> list[str]:
    """Article ids in the order of each article's first hit."""
    return list(dict.fromkeys(hit.article_id for hit in hits))


def retrieval_scores(expected: Sequence[str], ranking: Sequence[str]) -> dict[str, Score]:
    """Scores of one ranking; none where no article is expected.

    `recall@k` is the share of the expected articles among the first k, `hit@k` is 1 if any of them is there.
    """
    if not expected:
        return {}
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    names = {RR: "mrr", nDCG @ 10: "ndcg@10"}
    for cutoff in (1, 5, 10):
        names[R @ cutoff] = f"recall@{cutoff}"
        names[Success @ cutoff] = f"hit@{cutoff}"
    relevant = {"q": dict.fromkeys(expected, 1)}
    run = {"q": {found: float(len(ranking) - rank) for rank, found in enumerate(ranking)}}
    ranks = [rank for rank, found in enumerate(ranking, start=1) if found in expected]
    why = f"expected at rank {', '.join(map(str, ranks)) or 'none'} of {len(ranking)} articles found"
    values = {names[metric.measure]: metric.value for metric in ir_measures.iter_calc(list(names), relevant, run)}
    return {name: Score(values[name], why) for name in sorted(values)}
