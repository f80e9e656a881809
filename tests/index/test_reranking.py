"""Reranking: any order at all, and a real cross-encoder of random weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from corpus.article import Article
from index.errors import RerankerNotFoundError
from index.reranking import CrossEncoderReranker, Reranker
from index.retrieval import Retriever
from rag import Assistant, Settings

QUERY = "When does the ferry leave?"


class Backwards(Reranker):
    """Likes texts the better the later they come; remembers what it was shown."""

    name = "backwards"

    def __init__(self) -> None:
        self.seen: list[tuple[str, list[str]]] = []

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        self.seen.append((question, list(texts)))
        return [float(place) for place in range(len(texts))]


@pytest.fixture
def filled(index: Any, make_article: Callable[..., Article]) -> Any:
    """Forty articles of one chunk each."""
    index.builder.ingest_articles(
        make_article(f"a{at}", f"Ferry {at}", f"The ferry number {at} leaves at {at % 24} every day.")
        for at in range(40)
    )
    return index


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """`tiny(labels)` is the folder of a real cross-encoder of two small layers, with random weights."""

    def save(labels: int) -> Path:
        import torch
        from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

        folder = tmp_path_factory.mktemp("cross-encoder")
        letters = "abcdefghijklmnopqrstuvwxyz0123456789"
        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
        (folder / "vocab.txt").write_text("\n".join(words))
        torch.manual_seed(0)
        config = BertConfig(
            vocab_size=len(words),
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            num_labels=labels,
            initializer_range=1.0,
        )
        BertForSequenceClassification(config).save_pretrained(folder)
        BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
        return folder

    return save


def test_the_best_thirty_are_ordered_anew_and_the_rest_follow(filled: Any, fake_embedder: Any) -> None:
    plain = [hit.chunk.id for hit in filled.retriever.search(QUERY, limit=40)]
    reranker = Backwards()
    searched = Retriever(filled.store, filled.vectors, fake_embedder, reranker=reranker)
    hits = searched.search(QUERY, limit=40)
    assert [hit.chunk.id for hit in hits] == [*reversed(plain[:30]), *plain[30:]]
    assert reranker.seen == [(QUERY, [hit.text for hit in reversed(hits[:30])])]
    assert [hit.chunk.id for hit in searched.search(QUERY, limit=3)] == [
        hit.chunk.id for hit in searched.search(QUERY)
    ][:3]


def test_nothing_found_is_not_reranked(index: Any, fake_embedder: Any) -> None:
    reranker = Backwards()
    assert Retriever(index.store, index.vectors, fake_embedder, reranker=reranker).search(QUERY) == []
    assert reranker.seen == []


def test_a_cross_encoder_orders_hits_by_its_own_scores(
    filled: Any, fake_embedder: Any, tiny: Callable[[int], Path]
) -> None:
    reranker = CrossEncoderReranker(str(tiny(1)))
    hits = Retriever(filled.store, filled.vectors, fake_embedder, reranker=reranker).search(QUERY, limit=30)
    scores = reranker.scores(QUERY, [hit.text for hit in hits])
    assert len(set(scores)) > 10
    assert scores == pytest.approx(sorted(scores, reverse=True), abs=1e-6)
    assert sorted(hit.text for hit in hits) == sorted(hit.text for hit in filled.retriever.search(QUERY, limit=30))


def test_a_reranker_that_is_not_there_or_does_not_rank_says_what_to_do(
    tmp_path: Path, tiny: Callable[[int], Path]
) -> None:
    missing = CrossEncoderReranker(str(tmp_path))
    with pytest.raises(RerankerNotFoundError, match="cannot be loaded") as caught:
        missing.scores("What?", ["That."])
    assert "CITERA_RERANKER" in caught.value.remedy
    with pytest.raises(RerankerNotFoundError, match="3 classes"):
        CrossEncoderReranker(str(tiny(3))).scores("What?", ["That."])


def test_it_is_a_setting_that_is_loaded_with_the_first_question(
    tmp_path: Path, cache: Path, make_article: Callable[..., Article]
) -> None:
    settings = Settings(home=tmp_path / "home", cache=cache, reranker=str(tmp_path))
    assert settings.digest != Settings(home=tmp_path / "home", cache=cache).digest
    with Assistant.open(settings) as assistant:
        assistant.ingest_articles([make_article("a", "Ferry", "The ferry leaves at noon every day of the week.")])
        with pytest.raises(RerankerNotFoundError, match="cannot be loaded"):
            assistant.ask(QUERY)
