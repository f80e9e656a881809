"""What may stand between a name and its verb of saying: adverbs, phrases of time and place, asides, offices."""

from __future__ import annotations

import re

from corpus.callings import is_calling
from corpus.cues import CUE_EN

ADVERB = re.compile(
    r"[’'](?:d|s|ve)|\w+n[’']t|not|has|have|had|can|be|is|was|were|been|being|overheard|recorded|heard|seen|caught|also|later|then|earlier|again|further|himself|herself|once|now|today|yesterday"
    r"|first|still|even|just|too|often|never|repeatedly|twice|long|always|soon|instead|would|will|could|might|did|does|as|who|both|all"
    r"|alike|so|far|last|this|that|same|night|morning|afternoon|evening|week|month|year|[Tt]onight"
    r"|har|hade|också|senare|sedan|igen|nu|idag|igår|själv|ändå|däremot|dock|ska|skulle|tidigare|dag|går"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:mån|tis|ons|tors|fre|lör|sön)dagen"
    r"|(?!daily|weekly|monthly|family|ally|rally|reply|assembly|supply|bully)\w+ly"
)
_PREPOSITIONS = frozenset(
    """
    on in at of from to during after before via through with for over about under i på vid från till efter
    """.split()
)
_CLAUSE_WORDS = frozenset(
    """
    that who whom whose which and but when while because if whether where said had has have was were is are would will could
    som att och men när
    """.split()
)
_PHRASE_WORDS = 8
_AFFILIATION = re.compile(
    r"\s?\([^()]{1,40}\)|,\s[RDI]-[\w. ]{1,15},?|\s(?:—|–|--)\s[^—–;:\0]{1,100}\s(?:—|–|--)(?=\s)"
)
_SET_OFF = re.compile(
    r",\s(?:when|while|as|after|before|in|on|at|an?|the|who|whose|which|[a-z]+ing|\d+|R-|D-|I-)\b[^,;]{1,120},(?=\s)"
)
FINITE = re.compile(
    rf"\b(?:{CUE_EN})\b|\b(?:is|was|are|were|has|had|have|will|would|är|var|har|hade|ska|skulle|blir|blev)\b"
)
_PARTICLE = re.compile(r"(?:\b(?:von|van|der|den|de|di|da|al|af|bin|la|le)\s+)+$")
_PREPOSITION = re.compile(
    r"\s(?:of|for|from|in|at|on|with|to|into|by|as|who|that|familiar|close|near|av|för|från|i|på|som|till|med|vid)\b"
)
_REPORT = re.compile(r"(?:an? |the |ett )?(?:statement|report|document|uttalande|rapport)\b")


def is_adverbial(gap: str) -> bool:
    """Whether only adverbs and phrases of place and time stand in `gap`, so that no other subject has come in."""
    gap = _AFFILIATION.sub(" ", gap, count=2)
    if any(character in ";:\0–—" for character in gap):
        return False
    left = 0
    for word in gap.split():
        bare = word.strip(",.()")
        if left and bare not in _CLAUSE_WORDS:
            left -= 1
        elif bare in _PREPOSITIONS:
            left = _PHRASE_WORDS
        elif bare and not ADVERB.fullmatch(bare):
            return False
        if word[-1] in ",)":
            left = 0
    return True


def without_asides(gap: str) -> str:
    """` of Ohio, a Democrat, ` as ` of Ohio `."""
    return _SET_OFF.sub("", gap)


def without_adverbs(words: str) -> str:
    parts = words.replace("\0", " ").split()
    while parts and ADVERB.fullmatch(parts[-1]):
        parts.pop()
    return " ".join(parts)


def leads_to_name(gap: str, name: str, *, strict: bool = False) -> bool:
    """Whether `gap`, between `said` and a name, is what may stand before that name: an office, `its president, `."""
    bare = _PARTICLE.sub("", gap).strip()
    words = bare.rstrip(",").split()
    if not words:
        return not bare
    if _PREPOSITION.search(f" {bare} "):
        apposed = bare.endswith(",") and _headed_by_calling(words)
        return apposed or _REPORT.match(bare) is not None
    if bare.endswith(","):
        return is_calling(words[-1])
    if re.search(r"[,–—\0]", bare):
        return False
    definite = words[0].casefold() in {"the", "den", "det"} and len(words) <= 2
    return definite or presents(words[-1]) or (" " in name and not strict and not FINITE.search(bare))


def presents(word: str) -> bool:
    """`spokeswoman Roe`, `a veteran named Roe`, `the Courier's Roe`."""
    return is_calling(word) or word == "named" or (word[0].isupper() and word.endswith(("'s", "’s")))


def _headed_by_calling(words: list[str]) -> bool:
    """`the head of the museum`: an office before the first preposition."""
    for word in words:
        if _PREPOSITION.match(f" {word} "):
            return False
        if is_calling(word):
            return True
    return False
