"""A follow-up and the turns before it -> one standalone question. The history is a parameter; nothing is remembered here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.question import parse_question


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    text: str


_SWITCH = re.compile(
    r"(?:and|but|och|men)(?: what about| how about| vad sa| vad sade)? (?P<who>[^?.!]{2,60})[?.!]*", re.IGNORECASE
)
_PRONOUN = re.compile(r"\b(?:he|she|han|hon)\b", re.IGNORECASE)


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """`and Rubio?` after `what did Horii say?` -> `what did Rubio say?`; other questions come back as they are.

    A pronoun stands for the speaker asked about last.
    """
    earlier = next((turn.text for turn in reversed(history) if turn.role == "user"), None)
    if earlier is None:
        return question
    speaker = parse_question(earlier).speaker
    if speaker is None:
        return question
    switch = _SWITCH.fullmatch(question.strip())
    if switch is not None:
        return earlier.replace(speaker, switch["who"])
    return _PRONOUN.sub(speaker, question, count=1)
