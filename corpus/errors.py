"""Errors of reading a corpus.

CorpusError
├── SourceNotFoundError     a path that does not exist
└── UnreadableSourceError   bytes that are not an article
    ├── EmptySourceError
    ├── BinarySourceError
    └── SourceTooLargeError
"""

from __future__ import annotations


class CorpusError(Exception):
    """Base of this folder's errors: what happened, what to do about it, whether trying again helps, and whether the
    caller's input was at fault (exit code 2)."""

    retry = False
    wrong_usage = False

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


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
