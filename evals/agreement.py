"""How far a judge agrees with people: accuracy, and Cohen's kappa, which takes off the agreement that chance gives."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict


class Agreement(BaseModel):
    """Agreement on `n` answers, with the ends of 95% bootstrap intervals over them.

    `kappa` is None where it is not defined: where both gave every answer the same label. `without` more were labelled,
    and the judge gave no verdict on them.
    """

    model_config = ConfigDict(frozen=True)

    n: int
    without: int
    accuracy: float
    accuracy_low: float
    accuracy_high: float
    kappa: float | None
    kappa_low: float | None
    kappa_high: float | None

    @property
    def said(self) -> str:
        """In a sentence."""
        accuracy = f"{self.accuracy:.2f} ({self.accuracy_low:.2f}–{self.accuracy_high:.2f})"
        kappa = (
            "not defined" if self.kappa is None else f"{self.kappa:.2f} ({self.kappa_low:.2f}–{self.kappa_high:.2f})"
        )
        left_out = f", {self.without} without a verdict left out" if self.without else ""
        return f"agrees with people on {accuracy} of {self.n} answers{left_out}, Cohen's kappa {kappa}"


def agreement(pairs: Sequence[tuple[bool, bool]], without: int = 0) -> Agreement:
    """From at least one (people's label, judge's verdict); a resample without a kappa is left out of its interval."""
    import numpy as np

    from evals.resampling import LEVEL, RESAMPLES, SEED, Numbers

    def accuracy_and_kappa(counts: Numbers) -> tuple[Numbers, Numbers]:
        both_no, only_judge, only_people, both_yes = counts.T / len(pairs)
        agreed = both_no + both_yes
        people, judge = only_people + both_yes, only_judge + both_yes
        by_chance = people * judge + (1 - people) * (1 - judge)
        with np.errstate(invalid="ignore"):
            return agreed, np.where(by_chance < 1 - 1e-12, (agreed - by_chance) / (1 - by_chance), np.nan)

    cells = np.bincount([2 * people + judge for people, judge in pairs], minlength=4)
    accuracy, kappa = accuracy_and_kappa(cells[None, :].astype(np.float64))
    drawn = np.random.default_rng(SEED).multinomial(len(pairs), cells / len(pairs), size=RESAMPLES)
    accuracies, kappas = accuracy_and_kappa(drawn.astype(np.float64))
    ends = (LEVEL / 2, 1 - LEVEL / 2)
    low, high = np.quantile(accuracies, ends)
    defined = not np.isnan(kappa[0])
    kappa_low, kappa_high = np.nanquantile(kappas, ends) if defined else (None, None)
    return Agreement(
        n=len(pairs),
        without=without,
        accuracy=float(accuracy[0]),
        accuracy_low=float(low),
        accuracy_high=float(high),
        kappa=float(kappa[0]) if defined else None,
        kappa_low=kappa_low,
        kappa_high=kappa_high,
    )
