"""Yes-or-no questions: what must stand near a sentence that settles one.

The first thing such a question names is given, and the rest is asked: `can lichens | replace instruments`. A sentence settles it if it
holds some of the rest, or its article all of it, and if every name of the question stands in its paragraph, or in its article's headline
or opening. Across languages that leaves few, and refuses the rest: closeness alone told right answers from wrong ones in 3 of 5.
"""

from __future__ import annotations

from collections.abc import Collection

from corpus.article import Article, Span
from index.lexical import stem, words
from index.retrieval import WeightedWords, coverage
from rag.question import Question
from rag.support import mentions

PREDICATE_WEIGHT = 2.0
"""What holding all of the rest counts for in a sentence's score."""
MARGIN = 1.0
"""Further sentences are given while they score within this of the best. Both set on the questions by form, not measured apart."""


class Polar:
    """What one yes-or-no question asks of something."""

    def __init__(self, question: Question, wanted: WeightedWords) -> None:
        names = {part for name in question.named for part in words(name)}
        asked = [word for word in wanted[1:] if word[0] not in names]
        self._named = question.named
        self._rest = asked or [word for word in wanted if word[0] not in names]

    def share(self, stems: Collection[str]) -> float:
        """How much (0-1) of what is asked a sentence of these stems holds."""
        return coverage(self._rest, stems)

    def settles(self, article: Article, span: Span, stems: Collection[str], language: str | None) -> bool:
        """Whether a sentence of these stems, in this language, may settle the question."""
        if self._rest and self.share(stems) == 0:
            told = stem(words(f"{article.title or ''} {article.text}"), language)
            if self.share(frozenset(told)) < 1:
                return False
        near = [part.span.of(article.text) for part in article.paragraphs[:1]]
        near += [part.span.of(article.text) for part in article.paragraphs if part.span.overlaps(span)]
        held = frozenset(words(" ".join((article.title or "", *near))))
        return all(mentions(name, held) for name in self._named)
