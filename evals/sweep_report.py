"""A sweep for people to read, `sweep.md` and `sweep.html`, and for programs, `sweep.json`."""

from __future__ import annotations

import json
from xml.etree.ElementTree import Element

from evals.markup import Content, el
from evals.plots import Mark, front_plot
from evals.report_html import mean_and_interval, table, whole_page
from evals.report_markdown import cell
from evals.report_markdown import table as markdown_table
from evals.score import HEADLINE, LOWER_IS_BETTER
from evals.sweep import READ_BY, Point, Sweep


def write_sweep(sweep: Sweep) -> None:
    """Writes the three files into the sweep's folder."""
    for name, text in (("sweep.md", _markdown(sweep)), ("sweep.html", _page(sweep)), ("sweep.json", _json(sweep))):
        (sweep.folder / name).write_text(text, encoding="utf-8")


def _markdown(sweep: Sweep) -> str:
    lines = ["### Sweep", "", READ_BY, ""]
    for measured in sweep.measured:
        swept = len(measured.points[0].values)
        rows = [[row[0], *map(cell, row[1 : swept + 1]), *row[swept + 1 :]] for row in measured.rows]
        columns = measured.columns
        lines += [
            f"#### {cell(measured.label)}: {measured.about}",
            "",
            *markdown_table(columns, rows, numbers=len(columns)),
        ]
    return "\n".join(lines)


def _page(sweep: Sweep) -> str:
    content: list[Element] = [
        el("p", READ_BY),
        el("p.quiet", "Means, with 95% bootstrap intervals over the questions."),
    ]
    for measured in sweep.measured:
        worth = "less is better" if measured.by in LOWER_IS_BETTER else "more is better"
        marks = [
            Mark(number, point.p50_ms, point.quality[measured.by], point.on_front)
            for number, point in enumerate(measured.points, start=1)
        ]
        rows = [_cells(number, point) for number, point in enumerate(measured.points, start=1)]
        content += [
            el("h2", f"{measured.label}: {measured.about}"),
            el(
                "figure",
                front_plot(marks, measured.by),
                el(
                    "figcaption",
                    f"{measured.by}: {HEADLINE[measured.by].split(' (')[0]} ({worth}). Numbers as in the table.",
                ),
            ),
            table(measured.columns, rows, numbers=len(measured.columns)),
        ]
    return whole_page("Sweep", *content)


def _cells(number: int, point: Point) -> list[Content]:
    scores = map(mean_and_interval, point.quality.values())
    times = (f"{point.p50_ms:.1f}", f"{point.p95_ms:.1f}")
    return [str(number), *map(str, point.values.values()), *scores, *times, "★" if point.on_front else ""]


def _json(sweep: Sweep) -> str:
    found = {
        "grid": sweep.grid.model_dump(mode="json", exclude={"datasets"}),
        "datasets": [
            {
                "dataset": measured.label,
                "n": measured.points[0].n,
                "front_by": measured.by,
                "combinations": [
                    {
                        "settings": dict(point.values),
                        "run": point.run.relative_to(sweep.folder).as_posix(),
                        "scores": {name: score._asdict() for name, score in point.quality.items()},
                        "query_p50_ms": point.p50_ms,
                        "query_p95_ms": point.p95_ms,
                        "on_front": point.on_front,
                    }
                    for point in measured.points
                ],
            }
            for measured in sweep.measured
        ],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"
