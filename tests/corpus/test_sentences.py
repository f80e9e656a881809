from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.sentences import sentence_spans


def sentences(text: str, language: str = "en") -> list[str]:
    return [span.of(text) for span in sentence_spans(text, language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["The pier is shut.", "It opens in May!", "Who will pay?"]),
        ("en", ["U.S. Vice President J. D. Moll spoke at 3 p.m. on Feb. 4 in Port Ansel.", "Nobody clapped."]),
        ("en", ["Gov. Tove Ansgar met Dr. Per Ruud.", "They agreed on No. 5."]),
        ("en", ["It cost $1.5 million.", "That is 2.7 percent of the budget."]),
        ("sv", ["Bryggan stängs kl. 14.30 den 5 mars.", "Den öppnar i maj."]),
        ("sv", ["Den kostar ca 2,3 milj. kronor, dvs. mer än väntat.", "Ingen klagar."]),
        ("sv", ["Det gäller bl.a. plankorna, räcket m.m. på utsidan.", "Resten är nytt."]),
        ("en", ["“It is rotten. It must go. Today.”", "So said the captain."]),
        ("en", ['"It is rotten. It must go," she said.', "Nobody clapped."]),
        pytest.param(
            *("sv", ["”Den är rutten. Den ska bort”, säger hon.", "Ingen klappar."]),
        ),
        ("sv", ["Hon säger: ”Den är rutten. Den ska bort.”", "Ingen klappar."]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(language: str, expected: list[str]) -> None:
    assert sentences(" ".join(expected), language) == expected


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_no_words_no_sentences(text: str) -> None:
    assert sentences(text) == []


def test_an_unknown_language_is_read_as_english() -> None:
    assert len(sentence_spans("It is shut. It opens in May.", None)) == 2


pieces = st.sampled_from(["Dr.", "kl.", "It", "is", "rotten.", "“", "”", '"', "!", "5", "åÅ", ",", "  ", "…", "(", ")"])


@given(st.lists(pieces, max_size=25).map(" ".join), st.sampled_from(["en", "sv"]))
def test_spans_are_in_order_and_lose_nothing_but_white_space(text: str, language: str) -> None:
    spans = sentence_spans(text, language)

    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(span.of(text) == span.of(text).strip() != "" for span in spans)
    assert "".join("".join(span.of(text) for span in spans).split()) == "".join(text.split())
