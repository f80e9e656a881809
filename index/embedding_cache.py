"""The embedding cache: what has been embedded once, under one model, is never embedded again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from index.embedding import Document, Embedder
from index.store import Store

KEPT_TOGETHER = 256
"""Documents embedded before they are kept: enough to sort by length, little enough to lose in a crash."""


def embed_missing(
    store: Store,
    embedder: Embedder,
    documents: Iterable[Document],
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> int:
    """Embeds those of `documents` that the cache lacks, and says how many. `progress` hears how many of them are done."""
    missing = [document for document in documents if not store.is_embedded(embedder.digest, document.digest)]
    done = 0

    def tell(of_part: int) -> None:
        progress(done + of_part, len(missing))

    while part := missing[done : done + KEPT_TOGETHER]:
        embedded = embedder.embed_documents(part, tell)
        with store.transaction():
            for document, one in zip(part, embedded, strict=True):
                store.put_embedding(embedder.digest, document.digest, one)
        done += len(part)
    return len(missing)
