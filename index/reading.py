"""What is read of the database: articles, chunks and their vectors, the word index, quotations, sources."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from corpus.article import Article, Span
from corpus.quotes import Quote
from corpus.readers.records import Validators
from index.database import Database
from index.embedding import Vector
from index.errors import ArticleNotFoundError, StoreError
from index.filters import Condition
from index.rows import StoredChunk, StoredQuote, article_from, record_of, sentences_from
from index.stories import Copy, Stories

DEEPEST = 4_000
"""Entries of one list that are read at most for a condition. One that lets through few of very many chunks may leave a list short."""

FIRST_READ = 1_000
"""Entries of a word list that are read for a condition at first. The whole depth costs 7 ms more for chunks and 3 for articles."""
WORTH_MORE = 0.01
"""Share of them that must have passed for the rest to be read. Where fewer pass, the condition and the question are of two languages."""

_AMONG = "c.{} IN (SELECT value FROM json_each(?))"
_SAID = (
    "c.number IN (SELECT s.number FROM quotes AS q JOIN chunks AS s ON s.article_id = q.article_id"
    ' AND s.start < q."end" AND s."end" > q.start WHERE q.speaker IN (SELECT value FROM json_each(?)))'
)
_WITH_RECORD = (
    "facts AS f JOIN articles AS a ON a.id = f.article_id"
    " JOIN versions AS v ON v.article_id = a.id AND v.text_sha256 = a.current_sha256"
)
_LATER_COPIES = (
    "SELECT id FROM (SELECT a.id, row_number() OVER (PARTITION BY f.kind, a.current_sha256 ORDER BY"
    " ifnull(datetime(json_extract(record, '$.published') || CASE length(json_extract(record, '$.published')) WHEN 10 THEN 'T23:59:59'"
    f" ELSE '' END), '9999'), a.id) AS place FROM {_WITH_RECORD} WHERE {{named}} AND a.current_sha256 IN"
    " (SELECT current_sha256 FROM articles WHERE current_sha256 IS NOT NULL GROUP BY 1 HAVING count(*) > 1)) WHERE place > 1"
)
"""Articles whose text another one published before, in the order of `corpus.duplicates.publication_order`."""
_SAID_IN_ARTICLE = "c.article_id IN (SELECT article_id FROM quotes WHERE speaker IN (SELECT value FROM json_each(?)))"


class StoreReader(Database):
    """The reading half of `Store`. Errors are those of `Database`."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.stories = Stories(self._all)

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
        rows = self._all(
            'SELECT c.number, c.id, c.article_id, c.text_sha256, start, "end", c.language, c.sentences,'
            ' substr(text, start + 1, "end" - start), story, vector, e.sentences'
            " FROM chunks AS c JOIN embeddings AS e ON e.model = ? AND e.document = c.document"
            " JOIN versions AS v ON v.article_id = c.article_id AND v.text_sha256 = c.text_sha256"
            " JOIN facts AS f ON f.article_id = c.article_id"
            " JOIN texts AS t ON t.text_sha256 = c.text_sha256 AND t.kind = f.kind"
            " WHERE id IN (SELECT value FROM json_each(?))",
            model,
            json.dumps(list(ids)),
        )
        found: dict[str, StoredChunk] = {}
        for number, key, article_id, text_sha256, start, end, language, sentences, text, story, blob, pooled in rows:
            vector = np.frombuffer(blob, np.float32)
            found[key] = StoredChunk(
                number,
                key,
                article_id,
                text_sha256,
                Span(start, end),
                language,
                self._spans(sentences),
                text,
                story,
                vector,
                sentences_from(pooled, vector.size),
            )
        return found

    def vectors(self, model: str) -> Iterator[dict[str, tuple[str | None, Vector]]]:
        """Ids of all live chunks with their languages and vectors, some thousand at a time; a chunk whose embedding is missing is left
        out."""
        last = 0
        while rows := self._all(
            "SELECT number, id, language, vector FROM chunks LEFT JOIN embeddings AS e ON e.model = ? AND e.document = chunks.document"
            " WHERE number > ? ORDER BY number LIMIT 3000",
            model,
            last,
        ):
            yield {key: (language, np.frombuffer(vector, np.float32)) for _, key, language, vector in rows if vector}
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

    def vectors_among(self, model: str, ids: Collection[str]) -> tuple[dict[str, tuple[str, str | None]], Vector]:
        """The live chunks among `ids` with their articles' ids and their languages, and in that order their vectors, shape (chunks,
        dimension)."""
        rows = self._all(
            "SELECT id, article_id, language, vector FROM chunks JOIN embeddings AS e ON e.model = ? AND e.document = chunks.document"
            " WHERE id IN (SELECT value FROM json_each(?))",
            model,
            json.dumps(list(ids)),
        )
        stacked = np.frombuffer(b"".join(row[3] for row in rows), np.float32).reshape(len(rows), -1 if rows else 0)
        return {row[0]: (row[1], row[2]) for row in rows}, stacked

    def accepted(self, condition: Condition, most: int) -> list[str] | None:
        """Ids of the live chunks that `condition` holds for; None if they are more than `most`."""
        if self._accepted("true", condition, "true", limit=1, offset=most):
            return None
        return [row[0] for row in self._accepted("c.id", condition, "true")]

    def accepted_among(self, condition: Condition, chunks: Collection[str]) -> set[str]:
        """Those of `chunks` that `condition` holds for."""
        return {row[0] for row in self._accepted("c.id", condition, _AMONG.format("id"), json.dumps(list(chunks)))}

    def accepts(self, condition: Condition, article_id: str) -> bool:
        """Whether an article holds a chunk that `condition` holds for."""
        return bool(self._accepted("c.id", condition, "c.article_id = ?", article_id, limit=1))

    def _accepted(
        self,
        wanted: str,
        condition: Condition,
        among: str,
        *values: str,
        said: str = _SAID,
        limit: int = -1,
        offset: int = 0,
    ) -> list[Any]:
        """`wanted` of the chunks that a condition holds for, of those that the test `among` with its values lets through."""
        names = () if condition.speakers is None else (json.dumps(condition.speakers),)
        return self._all(
            f"SELECT {wanted} FROM chunks AS c JOIN facts AS f ON f.article_id = c.article_id"
            f" WHERE {condition.of_article} AND {said if names else 'true'} AND {among} LIMIT ? OFFSET ?",
            *condition.values,
            *names,
            *values,
            limit,
            offset,
        )

    def lexical(self, query: str, limit: int, condition: Condition | None = None) -> dict[str, float]:
        """The ids of the best `limit` chunks with their BM25 over stems, best (highest) first, for an FTS5 query; a word in the header
        counts half. Under a condition, of those among the best `DEEPEST` that it holds for."""
        return self._best("stems", "id", query, limit, condition)

    def lexical_articles(self, query: str, limit: int, condition: Condition | None = None) -> dict[str, float]:
        """Article ids with their BM25 over the stems of the whole article, as `lexical`; a word of the title counts half."""
        return self._best("article_stems", "article_id", query, limit, condition)

    def lexical_among(self, query: str, chunks: Collection[str]) -> dict[str, float]:
        """`lexical` for every one of `chunks` that the query matches."""
        return self._scored("stems", "id", query, chunks)

    def lexical_articles_among(self, query: str, articles: Collection[str]) -> dict[str, float]:
        """`lexical_articles` for every one of `articles` that the query matches."""
        return self._scored("article_stems", "article_id", query, articles)

    def _scored(self, table: str, key: str, query: str, among: Collection[str]) -> dict[str, float]:
        rows = self._all(f"SELECT number, {key} FROM chunks AS c WHERE {_AMONG.format(key)}", json.dumps(list(among)))
        keys = dict(rows)
        return {keys[number]: -score for number, score in self._ranking(table, query, -1) if number in keys}

    def _best(self, table: str, key: str, query: str, limit: int, condition: Condition | None) -> dict[str, float]:
        """The ranking is read as numbers; what they stand for is asked of as many as are wanted."""
        if condition is None:
            ranking = self._ranking(table, query, limit)
            numbers = json.dumps([number for number, _ in ranking])
            keys = dict(self._all(f"SELECT number, {key} FROM chunks AS c WHERE {_AMONG.format('number')}", numbers))
            return {keys[number]: -score for number, score in ranking if number in keys}
        said = _SAID if key == "id" else _SAID_IN_ARTICLE
        found: dict[str, float] = {}
        read = 0
        for depth in (max(FIRST_READ, limit), max(DEEPEST, limit)):
            ranking = self._ranking(table, query, depth)
            while read < len(ranking) and len(found) < limit:
                part = ranking[read : read + 4 * limit]
                numbers = json.dumps([number for number, _ in part])
                rows = self._accepted(f"c.number, c.{key}", condition, _AMONG.format("number"), numbers, said=said)
                keys = dict(rows)
                found |= {keys[number]: -score for number, score in part if number in keys}
                read += len(part)
            if len(found) >= limit or len(ranking) < depth or len(found) < WORTH_MORE * depth:
                break
        return dict(islice(found.items(), limit))

    def _ranking(self, table: str, query: str, limit: int) -> list[tuple[int, float]]:
        """Numbers with BM25 (lowest is best), best first."""
        return self._all(
            f"SELECT rowid, bm25({table}, 1.0, 0.5) AS score FROM {table} WHERE {table} MATCH ? ORDER BY score, rowid LIMIT ?",
            query,
            limit,
        )

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

    def catalogue(self, words: str, first: int, limit: int, *, copies: bool) -> tuple[int, list[str]]:
        """How many live articles hold `words` in their title, outlet or address (A-Z in either case), and the ids of `limit` of them from
        `first` on, the newest first. Without `copies` exact ones count once, as their earliest publication."""
        live, named, values = "facts AS f", "true", []
        if words:
            facts = (f"ifnull(json_extract(record, '$.{name}'), '')" for name in ("title", "outlet", "url"))
            live, named, values = _WITH_RECORD, "instr(lower(" + " || ' ' || ".join(facts) + "), lower(?))", [words]
        live += f" WHERE {named}"
        if not copies:
            live += f" AND f.article_id NOT IN ({_LATER_COPIES.format(named=named)})"
            values *= 2
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

    def outbox(self, limit: int = -1) -> list[tuple[int, str, str]]:
        """Chunks that Chroma and the database may not agree on, oldest first, all or up to `limit`: number, verb, id. Whether Chroma
        should hold one is for `chunks` to say; the verb is what was meant when it was written."""
        rows = self._all("SELECT number, verb, chunk_id FROM outbox ORDER BY number LIMIT ?", limit)
        return [(row[0], row[1], row[2]) for row in rows]

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
