"""How well the gold is found: ranked articles and ranked chunks as `ir_measures` scores them, and characters.

By article, what counts is the first chunk of each article. By chunk, a chunk counts if it holds a whole gold span. By
character, it is the first k chunks against all gold spans. The last two need gold spans.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from evals.evidence import Place, overlap, regions
from evals.score import Score

if TYPE_CHECKING:
    from ir_measures import Measure

DEPTH = 30
"""Chunks asked for; several may lie in one article, so that the ranking of articles is shorter."""
CUTOFFS = (1, 5, 10)


def article_ranking(found: Iterable[Place]) -> list[str]:
    """Article ids in the order of each article's first chunk."""
    return list(dict.fromkeys(place.article_id for place in found))


def retrieval_scores(
    expected: Mapping[str, int], found: Sequence[Place], gold: Sequence[Place] = ()
) -> dict[str, Score]:
    """Scores of the chunks `found`, best first; none where no article is expected. `expected` gives each article a grade.

    `recall@k` is the share of what is expected among the first k, `precision@k` the share of the first k that is
    expected, `hit@k` 1 if anything expected is there, `map` average precision; grades count for `ndcg@10` alone.
    `chunk_` and `span_` stand before the scores by chunk and by character.
    """
    if not expected:
        return {}
    scores = _ranked("", "articles", expected, article_ranking(found))
    if gold:
        scores |= _ranked("chunk_", "chunks", *_chunks(found, gold))
        for cutoff in CUTOFFS:
            shares = overlap(found[:cutoff], gold)
            why = f"of characters: precision {shares.precision:.3f}, recall {shares.recall:.3f}, IoU {shares.iou:.3f}"
            for name, value in shares._asdict().items():
                scores[f"span_{name}@{cutoff}"] = Score(value, why)
    return scores


def _chunks(found: Sequence[Place], gold: Sequence[Place]) -> tuple[dict[str, int], list[str]]:
    """Which chunks are relevant, and their ranking. Gold that no found chunk holds is as many chunks that were not found."""
    names = [f"chunk {rank}" for rank in range(len(found))]
    relevant = {name: 1 for name, chunk in zip(names, found, strict=True) if any(map(chunk.contains, gold))}
    for number, region in enumerate(regions(gold)):
        if not any(chunk.contains(place) for chunk in found for place in region):
            relevant[f"not found {number}"] = 1
    return relevant, names


def _ranked(prefix: str, items: str, relevant: Mapping[str, int], ranking: Sequence[str]) -> dict[str, Score]:
    import ir_measures

    names = _measures()
    run = {"q": {found: float(len(ranking) - rank) for rank, found in enumerate(ranking)}}
    values = ir_measures.iter_calc(list(names), {"q": dict(relevant)}, run)
    ranks = [rank for rank, found in enumerate(ranking, start=1) if found in relevant]
    why = f"expected at rank {', '.join(map(str, ranks)) or 'none'} of {len(ranking)} {items} found"
    by_name = {names[metric.measure]: metric.value for metric in values}
    return {f"{prefix}{name}": Score(by_name[name], why) for name in names.values()}


@cache
def _measures() -> dict[Measure, str]:
    from ir_measures import AP, RR, P, R, Success, nDCG

    at_cutoffs = {"recall": R, "precision": P, "hit": Success}
    names = {measure @ cutoff: f"{name}@{cutoff}" for name, measure in at_cutoffs.items() for cutoff in CUTOFFS}
    return names | {RR: "mrr", AP: "map", nDCG @ 10: "ndcg@10"}
