from __future__ import annotations

import pytest

from corpus import Quote
from corpus.article import Span
from evals.errors import LabelError
from evals.quotations import Label, Pair, detection, paired, parse_labelled, speakers

MARKED = "“⟦direct|Ines Falk;harbour master|The pier is rotten and must go⟧,” said harbour master Ines Falk."


def test_the_marks_are_taken_out_and_the_words_stay_where_they_are() -> None:
    labelled = parse_labelled(MARKED, "pier.quoted")

    assert labelled.article.text == "“The pier is rotten and must go,” said harbour master Ines Falk."
    (label,) = labelled.labels
    assert label.span.of(labelled.article.text) == "The pier is rotten and must go"
    assert (label.kind, label.speaker, label.role) == ("direct", "Ines Falk", "harbour master")


def test_marks_stand_inside_marks() -> None:
    text = "Falk said ⟦indirect|-|the pier was “⟦mixed|-|rotten⟧”⟧."

    labelled = parse_labelled(text, "pier.quoted")

    assert [label.span.of(labelled.article.text) for label in labelled.labels] == ["the pier was “rotten”", "rotten"]
    assert [label.speaker for label in labelled.labels] == [None, None]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("⟦direct|-|open", "never closes"),
        ("closed⟧", "not opened"),
        ("⟦sung|-|la⟧", "Write direct, mixed or indirect"),
    ],
)
def test_marks_that_do_not_add_up_are_refused(text: str, complaint: str) -> None:
    with pytest.raises(LabelError, match=complaint) as refused:
        parse_labelled(text, "pier.quoted")

    assert "pier.quoted" in str(refused.value)


def test_what_is_found_is_paired_with_what_is_labelled() -> None:
    (pair,) = paired([parse_labelled(MARKED, "pier.quoted")])

    assert pair.label is not None
    assert pair.quote is not None
    assert pair.label.span == pair.quote.span


def label(start: int, end: int, speaker: str | None, kind: str = "direct", role: str | None = None) -> Label:
    return Label(kind, speaker, role, Span(start, end))  # type: ignore[arg-type]


def quote(start: int, end: int, speaker: str | None, kind: str = "direct", role: str | None = None) -> Quote:
    return Quote(speaker, role, "said", kind, Span(start, end), Span(start, end))  # type: ignore[arg-type]


def test_detection_counts_misses_false_finds_and_wrong_kinds() -> None:
    pairs = [
        Pair("a", label(0, 10, None), quote(0, 10, None)),
        Pair("a", label(20, 30, None), quote(20, 29, None)),
        Pair("a", label(40, 50, None), None),
        Pair("a", label(60, 70, None), quote(60, 70, None, "mixed")),
        Pair("a", None, quote(80, 90, None)),
    ]

    direct, marked = detection(pairs, ["direct"]), detection(pairs, ["direct", "mixed"])

    assert (direct.found, direct.labelled, direct.matched, direct.exact) == (3, 4, 2, 1)
    assert direct.f1 == pytest.approx(4 / 7)
    assert (marked.precision, marked.recall) == (3 / 4, 3 / 4)


@pytest.mark.parametrize(
    ("labelled", "found", "outcome"),
    [
        ("Ines Falk", "Ines Falk", (1, 0, 0, 1)),
        ("Ines Falk", "Falk", (1, 0, 0, 0)),
        ("Ines Falk", "Olle Falk", (0, 1, 0, 0)),
        ("Ines Falk", "Olle Berg", (0, 1, 0, 0)),
        ("Ines Falk", None, (0, 0, 1, 0)),
        (None, None, (1, 0, 0, 1)),
        (None, "Ines Falk", (0, 1, 0, 0)),
    ],
)
def test_a_speaker_is_right_wrong_or_left_open(
    labelled: str | None, found: str | None, outcome: tuple[int, ...]
) -> None:
    said = speakers([Pair("a", label(0, 10, labelled), quote(0, 10, found))])

    assert (said.right, said.wrong, said.silent, said.full) == outcome


def test_offices_are_counted_where_they_are_labelled() -> None:
    said = speakers(
        [
            Pair("a", label(0, 9, "Ines Falk", role="master"), quote(0, 9, "Ines Falk", role="harbour Master")),
            Pair("a", label(20, 29, "Ines Falk", role="master"), quote(20, 29, "Ines Falk")),
            Pair("a", label(40, 49, "Ines Falk"), quote(40, 49, "Ines Falk", role="master")),
        ]
    )

    assert (said.same_role, said.roles) == (1, 2)
