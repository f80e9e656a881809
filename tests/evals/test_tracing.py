from __future__ import annotations

from pathlib import Path

from corpus import read_articles
from corpus.samples import samples_folder
from evals.tracing import score
from index.store import Store


def test_quotations_of_the_sample_corpus_are_traced(tmp_path: Path) -> None:
    store = Store(tmp_path / "traced.db")
    try:
        scores = score(list(read_articles(samples_folder())), store)
    finally:
        store.close()
    assert scores.counts[0] > 30
    assert scores.wrong == ()
    assert (scores.traced, scores.altered, scores.absent) == (1.0, 1.0, 1.0)
