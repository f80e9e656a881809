"""A run on disk.

`cases.jsonl` has one row a case as it was asked, answered and judged; `scores.json` their means; `run.json` what was
run, on what and where; `texts.jsonl` the articles that the rows name. A run that was stopped has the first alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.errors import RunFolderError
from evals.evidence import Place
from evals.retrieval_scores import article_ranking
from evals.risk_coverage import area_under, risk_coverage
from rag.conversation import Turn


class Row(BaseModel):
    """One case of a run.

    `case` is its digest in the data set; `key` is the digest of all that the answer depends on; `workers` is how many
    questions were asked at a time; `failed` says why another system gave nothing usable.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    case: str
    key: str
    question: str
    history: tuple[Turn, ...]
    language: str
    answerable: bool
    expected: tuple[str, ...]
    tags: tuple[str, ...]
    speaker: str | None
    gold_words: tuple[str, ...]
    gold: tuple[Place, ...]
    found: tuple[Place, ...]
    answer: Mapping[str, Any] | None
    failed: str | None = None
    query_ms: float
    workers: int
    scores: dict[str, float]
    why: dict[str, str]

    @property
    def ranking(self) -> list[str]:
        """Article ids in the order in which they were found."""
        return article_ranking(self.found)


@dataclass(frozen=True, slots=True)
class Ingest:
    """How long a whole corpus took, from articles to something that can be asked."""

    chunks: int
    seconds: float


class Run(BaseModel):
    """What was run: which system, digests of cases, corpus, settings and code, versions of what it rests on, and the machine.

    `ingest` is how long the corpus took, `peak_memory_mb` the most that the system's process held; None where not known.
    """

    model_config = ConfigDict(frozen=True)

    system: str = "Citera"
    dataset: str
    n: int
    retrieval_only: bool
    cases: str
    corpus: str
    settings: Mapping[str, Any]
    settings_digest: str
    index: str
    code: str
    versions: Mapping[str, str]
    machine: Mapping[str, str | int]
    ingest: Ingest | None = None
    peak_memory_mb: float | None = None
    finished: datetime


class ArticleText(BaseModel):
    """An article that a row names."""

    model_config = ConfigDict(frozen=True)

    article_id: str
    title: str | None
    text: str


Line = TypeVar("Line", bound=BaseModel)


def read_rows(folder: Path) -> list[Row]:
    """The rows of a run, without a last line that was cut off when the run was stopped.

    Raises:
        RunFolderError: there is no `cases.jsonl`, or a line before the last is not a row.
    """
    return read_lines(folder / "cases.jsonl", Row)


def read_run(folder: Path) -> Run:
    """What was run.

    Raises:
        RunFolderError: the folder holds no run, or one that did not come to its end.
    """
    path = folder / "run.json"
    if not path.is_file():
        raise RunFolderError(f"{folder} holds no finished run.", "Run `citera eval run` with it to the end.")
    try:
        return Run.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise RunFolderError(f"{path} does not describe a run.", "Run `citera eval run` there again.") from error


def runs_folder(home: Path) -> Path:
    """Where a home keeps the runs that are not told to go elsewhere; the chat shows them."""
    return home / "evals" / "runs"


def finished_runs(folder: Path) -> dict[str, Run]:
    """The finished runs among the folders of `folder`, by name, the latest first; what holds none is passed over."""
    found = {}
    for inside in folder.iterdir() if folder.is_dir() else ():
        with suppress(RunFolderError):
            found[inside.name] = read_run(inside)
    return dict(sorted(found.items(), key=lambda run: run[1].finished, reverse=True))


def read_texts(folder: Path) -> dict[str, ArticleText]:
    """The articles that the rows of a run name, by id."""
    return {text.article_id: text for text in read_lines(folder / "texts.jsonl", ArticleText)}


def write_rows(folder: Path, rows: Iterable[Row]) -> None:
    """Replaces the rows of a run in one step."""
    write_file(folder / "cases.jsonl", "".join(f"{row.model_dump_json()}\n" for row in rows))


def begin(folder: Path) -> None:
    """Takes away what says that a run is finished."""
    for name in ("run.json", "scores.json", "texts.jsonl"):
        (folder / name).unlink(missing_ok=True)


def finish(
    folder: Path, run: Run, rows: Iterable[Row], scores: Mapping[str, float], texts: Iterable[ArticleText]
) -> None:
    """Writes a whole run; `run.json` comes last."""
    write_rows(folder, rows)
    write_file(folder / "scores.json", json.dumps(scores, indent=2) + "\n")
    write_file(folder / "texts.jsonl", "".join(f"{text.model_dump_json()}\n" for text in texts))
    write_file(folder / "run.json", run.model_dump_json(indent=2) + "\n")


def write_ingest(out: Path, ingest: Ingest) -> None:
    write_file(out / "ingest.json", json.dumps(asdict(ingest)) + "\n")


def read_ingest(out: Path) -> Ingest | None:
    """The ingest that filled `out/home`, in this run or an earlier one; None if none was timed."""
    path = out / "ingest.json"
    return Ingest(**json.loads(path.read_bytes())) if path.is_file() else None


def digest_of(pieces: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(pieces).encode()).hexdigest()[:16]


def mean_scores(rows: Iterable[Row]) -> dict[str, float]:
    """`n`, the times of a query and its stages in milliseconds, and the mean of every score over the cases that have it.

    `f1/quote` is the mean of `f1` over the cases tagged `quote`; `n/quote` is how many cases carry the tag. `coverage` is
    the share of questions that were answered, `aurc` the area under the risk-coverage curve.
    """
    rows = list(rows)
    counts = Counter({"n": 0})
    values: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        for ending in ("", *(f"/{tag}" for tag in row.tags)):
            counts[f"n{ending}"] += 1
            for name, value in row.scores.items():
                values[f"{name}{ending}"].append(value)
    means = {name: sum(found) / len(found) for name, found in sorted(values.items())}
    curve = risk_coverage(row_confidence(row) for row in rows if "right" in row.scores)
    abstaining = {"coverage": curve[-1][0], "aurc": area_under(curve)} if curve else {}
    return {**counts, **_percentiles(stage_times(rows)), **abstaining, **means}


def row_confidence(row: Row) -> tuple[float | None, bool]:
    """How sure the answer is, None where there is none, and whether it is right.

    Not every system says how well an answer is supported. The best score of the passages that it was sought in stands for that.
    """
    assert row.answer is not None
    scores = [passage["score"] for passage in row.answer["passages"]]
    return None if row.answer["refused"] else max(scores, default=0.0), row.scores["right"] == 1


def stage_times(rows: Iterable[Row]) -> dict[str, list[float]]:
    """Milliseconds of each query as a whole and of each of its stages."""
    times: dict[str, list[float]] = {"query": []}
    for row in rows:
        times["query"].append(row.query_ms)
        for stage, spent in (row.answer or {}).get("timings_ms", {}).items():
            times.setdefault(stage, []).append(spent)
    return times


def _percentiles(times: Mapping[str, list[float]]) -> dict[str, float]:
    import numpy as np

    return {
        f"{stage}_p{percent}_ms": float(np.percentile(spent, percent)) if spent else 0.0
        for stage, spent in times.items()
        for percent in (50, 95)
    }


def read_lines(path: Path, model: type[Line]) -> list[Line]:
    """The records of one of a run's files, without a last line that was cut off."""
    if not path.is_file():
        raise RunFolderError(f"{path.parent} holds no run.", "Name a folder that `citera eval run` wrote.")
    lines = path.read_bytes().splitlines()
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(model.model_validate_json(line))
        except ValidationError as error:
            if number < len(lines):
                raise RunFolderError(
                    f"{path}, line {number} is not what this version of Citera writes.", "Delete that line, or the run."
                ) from error
    return found


def write_file(path: Path, content: str) -> None:
    """Replaces a file in one step."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(content, encoding="utf-8")
    new.replace(path)
