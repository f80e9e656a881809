"""What a bench measures and where it works; how long anything takes is nobody's to assert."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evals.bench import Bench, Figure, main
from evals.datasets import load_dataset

MACHINE = {"cpus": "2 CPUs", "embeddings": "torch 2"}


@pytest.mark.parametrize(("n", "p95"), [(1, None), (19, None), (21, 19.0)])
def test_a_row_has_a_95th_percentile_where_there_are_enough_measurements(n: int, p95: float | None) -> None:
    summary = Figure("ask", "ms", tuple(float(number) for number in reversed(range(n)))).summary()

    assert summary == {"p50": (n - 1) / 2, "p95": p95, "lowest": 0.0, "highest": n - 1.0}


def test_the_json_has_every_row_under_its_name() -> None:
    written = Bench(MACHINE, (Figure("ask", "ms", (1.0, 3.0)), Figure("both", "cosine", (0.9999,)))).to_dict()

    assert json.loads(json.dumps(written)) == {
        "machine": MACHINE,
        "figures": {
            "ask": {"unit": "ms", "p50": 2.0, "p95": None, "lowest": 1.0, "highest": 3.0, "n": 2},
            "both": {"unit": "cosine", "p50": 0.9999, "p95": None, "lowest": 0.9999, "highest": 0.9999, "n": 1},
        },
    }


def test_importing_it_loads_nothing_heavy() -> None:
    program = (
        "import sys, evals.bench; print({'torch', 'openvino', 'chromadb', 'sentence_transformers'} & {*sys.modules})"
    )

    assert subprocess.check_output([sys.executable, "-c", program], text=True, timeout=60) == "set()\n"


@pytest.mark.slow
@pytest.mark.parametrize("openvino", [True, False])
def test_a_short_run_measures_everything_outside_the_home(
    openvino: bool, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if openvino:
        pytest.importorskip("openvino")
    else:
        monkeypatch.setitem(sys.modules, "openvino", None)
    monkeypatch.setenv("CITERA_CACHE", str(cache))
    monkeypatch.setenv("CITERA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")

    main(["--json", str(tmp_path / "bench.json"), "--rounds", "1", "--chunks", "3"])

    written = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    table = capsys.readouterr().out
    counts = {name: row["n"] for name, row in written["figures"].items()}
    questions = len(load_dataset("sample").cases)
    both = {"embed chunks, openvino": 1, "openvino / torch": 1, "chunk vectors, both": 3}
    expected = {
        "ingest sample corpus": 1,
        "ingest it unchanged": 1,
        "ask, new questions": questions,
        "ask, warm": questions,
        "ask, warm: embed": questions,
        "ask, warm: verify": questions,
        "citera --help, cold": 5,
        "citera ask, cold": 2,
        "embed chunks, torch": 1,
    }
    assert counts.items() >= (expected | (both if openvino else {})).items()
    assert openvino or not both.keys() & counts.keys()
    assert ("OpenVINO is not installed" in table) is not openvino
    assert all(name in table for name in counts)
    assert not (tmp_path / "home").exists()
