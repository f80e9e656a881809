from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals import DatasetError
from evals.datasets import load_dataset


@pytest.fixture
def folder(squad: dict[str, Any], tmp_path: Path) -> Path:
    for name, content in (
        ("squad/one.json", json.dumps(squad)),
        ("squad/two.json", json.dumps({"data": squad["data"][:1]})),
        ("swefaq/faq.jsonl", json.dumps({"question": "Var?", "candidate_answers": ["Här.", "Där."], "label": 1})),
        ("distractors/more.jsonl", '{"_id": "1", "title": "Trains", "text": "The train is late."}'),
    ):
        path = tmp_path / "mixed" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path / "mixed"


def test_sets_become_one_corpus(folder: Path) -> None:
    dataset = load_dataset("mixed", folder)

    assert len(dataset.articles) == 2 + 2 + 1
    assert [case.id for case in dataset.cases if case.tags[-1] == "two"] == ["two/opened", "two/master"]
    assert len(dataset.cases) == len({case.id for case in dataset.cases}) == 4 + 2 + 1
    held = {article.id for article in dataset.articles}
    assert all(set(case.articles) <= held for case in dataset.cases)
    assert {case.language for case in dataset.cases} == {"en", "sv"}


def test_a_folder_that_names_no_set(folder: Path) -> None:
    (folder / "trivia").mkdir()
    (folder / "trivia" / "q.json").write_text("{}")

    with pytest.raises(DatasetError, match="no data set is named 'trivia'"):
        load_dataset("mixed", folder)


@pytest.mark.parametrize(("name", "why"), [("nowhere", "is no folder"), ("empty", "holds no questions")])
def test_nothing_to_ask(name: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    with pytest.raises(DatasetError, match=why):
        load_dataset("mixed", tmp_path / name)
