"""Errors of reading a corpus.

CorpusError
├── SourceNotFoundError     a path that does not exist
└── UnreadableSourceError   bytes that are not an article
    ├── EmptySourceError
    ├── BinarySourceError
    ├── SourceTooLargeError
    └── FetchError          a URL that gave nothing
        ├── AddressRefusedError
        ├── UnreachableError
        ├── HttpStatusError
        └── RobotsError
"""

from __future__ import annotations


class CiteraError(Exception):
    """Root of every error a person is told about: what happened, what to do about it, whether trying again helps, and whether
    what was asked for cannot be (exit code 2)."""

    retry = False
    wrong_usage = False

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


class CorpusError(CiteraError):
    """Base of this folder's errors."""


class SourceNotFoundError(CorpusError):
    """The path named by the caller does not exist."""

    wrong_usage = True


class UnreadableSourceError(CorpusError):
    """The file exists but holds nothing Citera can read as an article."""


class EmptySourceError(UnreadableSourceError):
    """Nothing is left after white space and boilerplate."""


class BinarySourceError(UnreadableSourceError):
    """The bytes are not text in any encoding."""


class SourceTooLargeError(UnreadableSourceError):
    """One record is over the size limit."""


class FetchError(UnreadableSourceError):
    """A URL was named, and nothing came of it."""


class AddressRefusedError(FetchError):
    """The URL, or one that it redirects to, is not one that Citera may open."""


class UnreachableError(FetchError):
    """No server answered, or it broke off, or it took too long."""

    retry = True


class HttpStatusError(FetchError):
    """The server answered, but not with a page."""

    def __init__(self, what: str, remedy: str, status: int) -> None:
        super().__init__(what, remedy)
        self.status = status


class RobotsError(FetchError):
    """The site's robots.txt keeps programs away from a page that only a list named."""
