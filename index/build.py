"""Corpus -> index: incremental, idempotent, crash-safe.

A page whose bytes and cleaner have not changed is passed over. Everything that follows from one page (its articles, their
chunks, stems, quotations, embeddings and the vector operations) is one transaction; Chroma is told afterwards from the
outbox, which is replayed on opening if a crash came between.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from corpus.article import Article
from corpus.cleaning import CLEANER_VERSION, Dropped
from corpus.errors import EmptySourceError
from corpus.extraction import extract
from corpus.quotes import find_quotes
from corpus.readers import RawRecord, Rejected, list_files, read_bytes, read_records
from corpus.readers.records import Unchanged, Upload, Validators, is_url
from index.chunking import Chunk, chunk_article
from index.embedding import Embedded, Embedder
from index.manifest import Manifest, check_manifest, write_manifest
from index.store import Store
from index.vector_store import VectorStore

if TYPE_CHECKING:
    from corpus.fetching import Fetcher

Stage = Literal["reading", "embedding", "writing"]
BATCH_CHUNKS = 256
"""Chunks embedded together: enough to sort by length, little enough to lose in a crash."""
OUTBOX_BATCH = 2000


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far a stage has come. `total` is None where it cannot be known."""

    stage: Stage
    done: int
    total: int | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class DroppedLine:
    """Something on a page that became part of no article, and the rule that dropped it."""

    source: str
    text: str
    rule: str


@dataclass(slots=True)
class IngestReport:
    """What an ingest did. Counts are articles (teasers included in all but `teasers`' own count); lists are per page."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    teasers: int = 0
    chunks: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    dropped: list[DroppedLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Page:
    source: str
    record: RawRecord | None
    articles: tuple[Article, ...]
    dropped: tuple[Dropped, ...] = ()


Progress = Callable[[IngestProgress], None]
Found = RawRecord | Rejected | Unchanged


def public_web() -> Fetcher:
    """What opens URLs unless the caller says otherwise: public addresses only."""
    from corpus.fetching import Fetcher

    return Fetcher()


class IndexBuilder:
    """Writes to one index. The caller holds the folder's lock.

    Raises:
        ManifestMismatchError: on construction, if the index was built by something else.
    """

    def __init__(
        self,
        store: Store,
        vectors: VectorStore,
        embedder: Embedder,
        *,
        open_web: Callable[[], Fetcher] = public_web,
    ) -> None:
        self._store = store
        self._vectors = vectors
        self._embedder = embedder
        self._open_web = open_web
        self._manifest = Manifest.of(embedder)
        check_manifest(store, self._manifest)
        self.replay_outbox()

    def ingest(
        self,
        sources: Sequence[Path | str],
        *,
        prune: bool = False,
        limit: int | None = None,
        progress: Progress = lambda _: None,
    ) -> IngestReport:
        """Reads files, folders and URLs into the index. `prune` withdraws articles whose file under the paths is gone; `limit` is how
        many pages of one feed or sitemap are read.

        Raises:
            SourceNotFoundError: a path does not exist (and `prune` does not ask for just that).
        """
        report = IngestReport()
        urls = [str(source) for source in sources if is_url(str(source))]
        roots = [Path(source) for source in sources if not is_url(str(source))]
        files = list_files([root for root in roots if root.exists() or not prune])
        found = chain(read_records(files), self._read_web(urls, limit))
        self._take(found, None if urls else len(files), report, progress)
        if prune:
            self._prune(roots, {str(file) for file in files}, report)
        self.replay_outbox()
        return report

    def ingest_uploads(self, uploads: Sequence[Upload], *, progress: Progress = lambda _: None) -> IngestReport:
        """Reads files whose bytes were sent."""
        report = IngestReport()
        found = (
            one for upload in uploads for one in read_bytes(upload.source, upload.raw, content_type=upload.content_type)
        )
        self._take(found, None, report, progress)
        self.replay_outbox()
        return report

    def _read_web(self, urls: Sequence[str], limit: int | None) -> Iterator[Found]:
        if not urls:
            return
        from corpus.web import WebReader

        with self._open_web() as fetcher:
            yield from WebReader(fetcher, limit=limit, known=self._validators).read(urls)

    def _validators(self, url: str) -> Validators | None:
        return self._store.validators(url, CLEANER_VERSION)

    def _take(self, found: Iterable[Found], total: int | None, report: IngestReport, progress: Progress) -> None:
        """Brings into the index what was found, a batch at a time."""
        pages: list[_Page] = []
        waiting = 0
        for done, record in enumerate(found, start=1):
            progress(IngestProgress("reading", done, total, record.source))
            if isinstance(record, Rejected):
                report.rejected.append(record)
                continue
            if isinstance(record, Unchanged):
                report.unchanged += len(self._store.articles_on_page(record.source))
                continue
            page = self._read(record, report)
            if page is not None:
                pages.append(page)
                waiting += sum(len(article.text) for article in page.articles) // 600 + 1
            if waiting >= BATCH_CHUNKS:
                self._write(pages, report, progress)
                pages, waiting = [], 0
        self._write(pages, report, progress)

    def ingest_articles(self, articles: Iterable[Article], *, progress: Progress = lambda _: None) -> IngestReport:
        """Takes articles as they are: each is its own page, none has raw bytes."""
        report = IngestReport()
        batch: list[_Page] = []
        for article in articles:
            if self._store.holds(article):
                report.unchanged += 1
                continue
            batch.append(_Page(article.source, None, (article,)))
            if len(batch) == BATCH_CHUNKS:
                self._write(batch, report, progress)
                batch = []
        self._write(batch, report, progress)
        self.replay_outbox()
        return report

    def remove(self, article_id: str) -> None:
        """Withdraws an article from search; its versions stay readable.

        Raises:
            ArticleNotFoundError: there is no such article.
        """
        self._store.article(article_id)
        with self._store.transaction():
            self._store.withdraw(article_id)
        self.replay_outbox()

    def replay_outbox(self) -> None:
        """Tells Chroma what it has not been told; safe to repeat."""
        while pending := self._store.outbox(OUTBOX_BATCH):
            final = {chunk_id: verb for _, verb, chunk_id in pending}
            upserts = [chunk_id for chunk_id, verb in final.items() if verb == "upsert"]
            removes = [chunk_id for chunk_id, verb in final.items() if verb == "remove"]
            chunks = self._store.chunks(self._embedder.digest, upserts)
            if chunks:
                self._vectors.upsert(list(chunks), np.stack([chunk.vector for chunk in chunks.values()]))
            if removes:
                self._vectors.remove(removes)
            with self._store.transaction():
                self._store.acknowledge(pending[-1][0])

    def _read(self, record: RawRecord, report: IngestReport) -> _Page | None:
        if self._store.source(record.source) == (record.raw_sha256, CLEANER_VERSION):
            report.unchanged += len(self._store.articles_on_page(record.source))
            return None
        extraction = extract(record)
        if not extraction.articles:
            error = EmptySourceError(
                f"{record.source} holds no article, only boilerplate.", "Remove it, or save the page again."
            )
            report.rejected.append(Rejected(record.source, error.what, error.remedy))
            return None
        return _Page(record.source, record, extraction.articles, extraction.dropped)

    def _write(self, pages: Sequence[_Page], report: IngestReport, progress: Progress) -> None:
        if not pages:
            return
        fresh = {
            article.id: chunk_article(article, self._embedder.count_tokens)
            for page in pages
            for article in page.articles
            if not self._store.holds(article)
        }
        embeddings = self._embed([chunk for chunks in fresh.values() for chunk in chunks], progress)
        for done, page in enumerate(pages, start=1):
            self._write_page(page, fresh, embeddings, report)
            progress(IngestProgress("writing", done, len(pages)))

    def _write_page(
        self, page: _Page, fresh: dict[str, list[Chunk]], embeddings: dict[str, Embedded], report: IngestReport
    ) -> None:
        store = self._store
        with store.transaction():
            write_manifest(store, self._manifest)
            gone = set(store.articles_on_page(page.source)) - {article.id for article in page.articles}
            for article_id in gone:
                store.withdraw(article_id)
            report.withdrawn += len(gone)
            for article in page.articles:
                if article.id not in fresh:
                    report.unchanged += 1
                    continue
                before = store.current_sha256(article.id)
                chunks = fresh[article.id]
                for chunk in chunks:
                    store.put_embedding(self._embedder.digest, chunk.document.digest, embeddings[chunk.document.digest])
                store.put_article(article, page.source, chunks, find_quotes(article))
                report.added += before is None
                report.updated += before is not None
                report.teasers += article.kind == "teaser"
                report.chunks += len(chunks)
            if page.record is not None:
                store.put_source(page.record, CLEANER_VERSION)
        report.dropped.extend(DroppedLine(page.source, item.text, item.rule) for item in page.dropped)

    def _embed(self, chunks: Sequence[Chunk], progress: Progress) -> dict[str, Embedded]:
        known: dict[str, Embedded] = {}
        missing = {}
        for chunk in chunks:
            cached = self._store.cached_embedding(self._embedder.digest, chunk.document.digest)
            if cached is None:
                missing[chunk.document.digest] = chunk.document
            else:
                known[chunk.document.digest] = cached
        documents = list(missing.values())
        embedded = self._embedder.embed_documents(
            documents, lambda done: progress(IngestProgress("embedding", done, len(documents)))
        )
        return known | dict(zip(missing, embedded, strict=True))

    def _prune(self, roots: Sequence[Path], present: set[str], report: IngestReport) -> None:
        resolved = [root.resolve() for root in roots]
        for page in self._store.live_pages():
            under = any(Path(page) == root or root in Path(page).parents for root in resolved)
            if under and page not in present and not Path(page).exists():
                with self._store.transaction():
                    for article_id in self._store.articles_on_page(page):
                        self._store.withdraw(article_id)
                        report.withdrawn += 1
