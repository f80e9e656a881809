"""Is run B better than run A? A bootstrap interval and a permutation test a score, paired over the cases of both."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from evals.errors import RunFolderError
from evals.judgements import read_judged_rows
from evals.run_folder import Row, Run, read_run
from evals.score import HEADLINE, LOWER_IS_BETTER, NEITHER_IS_BETTER

if TYPE_CHECKING:
    import rich.table

    from evals.resampling import PairedTests

COMPARED = frozenset(HEADLINE) | NEITHER_IS_BETTER | LOWER_IS_BETTER
Verdict = Literal["better", "worse", "different", "no difference shown"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One score over all cases (`tag` is None) or those with a tag; `mean` is B's mean less A's.

    `changed` of the `n` cases have another score in B than in A.
    """

    score: str
    tag: str | None
    n: int
    changed: int
    a: float
    b: float
    mean: float
    low: float
    high: float
    p: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run `b` against run `a`. `timed` says whether their times can be compared: same machine, same number of workers."""

    a: Path
    b: Path
    differences: tuple[Difference, ...]
    timed: bool

    @property
    def rows(self) -> list[Difference]:
        """What is worth a line: every score over all cases, and by tag where a case changed."""
        return [difference for difference in self.differences if difference.tag is None or difference.changed]

    @property
    def caption(self) -> str:
        """What is to be known before reading the rows."""
        tested = [difference for difference in self.differences if difference.changed]
        shown = sum(difference.verdict != "no difference shown" for difference in tested)
        said = (
            f"Of {len(tested)} tests {shown} show a difference; of so many, chance alone can show {len(tested) * 0.05:.0f}."
            if tested
            else "No case changed: no difference shown."
        )
        return said if self.timed else f"{said} The machines differ, or the workers: times are left out."

    def table(self) -> rich.table.Table:
        """One row a score, then one a score and tag."""
        from rich.table import Table
        from rich.text import Text

        table = Table(title=Text(f"{self.b} against {self.a}"), caption=self.caption)
        for heading in ("score", "tag", "n", "changed", "A", "B", "B - A", "95% interval", "p", "B is"):
            table.add_column(heading, justify="left" if heading in ("score", "tag", "B is") else "right")
        for row in self.rows:
            interval = f"{row.low:+.3f} .. {row.high:+.3f}"
            figures = (
                str(row.n),
                str(row.changed),
                f"{row.a:.3f}",
                f"{row.b:.3f}",
                f"{row.mean:+.3f}",
                interval,
                f"{row.p:.4f}",
            )
            table.add_row(row.score, Text(row.tag or "all"), *figures, row.verdict)
        return table


def compare(a: Path, b: Path) -> Comparison:
    """Compares two finished runs of the same cases on the same corpus, each score where both have it.

    Raises:
        RunFolderError: a folder holds no finished run, or their cases or corpora differ.
    """
    run_a, run_b = read_run(a), read_run(b)
    if run_a.corpus != run_b.corpus:
        raise RunFolderError(f"{a} and {b} searched different corpora.", "Compare runs on one corpus.")
    if run_a.cases != run_b.cases:
        raise RunFolderError(
            f"{a} asked {run_a.n} questions and {b} {run_b.n}, and they are not the same.",
            "Run both with the same data set and the same --limit.",
        )
    rows_b = {row.id: row for row in read_judged_rows(b)}
    pairs = [(row, rows_b[row.id]) for row in read_judged_rows(a)]
    timed = _same_machine(run_a, run_b) and all(row_a.workers == row_b.workers for row_a, row_b in pairs)
    tags = sorted({tag for row, _ in pairs for tag in row.tags})
    differences = [
        difference
        for tag in (None, *tags)
        for difference in _differences(tag, [pair for pair in pairs if tag is None or tag in pair[0].tags], timed)
    ]
    return Comparison(a, b, tuple(differences), timed)


def _same_machine(a: Run, b: Run) -> bool:
    """Of another system it is not known what embeds for it: what only one run states does not tell them apart."""
    return all(a.machine[name] == b.machine[name] for name in a.machine.keys() & b.machine.keys())


def verdicts(scores: Sequence[str], tests: PairedTests) -> list[Verdict]:
    """What is said of each score. A difference is shown if the test is below 5% and the interval leaves out 0."""
    from evals.resampling import LEVEL

    shown = (tests.p < LEVEL) & ((tests.low > 0) | (tests.high < 0))
    return [
        _direction(score, change) if is_shown else "no difference shown"
        for score, change, is_shown in zip(scores, tests.mean, shown, strict=True)
    ]


def _direction(score: str, change: float) -> Verdict:
    if score in NEITHER_IS_BETTER:
        return "different"
    return "better" if (change > 0) != (score in LOWER_IS_BETTER) else "worse"


def _differences(tag: str | None, pairs: Sequence[tuple[Row, Row]], timed: bool) -> list[Difference]:
    from evals.resampling import paired_tests, tables

    common = [COMPARED & row_a.scores.keys() & row_b.scores.keys() for row_a, row_b in pairs]
    of_a, of_b = (
        tables([_numbers(pair[side], names, timed) for pair, names in zip(pairs, common, strict=True)])
        for side in (0, 1)
    )
    found = []
    for (names, values_a), (_, values_b) in zip(of_a, of_b, strict=True):
        tests = paired_tests(values_b - values_a)
        for column, verdict in enumerate(verdicts(names, tests)):
            found.append(
                Difference(
                    score=names[column],
                    tag=tag,
                    n=len(values_a),
                    changed=int((values_a[:, column] != values_b[:, column]).sum()),
                    a=float(values_a[:, column].mean()),
                    b=float(values_b[:, column].mean()),
                    mean=float(tests.mean[column]),
                    low=float(tests.low[column]),
                    high=float(tests.high[column]),
                    p=float(tests.p[column]),
                    verdict=verdict,
                )
            )
    return sorted(found, key=lambda difference: difference.score)


def _numbers(row: Row, names: Collection[str], timed: bool) -> dict[str, float]:
    scores = {name: row.scores[name] for name in names}
    return scores | {"query_ms": row.query_ms} if timed else scores
