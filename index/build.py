"""Corpus -> index: incremental, idempotent, crash-safe, in constant memory.

A page whose bytes and cleaner have not changed is passed over, so that an ingest that was stopped goes on where it was. Everything
that follows from a batch of pages (their articles, chunks, stems and quotations) is one transaction. Chroma hears of new chunks before it
and of dead ones after it, so that whoever asks meanwhile finds all that is live in the state that he reads, and drops the rest. The
outbox names the chunks on which the two may not agree; it is settled on opening if a crash came between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.article import Article
from corpus.cleaning import CLEANER_VERSION, Dropped
from corpus.extraction import extract
from corpus.quotes import find_quotes
from corpus.readers import RawRecord, Rejected, Unchanged, find_files, is_pattern, read_bytes, read_file, several
from corpus.readers.records import Upload, Validators, is_url
from index.chunking import CHUNK_TOKENS, Chunk, chunk_article
from index.collection import settle
from index.embedding import Embedder, Vector
from index.embedding_cache import embed_missing
from index.ingest_report import IngestProgress, IngestReport, PageReport, PageState, Stage
from index.manifest import Manifest, check_manifest, write_manifest
from index.store import Store
from index.vector_store import VectorStore

if TYPE_CHECKING:
    from corpus.fetching import Fetcher

BATCH_CHUNKS = 256
"""Chunks embedded together: enough to sort by length, little enough to lose in a crash."""
BATCH_ARTICLES = 256
"""Articles whose quotations are renewed in one transaction."""
OUTBOX_LIMIT = 2000
"""Dead chunks that Chroma keeps at most while an ingest runs."""
MOMENT_SECONDS = 2.0
"""How long dead chunks wait at its end for the questions that may still want them; a search takes a tenth of a second."""

Record = RawRecord | Rejected | Unchanged


@dataclass(frozen=True, slots=True)
class _Page:
    source: str
    record: RawRecord | None
    articles: tuple[Article, ...]
    dropped: tuple[Dropped, ...] = ()

    @property
    def chunks(self) -> int:
        """About how many chunks it will have."""
        return sum(len(article.text) for article in self.articles) // 600 + 1


@dataclass(slots=True)
class _Run:
    """One ingest: who hears of it, the sums so far, and how many bytes of all have been read (`total` None: nobody knows)."""

    report: IngestReport
    progress: Callable[[IngestProgress], None] = lambda _: None
    pages: Callable[[PageReport], None] = lambda _: None
    stop: Callable[[], bool] = lambda: False
    done: int = 0
    total: int | None = None

    def stops(self) -> bool:
        self.report.stopped = self.report.stopped or self.stop()
        return self.report.stopped

    def tell(self, stage: Stage, done: int, total: int | None) -> None:
        articles = self.report.added + self.report.updated + self.report.unchanged
        self.progress(IngestProgress(stage, done, total, articles))

    def reject(self, rejected: Rejected, dropped: tuple[Dropped, ...] = ()) -> None:
        self.report.reject(rejected)
        self.pages(PageReport(rejected.source, "rejected", dropped=dropped, rejected=rejected))


def public_web() -> Fetcher:
    """What opens URLs if the caller does not say otherwise: public addresses only."""
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
        chunk_tokens: int = CHUNK_TOKENS,
        *,
        open_web: Callable[[], Fetcher] = public_web,
    ) -> None:
        self._store = store
        self._vectors = vectors
        self._embedder = embedder
        self._open_web = open_web
        self._manifest = Manifest.of(embedder, chunk_tokens)
        check_manifest(store, self._manifest)
        self.replay_outbox()
        self._renew_quotes()

    def ingest(
        self,
        sources: Sequence[Path | str],
        *,
        prune: bool = False,
        limit: int | None = None,
        progress: Callable[[IngestProgress], None] = lambda _: None,
        pages: Callable[[PageReport], None] = lambda _: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> IngestReport:
        """Reads files, folders, patterns and URLs into the index. `prune` withdraws articles that are no longer under the paths; `limit`
        is how many pages of one feed or sitemap are read.

        `progress` and `pages` hear of what happens, between transactions; `stop` is asked there whether to leave it at that.

        Raises:
            SourceNotFoundError: a path does not exist (and `prune` does not ask for just that).
        """
        run = _Run(IngestReport(), progress, pages, stop)
        urls = [source for source in several(sources) if is_url(source)]
        paths = [source for source in several(sources) if not is_url(source)]
        wanted = [path for path in paths if not prune or is_pattern(path) or Path(path).exists()]
        run.total = None if urls else sum(map(_size, find_files(wanted)))
        with closing(_Marks()) as marks:
            read = self._records(find_files(wanted), run, marks if prune else None)
            self._take(chain(read, self._web_records(urls, limit)), run)
            if prune and not run.report.stopped:
                self._prune(paths, marks, run.report)
        self.replay_outbox()
        return run.report

    def ingest_uploads(
        self,
        uploads: Iterable[Upload],
        *,
        trust_urls: bool,
        pages: Callable[[PageReport], None] = lambda _: None,
    ) -> IngestReport:
        """Reads files that were sent as bytes. Unless `trust_urls`, the addresses that they claim to be from are passed over, so that
        nobody puts a text in the place of another one's."""
        run = _Run(IngestReport(), pages=pages)
        self._take(_uploaded(uploads, trust_urls=trust_urls), run)
        self.replay_outbox()
        return run.report

    def ingest_articles(
        self, articles: Iterable[Article], *, progress: Callable[[IngestProgress], None] = lambda _: None
    ) -> IngestReport:
        """Takes articles as they are: each is its own page, none has raw bytes."""
        run = _Run(IngestReport(), progress)
        batch: list[_Page] = []
        waiting = 0
        for article in articles:
            if self._store.holds(article):
                run.report.unchanged += 1
                continue
            batch.append(_Page(article.source, None, (article,)))
            waiting += batch[-1].chunks
            if waiting >= BATCH_CHUNKS:
                self._write(batch, run)
                batch, waiting = [], 0
        self._write(batch, run)
        self.replay_outbox()
        return run.report

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
        """Makes Chroma agree with the database, once the questions that were asked before are done; safe to repeat."""
        if self._store.outbox(1):
            self._store.await_readers(MOMENT_SECONDS)
            settle(self._store, self._vectors, self._embedder.digest)

    def _renew_quotes(self) -> None:
        """Reads the quotations of articles anew that another version of the quote reader read, in steps of their own."""
        while outdated := self._store.read_by_another(BATCH_ARTICLES):
            with self._store.transaction():
                for article_id in outdated:
                    article = self._store.article(article_id)
                    self._store.put_quotes(article, find_quotes(article))

    def _known(self, source: str, raw_sha256: str) -> bool:
        return self._store.source(source) == (raw_sha256, CLEANER_VERSION)

    def _records(self, files: Iterable[Path], run: _Run, marks: _Marks | None) -> Iterator[Record]:
        """What the files hold, noting for the progress how many bytes that were, and for pruning what was met."""
        for file in files:
            start, size = run.done, _size(file)
            for record in read_file(file, known=self._known):
                yield record
                if marks is not None:
                    marks.add("rejected" if isinstance(record, Rejected) else "met", record.source)
                taken = len(record.raw) if isinstance(record, RawRecord) else 0
                run.done = min(run.done + taken, start + size)
            if marks is not None:
                marks.add("walked", str(file))
            run.done = start + size

    def _web_records(self, urls: Sequence[str], limit: int | None) -> Iterator[Record]:
        if not urls:
            return
        from corpus.web import WebReader

        with self._open_web() as fetcher:
            yield from WebReader(fetcher, limit=limit, known=self._validators).read(urls)

    def _validators(self, url: str) -> Validators | None:
        return self._store.validators(url, CLEANER_VERSION)

    def _take(self, records: Iterable[Record], run: _Run) -> None:
        batch: list[_Page] = []
        waiting = 0
        for record in records:
            page = self._page(record, run)
            if page is not None:
                batch.append(page)
                waiting += page.chunks
            if waiting >= BATCH_CHUNKS:
                self._write(batch, run)
                batch, waiting = [], 0
            if run.stops():
                return
            run.tell("reading", run.done, run.total)
        self._write(batch, run)

    def _page(self, record: Record, run: _Run) -> _Page | None:
        """What is to be written of a record; None if it is known, or holds nothing."""
        if isinstance(record, Rejected):
            run.reject(record)
            return None
        if isinstance(record, Unchanged) or self._known(record.source, record.raw_sha256):
            run.report.unchanged += len(self._store.articles_on_page(record.source))
            run.pages(PageReport(record.source, "unchanged"))
            return None
        extraction = extract(record)
        if not extraction.articles:
            what = f"{record.source} holds no article, only boilerplate."
            run.reject(Rejected(record.source, what, "Remove it, or save the page again."), extraction.dropped)
            return None
        return _Page(record.source, record, extraction.articles, extraction.dropped)

    def _write(self, batch: Sequence[_Page], run: _Run) -> None:
        store = self._store
        if not batch:
            return
        fresh = {
            article.id: chunk_article(article, self._embedder.count_tokens, budget=self._manifest.chunk_tokens)
            for page in batch
            for article in page.articles
            if not self._store.holds(article)
        }
        chunks = [chunk for chunks in fresh.values() for chunk in chunks]
        vectors = self._embed(chunks, run)
        with store.transaction():
            write_manifest(store, self._manifest)
            store.announce(chunk.id for chunk in chunks)
        if chunks:
            self._vectors.upsert([chunk.id for chunk in chunks], vectors, [chunk.language for chunk in chunks])
        with store.transaction():
            store.arrived()
            states = [self._put_page(page, fresh, run.report) for page in batch]
        for done, (page, state) in enumerate(zip(batch, states, strict=True), start=1):
            run.pages(PageReport(page.source, state, page.articles, page.dropped))
            run.tell("writing", done, len(batch))
        if len(store.outbox(OUTBOX_LIMIT)) == OUTBOX_LIMIT:
            self.replay_outbox()

    def _put_page(self, page: _Page, fresh: dict[str, list[Chunk]], report: IngestReport) -> PageState:
        store = self._store
        state: PageState = "unchanged"
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
            store.put_article(article, page.source, chunks, find_quotes(article))
            report.added += before is None
            report.updated += before is not None
            if state != "updated":
                state = "added" if before is None else "updated"
            report.teasers += article.kind == "teaser"
            report.chunks += len(chunks)
        if page.record is not None:
            store.put_source(page.record, CLEANER_VERSION)
        return state

    def _embed(self, chunks: Sequence[Chunk], run: _Run) -> Vector:
        """The chunks' vectors, shape (chunks, dimension), with those that are new put into the cache."""
        documents = {chunk.document.digest: chunk.document for chunk in chunks}
        embed_missing(
            self._store, self._embedder, documents.values(), lambda done, total: run.tell("embedding", done, total)
        )
        return self._store.vectors_of(self._embedder.digest, [chunk.document.digest for chunk in chunks])

    def _prune(self, paths: Sequence[str], marks: _Marks, report: IngestReport) -> None:
        """Withdraws pages under `paths` that this ingest should have met and did not. A file that could not be read keeps its pages,
        and so does one that was passed over as hidden."""
        for page in self._store.live_pages():
            within = [page[:at] for at, sign in enumerate(page) if sign == "#"]
            file = next((name for name in (*within, page) if Path(name).exists()), None)
            unmet = file is None or (file != page and ("walked", file) in marks and ("met", page) not in marks)
            unread = any(("rejected", name) in marks for name in (*within, page))
            if unmet and not unread and any(_is_under(page, path) for path in paths):
                with self._store.transaction():
                    for article_id in self._store.articles_on_page(page):
                        self._store.withdraw(article_id)
                        report.withdrawn += 1


class _Marks:
    """Pages by what was seen of them, in a temporary file rather than in memory."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.execute("CREATE TABLE marks (what TEXT, page TEXT, PRIMARY KEY (what, page)) WITHOUT ROWID")

    def close(self) -> None:
        self._db.close()

    def add(self, what: str, page: str) -> None:
        self._db.execute("INSERT OR IGNORE INTO marks VALUES (?, ?)", (what, page))

    def __contains__(self, mark: tuple[str, str]) -> bool:
        return self._db.execute("SELECT 1 FROM marks WHERE what = ? AND page = ?", mark).fetchone() is not None


def _uploaded(uploads: Iterable[Upload], *, trust_urls: bool) -> Iterator[Record]:
    for upload in uploads:
        for record in read_bytes(upload.source, upload.raw, content_type=upload.content_type):
            yield record if trust_urls or isinstance(record, Rejected) else replace(record, url=None)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _is_under(page: str, path: str) -> bool:
    if is_pattern(path):
        return fnmatch(page, str(Path(path).absolute()))
    root = Path(path).resolve()
    return page == str(root) or page.startswith(f"{root}#") or root in Path(page).parents
