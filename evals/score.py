"""One judgement of one case: a number and the reason for it."""

from __future__ import annotations

from typing import NamedTuple


class Score(NamedTuple):
    """`value` is between 0 and 1 except for counts; `why` says in a sentence what it was judged on."""

    value: float
    why: str


LOWER_IS_BETTER = frozenset({"wrong_refusal", "missed_refusal", "query_ms"})
NEITHER_IS_BETTER = frozenset({"words"})
