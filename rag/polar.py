"""Yes-or-no questions: what must stand near a sentence that settles one.

The first thing such a question names is given, and the rest is asked: `can lichens | replace instruments`, but all of `höjer Almviken
skatten`, where the verb comes first. A sentence settles it if it holds some of the rest, or its article all of it, and if every name of
the question stands in its paragraph, or in its article's headline or opening.

Across languages that leaves few and refuses the rest: by closeness alone, of 8 such questions to the sample corpus 3 were answered rightly,
and 3 of 7 that nothing answers were answered.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

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
        verb_first = wanted[:1] and words(question.text)[:1] == [wanted[0][0]]
        asked = [word for word in wanted[0 if verb_first else 1 :] if word[0] not in names]
        self._wanted = wanted
        self._named = question.named
        self._held: dict[tuple[str, str | None], bool] = {}
        self._rest = asked or [word for word in wanted if word[0] not in names]

    def share(self, stems: Collection[str]) -> float:
        """How much (0-1) of what is asked a sentence of these stems holds."""
        return coverage(self._rest, stems)

    def holds_all(self, stems: Collection[str]) -> bool:
        """Whether a sentence of these stems holds every content word of the question, and these are several: it carries an answer,
        however far its meaning as a whole lies from the question's."""
        return len(self._wanted) > 1 and coverage(self._wanted, stems) == 1.0

    def settles(self, article: Article, span: Span, stems: Collection[str], language: str | None) -> bool:
        """Whether a sentence of these stems, in this language, may settle the question."""
        asked = not self._rest or self.share(stems) > 0 or self._all_in(article, language)
        return asked and named_near(self._named, article, span)

    def _all_in(self, article: Article, language: str | None) -> bool:
        key = article.id, language
        if key not in self._held:
            told = stem(words(f"{article.title or ''} {article.text}"), language)
            self._held[key] = self.share(frozenset(told)) == 1.0
        return self._held[key]


def named_near(named: Iterable[str], article: Article, span: Span) -> bool:
    """Whether each of the names stands in the paragraph at `span`, or in its article's headline or opening."""
    near = [part.span.of(article.text) for part in article.paragraphs[:1]]
    near += [part.span.of(article.text) for part in article.paragraphs if part.span.overlaps(span)]
    held = frozenset(words(" ".join((article.title or "", *near))))
    return all(mentions(name, held) for name in named)
