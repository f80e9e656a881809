"""A run on disk: `cases.jsonl`, one row a case as it was asked, answered and judged; and `scores.json`, their means."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.errors import RunFolderError


class Row(BaseModel):
    """One case of a run. `case` is its digest; `key` is the digest of all that the answer depends on."""

    model_config = ConfigDict(frozen=True)

    id: str
    case: str
    key: str
    question: str
    language: str
    answerable: bool
    expected: tuple[str, ...]
    tags: tuple[str, ...]
    ranking: tuple[str, ...]
    answer: Mapping[str, Any] | None
    query_ms: float
    scores: dict[str, float]
    why: dict[str, str]


def read_rows(folder: Path) -> list[Row]:
    """The rows of a run, without a last line that was cut off when the run was stopped.

    Raises:
        RunFolderError: there is no `cases.jsonl`, or a line before the last is not a row.
    """
    path = folder / "cases.jsonl"
    if not path.is_file():
        raise RunFolderError(f"{folder} holds no run.", "Name a folder that `citera eval run` wrote.")
    lines = path.read_bytes().splitlines()
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            rows.append(Row.model_validate_json(line))
        except ValidationError as error:
            if number < len(lines):
                raise RunFolderError(f"{path}, line {number} is not a case.", "Delete that line.") from error
    return rows


def write_rows(folder: Path, rows: Iterable[Row]) -> None:
    """Replaces the rows of a run in one step."""
    new = folder / "cases.jsonl.new"
    new.write_text("".join(f"{row.model_dump_json()}\n" for row in rows), encoding="utf-8")
    new.replace(folder / "cases.jsonl")


def write_scores(folder: Path, scores: Mapping[str, float]) -> None:
    (folder / "scores.json").write_text(json.dumps(scores, indent=2) + "\n", encoding="utf-8")


def mean_scores(rows: Iterable[Row]) -> dict[str, float]:
    """`n`, the times of a query in milliseconds and the mean of every score over the cases that have it.

    `f1/quote` is the mean of `f1` over the cases tagged `quote`; `n/quote` is how many cases carry the tag.
    """
    import numpy as np

    counts = Counter({"n": 0})
    values: dict[str, list[float]] = defaultdict(list)
    times = []
    for row in rows:
        times.append(row.query_ms)
        for ending in ("", *(f"/{tag}" for tag in row.tags)):
            counts[f"n{ending}"] += 1
            for name, value in row.scores.items():
                values[f"{name}{ending}"].append(value)
    p50, p95 = map(float, np.percentile(times, (50, 95))) if times else (0.0, 0.0)
    means = {name: sum(found) / len(found) for name, found in sorted(values.items())}
    return {**counts, "query_p50_ms": p50, "query_p95_ms": p95, **means}
