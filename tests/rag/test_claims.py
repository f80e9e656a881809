"""Figures compare by value, names letter by letter, and a sentence's opening word must stand in its source."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.claims import figures, names, negated, shared_words, unstated


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("approximately $12 billion", "12000000000", "dollar"),
        ("12 miljarder dollar", "12000000000", "dollar"),
        ("US$ 12bn", "12000000000", "dollar"),
        ("2,5 milj. kronor", "2500000", "krona"),
        ("2.5 million kronor", "2500000", "krona"),
        ("1 204 visitors", "1204", None),
        ("1\u00a0204 besökare", "1204", None),
        ("1,204 visitors", "1204", None),
        ("7.5 percent", "7.5", "%"),
        ("7,5 %", "7.5", "%"),
        ("three boats", "3", None),
        ("tre båtar", "3", None),
        ("three million", "3000000", None),
        ("February 4", "204", "date"),
        ("den 4 februari", "204", "date"),
        ("the 4th of February", "204", "date"),
        ("in May 2028", "2028", None),
        ("kl. 10.30", "10.30", None),
        ("at 10:30", "10.30", None),
        ("en 22-åring", "22", None),
    ],
)
def test_a_figure_is_read_by_value(text: str, value: str, unit: str | None) -> None:
    (figure,) = figures(text)
    assert (figure.value, figure.unit) == (Decimal(value), unit)


@given(st.integers(1_000, 999_999_999), st.sampled_from([",", " ", "\u00a0", "."]))
def test_thousands_may_be_grouped_in_any_way(number: int, separator: str) -> None:
    (grouped,) = figures(f"about {f'{number:,}'.replace(',', separator)} people")
    assert grouped.value == number


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert unstated(text, text) is None
    assert 0 <= shared_words(text, "") <= 1
    assert negated(text) in (True, False)


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("The plan costs $12 billion.", "The plan costs 12 miljarder dollar."),
        ("Horiis ord föll den 4 februari.", "Horii spoke on February 4, and the words (ord) were heard."),
        ("Iwao Horii, Japanese State Minister", "Iwao Horii, State Minister of Japan"),
        ("However, Rubio met 50 ministers.", "Marco Rubio met 50 ministers."),
        ("Borgmästaren svarade.", "The mayor, borgmästaren, answered."),
    ],
)
def test_what_the_source_states_passes(claim: str, source: str) -> None:
    assert unstated(claim, source) is None


@pytest.mark.parametrize(
    ("claim", "source", "missing"),
    [
        ("It costs $13 billion.", "It costs $12 billion.", "13 billion"),
        ("It costs $12 million.", "It costs $12 billion.", "12 million"),
        ("It costs 12 billion kronor.", "It costs $12 billion.", "kronor"),
        ("It rose 5 percent.", "It rose 5 points.", "5 percent"),
        ("It was on 4 March.", "It was on 4 February, in March.", "4 March"),
        ("The talks drew Marco Rubin.", "The talks drew Marco Rubio.", "Rubin"),
        ("Rubin met them.", "Rubio met them.", "rubin"),
        ("Elon Musk met them.", "They met.", "Elon"),
        ("The president spoke.", "The mayor spoke.", "president"),
        ("The U.S. paid.", "The EU paid.", "U.S"),
    ],
)
def test_what_the_source_does_not_state_is_named(claim: str, source: str, missing: str) -> None:
    reason = unstated(claim, source)
    assert reason is not None
    assert missing in reason


def test_names_are_capitalised_words_and_an_opening_one_only_before_another() -> None:
    assert list(names("Prices rose in Port Ellery, said Donal Reeve.")) == ["Port", "Ellery", "Donal", "Reeve"]
    assert list(names("Elon Musk left.")) == ["Elon", "Musk"]


@pytest.mark.parametrize("text", ["It did not close.", "It won't.", "Den stänger inte.", "Ingen kom.", "Never again."])
def test_negations_are_seen(text: str) -> None:
    assert negated(text)
    assert not negated("It closed, and nobodies knotted a note.")
