"""Scores beside the reference implementations on the same inputs: equal to six digits.

`trec_eval` through pytrec_eval for rankings; SQuAD's evaluation script, as torchmetrics carries it, for exact match and F1.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import pytest

from corpus.article import Span
from evals.answer_scores import exact_match, normalised_tokens, token_f1
from evals.evidence import Place
from evals.retrieval_scores import retrieval_scores

SIX_DIGITS = 5e-7
TREC_EVAL = {
    **{f"recall@{cutoff}": f"recall_{cutoff}" for cutoff in (1, 5, 10)},
    **{f"precision@{cutoff}": f"P_{cutoff}" for cutoff in (1, 5, 10)},
    **{f"hit@{cutoff}": f"success_{cutoff}" for cutoff in (1, 5, 10)},
    **{"mrr": "recip_rank", "map": "map", "ndcg@10": "ndcg_cut_10"},
}
WORDS = (
    "The a an en ett den det åäö Åsa 1912 1,912 $12 12% U.S. well-known well known – — “boat” boat's the. båten Båten. is "
    "miljarder İ ß ﬁ x"
).split()


def rankings(count: int) -> Iterator[tuple[dict[str, int], list[str]]]:
    """Grades of some of 60 articles, and what was found of them, which may be nothing."""
    draw = random.Random(1)
    names = [f"a{number}" for number in range(60)]
    for _ in range(count):
        relevant = {name: draw.randint(1, 3) for name in draw.sample(names, draw.randint(1, 12))}
        yield relevant, draw.sample(names, draw.choice((0, 1, 4, 10, 30)))


def test_rankings_are_scored_as_trec_eval_scores_them() -> None:
    """A question that found nothing is left out by trec_eval, and 0 here."""
    from pytrec_eval import RelevanceEvaluator

    cases = {f"q{number}": case for number, case in enumerate(rankings(2000))}
    run = {name: _scored(found) for name, (_, found) in cases.items() if found}
    judged = {name: relevant for name, (relevant, _) in cases.items()}
    measures = {"recall.1,5,10", "P.1,5,10", "success.1,5,10", "recip_rank", "map", "ndcg_cut.10"}
    reference = RelevanceEvaluator(judged, measures).evaluate(run)

    assert 0 < len(cases) - len(run) < len(cases) / 2
    for name, (relevant, found) in cases.items():
        ours = retrieval_scores(relevant, [Place(article, Span(0, 1)) for article in found])
        theirs: Mapping[str, float] = reference.get(name, dict.fromkeys(TREC_EVAL.values(), 0.0))
        for score, called in TREC_EVAL.items():
            assert ours[score].value == pytest.approx(theirs[called], abs=SIX_DIGITS), (name, score)


def _scored(found: list[str]) -> dict[str, float]:
    return {name: float(-rank) for rank, name in enumerate(found)}


def test_english_answers_are_scored_as_squads_script_scores_them() -> None:
    """3,000 pairs, many of which are equal but for a full stop and some of which have no words left."""
    from torchmetrics.functional.text import squad

    draw = random.Random(2)
    empty = 0
    for _ in range(3000):
        prediction, gold = (" ".join(draw.choices(WORDS, k=draw.randint(0, 6))) for _ in range(2))
        if draw.random() < 0.3:
            gold = f"{prediction}."
        empty += not normalised_tokens(prediction) and not normalised_tokens(gold)
        reference = squad(
            {"prediction_text": prediction, "id": "1"},
            {"answers": {"answer_start": [0], "text": [gold]}, "id": "1"},
        )
        assert exact_match(prediction, gold) == pytest.approx(float(reference["exact_match"]) / 100, abs=SIX_DIGITS)
        assert token_f1(prediction, gold) == pytest.approx(float(reference["f1"]) / 100, abs=SIX_DIGITS)
    assert empty > 100
