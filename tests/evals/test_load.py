"""`python -m evals.load`, from end to end: a server of its own, people who ask, and what is printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_few_people_ask_and_the_figures_are_printed(tmp_path: Path, cache: Path) -> None:
    command = "-m evals.load --users 3 --every 0.5 --seconds 2 --json --home".split()
    environment = {**os.environ, "CITERA_CACHE": str(cache), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *command, str(tmp_path)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
        timeout=240,
    )
    found = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert found["errors"] == {}
    assert found["questions"] == 12
    assert 0 < found["p50_ms"] <= found["p95_ms"] <= found["max_ms"]
    assert not (tmp_path / "server.json").exists()
