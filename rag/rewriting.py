"""A follow-up made to stand alone by a language model, believed only as far as the conversation carries it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

from index.lexical import FUNCTION_WORDS, words
from rag.answer import Usage
from rag.chat_model import ChatModel
from rag.conversation import Turn, read_follow_up
from rag.errors import ChatModelError
from rag.prompts import rewriting

TURNS = 6
"""Turns that the model is shown, the latest."""
TURN = 600
"""Characters of each."""
LONGEST = 300
"""Characters that a rewrite may have more than its question."""

_CAPITAL_OR_NUMBER = re.compile(r"[^\W_]*(?:[A-ZÅÄÖÉÈÜØÆ]|\d)[\w-]*")


def rewritten(
    question: str, history: Sequence[Turn], model: ChatModel, report: Callable[[Usage], None] = lambda _: None
) -> str | None:
    """The question as the model puts it, or None.

    None if the model fails, writes anything else than one question, names somebody or something that is not in the conversation, or
    leaves the question leaning on it. `report` is that of `ChatModel.stream`.
    """
    shown = [replace(turn, text=turn.text[:TURN]) for turn in history[-TURNS:]]
    most = len(question) + LONGEST
    text = ""
    try:
        for piece in model.stream(rewriting(question, shown), report):
            text += piece
            if len(text) > most:
                return None
    except ChatModelError:
        return None
    text = text.strip().strip('"“”')
    if not text.endswith("?") or "\n" in text:
        return None
    known = set(chain.from_iterable(words(said) for said in (question, *(turn.text for turn in shown))))
    borne_out = all(word in known or word.removesuffix("s") in known for word in _named(text))
    return text if borne_out and not read_follow_up(text, history).leans else None


def _named(text: str) -> set[str]:
    """Words with a capital or a digit, but for those of grammar."""
    return set(chain.from_iterable(words(match[0]) for match in _CAPITAL_OR_NUMBER.finditer(text))) - FUNCTION_WORDS
