"""Search: dense nearest neighbours and BM25 over the same chunks, fused, collapsed, filtered; one snapshot a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from corpus.article import Article, ArticleKind, Span
from corpus.cleaning import without_half_characters
from index.embedding import Document, Embedder, Vector
from index.fusion import LEXICAL_WEIGHT, fuse, inverse_document_frequency, standardise_dense, standardise_lexical
from index.lexical import content_stems, fts_query
from index.reference_texts import REFERENCE_TEXTS
from index.rows import StoredChunk
from index.store import Store
from index.vector_store import VectorStore

CANDIDATES = 60
"""Chunks taken from each list before fusion."""


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
        """The best `limit` chunks for `query`, best first; of chunks with the same words only the best is kept."""
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
            depth = CANDIDATES if filters is None else CANDIDATES * 5
            nearest = dict(self._vectors.nearest(vector, max(depth, limit)))
            match = fts_query(query)
            bm25 = dict(self._store.lexical(match, max(depth, limit))) if match else {}
            chunks = self._store.chunks(self._embedder.digest, list(nearest.keys() | bm25.keys()))
            cosines = {key: float(chunk.vector @ vector) for key, chunk in chunks.items()}
            dense = standardise_dense(cosines, self.unrelated(vector))
            attainable = sum(weight for _, _, weight in self.weighted_words(query))
            matched = {key: score for key, score in bm25.items() if key in chunks}
            lexical = standardise_lexical(matched, attainable, self._lexical_weight)
            fused = fuse(dense, lexical)
            return self._hits(chunks, fused, dense, nearest, bm25, filters, limit)

    def _hits(
        self,
        chunks: Mapping[str, StoredChunk],
        fused: Mapping[str, float],
        dense: Mapping[str, float],
        nearest: Mapping[str, float],
        bm25: Mapping[str, float],
        filters: SearchFilters | None,
        limit: int,
    ) -> list[Hit]:
        hits: list[Hit] = []
        seen: set[str] = set()
        articles: dict[str, Article] = {}
        for key in sorted(fused, key=lambda key: (-fused[key], key)):
            chunk = chunks[key]
            if chunk.article_id not in articles:
                articles[chunk.article_id] = self._store.article(chunk.article_id, chunk.text_sha256)
            article = articles[chunk.article_id]
            text = chunk.span.of(article.text)
            if text in seen or (filters is not None and not filters.accepts(article)):
                continue
            seen.add(text)
            found_by = tuple(name for name, found in (("dense", nearest), ("lexical", bm25)) if key in found)
            hits.append(
                Hit(
                    chunk.article_id,
                    chunk.text_sha256,
                    chunk.span,
                    text,
                    fused[key],
                    dense[key],
                    found_by,
                    article.title,
                    article,
                    chunk,
                )
            )
            if len(hits) == limit:
                break
        return hits
