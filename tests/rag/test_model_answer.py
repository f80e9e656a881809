"""A model's text comes out as plain sentences with the passages they cite, however it is cut up on its way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Span
from corpus.sentences import sentence_spans
from rag import model_answer
from rag.model_answer import MAX_CHARACTERS, MAX_SENTENCES, Written, written_sentences

SHAPES = {
    "Horii said it. [1] Then Rubio spoke [2, 3]. It ended.": [
        ("Horii said it.", "1"),
        ("Then Rubio spoke.", "2", "3"),
        ("It ended.",),
    ],
    "Horii said it. [bkd] Then Rubio spoke [fgh, bkd] 【zxw】. The [BBC] ended [Passage kkm]. It began. (id fgh)": [
        ("Horii said it.", "bkd"),
        ("Then Rubio spoke.", "fgh", "bkd", "zxw"),
        ("The BBC ended.", "kkm"),
        ("It began.", "fgh"),
    ],
    "[bkd] Horii said it. [fgh] Then Rubio spoke.": [("Horii said it.", "bkd"), ("Then Rubio spoke.", "fgh")],
    "[1] Horii said it. [2] Then Rubio spoke.": [("Horii said it.", "1"), ("Then Rubio spoke.", "2")],
    "It ended 【2†source】. It began (passage 1).": [("It ended.", "2"), ("It began.", "1")],
    "It ended [1][2]. It began [Passage 3].": [("It ended.", "1", "2"), ("It began.", "3")],
    "He is old (41) and it was hot (2024) [1].": [("He is old (41) and it was hot (2024).", "1")],
    "- **One** thing [1]\n2. Another *thing* [2]\n# Heading": [
        ("One thing", "1"),
        ("Another thing", "2"),
        ("Heading",),
    ],
    "```\nIt is `code` [1].\n```": [("It is code.", "1")],
    'He said: "We are here. We stay." [1] She left.': [('He said: "We are here. We stay."', "1"), ("She left.",)],
    "Mr. Vance left the U.S. Senate [4]. It rained.": [("Mr. Vance left the U.S. Senate.", "4"), ("It rained.",)],
    "It ended ![seen](https://evil.example/?q=secret) [1].": [("It ended.", "1")],
    "It ended, see [this page](https://evil.example/?q=secret) [1].": [("It ended, see this page.", "1")],
    "It ended <img src=https://evil.example/x> <https://evil.example> at https://evil.example/y [1].": [
        ("It ended at.", "1")
    ],
    "It ended [here][a].\n[a]: https://evil.example/z": [("It ended here.",), ("a:",)],
    "It \u202een\u200bd\x00ed [1].": [("It ended.", "1")],
    "It ended <im<b>g src=//evil.example/a> now, //evil.example/a me@evil.example [1].": [
        ("It ended img src= now,.", "1")
    ],
    "It ended. [12] It began. (passage 3) It was [Passages 4, 5]. Done. [source 6]": [
        ("It ended.", "12"),
        ("It began.", "3"),
        ("It was.", "4", "5"),
        ("Done.", "6"),
    ],
    "<think>\nIt never ended [3]. <b>\n</think>\n\nIt ended [1].": [("It ended.", "1")],
    " <think></think>It ended. It began.": [("It ended.",), ("It began.",)],
    "<think>It never ended.": [],
    "<thin ice> It ended.": [("It ended.",)],
    "": [],
    "\n\n[1]\n": [],
}


def sentences(pieces: list[str]) -> list[Written]:
    return list(written_sentences(pieces, "en"))


@pytest.mark.parametrize("text", SHAPES)
@given(data=st.data())
def test_sentences_and_markers_are_the_same_however_the_text_is_cut(text: str, data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=20).map(sorted))
    pieces = [text[start:end] for start, end in pairwise([0, *cuts, len(text)])]
    assert sentences(pieces) == [Written(words, tuple(markers)) for words, *markers in SHAPES[text]]


def test_a_sentence_is_given_as_soon_as_the_next_one_has_begun() -> None:
    given_at = []
    taken: list[str] = []

    def pieces() -> Iterator[str]:
        for piece in ["It is", " over. ", "[1", "] And", " then it", " rained. [2]"]:
            taken.append(piece)
            yield piece

    for sentence in written_sentences(pieces(), "en"):
        given_at.append((sentence.text, len(taken)))
    assert given_at == [("It is over.", 4), ("And then it rained.", 6)]


def test_a_model_that_does_not_stop_is_stopped() -> None:
    endless = ("It goes on. " for _ in iter(int, 1))
    assert len(list(written_sentences(endless, "en"))) == MAX_SENTENCES
    taken = []

    def flood() -> Iterator[str]:
        while True:
            taken.append("x" * 100)
            yield taken[-1]

    assert list(written_sentences(flood(), "en")) == []
    assert sum(map(len, taken)) <= MAX_CHARACTERS + 100


UNITS = "a|a |Mr. |A. |[|【1|(|“|`[1]`|![|[x](|<|<b|a@|//|1.2|. [1|<think>".split("|")


@pytest.mark.parametrize("unit", UNITS)
def test_no_text_is_looked_at_more_often_than_it_has_full_stops(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[int] = []

    def counted(text: str, language: str) -> list[Span]:
        looked_at.append(len(text))
        return sentence_spans(text, language)

    monkeypatch.setattr(model_answer, "sentence_spans", counted)
    text = unit * (100_000 // len(unit))
    list(written_sentences(text, "en"))
    assert sum(looked_at) <= 1_000 * MAX_CHARACTERS // len(unit) * unit.count(".") + 2 * MAX_CHARACTERS


def test_half_characters_become_whole_ones() -> None:
    assert sentences(["It ended \ud800 [1]."]) == [Written("It ended?.", ("1",))]


@given(st.text(alphabet=st.sampled_from(list("[]()【】!<>\"'`*_#-1 a.\n:/")), max_size=400))
def test_no_text_breaks_the_reading_and_no_bracket_survives(text: str) -> None:
    for sentence in written_sentences([text], "en"):
        assert "[" not in sentence.text
        assert "\n" not in sentence.text
