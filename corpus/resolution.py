"""Whom an article means by a name, a surname, an office: the full name and the office it gives somewhere.

A short name that fits two persons means nobody, unless the article has made one of them its own by that surname.
A gender is known only where the article gives it: `Mrs.`, `spokeswoman`, `Roe said she`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from corpus.article import Span
from corpus.callings import Gender, gender_of_role, is_calling, is_role_word
from corpus.cues import CUE_EN, CUE_SV
from corpus.descriptions import PARTIES, content, fits, is_former, may_stand_for, plain
from corpus.given_names import gender_of_given_name
from corpus.no_names import STOPWORDS
from corpus.people import Name, Person, office_alone
from corpus.register import FAMILY, Register

_PRONOUNS = re.compile(r"\b(?:(?P<f>she|her(?=\s[a-z]{3})|herself|hon)|(?P<m>he|his|himself|han))\b", re.IGNORECASE)
_ASKED = re.compile(r"\b(?:asked|asks|asking|told|tells|telling|frågade|frågar)\b")
_TAG_IN_PASSING = re.compile(rf",\s(?:he|she|han|hon)\s(?:{CUE_EN}|{CUE_SV}),")
_SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\S|\s[a-z])[^.!?\n]*)*")
_SPEAKS = re.compile(rf"\s(?:(?:has|had|have|also|later|then|once)\s)*(?:{CUE_EN}|{CUE_SV})\b")
_OPENS = re.compile(r"(?:^|[.!?\n\0]\s?)$")
_OBLIQUE = re.compile(
    r"\b(?:for|of|per|to|from|about|by|with|till|för|av|från|om|med|hos|at|against|mot|between|mellan|on|in|near|over|behind|like"
    r"|under|and|among|amid|including|toward|towards|across|around|through|despite|inside|outside|within|into|upon|alongside|beyond"
    r"|vid|i|på)\s(?:the\s|former\s|then-)?$",
    re.IGNORECASE,
)
_OFFICE_AND = re.compile(r"[^.,;\0]*\b(?P<office>[\w-]+)\sand\s$")
_DETERMINED = re.compile(r"\b(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Tt]heir)\b|['’]s\b")
_SURE = 100
"""Votes of a title or an office, against one of a pronoun."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where somebody (or some body) is named, and who it is; `person` is None where it might be either of two."""

    span: Span
    person: Person | None
    written: Name


class People:
    """Everybody named in one article, with the places where they are named outside quotation marks."""

    def __init__(self, text: str, masked: str) -> None:
        """`masked` is `text` with what is not the reporter's own words blanked out by NUL characters, of the same length."""
        self._register = Register(text)
        self._within = set(re.findall(r"[a-zåäö,] ([A-ZÅÄÖÉØÆ][\w-]*)", text)) - STOPWORDS
        self._mentions = [
            Mention(name.span, self._resolved(name), name)
            for name in self._register.written
            if self._names_someone(masked, name)
        ]
        self._starts = [mention.span.start for mention in self._mentions]
        self._come_up: dict[Person, int] = {}
        for mention in self._mentions:
            if mention.person is not None:
                self._come_up.setdefault(mention.person, mention.span.start)
        self._genders = self._vote_on_genders(masked)
        named = Counter(
            mention.person for mention in self._mentions if mention.person and self.is_person(mention.person)
        )
        self._most_named = named.most_common(1)[0][0] if named else None

    def within(self, span: Span) -> list[Mention]:
        """Mentions that start in `span`, left to right."""
        return self._mentions[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]

    def named_before(self, position: int) -> list[Person]:
        """Everybody named before `position`, in the order in which they come up."""
        return list(takewhile(lambda person: self._come_up[person] < position, self._come_up))

    def is_person(self, person: Person) -> bool:
        """Whether the article gives a reason to take the name for a human being's."""
        return person.name in self._register.persons

    def is_most_named(self, person: Person) -> bool:
        return person == self._most_named

    def gender(self, person: Person) -> Gender | None:
        """What the article itself says or shows."""
        return self._genders.get(person.name)

    def may_be(self, person: Person, gender: Gender) -> bool:
        """Whether neither the article nor the given name speaks against it."""
        return self.likely_gender(person) in {None, gender}

    def likely_gender(self, person: Person) -> Gender | None:
        """What the article says or shows, or else the given name."""
        return self.gender(person) or gender_of_given_name(person.name)

    def is_genitive(self, mention: Mention) -> bool:
        """Whether a Swedish name is written with a genitive's s."""
        return self._register.is_genitive(mention.written)

    def described(self, words: Sequence[str]) -> Person | None:
        """The one person whom `the Ohio Republican` or `the former mayor` fits; None if it fits none or several."""
        fitting = self.fitting(words)
        return fitting[0] if len(fitting) == 1 else None

    def fitting(self, words: Sequence[str]) -> list[Person]:
        """Everybody whom a description fits, as far as the article says what they are."""
        head, wanted = _head(words), content(words)
        if head is None or not wanted - PARTIES:
            return []
        register = self._register
        fitting = [name for name, about in register.about.items() if fits(wanted, about, head)]
        if len(fitting) > 1 and "former" not in {word.casefold() for word in words}:
            fitting = [name for name in fitting if not all(map(is_former, register.roles[name]))]
        return [self._person(name) for name in fitting]

    def partly_fitting(self, words: Sequence[str]) -> Person | None:
        """The only one who holds the office that heads a description, and of whom nothing known speaks against the rest."""
        head, wanted = _head(words), content(words)
        about = self._register.about
        holders = (
            [name for name, known in about.items() if head in known and may_stand_for(wanted, known, head)]
            if head
            else []
        )
        return self._person(holders[0]) if len(holders) == 1 else None

    def take_for(self, person: Person, words: Sequence[str]) -> bool:
        """Takes a description that fits nobody for another word for `person`, if it may be one, and keeps it in mind."""
        head, wanted = _head(words), content(words)
        about = self._register.about[person.name]
        gender = gender_of_role(" ".join(words))
        if head is None or not self.is_person(person) or not may_stand_for(wanted, about, head):
            return False
        if gender and not self.may_be(person, gender):
            return False
        if len(wanted) > 1:
            about |= wanted
            return True
        return person == self._most_named

    def _resolved(self, name: Name) -> Person | None:
        """The person meant by `name`: itself if written in full, the one full name it is a part of, None if ambiguous."""
        register = self._register
        if office_alone(name.name):
            return self.described(name.name.split())
        full = register.canonical(name.name)
        bearers = register.bearers(name.name)
        if full is not None:
            return self._person(full)
        if len(bearers) > 1:
            return self._one_of(bearers, name)
        unclear = name.honorific is not None and name.name in register.titled_either_way
        if bearers and unclear and register.gender(bearers[0]) is None:
            return self._person(name.name)
        known = bearers or register.called(name.name) or [name.name]
        return self._person(known[0]) if len(known) == 1 else None

    def _one_of(self, bearers: list[str], name: Name) -> Person | None:
        """Which of several who bear a surname: the one with the office or the gender written here, or whose own it is."""
        register = self._register
        if len(bearers) > FAMILY:
            return None
        apart = register.told_apart(name, bearers)
        if len(apart) < len(bearers):
            return self._person(apart[0]) if len(apart) == 1 else None
        office = {plain(word) for word in name.role.split()} if name.role else set()
        held = [full for full in bearers if office and office <= register.about[full]]
        if len(held) == 1:
            return self._person(held[0])
        if name.gender:
            same = [full for full in bearers if register.gender(full) == name.gender]
            bearers = (
                same if len(same) == 1 else [full for full in bearers if register.gender(full) in {None, name.gender}]
            )
        own = bearers[0] if len(bearers) == 1 else register.owner(name)
        return self._person(own) if own in bearers else None

    def _person(self, name: str) -> Person:
        roles = self._register.roles.get(name)
        return Person(name, roles[0] if roles else None)

    def _names_someone(self, masked: str, name: Name) -> bool:
        """Whether a name in running text is a mention; a single word that opens a sentence needs another sign of it."""
        if masked[name.start] == "\0" or (name.name[0].islower() and "-" not in name.name):
            return False
        if name.name in STOPWORDS and not self._register.is_known(name.name):
            return False
        if " " in name.name or name.honorific or name.role:
            return True
        speaks = not name.name.endswith("s") and _SPEAKS.match(masked, name.span.end) is not None
        known = name.name in self._within or name.name in self._register.persons or self._register.is_known(name.name)
        opens = _OPENS.search(masked[max(0, name.start - 3) : name.start]) is not None
        if is_role_word(name.name):
            return self._register.is_known(name.name)
        return speaks or known or not opens

    def _vote_on_genders(self, masked: str) -> dict[str, Gender]:
        """Gender by title and office, else by `his` or `she` in sentences that name one person first and nobody else."""
        votes: dict[str, Counter[Gender]] = defaultdict(Counter)
        for name in {mention.person.name for mention in self._mentions if mention.person}:
            written = self._register.stated_gender(name)
            if written:
                votes[name][written] += _SURE
        for mention in self._mentions:
            if mention.person is not None and mention.written.gender:
                votes[mention.person.name][mention.written.gender] += _SURE
        for sentence in _SENTENCE.finditer(masked):
            first = _PRONOUNS.search(sentence[0])
            if first is None or _ASKED.search(sentence[0]) or _TAG_IN_PASSING.search(sentence[0]):
                continue
            mentions = self.within(Span(sentence.start(), sentence.end()))
            persons = {mention.person for mention in mentions}
            genders = {match.lastgroup for match in _PRONOUNS.finditer(sentence[0])}
            person = mentions[0].person if len(persons) == 1 == len(genders) else None
            if (
                person is not None
                and self.is_person(person)
                and sentence.start() + first.start() > mentions[0].span.end
            ):
                gender: Gender = "f" if genders == {"f"} else "m"
                votes[person.name][gender] += gender_of_given_name(person.name) in {None, gender}
        return {
            name: gender
            for name, counted in votes.items()
            for gender, count in counted.most_common(1)
            if count > 0 and count >= 3 * (counted.total() - count)
        }


def _head(words: Sequence[str]) -> str | None:
    """`senator` of `senior senator from Ohio`; None if the words call nobody anything."""
    stem = list(takewhile(lambda word: word not in {"of", "for", "from", "at", "in", "i", "på", "för"}, words))
    return plain(stem[-1]) if stem and is_calling(stem[-1]) else None


def is_oblique(text: str, mention: Mention, start: int = 0) -> bool:
    """Whether a preposition stands before a mention, no earlier than at `start`: `of Roe`, but not `In Ellery Mayor Roe`."""
    before = _OBLIQUE.search(text[max(start, mention.span.start - 20) : mention.span.start])
    stands_in_place = mention.written.titled and before is not None and before[0].strip().casefold() in {"in", "i"}
    return before is not None and not stands_in_place and not holds_two_offices(text, mention)


def holds_two_offices(text: str, mention: Mention) -> bool:
    """`Acme co-founder and CEO Jane Roe`, but not `her lawyer and Senator Jane Roe`."""
    start = mention.span.start
    before = _OFFICE_AND.search(text, max(0, start - 60), start) if mention.written.titled else None
    return before is not None and is_calling(before["office"]) and not _DETERMINED.search(before[0])
