"""What tells that a sentence answers."""

from __future__ import annotations

import pytest

from index.lexical import content_stems
from rag.sentence_score import WEIGHTS, Signals, Words, beside, paired, partly
from rag.support import mentions


def asked(text: str) -> list[tuple[str, frozenset[str], float]]:
    return [(word, forms, 1.0) for word, forms in content_stems(text)]


def test_a_part_of_a_compound_counts_where_the_word_itself_is_absent() -> None:
    wanted = asked("Hur högt är vattenståndet i sjön?")
    assert partly(wanted, Words("Sjön har lågt vatten.", "sv")) == pytest.approx(1 / len(wanted))
    assert partly(wanted, Words("Tåget är sent.", "sv")) == 0


def test_a_neighbour_adds_only_what_the_sentence_lacks() -> None:
    wanted = asked("Which harbour closes?")
    sentences = [Words(text, "en") for text in ("The harbour is old.", "It closes at six.", "The harbour closes.")]
    assert [beside(wanted, sentences, place) for place in range(3)] == [0.5, 0.5, 0.0]
    assert beside(wanted, sentences[:1], 0) == 0


def test_words_that_stand_together_are_told_from_words_apart() -> None:
    wanted = asked("the northern ferry")
    assert paired(wanted, Words("A northern night ferry sails.", "en")) == 1
    assert paired(wanted, Words("A northern wind met the crowded ferry.", "en")) == 0


def test_every_signal_speaks_for_a_sentence() -> None:
    nothing = Signals(0, 0, 0, 0, 0, 0)
    assert nothing.score == 0
    assert all(nothing._replace(**{name: 1.0}).score == weight > 0 for name, weight in WEIGHTS._asdict().items())


@pytest.mark.parametrize(("name", "text"), [("U.S", "the U.S. navy"), ("US", "the U.S. navy"), ("U.S.", "the US navy")])
def test_initials_stand_with_and_without_their_points(name: str, text: str) -> None:
    assert mentions(name, Words(text, "en").held)
    assert not mentions(name, Words("the navy of Sweden", "en").held)
