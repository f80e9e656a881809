"""SQLite: the one truth on disk. Articles and their versions, chunks, stems, quotations, vectors, and the outbox for Chroma.

Layout (see `index/rows.py`): `articles` points at a current row of `versions` or at none (withdrawn); `chunks`, `quotes` and `stems`
hold current versions only; `embeddings` is the cache, keyed by model and document digest; `outbox` lists what Chroma has not
been told yet. One writer at a time (the folder's lock sees to it); readers see one snapshot inside `snapshot()`.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from corpus.article import Article, Span
from corpus.quotes import QUOTE_READER_VERSION, Quote
from corpus.readers.records import RawRecord, Validators
from index.chunking import Chunk, searched_header
from index.embedding import Embedded, Vector
from index.errors import (
    ArticleNotFoundError,
    CorruptStoreError,
    DiskFullError,
    IndexBusyError,
    NotWritableError,
    StoreError,
)
from index.filters import Condition
from index.lexical import spaced, stem, surname, words
from index.rows import (
    MIGRATIONS,
    SCHEMA,
    SCHEMA_VERSION,
    StoredChunk,
    StoredQuote,
    article_from,
    record_of,
    sentences_from,
)
from index.stories import Copy, Stories

_COUNTED_PROBLEMS = {
    "passages have no embedding": "SELECT count(*) FROM chunks AS c WHERE NOT EXISTS (SELECT 1 FROM embeddings AS e WHERE"
    " e.document = c.document AND e.model = (SELECT json_extract(value, '$.weights_sha256') FROM meta WHERE key = 'manifest'))",
    "passages are not in the word index": "SELECT count(*) FROM chunks WHERE number NOT IN (SELECT rowid FROM stems)",
    "rows of the word index belong to no passage": "SELECT count(*) FROM stems WHERE rowid NOT IN (SELECT number FROM chunks)",
    "articles are not in the word index": "SELECT count(*) FROM (SELECT min(number) AS first FROM chunks GROUP BY article_id)"
    " WHERE first NOT IN (SELECT rowid FROM article_stems)",
    "passages or quotations are not of an article's current text": "SELECT count(*) FROM (SELECT article_id, text_sha256 FROM chunks"
    " UNION ALL SELECT article_id, text_sha256 FROM quotes) AS p WHERE NOT EXISTS (SELECT 1 FROM articles WHERE id = p.article_id"
    " AND current_sha256 = p.text_sha256)",
}


class Store:
    """The database of one index folder. Connections are one a thread, and one a `Moment`.

    Raises:
        CorruptStoreError: on opening, if the file is no Citera database or is damaged.
        DiskFullError, NotWritableError, IndexBusyError: from any method, when SQLite says so.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._idle: list[sqlite3.Connection] = []
        self._guard = threading.Condition()
        self._reading: set[object] = set()
        self.stories = Stories(self._all)
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._idle.clear()

    # Reading

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside sees one state of the database, whatever a writer does meanwhile."""
        connection = self._connection()
        if connection.in_transaction:
            yield
            return
        with self._noted(object()):
            self._run("BEGIN")
            try:
                yield
            finally:
                _roll_back(connection)

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """One state of the database for the whole of a question, which may pause and go on in another thread."""
        with self._guard:
            connection = self._idle.pop() if self._idle else None
        moment = Moment(self._threads, connection or self._connect())
        try:
            with self._noted(moment):
                with moment.read():
                    self._run("BEGIN")
                    self._one("SELECT count(*) FROM meta")  # the state is that of the first read
                yield moment
        finally:
            _roll_back(moment.connection)
            with self._guard:
                self._idle.append(moment.connection)

    def await_readers(self, seconds: float) -> None:
        """Waits until whoever reads an earlier state in this process is done, or that long."""
        with self._guard:
            before = set(self._reading)
            self._guard.wait_for(lambda: before.isdisjoint(self._reading), seconds)

    @contextmanager
    def _noted(self, reader: object) -> Iterator[None]:
        with self._guard:
            self._reading.add(reader)
        try:
            yield
        finally:
            with self._guard:
                self._reading.discard(reader)
                self._guard.notify_all()

    def meta(self, key: str) -> str | None:
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return None if row is None else str(row[0])

    def counts(self) -> dict[str, int]:
        """Numbers of live articles, teasers, chunks and quotes; of exact copies one counts, save for their chunks."""
        kinds = dict(self._all("SELECT kind, count(*) FROM texts GROUP BY 1"))
        return {
            "articles": kinds.get("article", 0),
            "teasers": kinds.get("teaser", 0),
            "chunks": self.chunk_count(),
            "quotes": self._all('SELECT count(*) FROM (SELECT DISTINCT text_sha256, start, "end" FROM quotes)')[0][0],
        }

    def chunk_count(self) -> int:
        row = self._one("SELECT number FROM totals WHERE what = 'chunks'")
        return 0 if row is None else int(row[0])

    def article(self, article_id: str, text_sha256: str | None = None) -> Article:
        """That version of an article, the current one if no digest is given (the last one if it is withdrawn).

        Raises:
            ArticleNotFoundError: there is none.
        """
        row = self._one(
            "SELECT record, text FROM versions JOIN articles ON id = article_id WHERE article_id = ?"
            " AND text_sha256 = coalesce(?, last_sha256)",
            article_id,
            text_sha256,
        )
        if row is None:
            version = f" with text {text_sha256[:12]}..." if text_sha256 else ""
            raise ArticleNotFoundError(f"There is no article {article_id}{version}.", "See citera articles list.")
        return self._article(row[0], row[1])

    def current_sha256(self, article_id: str) -> str | None:
        """Digest of the live version, None if the article is withdrawn or unknown."""
        row = self._one("SELECT current_sha256 FROM articles WHERE id = ?", article_id)
        return None if row is None else row[0]

    def holds(self, article: Article) -> bool:
        """Whether this very version, metadata included, is the live one."""
        row = self._one(
            "SELECT record FROM articles JOIN versions ON article_id = id AND text_sha256 = current_sha256"
            " WHERE id = ? AND current_sha256 = ?",
            article.id,
            article.text_sha256,
        )
        return row is not None and row[0] == record_of(article)

    def live_ids(self) -> list[str]:
        return [row[0] for row in self._all("SELECT id FROM articles WHERE current_sha256 IS NOT NULL ORDER BY id")]

    def live_articles(self) -> Iterator[Article]:
        for article_id in self.live_ids():
            yield self.article(article_id)

    def copies(self, article: Article) -> list[Copy]:
        """The other live articles that tell its story, the earliest publication first, undated ones last."""
        return self.stories.copies(article)

    def source(self, source: str) -> tuple[str, str] | None:
        """sha256 of the bytes last read from `source`, and the cleaner's version."""
        row = self._one("SELECT raw_sha256, cleaner FROM sources WHERE source = ?", source)
        return None if row is None else (row[0], row[1])

    def validators(self, source: str, cleaner: str) -> Validators | None:
        """What the server said to recognise `source` by when that cleaner last read it; None if there is nothing to recognise."""
        row = self._one("SELECT etag, last_modified FROM sources WHERE source = ? AND cleaner = ?", source, cleaner)
        return Validators(*row) if row and any(row) else None

    def live_pages(self) -> list[str]:
        """Sources that live articles came from."""
        return [row[0] for row in self._all("SELECT DISTINCT page FROM articles WHERE current_sha256 IS NOT NULL")]

    def articles_on_page(self, page: str) -> list[str]:
        """Ids of the live articles that came from one source."""
        return [
            row[0] for row in self._all("SELECT id FROM articles WHERE page = ? AND current_sha256 IS NOT NULL", page)
        ]

    def vectors_of(self, model: str, documents: Sequence[str]) -> Vector:
        """The cached vectors of documents by digest, shape (documents, dimension); all must be there."""
        blobs = [
            self._one("SELECT vector FROM embeddings WHERE model = ? AND document = ?", model, digest)[0]
            for digest in documents
        ]
        return np.array([np.frombuffer(blob, np.float32) for blob in blobs], np.float32)

    def is_embedded(self, model: str, document: str) -> bool:
        return self._one("SELECT 1 FROM embeddings WHERE model = ? AND document = ?", model, document) is not None

    def chunks(self, model: str, ids: Sequence[str]) -> dict[str, StoredChunk]:
        """The live chunks among `ids`, with their vectors."""
        found: dict[str, StoredChunk] = {}
        for at in range(0, len(ids), 500):
            part = ids[at : at + 500]
            for row in self._all(
                'SELECT number, id, article_id, text_sha256, start, "end", language, chunks.sentences, vector, e.sentences'
                " FROM chunks JOIN embeddings AS e ON e.model = ? AND e.document = chunks.document"
                f" WHERE id IN ({','.join('?' * len(part))})",
                model,
                *part,
            ):
                vector = np.frombuffer(row[8], np.float32)
                sentences = self._spans(row[7])
                found[row[1]] = StoredChunk(
                    row[0],
                    row[1],
                    row[2],
                    row[3],
                    Span(row[4], row[5]),
                    row[6],
                    sentences,
                    vector,
                    sentences_from(row[9], vector.size),
                )
        return found

    def vectors(self, model: str) -> Iterator[dict[str, Vector]]:
        """Ids and vectors of all live chunks, some thousand at a time; a chunk whose embedding is missing is left out."""
        last = 0
        while rows := self._all(
            "SELECT number, id, vector FROM chunks LEFT JOIN embeddings AS e ON e.model = ? AND e.document = chunks.document"
            " WHERE number > ? ORDER BY number LIMIT 3000",
            model,
            last,
        ):
            yield {row[1]: np.frombuffer(row[2], np.float32) for row in rows if row[2] is not None}
            last = rows[-1][0]

    def chunk_ids_of(self, article_ids: Sequence[str]) -> list[str]:
        return self._chunk_ids_of(article_ids, "true")

    def quoting_chunk_ids_of(self, article_ids: Sequence[str]) -> list[str]:
        """Those of the articles' chunks that hold a part of a quotation or of the sentences around it."""
        quoting = 'q.article_id = chunks.article_id AND context_start < chunks."end" AND context_end > chunks.start'
        return self._chunk_ids_of(article_ids, f"EXISTS (SELECT 1 FROM quotes AS q WHERE {quoting})")

    def _chunk_ids_of(self, article_ids: Sequence[str], test: str) -> list[str]:
        rows = self._all(
            f"SELECT id FROM chunks WHERE article_id IN (SELECT value FROM json_each(?)) AND {test} ORDER BY article_id, start",
            json.dumps(list(article_ids)),
        )
        return [row[0] for row in rows]

    def vectors_among(self, model: str, ids: Collection[str]) -> tuple[dict[str, str], Vector]:
        """The live chunks among `ids` with their articles' ids, and in that order their vectors, shape (chunks, dimension)."""
        rows = self._all(
            "SELECT id, article_id, vector FROM chunks JOIN embeddings AS e ON e.model = ? AND e.document = chunks.document"
            " WHERE id IN (SELECT value FROM json_each(?))",
            model,
            json.dumps(list(ids)),
        )
        stacked = np.frombuffer(b"".join(row[2] for row in rows), np.float32).reshape(len(rows), -1 if rows else 0)
        return {row[0]: row[1] for row in rows}, stacked

    def accepted(self, condition: Condition, limit: int) -> list[str]:
        """Ids of the live chunks that `condition` holds for, at most `limit`."""
        return self._accepted("c.id", condition, None, limit)

    def accepted_among(self, condition: Condition, chunks: Collection[str]) -> list[str]:
        """Those of `chunks` that `condition` holds for."""
        return self._accepted("c.id", condition, chunks, -1)

    def accepted_articles(self, condition: Condition, articles: Collection[str]) -> list[str]:
        """Those of `articles` that hold a chunk that `condition` holds for."""
        return list(dict.fromkeys(self._accepted("c.article_id", condition, articles, -1)))

    def _accepted(self, key: str, condition: Condition, among: Collection[str] | None, limit: int) -> list[str]:
        said = (
            "c.number IN (SELECT s.number FROM quotes AS q JOIN chunks AS s ON s.article_id = q.article_id"
            ' AND s.start < q."end" AND s."end" > q.start WHERE q.speaker IN (SELECT value FROM json_each(?)))'
        )
        tests, values = [condition.of_article], [*condition.values]
        for test, wanted in ((said, condition.speakers), (f"{key} IN (SELECT value FROM json_each(?))", among)):
            if wanted is not None:
                tests.append(test)
                values.append(json.dumps(list(wanted)))
        rows = self._all(
            f"SELECT {key} FROM chunks AS c JOIN facts AS f ON f.article_id = c.article_id WHERE {' AND '.join(tests)} LIMIT ?",
            *values,
            limit,
        )
        return [row[0] for row in rows]

    def lexical(self, query: str, limit: int, among: Collection[str] | None = None) -> dict[str, float]:
        """Chunk ids with their BM25 over stems, best (highest) first, for an FTS5 query; a word in the header counts half. Of all
        chunks, or of those `among`."""
        return self._bm25("stems", "id", query, limit, among)

    def lexical_articles(self, query: str, limit: int, among: Collection[str] | None = None) -> dict[str, float]:
        """Article ids with their BM25 over the stems of the whole article, as `lexical`; a word of the title counts half."""
        return self._bm25("article_stems", "article_id", query, limit, among)

    def _bm25(self, table: str, key: str, query: str, limit: int, among: Collection[str] | None) -> dict[str, float]:
        """Ranked before they are joined, since many more rows hold a word than are wanted."""
        wanted = "" if among is None else json.dumps(list(among))
        only = f" AND rowid IN (SELECT number FROM chunks WHERE {key} IN (SELECT value FROM json_each(?)))"
        rows = self._all(
            f"SELECT {key}, score FROM (SELECT rowid AS held, bm25({table}, 1.0, 0.5) AS score FROM {table}"
            f" WHERE {table} MATCH ?{only if wanted else ''} ORDER BY score, rowid LIMIT ?)"
            " JOIN chunks ON number = held ORDER BY score, held",
            query,
            *((wanted,) if wanted else ()),
            limit,
        )
        return {row[0]: -row[1] for row in rows}

    def articles_holding(self, query: str, limit: int) -> list[str]:
        """Ids of live articles whose stems an FTS5 query matches, the first `limit`."""
        rows = self._all(
            "SELECT article_id FROM chunks WHERE number IN (SELECT rowid FROM article_stems WHERE article_stems MATCH ?) LIMIT ?",
            query,
            limit,
        )
        return [row[0] for row in rows]

    def oldest_day(self) -> date | None:
        """The first day on which a live article was published, None if none states one."""
        (day,) = self._one("SELECT min(published_day) FROM facts")
        return date.fromisoformat(day) if day else None

    def undated(self) -> int:
        """How many live articles do not state when they were published."""
        return int(self._one("SELECT count(*) FROM facts WHERE published_day IS NULL")[0])

    def outlets(self) -> list[str]:
        """Those of live articles, the most frequent first."""
        counted = "SELECT outlet FROM facts WHERE outlet IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1"
        return [row[0] for row in self._all(counted)]

    def languages(self) -> list[str]:
        """Those of live articles, the most frequent first."""
        counted = "SELECT language FROM facts WHERE language IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1"
        return [row[0] for row in self._all(counted)]

    def people(self) -> list[tuple[str, int]]:
        """Everybody who is quoted, with the number of quotations (exact copies counted once), the most quoted first."""
        counted = "SELECT speaker, count(DISTINCT text_sha256 || start) FROM quotes WHERE speaker IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
        return [(row[0], row[1]) for row in self._all(counted)]

    def catalogue(self, words: str, first: int, limit: int) -> tuple[int, list[str]]:
        """How many live articles hold `words` in their title, outlet or address (A-Z in either case), and the ids of `limit` of them from
        `first` on, the newest first."""
        live = "facts AS f"
        if words:
            named = (f"ifnull(json_extract(record, '$.{name}'), '')" for name in ("title", "outlet", "url"))
            live += (
                " JOIN articles AS a ON a.id = f.article_id"
                " JOIN versions AS v ON v.article_id = a.id AND v.text_sha256 = a.current_sha256"
                " WHERE instr(lower(" + " || ' ' || ".join(named) + "), lower(?))"
            )
        values = [words] if words else []
        (total,) = self._one(f"SELECT count(*) FROM {live}", *values)
        page = f"SELECT f.article_id FROM {live} ORDER BY published_day DESC, f.article_id LIMIT ? OFFSET ?"
        return total, [row[0] for row in self._all(page, *values, limit, first)]

    def sentence_stems(self, numbers: Sequence[int]) -> dict[int, tuple[frozenset[str], ...]]:
        """The stems of every sentence of the chunks with these numbers."""
        rows = self._all(f"SELECT rowid, body FROM stems WHERE rowid IN ({','.join('?' * len(numbers))})", *numbers)
        if len(rows) < len(set(numbers)):
            raise StoreError(
                f"{self._path}: the word index lacks passages.", "citera index rebuild makes it anew from the articles."
            )
        return {number: tuple(frozenset(line.split()) for line in body.split("\n")) for number, body in rows}

    def document_frequency(self, stems: Iterable[str]) -> dict[str, int]:
        """In how many live chunks each stem stands."""
        wanted = sorted(set(stems))
        found = dict(
            self._all(f"SELECT term, doc FROM stem_counts WHERE term IN ({','.join('?' * len(wanted))})", *wanted)
        )
        return {form: found.get(form, 0) for form in wanted}

    def quoted_count(self, query: str) -> int:
        """How many quotations an FTS5 query over surnames and roles matches."""
        return int(self._one("SELECT count(*) FROM quoted WHERE quoted MATCH ?", query)[0])

    def quoted(self, query: str, among: Collection[str] | None = None, limit: int = -1) -> list[str]:
        """The speakers of the quotations that an FTS5 query over surnames and roles matches, in articles `among` these."""
        of_articles = "true" if among is None else "article_id IN (SELECT value FROM json_each(?))"
        rows = self._all(
            "SELECT DISTINCT speaker FROM quotes WHERE number IN (SELECT rowid FROM quoted WHERE quoted MATCH ?)"
            f" AND {of_articles} LIMIT ?",
            query,
            *(() if among is None else (json.dumps(list(among)),)),
            limit,
        )
        return [row[0] for row in rows]

    def speakers(self, names: Iterable[str]) -> list[tuple[str, str | None, int]]:
        """Every (speaker, role) that stands beside a quotation of the named, with the number of quotations; most quoted first."""
        return [
            (row[0], row[1], row[2])
            for row in self._all(
                "SELECT speaker, role, count(*) FROM quotes WHERE speaker IN (SELECT value FROM json_each(?))"
                " GROUP BY 1, 2 ORDER BY 3 DESC, 1",
                json.dumps(list(names)),
            )
        ]

    def quote_count(self, speakers: Iterable[str]) -> int:
        """How many quotations the named have."""
        query = "SELECT count(*) FROM quotes WHERE speaker IN (SELECT value FROM json_each(?))"
        return int(self._one(query, json.dumps(list(speakers)))[0])

    def quotes(
        self,
        speakers: Sequence[str] | None = None,
        article_id: str | None = None,
        condition: Condition | None = None,
        among: Collection[str] | None = None,
        limit: int = -1,
    ) -> list[StoredQuote]:
        """Quotations of current versions, in reading order: all of them, or those of the named speakers, of one article, under a
        condition, in articles `among` these, the first `limit`."""
        tests = ["true"]
        values: list[str] = []
        for test, wanted in (
            ("speaker IN (SELECT value FROM json_each(?))", speakers),
            ("speaker IN (SELECT value FROM json_each(?))", None if condition is None else condition.speakers),
            ("q.article_id = ?", article_id),
            ("q.article_id IN (SELECT value FROM json_each(?))", among),
        ):
            if wanted is not None:
                tests.append(test)
                values.append(wanted if isinstance(wanted, str) else json.dumps(list(wanted)))
        if condition is not None:
            tests.append(condition.of_article)
            values += condition.values
        rows = self._all(
            'SELECT q.article_id, q.text_sha256, speaker, role, cue, q.kind, start, "end", context_start, context_end,'
            ' substr(text, start + 1, "end" - start) FROM quotes AS q JOIN versions AS v ON v.article_id = q.article_id'
            f" AND v.text_sha256 = q.text_sha256 JOIN facts AS f ON f.article_id = q.article_id"
            f" WHERE {' AND '.join(tests)} ORDER BY number LIMIT ?",
            *values,
            limit,
        )
        return [
            StoredQuote(
                row[0],
                row[1],
                Quote(row[2], row[3], row[4], row[5], Span(row[6], row[7]), Span(row[8], row[9])),
                row[10],
            )
            for row in rows
        ]

    def read_by_another(self, limit: int) -> list[str]:
        """Ids of live articles whose quotations another version of the quote reader found, up to `limit` of them."""
        live = "SELECT id FROM articles WHERE current_sha256 IS NOT NULL AND quote_reader"
        rows = self._all(
            f"{live} < ?1 UNION ALL {live} > ?1 LIMIT ?2",  # each half is a search in the index, `<>` none
            QUOTE_READER_VERSION,
            limit,
        )
        return [row[0] for row in rows]

    def outbox(self, limit: int = -1) -> list[tuple[int, str, str]]:
        """Chunks that Chroma and the database may not agree on, oldest first, all or up to `limit`: number, verb, id. Whether Chroma
        should hold one is for `chunks` to say; the verb is what was meant when it was written."""
        rows = self._all("SELECT number, verb, chunk_id FROM outbox ORDER BY number LIMIT ?", limit)
        return [(row[0], row[1], row[2]) for row in rows]

    def problems(self) -> list[str]:
        """What is wrong inside the database, as sentences: SQLite's own check, texts against their digests, and whether every chunk has
        its stems. Reads all of it."""
        found = [f"{self._path}: {row[0]}." for row in self._all("PRAGMA integrity_check(20)") if row[0] != "ok"]
        for table in ("stems", "article_stems"):
            try:
                with self.transaction():
                    self._run(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
            except CorruptStoreError as error:
                found.append(f"The word index {table} is damaged ({error.what})")
        for what, query in _COUNTED_PROBLEMS.items():
            if (number := self._one(query)[0]) > 0:
                found.append(f"{number:,} {what}.")
        altered = 0
        for article_id, digest in self._all("SELECT article_id, text_sha256 FROM versions"):
            text = self._one("SELECT text FROM versions WHERE article_id = ? AND text_sha256 = ?", article_id, digest)[
                0
            ]
            altered += hashlib.sha256(text.encode()).hexdigest() != digest
        if altered:
            found.append(f"{altered:,} article texts are not what was ingested.")
        return found

    # Writing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen, or none."""
        self._run("BEGIN IMMEDIATE")
        try:
            yield
            self._run("COMMIT")
        finally:
            _roll_back(self._connection())

    def forget_outbox(self) -> None:
        """What Chroma has not been told no longer matters: it has another collection, which is complete."""
        self._run("DELETE FROM outbox")

    def set_meta(self, key: str, value: str) -> None:
        self._run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    def put_source(self, record: RawRecord, cleaner: str) -> None:
        self._run("INSERT OR IGNORE INTO raw VALUES (?, ?)", record.raw_sha256, zlib.compress(record.raw))
        self._run(
            "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?)",
            record.source,
            record.raw_sha256,
            cleaner,
            datetime.now(UTC).isoformat(timespec="seconds"),
            record.validators.etag if record.validators else None,
            record.validators.last_modified if record.validators else None,
        )

    def put_embedding(self, model: str, document: str, embedded: Embedded) -> None:
        self._run(
            "INSERT OR REPLACE INTO embeddings VALUES (?, ?, ?, ?)",
            model,
            document,
            embedded.vector.astype(np.float32).tobytes(),
            np.round(embedded.sentences * 127).astype(np.int8).tobytes(),
        )

    def put_article(self, article: Article, page: str, chunks: Sequence[Chunk], quotes: Sequence[Quote]) -> None:
        """Makes this version the current one. Its chunks' embeddings must be in the cache, and in Chroma."""
        self.stories.leave(article.id)
        self._unlink(article.id)
        self._run(
            "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?, '')",
            article.id,
            article.source,
            page,
            article.text_sha256,
            article.text_sha256,
        )
        self._run(
            "INSERT OR REPLACE INTO versions VALUES (?, ?, ?, ?)",
            article.id,
            article.text_sha256,
            record_of(article),
            article.text,
        )
        day = article.published.isoformat()[:10] if article.published else None
        self._run(
            "INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?, ?)",
            article.id,
            article.language,
            article.outlet,
            article.kind,
            day,
        )
        self._link(article, chunks)
        self.put_quotes(article, quotes)
        self.stories.join(article)

    def put_quotes(self, article: Article, quotes: Sequence[Quote]) -> None:
        """Puts these in the place of the quotations that are kept of a live article."""
        self._drop_quotes(article.id)
        self._run("UPDATE articles SET quote_reader = ? WHERE id = ?", QUOTE_READER_VERSION, article.id)
        for quote in quotes:
            (number,) = self._one(
                'INSERT INTO quotes (article_id, text_sha256, speaker, role, cue, kind, start, "end", context_start, context_end)'
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
                article.id,
                article.text_sha256,
                quote.speaker,
                quote.role,
                quote.cue,
                quote.kind,
                quote.span.start,
                quote.span.end,
                quote.context.start,
                quote.context.end,
            )
            if quote.speaker is not None:
                self._run(
                    "INSERT INTO quoted (rowid, surname, role) VALUES (?, ?, ?)",
                    number,
                    surname(quote.speaker),
                    spaced(quote.role),
                )

    def put_chunks(self, article: Article, chunks: Sequence[Chunk]) -> None:
        """Puts a live article's chunks in the place of those that it had."""
        self._unlink(article.id)
        self._link(article, chunks)

    def _link(self, article: Article, chunks: Sequence[Chunk]) -> None:
        for chunk in chunks:
            self._run(
                'INSERT INTO chunks (id, article_id, text_sha256, start, "end", language, sentences, document)'
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                chunk.id,
                chunk.article_id,
                chunk.text_sha256,
                chunk.span.start,
                chunk.span.end,
                chunk.language,
                json.dumps([[span.start, span.end] for span in chunk.sentences]),
                chunk.document.digest,
            )
        self._put_stems(article)
        self._count_chunks(len(chunks))

    def withdraw(self, article_id: str) -> None:
        """Takes an article out of search; its versions stay readable. A page whose articles change is read again next time."""
        self.stories.leave(article_id)
        self._unlink(article_id)
        self._drop_quotes(article_id)
        self._run("DELETE FROM facts WHERE article_id = ?", article_id)
        self._run("DELETE FROM sources WHERE source = (SELECT page FROM articles WHERE id = ?)", article_id)
        self._run("UPDATE articles SET current_sha256 = NULL WHERE id = ?", article_id)

    def announce(self, chunk_ids: Iterable[str]) -> None:
        """Says that Chroma will hear of these chunks before they are live: if it comes to nothing, it has to forget them."""
        for chunk_id in chunk_ids:
            self._run("INSERT INTO outbox (verb, chunk_id) VALUES ('upsert', ?)", chunk_id)

    def arrived(self) -> None:
        """Chroma holds all that was announced."""
        self._run("DELETE FROM outbox WHERE verb = 'upsert'")

    def acknowledge(self, up_to: int) -> None:
        """Chroma and the database agree on the chunks up to this number."""
        self._run("DELETE FROM outbox WHERE number <= ?", up_to)

    def _put_stems(self, article: Article) -> None:
        """Stems of the article's chunks, a line a sentence, and of the whole under the number of its first chunk."""
        header = _stemmed(searched_header(article), article.language)
        bodies = []
        rows = self._all(
            "SELECT number, sentences, language FROM chunks WHERE article_id = ? ORDER BY number", article.id
        )
        for number, sentences, language in rows:
            bodies.append(
                "\n".join(_stemmed(article.text[start:end], language) for start, end in json.loads(sentences))
            )
            self._run("INSERT INTO stems (rowid, body, header) VALUES (?, ?, ?)", number, bodies[-1], header)
        if rows:
            self._run(
                "INSERT INTO article_stems (rowid, body, header) VALUES (?, ?, ?)",
                rows[0][0],
                "\n".join(bodies),
                header,
            )

    def _count_chunks(self, change: int) -> None:
        self._run(
            "INSERT INTO totals VALUES ('chunks', ?) ON CONFLICT DO UPDATE SET number = number + excluded.number",
            change,
        )

    def _drop_quotes(self, article_id: str) -> None:
        self._run("DELETE FROM quoted WHERE rowid IN (SELECT number FROM quotes WHERE article_id = ?)", article_id)
        self._run("DELETE FROM quotes WHERE article_id = ?", article_id)

    def _unlink(self, article_id: str) -> None:
        rows = self._all("SELECT number, id FROM chunks WHERE article_id = ?", article_id)
        for number, chunk_id in rows:
            self._run("DELETE FROM stems WHERE rowid = ?", number)
            self._run("DELETE FROM article_stems WHERE rowid = ?", number)
            self._run("INSERT INTO outbox (verb, chunk_id) VALUES ('remove', ?)", chunk_id)
        self._run("DELETE FROM chunks WHERE article_id = ?", article_id)
        self._count_chunks(-len(rows))

    # Connections

    def _migrate(self) -> None:
        with self.snapshot():
            version = self._one("PRAGMA user_version")[0]
            foreign = version == 0 and self._one("SELECT count(*) FROM sqlite_master")[0] > 0
        if foreign:
            raise CorruptStoreError(f"{self._path} is no Citera database.", "Name another folder with --home.")
        if version > SCHEMA_VERSION:
            raise CorruptStoreError(f"{self._path} was written by a newer Citera.", "Upgrade: pip install -U citera")
        if version == 0:
            self._create()
        for old in range(max(version, 1), SCHEMA_VERSION):
            self._upgrade(old)

    def _create(self) -> None:
        with self.transaction():
            if self._one("PRAGMA user_version")[0] == 0:  # another process may have been quicker
                for statement in SCHEMA.split(";"):
                    self._run(statement)
                self._run(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def _upgrade(self, old: int) -> None:
        with self.transaction():
            if self._one("PRAGMA user_version")[0] == old:  # likewise
                for function in (surname, spaced):
                    self._connection().create_function(function.__name__, 1, function, deterministic=True)
                for statement in MIGRATIONS[old]:
                    self._run(statement)
                for article in self.live_articles():
                    self._put_stems(article)
                    if old == 2:
                        self.stories.join(article)
                self._run(f"PRAGMA user_version = {old + 1}")

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = self._threads.connection = self._connect()
        return connection

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=10)
            with self._guard:
                self._connections.append(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._failure(error) from error
        return connection

    def _run(self, statement: str, *values: Any) -> None:
        try:
            self._connection().execute(statement, values)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._failure(error) from error

    def _all(self, statement: str, *values: Any) -> list[Any]:
        try:
            return self._connection().execute(statement, values).fetchall()
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise self._failure(error) from error

    def _one(self, statement: str, *values: Any) -> Any:
        return next(iter(self._all(statement, *values)), None)

    def _failure(self, error: sqlite3.Error | UnicodeDecodeError) -> StoreError:
        """What SQLite says, as what a person can act on."""
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)  # text that is no UTF-8 comes without one
        kind = code & 0xFF
        defect = kind == sqlite3.SQLITE_ERROR and "no such" not in str(error)
        if defect or isinstance(error, sqlite3.ProgrammingError | sqlite3.IntegrityError):
            raise error
        if kind == sqlite3.SQLITE_FULL or code in (sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC):
            return DiskFullError(
                f"{self._path} cannot be written: the disk is full or fails ({error}).",
                "Free some space and run the same command again; what was ingested is kept.",
            )
        if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return IndexBusyError(f"{self._path} is in use by another program.", "Wait for it, or stop it.")
        if self._path.exists() and not self._path.is_file():
            return CorruptStoreError(f"{self._path} is no file.", "Move it away, or name another folder with --home.")
        if kind in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_IOERR):
            return NotWritableError(
                f"{self._path} cannot be opened for writing ({error}).",
                "Make the folder and its files writable for you, or name another --home.",
            )
        return self._damaged(str(error) if hasattr(error, "sqlite_errorcode") else "text that is not UTF-8")

    def _damaged(self, how: str) -> CorruptStoreError:
        return CorruptStoreError(
            f"{self._path} is damaged ({how}).",
            "Move it away, or put a backup in its place, and ingest your sources again; they are the originals.",
        )

    def _article(self, record: str, text: str) -> Article:
        try:
            return article_from(record, text)
        except (ValueError, KeyError, TypeError) as error:
            raise self._damaged("the record of an article") from error

    def _spans(self, stored: str) -> tuple[Span, ...]:
        try:
            return tuple(Span(start, end) for start, end in json.loads(stored))
        except (ValueError, TypeError) as error:
            raise self._damaged("the sentences of a passage") from error


class Moment:
    """A state of the database that is read in turns. See `Store.moment`."""

    def __init__(self, threads: threading.local, connection: sqlite3.Connection) -> None:
        self._threads = threads
        self.connection = connection

    @contextmanager
    def read(self) -> Iterator[None]:
        """What this thread reads inside is of this moment. Nothing may be yielded from inside."""
        before = getattr(self._threads, "connection", None)
        self._threads.connection = self.connection
        try:
            yield
        finally:
            self._threads.connection = before


def _roll_back(connection: sqlite3.Connection) -> None:
    """Ends whatever is open; a failed commit may have ended it already."""
    if connection.in_transaction:
        connection.rollback()


def _stemmed(text: str, language: str | None) -> str:
    return " ".join(stem(words(text), language))
