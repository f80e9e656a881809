"""Follow-ups become questions that stand alone."""

from __future__ import annotations

import pytest

from rag.conversation import Turn, standalone_question


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
        ("but why?", HORII, "but why?"),
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
