"""Is run B better than run A? A bootstrap interval and a sign-flip test a score, paired over the cases of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from evals.errors import RunFolderError
from evals.run_folder import Row, read_rows
from evals.score import LOWER_IS_BETTER, NEITHER_IS_BETTER

Verdict = Literal["better", "worse", "no difference shown", "different"]
Numbers = NDArray[np.float64]

RESAMPLES = 10_000
SEED = 20260102
LEVEL = 0.05
BLOCK = 2_000_000
"""Random numbers drawn at a time: 16 MB."""


@dataclass(frozen=True, slots=True)
class PairedTests:
    """One number a column: the mean difference, its 95% bootstrap interval, and the sign-flip test's p-value."""

    mean: Numbers
    low: Numbers
    high: Numbers
    p: Numbers

    @property
    def shown(self) -> NDArray[np.bool_]:
        """Whether a difference is shown: the test is below the level and the interval leaves out 0."""
        return (self.p < LEVEL) & ((self.low > 0) | (self.high < 0))


@dataclass(frozen=True, slots=True)
class Difference:
    """One score over all cases (`tag` is None) or those with a tag; `mean` is B's mean less A's."""

    score: str
    tag: str | None
    n: int
    a: float
    b: float
    mean: float
    low: float
    high: float
    p: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run `b` against run `a`. `only_a` and `only_b` count the cases that could not be paired."""

    a: Path
    b: Path
    differences: tuple[Difference, ...]
    only_a: int
    only_b: int

    def table(self) -> Table:
        """One row a score and tag; the caption says what could not be paired and what chance alone would show."""
        count = len(self.differences)
        table = Table(
            title=f"{self.b} against {self.a}",
            caption=f"Not paired: {self.only_a} cases of A, {self.only_b} of B. Of {count} rows, about "
            f"{count * LEVEL:.0f} would differ by chance if the two systems were the same.",
        )
        for heading in ("score", "tag", "n", "A", "B", "B - A", "95% interval", "p", "B is"):
            table.add_column(heading, justify="left" if heading in ("score", "tag", "B is") else "right")
        for row in self.differences:
            interval = f"{row.low:+.3f} .. {row.high:+.3f}"
            figures = (str(row.n), f"{row.a:.3f}", f"{row.b:.3f}", f"{row.mean:+.3f}", interval, f"{row.p:.4f}")
            table.add_row(row.score, row.tag or "all", *figures, row.verdict)
        return table


def compare(a: Path, b: Path) -> Comparison:
    """Compares two run folders over the cases that are the same in both, each score where both have it.

    Cases count as independent; questions on one article are a little less than that.

    Raises:
        RunFolderError: a folder holds no run, or the two share no case.
    """
    rows_a, rows_b = ({(row.id, row.case): row for row in read_rows(folder)} for folder in (a, b))
    pairs = [(row, rows_b[name]) for name, row in rows_a.items() if name in rows_b]
    if not pairs:
        raise RunFolderError(f"{a} and {b} share no case.", "Compare runs of the same data set.")
    tags = sorted({tag for row, _ in pairs for tag in row.tags})
    differences = [
        difference
        for tag in (None, *tags)
        for difference in _differences(tag, [pair for pair in pairs if tag is None or tag in pair[0].tags])
    ]
    return Comparison(a, b, tuple(differences), len(rows_a) - len(pairs), len(rows_b) - len(pairs))


def paired_tests(differences: Numbers, *, resamples: int = RESAMPLES, seed: int = SEED) -> PairedTests:
    """Tests of every column of `differences` (cases in rows); all columns see the same resamples and the same flips."""
    n, columns = differences.shape
    mean = differences.mean(axis=0)
    rng = np.random.default_rng(seed)
    resampled, extreme = [], np.zeros(columns)
    for count in _blocks(resamples, n):
        drawn = rng.integers(0, n, size=(count, n)) + np.arange(count)[:, None] * n
        times_drawn = np.bincount(drawn.ravel(), minlength=count * n).reshape(count, n).astype(np.float64)
        resampled.append(times_drawn @ differences / n)
        flips = rng.integers(0, 2, size=(count, n)) * 2.0 - 1.0
        extreme += (np.abs(flips @ differences / n) >= np.abs(mean) - 1e-12).sum(axis=0)
    low, high = np.quantile(np.concatenate(resampled), (LEVEL / 2, 1 - LEVEL / 2), axis=0)
    return PairedTests(mean, low, high, (extreme + 1) / (resamples + 1))


def _blocks(resamples: int, n: int) -> Iterator[int]:
    block = max(1, BLOCK // n)
    for done in range(0, resamples, block):
        yield min(block, resamples - done)


def _differences(tag: str | None, pairs: list[tuple[Row, Row]]) -> list[Difference]:
    """The scores that the same cases have are tested together."""
    values: dict[str, dict[int, tuple[float, float]]] = defaultdict(dict)
    for position, (row_a, row_b) in enumerate(pairs):
        for name in row_a.scores.keys() & row_b.scores.keys():
            values[name][position] = row_a.scores[name], row_b.scores[name]
        values["query_ms"][position] = row_a.query_ms, row_b.query_ms
    together: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for name in sorted(values):
        together[tuple(sorted(values[name]))].append(name)
    found = []
    for positions, names in together.items():
        both = np.array([[values[name][position] for name in names] for position in positions])
        tests = paired_tests(both[:, :, 1] - both[:, :, 0])
        for column, name in enumerate(names):
            mean_a, mean_b = both[:, column].mean(axis=0)
            found.append(
                Difference(
                    score=name,
                    tag=tag,
                    n=len(positions),
                    a=float(mean_a),
                    b=float(mean_b),
                    mean=float(tests.mean[column]),
                    low=float(tests.low[column]),
                    high=float(tests.high[column]),
                    p=float(tests.p[column]),
                    verdict=_verdict(name, bool(tests.shown[column]), float(tests.mean[column])),
                )
            )
    return sorted(found, key=lambda difference: difference.score)


def _verdict(score: str, shown: bool, mean: float) -> Verdict:
    if not shown:
        return "no difference shown"
    if score in NEITHER_IS_BETTER:
        return "different"
    return "better" if (mean > 0) != (score in LOWER_IS_BETTER) else "worse"
