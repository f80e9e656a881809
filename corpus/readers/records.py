"""What a reader hands on: raw records, and the sources that were no records."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from corpus.cleaning import Dropped


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server said to recognise a page by, for asking later whether it has changed (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None

    def headers(self) -> dict[str, str]:
        stated = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in stated.items() if value is not None}


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
    validators: Validators | None = None

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
    """A source whose bytes have been read before, or whose server says that they have not changed since."""

    source: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent: the name it had there, its bytes, and its MIME type if one was given."""

    name: str
    raw: bytes
    content_type: str | None = None

    @property
    def source(self) -> str:
        """Names these very bytes: other ones under the same name are another source, so that nobody's upload replaces another's."""
        return f"upload:{hashlib.sha256(self.raw).hexdigest()[:16]}/{self.name}"


def is_url(source: str) -> bool:
    """Whether `source` names something on the web, or pretends to; anything else is a path."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", source) is not None
