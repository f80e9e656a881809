"""How much of a sentence others say, in whatever words and in either language: each of its content words against its nearest there.

Of 312 honest outputs of `evals.verification` .99 keep a mean of .825 against their best three sentences; against the next sentence of the
same article 17 % of them do in one language and 4 % across two. The share of words in common lets 32 % and all of them by, the cosine of
whole sentences 54 % and 31 %. No such measure tells an opposite, a denial or two names in each other's place from the truth (area under
the curve .5 to .6): those are `rag.contradiction`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.article import Span
from index.embedding import Vector
from index.lexical import FUNCTION_WORDS
from index.word_vectors import WordVectors
from rag.claims import figures

STATED, NOT_STATED = 1.0, 0.6
"""The likeness of a figure, which is compared by value: that of one and the same word, and about the least of two."""
RUN = 4
"""Content words in a row that must have their likes: an invented detail is a few words in an honest sentence (area under the curve .92)."""

_TOLD = FUNCTION_WORDS | {"according", "enligt"}


@dataclass(frozen=True, slots=True)
class Likeness:
    """The content words of a claim, and how like each is to its nearest word of each source, shape (sources, words): a cosine; of a
    figure `STATED` or `NOT_STATED`. `plain` says which are neither figures nor names: shape (words,)."""

    words: tuple[str, ...]
    rows: Vector
    plain: NDArray[np.bool_]


def likeness(claim: str, sources: Sequence[str], words: WordVectors) -> Likeness:
    mine = words.of(claim)
    stated = figures(claim)
    places = [place for place, span in enumerate(mine.spans) if _is_content(span.of(claim))]
    figure_at = [next((one for one in stated if one.span.overlaps(mine.spans[place])), None) for place in places]
    rows = np.zeros((len(sources), len(places)), np.float32)
    for row, source in zip(rows, sources, strict=True):
        theirs = words.of(source).vectors
        if len(theirs) and places:
            row[:] = (mine.vectors[places] @ theirs.T).max(axis=1)
        for column, figure in enumerate(figure_at):
            if figure is not None:
                row[column] = STATED if figure.stated_by(figures(source)) else NOT_STATED
    told = tuple(mine.spans[place].of(claim) for place in places)
    plain = [figure is None and not word[0].isupper() for word, figure in zip(told, figure_at, strict=True)]
    return Likeness(told, rows, np.array(plain, bool))


def weakest_run(nearest: Vector) -> tuple[float, int]:
    """The lowest mean of `RUN` words in a row, and where they begin; 1 where there is no word."""
    means = [float(nearest[start : start + RUN].mean()) for start in range(max(1, len(nearest) - RUN + 1))]
    return min((mean, start) for start, mean in enumerate(means)) if len(nearest) else (1.0, 0)


def clause_likeness(
    claim: str, clauses: Sequence[Span], source: str, others: Sequence[Span], words: WordVectors
) -> Vector:
    """The mean likeness of the content words of each clause of `claim` to their nearest in each of `others`, clauses of `source`:
    shape (clauses, others); 0 where one of the two has no word."""
    mine, theirs = words.of(claim), words.of(source)
    found = np.zeros((len(clauses), len(others)), np.float32)
    for row, clause in zip(found, clauses, strict=True):
        asked = [at for at, span in enumerate(mine.spans) if clause.overlaps(span) and _is_content(span.of(claim))]
        for column, other in enumerate(others):
            held = [at for at, span in enumerate(theirs.spans) if other.overlaps(span)]
            if asked and held:
                row[column] = (mine.vectors[asked] @ theirs.vectors[held].T).max(axis=1).mean()
    return found


def _is_content(word: str) -> bool:
    return word.casefold() not in _TOLD
