"""What a foreign system says, put into our form: places, statements, refusals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.article import Article, Span
from evals.cases import Case
from evals.systems.replies import Reader, SystemReply, is_refusal, statements

TEXT = "The ferry\nsails at 04.00.  “It is late,” said Åkerö. The ferry sails at 04.00."
CASE = Case("q", "When does it sail?", "en", answerable=True)


def spans(article: str, passage: dict[str, Any]) -> list[Span]:
    reader = Reader({"a": Article("a", article, (), "a")}, "other", "s")
    reply = SystemReply.model_validate({"passages": [{"article_id": "a"} | passage]})
    return [place.span for place in reader.found(reply)]


@pytest.mark.parametrize(
    ("passage", "found"),
    [
        ({"text": "The ferry sails"}, "The ferry sails"),  # its second place: there the words stand as they are given
        ({"text": "the ferry  sails at"}, "The ferry\nsails at"),
        ({"text": '"It is late," said'}, "“It is late,” said"),
        ({"start": 4, "end": 9}, "ferry"),
        ({"start": 4, "end": 9, "text": "Åkerö"}, "Åkerö"),  # words that do not stand there are looked for
        ({"start": 4, "end": 9_999, "text": "Åkerö"}, "Åkerö"),
        ({"start": 4, "end": 9_999}, ""),
        ({"text": "The train"}, ""),
        ({"text": "  "}, ""),
        ({}, ""),
    ],
)
def test_where_a_passage_stands(passage: dict[str, Any], found: str) -> None:
    assert [span.of(TEXT) for span in spans(TEXT, passage)] == [found]


@given(st.text(min_size=1), st.data())
@example("ÅÅ ß", None)
def test_words_of_an_article_are_found_as_they_stand(text: str, data: Any) -> None:
    start = 0 if data is None else data.draw(st.integers(0, len(text) - 1))
    end = len(text) if data is None else data.draw(st.integers(start + 1, len(text)))
    words = text[start:end]
    (span,) = spans(text, {"text": words})

    assert span.of(text) == (words if words.strip() else "")


def test_an_unknown_article_is_a_place_of_no_length() -> None:
    reader = Reader({}, "other", "s")
    reply = SystemReply.model_validate({"passages": [{"article_id": "b", "start": 1, "end": 3}]})

    assert [(place.article_id, len(place.span)) for place in reader.found(reply)] == [("b", 0)]


def test_citations_quote_the_article_or_what_was_claimed() -> None:
    reader = Reader({"a": Article("a", TEXT, (), "a", title="Ferries")}, "other", "s")
    claimed = [
        {"article_id": "a", "quote": "THE FERRY SAILS"},
        {"article_id": "a", "quote": "the train"},
        {"article_id": "b", "quote": "the bus", "marker": 9},
        {"marker": 4},
    ]
    said = SystemReply.model_validate({"text": "At four [1].", "citations": claimed})
    citations = reader.answer(CASE, said, ())["citations"]

    assert [(each["marker"], each["quote"], each["title"]) for each in citations] == [
        (1, "The ferry\nsails", "Ferries"),
        (2, "the train", "Ferries"),
        (9, "the bus", None),
        (4, "", None),
    ]
    assert [(each["start"], each["end"]) for each in citations[1:]] == [(0, 0)] * 3


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("It sails [1] at four [2]. Or not [1, 3].", ["It sails at four. [1] [2]", "Or not. [1] [3]"]),
        ("It sails. [2] Or not.", ["It sails. [2]", "Or not."]),
        ("It sails【3】.\n\n[Source 2] Or not", ["It sails. [3]", "Or not [2]"]),
        ("[1]", []),
        ("In [brackets] it says 1912", ["In [brackets] it says 1912"]),
        ("", []),
    ],
)
def test_markers_stand_after_their_statement(text: str, lines: list[str]) -> None:
    assert list(statements(text, "en")) == lines


@pytest.mark.parametrize(
    ("text", "refuses"),
    [
        ("", True),
        ("I don’t know.", True),
        ("The sources do not mention it [1]. They speak of ferries.", True),
        ("Tyvärr framgår det inte av texten.", True),
        ("Empty Response", True),
        ("It sails at four. The rest is not mentioned in the text.", False),
        ("Han vet inte när färjan går.", False),
    ],
)
def test_refusals_are_known_by_their_first_sentence(text: str, refuses: bool) -> None:
    assert is_refusal(text) is refuses


def test_what_a_system_says_of_itself_counts_for_more_than_phrases() -> None:
    reader = Reader({}, "other", "s")

    assert reader.answer(CASE, SystemReply(text="I don't know, he said.", refused=False), ())["refused"] is False
    assert reader.answer(CASE, SystemReply(text="At four.", refused=True), ())["refusal_reason"] == "declined"
