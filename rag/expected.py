"""Whether a sentence holds what a question asks for, as far as rules can tell: a number, a time, an office, a verb of saying, a denial.

What was tried and told nothing, on squad_en, squad_sv, norquad and swequad: a name of a person for `who`, a capitalised word for
`where`, a reason's conjunction for `why`. Nearly every sentence that is found holds one.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from corpus.cues import CUE
from corpus.people import is_role_word
from index.lexical import content_stems, stem, words
from index.quote_index import same_office
from rag.question import Question

YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_DIGIT = re.compile(r"\d")
_WHO = re.compile(r"(?:who|vem|vilka)\b", re.IGNORECASE)
COUNTED = re.compile(r"\b(?:how many|hur många) (?P<noun>\w+)", re.IGNORECASE)
_NUMBER_WORDS = frozenset(
    """two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million billion half
    quarter third dozen twice both none två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton tjugo trettio fyrtio
    femtio hundra tusen miljon miljoner miljard miljarder hälften fjärdedel tredjedel femtedel dussin""".split()
)
_TIME_WORDS = re.compile(
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november"
    r"|december|spring|summer|autumn|winter|today|yesterday|tomorrow|morning|evening|night|week|month|year|måndag|tisdag|onsdag|torsdag|fredag"
    r"|lördag|söndag|januari|februari|mars|maj|juni|juli|augusti|oktober|våren|sommaren|hösten|vintern|igår|idag|imorgon|morgon|kväll|natt"
    r"|vecka|månad|året)",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:not(?! only\b)|never|cannot|nobody|neither|inte(?! bara\b)|aldrig|ej)\b|n['’]t\b", re.IGNORECASE
)
_OR_NOT = re.compile(r"\b(?:or not|eller inte|eller ej)\b", re.IGNORECASE)
_DENIES = re.compile(
    r"\b(?:not|never|cannot|no|none|nor|neither|nobody|nothing|without|except|excluding|unless|rather than|instead of|unable|impossible"
    r"|hardly|only|lack\w*|fail\w*|refus\w*|declin\w*|reject\w*|den(?:y|ied|ies)|prevent\w*|avoid\w*|exempt\w*|inte|aldrig|ej|icke|ingen|inget|inga"
    r"|ingenting|utan|utom|förutom|varken|knappt|omöjlig\w*|endast|bara|sakna\w*|vägra\w*|avslog|avslå\w*|slipp\w*|undantag\w*)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Denials, and words that say as much. Of SQuAD 2's unanswerable questions .17 (en) and .14 (sv) ask what is not, of the answerable .01 and
.03; no denial within `EXPECTED_WEIGHT` of the best sentence have .11 and .08 of the former, .001 and .002 of the latter."""

_KINDS = (
    (
        frozenset(
            "money cost costs price paid pay spent spend sum pengar kostar kosta priset pris betala summa".split()
        ),
        re.compile(
            r"[$£€¥]\s?\d|\d\s?(?:(?:thousand|million|billion|tusen|miljon(?:er)?|miljard(?:er)?)\s)?(?:[$£€¥]|(?:dollars?|pounds?|pund|euros?|kr|kronor"
            r"|cents?|pence|öre|yen)\b)",
            re.IGNORECASE,
        ),
    ),
    (
        frozenset("percent percentage share proportion procent andel andelen".split()),
        re.compile(r"\d\s?(?:%|per ?cent\b|procent\b)", re.IGNORECASE),
    ),
)
"""Words for a kind of figure, and what such a figure looks like."""


def stood_for(asked: Collection[str], text: str) -> frozenset[str]:
    """Those of the words asked that a figure in a sentence stands for: `how much money` is answered by `$12 billion`."""
    found = (kind.intersection(asked) for kind, figure in _KINDS if not kind.isdisjoint(asked) and figure.search(text))
    return frozenset().union(*found)


def is_negated(question: Question) -> bool:
    """`Which countries did not sign?`, and not `whether or not`."""
    return _NEGATED.search(_OR_NOT.sub(" ", question.text)) is not None


def holds_expected(question: Question, text: str) -> bool:
    """Whether a sentence holds what the question asks for: a number, a year or a time besides its own; the office it asks about;
    a verb of saying, if it asks who said something; a denial of its own, if it asks what is not."""
    offices = [word for word in words(question.text) if is_role_word(word)] if _WHO.match(question.text) else []
    if offices and not any(same_office(office, word) for office in offices for word in words(text)):
        return False
    if question.kind == "who_said" and CUE.search(text) is None:
        return False
    if is_negated(question) and not _denies(question, text):
        return False
    if question.expected is None:
        return True
    rest = text
    for name in question.named:
        rest = rest.replace(name, " ")
    if question.expected == "year":
        return YEAR.search(rest) is not None
    if question.expected == "time":
        return _DIGIT.search(rest) is not None or _TIME_WORDS.search(rest) is not None
    numbers = [word for word in words(rest) if word[0].isdigit() or word in _NUMBER_WORDS]
    return bool(numbers) and _counts(question, rest)


def counted(question: Question) -> list[tuple[str, frozenset[str]]]:
    """What `how many` asks to be counted, with its stems in both languages; empty for another question."""
    noun = COUNTED.search(question.text)
    return content_stems(noun["noun"]) if noun is not None else []


def _denies(question: Question, text: str) -> bool:
    """Not by a word of the question's own: `what does it not prevent` is not answered by `it prevents`."""
    asked = {form for _, forms in content_stems(question.text) for form in forms}
    return any(asked.isdisjoint(stem(words(match[0]), question.language)) for match in _DENIES.finditer(text))


def _counts(question: Question, text: str) -> bool:
    """`how many pages` is not answered by `many pages were damaged`: where the noun stands, a number must stand before it."""
    forms = {form for _, stems in counted(question) for form in stems}
    tokens = words(text)
    places = [place for place, form in enumerate(stem(tokens, question.language)) if form in forms]
    before = [tokens[max(0, place - 4) : place] for place in places]
    return not places or any(word[0].isdigit() or word in _NUMBER_WORDS for near in before for word in near)
