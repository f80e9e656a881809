"""Citera itself, opened as everybody opens it."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from time import perf_counter

from rich.progress import Progress, TaskID

from corpus.article import Article
from evals.cases import Case, Dataset
from evals.evidence import ArticleOf, Place
from evals.retrieval_scores import DEPTH
from evals.run_folder import Ingest, digest_of, write_ingest
from evals.systems.home import kept_home
from evals.systems.memory import peak_mb
from evals.systems.system import Facts, Reply
from index.errors import ArticleNotFoundError, ManifestMismatchError
from index.ingest_report import IngestProgress
from index.retrieval import Hit
from rag import Assistant, Settings

Opening = Callable[[Settings], Assistant]


@dataclass(frozen=True, slots=True)
class Citera:
    """Our own assistant with these settings, but for its home, which lies in `home` or else with the run."""

    settings: Settings
    opening: Opening = Assistant.open
    home: Path | None = None
    name: str = "Citera"

    @contextmanager
    def hold(self, dataset: Dataset, out: Path, progress: Progress) -> Iterator[_Holding]:
        """An open assistant whose index holds the data set and nothing else; what is already in it is not read again."""
        home = kept_home(self.home or out / "home", digest_of((dataset.corpus_digest, _code_digest("corpus", "index"))))
        settings = self.settings.model_copy(update={"home": home})
        try:
            assistant = self.opening(settings)
        except ManifestMismatchError:
            shutil.rmtree(home)
            assistant = self.opening(settings)
        with assistant:
            shown = _IngestShown(progress)
            start = perf_counter()
            reports = []
            if dataset.paths:
                reports.append(assistant.ingest(dataset.paths, progress=shown))
            if dataset.articles:
                reports.append(assistant.ingest_articles(dataset.articles, progress=shown))
            if chunks := sum(report.chunks for report in reports):
                write_ingest(out, Ingest(chunks, perf_counter() - start))
            for rejected in (rejected for report in reports for rejected in report.rejected):
                progress.console.print(f"rejected {rejected.source}: {rejected.reason}", markup=False)
            yield _Holding(assistant, settings)


class _Holding:
    def __init__(self, assistant: Assistant, settings: Settings) -> None:
        self._assistant = assistant
        self._settings = settings
        self.article_of = _article_lookup(assistant)

    @property
    def articles(self) -> Sequence[Article]:
        return self._assistant.articles()

    @cached_property
    def facts(self) -> Facts:
        status = self._assistant.status()
        return Facts(
            settings=self._settings.model_dump(exclude={"home", "cache"}),
            settings_digest=self._settings.digest,
            index=status.manifest_digest,
            code=_code_digest("corpus", "index", "rag"),
            counts={"articles": status.articles, "teasers": status.teasers, "chunks": status.chunks},
            machine={"embedding": f"{status.embedder}, {status.embedder_runtime}"},
        )

    def warm_up(self, question: str) -> None:
        self._assistant.retriever.search(question, limit=DEPTH)

    def ask(self, case: Case, *, search_only: bool) -> Reply:
        """The answer and the chunks found; the time is that of the answer, or of the search where that is all."""
        start = perf_counter()
        answer = None if search_only else self._assistant.ask(case.question, case.history)
        answered = perf_counter()
        query = answer.standalone_question if answer else case.question
        hits = self._assistant.retriever.search(query, limit=DEPTH) if case.articles else []
        end = perf_counter() if search_only else answered
        found = tuple(Place(self._stands_for(hit, case.articles), hit.span) for hit in hits)
        return Reply(answer.to_dict() if answer else None, found, (end - start) * 1000)

    def _stands_for(self, hit: Hit, expected: Collection[str]) -> str:
        """The article found, or an expected one that it is named as a copy of: of a story only one copy is shown."""
        if hit.article_id in expected:
            return hit.article_id
        copies = self._assistant.copies(hit.article_id, hit.text_sha256)
        return next((copy.article_id for copy in copies if copy.article_id in expected), hit.article_id)

    def peak_memory_mb(self) -> float | None:
        """That of this process, so that what reads and scores the data set is in it too."""
        return peak_mb(os.getpid())


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
