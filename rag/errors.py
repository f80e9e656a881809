"""Errors of asking.

RagError
├── EmptyQuestionError
├── QuestionTooLongError
├── DraftTooLongError
├── UnknownModelError      the named writer cannot be used
├── ChatModelError         a language model's provider failed
└── SettingsError          a setting is unknown or out of range
"""

from __future__ import annotations

from corpus.errors import CiteraError


class RagError(CiteraError):
    """Base of this folder's errors."""

    wrong_usage = True


class EmptyQuestionError(RagError):
    """There is nothing to answer."""


class QuestionTooLongError(RagError):
    """The question is over the length limit."""


class DraftTooLongError(RagError):
    """The text to be checked is over the length limit."""


class UnknownModelError(RagError):
    """No writer of that name."""


class ChatModelError(RagError):
    """A language model's provider cannot be reached, refused, or broke off."""

    retry = True
    wrong_usage = False


class SettingsError(RagError):
    """A setting is unknown or has a value out of range."""
