"""What a reader hands on: raw records, and the sources that were no records."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from corpus.cleaning import Dropped


@dataclass(frozen=True)
class RawRecord:
    """The bytes of one page as found, and its text.

    `source` is an absolute path or a URL, followed by `#` and the record's key if the file holds several. What stands below
    `text` is what the source states about the page, never a guess; extraction trusts it over what it reads in the text.
    `related` is the text of the boxes with other stories, where the reader can tell them from the article (None: `text` may
    hold them); `dropped` is what the reader itself left out, such as an HTML page's menus.
    """

    source: str
    raw: bytes
    text: str
    format: str = "txt"
    title: str | None = None
    authors: tuple[str, ...] = ()
    outlet: str | None = None
    published: date | datetime | None = None
    url: str | None = None
    language: str | None = None
    related: str | None = None
    dropped: tuple[Dropped, ...] = ()

    @cached_property
    def raw_sha256(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A source that could not be read: which, why, and what to do about it."""

    source: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A source whose bytes have been read before."""

    source: str
