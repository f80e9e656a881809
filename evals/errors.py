"""Errors of measuring.

EvalError
├── BaselineError    bounds that cannot be used: broken, changed without their seal, or set on something else
├── DatasetError     a question or data file that cannot be used as it is
├── LabelError       a labelled article whose marks do not add up
└── RunFolderError   a folder that holds no run, or two runs that cannot be compared
"""

from __future__ import annotations

from corpus.errors import CiteraError


class EvalError(CiteraError):
    """Base of this folder's errors."""


class BaselineError(EvalError):
    """The gate's bounds are no bounds for this run."""


class DatasetError(EvalError):
    """A data file is missing, broken, or says something that does not fit the rest of it."""


class LabelError(EvalError):
    """A labelled article whose marks do not add up."""


class RunFolderError(EvalError):
    """The folder does not hold a run, belongs to something else, or shares no question with the other run."""
