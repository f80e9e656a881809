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
from corpus.given_names import gender_of_given_name
from corpus.no_names import BODIES, DAYS, NAMES_NOBODY, STOPWORDS, is_common, is_no_person
from corpus.offices import MODIFIERS, NO_MODIFIER, office_before, office_behind, qualified

_UPPER = "A-ZÅÄÖÉÈÜØÆÁÍÓÚÇŁŠŽ"
_TITLES = r"(?:Mr|Mrs|Ms|Dr|Prof|Sens?|Reps?|Govs?|Gen|Lt|Col|Sgt|Capt|Maj|Adm|Cmdr|Det|Supt|Rev|Hon|St|Jr|Sr|Fr)\."
WORD = (
    rf"(?:{_TITLES}|(?:(?:al|el|ul|bin|ibn)-)?[{_UPPER}][\w-]*(?:&[{_UPPER}]\w*)?(?:[’'](?!s\b)\w+)?"
    rf"(?:(?<=\b[{_UPPER}])\.)?(?:[{_UPPER}]\.)*)"
)
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
    **dict.fromkeys(("Mr", "Sir", "Lord", "Herr", "Brother", "Father"), "m"),
    **dict.fromkeys(("Mrs", "Ms", "Miss", "Lady", "Dame", "Fru", "Madam", "Sister"), "f"),
    **dict.fromkeys(("Dr", "Prof", "Rev", "Hon"), None),
}
_SUFFIXES = frozenset(("Jr.", "Sr.", "Jr", "Sr", "II", "III", "IV"))
_PARTICLES = frozenset("von van der den de da di du del dos af al el bin ibn la le".split())
_JOINS = frozenset(("of", "for", "för", "and", "och", "the"))

_SURNAMES_TOO = frozenset(
    """
    King Bishop Dean Justice Prince Pope Parent Farmer Major Marshal Judge Page Price Master Warden Singer Driver Steward Friend Polis
    """.split()
)
_DEPARTMENTS = frozenset(
    "State Defense Education Energy Labor Commerce Agriculture Transportation Interior Treasury War".split()
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


_NOT_BEFORE_A_NAME = "".join(
    rf"(?<!\b{word} )"
    for word in "the The a an in In of by By since Since last this next until early late mid each every no his her".split()
)
_CAPITAL_BEFORE = re.compile(r"\b[A-ZÅÄÖ][\w’'-]*\s$")
_GIVEN_TOO = frozenset("Will April June".split())
_EARLS = frozenset("Dean Earl Duke".split())
"""Given names that are words besides."""


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


def names_in(text: str) -> list[Name]:
    """Every name in `text`, left to right, as it is written there."""
    found = [name for run in CAPITALS.finditer(text) for name in _names_of_run(text, run)]
    found = _with_homes(text, sorted([*found, *_named_like_a_word(text, found)], key=lambda name: name.span.start))
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


def _with_homes(text: str, found: list[Name]) -> list[Name]:
    """`Ellery, Maine, Mayor Jane Roe` is one mention, of her."""
    named: list[Name] = []
    for name in found:
        state = _STATE.match(text, named[-1].span.end) if named and name.titled else None
        if state is not None and state.end() == name.span.start and state["name"].rstrip(".") in NAMES_NOBODY:
            name = replace(name, span=Span(named.pop().span.start, name.span.end))
        named.append(name)
    return named


def _qualifies_a_name(text: str, name: Name, found: list[Name], starts: list[int]) -> bool:
    """`Trump` in `Trump campaign manager Dana Moll`, `Palestinian` in `chief Palestinian negotiator`: no mention."""
    chain = _NOUNS.match(text, name.span.end)
    if chain is None:
        return False
    words = chain[0].split()
    if " " not in name.name and (is_calling(words[0]) or words[0] in _FOLLOWERS):
        return True
    head = next((at for at, word in enumerate(words) if is_role_word(word) or is_english_calling(word)), None)
    if head is not None and text[max(0, name.start - 4) : name.start] in {"The ", "the "} and not name.titled:
        return not any(map(NO_MODIFIER.fullmatch, words[:head]))
    following = bisect_left(starts, chain.end())
    titles = is_calling(words[-1]) and all(word in MODIFIERS or is_english_calling(word) for word in words)
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
    role = qualified(text, begin, role) or (None if in_passing else office_before(text, begin))
    epithet = office_behind(text, end) or (
        office_before(text, begin) if titled and text[begin - 2 : begin] == ", " else None
    )
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
