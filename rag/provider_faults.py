"""What a provider's client raised: in plain words, whether to try again, and after how long. Their exceptions have no base in common."""

from __future__ import annotations

import random
from json import JSONDecodeError

_STATUSES = {
    401: "the key was not accepted",
    403: "the key does not open this model",
    408: "its server did not answer in time",
    413: "the question and its passages are too long for it",
    429: "it was asked more than its provider allows",
    504: "its server did not answer in time",
}
_UNREADABLE = (JSONDecodeError, UnicodeError, LookupError, TypeError, AttributeError)
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0
"""Seconds before the second attempt, doubled for each one after it; OpenAI's client has the same."""


def told(error: Exception) -> str:
    """What happened, for a reader. A provider's own words are given only where they may say what the owner should change."""
    status = _status(error)
    if status in _STATUSES:
        return f"{_STATUSES[status]} ({status})"
    if status is not None and status >= 500:
        return f"its server has a fault ({status})"
    if isinstance(error, ValueError) and "No generation chunks" in str(error):  # LangChain's words for an empty stream
        return "its server sent nothing"
    if isinstance(error, _UNREADABLE):
        return "its server sent something that cannot be read"
    if "Timeout" in type(error).__name__:
        return "its server did not answer in time"
    return " ".join(str(error).split())[:400] or type(error).__name__


def passes(error: Exception) -> bool:
    """Whether the same may go well a little later."""
    status = _status(error)
    if status is not None:
        return status in {408, 409, 429} or status >= 500
    return isinstance(error, OSError) or "Connect" in type(error).__name__


def pause(error: Exception, attempt: int) -> float:
    """Seconds to wait after that attempt, from 0: what the provider asks for, else ever longer ones, none quite like another's."""
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return min(FIRST_PAUSE * 2.0**attempt, LONGEST_PAUSE) * random.uniform(0.75, 1)  # noqa: S311 - not a secret


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) and status >= 400 else None
