"""The sample questions put to the real assistant: what must hold whatever the scores are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals import run_dataset
from rag import Settings

pytestmark = pytest.mark.slow


def test_every_citation_is_exact_and_nothing_is_quoted_that_was_not_said(tmp_path: Path, cache: Path) -> None:
    result = run_dataset("sample", out=tmp_path, settings=Settings(cache=cache))

    scores = json.loads((tmp_path / "scores.json").read_text())
    assert scores == result.scores
    assert scores["n"] >= 105
    assert scores["citation_exact"] == 1.0
    assert scores["quotes_verbatim"] == 1.0
    assert scores["speaker"] >= 0.85
    assert scores["contains_gold"] >= 0.8
    assert scores["missed_refusal/off_corpus"] == 0.0
    assert scores["wrong_refusal"] <= 0.1
