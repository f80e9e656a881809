"""Whom an article means: every name with the full name it stands for, surnames, offices and genders.

A short name that fits two persons means nobody, unless the article has made one of them its own by that surname.
A gender is known only where the article gives it: `Mrs.`, `spokeswoman`, `Roe said she`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from corpus.article import Span
from corpus.cues import CUE, CUE_EN, CUE_SV
from corpus.people import (
    STOPWORDS,
    Gender,
    Name,
    Person,
    gender_of_role,
    is_calling,
    is_introduced,
    is_no_person,
    is_role_word,
    names_in,
    office_alone,
)

_PRONOUNS = re.compile(
    r"\b(?:(?P<f>she|her(?=\s[a-z]{3})|herself|hon)|(?P<m>he|his|himself|han))\b", re.IGNORECASE
)
_SPEAKS = re.compile(rf"\s(?:(?:has|had|have|also|later|then|once)\s)*(?:{CUE_EN}|{CUE_SV})\b")
_OBLIQUE = re.compile(
    r"\b(?:for|of|to|from|about|by|with|till|för|av|från|om|med|hos|at|against|mot|between|mellan|on|in|near|over|behind|like"
    r"|under|and|vid|i|på)\s(?:the\s|former\s|then-)?$",
    re.IGNORECASE,
)
_PLACED = re.compile(r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Ff]rom|[Tt]he|[Oo]utside|[Ii]nside|[Ii]|[Pp]å|[Ff]rån|[Vv]id|[Uu]tanför)\s$")
_ASKED = re.compile(r"\b(?:asked|asks|asking|told|tells|telling|frågade|frågar)\b")
_SUFFIX = re.compile(r"\s(?:Jr\.?|Sr\.?|II|III|IV)$")
_OWNED = re.compile(
    r"\s(?!(?:till|från|för|med|och|som|har|hade|är|ska|var|vill|kan|inte|sig|på|vid|i|av|om|att|när|efter|under|blev|blir)\b)[a-zåäö]{3,}"
)
_SHORT_TITLES = {
    "sen": "senator",
    "rep": "representative",
    "gov": "governor",
    "congressman": "representative",
    "congresswoman": "representative",
    "lawmaker": "representative",
    "d": "democrat",
    "r": "republican",
    "dem": "democrat",
    "democratic": "democrat",
    "gop": "republican",
}
_STATES = dict(
    pair.split(":")
    for pair in (
        "ala:alabama ariz:arizona ark:arkansas calif:california ca:california colo:colorado conn:connecticut del:delaware"
        " fla:florida fl:florida ga:georgia ill:illinois ind:indiana kan:kansas ky:kentucky la:louisiana mass:massachusetts"
        " md:maryland mich:michigan minn:minnesota miss:mississippi mo:missouri mont:montana neb:nebraska nev:nevada"
        " okla:oklahoma ore:oregon pa:pennsylvania tenn:tennessee tex:texas tx:texas vt:vermont va:virginia"
        " wash:washington wis:wisconsin wyo:wyoming wv:virginia id:idaho ia:iowa me:maine oh:ohio ut:utah hi:hawaii ak:alaska al:alabama"
        " ar:arkansas az:arizona co:colorado ct:connecticut de:delaware ga:georgia il:illinois in:indiana ks:kansas ky:kentucky la:louisiana"
        " ma:massachusetts md:maryland mi:michigan mn:minnesota ms:mississippi mo:missouri mt:montana ne:nebraska nv:nevada ok:oklahoma"
        " or:oregon pa:pennsylvania ri:island tn:tennessee va:virginia vt:vermont wa:washington wi:wisconsin wy:wyoming ny:york nc:carolina sc:carolina nh:hampshire nj:jersey nm:mexico"
        " nd:dakota sd:dakota"
    ).split()
)
_PARTIES = frozenset(("republican", "democrat", "independent"))
_HOME = re.compile(r"\s(?:of|from)\s(?P<place>[A-Z]\w+(?:\s[A-Z]\w+)?)")
_SHORTLY = 300
"""Characters: two or three sentences."""
_EMPTY = frozenset("the a an of for and former then longtime veteran new north south west".split())


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where somebody (or some body) is named, and who it is; `person` is None where it might be either of two."""

    span: Span
    person: Person | None
    written: Name


class People:
    """Everybody named in one article, gathered from its text once."""

    def __init__(self, text: str, unquoted: str) -> None:
        """`unquoted` is `text` with what stands between quotation marks blanked out, of the same length."""
        names = names_in(text)
        self._names = [name for name in names if not office_alone(name.name)]
        self._text = text
        single = {name.name for name in self._names if " " not in name.name}
        self._canonical = _variants({name.name for name in self._names if " " in name.name}, single)
        self._roles: dict[str, list[str]] = defaultdict(list)
        self._about: dict[str, set[str]] = defaultdict(set)
        self._full = list(dict.fromkeys(self._canonical[name.name] for name in self._names if " " in name.name))
        self._by_part: dict[str, list[str]] = defaultdict(list)
        self._titles: dict[str, Gender] = {}
        self._by_given: dict[str, list[str]] = defaultdict(list)
        for full in self._full:
            for part in _short_forms(full):
                self._by_part[part].append(full)
            for part in _given_forms(full):
                self._by_given[part].append(full)
        self._standing = {
            self._resolved_name(name.name) for name in self._names if not _before_noun(text, name.span.end)
        }
        self._tell_titled_apart()
        self._note_offices()
        self._titles_told()
        self._own = self._surnames_owned()
        self._within = {
            match[1] for match in re.finditer(r"[a-zåäö,] ([A-ZÅÄÖÉØÆ][\w-]*)", text) if match[1] not in STOPWORDS
        }
        addressed = {self._canonical.get(name.name, name.name) for name in self._names if name.honorific or is_introduced(text, name)}
        alone = {name.name for name in self._names if " " not in name.name}
        named_again = {full for full in self._full if _surname(full) in alone and not is_no_person(full)}
        speaking = {name.name for name in self._names if CUE.match(text, name.span.end + 1) and not is_no_person(name.name)}
        offices = {name for name, roles in self._roles.items() if roles}
        self._persons = offices | addressed | named_again | speaking | self._probable_persons()
        self.mentions = [self._mention(name) for name in names if self._names_someone(unquoted, name)]
        self._starts = [mention.span.start for mention in self.mentions]
        self._genders = self._vote_on_genders(unquoted)

    def within(self, span: Span) -> list[Mention]:
        """Mentions that start in `span`, left to right."""
        return self.mentions[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]

    def is_person(self, person: Person) -> bool:
        """Whether the article gives a reason to take the name for a human being's: office, age, later surname."""
        return person.name in self._persons

    def gender(self, person: Person) -> Gender | None:
        return self._genders.get(person.name)

    def described(self, words: Iterable[str]) -> Person | None:
        """The one person whom `the Ohio Republican` or `the former mayor` fits; None if it fits none or several."""
        words = list(words)
        stem = list(takewhile(lambda word: word not in {"of", "for", "at", "in", "i", "på", "för"}, words))
        if not stem or not is_calling(stem[-1]):
            return None
        wanted = {_plain(word) for word in words} - _EMPTY - {""}
        head = _plain(stem[-1])
        if not wanted - _PARTIES:
            return None
        fitting = [
            name
            for name, about in self._about.items()
            if all(_is_among(word, about) for word in (wanted if _PARTIES & about else wanted - _PARTIES)) and not (head == "president" and "vice" in about - wanted)
        ]
        present = [name for name in fitting if any(not _is_former(role) for role in self._roles[name])]
        chosen = present if len(fitting) > 1 and "former" not in {word.casefold() for word in words} else fitting
        return self._person(chosen[0]) if len(chosen) == 1 else None

    def is_genitive(self, mention: Mention) -> bool:
        """Whether a Swedish name is written with a genitive's s: `Ines Falks syster`, but not `Oakes hotar`."""
        name = mention.written.name
        if not name.endswith("s") or not _before_noun(self._text, mention.span.end):
            return False
        return self._known(name[:-1]) or not (self._known(name) and self._resolved_name(name) in self._standing)

    def _known(self, name: str) -> bool:
        return name in self._canonical or name.casefold() in self._by_part or name.casefold() in self._by_given

    def _resolved_name(self, name: str) -> str:
        bearers = self._by_part.get(name.casefold(), [])
        return self._canonical.get(name) or (bearers[0] if len(bearers) == 1 else name)

    def _note_offices(self) -> None:
        for name in self._names:
            known = self._canonical.get(name.name)
            if known is None:
                fits = self._by_part.get(name.name.casefold(), [])
                known = fits[0] if len(fits) == 1 else name.name if not fits else None
            if known is None:
                continue
            for role in (name.role, name.epithet):
                if role and role not in self._roles[known]:
                    self._roles[known].append(role)
                self._about[known] |= {_plain(word) for word in re.findall(r"[\w.]+", role or "")}
            home = _HOME.match(self._text, name.span.end)
            if home is not None:
                self._about[known] |= {_plain(word) for word in home["place"].split()}
            if name.affiliation:
                self._about[known] |= set(_affiliated(name.affiliation))

    def _probable_persons(self) -> set[str]:
        """Names of two or three words that hold no word of places or bodies and stand nowhere as places do."""
        placed = {
            self._resolved_name(name.name)
            for name in self._names
            if _PLACED.search(self._text, max(0, name.span.start - 12), name.span.start)
        }
        return {full for full in self._full if len(full.split()) <= 3 and full not in placed and not is_no_person(full)}

    def _tell_titled_apart(self) -> None:
        """`President Obama` is not Michelle Obama, of whom the article says nothing: he is somebody known by surname only."""
        stated = {self._canonical.get(name.name) for name in self._names if name.role}
        for name in self._names:
            bearers = self._by_part.get(name.name.casefold(), [])
            if name.titled and " " not in name.name and len(bearers) == 1 and bearers[0] not in stated:
                bearers.append(name.name)
                self._canonical[name.name] = name.name

    def _titles_told(self) -> None:
        """`Mrs. Clinton`, while only one Clinton has come up, tells which of two is meant by it later."""
        come_up: set[str] = set()
        for name in self._names:
            full = self._canonical.get(name.name)
            if full is not None:
                come_up.add(full)
            elif name.gender:
                bearers = [full for full in self._by_part.get(name.name.casefold(), []) if full in come_up]
                if len(bearers) == 1:
                    self._titles.setdefault(bearers[0], name.gender)

    def _surnames_owned(self) -> dict[str, str | None]:
        """For a surname that several bear: who is meant by the bare surname. None where the article leaves it open.

        Its own is whoever bears it when it first stands bare while nobody else of that name has come up, or else the one
        who is no more written in full while all others are.
        """
        owned: dict[str, str | None] = {}
        for part, bearers in self._by_part.items():
            if len(bearers) < 2:
                continue
            first: dict[str, int] = {}
            times: Counter[str] = Counter()
            bare: int | None = None
            for at, name in enumerate(self._names):
                full = self._canonical.get(name.name)
                if full in bearers:
                    first.setdefault(full, at)
                    times[full] += 1
                elif name.name.casefold() == part and not name.honorific and bare is None:
                    bare = at
            come_up = [full for full in bearers if bare is not None and first[full] < bare]
            once = [full for full in bearers if times[full] == 1]
            if bare is None:
                owned[part] = None
            elif len(come_up) <= 1:
                owned[part] = (come_up or sorted(bearers, key=lambda full: first[full]))[0]
            else:
                owned[part] = once[0] if len(once) == 1 else None
        return owned

    def _mention(self, name: Name) -> Mention:
        return Mention(name.span, self._resolved(name), name)

    def _resolved(self, name: Name) -> Person | None:
        """The person meant by `name`: itself if written in full, the one full name it is a part of, None if ambiguous."""
        if office_alone(name.name):
            return self.described(name.name.split())
        if name.name in self._canonical:
            return self._person(self._canonical[name.name])
        bearers = self._by_part.get(name.name.casefold(), [])
        if len(bearers) > 1:
            return self._one_of(bearers, name)
        called = [full for full in self._by_given.get(name.name.casefold(), []) if full in self._persons]
        both = {other.gender for other in self._names if other.gender and other.name == name.name} == {"f", "m"}
        if bearers and name.honorific and both and len(bearers) == 1 and bearers[0] not in self._titles:
            return self._person(name.name)
        if bearers or called:
            return self._person((bearers or called)[0]) if len(bearers or called) == 1 else None
        return self._person(name.name)

    def _one_of(self, bearers: list[str], name: Name) -> Person | None:
        """Which of several who bear a surname: the one with the office or the gender written here, or whose own it is."""
        if name.role:
            office = {_plain(word) for word in name.role.split()}
            held = [full for full in bearers if office <= self._about[full]]
            if len(held) == 1:
                return self._person(held[0])
        if name.gender:
            known = {full: self._gender_written(full) for full in bearers}
            same = [full for full in bearers if known[full] == name.gender]
            not_other = [full for full in bearers if known[full] in {None, name.gender}]
            fits = same if len(same) == 1 else not_other
            return self._person(fits[0]) if len(fits) == 1 else None
        own = self._own.get(name.name.casefold()) or self._just_named(bearers, name)
        return self._person(own) if own else None

    def _just_named(self, bearers: list[str], name: Name) -> str | None:
        """The only one of them named in full shortly before."""
        near = {
            self._canonical[other.name]
            for other in self._names
            if name.start - _SHORTLY < other.start < name.start and self._canonical.get(other.name) in bearers
        }
        return near.pop() if len(near) == 1 else None

    def _gender_written(self, full: str) -> Gender | None:
        if full in self._titles:
            return self._titles[full]
        by_role = (gender_of_role(role) for role in self._roles[full])
        by_title = (name.gender for name in self._names if self._canonical.get(name.name) == full)
        return next((gender for gender in (*by_title, *by_role) if gender), None)

    def _person(self, name: str) -> Person:
        roles = self._roles.get(name)
        return Person(name, roles[0] if roles else None)

    def _names_someone(self, unquoted: str, name: Name) -> bool:
        """Whether a mention in running text is one; a single word that opens a sentence must stand within one as well."""
        if unquoted[name.start] in "\0 " or name.name[0].islower() or name.name in STOPWORDS:
            return False
        if " " in name.name or name.honorific or name.role:
            return True
        opens = re.search(r"(?:^|[.!?\n\0]\s?)$", unquoted[max(0, name.start - 3) : name.start]) is not None
        speaks = not name.name.endswith("s") and _SPEAKS.match(unquoted, name.span.end) is not None
        known = name.name in self._within or name.name in self._persons or self._known(name.name)
        return not is_role_word(name.name) and (speaks or known or not opens)

    def _vote_on_genders(self, unquoted: str) -> dict[str, Gender]:
        """Gender by title and office, else by `his` or `she` in sentences that name one person first and nobody else."""
        votes: dict[str, Counter[Gender]] = defaultdict(Counter)
        for mention in self.mentions:
            if mention.person is None:
                continue
            written = mention.written.gender or self._gender_written(mention.person.name)
            if written:
                votes[mention.person.name][written] += 100
        for sentence in re.finditer(r"[^.!?\n]+(?:\.(?=\S|\s[a-z])[^.!?\n]*)*", unquoted):
            mentions = self.within(Span(sentence.start(), sentence.end()))
            named = {mention.person.name if mention.person else "" for mention in mentions}
            genders = {match.lastgroup for match in _PRONOUNS.finditer(sentence[0])}
            first = _PRONOUNS.search(sentence[0])
            asked = _ASKED.search(sentence[0]) is not None
            if not asked and len(named) == 1 == len(genders) and first is not None and "" not in named:
                name = named.pop()
                if name in self._persons and sentence.start() + first.start() > mentions[0].span.end:
                    votes[name]["f" if genders == {"f"} else "m"] += 1
        return {
            name: gender
            for name, counted in votes.items()
            for gender, count in counted.most_common(1)
            if count >= 3 * (counted.total() - count)
        }


def is_oblique(text: str, mention: Mention, start: int = 0) -> bool:
    """Whether a preposition stands before a mention, no earlier than at `start`: `of Roe`, but not `In Ellery Mayor Roe`."""
    before = _OBLIQUE.search(text[max(start, mention.span.start - 20) : mention.span.start])
    stands_in_place = mention.written.titled and before is not None and before[0].strip().casefold() in {"in", "i"}
    return before is not None and not stands_in_place


def _variants(full_names: set[str], single: set[str]) -> dict[str, str]:
    """Each full name with its fullest form: `Leonard Braddock` and `Leonard J. Braddock` are one man.

    A Swedish genitive, `Sigrid Holms`, is the name without its s, if that or its surname stands elsewhere.
    """
    forms: dict[tuple[str, str, bool], list[str]] = defaultdict(list)
    for name in full_names:
        bare = _SUFFIX.sub("", name)
        words = bare.casefold().split()
        forms[words[0], words[-1], bare != name].append(name)
    canonical = {
        name: max(same, key=lambda form: (len(form.split()), form)) for same in forms.values() for name in same
    }
    for name in full_names:
        longer = {full for full in canonical.values() if full.endswith(f" {name}")}
        if len(longer) == 1:
            canonical[name] = longer.pop()
    for name in [name for name in canonical if name.endswith("s")]:
        bare = name[:-1]
        if bare in canonical or (bare.split()[-1] in single and name.split()[-1] not in single):
            canonical[name] = canonical.get(bare, bare)
    return canonical


def _before_noun(text: str, end: int) -> bool:
    """Whether a small word follows that may be what a genitive owns."""
    return _OWNED.match(text, end) is not None and CUE.match(text, end + 1) is None


def _surname(full: str) -> str:
    return _SUFFIX.sub("", full).split()[-1]


def _short_forms(full: str) -> set[str]:
    """What may stand for a full name: its last words; of `Y X Jr.` only `X Jr.`."""
    words = full.casefold().split()
    return {" ".join(words[-length:]) for length in range(1, len(words))} - {"jr.", "jr", "sr.", "sr", "ii", "iii", "iv"}


def _given_forms(full: str) -> set[str]:
    words = full.casefold().split()
    return {" ".join(words[:length]) for length in range(1, len(words))}


def _plain(word: str) -> str:
    bare = re.sub(r"['’]s$", "", word.casefold()).replace(".", "").strip(",()")
    return _SHORT_TITLES.get(bare, bare)


def _is_among(word: str, about: set[str]) -> bool:
    """Whether a description's word is among somebody's: `ministern` fits a `finansminister`."""
    bases = {word} | {word[: -len(end)] for end in ("n", "en", "et", "t") if word.endswith(end) and is_role_word(word)}
    return any(other == base or (len(base) > 4 and base != word and other.endswith(base)) for other in about for base in bases)


def _affiliated(words: str) -> list[str]:
    """`D-Calif.` as the words a description would use: democrat, california."""
    party, _, state = words.partition("-")
    bare = state.casefold().replace(".", "").strip()
    if party.strip() not in {"R", "D", "I"}:
        return []
    return [_SHORT_TITLES.get(party.casefold(), "independent"), _STATES.get(bare, bare)]


def _is_former(role: str) -> bool:
    return role.casefold().startswith(("former", "ex-", "then", "förre", "förra", "tidigare"))
