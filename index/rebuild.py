"""The index made anew from the articles that the database holds: chunks, stems and vectors, under the same settings or under others.

The old index serves until the new one is complete. What takes long is embedding; that goes into the cache, so that a rebuild which was
stopped goes on where it was, and one under the same settings embeds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.article import Article
from index.chunking import Chunk, chunk_article
from index.collection import Pointer
from index.embedding import Embedder
from index.embedding_cache import embed_missing
from index.manifest import Manifest, write_manifest
from index.store import Store
from index.vector_store import VectorStore

ARTICLES_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class RebuildProgress:
    """How far a rebuild has come: `done` of `total` articles are embedded."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What a rebuild did: passages in the new index, and how many of them had to be embedded."""

    passages: int
    embedded: int


def embed_corpus(
    store: Store,
    embedder: Embedder,
    chunk_tokens: int,
    progress: Callable[[RebuildProgress], None] = lambda _: None,
) -> int:
    """Puts into the cache what an index under these settings will need, and says how many passages that were. The index in use is not
    touched: readers may go on."""
    total, done, embedded = len(store.live_ids()), 0, 0
    for batch in _chunked(store, embedder, chunk_tokens):
        embedded += embed_missing(store, embedder, [chunk.document for _, chunks in batch for chunk in chunks])
        done += len(batch)
        progress(RebuildProgress(done, total))
    return embedded


def rebuild(
    store: Store,
    folder: Path,
    url: str | None,
    embedder: Embedder,
    manifest: Manifest,
    progress: Callable[[RebuildProgress], None] = lambda _: None,
) -> tuple[VectorStore, RebuildReport]:
    """Builds the index that `manifest` describes in a new collection, and changes over to it in one transaction. Nobody else may write
    meanwhile."""
    embedded = embed_corpus(store, embedder, manifest.chunk_tokens, progress)
    pointer = Pointer.fresh(store, url)
    vectors = pointer.open(folder, create=True)
    passages = 0
    try:
        for batch in _chunked(store, embedder, manifest.chunk_tokens):
            chunks = [chunk for _, chunks in batch for chunk in chunks]
            passages += len(chunks)
            documents = [chunk.document.digest for chunk in chunks]
            if chunks:
                stored = store.vectors_of(embedder.digest, documents)
                vectors.upsert([chunk.id for chunk in chunks], stored, [chunk.language for chunk in chunks])
        with store.transaction():
            for batch in _chunked(store, embedder, manifest.chunk_tokens):
                for article, chunks in batch:
                    store.put_chunks(article, chunks)
            write_manifest(store, manifest)
            pointer.point(store)
    except BaseException:
        vectors.close()
        raise
    return vectors, RebuildReport(passages, embedded)


def _chunked(store: Store, embedder: Embedder, chunk_tokens: int) -> Iterator[list[tuple[Article, list[Chunk]]]]:
    """The live articles with their chunks, some at a time."""
    ids = store.live_ids()
    for at in range(0, len(ids), ARTICLES_TOGETHER):
        articles = [store.article(article_id) for article_id in ids[at : at + ARTICLES_TOGETHER]]
        yield [(article, chunk_article(article, embedder.count_tokens, budget=chunk_tokens)) for article in articles]
