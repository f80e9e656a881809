"""Questions read by their form: whose words, about what, where, or which fact."""

from __future__ import annotations

import pytest

from rag.question import Question, parse_question


def quote(speaker: str, topic: str | None = None, place: str | None = None) -> dict[str, object]:
    return {"kind": "quote", "speaker": speaker, "topic": topic, "place": place}


def fact(expected: str | None, *named: str) -> dict[str, object]:
    return {"kind": "fact", "expected": expected, "named": named, "speaker": None}


def said(words: str) -> dict[str, object]:
    return {"kind": "who_said", "words": words}


def asked(asks: str, speaker: str, topic: str | None = None) -> dict[str, object]:
    return {"kind": "quote", "asks": asks, "speaker": speaker, "topic": topic}


def digest(topic: str) -> dict[str, object]:
    return {"kind": "digest", "topic": topic}


QUESTIONS = {
    "what did Horii say?": quote("Horii"),
    "  what did\n Horii say ": quote("Horii"),
    "What did Iwao Horii say about supply chains?": quote("Iwao Horii", "supply chains"),
    "So what exactly did the mayor say?": quote("the mayor"),
    "What has Rubio said about China?": quote("Rubio", "China"),
    "What is the mayor saying?": quote("the mayor"),
    "What was Reeve quoted as saying about the berth?": quote("Reeve", "the berth"),
    "What does Vance think about prices?": quote("Vance", "prices"),
    "What were the comments of Donal Reeve on the berth?": quote("Donal Reeve", "the berth"),
    "What was Horii's message?": quote("Horii"),
    "What is Strand’s view on the pool?": quote("Strand", "the pool"),
    "How did Strand defend the budget?": quote("Strand", "the budget"),
    "Quote Horii": quote("Horii"),
    "quotes from Marco Rubio about China": quote("Marco Rubio", "China"),
    "Tell me what Horii said about Taiwan": quote("Horii", "Taiwan"),
    "What did Horii say in Washington?": quote("Horii", place="Washington"),
    "What did Reeve say when the contract was signed?": quote("Reeve", place="the contract was signed"),
    "What did the Japanese state minister say?": quote("the Japanese state minister"),
    "What did the U.S. say about price floors?": quote("the U.S.", "price floors"),
    'Who said "we are in the same boat"?': said("we are in the same boat"),
    "Who said that we are in the same boat?": said("we are in the same boat"),
    "How much does the ticket cost?": fact("number"),
    "How many pages has the logbook from 1743?": fact("number", "1743"),
    "In what year was the Grey Petrel built?": fact("year", "Grey", "Petrel"),
    "When does the ferry leave?": fact("time"),
    "Who is Elon Musk?": fact(None, "Elon", "Musk"),
    "What did Horii do?": fact(None, "Horii"),
    "Did it rain?": fact(None) | {"polar": True},
    "Did Horii say anything about Taiwan?": quote("Horii", "Taiwan") | {"perhaps": True},
    "Has Rask commented on the strike?": quote("Rask", "the strike") | {"perhaps": True, "polar": True},
    "What did Vance and Rubio say about China?": quote("Vance and Rubio", "China"),
    "Compare what Abara and Reeve said about the boat": quote("Abara and Reeve", "the boat") | {"perhaps": True},
    "How do Strand and Frisk differ on the budget?": quote("Strand and Frisk", "the budget")
    | {"perhaps": True, "polar": False},
    "What did the mayor say at the meeting about the pool?": quote("the mayor", "the pool", "the meeting"),
    "When did Horii say that?": asked("when", "Horii"),
    "When did Horii say that we share a boat?": asked("when", "Horii", "we share a boat"),
    "Where did Vance speak about prices?": asked("where", "Vance", "prices"),
    "When did Darwin write the Origin of Species?": fact("time", "Darwin", "Origin", "Species"),
    "What is happening with critical minerals?": digest("critical minerals"),
    "What's new about the ferry to Skerrin right now?": digest("the ferry to Skerrin"),
    "latest news on rare earths": digest("rare earths"),
    "What happened in 1066?": fact(None, "1066"),
}
FRÅGOR = {
    "Vad sa Horii?": quote("Horii"),
    "Vad sade Horii i Washington?": quote("Horii", place="Washington"),
    "Och vad sa Rubio?": quote("Rubio"),
    "Vad har Karin Holm sagt om vindkraft?": quote("Karin Holm", "vindkraft"),
    "Vad tycker Dahlby om ljudet?": quote("Dahlby", "ljudet"),
    "Vad säger Karin Holm om beslutet att bygga på åsen?": quote("Karin Holm", "beslutet att bygga på åsen"),
    "Vad var Horiis budskap?": quote("Horiis"),
    "Hur ser Wrede på utredningen?": quote("Wrede", place="utredningen"),
    "Berätta vad Horii sa om Taiwan": quote("Horii", "Taiwan"),
    "Vem sa att vi måste bygga nu?": said("vi måste bygga nu"),
    "Vem sade: ”Vi måste bygga nu”?": said("Vi måste bygga nu"),
    "Vem varnade för att isen är tunn?": said("isen är tunn"),
    "Vad sa brandchefen i Brackenholt om grannarna?": quote("brandchefen", "grannarna", "Brackenholt"),
    "Sa Horii något om Taiwan?": quote("Horii", "Taiwan") | {"perhaps": True},
    "Har Frisk sagt något om skolan?": quote("Frisk", "skolan") | {"perhaps": True},
    "När sa Rubio det?": asked("when", "Rubio"),
    "Var sa Horii att vi sitter i samma båt?": asked("where", "Horii", "vi sitter i samma båt"),
    "Var hittades loggboken?": fact(None) | {"polar": False},
    "Höjer Almviken skatten?": fact(None, "Almviken") | {"polar": True},
    "Utanför vilken ö ligger fartyget?": fact(None) | {"polar": False},
    "Hvor ligger hjemmebanen til Kristian Sæverås?": fact(None, "Kristian", "Sæverås") | {"polar": False},
    "Når skal endringene innføres?": fact(None) | {"polar": False},
    "Har Almviken höjt skatten?": fact(None, "Almviken") | {"polar": True},
    "Vad händer med strejken just nu?": digest("strejken"),
    "Senaste nytt om vindparken": digest("vindparken"),
    "Hur många röster fick förslaget?": fact("number"),
    "Vad kostar biljetten?": fact("number"),
    "Vilket år byggdes skolan?": fact("year"),
    "Vilken dag auktioneras stugan ut?": fact("time"),
    "Hur dags går färjan?": fact("time"),
    "Vad heter Australiens huvudstad?": fact(None, "Australiens"),
    "Utanför vilken ö arbetar forskningsfartyget Chikyu?": fact(None, "Chikyu"),
}
ALL = [(text, "en", read) for text, read in QUESTIONS.items()] + [(text, "sv", read) for text, read in FRÅGOR.items()]


@pytest.mark.parametrize(("text", "language", "read"), ALL)
def test_a_question_is_read_by_its_form(text: str, language: str, read: dict[str, object]) -> None:
    question = parse_question(text)
    assert {name: getattr(question, name) for name in read} == read
    assert question.language == language
    assert question.text == " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "x" * 2000,
        "what did " * 200,
        "vad sa " + "om " * 600,
        "who said " + '"' * 1900,
        "when did a say " * 130,
        "latest " * 280,
    ],
)
def test_odd_questions_are_read_quickly_as_something(text: str) -> None:
    assert isinstance(parse_question(text), Question)


@pytest.mark.parametrize(
    "text",
    [
        "What does computational complexity theory seek to answer?",
        "Vilken artikel säger att stater är undantagna?",
        "Which book by Edward Said portrayed the east?",
        "Vad skriver du i rutan?",
    ],
)
def test_what_seeks_a_thing_asks_for_nobody_s_words(text: str) -> None:
    assert parse_question(text).kind == "fact"


def test_a_verb_that_does_more_than_speak_asks_for_words_only_perhaps() -> None:
    added, reacted = parse_question("What did Watt add to the engine?"), parse_question("How did Rubio react?")
    assert (added.kind, added.speaker, added.perhaps) == ("quote", "Watt", True)
    assert (reacted.kind, reacted.speaker, reacted.perhaps) == ("quote", "Rubio", True)
