"""Articles to chunks: runs of whole sentences within a token budget, never across two articles.

A chunk is a span; its header (title and date) is added to what is embedded and never quoted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.article import Article, Span
from corpus.dates import MONTHS
from corpus.sentences import sentence_spans
from index.embedding import Document

CHUNKER_VERSION = "1"
CHUNK_TOKENS = 200
"""Default budget of a chunk's text in the embedder's tokens. A starting value; `citera eval sweep` compares others."""
MAX_CHUNK_TOKENS = 350
"""Most that a budget may be: multilingual-e5-small reads 512 tokens, its prompt and the chunk's header among them."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A retrievable run of sentences. `sentences` and `span` are offsets in the article's text."""

    id: str
    article_id: str
    text_sha256: str
    span: Span
    sentences: tuple[Span, ...]
    language: str | None
    document: Document


def chunk_article(
    article: Article, count_tokens: Callable[[Sequence[str]], list[int]], *, budget: int = CHUNK_TOKENS
) -> list[Chunk]:
    """The chunks of `article`, in order, covering every sentence of its body exactly once.

    A sentence over the budget is split at spaces, never cut off.
    """
    pieces: list[tuple[Span, str | None]] = []
    for paragraph in article.paragraphs:
        if paragraph.kind == "heading":
            continue
        for span in sentence_spans(paragraph.span.of(article.text), paragraph.language):
            pieces.append((span.shifted(paragraph.span.start), paragraph.language))
    counts = count_tokens([span.of(article.text) for span, _ in pieces]) if pieces else []
    units = [
        (part, language, tokens)
        for (span, language), count in zip(pieces, counts, strict=True)
        for part, tokens in _within(article.text, span, count, budget, count_tokens)
    ]
    groups: list[list[tuple[Span, str | None, int]]] = []
    used = 0
    for unit in units:
        if not groups or used + unit[2] > budget or unit[1] != groups[-1][0][1]:
            groups.append([])
            used = 0
        groups[-1].append(unit)
        used += unit[2]
    return [chunk_of(article, [span for span, _, _ in group], group[0][1]) for group in groups]


def header_of(article: Article) -> str:
    """Title and date, in at most 300 characters: what is embedded and searched beside a chunk's text, and never quoted."""
    stated = article.published.isoformat()[:10] if article.published else None
    return ", ".join(part for part in (article.title, stated) if part)[:300]


def searched_header(article: Article) -> str:
    """The header with its date in words too, English and Swedish: a question says February, not 02."""
    if article.published is None:
        return header_of(article)
    months = [name for name, number in MONTHS.items() if number == article.published.month][:2]
    return " ".join((header_of(article), str(article.published.day), *months))


def _within(
    text: str, span: Span, tokens: int, budget: int, count_tokens: Callable[[Sequence[str]], list[int]]
) -> list[tuple[Span, int]]:
    """`span` in parts of at most `budget` tokens, halved at a space until they fit."""
    words = [match.span() for match in re.finditer(r"\S{1,100}", span.of(text))]
    if tokens <= budget or len(words) < 2:
        return [(span, tokens)]
    middle = len(words) // 2
    halves = [Span(span.start, span.start + words[middle - 1][1]), Span(span.start + words[middle][0], span.end)]
    counts = count_tokens([half.of(text) for half in halves])
    return [
        part
        for half, count in zip(halves, counts, strict=True)
        for part in _within(text, half, count, budget, count_tokens)
    ]


def chunk_of(article: Article, sentences: Sequence[Span], language: str | None) -> Chunk:
    """The chunk from the first of these sentences to the last."""
    span = Span(sentences[0].start, sentences[-1].end)
    identity = "|".join((article.id, article.text_sha256, str(span.start), str(span.end), CHUNKER_VERSION))
    document = Document(
        header_of(article), span.of(article.text), tuple(sentence.shifted(-span.start) for sentence in sentences)
    )
    return Chunk(
        hashlib.sha256(identity.encode()).hexdigest()[:32],
        article.id,
        article.text_sha256,
        span,
        tuple(sentences),
        language,
        document,
    )
