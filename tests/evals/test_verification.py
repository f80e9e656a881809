"""What verification catches and what it wrongly removes, held to what it has reached. The blind half was written by somebody who had not
read the rules; half of it was never looked at while they were made."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from evals.verification import Outcome, measure, table
from rag import Settings


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> list[Outcome]:
    return measure(Settings(home=tmp_path_factory.mktemp("verified"), cache=cache))


def wrong(found: list[Outcome], half: str, *, honest: bool, hard: bool = True) -> list[str]:
    return [
        one.output.text
        for one in found
        if not one.right and (one.output.half, one.output.honest, one.output.hard) == (half, honest, hard)
    ]


@pytest.mark.slow
def test_there_are_as_many_outputs_as_the_table_says(found: list[Outcome]) -> None:
    of = Counter((one.output.honest, one.output.half.split(",")[0]) for one in found)
    assert of[False, "own"] >= 160
    assert of[True, "own"] >= 150
    assert (of[False, "blind"], of[True, "blind"]) == (160, 160)
    reworded = {"paraphrase", "translation", "reformatted", "indirect"}
    assert sum(one.output.honest and one.output.kind in reworded for one in found) >= 100
    assert table(found).count("\n") > 50


@pytest.mark.slow
@pytest.mark.parametrize(
    ("half", "most"), [("own", 0), ("blind, seen", 1), ("blind, kept", 3), ("blind 2, seen", 5), ("blind 2, kept", 7)]
)
def test_hard_lies_do_not_reach_a_reader(found: list[Outcome], half: str, most: int) -> None:
    assert len(lies := wrong(found, half, honest=False)) <= most, lies


@pytest.mark.slow
@pytest.mark.parametrize(
    ("half", "most"), [("own", 7), ("blind, seen", 3), ("blind, kept", 10), ("blind 2, seen", 8), ("blind 2, kept", 8)]
)
def test_few_soft_lies_reach_a_reader(found: list[Outcome], half: str, most: int) -> None:
    assert len(lies := wrong(found, half, honest=False, hard=False)) <= most, lies


@pytest.mark.slow
@pytest.mark.parametrize(
    ("half", "most"),
    [("own", 4), ("blind, seen", 6), ("blind, kept", 10), ("blind 2, seen", 11), ("blind 2, kept", 17)],
)
def test_honest_outputs_are_released(found: list[Outcome], half: str, most: int) -> None:
    assert len(removed := wrong(found, half, honest=True)) <= most, removed
