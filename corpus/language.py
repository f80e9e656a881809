"""Language of a paragraph, by py3langid restricted to the languages that Citera's news comes in."""

from __future__ import annotations

from functools import cache
from typing import Any

LANGUAGES = ("en", "sv", "no", "da", "de", "fr", "es", "fi")
MIN_LETTERS = 25
"""Below this many letters a guess is noise: two-word headings of the sample pages came out as five languages."""
SAMPLE = 200
"""Characters that are looked at. On 4,056 English, Swedish and Norwegian paragraphs they tell nearly as much as all (en 1.000 and 1.000,
sv .989 and .989, no .984 and .985) in two thirds of the time; 100 tell less (sv .986, no .975)."""


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of `text`, or None where there is too little of it to tell."""
    sample = text[:SAMPLE]
    if sum(map(str.isalpha, sample)) < MIN_LETTERS:
        return None
    code, _ = _identifier().classify(sample)
    return str(code)


def question_language(question: str) -> str:
    """`"sv"` or `"en"`: the language to answer in. Short questions are told apart by their function words."""
    words = {word.strip("?!.,:;\"'”“").casefold() for word in question.split()}
    swedish, english = len(words & _SWEDISH), len(words & _ENGLISH)
    if swedish != english:
        return "sv" if swedish > english else "en"
    if any(character in "åäöÅÄÖ" for character in question):
        return "sv"
    return "sv" if detect_language(question) in {"sv", "no", "da"} else "en"


_SWEDISH = frozenset(
    """
    vad vem vilka vilken vilket när var hur varför sa sade säger sagt om och är har hade i på för av det den de
    en ett som inte till med från eller blir blev ska kan finns många mycket berätta ha heter vems vart
    """.split()
)
_ENGLISH = frozenset(
    """
    what who which when where how why said say says did does do is are was were the a an and of in on for to
    with from about has have had will can many much there by or tell whose whom
    """.split()
)
