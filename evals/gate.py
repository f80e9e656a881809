"""The gate: on the sample questions no score may fall below its floor, nor an error rate rise above its ceiling.

`baseline.json` holds floors, ceilings, and digests of the cases and the corpus that they were set on; other cases or another
corpus make them void. Its `seal` is a digest of all of that, so that a bound is changed by hand, in two lines of one
commit, where a reviewer sees it. Nothing in Citera writes the file. When the questions change:

    citera eval run sample --out DIR
    python -m evals.gate --propose DIR     # prints a baseline for DIR's scores
    python -m evals.gate DIR               # says which bounds DIR breaks

A proposed bound lies one standard error (half the lower half of the 95% bootstrap interval), and at least one case, from the
score: a run repeats exactly on one machine, and rounding on another can turn a close case. What Citera promises of
every answer has no such margin.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import CiteraError
from evals.errors import BaselineError
from evals.resampling import Interval, intervals
from evals.run_folder import digest_of, read_rows, read_run
from evals.score import HEADLINE, LOWER_IS_BETTER, NEITHER_IS_BETTER

BASELINE = Path(__file__).with_name("baseline.json")
PROMISED = {"citation_exact": 1.0, "quotes_verbatim": 1.0, "invented_citations": 0.0}
"""What holds of every answer, so that the bound is the promise itself."""


class Baseline(BaseModel):
    """Bounds, what they were set on, and the seal over both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dataset: str
    cases: str
    corpus: str
    floors: Mapping[str, float]
    ceilings: Mapping[str, float]
    seal: str

    @property
    def right_seal(self) -> str:
        return digest_of([self.model_dump_json(exclude={"seal"})])


def read_baseline(path: Path = BASELINE) -> Baseline:
    """The bounds that hold.

    Raises:
        BaselineError: the file is not a baseline, or a bound was changed without its seal.
    """
    try:
        baseline = Baseline.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise BaselineError(f"{path.name} is not a baseline: {error}.", "Restore it from version control.") from error
    if baseline.seal != baseline.right_seal:
        raise BaselineError(
            f"The bounds in {path.name} were changed: their seal would be {baseline.right_seal}.",
            "Restore them, or change the seal with them and say in the commit why.",
        )
    return baseline


def broken(folder: Path, baseline: Baseline) -> list[str]:
    """What a finished run breaks, a sentence a bound; nothing if it may pass.

    Raises:
        RunFolderError: the folder holds no finished run.
        BaselineError: the bounds were set on other cases or another corpus.
    """
    run = read_run(folder)
    if (run.dataset, run.cases, run.corpus) != (baseline.dataset, baseline.cases, baseline.corpus):
        raise BaselineError(
            f"The bounds were not set on what {folder} measured: cases {run.cases}, corpus {run.corpus}.",
            "If the questions were changed on purpose, see `python -m evals.gate --propose`.",
        )
    scores = intervals([row.scores for row in read_rows(folder)])
    found = []
    for name, floor in baseline.floors.items():
        if name not in scores or scores[name].mean < floor:
            found.append(f"{name} is {_mean(scores, name)}, below its floor of {floor}")
    for name, ceiling in baseline.ceilings.items():
        if name not in scores or scores[name].mean > ceiling:
            found.append(f"{name} is {_mean(scores, name)}, above its ceiling of {ceiling}")
    return found


def proposed(folder: Path) -> Baseline:
    """Bounds for the scores of a finished run, every one a little worse than the score.

    Raises:
        RunFolderError: the folder holds no finished run.
    """
    run = read_run(folder)
    scores = intervals([row.scores for row in read_rows(folder)])
    bounds = {name: _bound(name, scores[name]) for name in HEADLINE if name in scores and name not in NEITHER_IS_BETTER}
    unsealed = Baseline(
        dataset=run.dataset,
        cases=run.cases,
        corpus=run.corpus,
        floors={name: bound for name, bound in bounds.items() if name not in LOWER_IS_BETTER},
        ceilings={name: bound for name, bound in bounds.items() if name in LOWER_IS_BETTER},
        seal="",
    )
    return unsealed.model_copy(update={"seal": unsealed.right_seal})


def _bound(name: str, score: Interval) -> float:
    if name in PROMISED:
        return PROMISED[name]
    if name in LOWER_IS_BETTER:
        return round(min(1.0, score.mean + max((score.high - score.mean) / 2, 1 / score.n)), 4)
    return round(max(0.0, score.mean - max((score.mean - score.low) / 2, 1 / score.n)), 4)


def _mean(scores: Mapping[str, Interval], name: str) -> str:
    return f"{scores[name].mean:.4f}" if name in scores else "not measured"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.gate", description="Does a run keep the bounds?")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a finished run of the sample questions")
    parser.add_argument("--propose", action="store_true", help="print bounds for this run's scores instead")
    given = parser.parse_args(arguments)
    try:
        if given.propose:
            sys.stdout.write(proposed(given.folder).model_dump_json(indent=2) + "\n")
            return 0
        faults = broken(given.folder, read_baseline())
    except CiteraError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("\n".join(faults or ["Every bound is kept."]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
