"""How likely a sentence answers a question of fact: a weighted sum of what tells of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import NamedTuple

from index.lexical import stem, words
from index.retrieval import WeightedWords, coverage
from rag.support import stands_in

COVERAGE_WEIGHT = 4.0
"""Of the share of words in common, in dense units, where nothing is known but the two. By a grid over 500 development questions each of
squad_en and squad_sv."""
NEAR_WORDS = 2
"""Two words of the question stand together if so few words or fewer lead from one to the other."""


class Signals(NamedTuple):
    """What tells of one sentence; shares (0-1) are of the weight of the question's words.

    `dense` is in units above unrelated text; `covered` the share that stands in the sentence, `partly` what of the rest stands in it as
    a part of another word, or has one for a part, `beside` what of the rest the sentence before or after holds; `paired` the share of
    neighbouring words of the question that stand together; `expected` whether it holds what the question asks for.
    """

    dense: float
    covered: float
    partly: float
    beside: float
    paired: float
    expected: float

    @property
    def score(self) -> float:
        return sum(weight * signal for weight, signal in zip(WEIGHTS, self, strict=True))


WEIGHTS = Signals(dense=1.0, covered=5.5, partly=2.75, beside=2.75, paired=0.75, expected=1.0)
"""Found by the fit of `evals.sentence_weights`, on 3,700 questions of squad_en, squad_sv, swequad and norquad, each half of the articles
tested with the weights of the other, and rounded: a word that is only a part of another, or in the next sentence, counts half.

Gold words in three sentences with the weights before (dense 1, covered 4, the passage's score .5) and with these: squad_en .865 and .868,
squad_sv .766 and .789, swequad train .813 and .823, dev .778 and .794, norquad .730 and .764. Told nothing more: the passage's own
score, the headline's words, the sentence's length, its names, a kind of word for `who`, `where`, `why`, how near the next sentences are."""


class Words:
    """A sentence's words: as they stand, and as stems in its language."""

    def __init__(self, text: str, language: str | None) -> None:
        self.held = words(text)
        self.forms = stem(self.held, language)
        self.stems = frozenset(self.forms)


def partly(wanted: WeightedWords, sentence: Words) -> float:
    """The share of the wanted words' weight that stands in a sentence only as a part of another word, or has one for a part."""
    absent = [word for word in wanted if word[1].isdisjoint(sentence.stems)]
    held = set(sentence.held)
    return _share(wanted, [word for word in absent if stands_in(word[0], word[1], held, sentence.stems)])


def beside(wanted: WeightedWords, sentences: Sequence[Words], position: int) -> float:
    """What share of the wanted words' weight the sentence before the one at `position`, or the one after it, adds to it."""
    stems = sentences[position].stems
    near = [*sentences[max(position - 1, 0) : position], *sentences[position + 1 : position + 2]]
    held = max((coverage(wanted, stems | other.stems) for other in near), default=0.0)
    return max(held - coverage(wanted, stems), 0.0)


def paired(wanted: WeightedWords, sentence: Words) -> float:
    """The share of neighbours among the wanted words that stand together in a sentence."""
    places = [_places(forms, sentence.forms) for _, forms, _ in wanted]
    together = [
        any(abs(one - other) <= NEAR_WORDS for one in first for other in second) for first, second in pairwise(places)
    ]
    return sum(together) / len(together) if together else 0.0


def _places(forms: Collection[str], held: Sequence[str]) -> list[int]:
    return [place for place, form in enumerate(held) if form in forms]


def _share(wanted: WeightedWords, found: WeightedWords) -> float:
    total = sum(weight for _, _, weight in wanted)
    return sum(weight for _, _, weight in found) / total if total else 0.0
