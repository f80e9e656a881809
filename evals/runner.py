"""A whole measurement: a data set into an index of its own, every case asked, judged and written down."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from time import perf_counter
from typing import NamedTuple, cast

from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from corpus.article import Article
from evals.answer_scores import ArticleOf, answer_scores
from evals.cases import Case, Dataset, by_file, drawn
from evals.datasets import load_dataset
from evals.errors import RunFolderError
from evals.retrieval_scores import DEPTH, article_ranking, retrieval_scores
from evals.run_folder import Row, mean_scores, read_rows, write_rows, write_scores
from index.build import IngestProgress
from index.errors import ArticleNotFoundError, ManifestMismatchError
from rag import Assistant, Settings
from rag.answer import AnswerJson

Opening = Callable[[Settings], Assistant]

TABLE_SCORES = (
    *("recall@1", "recall@5", "recall@10", "mrr", "ndcg@10", "contains_gold", "exact_match", "f1", "cited_expected"),
    *("right_kind", "speaker", "quotes_verbatim", "citation_exact", "wrong_refusal", "missed_refusal", "words"),
)


@dataclass(frozen=True, slots=True)
class RunResult:
    """Where a run was written and its mean scores, as in `scores.json`."""

    name: str
    folder: Path
    scores: dict[str, float]

    def table(self) -> Table:
        """One row for all cases and one a tag, one column a score that the run has."""
        columns = [name for name in TABLE_SCORES if name in self.scores]
        p50, p95 = self.scores["query_p50_ms"], self.scores["query_p95_ms"]
        table = Table(title=f"{self.name}: a query takes {p50:.0f} ms, one in twenty over {p95:.0f} ms")
        table.add_column("tag")
        for column in ("n", *columns):
            table.add_column(column.replace("_", "\n"), justify="right")
        for ending in ("", *(key.removeprefix("n") for key in sorted(self.scores) if key.startswith("n/"))):
            means = [self.scores.get(f"{name}{ending}") for name in columns]
            cells = ["" if mean is None else f"{mean:.3f}" for mean in means]
            table.add_row(ending.removeprefix("/") or "all", f"{self.scores[f'n{ending}']:.0f}", *cells)
        return table


def run_dataset(
    name: str,
    *,
    out: Path,
    data: Path | None = None,
    limit: int | None = None,
    settings: Settings,
    retrieval_only: bool = False,
    opening: Opening = Assistant.open,
) -> RunResult:
    """Measures Citera on the data set `name` and writes `scores.json` and `cases.jsonl` below `out`.

    The index lies in `out/home`, never in the home that `settings` names, and is used again while the data set and
    the code that reads and indexes are the same. An answer in `cases.jsonl` is used again while the settings, the
    code, the corpus and the case are the same; scores are computed anew each time. `limit` draws questions with a
    fixed seed and leaves the corpus whole. With `retrieval_only` nothing is
    answered, and only cases that expect an article are searched for.

    Raises:
        DatasetError: the data set is unknown or broken.
        RunFolderError: `out` holds something that is no run.
    """
    dataset = load_dataset(name, data)
    settings = settings.model_copy(update={"home": out / "home"})
    with (
        Progress(console=Console(stderr=True)) as progress,
        _indexed(dataset, settings, out, opening, progress) as assistant,
    ):
        cases = by_file(dataset.cases, assistant.articles()) if dataset.paths else dataset.cases
        cases = drawn([case for case in cases if case.articles] if retrieval_only else cases, limit)
        key = _digest(
            settings.digest,
            assistant.status().manifest_digest,
            dataset.corpus_digest,
            _code_digest("corpus", "index", "rag"),
            str(retrieval_only),
        )
        rows = list(_asked(cases, key, assistant, out, progress, retrieval_only=retrieval_only))
        status = assistant.status()
        scores = mean_scores(rows) | {"articles": status.articles, "teasers": status.teasers, "chunks": status.chunks}
    write_rows(out, rows)
    write_scores(out, scores)
    return RunResult(name, out, scores)


@contextmanager
def _indexed(
    dataset: Dataset, settings: Settings, out: Path, opening: Opening, progress: Progress
) -> Iterator[Assistant]:
    """An open assistant whose index holds the data set and nothing else; what is already in it is not read again."""
    home, stamp = out / "home", out / "home.digest"
    built_from = _digest(dataset.corpus_digest, _code_digest("corpus", "index"))
    if home.exists():
        if not stamp.is_file():
            raise RunFolderError(f"{home} was not made by a run.", "Name another folder with --out.")
        if stamp.read_text("utf-8") != built_from:
            shutil.rmtree(home)
    out.mkdir(parents=True, exist_ok=True)
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


def _asked(
    cases: Sequence[Case], key: str, assistant: Assistant, out: Path, progress: Progress, *, retrieval_only: bool
) -> Iterator[Row]:
    """A row a case, in order: the stored one, judged again, or a new one, written down before the next is asked."""
    stored = {row.key: row for row in read_rows(out)} if (out / "cases.jsonl").is_file() else {}
    write_rows(out, stored.values())
    article_of = _article_lookup(assistant)
    warm = False
    with (out / "cases.jsonl").open("a", encoding="utf-8") as file:
        for case in progress.track(cases, description="asking"):
            row = stored.get(_digest(key, case.digest))
            if row is None:
                if not warm:
                    _ask(case, assistant, retrieval_only=retrieval_only)
                    warm = True
                asked = _ask(case, assistant, retrieval_only=retrieval_only)
                row = _judged(case, _digest(key, case.digest), asked, article_of)
                file.write(f"{row.model_dump_json()}\n")
                file.flush()
            else:
                row = _judged(
                    case, row.key, _Asked(cast("AnswerJson | None", row.answer), row.ranking, row.query_ms), article_of
                )
            yield row


class _Asked(NamedTuple):
    answer: AnswerJson | None
    ranking: tuple[str, ...]
    query_ms: float


def _ask(case: Case, assistant: Assistant, *, retrieval_only: bool) -> _Asked:
    """The answer and the ranking of articles; the time is that of the answer, or of the search where that is all."""
    start = perf_counter()
    answer = None if retrieval_only else assistant.ask(case.question, case.history)
    answered = perf_counter()
    query = answer.standalone_question if answer and case.history else case.question
    hits = assistant.retriever.search(query, limit=DEPTH)
    end = perf_counter() if retrieval_only else answered
    return _Asked(answer.to_dict() if answer else None, tuple(article_ranking(hits)), (end - start) * 1000)


def _judged(case: Case, key: str, asked: _Asked, article_of: ArticleOf) -> Row:
    judged = retrieval_scores(case.articles, asked.ranking)
    if asked.answer is not None:
        judged |= answer_scores(case, asked.answer, article_of)
    return Row(
        id=case.id,
        case=case.digest,
        key=key,
        question=case.question,
        language=case.language,
        answerable=case.answerable,
        expected=case.articles,
        tags=case.tags,
        ranking=asked.ranking,
        answer=asked.answer,
        query_ms=asked.query_ms,
        scores={name: score.value for name, score in judged.items()},
        why={name: score.why for name, score in judged.items()},
    )


def _article_lookup(assistant: Assistant) -> ArticleOf:
    @cache
    def article_of(article_id: str, text_sha256: str) -> Article | None:
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
    return _digest(*(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(files)))


def _digest(*pieces: str) -> str:
    return hashlib.sha256("\n".join(pieces).encode()).hexdigest()[:16]
