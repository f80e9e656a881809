"""The words of a text as vectors, each read in its sentence: what the embedding model takes them to mean there, in either language."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.article import Span
from index.embedding import Document, Embedder, Vector

KEPT = 500
"""Texts whose vectors are kept: a sentence's are some 25 kB."""
_WORD = re.compile(r"[^\W_](?:[\w'’&-]|[.,:](?=\d))*")


@dataclass(frozen=True, slots=True)
class WordsOf:
    """Where the words of a text stand, and their unit vectors, shape (words, dimension)."""

    spans: tuple[Span, ...]
    vectors: Vector


class WordVectors:
    """Reads texts, and keeps the last ones read. Thread-safe as far as its embedder is."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.of = lru_cache(maxsize=KEPT)(self._read)

    def _read(self, text: str) -> WordsOf:
        spans = tuple(Span(*match.span()) for match in _WORD.finditer(text))
        (embedded,) = self._embedder.embed_documents([Document("", text, spans)])
        return WordsOf(spans, embedded.sentences)
