"""Search: dense nearest neighbours and BM25 give candidates; filtered, collapsed and fused; one snapshot a question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from corpus.article import Article, ArticleKind, Span
from corpus.cleaning import without_half_characters
from corpus.duplicates import publication_order
from index.embedding import Document, Embedder, Vector
from index.fusion import LEXICAL_WEIGHT, first_look, fused, in_units, inverse_document_frequency, shares
from index.lexical import content_stems, fts_query
from index.reference_texts import REFERENCE_TEXTS
from index.rows import StoredChunk
from index.store import Store
from index.vector_store import VectorStore

CANDIDATES = 60
"""Chunks taken from each list before fusion."""
LOOKED_AT = 30
"""Chunks whose sentences are read for the final score."""
DEEPEST = 4_000
"""Chunks taken at most where copies of a story fill the lists."""


WeightedWords = list[tuple[str, frozenset[str], float]]
"""Words of a query, each with its stems and its inverse document frequency."""


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """Narrows a search; None leaves a field open. Dates compare with what the source states and drop undated articles."""

    language: str | None = None
    outlet: str | None = None
    kind: ArticleKind | None = None
    published_from: date | None = None
    published_to: date | None = None
    article_ids: frozenset[str] | None = None

    def accepts(self, article: Article) -> bool:
        stated = article.published
        day = date(stated.year, stated.month, stated.day) if stated else None
        return (
            (self.language is None or article.language == self.language)
            and (self.outlet is None or article.outlet == self.outlet)
            and (self.kind is None or article.kind == self.kind)
            and (self.published_from is None or (day is not None and day >= self.published_from))
            and (self.published_to is None or (day is not None and day <= self.published_to))
            and (self.article_ids is None or article.id in self.article_ids)
        )


@dataclass(frozen=True, slots=True)
class Hit:
    """A found chunk. `text` equals the article's text at `span`; `score` is fused, in dense units above unrelated text.

    `dense` is that score from the dense list alone, `found_by` the lists that found it.
    """

    article_id: str
    text_sha256: str
    span: Span
    text: str
    score: float
    dense: float
    found_by: tuple[str, ...]
    title: str | None
    article: Article
    chunk: StoredChunk


@dataclass(frozen=True, slots=True)
class _Found:
    """Candidate chunks with their `dense` scores; `lexical` shares by chunk and `articles` shares by article."""

    chunks: Mapping[str, StoredChunk]
    dense: Mapping[str, float]
    nearest: frozenset[str]
    lexical: Mapping[str, float]
    articles: Mapping[str, float]
    unrelated: float

    @property
    def best_chunk(self) -> float:
        return max(self.lexical.values(), default=0.0)

    @property
    def best_article(self) -> float:
        return max(self.articles.values(), default=0.0)


class Retriever:
    """Searches one index. Thread-safe as far as its store is. `lexical_weight` is that of `index.fusion`."""

    def __init__(
        self, store: Store, vectors: VectorStore, embedder: Embedder, lexical_weight: float = LEXICAL_WEIGHT
    ) -> None:
        self._store = store
        self._vectors = vectors
        self._embedder = embedder
        self._lexical_weight = lexical_weight
        self._reference: Vector | None = None

    def search(self, query: str, filters: SearchFilters | None = None, limit: int = 10) -> list[Hit]:
        """The best `limit` chunks for `query`, best first; of chunks with the same words and of articles that tell the same story
        only the best is kept, and among exact copies the earliest publication stands for all."""
        whole = without_half_characters(query)
        return self.search_vector(whole, self.embed(whole), filters, limit)

    def embed(self, query: str) -> Vector:
        """The query's unit vector."""
        return np.asarray(self._embedder.embed_queries([query])[0], np.float32)

    def unrelated(self, vector: Vector) -> float:
        """A query's mean cosine to texts that have nothing to do with it: its zero point."""
        if self._reference is None:
            documents = [Document("", text, ()) for text in REFERENCE_TEXTS]
            self._reference = np.stack([embedded.vector for embedded in self._embedder.embed_documents(documents)])
        return float((self._reference @ vector).mean())

    def weighted_words(self, query: str) -> WeightedWords:
        """The query's content words, each with its stems and its inverse document frequency in this corpus."""
        found = content_stems(query)
        frequencies = self._store.document_frequency(form for _, forms in found for form in forms)
        total = self._store.chunk_count()
        return [
            (word, forms, max(inverse_document_frequency(frequencies[form], total) for form in forms))
            for word, forms in found
        ]

    def search_vector(self, query: str, vector: Vector, filters: SearchFilters | None, limit: int) -> list[Hit]:
        """`search` with the query's vector at hand, in the caller's snapshot if there is one."""
        with self._store.snapshot():
            wanted = self.weighted_words(query)
            depth = max(CANDIDATES * (1 if filters is None else 5), limit)
            best, crowded = self._first_look(found := self._found(query, vector, wanted, depth), filters, limit)
            while crowded and depth < DEEPEST and len(found.nearest) == depth:
                depth *= 4
                best, crowded = self._first_look(found := self._found(query, vector, wanted, depth), filters, limit)
            stems = self._store.sentence_stems([chunk.number for chunk, _ in best])
            hits = [self._hit(chunk, article, found, vector, wanted, stems[chunk.number]) for chunk, article in best]
            hits.sort(key=lambda hit: (-hit.score, hit.chunk.id))
            return [self._first_published(hit, filters) for hit in hits[:limit]]

    def _found(self, query: str, vector: Vector, wanted: WeightedWords, depth: int) -> _Found:
        nearest = dict(self._vectors.nearest(vector, depth))
        match = fts_query(query, self._store.document_frequency)
        attainable = sum(weight for _, _, weight in wanted)
        lexical = shares(self._store.lexical(match, depth), attainable) if match else {}
        articles = shares(self._store.lexical_articles(match, 3 * depth), attainable) if match else {}
        chunks = self._store.chunks(self._embedder.digest, list(nearest.keys() | lexical.keys()))
        unrelated = self.unrelated(vector)
        dense = {key: in_units(float(chunk.vector @ vector), unrelated) for key, chunk in chunks.items()}
        return _Found(chunks, dense, frozenset(nearest), lexical, articles, unrelated)

    def _first_look(
        self, found: _Found, filters: SearchFilters | None, limit: int
    ) -> tuple[list[tuple[StoredChunk, Article]], bool]:
        """The most promising chunks that the filters accept, each text once, each story from one article. And whether copies left
        fewer than `limit`."""
        scores = {
            key: first_look(
                found.dense[key],
                found.lexical.get(key, 0.0),
                found.articles.get(chunk.article_id, 0.0),
                found.best_chunk,
                found.best_article,
                self._lexical_weight,
            )
            for key, chunk in found.chunks.items()
        }
        kept: dict[str, tuple[StoredChunk, Article]] = {}
        articles: dict[str, Article] = {}
        tellers: dict[int | None, str] = {}
        copies = False
        for key in sorted(scores, key=lambda key: (-scores[key], key)):
            chunk = found.chunks[key]
            if chunk.article_id not in articles:
                articles[chunk.article_id] = self._store.article(chunk.article_id, chunk.text_sha256)
            article = articles[chunk.article_id]
            if filters is not None and not filters.accepts(article):
                continue
            if tellers.setdefault(self._store.stories.of(article), article.id) == article.id:
                kept.setdefault(chunk.span.of(article.text), (chunk, article))
            else:
                copies = True
            if len(kept) == max(LOOKED_AT, 2 * limit):
                break
        return list(kept.values()), copies and len(kept) < limit

    def _first_published(self, hit: Hit, filters: SearchFilters | None) -> Hit:
        """The hit in the earliest exact copy of its article that the filters accept."""
        for copy in self._store.stories.exact_copies(hit.article):
            if publication_order(copy.published) >= publication_order(hit.article.published):
                break
            article = self._store.article(copy.article_id)
            if filters is None or filters.accepts(article):
                chunk = replace(hit.chunk, article_id=article.id)
                return replace(hit, article_id=article.id, title=article.title, article=article, chunk=chunk)
        return hit

    def _hit(
        self,
        chunk: StoredChunk,
        article: Article,
        found: _Found,
        vector: Vector,
        wanted: WeightedWords,
        stems: Sequence[frozenset[str]],
    ) -> Hit:
        dense = found.dense[chunk.id]
        score = fused(
            dense,
            in_units(float((chunk.sentence_vectors @ vector).max()), found.unrelated),
            max(coverage(wanted, held) for held in stems),
            found.articles.get(chunk.article_id, 0.0),
            found.best_chunk,
            found.best_article,
            self._lexical_weight,
        )
        by = {"dense": chunk.id in found.nearest, "lexical": chunk.id in found.lexical}
        return Hit(
            article_id=chunk.article_id,
            text_sha256=chunk.text_sha256,
            span=chunk.span,
            text=chunk.span.of(article.text),
            score=score,
            dense=dense,
            found_by=tuple(name for name, held in by.items() if held),
            title=article.title,
            article=article,
            chunk=chunk,
        )


def coverage(wanted: WeightedWords, held: Collection[str]) -> float:
    """The share of the wanted words' weight that stands among the stems `held`, 0-1."""
    total = sum(weight for _, _, weight in wanted)
    return sum(weight for _, forms, weight in wanted if not forms.isdisjoint(held)) / total if total else 0.0
