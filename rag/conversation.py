"""A follow-up and the turns before it -> one standalone question. The history is a parameter; nothing is remembered here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from corpus.cleaning import without_half_characters
from rag.focus import Focus, focus_on
from rag.follow_up import Reading, in_full, is_polite

MOST_TURNS = 12
"""Turns that are read, the latest: what a follow-up leans on is near."""
LONGEST = 300
"""Characters of a question that can lean on another, and of an earlier one that are read; who says more says it all."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    text: str


def standalone_question(question: str, history: Sequence[Turn]) -> str:
    """`and Rubio?` after `what did Horii say?` -> `what did Rubio say?`; other questions come back as they are."""
    return read_follow_up(question, history).text


def read_follow_up(question: str, history: Sequence[Turn]) -> Reading:
    """The question as it stands alone, and whether it leans on the turns before it.

    The person's own turns are read in order, each made to stand alone by the ones before it; answers tell whom they are about.
    """
    focus: Focus | None = None
    for turn, following in pairwise([*history[-MOST_TURNS:], Turn("user", question)]):
        if turn.role == "user":
            asked = without_half_characters(turn.text[:LONGEST])
            reading = in_full(asked, focus) if focus else Reading(asked, leans=False)
            answer = following.text if following.role == "assistant" else ""
            if focus is None or not is_polite(asked):
                focus = focus_on(reading.text, answer, focus if reading.leans else None)
    return in_full(question, focus) if focus and len(question) <= LONGEST else Reading(question, leans=False)
