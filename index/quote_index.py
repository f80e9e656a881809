"""Quotations by who said them: names in full or in part, offices in either language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from corpus.people import is_role_word
from index.filters import Condition
from index.lexical import FUNCTION_WORDS, stem, words
from index.rows import StoredQuote
from index.store import Store

_OFFICES = (
    ("mayor", "borgmästare"),
    ("minister",),
    ("president",),
    ("chair", "chairman", "chairwoman", "chairperson", "ordförande", "ordföranden"),
    ("coach", "tränare", "tränaren"),
    ("headteacher", "principal", "headmaster", "rektor", "rektorn"),
    ("teacher", "lärare", "läraren"),
    ("spokesperson", "spokesman", "spokeswoman", "talesperson", "presstalesperson", "talesman"),
    ("director", "direktör", "direktören", "chef", "chefen", "head", "chief"),
    ("researcher", "scientist", "forskare", "forskaren"),
    ("secretary", "sekreterare", "utrikesminister"),
    ("councillor", "councilor", "kommunalråd", "kommunalrådet"),
    ("ceo", "vd", "vd:n"),
    ("foreign", "utrikes", "utrikesminister"),
    ("finance", "finansminister"),
    ("vice", "vicepresident"),
    ("union", "fack", "fackets", "förbund", "förbundets"),
    ("japanese", "japan", "japans", "japansk", "japanska", "japanske"),
    ("american", "us", "usa", "usas", "amerikansk", "amerikanska", "amerikanske"),
    ("swedish", "sweden", "sverige", "sveriges", "svensk", "svenska", "svenske"),
)


OFFICES_END = next(row for row, members in enumerate(_OFFICES) if members[0] == "foreign")
"""Rows before this one are offices; the rest says of what."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody quoted in the corpus, with every office that stands beside the name there, most frequent first."""

    name: str
    roles: tuple[str, ...]


class QuoteIndex:
    """Speakers and their quotations in one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def speakers(self) -> list[Speaker]:
        """Everybody quoted, most quoted first."""
        roles: dict[str, list[str]] = defaultdict(list)
        for name, role, _ in self._store.speakers():
            roles[name].extend([role] if role else [])
        return [Speaker(name, tuple(found)) for name, found in roles.items()]

    def named(self, phrase: str) -> list[Speaker]:
        """Speakers whose name is in `phrase`: `Horii`, `Iwao Horii`, `harbour master Reeve`, `Horiis`."""
        asked = set(_tokens(phrase))
        exact, partial = [], []
        for speaker in self.speakers():
            name = _tokens(speaker.name)
            if not name:
                continue
            known = {token for token in name if token in asked or token + "s" in asked}
            if len(known) == len(name):
                exact.append(speaker)
            elif name[-1] in known and not _other_given_name(phrase, name):
                partial.append(speaker)
        return exact or partial

    def holding(self, phrase: str, *, known_offices: bool = False) -> list[tuple[Speaker, frozenset[str]]]:
        """Speakers whose office `phrase` names, best match first, each with the words of `phrase` its office leaves open.

        With `known_offices` only offices of the table count, as they must where `phrase` is a whole question.
        """
        asked = [token for token in _tokens(phrase) if token not in FUNCTION_WORDS]
        found = []
        for speaker in self.speakers():
            for role in speaker.roles:
                held = _tokens(role)
                matched = {token for token in asked if any(same_office(token, word) for word in held)}
                head = [token for token in asked if _is_office(token)] or ([] if known_offices else asked)
                if matched & set(head):
                    found.append((len(matched), speaker, frozenset(asked) - matched))
        found.sort(key=lambda item: -item[0])
        best: dict[str, tuple[Speaker, frozenset[str]]] = {}
        for _, speaker, left in found:
            best.setdefault(speaker.name, (speaker, left))
        return list(best.values())

    def names(self, phrase: str) -> list[str]:
        """The speakers that a name, a part of one or an office names; of an office, those it fits best."""
        named = self.named(phrase)
        if named:
            return [speaker.name for speaker in named]
        holding = self.holding(phrase)
        fewest = min((len(left) for _, left in holding), default=0)
        return [speaker.name for speaker, left in holding if len(left) == fewest]

    def by(self, names: Sequence[str], condition: Condition | None = None) -> list[StoredQuote]:
        """Quotations of the named speakers, in reading order, under a condition."""
        return self._store.quotes(names, condition=condition) if names else []


def _tokens(text: str) -> list[str]:
    return words(re.sub(r"(?<=\b[A-Z])\.", "", text))


@cache
def _groups() -> dict[str, int]:
    return {form: group for group, members in enumerate(_OFFICES) for word in members for form in _forms(word)}


@cache
def _forms(word: str) -> frozenset[str]:
    return frozenset((word, *stem([word], "en"), *stem([word], "sv")))


def _group(word: str) -> int | None:
    """The row of `_OFFICES` that a word stands in, inflected or not."""
    return next((_groups()[form] for form in sorted(_forms(word)) if form in _groups()), None)


def _is_office(word: str) -> bool:
    group = _group(word)
    return group is not None and group < OFFICES_END


def same_office(one: str, other: str) -> bool:
    """Whether two words of an office mean the same: inflected, compounded, or translated by `_OFFICES`."""
    if one == other or (_group(one) is not None and _group(one) == _group(other)):
        return True
    shared = min(len(one), len(other))
    return (
        shared >= 5
        and (one.startswith(other[:shared]) or other.startswith(one[:shared]))
        and abs(len(one) - len(other)) <= 4
    )


def _other_given_name(phrase: str, name: list[str]) -> bool:
    """`Per Holm` is not Karin Holm: another capitalised word stands right before the surname, and it is no office."""
    match = re.search(rf"([A-ZÅÄÖ][\w-]+)\s+{re.escape(name[-1])}", phrase, re.IGNORECASE)
    if match is None or not match[1][0].isupper():
        return False
    return match[1].casefold() not in name and not is_role_word(match[1])
