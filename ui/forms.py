"""What the inside says in English, in the language of a page: by sentences with holes, each beside its Swedish."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ui.texts import Texts

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})*(?:\.\d+)?%?")
_QUOTED = re.compile(r"""^(['"])((?:(?!\1).)*)\1$""", re.DOTALL)
"""As `repr` has it."""


class Said(NamedTuple):
    """Words, and the language that they are in."""

    words: str
    language: str


class Forms:
    """Swedish for English sentences: `swedish` has it by the English, with `{}` where something is filled in; the first form that fits
    holds. What is filled in stays as it is, but for `names`, which are translated too."""

    def __init__(self, swedish: Mapping[str, str], names: Mapping[str, str] | None = None) -> None:
        self._forms = [(english.split("{}"), form) for english, form in swedish.items()]
        self.names = names or {}

    def said(self, texts: Texts, english: str) -> Said:
        """The sentence in the language of the page; English where no form fits."""
        found = self.found(english) if texts.code == "sv" else None
        if found is None:
            return Said(english, "en")
        form, filled = found
        return Said(form.format(*map(self._named, filled)), "sv")

    def found(self, english: str) -> tuple[str, tuple[str, ...]] | None:
        """The Swedish form that fits, and what fills it."""
        for pieces, swedish in self._forms:
            filled = _between(pieces, english)
            if filled is not None:
                return swedish, filled
        return None

    def _named(self, filled: str) -> str:
        if _NUMBER.fullmatch(filled):
            return filled.replace(",", " ").replace("%", " %")
        bare = _QUOTED.sub(r"”\2”", filled)
        names = bare.split(" and ")
        return " och ".join(self.names.get(name, name) for name in names) if self.names.keys() & names else bare


def _between(pieces: Sequence[str], sentence: str) -> tuple[str, ...] | None:
    """What stands between the pieces that the sentence is made of, each hole as short as it can be; in one pass, however long a
    stranger's words are."""
    first, *middle = pieces
    if not middle:
        return () if sentence == first else None
    last, filled, at = middle.pop(), [], len(first)
    for piece in middle:
        end = sentence.find(piece, at)
        if end < 0:
            return None
        filled.append(sentence[at:end])
        at = end + len(piece)
    end = len(sentence) - len(last)
    fits = sentence.startswith(first) and sentence.endswith(last) and end >= at
    return (*filled, sentence[at:end]) if fits else None
