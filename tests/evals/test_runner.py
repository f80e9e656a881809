from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals import RunFolderError, run_dataset
from evals.cases import Case, Dataset
from evals.run_folder import read_rows, read_run, read_texts
from rag import Settings
from rag.conversation import Turn

Write = Callable[[str, object], Path]


@pytest.fixture
def run(fake: Any, write: Write, squad: dict[str, Any], tmp_path: Path) -> Callable[..., Any]:
    """Measures the fake on the little SQuAD file; keyword arguments replace those of `run_dataset`."""

    def run_it(**changed: Any) -> Any:
        given = {
            "settings": Settings(home=tmp_path / "own", model="fake"),
            "data": write("squad.json", squad),
            "out": tmp_path / "run",
        }
        return run_dataset("squad", opening=fake.open, **(given | changed))

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
    assert scores["right"] == 2 / 4
    assert scores["coverage"] == 3 / 4
    assert scores["chunk_hit@1"] == scores["evidence_recall"] * 2 / 3 == pytest.approx(2 / 3)
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


def test_a_run_says_what_was_run_on_what_and_where(run: Callable[..., Any], tmp_path: Path) -> None:
    run()
    described = read_run(tmp_path / "run")

    assert (described.dataset, described.n, described.index) == ("squad", 4, "m1")
    assert described.settings["model"] == "fake"
    assert "home" not in described.settings
    assert described.versions["python"].startswith("3.")
    assert described.machine["embedding"] == "words, none"
    assert str(tmp_path) not in (tmp_path / "run" / "run.json").read_text()


def test_the_articles_that_rows_name_are_kept(run: Callable[..., Any], tmp_path: Path) -> None:
    run()
    texts = read_texts(tmp_path / "run")

    for row in read_rows(tmp_path / "run"):
        assert set(row.expected) <= texts.keys()
        for place in row.gold:
            assert place.span.of(texts[place.article_id].text) in row.gold_words


def test_confidence_is_the_best_passages_score(run: Callable[..., Any], fake: Any) -> None:
    """The fake gives no passages, so that all three answers are equally sure and one of three is wrong."""
    assert run().scores["aurc"] == pytest.approx(1 / 3)


def test_several_workers_give_the_same_rows_in_the_same_order(
    run: Callable[..., Any], fake: Any, tmp_path: Path
) -> None:
    one = run().scores
    rows = [row.model_copy(update={"query_ms": 0}) for row in read_rows(tmp_path / "run")]
    several = run(out=tmp_path / "several", workers=3).scores

    assert [row.model_copy(update={"query_ms": 0, "workers": 1}) for row in read_rows(tmp_path / "several")] == rows
    assert {row.workers for row in read_rows(tmp_path / "several")} == {3}
    assert {name: value for name, value in several.items() if not name.endswith("_ms")} == {
        name: value for name, value in one.items() if not name.endswith("_ms")
    }


def test_a_stopped_run_of_several_workers_goes_on(run: Callable[..., Any], fake: Any, tmp_path: Path) -> None:
    fake.fail_at = 3
    with pytest.raises(KeyboardInterrupt):
        run(workers=2)
    fake.fail_at = None

    assert run(workers=2).scores["n"] == 4
    assert [row.id for row in read_rows(tmp_path / "run")] == ["opened", "master", "books", "brigade"]


def test_a_run_that_was_begun_again_and_stopped_is_not_finished(
    run: Callable[..., Any], fake: Any, tmp_path: Path
) -> None:
    run()
    fake.fail_at = len(fake.asked)
    with pytest.raises(KeyboardInterrupt):
        run(settings=Settings(home=tmp_path / "own", model="other"))

    with pytest.raises(RunFolderError, match="no finished run"):
        read_run(tmp_path / "run")
    assert not (tmp_path / "run" / "scores.json").exists()


def test_the_users_own_home_is_left_alone(run: Callable[..., Any], fake: Any, tmp_path: Path) -> None:
    run()

    assert fake.opened_at == [tmp_path / "run" / "home"]
    assert not (tmp_path / "own").exists()


def test_nothing_is_asked_twice_until_something_changes(
    run: Callable[..., Any], fake: Any, squad: dict[str, Any], tmp_path: Path
) -> None:
    """Nor to warm up: a question that is put to a hosted model costs money."""
    first = run().scores
    assert len(fake.asked) == 4
    assert run().scores == first
    assert len(fake.asked) == 4

    squad["data"][0]["paragraphs"][0]["qas"][0]["question"] = "In what year was the harbour office opened?"
    run()
    assert fake.asked[4:] == ["In what year was the harbour office opened?"]

    run(settings=Settings(home=tmp_path / "own", model="other"))
    assert len(fake.asked) == 5 + 4


def test_a_changed_corpus_is_indexed_and_asked_anew(
    run: Callable[..., Any], fake: Any, squad: dict[str, Any], tmp_path: Path
) -> None:
    run()
    (tmp_path / "run" / "home" / "left over").write_text("")
    squad["data"][1]["paragraphs"][0]["context"] += " It was rebuilt."
    run()

    assert len(fake.asked) == 8
    assert not (tmp_path / "run" / "home" / "left over").exists()


def test_an_index_of_another_model_is_built_anew(run: Callable[..., Any], fake: Any, tmp_path: Path) -> None:
    run()
    (tmp_path / "run" / "home" / "of another model").write_text("")

    assert run().scores["n"] == 4
    assert not (tmp_path / "run" / "home" / "of another model").exists()


def test_a_stopped_run_goes_on_where_it_stopped(run: Callable[..., Any], fake: Any, tmp_path: Path) -> None:
    """Stopped twice, the first time in the middle of writing a line."""
    fake.fail_at = 2
    with pytest.raises(KeyboardInterrupt):
        run()
    with (tmp_path / "run" / "cases.jsonl").open("a") as file:
        file.write('{"id": "cut o')
    fake.fail_at = 3
    with pytest.raises(KeyboardInterrupt):
        run()
    fake.fail_at = None
    result = run()

    assert len(fake.asked) == 4
    assert result.scores["n"] == 4
    assert [row.id for row in read_rows(tmp_path / "run")] == ["opened", "master", "books", "brigade"]


def test_a_limit_draws_questions_and_keeps_the_corpus(run: Callable[..., Any], fake: Any) -> None:
    two = run(limit=2).scores

    assert (two["n"], two["articles"]) == (2, 2)
    asked = len(fake.asked)
    assert run().scores["n"] == 4
    assert len(fake.asked) == asked + 2


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

    assert [str(cell) for cell in table.columns[0].cells] == ["all", "answerable", "unanswerable"]
    assert list(table.columns[1].cells) == ["4", "3", "1"]


def test_a_case_has_the_same_digest_wherever_the_pages_lie(
    fake: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Article ids of ingested pages depend on where the files are; what pairs two runs must not."""
    case = Case("q1", "Which office opened in 1912?", "en", answerable=True, articles=("harbour",), contains=("1912",))
    for place in ("here", "there"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "harbour.txt").write_text("The harbour office opened in 1912.")

    def measured(place: str) -> tuple[str, str, tuple[str, ...]]:
        dataset = Dataset("sample", (case,), paths=(tmp_path / place,))
        monkeypatch.setattr("evals.runner.load_dataset", lambda name, data: dataset)
        out = tmp_path / f"run {place}"
        run_dataset("sample", out=out, settings=Settings(home=tmp_path / "own", model="fake"), opening=fake.open)
        (row,) = read_rows(out)
        return row.case, read_run(out).cases, row.expected

    here, there = measured("here"), measured("there")
    assert here[:2] == there[:2]
    assert here[2] != there[2]


def test_conversations_without_a_corpus_are_scored_by_their_rewrite_alone(
    fake: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The fake puts the turns one after another: 'Tell me about the harbour. When?' has 5 words (the does not count)."""
    history = (Turn("user", "Tell me about the harbour."),)
    case = Case("q1", "When?", "en", answerable=True, history=history, rewrite="When about the harbour?")
    monkeypatch.setattr("evals.runner.load_dataset", lambda name, data: Dataset("mtrag", (case,)))
    result = run_dataset(
        "mtrag", out=tmp_path / "run", settings=Settings(home=tmp_path / "own", model="fake"), opening=fake.open
    )

    assert {name for name in result.scores if "/" not in name and "_ms" not in name} == {
        *("n", "rewrite_f1", "rewrite_unchanged", "articles", "teasers", "chunks")
    }
    assert result.scores["rewrite_f1"] == pytest.approx(2 * 3 / (3 + 5))
