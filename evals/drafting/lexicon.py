"""What a corpus itself shows of its words: which are nouns, which are names, and where they stand."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from corpus.article import Article
from index.lexical import FUNCTION_WORDS, stem, words

TOKEN = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d+|[^\w\s]")
"""A word, a run of digits, or a mark."""

DETERMINERS = {
    "en": frozenset("the a an any no our my your their its his her this these those such".split()),
    "sv": frozenset("den det de en ett vår vårt våra min mitt mina sin sitt sina deras hans hennes alla".split()),
}
PREPOSITIONS = {
    "en": frozenset("of in on at by for with about into over between from against without through under".split()),
    "sv": frozenset("av i på för med om från mot över under mellan utan genom vid hos till".split()),
}
_INDEFINITE = frozenset(
    "anyone everyone someone nobody everybody somebody anybody nothing everything something".split()
)
_PRONOUNS_TOO = frozenset("den det de her no alla".split())
"""Determiners that can stand alone, and so do not show that the next word is a noun."""

VAGUE = frozenset(
    """
    head face mind eye eyes heart name names word words life lives basis light sense kick
    time times day days way ways thing things year years week weeks month months hour hours minute minutes lot
    kind sort part parts end point points fact facts moment case cases place places number numbers bit side
    sides hand hands rest reason reasons one ones two three order course half top bottom level levels amount
    anyone everyone nobody somebody today tomorrow yesterday morning evening night others spring summer autumn
    winter good bad best least far public general particular total tid gång gånger dag dagen dagar dagarna år
    året åren vecka veckor månad månader sätt sak saker del delar slut fall plats antal sida sidan håll skull
    hälften stället sådant detta allt ingenting någonting någon ting grund början morgon kväll natt våren
    sommaren hösten vintern idag imorgon igår stånd
    """.split()
)
"""Nouns that say too little to be what somebody spoke about."""

_SWEDISH_NOUN = re.compile(r"[A-ZÅÄÖ][a-zåäöé]{3,}(?:en|et|erna|arna|orna)")
_PLURAL = re.compile(
    rf"\b(?:{'|'.join(sorted(PREPOSITIONS['en']))})(?: (?!{'|'.join(sorted(FUNCTION_WORDS))})[a-z-]+){{0,2}} (?P<noun>[a-z]+[^s\W]s)"
    rf"(?=[.,;:?!]| (?:{'|'.join(sorted(FUNCTION_WORDS))})\b)"
)
"""`with cheap critical minerals to`: an English plural after a preposition."""
_BOUNDARIES = FUNCTION_WORDS.union(*DETERMINERS.values(), *PREPOSITIONS.values(), _INDEFINITE)


class Lexicon:
    """Words of all articles of a corpus together."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._nouns: set[str] = set()
        self._lower: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        self._holders: dict[str, set[str]] = defaultdict(set)
        for article in articles:
            whole = f"{article.title or ''}\n{article.text}"
            for form in stems(whole, article.language):
                self._holders[form].add(article.id)
            for paragraph in article.paragraphs:
                self._read(paragraph.span.of(article.text), paragraph.language or article.language or "en")

    def _read(self, text: str, language: str) -> None:
        tokens = TOKEN.findall(text)
        openers = DETERMINERS.get(language, frozenset()) - _PRONOUNS_TOO | (
            PREPOSITIONS["sv"] if language == "sv" else frozenset()
        )
        for before, word, after in zip(["", *tokens], tokens, [*tokens[1:], "."], strict=False):
            if word[0].islower():
                self._lower[word] += 1
            elif word[0].isalpha() and before and before[-1] not in '.!?:;“”"»–-':
                self._inside[word] += 1
            if before.casefold() in openers and is_boundary(after):
                self._nouns.add(word.casefold())
        for match in _PLURAL.finditer(text):
            self._nouns.add(match["noun"].casefold())

    def is_noun(self, word: str) -> bool:
        """Whether the corpus has it where only a noun (or a name) stands: after a determiner, with nothing of its own after it."""
        return word.casefold() in self._nouns

    def is_name(self, word: str) -> bool:
        """Whether a capitalised word is not oftener written small: `Once` in `Once Fetter` is."""
        return self._inside[word] >= self._lower[word.casefold()]

    def lowered(self, word: str) -> str | None:
        """The word as it is written inside a sentence; None where the corpus does not show it."""
        if word.casefold() in FUNCTION_WORDS or word.casefold() in self._lower:
            return word[:1].lower() + word[1:]
        if word in self._inside or word.removesuffix("s") in self._inside:
            return word
        return word[:1].lower() + word[1:] if _SWEDISH_NOUN.fullmatch(word) else None

    def holding(self, text: str, language: str | None) -> set[str]:
        """Ids of the articles that hold every content word of `text`, in any form."""
        found = sorted((self._holders.get(form, set()) for form in stems(text, language)), key=len)
        return set.intersection(*found) if found else set()


def is_boundary(token: str) -> bool:
    """Whether a noun phrase ends before this token."""
    return not token[0].isalpha() or token.casefold() in _BOUNDARIES


def stems(text: str, language: str | None) -> set[str]:
    """Stems of the content words of `text`."""
    return set(stem([word for word in words(text) if word not in FUNCTION_WORDS], language))
