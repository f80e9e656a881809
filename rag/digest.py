"""What is new of something: sentences of several articles, newest first, none saying what another has said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.article import Article, Span
from corpus.duplicates import publication_order
from index.embedding import Vector
from index.fusion import in_units
from index.lexical import FUNCTION_WORDS, stem, words
from index.retrieval import Hit, Retriever, coverage
from rag.sentence_score import COVERAGE_WEIGHT
from rag.support import mentions

FEWEST, MOST = 3, 5
"""Sentences of a digest, as far as the articles hold so many."""
DIGEST_CHUNKS = 16
"""Chunks that a digest is made from."""
OPENING = 2.0
"""What opening its article counts for in a sentence's score: news is told there first."""
TOPIC_COVERAGE = 0.5
TOPIC_DENSE = 4.0
"""An article is on a topic if it mentions every name of it, and one of its sentences holds half of the topic's weighted words or is so
many dense units from unrelated text."""
SHORTEST = 6
"""Words of a sentence that can stand in a digest."""
SAME_WORDS = 0.5
"""Share of the shorter sentence's content words from which two say the same."""
SAME_COSINE = 0.93
"""And of the vectors of two in different languages."""
LEANING = 2.0
"""What it costs a sentence to open with a word that leans on the one before it. Set, not measured, as the opening's."""
_SENTENCE = re.compile(r"[^\w(]*[^\W\d_].*[.!?…][^\w\s]*", re.DOTALL)
"""A result table's line is none."""
_LEANS = re.compile(
    r"\W*(?:he|she|they|it|this|these|those|but|and|then|there|so|also|however|instead|his|her|their|its|such"
    r"|han|hon|de|det|den|dessa|men|och|då|där|så|också|därför|samtidigt|dessutom|sedan|hans|hennes|deras)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of an article, by its place in a chunk."""

    article: Article
    sentences: tuple[Span, ...]
    position: int
    vector: Vector
    language: str | None
    score: float
    stems: frozenset[str]


def digest(hits: Sequence[Hit], topic: str, named: Sequence[str], vector: Vector, retriever: Retriever) -> list[Line]:
    """At most `MOST` sentences on `topic`, whose unit vector is `vector` and whose names are `named`, in the order in which to tell them;
    none if no article is on it.

    Of every article the best comes first; an article gives more than one only where there are too few articles.
    """
    lines = _lines(hits, topic, vector, retriever, named)
    chosen: list[Line] = []
    for most_of_one, wanted in ((1, MOST), (2, FEWEST), (FEWEST, FEWEST)):
        for line in lines:
            from_it = sum(line.article.id == other.article.id for other in chosen)
            if len(chosen) < wanted and from_it < most_of_one and not any(_same(line, other) for other in chosen):
                chosen.append(line)
    newest = sorted(
        {line.article.id: line.article for line in chosen}.values(),
        key=lambda article: (article.published is not None, publication_order(article.published)),
        reverse=True,
    )
    place = {article.id: number for number, article in enumerate(newest)}
    return sorted(chosen, key=lambda line: (place[line.article.id], line.sentences[line.position].start))


def _lines(hits: Sequence[Hit], topic: str, vector: Vector, retriever: Retriever, named: Sequence[str]) -> list[Line]:
    """The sentences of the articles on the topic, best first."""
    names = {part for name in named for part in words(name)}
    zero, every = retriever.unrelated(vector), retriever.weighted_words(topic)
    wanted = [word for word in every if word[0] not in names] or every
    lines: list[Line] = []
    on_topic: set[str] = set()
    for hit in hits:
        chunk, article = hit.chunk, hit.article
        held = frozenset(words(f"{article.title or ''}\n{article.text}"))
        if not all(mentions(name, held) for name in named):
            continue
        for position, span in enumerate(chunk.sentences):
            tokens = words(span.of(article.text))
            stems = frozenset(stem(tokens, chunk.language))
            dense = in_units(float(chunk.sentence_vectors[position] @ vector), zero)
            covered = coverage(wanted, stems)
            if covered >= TOPIC_COVERAGE or dense >= TOPIC_DENSE:
                on_topic.add(article.id)
            if len(tokens) >= SHORTEST and _SENTENCE.fullmatch(span.of(article.text)):
                leans = _LEANS.match(span.of(article.text)) is not None
                weight = OPENING if span.start == _opening(article) else -LEANING * leans
                score = dense + COVERAGE_WEIGHT * covered + weight
                content = frozenset(stem((word for word in tokens if word not in FUNCTION_WORDS), chunk.language))
                row = chunk.sentence_vectors[position]
                lines.append(Line(article, chunk.sentences, position, row, chunk.language, score, content))
    return sorted((line for line in lines if line.article.id in on_topic), key=lambda line: -line.score)


def _opening(article: Article) -> int:
    return next((paragraph.span.start for paragraph in article.paragraphs if paragraph.kind == "body"), 0)


def _same(one: Line, other: Line) -> bool:
    shared = len(one.stems & other.stems)
    few = min(len(one.stems), len(other.stems))
    across = one.language != other.language and float(one.vector @ other.vector) >= SAME_COSINE
    return across or shared >= SAME_WORDS * few
