"""How likely a line is the story's, a teaser's, or neither: a linear-chain conditional random field over `page_features`.

Its weights stand in `line_model.json`; `python -m evals.line_weights` fits them to labelled pages.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from corpus.line_features import TEASER, TOLD, Features, page_features
from corpus.page_lines import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

REACH = 2
STEPS = (0, *(step for step in range(-REACH, REACH + 1) if step))


class Chances(NamedTuple):
    """Of one line, with regard to all lines of its page; they add up to 1."""

    story: float
    teaser: float
    other: float


@dataclass(frozen=True, slots=True)
class Weights:
    """`rows[names[feature]][step]` speaks for each of the three labels of the line `STEPS[step]` further down; `follows[a][b]` for
    label b on the line below label a. The last row is of features that are not known, and says nothing."""

    names: dict[str, int]
    rows: Numbers
    follows: Numbers


@cache
def shipped() -> Weights:
    import numpy as np

    stored = json.loads(Path(__file__).with_name("line_model.json").read_text(encoding="utf-8"))
    names = {name: number for number, name in enumerate(stored["weights"])}
    rows = np.zeros((len(names) + 1, len(STEPS), 3))
    for row, told in zip(rows, stored["weights"].values(), strict=False):
        row[: len(told)] = told
    return Weights(names, rows, np.array(stored["follows"]))


def chances(lines: Sequence[Line]) -> list[Chances]:
    """Of every line. Linear in the page."""
    return weigh(page_features(lines), shipped()) if lines else []


def weigh(seen: Sequence[Features], weights: Weights) -> list[Chances]:
    """The labels' chances by the forward-backward algorithm, scaled at each line."""
    import numpy as np

    nothing = len(weights.rows) - 1
    rows: list[int] = []
    values: list[float] = []
    starts: list[int] = []
    for features in ({"edge": 1.0}, *seen):
        starts.append(len(rows))
        rows.extend(map(weights.names.get, features, repeat(nothing)))
        values.extend(features.values())
    spoken = np.add.reduceat(weights.rows[rows] * np.array(values)[:, None, None], starts)
    edge = spoken[:1].repeat(REACH, axis=0)
    spoken = np.concatenate([edge, spoken[1:], edge])
    scores = np.sum([spoken[REACH - step :][: len(seen), at] for at, step in enumerate(STEPS)], axis=0)
    speaking = np.exp(scores - scores.max(axis=1, keepdims=True)).tolist()
    for features, parts in zip(seen, speaking, strict=True):
        if TOLD in features or TEASER in features:
            parts[:] = [0.0, float(TEASER in features), float(TOLD in features)]
    follows = np.exp(weights.follows).tolist()
    above = [_scaled(speaking[0])]
    for here in speaking[1:]:
        a, b, c = above[-1]
        above.append(_scaled([(a * follows[0][k] + b * follows[1][k] + c * follows[2][k]) * here[k] for k in range(3)]))
    below = [[1.0, 1.0, 1.0]]
    for here in reversed(speaking[1:]):
        a, b, c = (here[k] * below[-1][k] for k in range(3))
        below.append(_scaled([a * row[0] + b * row[1] + c * row[2] for row in follows]))
    return [
        Chances(*_scaled([first * second for first, second in zip(one, other, strict=True)]))
        for one, other in zip(above, reversed(below), strict=True)
    ]


def _scaled(parts: list[float]) -> list[float]:
    total = sum(parts)
    return [part / total for part in parts]
