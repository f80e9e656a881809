"""The retrieval table and the data sets that it makes, on two small SQuAD files in two languages, with the packaged model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.datasets.crossed import load_crossed
from evals.errors import DatasetError
from evals.retrieval_table import OURS, SCORES, Measured, Set, measure, reciprocal_rank_fusion, table
from rag import Settings

ENGLISH = (
    ("The lighthouse at Skarv was built in 1912 by a shipping company.", "When was the lighthouse built?", "1912"),
    ("The library lends out tools such as drills and saws.", "What tools does the library lend?", "drills"),
    ("The ferry takes 140 passengers across the sound.", "How many passengers does the ferry take?", "140"),
)
SWEDISH = (
    ("Fyren vid Skarv byggdes 1912 av ett rederi.", "När byggdes fyren?", "1912"),
    ("Biblioteket lånar ut verktyg såsom borrar och sågar.", "Vilka verktyg lånar biblioteket ut?", "borrar"),
    ("Färjan tar 140 passagerare över sundet.", "Hur många passagerare tar färjan?", "140"),
)


def squad(rows: tuple[tuple[str, str, str], ...], title: str) -> dict[str, Any]:
    paragraphs = [
        {
            "context": text,
            "qas": [
                {"id": f"{title}{at}", "question": asked, "answers": [{"text": said, "answer_start": text.index(said)}]}
            ],
        }
        for at, (text, asked, said) in enumerate(rows)
    ]
    return {"data": [{"title": title, "paragraphs": paragraphs}]}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "en.json").write_text(json.dumps(squad(ENGLISH, "The_coast")), "utf-8")
    (tmp_path / "sv.json").write_text(json.dumps(squad(SWEDISH, "Kusten")), "utf-8")
    return tmp_path


def test_a_question_is_put_to_the_same_paragraph_in_the_other_language(files: Path) -> None:
    dataset = load_crossed(files / "en.json", files / "sv.json", {"The coast": "Kusten"})
    text_of = {article.id: article.text for article in dataset.articles}
    assert [text_of[case.articles[0]] for case in dataset.cases] == [text for text, _, _ in SWEDISH]
    assert [case.question for case in dataset.cases] == [asked for _, asked, _ in ENGLISH]
    assert {(case.spans, case.answers) for case in dataset.cases} == {((), ())}


def test_articles_that_are_not_paragraph_for_paragraph_the_same_are_refused(files: Path) -> None:
    (files / "sv.json").write_text(json.dumps(squad(SWEDISH[:2], "Kusten")), "utf-8")
    with pytest.raises(DatasetError, match=r"3 paragraphs .* 2 in"):
        load_crossed(files / "en.json", files / "sv.json", {"The coast": "Kusten"})
    with pytest.raises(DatasetError, match="0 paragraphs"):
        load_crossed(files / "en.json", files / "sv.json", {"The sea": "Havet"})


def test_plain_fusion_is_reciprocal_rank_fusion() -> None:
    assert reciprocal_rank_fusion([["a", "b", "c"], ["b", "d"]]) == ["b", "a", "d", "c"]


def test_every_system_is_scored_on_the_same_questions(files: Path, tmp_path: Path, cache: Path) -> None:
    one = Set(
        "en > sv", lambda folder: load_crossed(folder / "en.json", folder / "sv.json", {"The coast": "Kusten"}), "sv"
    )
    settings = Settings(home=tmp_path / "unused", cache=cache)
    found = measure(one, files, tmp_path / "homes", limit=2, settings=settings)
    assert found == measure(one, files, tmp_path / "homes", limit=2, settings=settings)
    assert not (tmp_path / "unused").exists()
    assert found.n == 2
    assert {name: found.mean(name, "mrr") for name in found.values} == {
        "BM25": 0.0,
        "dense": 1.0,
        "plain RRF": 1.0,
        OURS: 1.0,
    }


def test_the_gain_is_over_the_list_that_is_better_in_that_score() -> None:
    def values(*scores: float) -> dict[str, list[float]]:
        return {name: list(scores) for name in SCORES}

    lists = {"BM25": values(0, 0.5, 0.5, 0), "dense": values(0.5, 0.5, 1, 0), "plain RRF": values(0, 0, 0, 0)}
    found = Measured("set", {**lists, OURS: values(1, 0.5, 1, 0.5)})
    assert found.best_list("mrr") == "dense"
    gain = found.gain("mrr")
    assert (gain.mean, gain.n) == (0.25, 4)
    assert gain.low <= 0.25 <= gain.high
    assert found.gain("mrr", over="BM25").mean == 0.5
    assert table([found])[2:4] == [
        "| set | 4 | BM25 | .250 | .250 | .250 | .250 |",
        "| set | 4 | dense | .500 | .500 | .500 | .500 |",
    ]
    assert table([found])[-1].startswith("| set | 4 | Citera − better list | +0.250 (")
