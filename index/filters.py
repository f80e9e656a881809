"""What a search may look at: said by the caller in `SearchFilters`, put to the database as a `Condition`."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from corpus.article import ArticleKind


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """Narrows a search; None leaves a field open, and of several languages, outlets or articles any one will do.

    Dates compare with the day that the source states, both ends included, and drop undated articles. `speaker` is a name, a part of one
    or an office, and keeps the passages in which that person is quoted.
    """

    language: str | Collection[str] | None = None
    outlet: str | Collection[str] | None = None
    kind: ArticleKind | None = None
    published_from: date | None = None
    published_to: date | None = None
    speaker: str | None = None
    article_ids: Collection[str] | None = None

    def condition(self, speakers_of: Callable[[str], Sequence[str]]) -> Condition | None:
        """These filters for the database, None if they are all open; `speakers_of` gives the quoted people that a phrase names."""
        tests = [
            ("f.language IN (SELECT value FROM json_each(?))", _listed(self.language)),
            ("f.outlet COLLATE NOCASE IN (SELECT value FROM json_each(?))", _listed(self.outlet)),
            ("f.kind = ?", self.kind),
            ("f.published_day >= ?", _day(self.published_from)),
            ("f.published_day <= ?", _day(self.published_to)),
            ("f.article_id IN (SELECT value FROM json_each(?))", _listed(self.article_ids)),
        ]
        wanted = [(test, value) for test, value in tests if value is not None]
        speakers = None if self.speaker is None else tuple(speakers_of(self.speaker))
        if not wanted and speakers is None:
            return None
        return Condition(
            " AND ".join(test for test, _ in wanted) or "true", tuple(value for _, value in wanted), speakers
        )


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL on a row `f` of `facts`, with its values; and whose quotations count, by name, None for anybody's."""

    of_article: str
    values: tuple[str, ...]
    speakers: tuple[str, ...] | None = None


def _day(stated: date | None) -> str | None:
    return stated.isoformat()[:10] if stated else None


def _listed(value: str | Collection[str] | None) -> str | None:
    """One or several texts as a JSON list."""
    return None if value is None else json.dumps([value] if isinstance(value, str) else sorted(value))
