"""What a sentence must hold to answer a question, as far as rules can tell."""

from __future__ import annotations

import pytest

from rag.expected import counted, holds_expected, is_negated, stood_for
from rag.question import parse_question
from rag.support import Signs, mentions, stands_in


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("Which countries did not sign the treaty?", "Norway and Iceland signed the treaty.", False),
        ("Which countries did not sign the treaty?", "Norway refused to sign the treaty.", True),
        ("Vilka partier röstade inte för budgeten?", "Moderaterna röstade för budgeten.", False),
        ("Vilka partier röstade inte för budgeten?", "Alla utom Moderaterna röstade för budgeten.", True),
        ("What does the law not prevent?", "The law prevents dumping.", False),
        ("Who said that the bridge would close?", "The bridge closes in March.", False),
        ("Who said that the bridge would close?", "The bridge closes in March, said Reeve.", True),
        ("How many pages were damaged?", "Many pages were damaged in 1743.", False),
        ("How many pages were damaged?", "Water damaged 40 pages.", True),
        ("When did the ferry start?", "The ferry started with a full deck.", False),
        ("When did the ferry start?", "The ferry started in the spring.", True),
    ],
)
def test_a_sentence_holds_what_the_question_asks_for(question: str, text: str, held: bool) -> None:
    assert holds_expected(parse_question(question), text) == held


def test_only_a_denied_verb_makes_a_question_negative() -> None:
    assert is_negated(parse_question("Why didn't the council vote?"))
    assert not is_negated(parse_question("Does it matter whether or not the council votes?"))
    assert not is_negated(parse_question("Vem leder inte bara klubben utan också laget?"))


def test_an_amount_stands_for_the_word_money() -> None:
    assert stood_for(["money", "plan"], "The plan takes about $12 billion.") == {"money"}
    assert stood_for(["pengar"], "Bron kostar 12 miljoner kronor.") == {"pengar"}
    assert stood_for(["share"], "It fell by 14 percent.") == {"share"}
    assert stood_for(["money"], "The plan takes 12 years.") == frozenset()


def test_what_is_counted_is_looked_for_inflected_and_in_compounds() -> None:
    ((word, forms),) = counted(parse_question("Hur många elever går i skolan?"))
    assert stands_in(word, forms, ["skolans", "grundskoleelever"], {"skol", "grundskoleelev"})
    assert stands_in(word, forms, ["eleverna"], {"elev"})
    assert not stands_in(word, forms, ["lärare"], {"lär"})
    assert counted(parse_question("Who counted the pupils?")) == []
    assert counted(parse_question("How many of the pupils left?")) == []


@pytest.mark.parametrize(
    ("name", "held", "there"),
    [
        ("Huguenot-colonists", {"huguenots"}, True),
        ("Amazonasregionen", {"amazonas"}, True),
        ("1970s", {"1974"}, False),
        ("1970s", {"1970"}, True),
        ("1743", {"17430"}, False),
        ("Celeron", {"bilar"}, False),
    ],
)
def test_a_name_stands_in_an_article_in_other_forms_too(name: str, held: set[str], there: bool) -> None:
    assert mentions(name, held) == there


def test_a_sentence_without_what_is_counted_supports_less() -> None:
    signs = Signs(dense=4.0, covered=0.8, partly=0.0, beside=0.0, paired=0.0, names=1, names_missing=0, uncounted=False)
    without = Signs(
        dense=4.0, covered=0.8, partly=0.0, beside=0.0, paired=0.0, names=1, names_missing=0, uncounted=True
    )
    assert signs.support(("en", "en"), True) > 0 > without.support(("en", "en"), True)
    assert signs.support(("en", "sv"), True) == without.support(("en", "sv"), True)
