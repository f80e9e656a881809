"""What the lines of a page are told apart by, and how the weights are found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.line_features import page_features
from corpus.line_model import chances, shipped, weigh
from corpus.page import Page, told_beforehand
from corpus.page_lines import Line, read_lines
from evals.line_weights import Example, examples, fitted, told_lines
from evals.page_cleaning import LabelledPage

STORY = (
    "The pool in Norrvik closes on Monday because the roof leaks over the large basin, the council said on Friday.",
    "The swimming school moves to Solvik, and the pool opens again in August, when the roof has been mended.",
)
PAGE = LabelledPage(
    "01_en_pool",
    (
        ("D", "Log in"),
        ("T", "Norrvik pool to close on Monday"),
        ("M", "By Anna Berg"),
        ("-", ""),
        ("B", STORY[0]),
        ("D", "Advertisement"),
        ("B", STORY[1]),
        ("-", ""),
        ("D", "Related articles"),
        ("R", "Dog wins prize at a country fair in Holm"),
    ),
    "Norrvik pool to close on Monday",
    None,
)


def read(text: str) -> list[Line]:
    lines = read_lines(text)
    told_beforehand(lines, Page())
    return lines


@given(
    st.lists(
        st.sampled_from([text for _, text in PAGE.lines if text] + ["•", "–", "1.", "x y", "Bild genererad av AI"])
    )
)
def test_each_line_has_chances_that_add_up(texts: list[str]) -> None:
    lines = read("\n".join(texts))

    told = chances(lines)

    assert len(told) == len(lines)
    assert all(sum(chance) == pytest.approx(1) and min(chance) >= 0 for chance in told)


def test_a_line_with_a_rule_is_no_part_of_the_story_and_paragraphs_are() -> None:
    lines = read(PAGE.text)

    told = dict(zip([line.text for line in lines], chances(lines), strict=True))

    assert all(told[line.text].story == 0 for line in lines if not line.kept)
    assert min(told[paragraph].story for paragraph in STORY) > 0.75
    assert told["Dog wins prize at a country fair in Holm"].teaser > 0.5


def test_no_feature_is_a_word_of_the_page() -> None:
    seen = {name for features in page_features(read(PAGE.text)) for name in features}

    assert not {name for name in seen if "norrvik" in name.casefold() or "basin" in name}
    assert len(seen & shipped().names.keys()) > len(seen) / 2


def test_labels_follow_lines_that_were_joined() -> None:
    wrapped = (
        "The pool in Norrvik closes on Monday because the roof leaks over",
        "the large basin, the council said on Friday to all of them.",
    )
    body = [("B", text) for text in wrapped]
    page = LabelledPage("p", (*PAGE.lines[:4], *body, ("-", ""), ("D", "Share")), "t", None)

    assert [(line.text, label) for line, label in told_lines(page)][-2:] == [(" ".join(wrapped), "B"), ("Share", "D")]


def test_weights_are_fitted_to_what_lines_may_be() -> None:
    long, short = {"line": 1.0, "long": 1.0}, {"line": 1.0, "short": 1.0}
    found = [Example([long, short, long], [(1, 0, 0), (0, 1, 1), (1, 1, 1)], 1.0)] * 25

    told = weigh([long, short, long], fitted(found))

    assert [int(np.argmax(chance)) == 0 for chance in told] == [True, False, True]
    assert told[1].teaser == pytest.approx(told[1].other, abs=0.01)


def test_pages_are_read_again_in_other_shapes() -> None:
    other = LabelledPage("02_en_pool", PAGE.lines, PAGE.title, None)

    found = examples([PAGE, other])

    assert len(found) == 10
    assert {len(page.seen) for page in found} >= {8, 3}
