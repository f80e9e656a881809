"""A sweep of a small fake system: what is run, what is shared, what is on the front, and what is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals import compare
from evals.errors import GridError
from evals.plots import Mark, front_plot
from evals.resampling import Interval
from evals.sweep import Point, Sweep, sweep, with_front
from rag import Settings

Write = Callable[[str, object], Path]
GRID = {
    "datasets": [{"name": "squad", "data": "squad.json"}],
    "quality": ["right", "mrr"],
    "settings": {"chunk_tokens": [100, 200], "passages": [4, 8]},
}


@pytest.fixture
def swept(fake: Any, write: Write, squad: dict[str, Any], tmp_path: Path) -> Callable[..., Sweep]:
    """Sweeps the grid, with other entries by name; JSON is YAML, too."""

    def run(**changed: Any) -> Sweep:
        write("squad.json", squad)
        grid = write("grid.yaml", GRID | changed)
        return sweep(grid, out=tmp_path / "out", settings=Settings(home=tmp_path / "own"), opening=fake.open)

    return run


def test_every_combination_is_a_run_of_its_own(swept: Callable[..., Sweep], tmp_path: Path) -> None:
    (measured,) = swept().measured

    assert [dict(point.values) for point in measured.points] == [
        {"chunk_tokens": 100, "passages": 4},
        {"chunk_tokens": 100, "passages": 8},
        {"chunk_tokens": 200, "passages": 4},
        {"chunk_tokens": 200, "passages": 8},
    ]
    assert {point.quality["right"] for point in measured.points} == {measured.points[0].quality["right"]}
    assert measured.points[0].quality["right"].mean == 0.5
    one, other = (measured.points[position].run for position in (0, 3))
    assert one == tmp_path / "out" / "runs" / "squad_squad" / "chunk_tokens=100_passages=4"
    assert json.loads((one / "run.json").read_text())["settings"]["chunk_tokens"] == 100
    assert {row.verdict for row in compare(one, other).rows if row.score == "right"} == {"no difference shown"}


def test_an_index_is_shared_by_what_is_built_alike(swept: Callable[..., Sweep], fake: Any, tmp_path: Path) -> None:
    swept()

    first, second, third, fourth = fake.opened_at
    assert first == second != third == fourth
    assert first.parent == tmp_path / "out" / "index" / "squad_squad"


def test_nothing_is_asked_again_and_new_values_are_added(swept: Callable[..., Sweep], fake: Any) -> None:
    swept()
    asked = len(fake.asked)
    assert asked == 4 * 4

    swept(settings={"chunk_tokens": [100, 200], "passages": [4, 8, 12]})
    assert len(fake.asked) == asked + 2 * 4


def test_a_stopped_sweep_goes_on(swept: Callable[..., Sweep], fake: Any) -> None:
    fake.fail_at = 6
    with pytest.raises(KeyboardInterrupt):
        swept()
    fake.fail_at = None

    assert len(swept().measured[0].points) == 4
    assert len(fake.asked) == 4 * 4


def test_what_is_written_holds_the_same_figures(swept: Callable[..., Sweep], tmp_path: Path) -> None:
    found = swept(settings={"passages": [4, 8], "model": ["extractive", "a|<b>:`c`"]})
    (measured,) = found.measured
    data = json.loads((tmp_path / "out" / "sweep.json").read_text())["datasets"][0]
    page = (tmp_path / "out" / "sweep.html").read_text()
    markdown = (tmp_path / "out" / "sweep.md").read_text()

    assert data["n"] == 4
    assert [one["on_front"] for one in data["combinations"]] == [point.on_front for point in measured.points]
    assert data["combinations"][0]["scores"]["right"]["mean"] == 0.5
    assert all((tmp_path / "out" / one["run"] / "run.json").is_file() for one in data["combinations"])
    assert str(tmp_path) not in json.dumps(data)
    assert page.count("<svg") == 1
    assert "default-src 'none'" in page
    assert "a|&lt;b&gt;:`c`" in page
    assert not re.search(r"https?://|<script|<b>", page)
    assert r"`` a\|<b>:`c` ``" in markdown
    assert markdown.count("0.500 (0.000–1.000)") == 4
    assert [str(cell) for cell in measured.table().columns[0].cells] == ["1", "2", "3", "4"]


def test_two_data_sets_are_two_tables(swept: Callable[..., Sweep], write: Write, squad: dict[str, Any]) -> None:
    write("other.json", squad)
    found = swept(
        datasets=[{"name": "squad", "data": "squad.json"}, {"name": "norquad", "data": "other.json"}],
        settings={"passages": 4},
    )

    assert [measured.label for measured in found.measured] == ["squad squad", "norquad other"]


def test_a_score_that_a_data_set_lacks_is_named(swept: Callable[..., Sweep]) -> None:
    with pytest.raises(GridError, match="squad squad has no score 'rewrite_f1'"):
        swept(quality=["right", "rewrite_f1"])


def point(mean: float, milliseconds: float, score: str = "right") -> Point:
    return Point({}, Path(), 1, {score: Interval(mean, mean, mean, 1)}, milliseconds, milliseconds)


def on_front(points: list[Point], score: str = "right") -> list[bool]:
    return [one.on_front for one in with_front(points, score)]


def test_the_front_is_what_nothing_beats() -> None:
    """Fast and poor, slow and good, slower and no better, as slow and worse; two that are equal beat neither other."""
    assert on_front([point(0.5, 10), point(0.9, 30), point(0.9, 40), point(0.8, 30)]) == [True, True, False, False]
    assert on_front([point(0.5, 10), point(0.5, 10)]) == [True, True]


def test_of_errors_fewer_are_better() -> None:
    wrong = [point(0.5, 10, "wrong_refusal"), point(0.1, 10, "wrong_refusal")]

    assert on_front(wrong, "wrong_refusal") == [False, True]


def test_the_plot_puts_better_higher_and_slower_to_the_right() -> None:
    marks = [
        Mark(number, one.p50_ms, one.quality["right"], on_front=True)
        for number, one in enumerate([point(0.5, 10), replace(point(0.9, 30), on_front=True)], start=1)
    ]
    first, second = front_plot(marks, "right").findall("circle")

    assert float(first.get("cx", "")) < float(second.get("cx", ""))
    assert float(first.get("cy", "")) > float(second.get("cy", ""))
    assert front_plot(marks[:1], "right").find("circle") is not None
