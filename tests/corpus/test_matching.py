from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.matching import Normalised

alphabet = st.sampled_from(list("aAbåÅß \n\u00a0“”„\"'’–-…İ.e\u0301"))
texts = st.text(alphabet, max_size=40)


@given(texts, st.data())
def test_whatever_is_found_folds_to_what_was_sought(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    needle = text[start : data.draw(st.integers(start, len(text)))]
    wanted = Normalised.of(needle).text.strip()

    found = list(Normalised.of(text).find_all(needle))

    assert bool(found) == bool(wanted)
    for span in found:
        assert wanted in Normalised.of(span.of(text)).text
    starts = [span.start for span in found]
    assert starts == sorted(starts)


@given(texts)
def test_offsets_lead_back_to_the_character_they_came_from(text: str) -> None:
    folded = Normalised.of(text)

    assert len(folded.text) == len(folded.offsets)
    assert list(folded.offsets) == sorted(folded.offsets)
    assert folded.length == len(text)
    for character, offset in zip(folded.text, folded.offsets, strict=True):
        assert character in Normalised.of(text[offset]).text or text[offset].isspace()


@pytest.mark.parametrize(
    ("text", "needle", "found"),
    [
        ("He said “no deal” twice.", '"no deal"', "“no deal”"),
        ("a price–floor\n scheme", "price-floor scheme", "price–floor\n scheme"),
        ("Och så … tystnad", "så ... TYSTNAD", "så … tystnad"),
        ("It’s a Straße", "it's a strasse", "It’s a Straße"),
        ("in the\u00a0 same boat", "same boat", "same boat"),
    ],
)
def test_typography_case_and_space_do_not_hide_a_match(text: str, needle: str, found: str) -> None:
    assert [span.of(text) for span in Normalised.of(text).find_all(needle)] == [found]


def test_every_occurrence_is_found_even_where_they_overlap() -> None:
    assert [span.start for span in Normalised.of("nanana").find_all("nana")] == [0, 2]


@pytest.mark.parametrize("needle", ["", "  \n", "absent"])
def test_nothing_is_found_for_nothing_or_for_what_is_not_there(needle: str) -> None:
    assert list(Normalised.of("the same boat").find_all(needle)) == []


def test_other_letters_are_other_letters() -> None:
    assert list(Normalised.of("Åmål").find_all("Amal")) == []
