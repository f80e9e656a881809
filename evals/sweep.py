"""Every combination of some settings, measured on the same questions: what quality costs in time.

Each combination is an ordinary run below `DIR/runs`, resumed if it was stopped; those that are built the same way share an
index below `DIR/index`. A combination is on the front if none is both as good and as fast, and better in one of the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from evals.errors import GridError
from evals.grid import Grid, Source, read_grid
from evals.run_folder import digest_of, read_rows
from evals.runner import run_dataset
from evals.score import LOWER_IS_BETTER
from evals.systems.ours import Citera, Opening
from rag import Assistant, Settings
from rag.settings import INDEXING

if TYPE_CHECKING:
    import rich.table

    from evals.resampling import Interval

READ_BY = (
    "On the front: no other combination is both as good and as fast, and better in one of the two. "
    "Where intervals overlap, the order is not shown; citera eval compare tests two runs, question by question. "
    "Times were taken one combination after another: they compare if the machine was as busy all along."
)


@dataclass(frozen=True, slots=True)
class Point:
    """One combination: its values of the swept settings, its run of `n` questions, their scores, and the median and the
    95th percentile of a question's time in milliseconds."""

    values: Mapping[str, Any]
    run: Path
    n: int
    quality: Mapping[str, Interval]
    p50_ms: float
    p95_ms: float
    on_front: bool = False

    @property
    def name(self) -> str:
        return _said(self.values, " ")


@dataclass(frozen=True, slots=True)
class Measured:
    """All combinations on one data set. The front weighs the score `by` against the median time."""

    label: str
    by: str
    points: tuple[Point, ...]

    @property
    def about(self) -> str:
        return f"{self.points[0].n:,} questions, {self.by} against time"

    @property
    def columns(self) -> list[str]:
        first = self.points[0]
        return ["no", *first.values, *first.quality, "p50 ms", "p95 ms", "front"]

    @property
    def rows(self) -> list[list[str]]:
        """A row a combination, as text."""
        return [
            [
                str(number),
                *map(str, point.values.values()),
                *(f"{score.mean:.3f} ({score.low:.3f}–{score.high:.3f})" for score in point.quality.values()),
                f"{point.p50_ms:.1f}",
                f"{point.p95_ms:.1f}",
                "*" if point.on_front else "",
            ]
            for number, point in enumerate(self.points, start=1)
        ]

    def table(self) -> rich.table.Table:
        """A row a combination, those on the front in bold."""
        from rich.table import Table
        from rich.text import Text

        table = Table(title=Text(f"{self.label}: {self.about}"), caption=READ_BY)
        for column in self.columns:
            table.add_column(Text(column.replace("_", "\n")), justify="right")
        for point, row in zip(self.points, self.rows, strict=True):
            table.add_row(*map(Text, row), style="bold" if point.on_front else "")
        return table


@dataclass(frozen=True, slots=True)
class Sweep:
    """What a sweep found, a data set at a time, and where it was written."""

    folder: Path
    grid: Grid
    measured: tuple[Measured, ...]


def sweep(
    grid: Path,
    *,
    out: Path,
    settings: Settings,
    note: Callable[[str], None] = lambda _: None,
    opening: Opening = Assistant.open,
) -> Sweep:
    """Runs the grid in the file `grid` over `settings` and writes `sweep.md`, `sweep.html` and `sweep.json` below `out`.

    `note` is told which combination comes next.

    Raises:
        GridError: the file is broken, a combination cannot be, or a data set has no such score.
        DatasetError: a data set is broken.
    """
    from evals.sweep_report import write_sweep

    wanted = read_grid(grid)
    combinations = [(values, _with(settings, values, grid)) for values in wanted.combinations()]
    total = len(combinations) * len(wanted.datasets)
    measured: list[Measured] = []
    for source in wanted.datasets:
        points: list[Point] = []
        for values, chosen in combinations:
            number = len(measured) * len(combinations) + len(points) + 1
            note(f"{number} of {total}: {source.label}, {_said(values, ' ')}")
            points.append(_point(source, values, chosen, wanted, out, opening))
        measured.append(Measured(source.label, wanted.quality[0], with_front(points, wanted.quality[0])))
    found = Sweep(out, wanted, tuple(measured))
    write_sweep(found)
    return found


def with_front(points: Sequence[Point], by: str) -> tuple[Point, ...]:
    """The points, those marked that no other is better than in one of quality and time and as good as in the other."""
    sign = -1 if by in LOWER_IS_BETTER else 1

    def beats(one: Point, other: Point) -> bool:
        gained = sign * (one.quality[by].mean - other.quality[by].mean)
        saved = other.p50_ms - one.p50_ms
        return gained >= 0 and saved >= 0 and (gained > 0 or saved > 0)

    return tuple(replace(point, on_front=not any(beats(other, point) for other in points)) for point in points)


def _point(
    source: Source, values: Mapping[str, Any], settings: Settings, grid: Grid, out: Path, opening: Opening
) -> Point:
    from evals.resampling import intervals

    folder = out / "runs" / _file_name(source.label) / _file_name(_said(values, "="))
    built_by = digest_of(f"{name}={getattr(settings, name)}" for name in sorted(INDEXING))
    home = out / "index" / _file_name(source.label) / built_by
    ours = Citera(settings, opening, home)
    result = run_dataset(source.name, out=folder, data=source.data, limit=grid.limit, settings=settings, system=ours)
    rows = read_rows(folder)
    found = intervals([{name: row.scores[name] for name in grid.quality if name in row.scores} for row in rows])
    lacking = [name for name in grid.quality if name not in found]
    if lacking:
        raise GridError(f"{source.label} has no score {lacking[0]!r}.", "Name another one under `quality`.")
    times = result.scores["query_p50_ms"], result.scores["query_p95_ms"]
    return Point(values, folder, len(rows), {name: found[name] for name in grid.quality}, *times)


def _with(settings: Settings, values: Mapping[str, Any], grid: Path) -> Settings:
    try:
        return Settings(**(dict(settings) | dict(values)))
    except ValidationError as error:
        why = str(error.errors(include_url=False)[0]["msg"]).removeprefix("Value error, ")
        raise GridError(f"{grid}: {_said(values, ' ')} cannot be: {why}.", "Change one of them.") from error


def _said(values: Mapping[str, Any], between: str) -> str:
    return ", ".join(f"{name}{between}{value}" for name, value in values.items())


def _file_name(text: str) -> str:
    """The text as a name that every file system takes, with a digest where that loses something."""
    kept = re.sub(r"[^\w.=-]+", "_", text)
    return (
        kept
        if len(kept) <= 100 and kept == text.replace(", ", "_").replace(" ", "_")
        else f"{kept[:90]}-{digest_of([text])}"
    )
