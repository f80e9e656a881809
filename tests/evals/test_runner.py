from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals import RunFolderError, run_dataset
from evals.run_folder import read_rows
from rag import Settings

Write = Callable[[str, object], Path]


@pytest.fixture
def run(fake: Any, write: Write, squad: dict[str, Any], tmp_path: Path) -> Callable[..., Any]:
    """Measures the fake on the little SQuAD file; keyword arguments replace those of `run_dataset`."""

    def run_it(**changed: Any) -> Any:
        given = {"settings": Settings(home=tmp_path / "own", model="fake"), "data": write("squad.json", squad)}
        return run_dataset("squad", out=tmp_path / "run", opening=fake.open, **(given | changed))

    return run_it


def test_scores_of_a_small_run(run: Callable[..., Any], tmp_path: Path) -> None:
    """Worked out by hand from the fake's rule.

    'opened' shares harbour, office, opened with the first sentence: answered, holds 1912, right article first.
    'master' shares first, master with the second sentence: answered, holds Nils Åkerö, right article first.
    'books' shares no word: nothing found, refused. 'brigade' is answered though nothing answers it.
    """
    scores = run().scores

    assert scores["n"] == 4
    assert scores["n/answerable"] == 3
    assert scores["recall@1"] == scores["mrr"] == pytest.approx(2 / 3)
    assert scores["contains_gold"] == scores["cited_expected"] == pytest.approx(2 / 3)
    assert scores["wrong_refusal"] == scores["wrong_refusal/answerable"] == pytest.approx(1 / 3)
    assert scores["missed_refusal"] == 1
    assert scores["citation_exact"] == scores["quotes_verbatim"] == 1
    assert 0 < scores["query_p50_ms"] <= scores["query_p95_ms"]
    assert scores["articles"] == 2
    assert json.loads((tmp_path / "run" / "scores.json").read_text()) == scores


def test_cases_are_written_with_their_answers_and_reasons(run: Callable[..., Any], tmp_path: Path) -> None:
    run()
    rows = {row.id: row for row in read_rows(tmp_path / "run")}

    assert rows["opened"].answer is not None
    assert rows["opened"].answer["citations"][0]["quote"] == "The harbour office opened in 1912."
    assert rows["opened"].ranking[0] == rows["opened"].expected[0]
    assert rows["books"].why["wrong_refusal"] == "answerable, refused (no_support)"
    assert rows["opened"].scores.keys() == rows["opened"].why.keys()


def test_the_users_own_home_is_left_alone(run: Callable[..., Any], fake: Any, tmp_path: Path) -> None:
    run()

    assert fake.opened_at == [tmp_path / "run" / "home"]
    assert not (tmp_path / "own").exists()


def test_nothing_is_asked_twice_until_something_changes(
    run: Callable[..., Any], fake: Any, squad: dict[str, Any], tmp_path: Path
) -> None:
    """Each run that asks at all asks its first case once more, to warm up."""
    first = run().scores
    assert len(fake.asked) == 4 + 1
    assert run().scores == first
    assert len(fake.asked) == 5

    squad["data"][0]["paragraphs"][0]["qas"][0]["question"] = "In what year was the harbour office opened?"
    run()
    assert fake.asked[5:] == ["In what year was the harbour office opened?"] * 2

    run(settings=Settings(home=tmp_path / "own", model="other"))
    assert len(fake.asked) == 7 + 5


def test_a_changed_corpus_is_indexed_and_asked_anew(
    run: Callable[..., Any], fake: Any, squad: dict[str, Any], tmp_path: Path
) -> None:
    run()
    (tmp_path / "run" / "home" / "left over").write_text("")
    squad["data"][1]["paragraphs"][0]["context"] += " It was rebuilt."
    run()

    assert len(fake.asked) == 10
    assert not (tmp_path / "run" / "home" / "left over").exists()


def test_an_index_of_another_model_is_built_anew(run: Callable[..., Any], fake: Any, tmp_path: Path) -> None:
    run()
    (tmp_path / "run" / "home" / "of another model").write_text("")

    assert run().scores["n"] == 4
    assert not (tmp_path / "run" / "home" / "of another model").exists()


def test_a_stopped_run_goes_on_where_it_stopped(run: Callable[..., Any], fake: Any, tmp_path: Path) -> None:
    """Stopped twice, the first time in the middle of writing a line; every start warms up with one question more."""
    fake.fail_at = 2
    with pytest.raises(KeyboardInterrupt):
        run()
    with (tmp_path / "run" / "cases.jsonl").open("a") as file:
        file.write('{"id": "cut o')
    fake.fail_at = 4
    with pytest.raises(KeyboardInterrupt):
        run()
    fake.fail_at = None
    result = run()

    assert len(fake.asked) == (1 + 1) + (1 + 1) + (1 + 2)
    assert result.scores["n"] == 4
    assert [row.id for row in read_rows(tmp_path / "run")] == ["opened", "master", "books", "brigade"]


def test_a_limit_draws_questions_and_keeps_the_corpus(run: Callable[..., Any], fake: Any) -> None:
    two = run(limit=2).scores

    assert (two["n"], two["articles"]) == (2, 2)
    asked = len(fake.asked)
    assert run().scores["n"] == 4
    assert len(fake.asked) == asked + 2 + 1


def test_retrieval_alone_answers_nothing(run: Callable[..., Any], fake: Any) -> None:
    scores = run(retrieval_only=True).scores

    assert fake.asked == []
    assert scores["n"] == 3
    assert scores["recall@1"] == pytest.approx(2 / 3)
    assert "f1" not in scores


def test_a_home_that_no_run_made_is_refused(run: Callable[..., Any], tmp_path: Path) -> None:
    precious = tmp_path / "run" / "home" / "precious"
    precious.parent.mkdir(parents=True)
    precious.write_text("mine")

    with pytest.raises(RunFolderError, match="was not made by a run"):
        run()
    assert precious.read_text() == "mine"


def test_the_table_has_a_row_a_tag(run: Callable[..., Any]) -> None:
    table = run().table()

    assert list(table.columns[0].cells) == ["all", "answerable", "unanswerable"]
    assert list(table.columns[1].cells) == ["4", "3", "1"]
