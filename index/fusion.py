"""One score for a chunk from three granularities, dense and lexical: sentence, chunk and article.

    (cosine of the chunk + cosine of its best sentence) / 2          in units above unrelated text
    + 6 x share of the article x the best article's share
    + 6 x coverage by the best sentence x the best chunk's share

A share is a BM25 score over what the query's words could earn together. A query in another language than the corpus shares few
words with it, the best share is small, and both lexical terms fall silent.

Development questions, MRR of the expected article (dense alone, BM25 over chunks alone): norquad .949 (.895, .894), swequad train
.876 (.759, .860) and dev .971 (.889, .967), squad en>en .943 (.870, .896), sv>sv .896 (.829, .832), en>sv .700 (.693, .407), sv>en
.707 (.670, .679). A linear model of 14 such features trained on six of the sets and tried on the seventh was no better.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

DENSE_UNIT = 0.02
"""One unit of dense score, in cosine: about the spread of multilingual-e5-small over unrelated texts."""

OTHER_LANGUAGE = 0.5
"""How much of what a text loses for being in another language than the query is made up for. With 0, .25, .5, .75 and 1, MRR of 200 Swedish
questions whose paragraph is English, among paragraphs of both languages: .356, .472, .553, .588, .599; of 250 whose paragraph is there in
Swedish: .907, -, .905, .897, .883. English questions lose nothing either way (.545 to .548 for Swedish paragraphs)."""

LEXICAL_WEIGHT = 6.0
"""Default of both lexical terms. Grid 2-10 on the questions above; 5 to 7 differ by less than .004 on each set."""

FIRST_LOOK = 2 / 3
"""Of that weight, what a chunk's own share has in the first look, where it stands for its best sentence: with the best 30 of that
looked at again nothing is lost, with 20 .0015."""


def zero_points(means: Mapping[str, float], own: str, languages: Iterable[str]) -> dict[str, float]:
    """A zero point for texts of each of `languages`, from a query's mean cosine to unrelated texts in some: the mean of these, less where
    a language has less than the query's `own`. One without a mean lies between."""
    middle = sum(means.values()) / len(means)
    return {one: middle - OTHER_LANGUAGE * max(0.0, means[own] - means.get(one, middle)) for one in languages}


def in_units(cosine: float, unrelated: float) -> float:
    """A cosine as units above `unrelated`, the query's mean cosine to texts that have nothing to do with it."""
    return (cosine - unrelated) / DENSE_UNIT


def inverse_document_frequency(frequency: int, documents: int) -> float:
    """Robertson and Sparck Jones' weight of a term, in the form that is never negative."""
    return math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


def shares(scores: Mapping[str, float], attainable: float) -> dict[str, float]:
    """BM25 scores by id as shares of what the query's words could earn together."""
    return {key: score / max(attainable, 1.0) for key, score in scores.items()}


def first_look(
    chunk: float, chunk_share: float, article_share: float, best_chunk: float, best_article: float, weight: float
) -> float:
    """What is known of a chunk before its sentences are read: `chunk` in dense units, all else shares."""
    return chunk + weight * (article_share * best_article + FIRST_LOOK * chunk_share * best_chunk)


def fused(
    chunk: float,
    sentence: float,
    coverage: float,
    article_share: float,
    best_chunk: float,
    best_article: float,
    weight: float,
) -> float:
    """The score of a chunk, in dense units above unrelated text; `weight` is that of the lexical terms."""
    return (chunk + sentence) / 2 + weight * (article_share * best_article + coverage * best_chunk)
