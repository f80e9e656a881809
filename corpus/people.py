"""Names as an article writes them: runs of capitalised words, split into name and office, with what stands beside them.

Rule-based, English and Swedish. Who is meant by a name, a pronoun or a description is for `corpus.resolution`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from corpus.article import Span
from corpus.callings import Gender, is_calling, is_english_calling, is_kin
from corpus.callings import is_role_word as is_role_word
from corpus.cues import CUE_EN, FRAMING_EN
from corpus.given_names import gender_of_given_name
from corpus.no_names import BODIES, DAYS, NAMES_NOBODY, STOPWORDS, is_common, is_no_person

_UPPER = "A-ZÅÄÖÉÈÜØÆÁÍÓÚÇŁŠŽ"
_TITLES = r"(?:Mr|Mrs|Ms|Dr|Prof|Sens?|Reps?|Govs?|Gen|Lt|Col|Sgt|Capt|Maj|Adm|Cmdr|Det|Supt|Rev|Hon|St|Jr|Sr|Fr)\."
WORD = rf"(?:{_TITLES}|(?:(?:al|el|ul|bin|ibn)-)?[{_UPPER}][\w-]*(?:&[{_UPPER}]\w*)?(?:[’'](?!s\b)\w+)?(?:(?<=\b[{_UPPER}])\.)?(?:[{_UPPER}]\.)*)"
_SAYS = r"(?:said|says|told|tells|added|adds|explained|säger|sade|sa|berättar|menar|anser)\b"
_INTRODUCTION = re.compile(
    rf",? \d\d\b|,? \(\d\d\)|, (?:who|whose|som|vars)\b|(?: (?:from|of|at|på|från|i) [^.,\"“”]{{3,60}})? {_SAYS}"
)
_LINK = r"(?:of|for|the|and|von|van|der|den|de|da|di|du|del|dos|af|al|el|bin|ibn|la|le|och|för)"
_NICKNAME = r"[\"“‘'][\w. -]{1,20}[\"”’']"
_MARKS = "\"“”‘’'"
CAPITALS = re.compile(
    rf"(?<![\w$])(?:{WORD})(?:\s{_NICKNAME}(?=\s[A-ZÅÄÖ]))?(?:(?:\s(?:{_LINK}))*\s(?:{WORD})(?:\s{_NICKNAME}(?=\s[A-ZÅÄÖ]))?){{0,9}}"
)
_HONORIFICS: dict[str, Gender | None] = {
    **dict.fromkeys(("Mr", "Sir", "Lord", "Herr"), "m"),
    **dict.fromkeys(("Mrs", "Ms", "Miss", "Lady", "Dame", "Fru", "Madam"), "f"),
    **dict.fromkeys(("Dr", "Prof", "Rev", "Hon"), None),
}
_SUFFIXES = frozenset(("Jr.", "Sr.", "Jr", "Sr", "II", "III", "IV"))
_QUALIFIED = re.compile(
    r"\b(former|ex|then|acting|deputy|vice|outgoing|incoming|late|assistant|förre|förra|tidigare|dåvarande|biträdande|tillförordnad)[ -]$",
    re.IGNORECASE,
)
_PARTICLES = frozenset("von van der den de da di du del dos af al el bin ibn la le".split())
_JOINS = frozenset(("of", "for", "för", "and", "och", "the"))

_SURNAMES_TOO = frozenset(
    "King Bishop Dean Justice Prince Pope Parent Farmer Major Marshal Judge Page Price Master Warden Singer Driver Steward Friend Polis".split()
)
_DEPARTMENTS = frozenset(
    "State Defense Education Energy Labor Commerce Agriculture Transportation Interior Treasury War".split()
)

_MODIFIERS = frozenset(
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
_STATE = re.compile(r",\s(?P<name>[A-Z][\w.]+),\s")
"""`Toledo, Ohio, Mayor Jane Roe`."""
_NOUNS = re.compile(r"(?:\s[a-zåäö][\w-]+){1,4}")
_FOLLOWERS = frozenset(
    """
    administration campaign team camp supporters aides allies advisers advisors backers voters fans officials surrogates loyalists
    critics delegates donors staffers lawyers attorneys appointees operatives rally rallies organization foundation presidency era
    """.split()
)
"""`Roe supporters`, `the Roe administration`: whose they are, not who acts."""
_SENTENCE_BORDER = re.compile(r"(?:^|[.!?:\n\0\"“”]\s?|[–—]\s)$")
_PARTY_AND_STATE = re.compile(r"[RDI]-[A-Z].*")
_AFFILIATION = re.compile(
    r"\s?\((?P<bracket>[^()]{1,30})\)|,\s(?P<party>[RDI]-[A-Z][\w. ]{1,15}?)(?=[,)]|\sand\b|\swho\b)"
)
_NEAR = 5000
"""Characters round a name in which it is looked for again."""
_OPENER = re.compile(r"\w{3,}ing|\w{3,}(?:erna|arna|orna)")
_CONTRACTED = re.compile(r"\w+[’'](?:d|ll|ve|re|m|t)")
_PLURAL_SV = re.compile(r"\w{3,}(?:erna|arna|orna)")
_DETERMINER = re.compile(
    r"(?:the|an?|his|her|its|their|our|my|hans|hennes|deras|sin|sitt)|\S+['’]s|\S+s['’]", re.IGNORECASE
)
_BOUNDARY = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr|\bMs|\bDr)(?<!\bMrs|\bSen|\bRep|\bGov)[.](?:\s|$)|(?:[,;!?\"“”()\0\n–—]|:(?!s\b))\s*"
)
_NO_MODIFIER = re.compile(
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


@dataclass(frozen=True, slots=True)
class Person:
    """A name as the article gives it in full, and the office or description beside it."""

    name: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """One place where a name is written. `span` takes in an office or honorific before it, `start` is the name's own.

    `epithet` is what the words behind it call its bearer; `affiliation` holds the words of a bracket or its like:
    `R-Ohio`, `(D-Calif.)`, `(S)`. `titled`: the office stands before the name in capitals.
    """

    span: Span
    start: int
    name: str
    role: str | None = None
    epithet: str | None = None
    honorific: str | None = None
    titled: bool = False
    affiliation: str | None = None
    nickname: str | None = None

    @property
    def gender(self) -> Gender | None:
        return _HONORIFICS.get(self.honorific) if self.honorific else None


def office_alone(name: str) -> bool:
    """`Foreign Minister`: an office written in capitals, with nobody's name."""
    words = name.split()
    calls = is_calling(words[-1]) and not is_kin(words[-1])
    if words[-1] in {"Republican", "Democrat"}:
        return True
    return calls and words[-1] not in _SURNAMES_TOO and not is_no_person(name)


_NOT_BEFORE_A_NAME = "".join(
    rf"(?<!\b{word} )"
    for word in "the The a an in In of by By since Since last this next until early late mid each every no his her".split()
)
_CAPITAL_BEFORE = re.compile(r"\b[A-ZÅÄÖ][\w.’'-]*\s$")
_GIVEN_TOO = frozenset("Will April June".split())
_EARLS = frozenset("Dean Earl Duke".split())
"""Given names that are words besides."""


def names_in(text: str) -> list[Name]:
    """Every name in `text`, left to right, as it is written there."""
    found = [name for run in CAPITALS.finditer(text) for name in _names_of_run(text, run)]
    found = sorted([*found, *_named_like_a_word(text, found)], key=lambda name: name.span.start)
    starts = [name.span.start for name in found]
    return [name for name in found if not _qualifies_a_name(text, name, found, starts)]


def _named_like_a_word(text: str, found: list[Name]) -> Iterator[Name]:
    """`King said` and `May said` where the article names Steve King and Theresa May in full: else these are no names alone."""
    full = [name for name in found if (gender_of_given_name(name.name) or (name.role and " " in name.name))]
    last_words = {
        [word for word in name.name.split() if word not in _SUFFIXES][-1]
        for name in full
        if not is_no_person(name.name)
    }
    borne = [word for word in last_words if word in STOPWORDS | NAMES_NOBODY or is_common(word) or is_role_word(word)]
    taken = {name.start for name in found}
    for match in re.finditer(rf"{_NOT_BEFORE_A_NAME}\b(?:{'|'.join(borne)})\b(?!\s[A-Z]|-)", text) if borne else ():
        if match.start() not in taken and not _CAPITAL_BEFORE.search(text, max(0, match.start() - 30), match.start()):
            yield Name(Span(match.start(), match.end()), match.start(), match[0])


def _qualifies_a_name(text: str, name: Name, found: list[Name], starts: list[int]) -> bool:
    """`Trump` in `Trump campaign manager Dana Moll`, `Palestinian` in `chief Palestinian negotiator`: no mention."""
    state = _STATE.match(text, name.span.end)
    if state is not None and state["name"].rstrip(".") in NAMES_NOBODY:
        at = bisect_left(starts, state.end())
        return at < len(found) and starts[at] == state.end() and found[at].titled
    chain = _NOUNS.match(text, name.span.end)
    if chain is None:
        return False
    words = chain[0].split()
    if " " not in name.name and (is_calling(words[0]) or words[0] in _FOLLOWERS):
        return True
    head = next((at for at, word in enumerate(words) if is_role_word(word) or is_english_calling(word)), None)
    if head is not None and text[max(0, name.start - 4) : name.start] in {"The ", "the "} and not name.titled:
        return not any(map(_NO_MODIFIER.fullmatch, words[:head]))
    following = bisect_left(starts, chain.end())
    titles = is_calling(words[-1]) and all(word in _MODIFIERS or is_english_calling(word) for word in words)
    return titles and following < len(found) and starts[following] == chain.end() + 1


def _names_of_run(text: str, run: re.Match[str]) -> Iterator[Name]:
    """The names of one run of capitalised words; `and` parts two names, but not two offices of one holder."""
    words = [(match[0], run.start() + match.start()) for match in re.finditer(rf"{_NICKNAME}|\S+", run[0])]
    nicknames = [word.strip(_MARKS) for word, _ in words if word[0] in _MARKS]
    words = [(word, at) for word, at in words if word[0] not in _MARKS]
    opens = _SENTENCE_BORDER.search(text, max(0, run.start() - 3), run.start()) is not None
    first = 0
    for at, (word, _) in enumerate(words):
        left = _name_of(text, words[first:at], opens and first == 0) if word in {"and", "och"} else None
        if left is not None and _lends_surname(text, words[first:at], words[at + 1 :]):
            left = replace(left, name=f"{left.name} {words[-1][0]}")
        if (left is not None and not office_alone(left.name)) or (
            word in {"and", "och"} and words[at - 1][0] in NAMES_NOBODY
        ):
            yield from _one(left)
            first = at + 1
    last = _name_of(text, words[first:], opens and first == 0)
    yield from _one(replace(last, nickname=nicknames[0]) if last and nicknames and " " in last.name else last)


def _lends_surname(text: str, left: list[tuple[str, int]], right: list[tuple[str, int]]) -> bool:
    """`Dennis and Ellen Lohr`: the first has no other surname, and is called by his given name nowhere else."""
    return (
        len(left) == 1
        and len(right) > 1
        and not any(is_calling(word) for word, _ in right)
        and not is_no_person(" ".join(word for word, _ in right))
        and text.count(left[0][0], max(0, left[0][1] - _NEAR), left[0][1] + _NEAR) == 1
    )


def _one(name: Name | None) -> Iterator[Name]:
    if name is not None:
        yield name


def _name_of(text: str, words: list[tuple[str, int]], opens: bool) -> Name | None:
    """Splits `Japanese State Minister for Foreign Affairs Iwao Horii` into office and name; None if no name is left."""
    if len(words) > 1 and words[0][0] in STOPWORDS and words[1][0] in {"of", "for", "för"}:
        return None
    while words and (_PARTY_AND_STATE.fullmatch(words[0][0]) or _starts_no_name(words[0][0], opens and len(words) > 1)):
        if _is_given(text, words, opens):
            break
        words = words[1:]
    while words and (words[-1][0] in _JOINS or (words[-1][0] in DAYS)):
        words = words[:-1]
    honorific = None
    begin = words[0][1] if words else 0
    while words and words[0][0].rstrip(".") in _HONORIFICS:
        honorific = words[0][0].rstrip(".")
        words = words[1:]
    if opens and len(words) == 1 and (_PLURAL_SV.fullmatch(words[0][0]) or _calls_many(words[0][0])):
        return None
    if not words:
        return None
    if len(words) == 1 and "-" in words[0][0] and is_calling(words[0][0].rpartition("-")[2]):
        return None
    plain = [word for word, _ in words]
    split = _name_from(plain)
    if split is None:
        return None
    first, last = split
    role = " ".join(plain[:first]) or None
    while first < last - 1 and plain[first].rstrip(".") in _HONORIFICS:
        honorific = plain[first].rstrip(".")
        first += 1
    name = " ".join(plain[first:last])
    end = words[last - 1][1] + len(plain[last - 1])
    start = words[first][1]
    alone = first == last - 1 and not (role or honorific)
    if alone and (name in NAMES_NOBODY or is_common(name) or _in_brackets(text, start, end)):
        return None
    titled = role is not None
    in_passing = alone and text[begin - 2 : begin] == ", " and text[end : end + 1] != ","
    role = _qualified(text, begin, role) or (None if in_passing else _role_before(text, begin))
    epithet = _role_after(text, end)
    match = _AFFILIATION.match(text, end)
    affiliation = (match["bracket"] or match["party"]) if match else None
    return Name(Span(begin, end), start, name, role or epithet, epithet, honorific, titled, affiliation)


def _is_given(text: str, words: list[tuple[str, int]], opens: bool) -> bool:
    """`Will Hurd`, but not `Will Trump win?` nor `In April Trump`."""
    if len(words) != 2 or words[0][0] not in _GIVEN_TOO or words[1][0] in STOPWORDS | NAMES_NOBODY:
        return False
    (_, start), (surname, at) = words
    follows = re.match(rf",|\s{_SAYS}", text[at + len(surname) : at + len(surname) + 12])
    dated = re.search(r"\b(?:[Ii]n|of|since|until|last|this|next|by)\s$", text[max(0, start - 8) : start])
    return dated is None and (follows is not None or not opens)


def _calls_many(word: str) -> bool:
    """`Protesters`, at the head of a sentence."""
    return word.endswith("s") and is_english_calling(word[:-1]) and word[:-1] not in _SURNAMES_TOO


def _starts_no_name(word: str, opens: bool) -> bool:
    if word in _PARTICLES - {"von", "van", "de", "al"} or word in _JOINS or word in DAYS:
        return True
    return (
        word in STOPWORDS or _CONTRACTED.fullmatch(word) is not None or (opens and _OPENER.fullmatch(word) is not None)
    )


def _name_from(words: list[str]) -> tuple[int, int] | None:
    """Where the name starts and ends in a run whose words before it are the office; None if the run is office only."""
    end = len(words) - (words[-1] in _SUFFIXES)
    roles = [
        at
        for at, word in enumerate(words[:end])
        if (is_role_word(word) or (word[0].isupper() and is_calling(word) and not is_kin(word)))
        and not (at == end - 1 and at > 0 and word in _SURNAMES_TOO)
        and not (at == end - 2 and word in _EARLS and not (at and words[at - 1] in _JOINS))
    ]
    bodies = [at + 1 for at, word in enumerate(words[:end]) if word in BODIES]
    if not roles and bodies and end - bodies[-1] == 2 and not _JOINS & set(words[bodies[-1] :]):
        return bodies[-1], len(words)
    follows = takewhile(lambda word: word not in _JOINS, words[roles[-1] + 1 :] if roles else ())
    if not roles or is_no_person(" ".join(follows)):
        return _without_home(words)
    rest = words[roles[-1] + 1 :]
    if not rest:
        return (0, len(words)) if len(words) > 1 else None
    if rest[0] not in _JOINS:
        name = list(takewhile(lambda word: word not in _JOINS, rest))
        return roles[-1] + 1, roles[-1] + 1 + len(name)
    if len(rest) == 3 and rest[1] in _DEPARTMENTS:
        return len(words) - 1, len(words)
    if sum(word[0].isupper() for word in rest) < 3:
        return None
    take = 2 + (words[-1] in _SUFFIXES)
    while take < len(rest) and rest[-take] in _PARTICLES:
        take += 1
    return len(words) - take, len(words)


def _without_home(words: list[str]) -> tuple[int, int]:
    """`Elin Strand of Almviken` is Elin Strand, while `Bank of America` is all one name."""
    at = next((at for at, word in enumerate(words) if word in _JOINS), len(words))
    if 2 <= at < len(words) and not is_no_person(" ".join(words[:at])) and words[at] in {"of", "for"}:
        return 0, at
    return 0, len(words)


def _in_brackets(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] == "(" and (end - start <= 2 or text[end : end + 1] == ")")


def is_introduced(text: str, name: Name) -> bool:
    """A full name followed by an age, "who" or "som", or a verb of saying."""
    if " " not in name.name or is_no_person(name.name) or text[max(0, name.start - 4) : name.start] in {"the ", "The "}:
        return False
    return _INTRODUCTION.match(text, name.span.end) is not None


def _qualified(text: str, start: int, role: str | None) -> str | None:
    """`former President`: a lower-case word before an office that changes what it says."""
    if role is None:
        return None
    before = _QUALIFIED.search(text[max(0, start - 20) : start])
    return f"{before[0]}{role}" if before else role


def _role_before(text: str, start: int) -> str | None:
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
        plain = not swedish and word.isalpha() and word.islower() and len(role) < 3 and not _NO_MODIFIER.fullmatch(word)
        if not (named or plain or word.casefold() in _MODIFIERS or is_role_word(word) or word.endswith(("'s", "’s"))):
            break
        role.insert(0, word)
    return " ".join(role)


def _apposed(words: list[str]) -> str | None:
    """`the head of the museum` or `her lawyer` of the words before `, Name`; the office alone, None if they hold none."""
    if words and is_calling(words[0]) and len(words) > 2 and words[1] in {"i", "på", "för", "vid", "of", "at", "in"}:
        return " ".join(words)
    for at in range(len(words) - 1, max(-1, len(words) - 8), -1):
        role = words[at + 1 :]
        if _DETERMINER.fullmatch(words[at]) and role and any(is_calling(word) for word in role):
            heads = list(
                takewhile(lambda word: word not in {"of", "for", "at", "in", "on", "i", "på", "för", "vid"}, role)
            )
            return " ".join(role) if heads and is_calling(heads[-1]) else None
    return None


def _role_after(text: str, end: int) -> str | None:
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
