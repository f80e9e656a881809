"""The office written beside a name, before it or behind: `Sweden's finance minister `, `, head of the museum,`."""

from __future__ import annotations

import re
from itertools import takewhile

from corpus.callings import is_calling, is_english_calling, is_kin, is_role_word
from corpus.cues import CUE_EN, FRAMING_EN
from corpus.no_names import STOPWORDS

_QUALIFIED = re.compile(
    r"\b(former|ex|then|acting|deputy|vice|outgoing|incoming|late|assistant|förre|förra|tidigare|dåvarande|biträdande|tillförordnad)[ -]$",
    re.IGNORECASE,
)
MODIFIERS = frozenset(
    """
    deputy former first senior prime vice foreign finance defense defence interior chief head assistant associate
    acting local regional trade energy state press general managing executive honorary emeritus council party
    union school museum project team club county city federal district campaign ocean national presidential
    vice-presidential congressional gubernatorial senatorial democratic republican conservative liberal veteran
    communications policy health law police fire radio television tv talk-show high-school longtime political
    billionaire constitutional environmental civil rights human tidigare förre förra biträdande ställföreträdande
    tillförordnad vice lokala
    """.split()
)
_DETERMINER = re.compile(
    r"(?:the|an?|his|her|its|their|our|my|hans|hennes|deras|sin|sitt)|\S+['’]s|\S+s['’]", re.IGNORECASE
)
_BOUNDARY = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr|\bMs|\bDr)(?<!\bMrs|\bSen|\bRep|\bGov)[.](?:\s|$)|(?:[,;!?\"“”()\0\n–—]|:(?!s\b))\s*"
)
NO_MODIFIER = re.compile(
    rf"{CUE_EN}|\w+(?:ed|ing|ly)|met|sent|made|told|gave|saw|hit|put|sees|his|her|its|their|our|my|your|be|been|do|does|did|such|more|most|some|any"
    r"|no|not|he|she|they|it|we|who|whom|whose|up|off|out|down|like|unlike|than|so|too|via|per|plus|according|including|along|whether|why|how|what"
    rf"|{'|'.join(sorted(word.casefold() for word in STOPWORDS))}"
)
_AFTER = re.compile(
    r"(?:\s?\([^()]{1,30}\))?(?:,\s[RDI]-[A-Z][\w. ]{1,15}?(?=,))?,\s(?:\d{1,3},\s)?"
    r"(?P<role>(?:\b(?:Mr|Mrs|Ms|Dr|U\.S|St|Gov|Sen|Rep|Gen|Lt)\.|\b[A-Z]\.(?=\s?[A-Z])|\s\([^()]{1,60}\)|[^.,;:!?\"“”()\0\n]){3,120})"
)
_ROLE_END = re.compile(
    r"\s(?:who|whose|that|which|som|vars|när|when|where|and (?:he|she)|adding|saying"
    rf"|(?P<finite>{CUE_EN}|{FRAMING_EN}|säger|sade|sa|var|är|was|is|has|had|har|will|would))\b"
)
_NO_EPITHET = re.compile(r"(?:but|and|or|where|which|while|although|as|when|with|men|och|där|när)\b")
_DOING = re.compile(r"(?!(?:act|manag|command|govern|found|lead|outgo|incom|presid|sitt|runn|rank)ing)[a-z]{3,}ing")
"""`, imitating the candidate`: no office."""
_INDEFINITE = re.compile(r"(?:a|an)\s(?=[a-z])")
_TIMES = frozenset(
    "day week month year night moment move step sign few little lot man woman victory first second third".split()
)


def qualified(text: str, start: int, role: str | None) -> str | None:
    """`former President`: a lower-case word before an office that changes what it says."""
    if role is None:
        return None
    before = _QUALIFIED.search(text[max(0, start - 20) : start])
    return f"{before[0]}{role}" if before else role


def office_before(text: str, start: int) -> str | None:
    """`Sweden's finance minister ` or `kommunalrådet ` right before a name; `her lawyer, ` too."""
    before = text[max(0, start - 90) : start]
    if not before.endswith(" "):
        return None
    if before.endswith(", "):
        return _apposed(_BOUNDARY.split(before[:-2])[-1].split())
    words = _BOUNDARY.split(before)[-1].split()
    if not words or not is_calling(words[-1]) or words[-1][0].isupper():
        return None
    role = [words.pop()]
    swedish = not is_english_calling(role[0])
    while words and len(role) < 4:
        word = words.pop()
        owner = word.endswith("s") or (role[0][0].isupper() and role[0].endswith("s")) or not swedish
        named = word[0].isupper() and word not in STOPWORDS and owner
        plain = not swedish and word.isalpha() and word.islower() and len(role) < 3 and not NO_MODIFIER.fullmatch(word)
        if not (named or plain or word.casefold() in MODIFIERS or is_role_word(word) or word.endswith(("'s", "’s"))):
            break
        role.insert(0, word)
    return " ".join(role)


def _apposed(words: list[str]) -> str | None:
    """`the head of the museum` or `her lawyer` of the words before `, Name`; the office alone, None if they hold none."""
    if words and is_calling(words[0]) and len(words) > 2 and words[1] in {"i", "på", "för", "vid", "of", "at", "in"}:
        return " ".join(words)
    for at in range(len(words) - 1, max(-1, len(words) - 10), -1):
        role = words[at + 1 :]
        if _DETERMINER.fullmatch(words[at]) and role and any(is_calling(word) for word in role):
            heads = list(
                takewhile(lambda word: word not in {"of", "for", "at", "in", "on", "i", "på", "för", "vid"}, role)
            )
            return " ".join(role) if heads and is_calling(heads[-1]) else None
    return None


def office_behind(text: str, end: int) -> str | None:
    """`, head of the museum,` or ` (S), kommunalråd` right after a name."""
    match = _AFTER.match(text, end)
    if match is None:
        return None
    if _NO_EPITHET.match(match["role"]):
        return None
    role = re.sub(r"^(?:the|a|an|his|her|their|who is|som är)\s", "", match["role"].strip())
    role = re.sub(r"^(?:M[rs]s?\. )?[A-Z][\w-]+['’]s\s", "", role)
    stop = _ROLE_END.search(role)
    if stop is not None and stop["finite"]:
        return None
    words = role[: stop.start() if stop else len(role)].split()
    if words and _DOING.fullmatch(words[0]):
        return None
    if len(words) > 10:
        words = list(takewhile(lambda word: word not in {"and", "och"}, words))
    if _INDEFINITE.match(match["role"]) and 1 < len(words) <= 10 and words[0] not in _TIMES:
        return " ".join(words)
    known = [at for at, word in enumerate(words[:5]) if is_calling(word)]
    if not known or len(words) > 14 or re.search(r"\b(?:his|her|their) head\b", role):
        return None
    stands_for_itself = known[0] == 0 or not is_kin(words[known[0]]) or words[0] in {"his", "her", "their"}
    return " ".join(words) if stands_for_itself else None
