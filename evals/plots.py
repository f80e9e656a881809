"""Plots as SVG: a share with its interval, a curve over the unit square, times on a logarithmic axis, and quality against
time.

Drawn at the size of a telephone. The page's style gives the colours, by class.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from evals.markup import Say, el
from evals.resampling import Interval

WIDTH = 400
RIGHT = 14
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def interval_bar(score: Interval, say: Say = str) -> Element:
    """A dot at the mean and a bar over its 95% interval, between 0 and 1: for a table's cell."""
    width, height = 140, 20

    def x(share: float) -> float:
        return 6 + share * (width - 12)

    frame = {"viewBox": f"0 0 {width} {height}", "class": "bar", "role": "img"}
    return el(
        "svg",
        frame,
        el("title", say(f"{score.mean:.3f}, between {score.low:.3f} and {score.high:.3f}")),
        *(_line("line.axis", x(tick), 0, x(tick), height) for tick in TICKS),
        _line("line.interval", x(score.low), height / 2, x(score.high), height / 2),
        el("circle.mean", {"cx": x(score.mean), "cy": height / 2, "r": 4.5}),
    )


def curve_plot(points: Sequence[tuple[float, float]], say: Say = str) -> Element:
    """Risk over coverage, both from 0 to 1."""
    left, bottom = 62, 236

    def x(coverage: float) -> float:
        return left + coverage * (WIDTH - left - RIGHT)

    def y(risk: float) -> float:
        return bottom - risk * (bottom - 10)

    drawn = _vertical_axis(x, {f"{tick:g}": tick for tick in TICKS}, bottom)
    for tick in TICKS:
        drawn += [_line("line.axis", left, y(tick), WIDTH - RIGHT, y(tick)), _label(f"{tick:g}", left - 8, y(tick))]
    step = max(1, len(points) // 400)
    kept = [*points[:-1:step], points[-1]]
    path = " ".join(f"{x(coverage):.1f},{y(risk):.1f}" for coverage, risk in kept)
    drawn += [
        el("polyline.curve", {"points": path}),
        el("circle.mean", {"cx": x(kept[-1][0]), "cy": y(kept[-1][1]), "r": 4}),
        _caption(say("share of questions answered"), (left + WIDTH - RIGHT) / 2, bottom + 36),
        el(
            "text.caption",
            {"transform": f"translate(12 {bottom / 2}) rotate(-90)"},
            say("share of those answers wrong"),
        ),
    ]
    return _svg(say("Risk of a wrong answer against the share of questions answered"), bottom + 44, drawn)


def refusal_plot(
    curves: Mapping[str, Sequence[tuple[float, float]]], lines: Mapping[str, tuple[float, float]]
) -> Element:
    """For each kind of unanswerable question the share refused over the share of answerable ones refused, and where the line stands."""
    left, bottom = 62, 236

    def x(wrongly: float) -> float:
        return left + wrongly * (WIDTH - left - RIGHT)

    def y(refused: float) -> float:
        return bottom - refused * (bottom - 10)

    drawn = _vertical_axis(x, {f"{tick:g}": tick for tick in TICKS}, bottom)
    for tick in TICKS:
        drawn += [_line("line.axis", left, y(tick), WIDTH - RIGHT, y(tick)), _label(f"{tick:g}", left - 8, y(tick))]
    for kind, points in curves.items():
        wrongly, refused = lines[kind]
        middle = next(point for point in points if point[0] >= 0.5)
        drawn += [
            el("polyline.curve", {"points": " ".join(f"{x(across):.1f},{y(up):.1f}" for across, up in points)}),
            el("circle.mean", {"cx": x(wrongly), "cy": y(refused), "r": 4}),
            el("text.label", {"x": x(0.5), "y": y(middle[1]) + 18}, kind),
        ]
    drawn += [
        _caption("share of answerable questions refused", (left + WIDTH - RIGHT) / 2, bottom + 36),
        el(
            "text.caption",
            {"transform": f"translate(12 {bottom / 2}) rotate(-90)"},
            "share of unanswerable ones refused",
        ),
    ]
    return _svg("Unanswerable questions refused against answerable ones refused", bottom + 44, drawn)


def time_plot(stages: Mapping[str, Sequence[float]], say: Say = str) -> Element:
    """A box over the middle half of each stage's times, its median, and a line from the 5th to the 95th percentile."""
    import numpy as np

    quantiles = {stage: np.percentile(times, (5, 25, 50, 75, 95)) for stage, times in stages.items()}
    lowest = math.floor(math.log10(max(0.01, min(float(marks[0]) for marks in quantiles.values()))))
    highest = math.ceil(math.log10(max(0.1, max(float(marks[4]) for marks in quantiles.values()))))
    highest = max(highest, lowest + 1)
    left, bottom = 62, 30 * len(stages) + 6

    def x(milliseconds: float) -> float:
        share = (math.log10(max(milliseconds, 10**lowest)) - lowest) / (highest - lowest)
        return left + share * (WIDTH - left - RIGHT)

    drawn = _vertical_axis(x, {f"{10.0**power:g}": 10.0**power for power in range(lowest, highest + 1)}, bottom)
    for position, (stage, marks) in enumerate(quantiles.items()):
        y = 30 * position + 15
        p5, p25, p50, p75, p95 = map(x, map(float, marks))
        drawn += [
            _label(say(stage), left - 8, y),
            _line("line.whisker", p5, y, p95, y),
            el("rect.box", {"x": p25, "y": y - 8, "width": max(p75 - p25, 1.0), "height": 16}),
            _line("line.median", p50, y - 8, p50, y + 8),
        ]
    drawn.append(_caption(say("milliseconds"), (left + WIDTH - RIGHT) / 2, bottom + 36))
    return _svg(say("Time of each stage of a question"), bottom + 44, drawn)


class Mark(NamedTuple):
    """A point of `front_plot`: its number in the table beside it, its time in milliseconds and its quality."""

    number: int
    milliseconds: float
    quality: Interval
    on_front: bool


def front_plot(marks: Sequence[Mark], quality: str) -> Element:
    """Quality with its interval over time, numbered; what is on the front is filled and joined."""
    left, top, bottom = 62, 16, 236
    times = _ticks(min(mark.milliseconds for mark in marks), max(mark.milliseconds for mark in marks))
    levels = _ticks(min(mark.quality.low for mark in marks), max(mark.quality.high for mark in marks))

    def x(milliseconds: float) -> float:
        return left + 10 + (milliseconds - times[0]) / (times[-1] - times[0]) * (WIDTH - left - RIGHT - 20)

    def y(level: float) -> float:
        return bottom - (level - levels[0]) / (levels[-1] - levels[0]) * (bottom - top)

    drawn = _vertical_axis(x, {f"{tick:g}": tick for tick in times}, bottom)
    for tick in levels:
        drawn += [_line("line.axis", left, y(tick), WIDTH - RIGHT, y(tick)), _label(f"{tick:g}", left - 8, y(tick))]
    front = sorted((mark for mark in marks if mark.on_front), key=lambda mark: mark.milliseconds)
    joined = " ".join(f"{x(mark.milliseconds):.1f},{y(mark.quality.mean):.1f}" for mark in front)
    drawn.append(el("polyline.curve", {"points": joined}))
    places = [(mark, x(mark.milliseconds), y(mark.quality.mean)) for mark in marks]
    drawn += [
        _line("line.whisker", across, y(mark.quality.low), across, y(mark.quality.high)) for mark, across, _ in places
    ]
    for mark, across, up in places:
        drawn.append(el("circle.mean" if mark.on_front else "circle.other", {"cx": across, "cy": up, "r": 5}))
    drawn += [el("text.label", {"x": across + 7, "y": up - 6}, str(mark.number)) for mark, across, up in places]
    drawn += [
        _caption("median time of a question, milliseconds", (left + WIDTH - RIGHT) / 2, bottom + 36),
        el("text.caption", {"transform": f"translate(12 {bottom / 2}) rotate(-90)"}, quality),
    ]
    return _svg(f"{quality} against time", bottom + 44, drawn)


def _ticks(lowest: float, highest: float) -> list[float]:
    """Three to seven round numbers, evenly apart, from one at or below `lowest` to one at or above `highest`."""
    room = max(highest - lowest, 1e-3 * max(abs(highest), 1e-3))
    unit = 10.0 ** math.floor(math.log10(room))
    step = next(unit * part for part in (0.2, 0.5, 1, 2, 5) if room / (unit * part) <= 5)
    first, last = math.floor(lowest / step), math.ceil(highest / step)
    return [round(number * step, 9) for number in range(first, max(last, first + 1) + 1)]


def _vertical_axis(x: Callable[[float], float], ticks: Mapping[str, float], bottom: float) -> list[Element]:
    return [
        piece
        for name, value in ticks.items()
        for piece in (
            _line("line.axis", x(value), 0, x(value), bottom),
            el("text.tick", {"x": x(value), "y": bottom + 15, "text-anchor": "middle"}, name),
        )
    ]


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> Element:
    return el(kind, {"x1": x1, "y1": y1, "x2": x2, "y2": y2})


def _label(text: str, x: float, y: float) -> Element:
    return el("text.label", {"x": x, "y": y + 4, "text-anchor": "end"}, text)


def _caption(text: str, x: float, y: float) -> Element:
    return el("text.caption", {"x": x, "y": y}, text)


def _svg(title: str, height: float, drawn: Sequence[Element]) -> Element:
    frame = {"viewBox": f"0 0 {WIDTH} {height:g}", "width": WIDTH, "height": f"{height:g}", "role": "img"}
    return el("svg", frame, el("title", title), *drawn)
