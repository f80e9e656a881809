"""Who an article speaks of: full names with the office the article gives, and what a later short mention refers to.

Rule-based, English and Swedish. A run of capitalised words is a name; a role word in it or beside it gives the office.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.article import Span

_UPPER = "A-ZÅÄÖÉÈÜØÆÁÍÓÚÇŁŠŽ"
WORD = rf"[{_UPPER}][\w-]*(?:[’'](?!s\b)\w+)?(?:(?<=\b[{_UPPER}])\.)?(?:[{_UPPER}]\.)*"
_LINK = r"(?:of|for|the|and|von|van|der|den|de|da|di|af|al|bin|la|le|och|för)"
CAPITALS = re.compile(rf"(?:{WORD})(?:(?:\s(?:{_LINK}))*\s(?:{WORD})){{0,9}}")
_PARTICLES = {"von", "van", "der", "den", "de", "da", "di", "af", "al", "bin", "la", "le"}

_ROLE_EN = frozenset(
    """
    president minister secretary mayor chancellor premier ambassador senator governor congressman congresswoman
    representative commissioner chief director manager head chair chairman chairwoman chairperson ceo cfo
    founder co-founder owner spokesman spokeswoman spokesperson professor researcher scientist economist analyst
    lawyer attorney judge prosecutor coach captain player striker goalkeeper defender midfielder teacher
    principal headteacher headmaster doctor nurse officer sergeant inspector detective general admiral colonel
    leader member councillor councilor mp engineer architect artist author writer actor actress singer curator
    conductor farmer fisherman resident student pupil expert historian biologist hydrologist meteorologist
    geologist dean bishop priest pastor king queen prince princess pope deputy adviser advisor strategist envoy
    negotiator organiser organizer volunteer shopkeeper pilot driver skipper planner editor reporter journalist
    treasurer superintendent librarian caretaker master technician mechanic electrician neighbour neighbor witness
    sheriff warden ecologist archaeologist playwright lecturer surgeon physician psychologist trustee convener
    steward official lawmaker speaker parent
    """.split()
)
_ROLE_SV = re.compile(
    r"(?:.*(?:minister|president|råd|chef|direktör|ordförande|ledare|talesperson|talesman|talesmannen|talesperson|professor|forskare"
    r"|lektor|docent|rektor|lärare|tränare|kapten|spelare|målvakt|mästare|ambassadör|ledamot|sekreterare|läkare|sköterska|polis"
    r"|befäl|åklagare|domare|advokat|ekonom|analytiker|expert|grundare|ägare|konstnär|regissör|författare|historiker|biolog|meteorolog"
    r"|hydrolog|geolog|arkeolog|intendent|ingenjör|arkitekt|bonde|elev|handläggare|samordnare|brandman|herde|biskop|skeppare"
    r"|styrman|producent|bibliotekarie|mekaniker|tekniker|ombud|strateg|planerare|utvecklare|boende|kurator|pedagog|brukare"
    r"|medlare|arbetare|skötare|handlare|vakt|snickare|förare)(?:n|en|et|a|nen)?|vd|vd:n|vice)",
    re.IGNORECASE,
)
_MODIFIERS = frozenset(
    """
    deputy former senior prime vice foreign finance defense defence interior chief head assistant associate
    acting local regional trade energy state press general managing executive honorary emeritus council party
    union school museum project team club tidigare förre förra biträdande ställföreträdande tillförordnad vice
    lokala
    """.split()
)
STOPWORDS = frozenset(
    """
    The A An In On At By For To Of From With And But Or If As It Its This That These Those There Here He She
    They We I You His Her Their Our My After Before When While Although Because Since During Under Over About
    Against Between Among Meanwhile However According Also Still Now Then Today Yesterday Tomorrow Monday
    Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December Some Many Most Several Both Each Every All One Two Three Four Five Not
    No Yes Last Next Building Asked Speaking Police Officials Residents Critics Experts Proposals Discussions
    Det Den De En Ett I På Av För Till Från Med Och Men Eller Om Som Han Hon Vi Ni Jag Du Här Där Nu Då När
    Efter Innan Under Över Enligt Samtidigt Dock Också Idag Igår Alla Några Många Flera Båda Varje Ingen Inte
    Måndag Tisdag Onsdag Torsdag Fredag Lördag Söndag Januari Februari Mars Maj Juni Juli Augusti Oktober Sedan
    Vid Hos Mot Ur Utan Detta Denna Dessa Vad Vem Hur Varför Samma Regeringen Kommunen Polisen Företaget Bolaget
    Projektet Beslutet Officials Government Company
    """.split()
)


_NOT_A_PERSON = frozenset(
    """
    University Office Union Council United States Court Ministry Bank Institute America Street House Party
    Journal Times Company Agency Commission Department Island River Lake Town City County Hall Kingdom North
    South East West New Port Group School Secondary Museum Theatre Club Cup League FC IF BK AB Inc Ltd Act World
    International National Crossings Association
    """.split()
)


@dataclass(frozen=True, slots=True)
class Person:
    """A name as the article gives it in full, and the office or description beside it."""

    name: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where somebody (or some body) is named: the span of name and role, and who it is."""

    span: Span
    person: Person


def is_role_word(word: str) -> bool:
    bare = word.strip(".,()").casefold()
    return bare in _ROLE_EN or _ROLE_SV.fullmatch(bare) is not None


class People:
    """The persons of one article, gathered from its text; resolves surnames to full names.

    A short name that fits two persons resolves to nobody.
    """

    def __init__(self, text: str) -> None:
        self._roles: dict[str, str | None] = {}
        self._runs: dict[str, int] = {}
        for run in CAPITALS.finditer(text):
            person, start = _read_run(run)
            if person is None:
                continue
            role = person.role or _role_before(text, start) or _role_after(text, run.end())
            if len(person.name.split()) > 1 or role:
                self._runs[person.name] = self._runs.get(person.name, 0) + 1
                if role and not self._roles.get(person.name):
                    self._roles[person.name] = role

        self._persons = {name for name in self._runs if self._roles.get(name) or _introduced(text, name)}

    def is_person(self, person: Person) -> bool:
        """Whether the article gives a reason to take the name for a human being's: office, age, later surname."""
        return person.name in self._persons

    def mentions(self, text: str, within: Span) -> Iterator[Mention]:
        """Names in `within`, left to right, each resolved to the full name and office known from the whole article."""
        for run in CAPITALS.finditer(text, within.start, within.end):
            person, _ = _read_run(run)
            if person is None:
                continue
            resolved = self.resolve(person.name)
            if resolved is not None:
                yield Mention(Span(run.start(), run.end()), resolved)

    def resolve(self, name: str) -> Person | None:
        """The person meant by `name`: itself if written in full, the one full name it is a part of, None if ambiguous."""
        if name in self._runs and len(name.split()) > 1:
            return Person(name, self._roles.get(name))
        wanted = name.casefold()
        full = [known for known in self._runs if len(known.split()) > 1]
        for fits in (
            [known for known in full if known.casefold().endswith(" " + wanted)],
            [known for known in full if known.casefold().startswith(wanted + " ") and self._roles.get(known)],
        ):
            if fits:
                with_role = [known for known in fits if self._roles.get(known)]
                chosen = with_role if len(with_role) == 1 else fits
                if len(chosen) == 1:
                    return Person(chosen[0], self._roles.get(chosen[0]))
                return None
        return Person(name, self._roles.get(name))


def _introduced(text: str, name: str) -> bool:
    """Followed by an age, "who" or "som", or named again by the surname alone."""
    if len(name.split()) == 1 or _NOT_A_PERSON & set(name.split()):
        return False
    surname = re.escape(name.split()[-1])
    given = re.escape(name.split()[-2])
    return (
        re.search(rf"{re.escape(name)}(?:,? \d\d\b|,? \(\d\d\)|, (?:who|som)\b)", text) is not None
        or re.search(rf"(?<!{given} )\b{surname}\b(?!\s[{_UPPER}])", text) is not None
    )


def _read_run(run: re.Match[str]) -> tuple[Person | None, int]:
    """Splits `Japanese State Minister for Foreign Affairs Iwao Horii` into role and name; None if no name is left."""
    words = run[0].split()
    start = run.start()
    while words and (words[0] in STOPWORDS or words[0] in _PARTICLES - {"von", "van", "de", "al"}):
        start += len(words[0]) + 1
        words = words[1:]
    while words and words[-1].casefold() in {"and", "och", "the", "of", "for", "för"}:
        words = words[:-1]
    if not words:
        return None, start
    roles = [position for position, word in enumerate(words) if is_role_word(word)]
    if not roles:
        if any(word in {"and", "och", "of", "for", "för"} for word in words):
            return (Person(" ".join(words)), start) if "of" in words or "for" in words else (None, start)
        return Person(" ".join(words)), start
    rest = words[roles[-1] + 1 :]
    if not rest:
        return Person(" ".join(words)) if len(words) > 1 else None, start
    if rest[0] in {"of", "for", "för", "and", "och"}:
        capitals = [word for word in rest if word[0].isupper()]
        if len(capitals) < 3:
            return None, start
        take = 2
        while take < len(rest) and rest[-take] in _PARTICLES:
            take += 1
        name = rest[-take:]
    else:
        name = rest
    role = " ".join(words[: len(words) - len(name)])
    return Person(" ".join(name), role), start


def _role_before(text: str, start: int) -> str | None:
    """`Sweden's finance minister ` or `kommunalrådet ` right before a name."""
    before = text[max(0, start - 90) : start]
    if not before.endswith(" "):
        return None
    apposition = re.search(r"(?:^|[.!?\n]\s?)(?P<role>\w+ (?:i|på|för|vid|of|at|in) [^.,;:!?\n]{2,40}), $", before)
    if apposition is not None and is_role_word(apposition["role"].split()[0]):
        return apposition["role"]
    before = re.split(r"[,.;:!?\"“”()\n–]\s*", before)[-1]
    words = before.split()
    if not words or not is_role_word(words[-1]) or words[-1][0].isupper():
        return None
    role = [words.pop()]
    while words and len(role) < 4:
        word = words.pop()
        if (
            word.casefold() in _MODIFIERS
            or is_role_word(word)
            or (word[0].isupper() and word not in STOPWORDS)
            or word.endswith(("'s", "’s"))
        ):
            role.insert(0, word)
        else:
            break
    return " ".join(role)


def _role_after(text: str, end: int) -> str | None:
    """`, head of the museum,` or ` (S), kommunalråd` right after a name."""
    match = re.match(r"(?:\s?\([^)]{1,20}\))?,\s(?:\d{1,2},\s)?(?P<role>[^.,;:!?\"“”\n]{3,80})", text[end : end + 130])
    if match is None:
        return None
    role = re.sub(r"^(?:the|a|an|who is|som är)\s", "", match["role"].strip())
    role = re.split(
        r"\s(?:said|says|told|who|som|säger|sade|sa|när|when|and (?:he|she)|var|är|was|is|has|har|adding|added)\b", role
    )[0]
    words = role.split()
    if not words or len(words) > 10 or not any(is_role_word(word) for word in words[:4]):
        return None
    return role
