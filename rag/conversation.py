"""A follow-up and the turns before it -> one standalone question. The history is a parameter; nothing is remembered here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.cleaning import without_half_characters
from rag.question import parse_question


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    text: str


_OPENING = re.compile(r"(?:and|but|och|men)\s+", re.IGNORECASE)
_ABOUT = re.compile(
    r"(?P<link>about|on|in|at|during|om|angående|i|på|vid|under)\s+(?P<topic>.{2,200}?)[?.!]*", re.IGNORECASE
)
_WHAT_ABOUT = re.compile(r"(?:(?:what|how) about|hur är det med) ", re.IGNORECASE)
_SWITCH = re.compile(
    r"(?:(?:what|how) about |hur är det med )?(?P<who>[^?.!]{2,60}?)(?: då| then)?[?.!]*", re.IGNORECASE
)
_VERB_FIRST = re.compile(
    r"(?:did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|har|hade|är|var|ska|skulle|kan|kunde|blir|blev|finns|gör|gjorde)\b",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:why|how|when|where|who|what|which|in|at|on|during|before|after|varför|hur|när|var|vem|vad|vilken|vilket|vilka|i|på|vid|under|före|efter)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:he|she|han|hon)\b", re.IGNORECASE)


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """`and Rubio?` after `what did Horii say?` -> `what did Rubio say?`; other questions come back as they are.

    The person's own turns are read in order, each made to stand alone by the ones before it. A pronoun stands for the speaker asked
    about last.
    """
    earlier: str | None = None
    for turn in history:
        if turn.role == "user":
            following = _stand_alone(without_half_characters(turn.text), earlier)
            earlier = following if parse_question(following).speaker or earlier is None else earlier
    return _stand_alone(question, earlier)


def _stand_alone(question: str, earlier: str | None) -> str:
    speaker = parse_question(earlier).speaker if earlier is not None else None
    if earlier is None or speaker is None:
        return question
    asked = question.strip()
    opening = _OPENING.match(asked)
    if opening is None and _WHAT_ABOUT.match(asked) is None:
        return _PRONOUN.sub(speaker, question, count=1)
    rest = asked[opening.end() :] if opening else asked
    whole = rest[:1].upper() + rest[1:] if asked[0].isupper() else rest
    if parse_question(rest).kind != "fact" or _VERB_FIRST.match(rest):
        return _PRONOUN.sub(speaker, whole, count=1)
    about = _ABOUT.fullmatch(rest)
    if about is not None:
        said = "Vad sa {} {} {}?" if parse_question(earlier).language == "sv" else "what did {} say {} {}?"
        return said.format(speaker, about["link"], about["topic"])
    switch = _SWITCH.fullmatch(rest)
    if switch is None or _NO_NAME.match(switch["who"]):
        return question
    return earlier.replace(speaker, switch["who"])
