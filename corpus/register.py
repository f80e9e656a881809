"""What an article says of everybody it names: full names, offices, genders, and who bears a surname.

Gathered in one pass over the text, before anything is resolved.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from corpus.callings import Gender, gender_of_role, is_kin
from corpus.cues import CUE
from corpus.descriptions import affiliated, own_words, plain
from corpus.given_names import gender_of_given_name
from corpus.no_names import is_no_person
from corpus.people import Name, is_introduced, names_in, office_alone

_SUFFIX = re.compile(r"\s(?P<which>Jr\.?|Sr\.?|II|III|IV)$")
_PLACED = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Nn]ear|[Ff]rom|[Tt]he|[Oo]utside|[Ii]nside|[Ii]|[Pp]å|[Ff]rån|[Vv]id|[Uu]tanför)\s$"
)
_HOME = re.compile(r"\s(?:of|from)\s(?P<place>[A-Z]\w+(?:\s[A-Z]\w+)?)")
_OWNED = re.compile(
    r"\s(?!(?:till|från|för|med|och|som|har|hade|är|ska|var|vill|kan|inte|sig|på|vid|i|av|om|att|när|efter|under|blev|blir)\b)[a-zåäö]{3,}"
)
_BY_AGE = re.compile(r"\b[Tt]he\s(younger|older|elder|senior|junior)\s$")
_YOUNGER, _ELDER = (
    frozenset(("younger", "junior", "son", "daughter")),
    frozenset(("older", "elder", "senior", "father", "mother")),
)
FAMILY = 20
"""More bearers of one surname than any article has; among so many nobody is looked for."""


class Register:
    """Everybody named in one text. A name in full is its `canonical` form; a part of it is borne by one or by several."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.written = _without_headline_s(text, names_in(text))
        self._names = [name for name in self.written if not office_alone(name.name)]
        self._single = {name.name for name in self._names if " " not in name.name}
        self._canonical = _fullest_forms({name.name for name in self._names if " " in name.name}, self._single)
        nicknamed = {f"{name.nickname} {name.name.split()[-1]}": name.name for name in self._names if name.nickname}
        self._canonical |= {
            called: self._canonical[name] for called, name in nicknamed.items() if called in self._canonical
        }
        full = dict.fromkeys(self._canonical[name.name] for name in self._names if name.name in self._canonical)
        self._by_surname = _by_part(full, from_end=True)
        self._by_given_name = _by_part(full, from_end=False)
        self._tell_titled_apart()
        self._places: dict[str, list[int]] = defaultdict(list)
        for name in self._names:
            if name.name in self._canonical:
                self._places[self._canonical[name.name]].append(name.start)
        self.roles: dict[str, list[str]] = defaultdict(list)
        self.about: dict[str, set[str]] = defaultdict(set)
        self._genders: dict[str, Gender] = {}
        self._note_what_is_said()
        self._own = self._surnames_owned()
        self.titled_either_way = _titled_either_way(self._names)
        self._standing = {self.known_as(name.name) for name in self._names if not self._before_noun(name)}
        self.persons = self._shown_to_be_persons(full)

    def canonical(self, name: str) -> str | None:
        """The fullest form of a name written in full."""
        return self._canonical.get(name)

    def bearers(self, part: str) -> list[str]:
        """Full names that end in `part`."""
        return self._by_surname.get(part.casefold(), [])

    def called(self, part: str) -> list[str]:
        """Full names of persons that begin with `part`."""
        return [full for full in self._by_given_name.get(part.casefold(), []) if full in self.persons]

    def is_known(self, name: str) -> bool:
        part = name.casefold()
        return name in self._canonical or part in self._by_surname or part in self._by_given_name

    def known_as(self, name: str) -> str:
        bearers = self.bearers(name)
        return self._canonical.get(name) or (bearers[0] if len(bearers) == 1 else name)

    def gender(self, full: str) -> Gender | None:
        """What a title, an office or else a given name says of somebody's gender."""
        return self.stated_gender(full) or gender_of_given_name(full)

    def stated_gender(self, full: str) -> Gender | None:
        """What a title or an office says of somebody's gender."""
        return self._genders.get(full)

    def owner(self, name: Name) -> str | None:
        """Whose own the surname is that several bear, in the whole article."""
        for gender in (None, name.gender):
            own = self._own.get((name.name.casefold(), gender))
            if own is not None and (name.gender is None or self.gender(own) in {None, name.gender}):
                return own
        return None

    def told_apart(self, name: Name, bearers: list[str]) -> list[str]:
        """`the younger Roe`: of the bearers of a name those who are called so, or the one of two who is not called the elder."""
        match = _BY_AGE.search(self._text, max(0, name.span.start - 15), name.span.start)
        if match is None:
            return bearers
        own, other = (_YOUNGER, _ELDER) if match[1] in _YOUNGER else (_ELDER, _YOUNGER)
        called = [full for full in bearers if own & self.about[full]]
        rest = [full for full in bearers if not other & self.about[full]]
        return called or (rest if len(rest) < len(bearers) == 2 else [])

    def is_genitive(self, name: Name) -> bool:
        """Whether a Swedish name is written with a genitive's s: `Ines Falks syster`, but not `Oakes hotar`."""
        if not name.name.endswith("s") or not self._before_noun(name):
            return False
        return self.is_known(name.name[:-1]) or not (
            self.is_known(name.name) and self.known_as(name.name) in self._standing
        )

    def _before_noun(self, name: Name) -> bool:
        """Whether a small word follows that may be what a genitive owns."""
        return _OWNED.match(self._text, name.span.end) is not None and CUE.match(self._text, name.span.end + 1) is None

    def _tell_titled_apart(self) -> None:
        """`President Obama` is not Michelle Obama, of whom no office is given: he is known here by his surname only."""
        stated = {self._canonical.get(name.name) for name in self._names if name.role}
        for name in self._names:
            bearers = self.bearers(name.name)
            if name.titled and " " not in name.name and len(bearers) == 1 and bearers[0] not in stated:
                bearers.append(name.name)
                self._canonical[name.name] = name.name

    def _note_what_is_said(self) -> None:
        """Offices, homes and parties beside each name; what `Mrs.` says while only one of that surname has come up."""
        come_up: set[str] = set()
        for name in self._names:
            full = self._canonical.get(name.name)
            bearers = self.bearers(name.name)
            if full is not None:
                come_up.add(full)
            elif name.gender and len(bearers) <= FAMILY:
                met = [bearer for bearer in bearers if bearer in come_up]
                if len(met) == 1:
                    self._genders.setdefault(met[0], name.gender)
            bearers = bearers or self._by_given_name.get(name.name.casefold(), [])
            known = full or (name.name if not bearers else bearers[0] if len(bearers) == 1 else None)
            if known is None:
                continue
            for role in filter(None, (name.role, name.epithet)):
                if role not in self.roles[known]:
                    self.roles[known].append(role)
                self.about[known] |= own_words(role)
            gender = (name.gender if full is not None else None) or next(
                filter(None, map(gender_of_role, self.roles[known])), None
            )
            if gender:
                self._genders.setdefault(known, gender)
            home = _HOME.match(self._text, name.span.end)
            self.about[known] |= {plain(word) for word in home["place"].split()} if home else set()
            self.about[known] |= affiliated(name.affiliation) if name.affiliation else set()

    def _surnames_owned(self) -> dict[tuple[str, Gender | None], str]:
        """For a surname that several bear: who is meant by it bare, or with `Mr.`; nobody where the article leaves it open.

        Its own is whoever bears it when it first stands bare while nobody else of that name has come up, or else the one
        who is not written in full again while all others are.
        """
        bare: dict[tuple[str, Gender | None], int] = {}
        for name in self._names:
            if name.name not in self._canonical:
                bare.setdefault((name.name.casefold(), name.gender), name.start)
        owned: dict[tuple[str, Gender | None], str] = {}
        for (part, gender), first in bare.items():
            bearers = [
                full for full in self._by_surname.get(part, []) if not gender or self.gender(full) in {None, gender}
            ]
            if len(bearers) < 2:
                continue
            bearers = [full for full in bearers if not self._is_kin_of(part, full)] or bearers
            come_up = [full for full in bearers if self._places[full][0] < first]
            once = [full for full in bearers if len(self._places[full]) == 1]
            if len(come_up) <= 1:
                owned[part, gender] = (come_up or sorted(bearers, key=lambda full: self._places[full][0]))[0]
            elif len(once) == 1:
                owned[part, gender] = once[0]
        return owned

    def _is_kin_of(self, surname: str, full: str) -> bool:
        """`Roe's son, Eric Roe`: he is not the Roe who is called by that surname alone."""
        return any(is_kin(role.split()[0]) for role in self.roles[full]) or any(
            re.search(
                rf"\b{re.escape(surname)}['’]s\s(?:\w+\s){{0,3}}\w+,?\s$",
                self._text[max(0, at - 60) : at],
                re.IGNORECASE,
            )
            for at in self._places[full]
        )

    def _shown_to_be_persons(self, full: Iterable[str]) -> set[str]:
        """Names with an office, a title, an age or a verb of saying; and those that nothing shows to be a place or a body."""
        text = self._text
        shown = {name for name, roles in self.roles.items() if roles}
        shown |= {self.known_as(name.name) for name in self._names if name.honorific or is_introduced(text, name)}
        shown |= {
            name.name
            for name in self._names
            if CUE.match(text, name.span.end + 1) and not is_no_person(name.name) and not _is_acronym(name.name)
        }
        placed = {
            self.known_as(name.name)
            for name in self._names
            if _PLACED.search(text, max(0, name.span.start - 12), name.span.start)
        }
        for name in full:
            named_again = _SUFFIX.sub("", name).split()[-1] in self._single
            if not is_no_person(name) and (named_again or (len(name.split()) <= 3 and name not in placed)):
                shown.add(name)
        return shown


def _without_headline_s(text: str, names: list[Name]) -> list[Name]:
    """The names without those that only a headline Set Like This holds: its capitals run names and verbs together."""
    headline, _, body = text.partition("\n")
    words = list(re.findall(r"[^\W\d_]{4,}", headline))
    if not body or headline.endswith(".") or sum(word[0].isupper() for word in words) < 0.8 * len(words):
        return names
    return [name for name in names if name.span.start >= len(headline) or name.name in body]


def _is_acronym(name: str) -> bool:
    """`FBI`, `NAACP`: a body, though it speaks."""
    return name.isupper() and name.isalpha() and len(name) > 1


def _fullest_forms(full_names: set[str], single: set[str]) -> dict[str, str]:
    """Each full name with its fullest form: `Leonard Braddock` and `Leonard J. Braddock` are one man.

    `Rodham Clinton` is the one longer name that ends so. A Swedish genitive, `Sigrid Holms`, is the name without its s,
    if that or its surname stands elsewhere.
    """
    forms: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for name in sorted(full_names):
        suffix = _SUFFIX.search(name)
        words = _SUFFIX.sub("", name).casefold().split()
        forms[words[0], words[-1], suffix["which"].rstrip(".") if suffix else ""].append(name)
    canonical = {name: max(same, key=lambda form: len(form.split())) for same in forms.values() for name in same}
    endings: dict[str, set[str]] = defaultdict(set)
    for full in set(canonical.values()):
        words = full.split()
        for length in range(2, len(words)):
            endings[" ".join(words[-length:])].add(full)
    for name in canonical:
        if len(endings[name]) == 1:
            canonical[name] = next(iter(endings[name]))
    for name in [name for name in canonical if name.endswith("s")]:
        bare = name[:-1]
        if bare in canonical or (bare.split()[-1] in single and name.split()[-1] not in single):
            canonical[name] = canonical.get(bare, bare)
    return canonical


def _by_part(full_names: Iterable[str], *, from_end: bool) -> dict[str, list[str]]:
    """Full names by the words they end in, or begin with: by `van der Linde` and by `Linde`."""
    parts: dict[str, list[str]] = defaultdict(list)
    for full in full_names:
        words = _SUFFIX.sub("", full).casefold().split()
        for length in range(1, len(words)):
            parts[" ".join(words[-length:] if from_end else words[:length])].append(full)
    return parts


def _titled_either_way(names: list[Name]) -> set[str]:
    """Surnames that stand with `Mr.` as well as with `Mrs.`."""
    genders: dict[str, set[Gender]] = defaultdict(set)
    for name in names:
        if name.gender:
            genders[name.name].add(name.gender)
    return {name for name, both in genders.items() if len(both) == 2}
