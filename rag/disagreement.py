"""Sources that differ: the same figure or day asked for, and two articles that give it differently.

A false alarm is worse than a silent one. Both must be told apart by outlet or date, both hold half of the question's words with
its names near by, and neither article may state the other's figure anywhere; `more than 50` and `55` agree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from corpus.article import Article, Span
from corpus.duplicates import publication_order
from index.lexical import stem
from rag.claims import Figure, figures
from rag.expected import COUNTED, YEAR
from rag.polar import named_near
from rag.question import Question
from rag.telling import Chosen

SHARED = 0.5
"""Share of the question's weighted words that either sentence must hold. Set, not measured."""
ROUNDED = Decimal("0.1")
"""`About 300` and 312 differ by less than this share. Set, not measured."""

_WORD = re.compile(r"[^\W\d_]+")
_AT_LEAST = re.compile(r"(?:more than|over|at least|above|mer än|fler än|över|minst|drygt)\s*$", re.IGNORECASE)
_AT_MOST = re.compile(
    r"(?:less than|fewer than|under|up to|at most|nearly|almost|below|mindre än|färre än|upp till|högst|nästan|knappt)\s*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:about|around|roughly|some|approximately|nearly|omkring|cirka|ca|ungefär|runt|närmare)\s*$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that would be an answer, best first. `coverage` is the share (0-1) of the question's words that it holds."""

    chosen: Chosen
    coverage: float


@dataclass(frozen=True, slots=True)
class _Claim:
    chosen: Chosen
    figure: Figure
    before: str


def differing(question: Question, candidates: Sequence[Candidate]) -> list[Chosen]:
    """The sentences that answer `question` differently, one an article, the earliest publication first; none if all agree."""
    claims: list[_Claim] = []
    for candidate in candidates:
        known = any(claim.chosen.article.id == candidate.chosen.article.id for claim in claims)
        if known or candidate.coverage < SHARED:
            continue
        claim = _claim(question, candidate.chosen)
        if claim is not None and named_near(question.named, candidate.chosen.article, candidate.chosen.span):
            claims.append(claim)
    if not claims:
        return []
    best, *others = claims
    against = [other for other in others if _differ(best, other)]
    if not against:
        return []
    told = [claim.chosen for claim in (best, *against)]
    return sorted(told, key=lambda chosen: publication_order(chosen.article.published))


def _claim(question: Question, chosen: Chosen) -> _Claim | None:
    """The one figure in a sentence that answers the question; None if there is none or there are several."""
    text = chosen.span.of(chosen.article.text)
    found = _asked_for(question, text)
    if len({(figure.value, figure.unit) for figure in found}) != 1:
        return None
    at = text.find(found[0].text)
    return _Claim(chosen, found[0], text[max(0, at - 20) : max(at, 0)])


def _asked_for(question: Question, text: str) -> list[Figure]:
    if question.expected == "year":
        return [Figure(Decimal(year[0]), None, year[0], Span(*year.span())) for year in YEAR.finditer(text)]
    stated = figures(text)
    if question.expected == "time":
        return [figure for figure in stated if figure.unit == "date"]
    noun = COUNTED.search(question.text)
    if noun is None:
        return [figure for figure in stated if figure.unit not in (None, "date")]
    wanted = stem([noun["noun"].casefold()], question.language)
    counted = [word.start() for word in _WORD.finditer(text) if stem([word[0].casefold()], question.language) == wanted]
    before = [" ".join(text[:start].split()[-4:]) for start in counted]
    return [figure for stretch in before for figure in figures(stretch) if figure.unit is None]


def _differ(one: _Claim, other: _Claim) -> bool:
    told_apart = _label(one.chosen.article) != _label(other.chosen.article)
    if not told_apart or one.figure.unit != other.figure.unit or _agree(one, other) or _agree(other, one):
        return False
    return not any(
        claim.figure.stated_by(figures(rival.chosen.article.text)) for claim, rival in ((one, other), (other, one))
    )


def _label(article: Article) -> tuple[str | None, str]:
    return article.outlet, str(article.published or "")[:10]


def _agree(one: _Claim, other: _Claim) -> bool:
    """Whether what is said of one figure allows for the other, which is not the same."""
    low, high = one.figure.value, other.figure.value
    if _AT_LEAST.search(one.before) and high > low:
        return True
    if _AT_MOST.search(one.before) and high < low:
        return True
    near = _ABOUT.search(one.before) or _AT_LEAST.search(one.before) or _AT_MOST.search(one.before)
    return near is not None and abs(high - low) <= ROUNDED * max(abs(low), abs(high))
