"""What an ingest says of itself: how far it is, what became of each page, and the sums."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from corpus.article import Article
from corpus.cleaning import Dropped
from corpus.readers import Rejected

Stage = Literal["reading", "embedding", "writing"]
PageState = Literal["added", "updated", "unchanged", "rejected"]
MAX_LISTED = 1_000
"""Rejections that an `IngestReport` holds; the pages have all."""


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """How far an ingest has come: `done` of `total` bytes (None: unknown) while reading, chunks while embedding, pages while writing.

    `articles` are those taken in so far, teasers included.
    """

    stage: Stage
    done: int
    total: int | None
    articles: int = 0


@dataclass(frozen=True, slots=True)
class PageReport:
    """What became of one page: the articles that it holds, the lines that became part of none, or why it was rejected. An unchanged
    page is not read again, and lists neither."""

    source: str
    state: PageState
    articles: tuple[Article, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    rejected: Rejected | None = None


@dataclass(slots=True)
class IngestReport:
    """What an ingest did. Counts are articles (teasers included in all but `teasers`' own count) and pages; `rejected` lists the first
    of the rejections. `stopped`: it was asked to stop, and the next one goes on from there."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    teasers: int = 0
    chunks: int = 0
    rejections: int = 0
    stopped: bool = False
    rejected: list[Rejected] = field(default_factory=list)

    def reject(self, rejected: Rejected) -> None:
        self.rejections += 1
        if len(self.rejected) < MAX_LISTED:
            self.rejected.append(rejected)
