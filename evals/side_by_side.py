"""Two runs side by side: the verdict on each score, their plots, and what went wrong, each case as both answered it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from evals.compare import Comparison, compare
from evals.judgements import read_judged_rows

if TYPE_CHECKING:
    from evals.markup import Say
    from evals.report import Findings
    from evals.run_folder import Row

CASES = 24
"""Cases shown."""
_ORDER = ("worse", "better", "alike")


@dataclass(frozen=True, slots=True)
class CasePair:
    """A case in two runs, as HTML: what was asked, what each made of it, and whether B's answer is the better one."""

    asked: str
    a: str
    b: str
    b_is: Literal["worse", "better", "alike"]


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Run B beside run A; the plots are HTML. Of the cases that either got worst, those that B alone got wrong come first."""

    comparison: Comparison
    plots: tuple[str, str]
    cases: tuple[CasePair, ...]


def run_html(folder: Path, say: Say = str) -> str:
    """What there is to say of one finished run, as the inside of a page; `say` puts it into the page's language.

    Raises:
        RunFolderError: the folder holds no finished run.
    """
    from evals.markup import fragment
    from evals.report import findings_of
    from evals.report_html import body

    return fragment(*body(findings_of(folder, say)))


def side_by_side(a: Path, b: Path, say: Say = str) -> SideBySide:
    """Sets two finished runs of the same cases beside each other; `say` as in `run_html`.

    Raises:
        RunFolderError: a folder holds no finished run, or their cases or corpora differ.
    """
    from evals.markup import fragment
    from evals.report import findings_of
    from evals.report_html import plots

    comparison, found_a, found_b = compare(a, b), findings_of(a, say), findings_of(b, say)
    pairs = sorted(_pairs(a, b, found_a, found_b), key=lambda pair: _ORDER.index(pair.b_is))
    return SideBySide(comparison, (fragment(plots(found_a)), fragment(plots(found_b))), tuple(pairs[:CASES]))


def _pairs(a: Path, b: Path, found_a: Findings, found_b: Findings) -> Iterator[CasePair]:
    from evals.markup import fragment
    from evals.report_html import answered, asked

    rows_a, rows_b = ({row.id: row for row in read_judged_rows(folder)} for folder in (a, b))
    worst = [row.id for found in (found_a, found_b) for kind in found.failures for row in kind.worst]
    for case in dict.fromkeys(worst):
        row_a, row_b = rows_a[case], rows_b[case]
        yield CasePair(
            fragment(*asked(row_a, found_a)),
            fragment(*answered(row_a, found_a)),
            fragment(*answered(row_b, found_b)),
            _direction(row_a, row_b),
        )


def _direction(a: Row, b: Row) -> Literal["worse", "better", "alike"]:
    score = "right" if "right" in a.scores else "mrr"
    change = b.scores.get(score, 0.0) - a.scores.get(score, 0.0)
    return "better" if change > 0 else "worse" if change < 0 else "alike"
