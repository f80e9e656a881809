"""How far a mean over cases can be trusted: bootstrap intervals and a sign-flip test, many scores at a time.

Columns are scores, rows are cases; all columns see the same resamples. Cases count as independent; questions on one
article are a little less than that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

RESAMPLES = 10_000
SEED = 20260102
LEVEL = 0.05
BLOCK = 2_000_000
"""Random numbers drawn at a time: 16 MB."""


class PairedTests(NamedTuple):
    """One number a column: the mean difference, the ends of its 95% interval, and the permutation test's p-value."""

    mean: Numbers
    low: Numbers
    high: Numbers
    p: Numbers


class Interval(NamedTuple):
    """A mean over `n` cases and both ends of its 95% interval."""

    mean: float
    low: float
    high: float
    n: int


class Table(NamedTuple):
    """Scores that the same cases have: their names, and a column each."""

    names: tuple[str, ...]
    values: Numbers


def tables(cases: Sequence[Mapping[str, float]]) -> list[Table]:
    """The scores of the cases, those together that the same cases have."""
    having: dict[str, list[int]] = defaultdict(list)
    for position, scores in enumerate(cases):
        for name in scores:
            having[name].append(position)
    together: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for name in sorted(having):
        together[tuple(having[name])].append(name)
    return [
        Table(tuple(names), np.array([[cases[position][name] for name in names] for position in positions]))
        for positions, names in together.items()
    ]


def intervals(cases: Sequence[Mapping[str, float]]) -> dict[str, Interval]:
    """Each score's mean over the cases that have it, with its interval."""
    found = {}
    for names, values in tables(cases):
        low, high = bootstrap(values)
        for column, name in enumerate(names):
            mean = float(values[:, column].mean())
            found[name] = Interval(mean, float(low[column]), float(high[column]), len(values))
    return found


def paired_tests(differences: Numbers, *, resamples: int = RESAMPLES, seed: int = SEED) -> PairedTests:
    """Tests every column of `differences`, B's scores less A's."""
    low, high = bootstrap(differences, resamples=resamples, seed=seed)
    p = sign_flip_p(differences, resamples=resamples, seed=seed + 1)
    return PairedTests(differences.mean(axis=0), low, high, p)


def bootstrap(values: Numbers, *, resamples: int = RESAMPLES, seed: int = SEED) -> tuple[Numbers, Numbers]:
    """Both ends of the 95% percentile interval of each column's mean (Efron 1979), from resamples of the cases."""
    n = len(values)
    rng = np.random.default_rng(seed)
    means = []
    for count in _blocks(resamples, n):
        drawn = rng.integers(0, n, size=(count, n)) + np.arange(count)[:, None] * n
        times_drawn = np.bincount(drawn.ravel(), minlength=count * n).reshape(count, n).astype(np.float64)
        means.append(times_drawn @ values / n)
    low, high = np.quantile(np.concatenate(means), (LEVEL / 2, 1 - LEVEL / 2), axis=0)
    return low, high


def sign_flip_p(differences: Numbers, *, resamples: int = RESAMPLES, seed: int = SEED) -> Numbers:
    """Each column's p-value of the paired permutation test: how often a mean as far from 0 comes about when each
    difference takes its sign by chance (Smucker, Allan and Carterette 2007)."""
    n, columns = differences.shape
    rng = np.random.default_rng(seed)
    reached = np.abs(differences.mean(axis=0)) - 1e-12
    extreme = np.zeros(columns)
    for count in _blocks(resamples, n):
        flips = rng.integers(0, 2, size=(count, n)) * 2.0 - 1.0
        extreme += (np.abs(flips @ differences / n) >= reached).sum(axis=0)
    return (extreme + 1) / (resamples + 1)


def _blocks(resamples: int, n: int) -> Iterator[int]:
    block = max(1, BLOCK // n)
    for done in range(0, resamples, block):
        yield min(block, resamples - done)
