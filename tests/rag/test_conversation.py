"""Follow-ups become questions that stand alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.conversation import LONGEST, Turn, read_follow_up, standalone_question


def history(*questions: str) -> list[Turn]:
    return [turn for question in questions for turn in (Turn("user", question), Turn("assistant", "Vance: “No.” [1]"))]


HORII, SWEDISH = ("what did Horii say?",), ("Vad sa Horii?",)


@pytest.mark.parametrize(
    ("follow_up", "earlier", "standalone"),
    [
        ("and Rubio?", HORII, "what did Rubio say?"),
        ("And the mayor?", HORII, "what did the mayor say?"),
        ("what about Rubio?", HORII, "what did Rubio say?"),
        ("and the mayor of Almviken?", HORII, "what did the mayor of Almviken say?"),
        ("but what about Rubio?", HORII, "what did Rubio say?"),
        ("och Rubio?", SWEDISH, "Vad sa Rubio?"),
        ("Och vad sa Rubio?", SWEDISH, "Vad sa Rubio?"),
        ("and Rubio?", ("What did Horii say about Taiwan?",), "What did Rubio say about Taiwan?"),
        ("what did he say about Taiwan?", HORII, "what did Horii say about Taiwan?"),
        ("Vad sa han om Kina?", SWEDISH, "Vad sa Horii om Kina?"),
        ("Where does she live?", ("How did Strand defend the budget?",), "Where does Strand live?"),
        ("How much does the ferry cost?", HORII, "How much does the ferry cost?"),
        ("and Rubio?", ("Who won the cup?",), "and Rubio?"),
        ("and Rubio?", (), "and Rubio?"),
        ("what did Vance say?", ("what did Horii say?", "who won?"), "what did Vance say?"),
        ("and Vance?", ("what did Horii say?", "and Rubio?"), "what did Vance say?"),
        ("and what did Rubio say?", HORII, "what did Rubio say?"),
        ("and about rare earths?", HORII, "what did Horii say about rare earths?"),
        ("och om Kina?", SWEDISH, "Vad sa Horii om Kina?"),
        ("but why?", HORII, "why did Horii say that?"),
        ("men Rubio då?", SWEDISH, "Vad sa Rubio?"),
    ],
)
def test_a_follow_up_stands_alone(follow_up: str, earlier: tuple[str, ...], standalone: str) -> None:
    assert standalone_question(follow_up, history(*earlier)) == standalone


@pytest.mark.parametrize(
    ("follow_up", "earlier", "standalone"),
    [
        ("and did he mention China?", HORII, "did Horii mention China?"),
        ("and is the ferry late?", HORII, "is the ferry late?"),
        ("och har han nämnt Kina?", SWEDISH, "har Horii nämnt Kina?"),
        ("and in Washington?", HORII, "what did Horii say in Washington?"),
    ],
)
def test_a_follow_up_that_names_nobody_is_not_taken_for_a_name(
    follow_up: str, earlier: tuple[str, ...], standalone: str
) -> None:
    alone = standalone_question(follow_up, history(*earlier))
    assert alone.removeprefix("and ").removeprefix("och ") == standalone


BRIDGE = (
    "What did Rosa Lind say about the bridge?",
    "Rosa Lind, mayor of Vik: “We will build it” (Vik Post, 3 March 2026) [1]",
)
BRON = ("Vad sa Rosa Lind om bron?", BRIDGE[1])
COST = ("How much will the bridge in Vik cost?", "Vik pays 40 million kronor for it, said mayor Rosa Lind. [1]")
KOSTAR = ("Hur mycket kostar bron i Vik?", "Vik betalar 40 miljoner kronor, sade borgmästare Rosa Lind. [1]")
OFFICE = ("Who is the mayor of Vik?", "“It is a good day,” said mayor Rosa Lind. [1]")
FLOOD = ("What caused the flood in Vik?", "A fallen beech lay across the weir. [1]")
SHIP = ("Which ship will run between Vik and Holm?", "The Petrel, with 22 cars. [1]")


@pytest.mark.parametrize(
    ("told", "follow_up", "standalone"),
    [
        (BRIDGE, "and Berg?", "What did Berg say about the bridge?"),
        (BRIDGE, "and the bishop?", "What did the bishop say about the bridge?"),
        (BRIDGE, "the bishop?", "What did the bishop say about the bridge?"),
        (BRIDGE, "and the tunnel?", "what did Rosa Lind say about the tunnel?"),
        (BRIDGE, "and in Sweden?", "what did Rosa Lind say in Sweden?"),
        (BRIDGE, "and yesterday?", "What did Rosa Lind say about the bridge yesterday?"),
        (BRIDGE, "and in January?", "What did Rosa Lind say about the bridge in January?"),
        (BRIDGE, "no, I meant Berg", "What did Berg say about the bridge?"),
        (BRIDGE, "not her, Berg", "What did Berg say about the bridge?"),
        (BRIDGE, "when was that?", "when did Rosa Lind say that about the bridge?"),
        (BRIDGE, "what else?", "what else did Rosa Lind say about the bridge?"),
        (BRIDGE, "who said that?", "who said “We will build it”?"),
        (BRIDGE, "how long is her mandate?", "how long is Rosa Lind's mandate?"),
        (BRIDGE, "and what did Berg say about it?", "what did Berg say about the bridge?"),
        (BRIDGE, "what did the critics say?", "what did the critics say about the bridge?"),
        (BRIDGE, "how much does it cost?", "how much does the bridge cost (Rosa Lind)?"),
        (BRON, "och Berg då?", "Vad sa Berg om bron?"),
        (BRON, "och i Sverige?", "Vad sa Rosa Lind i Sverige?"),
        (BRON, "i går då?", "Vad sa Rosa Lind om bron i går?"),
        (BRON, "vad sa hon mer?", "vad sa Rosa Lind mer?"),
        (BRON, "mer?", "Vad sa Rosa Lind mer om bron?"),
        (BRON, "varför då?", "varför sa Rosa Lind det om bron?"),
        (BRON, "nej, jag menade biskopen", "Vad sa biskopen om bron?"),
        (BRON, "vad kostar den?", "vad kostar bron (Rosa Lind)?"),
        (BRON, "vad heter hennes man?", "vad heter Rosa Linds man?"),
        (COST, "when will it open?", "when will the bridge in Vik open?"),
        (COST, "and in Lund?", "How much will the bridge in Lund cost?"),
        (COST, "and Lund?", "How much will the bridge in Lund cost?"),
        (COST, "and the length?", "how much is the length (the bridge in Vik)?"),
        (COST, "is that more than last year?", "is that more than last year (the bridge in Vik)?"),
        (COST, "and in 2024?", "How much will the bridge in Vik cost in 2024?"),
        (COST, "what did she say about that?", "what did Rosa Lind say about the bridge in Vik?"),
        (COST, "tell me more", "What is happening with the bridge in Vik?"),
        (KOSTAR, "när öppnar den?", "när öppnar bron i Vik?"),
        (KOSTAR, "vem betalar?", "vem betalar (bron i Vik)?"),
        (KOSTAR, "och i år?", "Hur mycket kostar bron i Vik i år?"),
        (KOSTAR, "är det mer än i fjol?", "är det mer än i fjol (bron i Vik)?"),
        (OFFICE, "what did she say?", "what did Rosa Lind say?"),
        (OFFICE, "since when?", "since when is Rosa Lind the mayor of Vik?"),
        (OFFICE, "and of Lund?", "Who is the mayor of Lund?"),
        (FLOOD, "was anybody hurt?", "was anybody hurt (the flood in Vik)?"),
        (FLOOD, "when was that?", "when was that, what caused the flood in Vik?"),
        (FLOOD, "what did the hydrologist say?", "what did the hydrologist say about the flood in Vik?"),
        (COST, "thanks! and when will it open?", "when will the bridge in Vik open?"),
        (COST, "no, I meant when it will open", "when the bridge in Vik will open?"),
        (KOSTAR, "tack. när öppnar den?", "när öppnar bron i Vik?"),
        (BRIDGE, "and the bishop, is he convinced?", "the bishop, is he convinced (the bridge, Rosa Lind)?"),
        (BRIDGE, "how long is the bridge?", "how long is the bridge (Rosa Lind)?"),
        (BRIDGE, "is it true that the bridge is old?", "is it true that the bridge is old (Rosa Lind)?"),
        (FLOOD, "was the flood forecast?", "was the flood forecast (Vik)?"),
        (("What did the mayor say?", BRIDGE[1]), "how old is she?", "how old is Rosa Lind?"),
        (SHIP, "how many cars can it take?", "how many cars can the ship take (Vik and Holm)?"),
    ],
)
def test_it_is_asked_in_full(told: tuple[str, str], follow_up: str, standalone: str) -> None:
    asked, answered = told
    reading = read_follow_up(follow_up, [Turn("user", asked), Turn("assistant", answered)])
    assert (reading.text, reading.leans) == (standalone, True)


@pytest.mark.parametrize("told", [BRIDGE, BRON, COST, KOSTAR, OFFICE, FLOOD])
@pytest.mark.parametrize(
    "question",
    [
        *(
            "thanks!",
            "tack så mycket",
            "hello",
            "ok",
            "really?",
            "är du säker?",
            "in Swedish please",
            "på engelska tack",
        ),
        *("Who won the 2022 World Cup?", "Vad sa Ulf Kristersson om Nato?", "What did Berg say about her husband?"),
        *("When does the library in Lund open?", "Hur många invånare har Lund?"),
    ],
)
def test_what_leans_on_nothing_stays_as_it_is(told: tuple[str, str], question: str) -> None:
    asked, answered = told
    reading = read_follow_up(question, [Turn("user", asked), Turn("assistant", answered)])
    assert (reading.text, reading.leans) == (question, False)


def test_what_nobody_spoke_of_is_not_tied_to_a_speaker() -> None:
    turns = [Turn("user", BRIDGE[0]), Turn("assistant", BRIDGE[1])]
    assert standalone_question("When does the library open?", turns) == "When does the library open?"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("by the way, who won the election?", "who won the election?"),
        ("något helt annat: hur många bor på ön?", "hur många bor på ön?"),
    ],
)
def test_another_topic_begins_anew(question: str, asked: str) -> None:
    reading = read_follow_up(question, history(COST[0]))
    assert (reading.text, reading.leans) == (asked, False)


def test_thanks_in_between_change_nothing() -> None:
    thanked = [Turn("user", COST[0]), Turn("assistant", COST[1]), Turn("user", "thanks!"), Turn("assistant", "…")]
    assert standalone_question("when will it open?", thanked) == "when will the bridge in Vik open?"


def test_who_says_more_says_it_all() -> None:
    long = "and what does it cost " + "to cross the bridge " * 20
    assert len(long) > LONGEST
    assert standalone_question(long, history(COST[0])) == long


@settings(deadline=None)  # the first text whose language is in doubt loads a model
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_words_can_follow_any(asked: str, answered: str, question: str) -> None:
    turns = [Turn("user", asked), Turn("assistant", answered)]
    reading = read_follow_up(question, turns)
    assert reading.leans or " ".join(question.split()).endswith(" ".join(reading.text.split()))
    assert standalone_question(question, turns) == reading.text
