"""Errors of measuring.

EvalError
├── BaselineError        bounds that cannot be used: broken, changed without their seal, or set on something else
├── DatasetError         a question or data file that cannot be used as it is
├── GridError            a sweep's grid that is broken or asks for what there is not
├── LabelError           a labelled article whose marks do not add up
├── QuestionFailedError  a system gave nothing usable to one question
├── ReviewError          a decision about a draft that does not fit it
├── RunFolderError       a folder that holds no run, or two runs that cannot be compared
├── SystemUnusableError  a system that cannot be asked at all
└── UnrecordedError      a recorded model is asked something else than it was
"""

from __future__ import annotations

from corpus.errors import CiteraError


class EvalError(CiteraError):
    """Base of this folder's errors."""


class BaselineError(EvalError):
    """The gate's bounds are no bounds for this run."""


class DatasetError(EvalError):
    """A data file is missing, broken, or says something that does not fit the rest of it."""


class GridError(EvalError):
    """The grid of a sweep is broken, or names a setting, a value or a score that there is not."""


class ReviewError(EvalError):
    """What a person decided about a draft cannot be, such as an answer that its passage does not hold."""


class LabelError(EvalError):
    """A labelled article whose marks do not add up."""


class RunFolderError(EvalError):
    """The folder does not hold a run, belongs to something else, or shares no question with the other run."""


class QuestionFailedError(EvalError):
    """A system that is measured died, hung or said something unreadable: it costs the question, not the run."""


class SystemUnusableError(EvalError):
    """A system is named in a way that is not understood, cannot be started, or does not take the corpus."""


class UnrecordedError(EvalError):
    """A recorded model is asked something else than what its words were written to."""
