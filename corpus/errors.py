"""Errors of reading a corpus.

CorpusError
├── SourceNotFoundError     a path that does not exist
└── UnreadableSourceError   bytes that are not an article
    ├── EmptySourceError
    ├── BinarySourceError
    └── SourceTooLargeError
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
