from __future__ import annotations

import pytest

from evals.risk_coverage import area_under, risk_coverage


def test_risk_after_each_answer_in_the_order_of_confidence() -> None:
    """Surest first: right, wrong, right; the fourth question is refused, so that coverage ends at 3/4."""
    curve = risk_coverage([(0.5, False), (0.9, True), (None, True), (0.1, True)])

    assert curve == [(0.25, 0.0), (0.5, 0.5), (0.75, pytest.approx(1 / 3))]
    assert area_under(curve) == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)


def test_of_answers_equally_sure_the_order_does_not_matter() -> None:
    """Of two that tie one is wrong: half an error each."""
    one, other = [(1.0, True), (1.0, False)], [(1.0, False), (1.0, True)]

    assert risk_coverage(one) == risk_coverage(other) == [(0.5, 0.5), (1.0, 0.5)]


def test_confidence_that_tells_right_from_wrong_has_the_smaller_area() -> None:
    telling = risk_coverage([(3.0, True), (2.0, True), (1.0, False)])
    misleading = risk_coverage([(3.0, False), (2.0, True), (1.0, True)])

    assert area_under(telling) < area_under(misleading)


def test_nothing_answered_has_no_curve() -> None:
    assert risk_coverage([(None, True)]) == []
