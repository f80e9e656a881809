"""Search: dense nearest neighbours and BM25 give candidates; filtered, collapsed and fused; one snapshot a question."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from corpus.article import Article, Span
from corpus.cleaning import without_half_characters
from corpus.duplicates import publication_order
from corpus.language import question_language
from index.embedding import Document, Embedder, Vector
from index.filters import Condition, SearchFilters
from index.fusion import LEXICAL_WEIGHT, first_look, fused, in_units, inverse_document_frequency, shares, zero_points
from index.lexical import content_stems, fts_query, query_stems
from index.quote_index import QuoteIndex
from index.reading import DEEPEST
from index.reference_texts import REFERENCE_TEXTS
from index.reranking import RERANKED, Reranker
from index.rows import StoredChunk
from index.store import Store
from index.vector_store import PARTS, VectorStore, part_of
from index.word_vectors import WordVectors

CANDIDATES = 60
"""Chunks taken from each list before fusion."""
LOOKED_AT = 30
"""Chunks whose sentences are read for the final score."""
EXACT_BELOW = 1_000
"""Chunks that filters may accept for each of them to be scored, so that none is missed; the lists of a broader search are post-filtered.
Among 30,000 chunks a search took 45 ms without a filter, 56, 65 and 140 ms with 480, 960 and 1,900 chunks scored one by one."""
OVERFETCH = 4
"""How much deeper than wanted the dense list is read at first under a broad filter, or each list where copies of a story fill it."""

WeightedWords = list[tuple[str, frozenset[str], float]]
"""Words of a query, each with its stems and its inverse document frequency."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A found chunk. `text` equals the article's text at `span`; `score` is fused, in dense units above unrelated text.

    `dense` is that score from the dense list alone, `found_by` the lists that found it; `lexical` is what shared words gave of `score`.
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
    lexical: float = 0.0


@dataclass(frozen=True, slots=True)
class _Found:
    """Candidate chunks with their articles and `dense` scores; `lexical` shares by chunk and `articles` shares by article, and the best
    of each; the zero point of each language."""

    article_of: Mapping[str, str]
    dense: Mapping[str, float]
    nearest: frozenset[str]
    lexical: Mapping[str, float]
    articles: Mapping[str, float]
    best_chunk: float
    best_article: float
    zeros: Mapping[str, float]


class Retriever:
    """Searches one index. Thread-safe as far as its store is.

    `lexical_weight` is that of `index.fusion`; filters that accept at most `exact_below` chunks have each of them scored;
    a `reranker` orders the best hits anew, their scores left as they are.
    """

    def __init__(
        self,
        store: Store,
        vectors: VectorStore,
        embedder: Embedder,
        lexical_weight: float = LEXICAL_WEIGHT,
        *,
        exact_below: int = EXACT_BELOW,
        reranker: Reranker | None = None,
    ) -> None:
        self._reranker = reranker
        self._store = store
        self._exact_below = exact_below
        self._vectors = vectors
        self._embedder = embedder
        self._lexical_weight = lexical_weight
        self._reference: dict[str, Vector] | None = None
        self.words = WordVectors(embedder)
        self._beside = ThreadPoolExecutor(thread_name_prefix="citera-search")

    def search(self, query: str, filters: SearchFilters | None = None, limit: int = 10) -> list[Hit]:
        """The best `limit` chunks for `query`, best first; of chunks with the same words and of articles that tell the same story
        only the best is kept, and among exact copies the earliest publication stands for all."""
        whole = without_half_characters(query)
        return self._search(whole, self._beside.submit(self.embed, whole), filters, limit)

    def embed(self, query: str) -> Vector:
        """The query's unit vector."""
        return np.asarray(self._embedder.embed_queries([query])[0], np.float32)

    def unrelated(self, vector: Vector) -> float:
        """A query's mean cosine to texts that have nothing to do with it: its zero point."""
        means = self._means(vector)
        return sum(means.values()) / len(means)

    def zero_points(self, query: str, vector: Vector) -> dict[str, float]:
        """`unrelated` for texts of each of `PARTS`, by which they are ranked."""
        return zero_points(self._means(vector), question_language(query), PARTS)

    def _means(self, vector: Vector) -> dict[str, float]:
        """The mean cosine to unrelated texts in each language."""
        if self._reference is None:
            self._reference = {language: self._embedded(texts) for language, texts in REFERENCE_TEXTS.items()}
        return {language: float((rows @ vector).mean()) for language, rows in self._reference.items()}

    def _embedded(self, texts: Sequence[str]) -> Vector:
        documents = [Document("", text, ()) for text in texts]
        return np.stack([embedded.vector for embedded in self._embedder.embed_documents(documents)])

    def weighted_words(self, query: str) -> WeightedWords:
        """The query's content words, each with its stems and its inverse document frequency in this corpus."""
        return self._weighted(query, self._store.document_frequency(query_stems(query)))

    def _weighted(self, query: str, frequencies: Mapping[str, int]) -> WeightedWords:
        total = self._store.chunk_count()
        return [
            (word, forms, max(inverse_document_frequency(frequencies[form], total) for form in forms))
            for word, forms in content_stems(query)
        ]

    def search_vector(self, query: str, vector: Vector, filters: SearchFilters | None, limit: int) -> list[Hit]:
        """`search` with the query's vector at hand, in the caller's snapshot if there is one."""
        ready: Future[Vector] = Future()
        ready.set_result(vector)
        return self._search(query, ready, filters, limit)

    def _search(self, query: str, embedded: Future[Vector], filters: SearchFilters | None, limit: int) -> list[Hit]:
        with self._store.snapshot():
            frequencies = self._store.document_frequency(stems := query_stems(query))
            wanted, match = self._weighted(query, frequencies), fts_query(stems, frequencies)
            condition, depth = self.condition(filters), max(CANDIDATES, limit)
            best, crowded = self._first_look(
                found := self._found(query, match, embedded, wanted, condition, depth), limit
            )
            while crowded and depth < DEEPEST and len(found.nearest) == depth:
                depth *= OVERFETCH
                best, crowded = self._first_look(
                    found := self._found(query, match, embedded, wanted, condition, depth), limit
                )
            vector = embedded.result()
            held = self._store.sentence_stems([chunk.number for chunk in best])
            scores = {chunk.id: self._score(chunk, found, vector, wanted, held[chunk.number]) for chunk in best}
            best.sort(key=lambda chunk: (-scores[chunk.id], chunk.id))
            hits = [self._hit(chunk, found, vector, scores[chunk.id]) for chunk in self._reranked(query, best)[:limit]]
            copied = self._store.stories.copied({hit.text_sha256 for hit in hits})
            return [self._first_published(hit, condition) if hit.text_sha256 in copied else hit for hit in hits]

    def _reranked(self, query: str, chunks: list[StoredChunk]) -> list[StoredChunk]:
        if self._reranker is None or not chunks:
            return chunks
        best, rest = chunks[:RERANKED], chunks[RERANKED:]
        scores = self._reranker.scores(query, [chunk.text for chunk in best])
        order = sorted(range(len(best)), key=lambda place: -scores[place])
        return [best[place] for place in order] + rest

    def condition(self, filters: SearchFilters | None) -> Condition | None:
        """The filters for this index's database: its speakers for the name they give."""
        return None if filters is None else filters.condition(QuoteIndex(self._store).names)

    def _found(
        self,
        query: str,
        match: str | None,
        embedded: Future[Vector],
        wanted: WeightedWords,
        condition: Condition | None,
        depth: int,
    ) -> _Found:
        """The candidates. Where few chunks are accepted, all of them are, each with its scores from every list.

        The word lists are read while the query is still being embedded and the vectors are searched.
        """
        accepted = None if condition is None else self._store.accepted(condition, self._exact_below)
        lexical: Mapping[str, float] = {}
        articles: Mapping[str, float] = {}
        if accepted is not None:
            zeros = self.zero_points(query, embedded.result())
            article_of, dense = self._dense(embedded.result(), zeros, accepted)
            nearest = frozenset(sorted(dense, key=lambda key: -dense[key])[:depth])
            if match is not None:
                lexical = self._store.lexical_among(match, accepted)
                articles = self._store.lexical_articles_among(match, set(article_of.values()))
        else:
            asked = depth if condition is None else min(depth * OVERFETCH, max(DEEPEST, depth))
            lists = self._beside.submit(lambda: self._lists(embedded.result(), asked))
            if match is not None:
                lexical = self._store.lexical(match, depth, condition)
                articles = self._store.lexical_articles(match, 3 * depth, condition)
            vector = embedded.result()
            zeros = self.zero_points(query, vector)
            nearest = self._nearest(lists.result(), asked, vector, zeros, depth, condition)
            article_of, dense = self._dense(vector, zeros, nearest | lexical.keys())
        attainable = sum(weight for _, _, weight in wanted)
        of_chunks, of_articles = shares(lexical, attainable), shares(articles, attainable)
        return _Found(
            article_of=article_of,
            dense=dense,
            nearest=nearest,
            lexical=of_chunks,
            articles=of_articles,
            best_chunk=max(of_chunks.values(), default=0.0),
            best_article=max(of_articles.values(), default=0.0),
            zeros=zeros,
        )

    def _lists(self, vector: Vector, asked: int) -> list[list[tuple[str, float]]]:
        """The nearest chunks of each of `PARTS`, with their cosines."""
        return [self._vectors.nearest(vector, asked, part) for part in PARTS]

    def _nearest(
        self,
        of_parts: Sequence[Sequence[tuple[str, float]]],
        asked: int,
        vector: Vector,
        zeros: Mapping[str, float],
        depth: int,
        condition: Condition | None,
    ) -> frozenset[str]:
        """The nearest `depth` chunks that the condition holds for, of all parts; fewer where the lists end or `DEEPEST` is reached.

        `of_parts` are the nearest `asked` of each.
        """
        tested: set[str] = set()
        accepted: list[str] = []
        while True:
            entries = {
                key: in_units(cosine, zeros[part])
                for part, found in zip(PARTS, of_parts, strict=True)
                for key, cosine in found
            }
            new = sorted(entries.keys() - tested, key=lambda key: (-entries[key], key))
            if condition is None:
                return frozenset(new[:depth])
            while new and len(accepted) < depth:
                part, new = new[: OVERFETCH * depth], new[OVERFETCH * depth :]
                kept = self._store.accepted_among(condition, part)
                accepted += [key for key in part if key in kept]
                tested.update(part)
            if len(accepted) >= depth or all(len(found) < asked for found in of_parts) or asked >= DEEPEST:
                return frozenset(accepted[:depth])
            asked = min(2 * asked * depth // max(len(accepted), 1), max(DEEPEST, depth))
            of_parts = self._lists(vector, asked)

    def _dense(
        self, vector: Vector, zeros: Mapping[str, float], chunks: Collection[str]
    ) -> tuple[dict[str, str], dict[str, float]]:
        """Articles and dense scores of the live ones among `chunks`, from the stored vectors."""
        if not chunks:
            return {}, {}
        held, vectors = self._store.vectors_among(self._embedder.digest, chunks)
        cosines = (vectors @ vector).tolist()
        dense = {
            key: in_units(cosine, zeros[part_of(language)])
            for (key, (_, language)), cosine in zip(held.items(), cosines, strict=True)
        }
        return {key: article_id for key, (article_id, _) in held.items()}, dense

    def _first_look(self, found: _Found, limit: int) -> tuple[list[StoredChunk], bool]:
        """The most promising chunks, each text once, each story from one article. And whether copies left fewer than `limit`."""
        scores = {
            key: first_look(
                found.dense[key],
                found.lexical.get(key, 0.0),
                found.articles.get(article_id, 0.0),
                found.best_chunk,
                found.best_article,
                self._lexical_weight,
            )
            for key, article_id in found.article_of.items()
        }
        kept: dict[str, StoredChunk] = {}
        tellers: dict[int, str] = {}
        copies = False
        wanted = max(LOOKED_AT, 2 * limit)
        ranked = sorted(scores, key=lambda key: (-scores[key], key))
        for at in range(0, len(ranked), wanted):
            chunks = self._store.chunks(self._embedder.digest, ranked[at : at + wanted])
            for chunk in (chunks[key] for key in ranked[at : at + wanted]):
                if tellers.setdefault(chunk.story, chunk.article_id) == chunk.article_id:
                    kept.setdefault(chunk.text, chunk)
                else:
                    copies = True
                if len(kept) == wanted:
                    return list(kept.values()), False
        return list(kept.values()), copies and len(kept) < limit

    def _first_published(self, hit: Hit, condition: Condition | None) -> Hit:
        """The hit in the earliest exact copy of its article that the condition holds for."""
        for copy in self._store.stories.exact_copies(hit.article):
            if publication_order(copy.published) >= publication_order(hit.article.published):
                break
            if condition is None or self._store.accepts(condition, copy.article_id):
                article = self._store.article(copy.article_id)
                chunk = replace(hit.chunk, article_id=article.id)
                return replace(hit, article_id=article.id, title=article.title, article=article, chunk=chunk)
        return hit

    def _score(
        self,
        chunk: StoredChunk,
        found: _Found,
        vector: Vector,
        wanted: WeightedWords,
        stems: Sequence[frozenset[str]],
    ) -> float:
        return fused(
            found.dense[chunk.id],
            _best_sentence(chunk, found, vector),
            max(coverage(wanted, held) for held in stems),
            found.articles.get(chunk.article_id, 0.0),
            found.best_chunk,
            found.best_article,
            self._lexical_weight,
        )

    def _hit(self, chunk: StoredChunk, found: _Found, vector: Vector, score: float) -> Hit:
        article = self._store.article(chunk.article_id, chunk.text_sha256)
        by = {"dense": chunk.id in found.nearest, "lexical": chunk.id in found.lexical}
        return Hit(
            article_id=chunk.article_id,
            text_sha256=chunk.text_sha256,
            span=chunk.span,
            text=chunk.text,
            score=score,
            dense=found.dense[chunk.id],
            found_by=tuple(name for name, held in by.items() if held),
            title=article.title,
            article=article,
            chunk=chunk,
            lexical=score - (found.dense[chunk.id] + _best_sentence(chunk, found, vector)) / 2,
        )


def _best_sentence(chunk: StoredChunk, found: _Found, vector: Vector) -> float:
    return in_units(float((chunk.sentence_vectors @ vector).max()), found.zeros[part_of(chunk.language)])


def coverage(wanted: WeightedWords, held: Collection[str]) -> float:
    """The share of the wanted words' weight that stands among the stems `held`, 0-1."""
    total = sum(weight for _, _, weight in wanted)
    return sum(weight for _, forms, weight in wanted if not forms.isdisjoint(held)) / total if total else 0.0
