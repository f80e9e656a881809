"""Errors of asking.

RagError
├── EmptyQuestionError
├── QuestionTooLongError
├── UnknownModelError      the named writer cannot be used
└── SettingsError          a setting is unknown or out of range
"""

from __future__ import annotations


class RagError(Exception):
    """Base of this folder's errors: what happened, what to do about it, whether trying again helps, and whether the
    caller's input was at fault (exit code 2)."""

    retry = False
    wrong_usage = True

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


class EmptyQuestionError(RagError):
    """There is nothing to answer."""


class QuestionTooLongError(RagError):
    """The question is over the length limit."""


class UnknownModelError(RagError):
    """No writer of that name."""


class SettingsError(RagError):
    """A setting is unknown or has a value out of range."""
