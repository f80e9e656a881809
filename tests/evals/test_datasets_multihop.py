from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evals.datasets import load_dataset
from evals.errors import DatasetError


def news(number: int, body: str) -> dict[str, Any]:
    return {
        "title": f"Story {number}",
        "author": "Mia Berg" if number == 1 else None,
        "source": "The Sundvik Post",
        "published_at": "2023-10-01T14:00:29+00:00",
        "category": "technology",
        "url": f"https://post.example/{number}",
        "body": body,
    }


def evidence(number: int, fact: str) -> dict[str, Any]:
    return {key: value for key, value in news(number, "").items() if key != "body"} | {"fact": fact}


CORPUS = [
    news(1, "The ferry was late.\nIts owner, Nils Åkerö, blamed\nthe ice."),
    news(2, "Nils Åkerö bought the shipyard. He paid 4 million."),
    news(3, "Nothing happened. Nothing happened."),
]
QUERIES: list[dict[str, Any]] = [
    {
        "query": "Who owns the ferry and the shipyard?",
        "answer": "Nils Åkerö",
        "question_type": "inference_query",
        "evidence_list": [
            evidence(1, "Its owner, Nils Åkerö, blamed the ice."),
            evidence(2, "Nils Åkerö bought the shipyard."),
            evidence(1, "The ferry was delayed."),
        ],
    },
    {
        "query": "Did both stories report ice?",
        "answer": "No",
        "question_type": "comparison_query",
        "evidence_list": [evidence(3, "Nothing happened.")],
    },
    {
        "query": "Who sank the ferry?",
        "answer": "Insufficient information.",
        "question_type": "null_query",
        "evidence_list": [],
    },
]


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    def write(corpus: object = CORPUS, queries: object = QUERIES) -> Path:
        for name, content in (("corpus", corpus), ("MultiHopRAG", queries)):
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_question_expects_every_article_of_its_evidence(folder: Callable[..., Path]) -> None:
    dataset = load_dataset("multihop", folder())
    owner, ice, sank = dataset.cases
    first, second, third = dataset.articles

    assert (owner.id, owner.answers, owner.tags) == ("MultiHopRAG-0", ("Nils Åkerö",), ("inference_query",))
    assert owner.articles == (first.id, second.id)
    assert (ice.articles, ice.tags) == ((third.id,), ("comparison_query", "yes_no"))
    assert (sank.answerable, sank.articles, sank.answers) == (False, (), ())


def test_facts_are_placed_where_they_stand_once_whatever_the_line_breaks(folder: Callable[..., Path]) -> None:
    dataset = load_dataset("multihop", folder())
    text_of = {article.id: article.text for article in dataset.articles}

    assert [span.of(text_of[name]) for name, span in dataset.cases[0].places] == [
        "Its owner, Nils Åkerö, blamed\nthe ice.",
        "Nils Åkerö bought the shipyard.",
    ]
    assert dataset.cases[1].places == ()


def test_articles_carry_their_record(folder: Callable[..., Path]) -> None:
    first, second, _ = load_dataset("multihop", folder()).articles

    assert (first.title, first.outlet, first.url) == ("Story 1", "The Sundvik Post", "https://post.example/1")
    assert first.published == datetime(2023, 10, 1, 14, 0, 29, tzinfo=UTC)
    assert (first.authors, second.authors) == (("Mia Berg",), ())
    assert first.text == CORPUS[0]["body"]


def test_either_file_names_the_folder(folder: Callable[..., Path]) -> None:
    path = folder()

    assert load_dataset("multihop", path / "MultiHopRAG.json") == load_dataset("multihop", path)


def changed(records: list[dict[str, Any]], change: Callable[[list[dict[str, Any]]], object]) -> list[dict[str, Any]]:
    copy = deepcopy(records)
    change(copy)
    return copy


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ({"corpus": '[{"title": '}, r"corpus\.json: Invalid JSON: .* line 1"),
        ({"corpus": changed(CORPUS, lambda c: c[1].pop("body"))}, r"corpus\.json, 1\.body: Field required"),
        ({"corpus": changed(CORPUS, lambda c: c[1].update(published_at="lately"))}, r"corpus\.json, 1\.published_at"),
        ({"queries": {"query": "?"}}, r"MultiHopRAG\.json: Input should be a valid array"),
        ({"queries": changed(QUERIES, lambda q: q[1].pop("answer"))}, r"MultiHopRAG\.json, 1\.answer: Field required"),
        (
            {"queries": changed(QUERIES, lambda q: q[0]["evidence_list"][1].update(url="https://x.example"))},
            r"MultiHopRAG\.json, 0\.evidence_list\.1\.url: corpus\.json holds no article 'https://x\.example'",
        ),
        (
            {"queries": changed(QUERIES, lambda q: q[1].update(evidence_list=[]))},
            r"MultiHopRAG\.json, 1\.evidence_list: a comparison_query without evidence",
        ),
    ],
)
def test_what_is_broken_is_named(folder: Callable[..., Path], content: dict[str, object], complaint: str) -> None:
    with pytest.raises(DatasetError, match=complaint):
        load_dataset("multihop", folder(**content))


@pytest.mark.parametrize("lacking", ["corpus.json", "MultiHopRAG.json"])
def test_a_missing_file_is_named(folder: Callable[..., Path], lacking: str) -> None:
    path = folder()
    (path / lacking).unlink()

    with pytest.raises(DatasetError, match=lacking):
        load_dataset("multihop", path)
