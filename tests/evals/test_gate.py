"""The sample questions put to the real assistant must keep every bound; and the bounds themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from evals import gate, run_dataset
from evals.datasets import load_dataset
from evals.errors import BaselineError
from evals.run_folder import Row, Run, digest_of, finish
from rag import Settings


@pytest.mark.slow
def test_the_sample_questions_keep_every_bound(tmp_path: Path, cache: Path) -> None:
    result = run_dataset("sample", out=tmp_path, settings=Settings(cache=cache))

    assert gate.broken(tmp_path, gate.read_baseline()) == []
    assert json.loads((tmp_path / "scores.json").read_text()) == result.scores


def test_the_bounds_are_sealed_and_were_set_on_these_questions() -> None:
    baseline, sample = gate.read_baseline(), load_dataset("sample")

    assert baseline.cases == digest_of(sorted(case.digest for case in sample.cases))
    assert baseline.corpus == sample.corpus_digest
    assert {name: (baseline.floors | baseline.ceilings)[name] for name in gate.PROMISED} == gate.PROMISED
    assert {"right", "recall@5", "contains_gold"} <= baseline.floors.keys()
    assert baseline.ceilings.keys() == {"wrong_refusal", "missed_refusal", "invented_citations"}


@pytest.fixture
def measured(tmp_path: Path, make_row: Callable[..., Row], make_run: Callable[..., Run]) -> Path:
    """A run of 20 cases: f1 is 0 in 5 of them, one is refused, every citation is exact."""
    rows = [
        make_row(number, {"f1": float(number >= 5), "citation_exact": 1.0, "wrong_refusal": float(number == 0)})
        for number in range(20)
    ]
    finish(tmp_path, make_run(rows), rows, {}, [])
    return tmp_path


def test_a_proposal_leaves_one_standard_error_and_one_case_at_least(measured: Path) -> None:
    """f1: mean .75, standard error sqrt(.75 x .25 / 20) = .097. Refusals: mean .05, standard error .049, a case is .05."""
    proposed = gate.proposed(measured)

    assert proposed.floors["f1"] == pytest.approx(0.75 - 0.097, abs=0.02)
    assert proposed.floors["citation_exact"] == 1.0
    assert proposed.ceilings == {"wrong_refusal": pytest.approx(0.10, abs=0.01)}
    assert gate.broken(measured, proposed) == []


def test_a_share_that_is_neither_good_nor_bad_has_no_bound(
    tmp_path: Path, make_row: Callable[..., Row], make_run: Callable[..., Run]
) -> None:
    rows = [make_row(number, {"rewrite_f1": 0.5, "rewrite_unchanged": 1.0}) for number in range(20)]
    finish(tmp_path, make_run(rows), rows, {}, [])

    assert gate.proposed(tmp_path).floors.keys() == {"rewrite_f1"}


def test_one_invented_citation_is_one_too_many(
    tmp_path: Path, make_row: Callable[..., Row], make_run: Callable[..., Run]
) -> None:
    for invented in (0.0, 1.0):
        rows = [make_row(number, {"invented_citations": invented * (number == 0)}) for number in range(20)]
        (tmp_path / str(invented)).mkdir()
        finish(tmp_path / str(invented), make_run(rows), rows, {}, [])
    good = gate.proposed(tmp_path / "0.0")

    assert good.ceilings == {"invented_citations": 0.0}
    assert gate.broken(tmp_path / "1.0", good) == ["invented_citations is 0.0500, above its ceiling of 0.0"]


def sealed(baseline: gate.Baseline, **changed: object) -> gate.Baseline:
    unsealed = baseline.model_copy(update=changed)
    return unsealed.model_copy(update={"seal": unsealed.right_seal})


def test_a_score_past_its_bound_is_named(measured: Path) -> None:
    strict = sealed(gate.proposed(measured), floors={"f1": 0.8, "mrr": 0.1}, ceilings={"wrong_refusal": 0.01})

    assert gate.broken(measured, strict) == [
        "f1 is 0.7500, below its floor of 0.8",
        "mrr is not measured, below its floor of 0.1",
        "wrong_refusal is 0.0500, above its ceiling of 0.01",
    ]


@pytest.mark.parametrize("changed", ["cases", "corpus", "dataset"])
def test_bounds_are_void_on_anything_else(measured: Path, changed: str) -> None:
    with pytest.raises(BaselineError, match="not set on what"):
        gate.broken(measured, sealed(gate.proposed(measured), **{changed: "other"}))


def test_a_bound_is_not_changed_without_its_seal(measured: Path, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    good = gate.proposed(measured)
    path.write_text(good.model_dump_json())
    assert gate.read_baseline(path) == good

    lowered = good.model_copy(update={"floors": {"f1": 0.1}})
    path.write_text(lowered.model_dump_json())
    with pytest.raises(BaselineError, match=f"seal would be {lowered.right_seal}"):
        gate.read_baseline(path)
    path.write_text("{}")
    with pytest.raises(BaselineError, match="not a baseline"):
        gate.read_baseline(path)


def test_the_command_prints_and_never_writes(measured: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in [*measured.iterdir(), gate.BASELINE]}

    assert gate.main(["--propose", str(measured)]) == 0
    assert gate.Baseline.model_validate_json(capsys.readouterr().out) == gate.proposed(measured)
    assert gate.main([str(measured)]) == 1
    assert "not set on what" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in [*measured.iterdir(), gate.BASELINE]} == before
