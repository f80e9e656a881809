"""Where the gold stands, and how much of it is covered: characters of articles, as half-open spans."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from corpus.article import Article, Span
from evals.cases import Case

ArticleOf = Callable[[str, str | None], Article | None]
"""(article id, text sha256) -> that version of the article, the current one for None; None if there is none."""


@dataclass(frozen=True, slots=True)
class Place:
    """A span of one article."""

    article_id: str
    span: Span

    def overlaps(self, other: Place) -> bool:
        return self.article_id == other.article_id and self.span.overlaps(other.span)

    def contains(self, other: Place) -> bool:
        return self.article_id == other.article_id and self.span.contains(other.span)


class Overlap(NamedTuple):
    """Of characters: the share of what was found that is gold, of the gold that was found, and of both that are in common."""

    precision: float
    recall: float
    iou: float


def gold_places(case: Case, article_of: ArticleOf) -> tuple[Place, ...]:
    """Where the case's gold stands: its spans, else the words it must contain, where they stand just once in its articles."""
    if case.spans:
        return tuple(Place(name, span) for name, span in case.places)
    articles = [article for name in case.articles if (article := article_of(name, None)) is not None]
    places = []
    for piece in case.contains:
        found = [
            Place(article.id, span) for article in articles for span in spans_of(piece, article.text, any_case=True)
        ]
        if len(found) == 1:
            places += found
    return tuple(places)


def spans_of(words: str, text: str, *, any_case: bool = False) -> list[Span]:
    """Everywhere that `words` stand in `text`, whatever white space is between them."""
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE if any_case else 0)
    return [Span(*match.span()) for match in pattern.finditer(text)]


def regions(places: Iterable[Place]) -> list[list[Place]]:
    """The places, those that overlap together: the same gold as several annotators marked it."""
    groups: list[list[Place]] = []
    reach = 0
    for place in sorted(places, key=lambda place: (place.article_id, place.span)):
        if groups and groups[-1][0].article_id == place.article_id and place.span.start < reach:
            groups[-1].append(place)
            reach = max(reach, place.span.end)
        else:
            groups.append([place])
            reach = place.span.end
    return groups


def overlap(found: Sequence[Place], gold: Sequence[Place]) -> Overlap:
    """Precision, recall and intersection over union of characters, as Smith and Troynikov (2024, "Evaluating Chunking
    Strategies for Retrieval") define them for tokens; characters found twice count once."""
    of_found, of_gold, of_either = _characters(found), _characters(gold), _characters([*found, *gold])
    of_both = of_found + of_gold - of_either
    return Overlap(
        of_both / of_found if of_found else 0.0,
        of_both / of_gold if of_gold else 0.0,
        of_both / of_either if of_either else 0.0,
    )


def _characters(places: Iterable[Place]) -> int:
    return sum(max(place.span.end for place in region) - region[0].span.start for region in regions(places))
