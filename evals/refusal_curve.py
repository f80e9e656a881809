"""What a stricter or laxer line between answering and refusing would cost: a curve for each kind of question that nothing answers.

`python -m evals.refusal_curve --data FOLDER --out DIR` puts a SQuAD set's questions to its own paragraphs, and another set's questions
too (`off corpus`), reads off each answer how well it is supported, and draws, for every possible line, the share of unanswerable questions
that it refuses over the share of answerable ones that it refuses wrongly. It prints a table and writes `refusal.html`.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from evals.cases import Case, Dataset, drawn
from evals.datasets import load_dataset
from evals.markup import el
from evals.plots import refusal_plot
from evals.report_html import table as html_table
from evals.report_html import whole_page
from evals.report_markdown import table
from evals.systems.ours import Citera
from rag.answer import AnswerJson
from rag.settings import Settings, load_settings

NEAR, OFF = "near miss", "off corpus"
WRONG = (0.02, 0.03, 0.05, 0.10)
"""Shares of wrongly refused questions at which the table reads the curve."""
COLUMNS = ("questions", "kind", "n", "area", "refused now", "wrongly", *(f"at {share:.2f}" for share in WRONG))


@dataclass(frozen=True, slots=True)
class Asked:
    """A set that is asked of its own paragraphs: its file, and the files of sets that have nothing to do with it."""

    name: str
    file: str
    foreign: tuple[tuple[str, str], ...]


SETS = (
    Asked(
        "squad_en", "squad_en.json", (("quotesum", "quotesum_dev.jsonl"), ("norquad", "norquad_news_validation.json"))
    ),
    Asked("squad_sv", "squad_sv.json", (("swequad", "swequad_mc_dev.json"), ("swefaq", "swefaq_dev.jsonl"))),
)


@dataclass(frozen=True, slots=True)
class Supports:
    """How well answers are supported, above the line or below it: those to answerable questions, and those to the others, by their kind."""

    answerable: tuple[float, ...]
    others: Mapping[str, tuple[float, ...]]


def curve(answerable: Sequence[float], others: Sequence[float]) -> list[tuple[float, float]]:
    """(share of `answerable` refused, share of `others` refused) for every line from the laxest to the strictest, from supports."""
    lines = [-math.inf, *sorted({*answerable, *others}), math.inf]
    below = [(_share_below(answerable, line), _share_below(others, line)) for line in lines]
    return [*dict.fromkeys([*below, (1.0, 1.0)])]


def area(points: Sequence[tuple[float, float]]) -> float:
    """The area under a curve: how often an answerable question is better supported than another; .5 tells nothing, 1 is perfect."""
    return sum((right - left) * (low + high) / 2 for (left, low), (right, high) in pairwise(points))


def refused_at(points: Sequence[tuple[float, float]], wrongly: float) -> float:
    """The most that a line refuses of the others while it refuses at most that share of the answerable."""
    return max(refused for wrong, refused in points if wrong <= wrongly)


def support_of(answer: AnswerJson) -> float:
    """An answer's support. Where the line decided nothing, quotations are as sure as can be and refusals as unsure."""
    support = answer["support"]
    return support if support is not None else -math.inf if answer["refused"] else math.inf


def cases_of(asked: Asked, data: Path, limit: int) -> tuple[Dataset, dict[str, tuple[Case, ...]]]:
    """The set, and `limit` questions drawn of each kind."""
    dataset = load_dataset("squad", data / asked.file)
    answerable = drawn([case for case in dataset.cases if case.answerable], limit)
    near = drawn([case for case in dataset.cases if not case.answerable], limit)
    foreign = [load_dataset(name, data / file).cases for name, file in asked.foreign]
    off = [case for cases in foreign for case in drawn([case for case in cases if case.answerable], limit // 2)]
    return dataset, {"answerable": answerable, NEAR: near, OFF: tuple(replace(case, articles=()) for case in off)}


def supports(asked: Asked, data: Path, out: Path, limit: int, settings: Settings) -> Supports:
    dataset, groups = cases_of(asked, data, limit)
    with (
        Progress(console=Console(stderr=True)) as progress,
        Citera(settings).hold(dataset, out / asked.name, progress) as holding,
    ):
        found: dict[str, tuple[float, ...]] = {}
        for kind, cases in groups.items():
            shown = progress.track(cases, description=f"{asked.name}: {kind}")
            replies = [holding.ask(case, search_only=False).answer for case in shown]
            found[kind] = tuple(support_of(answer) for answer in replies if answer is not None)
    return Supports(found.pop("answerable"), found)


def rows(name: str, measured: Supports) -> Iterator[list[str]]:
    """A line of the table for each kind of unanswerable question."""
    for kind, others in measured.others.items():
        points = curve(measured.answerable, others)
        now = _share_below(others, 0.0), _share_below(measured.answerable, 0.0)
        shares = [area(points), *now, *(refused_at(points, share) for share in WRONG)]
        yield [name, kind, str(len(others)), *(f"{share:.3f}" for share in shares)]


def _share_below(supports: Sequence[float], line: float) -> float:
    return sum(support < line for support in supports) / len(supports)


def _page(measured: Mapping[str, Supports], lines: Sequence[Sequence[str]]) -> str:
    figures = [
        el(
            "figure",
            el("h2", name),
            refusal_plot(
                {kind: curve(found.answerable, others) for kind, others in found.others.items()},
                {
                    kind: (_share_below(found.answerable, 0.0), _share_below(others, 0.0))
                    for kind, others in found.others.items()
                },
            ),
            el("figcaption", f"{len(found.answerable)} answerable questions. The dots are where the line stands."),
        )
        for name, found in measured.items()
    ]
    return whole_page("Refusals", *figures, html_table(COLUMNS, lines, numbers=len(COLUMNS) - 2))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.refusal_curve", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="where the files of the sets lie")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="for the indexes and the page")
    parser.add_argument("--limit", type=int, default=400, help="questions of each kind, drawn with a fixed seed")
    given = parser.parse_args(arguments)
    settings = load_settings(model="extractive")
    measured = {asked.name: supports(asked, given.data, given.out, given.limit, settings) for asked in SETS}
    lines = [line for name, found in measured.items() for line in rows(name, found)]
    (given.out / "refusal.html").write_text(_page(measured, lines), encoding="utf-8")
    for line in table(COLUMNS, lines, numbers=len(COLUMNS) - 2):
        print(line)  # noqa: T201  # the table is what the command is for


if __name__ == "__main__":
    main()
