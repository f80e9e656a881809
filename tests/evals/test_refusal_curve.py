"""The curve of refusals: what a line between answering and refusing costs."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.plots import refusal_plot
from evals.refusal_curve import COLUMNS, Supports, area, curve, refused_at, rows, support_of
from rag.answer import Answer

SUPPORTS = st.lists(st.floats(-9, 9) | st.just(math.inf) | st.just(-math.inf), min_size=1, max_size=20)


def test_the_curve_reads_both_shares_at_every_line() -> None:
    points = curve([1.0, 2.0, 3.0, 4.0], [-1.0, 2.5])
    assert points == [(0.0, 0.0), (0.0, 0.5), (0.25, 0.5), (0.5, 0.5), (0.5, 1.0), (0.75, 1.0), (1.0, 1.0)]
    assert refused_at(points, 0.3) == 0.5
    assert area(points) == pytest.approx(0.75)


@given(SUPPORTS, SUPPORTS)
def test_the_area_is_how_often_the_answerable_one_is_better_supported(one: list[float], other: list[float]) -> None:
    points = curve(one, other)
    assert points[0] == (0.0, 0.0)
    assert points[-1] == (1.0, 1.0)
    assert points == sorted(points)
    pairs = [(mine > theirs) + (mine == theirs) / 2 for mine in one for theirs in other]
    assert area(points) == pytest.approx(sum(pairs) / len(pairs))


def test_a_row_says_where_the_line_stands_now() -> None:
    measured = Supports((1.0, 2.0, -0.5, 3.0), {"near miss": (-1.0, -2.0, 0.5, 4.0)})
    (row,) = rows("set", measured)
    assert len(row) == len(COLUMNS)
    assert row[:3] == ["set", "near miss", "4"]
    assert row[4:6] == ["0.500", "0.250"]


def test_where_the_line_decided_nothing_an_answer_is_surest_and_a_refusal_least_sure() -> None:
    answer = Answer("?", "?", (), "en", "extractive", "s1")
    assert support_of(answer.to_dict()) == math.inf
    assert support_of(replace(answer, refusal="speaker_unknown").to_dict()) == -math.inf
    assert support_of(replace(answer, refusal="no_support", support=-0.25).to_dict()) == -0.25


def test_the_plot_marks_the_line_on_each_curve() -> None:
    plot = refusal_plot({"near miss": curve([1.0, 2.0], [0.0, 1.5])}, {"near miss": (0.0, 0.5)})
    (dot,) = plot.findall("circle")
    assert float(dot.get("cx", "")) == 62
    assert float(dot.get("cy", "")) == 236 - 0.5 * 226
