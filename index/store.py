"""SQLite: the one truth on disk. Articles and their versions, chunks, stems, quotations, vectors, and the outbox for Chroma.

Layout (see `index/rows.py`): `articles` points at a current row of `versions` or at none (withdrawn); `chunks`, `quotes` and `stems`
hold current versions only; `embeddings` is the cache, keyed by model and document digest; `outbox` lists what Chroma has not
been told yet. One writer at a time (the folder's lock sees to it); readers see one snapshot inside `snapshot()`.
"""

from __future__ import annotations

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
from corpus.quotes import Quote
from corpus.readers.records import RawRecord, Validators
from index.chunking import Chunk, searched_header
from index.embedding import Embedded, Vector
from index.errors import ArticleNotFoundError, CorruptStoreError
from index.filters import Condition
from index.lexical import stem, words
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


class Store:
    """The database of one index folder. Connections are one a thread.

    Raises:
        CorruptStoreError: on opening, if the file is no Citera database or is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        try:
            self._migrate()
        except sqlite3.DatabaseError as error:
            self.close()
            raise self._damaged(error) from error

    def close(self) -> None:
        with self._guard:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    # Reading

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Everything read inside sees one state of the database, whatever a writer does meanwhile."""
        connection = self._connection()
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")

    def meta(self, key: str) -> str | None:
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return None if row is None else str(row[0])

    def counts(self) -> dict[str, int]:
        """Numbers of live articles, teasers, chunks and quotes."""
        kinds = dict(
            self._all(
                "SELECT json_extract(record, '$.kind'), count(*) FROM articles JOIN versions ON article_id = id"
                " AND text_sha256 = current_sha256 GROUP BY 1"
            )
        )
        return {
            "articles": kinds.get("article", 0),
            "teasers": kinds.get("teaser", 0),
            "chunks": self.chunk_count(),
            "quotes": self._all("SELECT count(*) FROM quotes")[0][0],
        }

    def chunk_count(self) -> int:
        return int(self._all("SELECT count(*) FROM chunks")[0][0])

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
        return article_from(row[0], row[1])

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

    def live_articles(self) -> Iterator[Article]:
        for record, text in self._all(
            "SELECT record, text FROM articles JOIN versions ON article_id = id AND text_sha256 = current_sha256"
        ):
            yield article_from(record, text)

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

    def cached_embedding(self, model: str, document: str) -> Embedded | None:
        row = self._one("SELECT vector, sentences FROM embeddings WHERE model = ? AND document = ?", model, document)
        return (
            None
            if row is None
            else Embedded(np.frombuffer(row[0], np.float32), sentences_from(row[1], len(row[0]) // 4))
        )

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
                sentences = tuple(Span(start, end) for start, end in json.loads(row[7]))
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

    def chunk_ids_of(self, article_ids: Sequence[str]) -> list[str]:
        return [
            row[0]
            for row in self._all(
                f"SELECT id FROM chunks WHERE article_id IN ({','.join('?' * len(article_ids))}) ORDER BY article_id, start",
                *article_ids,
            )
        ]

    def vectors(self, model: str, ids: Collection[str]) -> tuple[dict[str, str], Vector]:
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
        """Chunk ids with their BM25 over stems, best (highest) first, for an FTS5 query; a word in the header counts half.

        Of all chunks, or of those `among`.
        """
        return self._bm25("stems", "chunks.id", query, limit, among)

    def lexical_articles(self, query: str, limit: int, among: Collection[str] | None = None) -> dict[str, float]:
        """Article ids with their BM25 over the stems of the whole article, as `lexical`; a word of the title counts half."""
        return self._bm25("article_stems", "article_id", query, limit, among)

    def _bm25(self, table: str, key: str, query: str, limit: int, among: Collection[str] | None) -> dict[str, float]:
        only = "" if among is None else f" AND {key} IN (SELECT value FROM json_each(?))"
        rows = self._all(
            f"SELECT {key}, bm25({table}, 1.0, 0.5) AS score FROM {table} JOIN chunks ON number = {table}.rowid"
            f" WHERE {table} MATCH ?{only} ORDER BY score LIMIT ?",
            query,
            *(() if among is None else (json.dumps(list(among)),)),
            limit,
        )
        return {row[0]: -row[1] for row in rows}

    def oldest_day(self) -> date | None:
        """The first day on which a live article was published, None if none states one."""
        (day,) = self._one("SELECT min(published_day) FROM facts")
        return date.fromisoformat(day) if day else None

    def undated(self) -> int:
        """How many live articles do not state when they were published."""
        return int(self._one("SELECT count(*) FROM facts WHERE published_day IS NULL")[0])

    def sentence_stems(self, numbers: Sequence[int]) -> dict[int, tuple[frozenset[str], ...]]:
        """The stems of every sentence of the chunks with these numbers."""
        rows = self._all(f"SELECT rowid, body FROM stems WHERE rowid IN ({','.join('?' * len(numbers))})", *numbers)
        return {number: tuple(frozenset(line.split()) for line in body.split("\n")) for number, body in rows}

    def document_frequency(self, stems: Iterable[str]) -> dict[str, int]:
        """In how many live chunks each stem stands."""
        wanted = sorted(set(stems))
        found = dict(
            self._all(f"SELECT term, doc FROM stem_counts WHERE term IN ({','.join('?' * len(wanted))})", *wanted)
        )
        return {form: found.get(form, 0) for form in wanted}

    def speakers(self) -> list[tuple[str, str | None, int]]:
        """Every (speaker, role) that stands beside a quotation, with the number of quotations; most quoted first."""
        return [
            (row[0], row[1], row[2])
            for row in self._all(
                "SELECT speaker, role, count(*) FROM quotes WHERE speaker IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1"
            )
        ]

    def quotes(
        self,
        speakers: Sequence[str] | None = None,
        article_id: str | None = None,
        condition: Condition | None = None,
    ) -> list[StoredQuote]:
        """Quotations of current versions, in reading order: all of them, or those of the named speakers, of one article, under a
        condition."""
        if condition is not None and condition.speakers is not None:
            both = condition.speakers if speakers is None else set(condition.speakers).intersection(speakers)
            speakers = tuple(both)
        of_speakers = "true" if speakers is None else f"speaker IN ({','.join('?' * len(speakers))})"
        of_article = "true" if article_id is None else "q.article_id = ?"
        fitting = "true" if condition is None else condition.of_article
        rows = self._all(
            'SELECT q.article_id, q.text_sha256, speaker, role, cue, q.kind, start, "end", context_start, context_end,'
            ' substr(text, start + 1, "end" - start) FROM quotes AS q JOIN versions AS v ON v.article_id = q.article_id'
            f" AND v.text_sha256 = q.text_sha256 JOIN facts AS f ON f.article_id = q.article_id"
            f" WHERE {of_speakers} AND {of_article} AND {fitting} ORDER BY number",
            *(speakers or ()),
            *(() if article_id is None else (article_id,)),
            *(() if condition is None else condition.values),
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

    def outbox(self, limit: int = -1) -> list[tuple[int, str, str]]:
        """Vector operations not yet applied, oldest first, all or up to `limit`: number, `"upsert"` or `"remove"`, chunk id."""
        rows = self._all("SELECT number, verb, chunk_id FROM outbox ORDER BY number LIMIT ?", limit)
        return [(row[0], row[1], row[2]) for row in rows]

    # Writing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen, or none."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

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
        """Makes this version the current one. Its chunks' embeddings must be in the cache already."""
        self._unlink(article.id)
        self._run(
            "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?)",
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
            "INSERT INTO facts VALUES (?, ?, ?, ?, ?)", article.id, article.language, article.outlet, article.kind, day
        )
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
            self._run("INSERT INTO outbox (verb, chunk_id) VALUES ('upsert', ?)", chunk.id)
        self._put_stems(article)
        for quote in quotes:
            self._run(
                'INSERT INTO quotes (article_id, text_sha256, speaker, role, cue, kind, start, "end", context_start, context_end)'
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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

    def withdraw(self, article_id: str) -> None:
        """Takes an article out of search; its versions stay readable. A page whose articles change is read again next time."""
        self._unlink(article_id)
        self._run("DELETE FROM sources WHERE source = (SELECT page FROM articles WHERE id = ?)", article_id)
        self._run("UPDATE articles SET current_sha256 = NULL WHERE id = ?", article_id)

    def acknowledge(self, up_to: int) -> None:
        """Vector operations up to this number have been applied."""
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

    def _unlink(self, article_id: str) -> None:
        for number, chunk_id in self._all("SELECT number, id FROM chunks WHERE article_id = ?", article_id):
            self._run("DELETE FROM stems WHERE rowid = ?", number)
            self._run("DELETE FROM article_stems WHERE rowid = ?", number)
            self._run("INSERT INTO outbox (verb, chunk_id) VALUES ('remove', ?)", chunk_id)
        self._run("DELETE FROM chunks WHERE article_id = ?", article_id)
        self._run("DELETE FROM quotes WHERE article_id = ?", article_id)
        self._run("DELETE FROM facts WHERE article_id = ?", article_id)

    # Connections

    def _migrate(self) -> None:
        connection = self._connection()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise CorruptStoreError(f"{self._path} is no Citera database.", "Name another folder with --home.")
            connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
        elif version > SCHEMA_VERSION:
            raise CorruptStoreError(f"{self._path} was written by a newer Citera.", "Upgrade: pip install -U citera")
        else:
            for old in range(version, SCHEMA_VERSION):
                self._upgrade(old)

    def _upgrade(self, old: int) -> None:
        with self.transaction():
            if self._one("PRAGMA user_version")[0] == old:  # another process may have been quicker
                for statement in MIGRATIONS[old]:
                    self._run(statement)
                for article in self.live_articles():
                    self._put_stems(article)
                self._run(f"PRAGMA user_version = {old + 1}")

    def _damaged(self, error: sqlite3.DatabaseError) -> CorruptStoreError:
        return CorruptStoreError(
            f"{self._path} cannot be read ({error}).",
            "Move it away and ingest your sources again; they are the originals.",
        )

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=10)
            with self._guard:
                self._connections.append(connection)
            self._threads.connection = connection
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _run(self, statement: str, *values: Any) -> sqlite3.Cursor:
        try:
            return self._connection().execute(statement, values)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
                raise self._damaged(error) from error
            raise

    def _all(self, statement: str, *values: Any) -> list[Any]:
        return self._run(statement, *values).fetchall()

    def _one(self, statement: str, *values: Any) -> Any:
        return self._run(statement, *values).fetchone()


def _stemmed(text: str, language: str | None) -> str:
    return " ".join(stem(words(text), language))
