"""Who said what in whole articles: the labelled ones of `quotations/`, scored as `evals.quotations` scores them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.quotations import LabelledArticle, Pair, detection, paired, read_labelled, speakers

LABELLED = Path(__file__).parent / "quotations"
HALVES = [folder for folder in (LABELLED / "dev", LABELLED / "frozen") if folder.is_dir()]


@pytest.fixture(scope="module", params=HALVES, ids=lambda folder: folder.name)
def half(request: pytest.FixtureRequest) -> list[LabelledArticle]:
    return read_labelled(request.param)


@pytest.fixture(scope="module")
def pairs(half: list[LabelledArticle]) -> Sequence[Pair]:
    return paired(half)


def test_there_are_enough_labels_in_both_languages(half: list[LabelledArticle]) -> None:
    assert {one.article.language for one in half} == {"en", "sv"}
    assert sum(len(one.labels) for one in half) >= 75


def test_direct_quotations_are_found(pairs: Sequence[Pair]) -> None:
    assert detection(pairs, ["direct"]).f1 >= 0.97


def test_marked_quotations_of_either_kind_are_found(pairs: Sequence[Pair]) -> None:
    found = detection(pairs, ["direct", "mixed"])

    assert found.f1 >= 0.95
    assert found.exact / found.matched >= 0.9


def test_the_speaker_is_right_or_left_open(pairs: Sequence[Pair]) -> None:
    named = speakers(pairs, ["direct", "mixed"])

    assert named.share(named.right) >= 0.95
    assert named.share(named.wrong) <= 0.01
    assert named.full / named.right >= 0.95


def test_the_office_is_the_one_that_the_article_gives(pairs: Sequence[Pair]) -> None:
    named = speakers(pairs, ["direct", "mixed"])

    assert named.same_role / named.roles >= 0.9


def test_reported_speech_is_mostly_found_and_never_put_in_the_wrong_mouth(pairs: Sequence[Pair]) -> None:
    found, named = detection(pairs, ["indirect"]), speakers(pairs, ["indirect"])

    assert found.precision >= 0.75
    assert named.wrong == 0
