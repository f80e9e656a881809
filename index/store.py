"""SQLite: the one truth on disk. Articles and their versions, chunks, stems, quotations, vectors, and the outbox for Chroma.

Layout (see `index/rows.py`): `articles` points at a current row of `versions` or at none (withdrawn); `chunks`, `quotes` and `stems`
hold current versions only; `embeddings` is the cache, keyed by model and document digest; `outbox` lists what Chroma has not
been told yet. One writer at a time (the folder's lock sees to it). What is read stands in `index/reading.py`.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from corpus.article import Article
from corpus.quotes import QUOTE_READER_VERSION, Quote
from corpus.readers.records import RawRecord
from index.chunking import Chunk, searched_header
from index.embedding import Embedded
from index.errors import CorruptStoreError
from index.lexical import spaced, stem, surname, words
from index.reading import StoreReader
from index.rows import MIGRATIONS, SCHEMA, SCHEMA_VERSION, record_of

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


class Store(StoreReader):
    """The database of one index folder, read and written. Connections are one a thread, and one a `Moment`.

    Raises:
        CorruptStoreError: on opening, if the file is no Citera database or is damaged.
        DiskFullError, NotWritableError, IndexBusyError: from any method, when SQLite says so.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

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

    def read_by_another(self, limit: int) -> list[str]:
        """Ids of live articles whose quotations another version of the quote reader found, up to `limit` of them."""
        live = "SELECT id FROM articles WHERE current_sha256 IS NOT NULL AND quote_reader"
        rows = self._all(
            f"{live} < ?1 UNION ALL {live} > ?1 LIMIT ?2",  # each half is a search in the index, `<>` none
            QUOTE_READER_VERSION,
            limit,
        )
        return [row[0] for row in rows]

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
                for article in self.live_articles() if old < 3 else ():
                    self._put_stems(article)
                    if old == 2:
                        self.stories.join(article)
                self._run(f"PRAGMA user_version = {old + 1}")


def _stemmed(text: str, language: str | None) -> str:
    return " ".join(stem(words(text), language))
