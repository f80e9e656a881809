"""Whether a sentence supports an answer at all: the line between answering and refusing.

Logistic regressions on the sentence's dense score, the share of the question's words that it or its neighbours hold, and the question's
names found in its article. One for questions in the sentence's language, one across languages.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from corpus.article import Article
from corpus.language import LANGUAGES
from index.bilingual import other_names
from index.lexical import words


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights per unit of each sign; the sum is a log-odds of "the corpus carries this"."""

    dense: float
    covered: float
    partly: float
    beside: float
    paired: float
    names_missing: float
    names_present: float
    uncounted: float
    intercept: float


SAME_LANGUAGE = Calibration(2.30, 9.84, 1.36, 3.75, 3.36, 0.0, 2.44, -6.0, -16.03)
ACROSS_LANGUAGES = Calibration(1.82, 0.20, 0.0, 0.0, 0.0, -0.43, 1.00, 0.0, -6.38)
"""multilingual-e5-small (packaged weights). Across languages fitted on development questions: 700 answerable of squad_en and squad_sv
against 550 of other data sets put to the same corpora. Within one on 1,990 answerable questions of squad_en, squad_sv, norquad and swequad
train and 1,226 foreign ones, with the weight of `dense` held at 2.3: the fit's own, 1.3, refuses as many foreign ones but more of the
questions that people put in words of their own, 6 of 67 of the sample and 14 of 110 of SuperLim's FAQ (5 and 13 with this, 4 and 10 before
`partly`, `beside` and `paired` counted). What a name lacks told nothing within a language.

`uncounted` was set on 100 `how many` questions of squad_en, squad_sv and swequad: 1 more of them refused, and of the same questions
without the sentences that hold the answer 36 of 96 instead of 12.

Fitted on such questions and on SQuAD 2's unanswerable ones, no sum of these and 20 further signs refused more of both without letting more
foreign ones through (nor did boosted trees): what the article holds of the question's words, how far the sentence stands out, how near its
single words or its tokens come to the question's, a linear probe of the model reading both together."""

THRESHOLD = -0.4
"""Of squad_en, squad_sv and swequad train .023, .032 and .015 of the answerable questions fall below, and .937, .961 and .952 of the
foreign ones (with `dense`, `covered` and names alone .023, .041, .019 and .913, .951, .929); across languages 10-15% and 84-94%."""

CONSERVATIVE = Calibration(1.5, 6.0, 0.0, 0.0, 0.0, -2.0, 1.0, -3.0, -12.0)
"""For an embedding model that has not been calibrated: shared words must carry what the cosines may not."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells of a sentence whether it answers. `dense` is in units above unrelated text; `covered`, `partly`, `beside` and `paired` are
    shares as in `rag.sentence_score.Signals`; `names_missing` of the question's `names` do not stand in the article; `uncounted`: what
    `how many` asks for is not in the sentence.
    """

    dense: float
    covered: float
    partly: float
    beside: float
    paired: float
    names: int
    names_missing: int
    uncounted: bool

    def support(self, languages: tuple[str, str | None], calibrated: bool) -> float:
        """How far the log-odds that the sentence supports an answer lie above the threshold; negative: refuse.

        `languages` are the question's and the sentence's.
        """
        same = languages[0] == languages[1] or languages[1] not in LANGUAGES
        weights = CONSERVATIVE if not calibrated else SAME_LANGUAGE if same else ACROSS_LANGUAGES
        log_odds = (
            weights.dense * self.dense
            + weights.covered * self.covered
            + weights.partly * self.partly
            + weights.beside * self.beside
            + weights.paired * self.paired
            + weights.names_missing * min(self.names_missing, 2)
            + weights.names_present * (self.names > 0 and self.names_missing == 0)
            + weights.uncounted * self.uncounted
            + weights.intercept
        )
        return log_odds - THRESHOLD


def stands_in(word: str, forms: Collection[str], held: Collection[str], stems: Collection[str]) -> bool:
    """Whether a word with the stems `forms` is among `held`, whose stems are `stems`: inflected, in a compound, or a part of one in it."""
    if any(form in stems for form in forms):
        return True
    start = word[: max(5, len(word) - 3)]
    return len(word) >= 5 and any(
        other.startswith(start) or word[:-1] in other or (len(other) >= 5 and other in word) for other in held
    )


def names_missing(named: Iterable[str], article_words: Collection[str]) -> int:
    """How many of a question's names and numbers do not stand among an article's words."""
    return sum(not mentions(name, article_words) for name in named)


def mentions_all(names: Collection[str], article: Article) -> bool:
    """Whether an article mentions every one of the names."""
    held = words_of(article) if names else frozenset()
    return all(mentions(name, held) for name in names)


def words_of(article: Article) -> frozenset[str]:
    """The words of an article and its headline."""
    return frozenset(words(article.text)) | frozenset(words(article.title or ""))


def mentions(name: str, article_words: Collection[str]) -> bool:
    """Whether a name or number stands among an article's words: inflected, within a compound or its first part; of a name with a hyphen
    only what has a capital counts, of `1970s` the number; `US` stands for `U.S.`, and the other way round, China for Kina and Chinese."""
    letters = name.replace(".", "")
    if letters.isupper() and len(letters) > 1 and all(letter in article_words for letter in letters.casefold()):
        return True
    pieces = [piece for piece in re.split(r"[-–/]", letters) if piece and not piece[0].islower()]
    return all(_stands(part, article_words) for part in words(" ".join(pieces)) or words(name))


def _stands(part: str, article_words: Collection[str]) -> bool:
    if part in article_words or any(_stands_inflected(other, article_words) for other in other_names(part)):
        return True
    number = re.match(r"\d+", part)
    if number is not None:
        return number[0] != part and any(word.startswith(number[0]) for word in article_words)
    return _stands_inflected(part, article_words)


def _stands_inflected(part: str, article_words: Collection[str]) -> bool:
    start = part[: max(4, len(part) - 2)]
    return len(part) >= 4 and any(
        word.startswith(start) or (len(word) >= 5 and part.startswith(word)) for word in article_words
    )
