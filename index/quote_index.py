"""Quotations by who said them: names in full or in part, offices in either language."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from corpus.people import is_role_word
from index.filters import Condition
from index.lexical import FUNCTION_WORDS, name_words, stem
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
    ("premier", "statsminister", "statsministern", "premiärminister"),
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


MANY = 200
"""Quotations looked at for one question: more would take longer than the rest of the answer."""
Near = Callable[[], Collection[str]]
"""Gives ids of articles on what is asked."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody quoted in the corpus, with every office that stands beside the name there, most frequent first."""

    name: str
    roles: tuple[str, ...]


class QuoteIndex:
    """Speakers and their quotations in one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def speakers(self, names: Iterable[str]) -> list[Speaker]:
        """The named, most quoted first."""
        roles: dict[str, list[str]] = defaultdict(list)
        for name, role, _ in self._store.speakers(names):
            roles[name].extend([role] if role else [])
        return [Speaker(name, tuple(found)) for name, found in roles.items()]

    def named(self, phrase: str) -> list[Speaker]:
        """Speakers whose name is in `phrase`: `Horii`, `Iwao Horii`, `harbour master Reeve`, `Horiis`."""
        asked = set(name_words(phrase))
        exact, partial = [], []
        for speaker in self._matching("surname", {form for word in asked for form in (word, word.removesuffix("s"))}):
            name = name_words(speaker.name)
            if not name:
                continue
            known = {token for token in name if token in asked or token + "s" in asked}
            if len(known) == len(name):
                exact.append(speaker)
            elif name[-1] in known and not _other_given_name(phrase, name):
                partial.append(speaker)
        return exact or partial

    def holding(
        self, phrase: str, *, known_offices: bool = False, near: Near | None = None
    ) -> list[tuple[Speaker, frozenset[str]]]:
        """Speakers whose office `phrase` names, best match first, each with the words of `phrase` its office leaves open.

        With `known_offices` only offices of the table count, as they must where `phrase` is a whole question. Where more than `MANY`
        quotations come from such an office, only those in the articles `near` count.
        """
        asked = [token for token in name_words(phrase) if token not in FUNCTION_WORDS]
        head = {token for token in asked if _is_office(token)} or (set() if known_offices else set(asked))
        found = []
        for speaker in self._matching("role", {term for token in head for term in _office_terms(token)}, near):
            for role in speaker.roles:
                held = name_words(role)
                matched = {token for token in asked if any(same_office(token, word) for word in held)}
                if matched & head:
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

    def by(
        self, names: Sequence[str], condition: Condition | None = None, near: Near | None = None
    ) -> list[StoredQuote]:
        """Quotations of the named speakers under a condition, in reading order; of more than `MANY`, those in the articles `near`."""
        if not names:
            return []
        if near is None or self._store.quote_count(names) <= MANY:
            return self._store.quotes(names, condition=condition)
        close = self._store.quotes(names, condition=condition, among=near(), limit=MANY)
        return close or self._store.quotes(names, condition=condition, limit=MANY)

    def _matching(self, column: str, terms: Collection[str], near: Near | None = None) -> list[Speaker]:
        """Speakers with one of the terms in that column of the table `quoted`; a term that ends in * begins a word."""
        words = " OR ".join(f'"{term.rstrip("*")}"{"*" * term.endswith("*")}' for term in sorted(terms) if term)
        if not words:
            return []
        query = f"{column} : ({words})"
        if near is None or self._store.quoted_count(query) <= MANY:
            return self.speakers(self._store.quoted(query))
        return self.speakers(self._store.quoted(query, near(), MANY) or self._store.quoted(query, limit=MANY))


@cache
def _groups() -> dict[str, int]:
    return {form: group for group, members in enumerate(_OFFICES) for word in members for form in _forms(word)}


@cache
def _forms(word: str) -> frozenset[str]:
    return frozenset((word, *stem([word], "en"), *stem([word], "sv")))


@lru_cache(100_000)
def _group(word: str) -> int | None:
    """The row of `_OFFICES` that a word stands in, inflected or not."""
    return next((_groups()[form] for form in sorted(_forms(word)) if form in _groups()), None)


def _is_office(word: str) -> bool:
    group = _group(word)
    return group is not None and group < OFFICES_END


def _office_terms(token: str) -> Iterator[str]:
    """What a word of an office begins with if it means the same as `token`, and a few that do not: see `same_office`."""
    yield token + "*"
    yield from (token[:length] for length in range(max(5, len(token) - 4), len(token)))
    yield from (form + "*" for form, group in _groups().items() if group == _group(token))


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


def is_translated(word: str) -> bool:
    """Whether the table of offices knows what `word` is in the other language."""
    return _group(word) is not None


def _other_given_name(phrase: str, name: list[str]) -> bool:
    """`Per Holm` is not Karin Holm: another capitalised word stands right before the surname, and it is no office."""
    match = re.search(rf"([A-ZÅÄÖ][\w-]+)\s+{re.escape(name[-1])}", phrase, re.IGNORECASE)
    if match is None or not match[1][0].isupper():
        return False
    return match[1].casefold() not in name and not is_role_word(match[1])
