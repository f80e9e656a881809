from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from evals import RunFolderError, compare
from evals.compare import paired_tests
from evals.run_folder import Row, write_rows


def row(number: int, scores: dict[str, float], *, tags: tuple[str, ...] = (), case: str = "c") -> Row:
    return Row(
        id=f"q{number}",
        case=case,
        key="k",
        question="?",
        language="en",
        answerable=True,
        expected=(),
        tags=tags,
        ranking=(),
        answer=None,
        query_ms=10.0,
        scores=scores,
        why={},
    )


def folder(path: Path, rows: list[Row]) -> Path:
    path.mkdir()
    write_rows(path, rows)
    return path


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


def test_a_thousand_comparisons_of_a_system_with_itself() -> None:
    """Two runs of one system whose cases succeed by chance: at the 5% level at most 6.5% may seem to differ."""
    rng = np.random.default_rng(2)
    chance = rng.uniform(0.2, 0.95, size=(200, 1))
    a, b = (rng.random((200, 1000)) < chance for _ in range(2))
    shown = paired_tests(a.astype(float) - b, seed=3).shown

    assert 0.01 < shown.mean() <= 0.065


def test_a_real_difference_is_shown() -> None:
    """0.15 more of 200 cases right is about 3.4 standard errors: nearly all of 200 simulated pairs must show it."""
    rng = np.random.default_rng(4)
    a, b = rng.random((200, 200)) < 0.6, rng.random((200, 200)) < 0.75

    assert paired_tests(b.astype(float) - a).shown.mean() > 0.85


def test_five_cases_are_too_few_to_show_anything() -> None:
    """All five go up, so that the interval leaves out 0; yet 2 of the 32 sign flips are as far from 0: p = 0.0625."""
    tests = paired_tests(np.array([[0.1], [0.2], [0.3], [0.2], [0.1]]))

    assert tests.low[0] > 0
    assert tests.p[0] == pytest.approx(0.0625, abs=0.01)
    assert not tests.shown[0]


def test_verdicts_know_which_way_is_better(tmp_path: Path) -> None:
    a = [row(i, {"f1": 0.2, "wrong_refusal": 1.0, "mrr": 0.5, "words": 9}) for i in range(20)]
    b = [row(i, {"f1": 0.1, "wrong_refusal": 0.0, "mrr": 0.5, "words": 5}) for i in range(20)]
    found = compare(folder(tmp_path / "a", a), folder(tmp_path / "b", b)).differences

    assert {difference.score: difference.verdict for difference in found} == {
        "f1": "worse",
        "wrong_refusal": "better",
        "mrr": "no difference shown",
        "words": "different",
        "query_ms": "no difference shown",
    }
    assert {difference.score: round(difference.mean, 9) for difference in found}["f1"] == -0.1


def test_scores_are_paired_by_case_and_by_tag(tmp_path: Path) -> None:
    """Of a's 3 cases one is not in b, one has another question there; the pair left has f1 in both and mrr in one."""
    a = [row(1, {"f1": 1.0, "mrr": 1.0}, tags=("quote",)), row(2, {"f1": 0.0}), row(3, {"f1": 0.0})]
    b = [row(3, {"f1": 1.0}, case="changed"), row(1, {"f1": 0.5}, tags=("quote",))]
    comparison = compare(folder(tmp_path / "a", a), folder(tmp_path / "b", b))

    assert (comparison.only_a, comparison.only_b) == (2, 1)
    assert [(d.score, d.tag, d.n, d.mean) for d in comparison.differences if d.score != "query_ms"] == [
        ("f1", None, 1, -0.5),
        ("f1", "quote", 1, -0.5),
    ]
    assert list(comparison.table().columns[1].cells) == ["all", "all", "quote", "quote"]


def test_runs_without_a_common_case_are_not_compared(tmp_path: Path) -> None:
    a, b = folder(tmp_path / "a", [row(1, {})]), folder(tmp_path / "b", [row(2, {})])

    with pytest.raises(RunFolderError, match="share no case"):
        compare(a, b)
    with pytest.raises(RunFolderError, match="holds no run"):
        compare(a, tmp_path)


def test_a_broken_line_in_a_run_is_named(tmp_path: Path) -> None:
    run = folder(tmp_path / "a", [row(1, {})])
    text = (run / "cases.jsonl").read_text()
    (run / "cases.jsonl").write_text("{}\n" + text)

    with pytest.raises(RunFolderError, match=r"cases\.jsonl, line 1"):
        compare(run, run)
