from __future__ import annotations

import pytest

from corpus.language import detect_language, detect_languages, question_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The harbour was closed for three weeks after the storm had torn off the outer planks.", "en"),
        ("Hamnen hölls stängd i tre veckor sedan stormen hade slitit loss de yttre plankorna.", "sv"),
        ("Der Hafen blieb nach dem Sturm drei Wochen lang geschlossen und wird nun ausgebessert.", "de"),
        ("Satama oli myrskyn jälkeen suljettuna kolme viikkoa ja sitä korjataan nyt.", "fi"),
    ],
)
def test_a_paragraphs_language_is_told(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "Sport", "12 345 678 901 234 567 890", "Relaterade artiklar"])
def test_too_little_text_has_no_language(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Vad sa Horii?", "sv"),
        ("Vem äger bryggan?", "sv"),
        ("Hur mycket kostar parken?", "sv"),
        ("Tallhamra på lördag", "sv"),
        ("Åmål", "sv"),
        ("What did Horii say?", "en"),
        ("Who owns the pier in Åmål?", "en"),
        ("How many homes were evacuated?", "en"),
        ("critical minerals price floor", "en"),
    ],
)
def test_a_question_is_answered_in_its_own_language(question: str, language: str) -> None:
    assert question_language(question) == language


def test_a_line_in_doubt_is_in_the_language_of_those_around_it() -> None:
    told = "The boats lay in the harbour for a week, and it was said that they would be there until May."

    assert detect_languages([told, "Jan Wildeboer, Garret Alfert, Sebastian Kippe"]) == ["en", "en"]
    assert detect_languages(["Jan Wildeboer, Garret Alfert, Sebastian Kippe"], around="sv") == ["sv"]


def test_a_paragraph_in_another_language_keeps_it() -> None:
    told = "The boats lay in the harbour for a week, and it was said that they would be there until May."
    swedish = "Båtarna låg kvar i hamnen en vecka, och det är inte klart att de ska flyttas till våren."

    assert detect_languages([told, told, swedish]) == ["en", "en", "sv"]
