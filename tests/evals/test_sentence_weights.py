"""The fit of a sentence score's weights."""

from __future__ import annotations

import numpy as np

from evals.sentence_weights import Example, fitted
from rag.sentence_score import WEIGHTS


def test_the_fit_finds_what_the_gold_was_drawn_by() -> None:
    random = np.random.default_rng(7)
    true = np.array(WEIGHTS)
    spread = np.array([1, 0.3, 0.3, 0.3, 0.5, 0.5])
    drawn = []
    for _ in range(1_500):
        signals = random.normal(size=(8, len(true))) * spread
        noise = random.gumbel(size=8)
        drawn.append(Example(signals, np.arange(8) == np.argmax(signals @ true + noise), 0))
    found = fitted(drawn)
    assert found[0] == 1
    assert np.abs(found - true).max() < 0.6
    hits = [np.mean([one.hit(weights) for one in drawn]) for weights in (found, np.eye(len(true))[0])]
    assert hits[0] > hits[1] + 0.1
