"""Findings as Markdown for a pull request. Words of the run stand in code spans, where nothing is a link or a name to call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import shorten

from corpus.cleaning import printable
from evals.report import Findings
from evals.run_folder import Row
from evals.score import HEADLINE, TAG_COLUMNS

SHOWN = 3
"""Cases of each kind of failure."""


def markdown(findings: Findings) -> str:
    """The scores, the times, the scores by tag, and a few failures."""
    return "\n".join(_lines(findings)) + "\n"


def _lines(findings: Findings) -> Iterator[str]:
    run = findings.run
    yield f"### {_name(run.system)} on {run.dataset}: {run.n:,} questions"
    yield ""
    rows = [
        (name, HEADLINE[name], f"{score.mean:.3f}", f"{score.low:.3f}–{score.high:.3f}", f"{score.n:,}")
        for name, score in findings.shares.items()
    ]
    yield from table(("score", "says", "mean", "95% interval", "n"), rows, numbers=3)
    if findings.curve:
        coverage, risk = findings.curve[-1]
        yield f"{coverage:.0%} of the questions answered, {risk:.0%} of those wrongly; risk-coverage area {findings.aurc:.3f}."
        yield ""
    yield from _times(findings)
    yield from filter(None, (findings.spending, f"Judge: {_code(findings.judge)}" if findings.judge else ""))
    yield ""
    yield from _folded("By tag", _tags(findings))
    for kind in findings.failures:
        yield from _folded(f"{kind.title}: {kind.total:,}", (line for row in kind.worst[:SHOWN] for line in _case(row)))
    facts = (
        *(f"- {name}: {value}" for name, value in findings.resources.items()),
        f"- digests: cases {run.cases}, corpus {run.corpus}, index {run.index}, code {run.code}",
        *(
            f"- {name}: " + ", ".join(_code(f"{key} {value}") for key, value in held.items())
            for name, held in (("settings", run.settings), ("machine", run.machine), ("versions", run.versions))
        ),
    )
    yield from _folded("What was run", facts)


def _name(system: str) -> str:
    return system if system.isalnum() else _code(system)


def _times(findings: Findings) -> Iterator[str]:
    import numpy as np

    rows = [
        (stage, *(f"{float(np.percentile(times, percent)):.1f}" for percent in (50, 95)))
        for stage, times in findings.times.items()
        if times
    ]
    if rows:
        yield from table(("stage", "p50 ms", "p95 ms"), rows, numbers=2)


def _tags(findings: Findings) -> Iterator[str]:
    columns = [name for name in TAG_COLUMNS if name in findings.scores]
    rows = [
        (cell(tag), f"{findings.tag_sizes[tag]:,}", *(f"{scores[c].mean:.2f}" if c in scores else "" for c in columns))
        for tag, scores in findings.tags.items()
    ]
    if rows:
        yield from table(("tag", "n", *columns), rows, numbers=len(columns) + 1)


def _case(row: Row) -> Iterator[str]:
    yield f"- {_code(row.question)} ({_code(row.id)})"
    yield f"  - gold: {_code(' / '.join(row.gold_words)) if row.gold_words else 'none'}"
    if row.answer is not None:
        yield f"  - {'refused' if row.answer['refused'] else 'answer'}: {_code(row.answer['text'])}"
    if "right" in row.why:
        yield f"  - because: {_code(row.why['right'])}"


def _folded(summary: str, lines: Iterator[str] | Sequence[str]) -> Iterator[str]:
    held = list(lines)
    if held:
        yield from (f"<details><summary>{summary}</summary>", "", *held, "", "</details>", "")


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: int) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * (len(columns) - numbers)}{'--:|' * numbers}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def cell(text: str) -> str:
    return _code(text).replace("|", r"\|")


def _code(text: str) -> str:
    """The text on one line between more backticks than it has in a row."""
    line = shorten(printable(text), 300, placeholder=" …") or " "
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    return f"{fence}{line}{fence}" if fence == "`" else f"{fence} {line} {fence}"
