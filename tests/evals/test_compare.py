from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from evals import RunFolderError, compare
from evals.compare import verdicts
from evals.resampling import intervals, paired_tests
from evals.run_folder import Row, Run, finish, write_rows

MakeRow = Callable[..., Row]
MakeRun = Callable[..., Run]
Finished = Callable[..., Path]


@pytest.fixture
def finished(tmp_path: Path, make_run: MakeRun) -> Finished:
    """`finished(name, rows)` is the folder of a run of those rows; facts of the run by name."""

    def write(name: str, rows: list[Row], **facts: object) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        finish(folder, make_run(rows, **facts), rows, {}, [])
        return folder

    return write


def test_the_p_value_is_that_of_all_sign_flips() -> None:
    """Six differences give 64 flips; p is the share of them whose mean is at least as far from 0 as the real one."""
    differences = np.array([0.5, 0.2, -0.1, 0.4, 0.3, -0.2])
    means = [abs(np.mean(differences * flips)) for flips in product((1, -1), repeat=6)]
    exact = np.mean(np.array(means) >= abs(differences.mean()) - 1e-12)

    assert paired_tests(differences[:, None]).p[0] == pytest.approx(exact, abs=0.015)


def test_the_interval_is_that_of_the_normal_law_for_many_cases() -> None:
    """Of 1,000 differences with mean m and deviation s the interval is m -+ 1.96 s / sqrt(1000)."""
    differences = np.random.default_rng(1).normal(0.1, 1.0, 1000)
    tests = paired_tests(differences[:, None])
    half = 1.96 * differences.std() / np.sqrt(1000)

    assert tests.low[0] == pytest.approx(differences.mean() - half, abs=0.005)
    assert tests.high[0] == pytest.approx(differences.mean() + half, abs=0.005)


def test_intervals_are_over_the_cases_that_have_the_score() -> None:
    found = intervals([{"f1": 1.0, "mrr": 0.5}, {"f1": 0.0}, {"f1": 1.0}])

    assert found["f1"][:1] + found["f1"][3:] == (pytest.approx(2 / 3), 3)
    assert found["f1"].low < 2 / 3 < found["f1"].high
    assert found["mrr"] == (0.5, 0.5, 0.5, 1)


def _binary(chance: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return (rng.random((len(chance), 1000)) < chance).astype(np.float64)


def _reciprocal_ranks(chance: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    return 1.0 / rng.geometric(chance, size=(len(chance), 1000))


def _token_f1(chance: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Nothing in common, or a share of words that is never large."""
    return _binary(chance, rng) * rng.beta(2, 6, size=(len(chance), 1000))


@pytest.mark.parametrize("score", [_binary, _reciprocal_ranks, _token_f1])
@pytest.mark.parametrize(("cases", "hardness"), [(45, (0.2, 0.95)), (300, (0.2, 0.95)), (300, (0.9, 0.99))])
def test_a_thousand_comparisons_of_a_system_with_itself(
    score: Callable[[NDArray[np.float64], np.random.Generator], NDArray[np.float64]],
    cases: int,
    hardness: tuple[float, float],
) -> None:
    """Two runs of one system whose cases come out by chance, easy and hard ones: at the 5% level at most 6.5% of the
    verdicts may say that there is a difference."""
    rng = np.random.default_rng(2)
    chance = rng.uniform(*hardness, size=(cases, 1))
    a, b = score(chance, rng), score(chance, rng)
    said = verdicts(["mrr"] * 1000, paired_tests(b - a))

    assert sum(verdict != "no difference shown" for verdict in said) <= 65


def test_a_real_difference_is_shown() -> None:
    """0.15 more of 200 cases right is about 3.4 standard errors: nearly all of 200 simulated pairs must show it."""
    rng = np.random.default_rng(4)
    a, b = rng.random((200, 200)) < 0.6, rng.random((200, 200)) < 0.75
    said = verdicts(["mrr"] * 200, paired_tests(b.astype(float) - a))

    assert said.count("better") > 170
    assert "worse" not in said


def test_five_cases_are_too_few_to_show_anything() -> None:
    """All five go up, so that the interval leaves out 0; yet 2 of the 32 sign flips are as far from 0: p = 0.0625."""
    tests = paired_tests(np.array([[0.1], [0.2], [0.3], [0.2], [0.1]]))

    assert tests.low[0] > 0
    assert tests.p[0] == pytest.approx(0.0625, abs=0.01)
    assert verdicts(["mrr"], tests) == ["no difference shown"]


def test_verdicts_know_which_way_is_better(finished: Finished, make_row: MakeRow) -> None:
    a = [make_row(i, {"f1": 0.2, "wrong_refusal": 1.0, "mrr": 0.5, "words": 9}) for i in range(20)]
    b = [make_row(i, {"f1": 0.1, "wrong_refusal": 0.0, "mrr": 0.5, "words": 5}) for i in range(20)]
    found = compare(finished("a", a), finished("b", b)).differences

    assert {difference.score: difference.verdict for difference in found} == {
        "f1": "worse",
        "wrong_refusal": "better",
        "mrr": "no difference shown",
        "words": "different",
        "query_ms": "no difference shown",
    }
    assert {difference.score: round(difference.mean, 9) for difference in found}["f1"] == -0.1


def test_scores_are_paired_by_case_and_by_tag(finished: Finished, make_row: MakeRow) -> None:
    """The rows come in another order, and one score is missing of one case in b."""
    a = [make_row(1, {"f1": 1.0, "mrr": 1.0}, tags=("quote",)), make_row(2, {"f1": 0.0, "mrr": 0.5})]
    b = [make_row(2, {"f1": 0.0}), make_row(1, {"f1": 0.5, "mrr": 1.0}, tags=("quote",))]
    comparison = compare(finished("a", a), finished("b", b))

    assert [(d.score, d.tag, d.n, d.changed, d.mean) for d in comparison.differences if d.score != "query_ms"] == [
        ("f1", None, 2, 1, -0.25),
        ("mrr", None, 1, 0, 0.0),
        ("f1", "quote", 1, 1, -0.5),
        ("mrr", "quote", 1, 0, 0.0),
    ]
    table = comparison.table()
    assert [f"{score} {tag}" for score, tag in zip(*(column.cells for column in table.columns[:2]), strict=True)] == [
        "f1 all",
        "mrr all",
        "query_ms all",
        "f1 quote",
    ]
    assert "Of 2 tests 0 show a difference" in comparison.caption


def test_a_run_against_itself_shows_no_difference(finished: Finished, make_row: MakeRow) -> None:
    run = finished("a", [make_row(i, {"f1": i / 10}, tags=("quote",)) for i in range(10)])
    comparison = compare(run, run)

    assert {difference.verdict for difference in comparison.differences} == {"no difference shown"}
    assert "no difference shown" in comparison.caption


def test_times_of_other_machines_or_workers_are_left_out(finished: Finished, make_row: MakeRow) -> None:
    a = finished("a", [make_row(1, {"f1": 1.0})])
    elsewhere = finished("b", [make_row(1, {"f1": 1.0})], machine={"cores": 64})
    crowded = finished("c", [make_row(1, {"f1": 1.0}, workers=2)])

    for other in (elsewhere, crowded):
        comparison = compare(a, other)
        assert [difference.score for difference in comparison.differences] == ["f1"]
        assert "times are left out" in comparison.caption


def test_other_cases_or_another_corpus_are_not_compared(finished: Finished, make_row: MakeRow, tmp_path: Path) -> None:
    rows = [make_row(1, {"f1": 1.0}), make_row(2, {"f1": 1.0})]
    a = finished("a", rows)

    with pytest.raises(RunFolderError, match=r"asked 2 questions and .* 1, and they are not the same"):
        compare(a, finished("fewer", rows[:1]))
    with pytest.raises(RunFolderError, match="not the same"):
        compare(a, finished("changed", [rows[0], make_row(2, {"f1": 1.0}, case="changed")]))
    with pytest.raises(RunFolderError, match="different corpora"):
        compare(a, finished("corpus", rows, corpus="other"))
    with pytest.raises(RunFolderError, match="holds no finished run"):
        compare(a, tmp_path)


def test_a_stopped_run_is_not_compared(finished: Finished, make_row: MakeRow, tmp_path: Path) -> None:
    write_rows(tmp_path, [make_row(1, {"f1": 1.0})])

    with pytest.raises(RunFolderError, match="no finished run"):
        compare(finished("a", [make_row(1, {"f1": 1.0})]), tmp_path)


def test_a_broken_line_in_a_run_is_named(finished: Finished, make_row: MakeRow) -> None:
    run = finished("a", [make_row(1, {})])
    text = (run / "cases.jsonl").read_text()
    (run / "cases.jsonl").write_text("{}\n" + text)

    with pytest.raises(RunFolderError, match=r"cases\.jsonl, line 1"):
        compare(run, run)
