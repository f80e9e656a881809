"""Errors of measuring.

EvalError
├── DatasetError     a question or data file that cannot be used as it is
└── RunFolderError   a folder that holds no run, or two runs that cannot be compared
"""

from __future__ import annotations


class EvalError(Exception):
    """Base of this folder's errors: what happened, what to do about it, and whether trying again helps."""

    retry = False

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")
        self.what = what
        self.remedy = remedy


class DatasetError(EvalError):
    """A data file is missing, broken, or says something that does not fit the rest of it."""


class RunFolderError(EvalError):
    """The folder does not hold a run, belongs to something else, or shares no question with the other run."""
