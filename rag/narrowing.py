"""The dates of a question as a filter, and what a reader is told of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from index.filters import SearchFilters
from index.store import Store
from rag.answer import AppliedDates
from rag.asked_period import AskedPeriod, asked_period
from rag.dates import format_period
from rag.refusals import NOTICES


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`question` is what is left to ask, `filters` what to search under. `applied` are the question's own dates, None if they narrow
    nothing; `undated` is how many articles were left out for stating none."""

    question: str
    filters: SearchFilters | None
    applied: AppliedDates | None = None
    undated: int = 0
    unused: str | None = None

    def notice(self, language: str, *, refused: bool) -> str | None:
        """What the dates did, in the question's language; with a refusal, how to ask without them."""
        said = NOTICES[language]
        if self.unused is not None:
            return said["no_dates"].format(words=self.unused)
        if self.applied is None:
            return None
        period = format_period(self.applied.published_from, self.applied.published_to, language)
        sentences = [said["period"].format(period=period, words=self.applied.words)]
        if self.undated:
            sentences.append(said["undated" if self.undated > 1 else "one_undated"].format(count=self.undated))
        if refused:
            sentences.append(said["without"].format(words=self.applied.words))
        return " ".join(sentences)


def narrowed(question: str, filters: SearchFilters | None, store: Store, today: date) -> Narrowing:
    """`question` with its dates taken as a filter beside `filters`, where its words say so.

    They are left alone in a corpus that states no dates, and where a year long before its first article is when something was said.
    """
    asked = asked_period(question, today)
    if asked is None:
        return Narrowing(question, filters)
    oldest = store.oldest_day()
    if oldest is None:
        return Narrowing(question, filters, unused=asked.words)
    if asked.distant and asked.period.last is not None and asked.period.last < oldest:
        return Narrowing(question, filters)
    applied = AppliedDates(asked.period.first, asked.period.last, asked.words)
    return Narrowing(asked.rest, _both(filters or SearchFilters(), asked), applied, store.undated())


def _both(filters: SearchFilters, asked: AskedPeriod) -> SearchFilters:
    starts = [day for day in (filters.published_from, asked.period.first) if day is not None]
    ends = [day for day in (filters.published_to, asked.period.last) if day is not None]
    return replace(filters, published_from=max(starts, default=None), published_to=min(ends, default=None))
