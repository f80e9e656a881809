"""SQLite: the one truth on disk. Articles and their versions, chunks, stems, quotations, vectors, and the outbox for Chroma.

Layout (see `_SCHEMA`): `articles` points at a current row of `versions` or at none (withdrawn); `chunks`, `quotes` and `stems`
hold current versions only; `embeddings` is the cache, keyed by model and document digest; `outbox` lists what Chroma has not
been told yet. One writer at a time (the folder's lock sees to it); readers see one snapshot inside `snapshot()`.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from corpus.article import Article, Paragraph, Span
from corpus.quotes import Quote
from corpus.readers.records import RawRecord
from index.chunking import Chunk
from index.embedding import Embedded, Vector
from index.errors import ArticleNotFoundError, CorruptStoreError
from index.lexical import stem, words

SCHEMA_VERSION = 1

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE raw (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
    source TEXT PRIMARY KEY, raw_sha256 TEXT NOT NULL, cleaner TEXT NOT NULL, retrieved TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, page TEXT NOT NULL, current_sha256 TEXT, last_sha256 TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX articles_by_page ON articles (page);
CREATE TABLE versions (
    article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, record TEXT NOT NULL, text TEXT NOT NULL,
    PRIMARY KEY (article_id, text_sha256)
) WITHOUT ROWID;
CREATE TABLE chunks (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, language TEXT, sentences TEXT NOT NULL, document TEXT NOT NULL
);
CREATE INDEX chunks_by_article ON chunks (article_id);
CREATE VIRTUAL TABLE stems USING fts5 (body, header, tokenize = "unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE stem_counts USING fts5vocab (stems, row);
CREATE TABLE embeddings (
    model TEXT NOT NULL, document TEXT NOT NULL, vector BLOB NOT NULL, sentences BLOB NOT NULL,
    PRIMARY KEY (model, document)
) WITHOUT ROWID;
CREATE TABLE quotes (
    number INTEGER PRIMARY KEY, article_id TEXT NOT NULL, text_sha256 TEXT NOT NULL, speaker TEXT, role TEXT, cue TEXT,
    kind TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
    context_start INTEGER NOT NULL, context_end INTEGER NOT NULL
);
CREATE INDEX quotes_by_article ON quotes (article_id);
CREATE TABLE outbox (number INTEGER PRIMARY KEY AUTOINCREMENT, verb TEXT NOT NULL, chunk_id TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as it is kept, with its vectors: `vector` (dimension,) and `sentence_vectors` (sentences, dimension)."""

    number: int
    id: str
    article_id: str
    text_sha256: str
    span: Span
    language: str | None
    sentences: tuple[Span, ...]
    vector: Vector = field(compare=False)
    sentence_vectors: Vector = field(compare=False)


@dataclass(frozen=True, slots=True)
class StoredQuote:
    """A quotation of a current article version. `text` is its words, without quotation marks."""

    article_id: str
    text_sha256: str
    quote: Quote
    text: str

    @property
    def speaker(self) -> str | None:
        return self.quote.speaker

    @property
    def role(self) -> str | None:
        return self.quote.role

    @property
    def kind(self) -> str:
        return self.quote.kind

    @property
    def cue(self) -> str | None:
        return self.quote.cue

    @property
    def span(self) -> Span:
        return self.quote.span


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
        return _article_from(row[0], row[1])

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
        return row is not None and row[0] == _record_of(article)

    def live_articles(self) -> Iterator[Article]:
        for record, text in self._all(
            "SELECT record, text FROM articles JOIN versions ON article_id = id AND text_sha256 = current_sha256"
        ):
            yield _article_from(record, text)

    def source(self, source: str) -> tuple[str, str] | None:
        """sha256 of the bytes last read from `source`, and the cleaner's version."""
        row = self._one("SELECT raw_sha256, cleaner FROM sources WHERE source = ?", source)
        return None if row is None else (row[0], row[1])

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
            else Embedded(np.frombuffer(row[0], np.float32), _sentences_from(row[1], len(row[0]) // 4))
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
                    _sentences_from(row[9], vector.size),
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

    def lexical(self, query: str, limit: int) -> list[tuple[str, float]]:
        """Chunk ids by BM25 over stems (higher is better), for an FTS5 query; a word in the header counts half."""
        return [
            (row[0], -row[1])
            for row in self._all(
                "SELECT chunks.id, bm25(stems, 1.0, 0.5) AS score FROM stems JOIN chunks ON number = stems.rowid"
                " WHERE stems MATCH ? ORDER BY score LIMIT ?",
                query,
                limit,
            )
        ]

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

    def quotes(self, speakers: Sequence[str] | None = None) -> list[StoredQuote]:
        """Quotations of current versions, in reading order: all of them, or those of the named speakers."""
        where = "" if speakers is None else f" WHERE speaker IN ({','.join('?' * len(speakers))})"
        rows = self._all(
            'SELECT q.article_id, q.text_sha256, speaker, role, cue, kind, start, "end", context_start, context_end,'
            ' substr(text, start + 1, "end" - start) FROM quotes AS q JOIN versions AS v ON v.article_id = q.article_id'
            f" AND v.text_sha256 = q.text_sha256{where} ORDER BY number",
            *(speakers or ()),
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

    def outbox(self) -> list[tuple[int, str, str]]:
        """Vector operations not yet applied: number, `"upsert"` or `"remove"`, chunk id; oldest first."""
        return [
            (row[0], row[1], row[2]) for row in self._all("SELECT number, verb, chunk_id FROM outbox ORDER BY number")
        ]

    def generation(self) -> int:
        """Changes whenever another connection has committed a change."""
        return int(self._all("PRAGMA data_version")[0][0])

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
            "INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?)",
            record.source,
            record.raw_sha256,
            cleaner,
            datetime.now(UTC).isoformat(timespec="seconds"),
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
            _record_of(article),
            article.text,
        )
        for chunk in chunks:
            cursor = self._run(
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
            body = " ".join(stem(words(chunk.document.text), chunk.language))
            header = " ".join(stem(words(chunk.document.header), chunk.language))
            self._run("INSERT INTO stems (rowid, body, header) VALUES (?, ?, ?)", cursor.lastrowid, body, header)
            self._run("INSERT INTO outbox (verb, chunk_id) VALUES ('upsert', ?)", chunk.id)
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

    def _unlink(self, article_id: str) -> None:
        for number, chunk_id in self._all("SELECT number, id FROM chunks WHERE article_id = ?", article_id):
            self._run("DELETE FROM stems WHERE rowid = ?", number)
            self._run("INSERT INTO outbox (verb, chunk_id) VALUES ('remove', ?)", chunk_id)
        self._run("DELETE FROM chunks WHERE article_id = ?", article_id)
        self._run("DELETE FROM quotes WHERE article_id = ?", article_id)

    # Connections

    def _migrate(self) -> None:
        connection = self._connection()
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise CorruptStoreError(f"{self._path} is no Citera database.", "Name another folder with --home.")
            connection.executescript(f"BEGIN; {_SCHEMA} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
        elif version > SCHEMA_VERSION:
            raise CorruptStoreError(f"{self._path} was written by a newer Citera.", "Upgrade: pip install -U citera")

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


def _sentences_from(blob: bytes, dimension: int) -> Vector:
    stored = np.frombuffer(blob, np.int8).reshape(-1, dimension).astype(np.float32)
    norms = np.maximum(np.linalg.norm(stored, axis=1, keepdims=True), 1e-12)
    return np.asarray(stored / norms, np.float32)


def _record_of(article: Article) -> str:
    return json.dumps(
        {
            "id": article.id,
            "source": article.source,
            "title": article.title,
            "kind": article.kind,
            "url": article.url,
            "outlet": article.outlet,
            "authors": article.authors,
            "published": article.published.isoformat() if article.published else None,
            "language": article.language,
            "found_on": article.found_on,
            "paragraphs": [[p.span.start, p.span.end, p.kind, p.language] for p in article.paragraphs],
        },
        ensure_ascii=False,
    )


def _article_from(record: str, text: str) -> Article:
    data = json.loads(record)
    return Article(
        id=data["id"],
        text=text,
        paragraphs=tuple(
            Paragraph(Span(start, end), kind, language) for start, end, kind, language in data["paragraphs"]
        ),
        source=data["source"],
        title=data["title"],
        kind=data["kind"],
        url=data["url"],
        outlet=data["outlet"],
        authors=tuple(data["authors"]),
        published=_date_from(data["published"]),
        language=data["language"],
        found_on=data["found_on"],
    )


def _date_from(stated: str | None) -> date | datetime | None:
    if stated is None:
        return None
    return datetime.fromisoformat(stated) if "T" in stated else date.fromisoformat(stated)
