"""The packaged sample corpus with questions written for it."""

from __future__ import annotations

from pathlib import Path

from corpus.samples import samples_folder
from evals.cases import Dataset, read_cases

QUESTIONS = Path(__file__).parents[1] / "questions" / "sample.jsonl"


def load() -> Dataset:
    """Cases still name files; `evals.cases.by_file` puts ids in their place once the pages are ingested."""
    return Dataset("sample", read_cases(QUESTIONS), paths=(samples_folder(),))
