"""`citera eval`, through the same entry as the rest of the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import evals
from evals.grid import Grid
from evals.resampling import Interval
from evals.run_folder import Row, Run, finish
from evals.sweep import Measured, Point
from ui import cli


@pytest.fixture
def citera(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`citera(argument, ...)` gives the exit code, stdout and stderr."""

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["citera", "eval", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        written = capsys.readouterr()
        assert isinstance(exit_.value.code, int)
        return exit_.value.code, written.out, written.err

    return run


@pytest.fixture
def measured(tmp_path: Path) -> Callable[..., Path]:
    """`measured(name, f1)` is the folder of a finished run of ten cases with that score."""

    def make(name: str, f1: float, **facts: Any) -> Path:
        rows = [
            Row(
                **{"id": f"q{number}", "case": f"c{number}", "key": "k", "question": "\x1b[2JWho?", "language": "en"},
                **{"answerable": True, "expected": (), "tags": ("a\tb",), "gold_words": (), "gold": (), "found": ()},
                **{
                    "history": (),
                    "speaker": None,
                    "answer": None,
                    "query_ms": 10.0,
                    "workers": 1,
                    "scores": {"f1": f1},
                    "why": {"f1": "so"},
                },
            )
            for number in range(10)
        ]
        run: dict[str, Any] = {
            **{"dataset": "sample", "n": 10, "retrieval_only": True, "cases": "c", "corpus": "d", "settings": {}},
            **{"settings_digest": "s", "index": "i", "code": "k", "versions": {}, "machine": {}},
            "finished": datetime(2026, 1, 2, tzinfo=UTC),
        }
        folder = tmp_path / name
        folder.mkdir()
        finish(folder, Run(**(run | facts)), rows, {}, [])
        return folder

    return make


def test_compare_prints_a_line_a_score_and_tag(
    citera: Callable[..., tuple[int, str, str]], measured: Callable[..., Path]
) -> None:
    code, out, err = citera("compare", measured("a", 0.5), measured("b", 0.7))
    lines = [line.split("\t") for line in out.splitlines()]

    assert code == 0
    assert [(line[0], line[1], line[2], line[-1]) for line in lines] == [
        ("f1", "", "10", "better"),
        ("query_ms", "", "10", "no difference shown"),
        ("f1", "a b", "10", "better"),
    ]
    assert "2 show a difference" in err


def test_compare_says_so_when_there_is_no_difference(
    citera: Callable[..., tuple[int, str, str]], measured: Callable[..., Path]
) -> None:
    run = measured("a", 0.5)
    _, out, err = citera("compare", run, run)

    assert {line.split("\t")[-1] for line in out.splitlines()} == {"no difference shown"}
    assert err == "No case changed: no difference shown.\n"


def test_runs_that_cannot_be_compared_are_one_line(
    citera: Callable[..., tuple[int, str, str]], measured: Callable[..., Path]
) -> None:
    code, out, err = citera("compare", measured("a", 0.5), measured("b", 0.5, corpus="other"))

    assert (code, out) == (1, "")
    assert err.count("\n") == 1
    assert "searched different corpora" in err


def test_report_prints_where_it_was_written(
    citera: Callable[..., tuple[int, str, str]], measured: Callable[..., Path]
) -> None:
    folder = measured("a", 0.5)
    code, out, err = citera("report", folder)

    assert (code, err) == (0, "")
    assert out.splitlines() == [str(folder / "report.html"), str(folder / "report.md")]
    assert (folder / "report.html").read_text().startswith("<!doctype html>")
    assert citera("report", folder.parent)[0] == 1


def test_sweep_prints_a_line_a_combination(
    citera: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: dict[str, Any] = {}

    def sweep(grid: Path, **how: Any) -> evals.Sweep:
        given.update(how, grid=grid)
        quality = {"right": Interval(0.5, 0.25, 0.75, 4)}
        point = Point({"passages": 4}, how["out"] / "runs" / "x", 4, quality, 10.0, 20.0, on_front=True)
        wanted = Grid.model_validate({"datasets": [{"name": "sample"}], "settings": {"passages": 4}})
        return evals.Sweep(how["out"], wanted, (Measured("sample", "right", (point,)),))

    monkeypatch.setattr(evals, "sweep", sweep)
    code, out, err = citera("sweep", tmp_path / "grid.yaml", "--out", tmp_path / "o", "--model", "ollama:some")

    assert (code, out) == (0, "sample\t1\t4\t0.500 (0.250–0.750)\t10.0\t20.0\t*\n")
    assert "sweep.html" in err
    assert (given["grid"], given["out"], given["settings"].model) == (
        tmp_path / "grid.yaml",
        tmp_path / "o",
        "ollama:some",
    )


def test_a_broken_grid_is_one_line(citera: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    (tmp_path / "grid.yaml").write_text("datasets: [{name: sample}]\nsettings:\n  pasages: [4]\n")
    code, out, err = citera("sweep", tmp_path / "grid.yaml", "--out", tmp_path / "o")

    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "grid.yaml, line 3: 'pasages' is no setting to vary" in err
    assert not (tmp_path / "o").exists()


def test_judge_prints_its_findings(
    citera: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given: dict[str, Any] = {}

    def judge(folder: Path, **how: Any) -> evals.Judged:
        given.update(how, folder=folder)
        return evals.Judged("openai:j", {"correct": Interval(0.5, 0.25, 0.75, 4)}, {"correct": 1}, None)

    monkeypatch.setattr(evals, "judge", judge)
    code, out, _ = citera("judge", tmp_path, "--model", "openai:j", "--limit", 5, "--labels", tmp_path / "l")

    assert code == 0
    assert out.splitlines() == [
        "judged correct: 0.500 (0.250–0.750) of 4 answers, no verdict on 1",
        "How far openai:j agrees with people is not measured; --labels measures it.",
    ]
    assert given.pop("settings").model == "openai:j"
    assert given == {"folder": tmp_path, "limit": 5, "labels": tmp_path / "l"}


def test_a_run_of_searches_is_not_exported(
    citera: Callable[..., tuple[int, str, str]], measured: Callable[..., Path]
) -> None:
    code, out, err = citera("export", measured("a", 0.5))

    assert (code, out) == (1, "")
    assert "holds no answers" in err


def test_run_hands_on_what_was_asked_for(
    citera: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: dict[str, Any] = {}

    def run_dataset(name: str, **how: Any) -> evals.RunResult:
        asked.update(how, name=name)
        return evals.RunResult(name, how["out"], {"n": 2, "f1": 0.25})

    monkeypatch.setattr(evals, "run_dataset", run_dataset)
    arguments = ("--data", tmp_path / "d", "--limit", 5, "--workers", 2, "--home", tmp_path / "h")
    code, out, _ = citera("run", "squad", "--out", tmp_path / "o", *arguments)

    assert (code, out) == (0, "n\t2.0000\nf1\t0.2500\n")
    assert asked.pop("settings").home == tmp_path / "h"
    assert asked.pop("system") is None
    assert asked == {"name": "squad", "out": tmp_path / "o", "data": tmp_path / "d", "limit": 5, "workers": 2}
    assert citera("run", "squad", "--out", tmp_path / "o", "--system", "command:./mine --json")[0] == 0
    assert asked["system"] == evals.Command("./mine --json")
    assert citera("run", "squad", "--out", tmp_path / "o", "--workers", 0)[0] == 2
    assert citera("run", "my/cases.jsonl", "--home", tmp_path / "h")[0] == 0
    assert asked["out"].parent == evals.runs_folder(tmp_path / "h")
    assert asked["out"].name.startswith("cases-20")


def test_a_system_that_is_not_understood_is_one_line(
    citera: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    code, out, err = citera("run", "sample", "--out", tmp_path / "o", "--system", "theirs")

    assert (code, out) == (1, "")
    assert "'theirs' names no system. Use command:COMMAND or openai:BASE_URL#MODEL." in " ".join(err.split())


def test_the_corpus_is_written_for_other_products(citera: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, _ = citera("corpus", "sample", "--out", tmp_path / "given")
    corpus, questions = map(Path, out.splitlines())

    assert code == 0
    assert '"article_id"' in corpus.read_text("utf-8").splitlines()[0]
    assert "answerable" not in questions.read_text("utf-8")


def test_a_comparison_as_json_has_its_rows(
    citera: Callable[..., tuple[int, str, str]], measured: Callable[..., Path]
) -> None:
    code, out, _ = citera("compare", measured("a", 0.2), measured("b", 0.9), "--json")
    rows = {(row["score"], row["tag"]): row for row in json.loads(out)}

    assert code == 0
    assert (rows["f1", None]["a"], rows["f1", None]["b"], rows["f1", None]["n"]) == (0.2, 0.9, 10)
