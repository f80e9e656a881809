"""When an answer is to be trusted: the risk of a wrong one against the share of questions that are answered.

Answers are given in the order of their confidence; after each, coverage is the share of all questions answered so far
and risk the share of those answers that are wrong (El-Yaniv and Wiener 2010; AURC after Geifman and El-Yaniv 2017).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby


def risk_coverage(answers: Iterable[tuple[float | None, bool]]) -> list[tuple[float, float]]:
    """(coverage, risk) after each answer, from (confidence, right). A confidence of None is a refusal: never answered.

    Answers of the same confidence count as equally wrong, so that their order does not matter.
    """
    questions = list(answers)
    given = sorted(((sure, right) for sure, right in questions if sure is not None), key=lambda answer: -answer[0])
    curve: list[tuple[float, float]] = []
    wrong = 0.0
    for _, tied in groupby(given, key=lambda answer: answer[0]):
        verdicts = [right for _, right in tied]
        for _ in verdicts:
            wrong += verdicts.count(False) / len(verdicts)
            curve.append(((len(curve) + 1) / len(questions), wrong / (len(curve) + 1)))
    return curve


def area_under(curve: list[tuple[float, float]]) -> float:
    """The mean risk over the curve's points: 0 if no answer is wrong."""
    return sum(risk for _, risk in curve) / len(curve)
