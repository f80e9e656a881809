"""Who an article speaks of: full names with the office the article gives, and what a later short mention refers to.

Rule-based, English and Swedish. A run of capitalised words is a name; a role word in it or beside it gives the office.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from corpus.article import Span

_UPPER = "A-ZÅÄÖÉÈÜØÆÁÍÓÚÇŁŠŽ"
_TITLES = r"(?:Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Rev|St)\."
WORD = rf"(?:{_TITLES}|[{_UPPER}][\w-]*(?:[’'](?!s\b)\w+)?(?:(?<=\b[{_UPPER}])\.)?(?:[{_UPPER}]\.)*)"
_SAYS = r"(?:said|says|told|tells|added|adds|explained|säger|sade|sa|berättar|menar|anser)\b"
_INTRODUCTION = re.compile(
    rf",? \d\d\b|,? \(\d\d\)|, (?:who|som)\b|(?: (?:from|of|at|på|från|i) [^.,\"“”]{{3,60}})? {_SAYS}"
)
_LINK = r"(?:of|for|the|and|von|van|der|den|de|da|di|af|al|bin|la|le|och|för)"
CAPITALS = re.compile(rf"(?:{WORD})(?:(?:\s(?:{_LINK}))*\s(?:{WORD})){{0,9}}")
_HONORIFICS = {"Mr", "Mrs", "Ms", "Miss", "Dr", "Prof", "Sir", "Lord", "Lady", "Dame", "Rev", "Herr", "Fru"}
_QUALIFIED = re.compile(
    r"\b(former|ex|then|acting|deputy|vice|outgoing|incoming|late|assistant|förre|förra|tidigare|dåvarande|biträdande|tillförordnad)[ -]$",
    re.IGNORECASE,
)
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
    sheriff warden ecologist archaeologist playwright sen rep gov gen lt col sgt capt justice attorney-general
    secretary-general lecturer surgeon physician psychologist trustee convener steward official lawmaker speaker parent
    """.split()
)
_ROLE_SV = re.compile(
    r"(?:.*(?:minister|president|råd|chef|direktör|ordförande|ledare|talesperson|talesman|talesmannen|talesperson|professor|forskare"
    r"|lektor|docent|rektor|lärare|tränare|kapten|spelare|målvakt|mästare|ambassadör|ledamot|sekreterare|läkare|sköterska|polis"
    r"|befäl|åklagare|domare|advokat|ekonom|analytiker|expert|grundare|ägare|konstnär|regissör|författare|historiker|biolog|meteorolog"
    r"|hydrolog|geolog|arkeolog|intendent|ingenjör|arkitekt|bonde|elev|handläggare|samordnare|brandman|herde|biskop|skeppare"
    r"|styrman|producent|bibliotekarie|mekaniker|tekniker|ombud|strateg|planerare|utvecklare|boende|kurator|pedagog|brukare"
    r"|kung|drottning|prins|prinsessa|präst|påve|medlare|arbetare|skötare|handlare|vakt|snickare|förare)(?:n|en|et|a|nen)?|vd|vd:n|vice)",
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
    International National Crossings Association Government Parliament Senate Congress Police Army Force Forces
    Federation Committee Authority Centre Center Foundation Fund Trust Airlines Airways Workers Unions
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
        self._within = {match[1] for match in re.finditer(rf"[a-zåäö,] ([{_UPPER}][\w-]*)", text)}
        addressed: set[str] = set()
        alone: set[str] = set()
        for run, person, start in _named_runs(text, Span(0, len(text))):
            name = person.name
            if _office_alone(name):
                continue
            role = _qualified(text, start, person.role) or _role_before(text, start) or _role_after(text, run.end())
            if run[0].split()[0].rstrip(".") in _HONORIFICS or _introduced(text, run):
                addressed.add(name)
            if len(name.split()) > 1 or role:
                self._roles[name] = self._roles.get(name) or role
            else:
                alone.add(name)
        for name in [name for name in self._roles if name.endswith("s") and name[:-1] in self._roles]:
            del self._roles[name]
        self._full = [name for name in self._roles if len(name.split()) > 1]
        self._by_surname: dict[str, list[str]] = defaultdict(list)
        self._by_given_name: dict[str, list[str]] = defaultdict(list)
        for name in self._full:
            parts = name.casefold().split()
            for length in range(1, len(parts)):
                self._by_surname[" ".join(parts[-length:])].append(name)
                self._by_given_name[" ".join(parts[:length])].append(name)
        for name in [name for name, role in self._roles.items() if role and len(name.split()) == 1]:
            known = self._by_surname[name.casefold()]
            if len(known) == 1 and self._roles[known[0]] is None:
                self._roles[known[0]] = self._roles[name]
        named_again = {
            name for name in self._full if name.split()[-1] in alone and not _NOT_A_PERSON & set(name.split())
        }
        self._persons = {name for name, role in self._roles.items() if role} | addressed | named_again

    def stands_within(self, name: str) -> bool:
        """Whether a single word is capitalised inside a sentence too, and so a name wherever it stands."""
        return name in self._within

    def is_person(self, person: Person) -> bool:
        """Whether the article gives a reason to take the name for a human being's: office, age, later surname."""
        return person.name in self._persons

    def mentions(self, text: str, within: Span) -> Iterator[Mention]:
        """Names in `within`, left to right, each resolved to the full name and office known from the whole article."""
        for run, person, _ in _named_runs(text, within):
            resolved = self.resolve(person.name)
            if resolved is not None:
                yield Mention(Span(run.start(), run.end()), resolved)

    def resolve(self, name: str) -> Person | None:
        """The person meant by `name`: itself if written in full, the one full name it is a part of, None if ambiguous.

        An office alone, `the Foreign Minister`, means the one person who holds it here.
        """
        if name in self._roles and len(name.split()) > 1:
            return Person(name, self._roles[name])
        if _office_alone(name):
            held = [full for full in self._full if (self._roles[full] or "").casefold().endswith(name.casefold())]
            return Person(held[0], self._roles[held[0]]) if len(held) == 1 else None
        wanted = name.casefold()
        for fits in (
            self._by_surname.get(wanted, []),
            [known for known in self._by_given_name.get(wanted, []) if self._roles[known]],
        ):
            if fits:
                with_role = [known for known in fits if self._roles[known]]
                chosen = with_role if len(with_role) == 1 else fits
                return Person(chosen[0], self._roles[chosen[0]]) if len(chosen) == 1 else None
        return Person(name, self._roles.get(name))


def _named_runs(text: str, within: Span) -> Iterator[tuple[re.Match[str], Person, int]]:
    """Runs of capitalised words that name somebody, and where the name or its office starts.

    `Palestinian` in `chief Palestinian negotiator` does not: a role word follows it.
    """
    for run in CAPITALS.finditer(text, within.start, within.end):
        person, start = _read_run(run)
        noun = re.match(r"\s([a-zåäö]+)", text[run.end() : run.end() + 30])
        party = len(run[0]) <= 2 and text[run.start() - 1 : run.start()] == "("
        if person is not None and not party and (" " in run[0] or noun is None or not is_role_word(noun[1])):
            yield run, person, start


def _office_alone(name: str) -> bool:
    words = name.split()
    return is_role_word(words[-1]) and not _NOT_A_PERSON & set(words)


def _qualified(text: str, start: int, role: str | None) -> str | None:
    """`former President`: a lower-case word before an office that changes what it says."""
    if role is None:
        return None
    before = _QUALIFIED.search(text[max(0, start - 20) : start])
    return f"{before[0]}{role}" if before else role


def _introduced(text: str, run: re.Match[str]) -> bool:
    """A full name followed by an age, "who" or "som", or a verb of saying."""
    if (
        len(run[0].split()) == 1
        or _NOT_A_PERSON & set(run[0].split())
        or text[max(0, run.start() - 4) : run.start()] in {"the ", "The "}
    ):
        return False
    return _INTRODUCTION.match(text, run.end()) is not None


def _read_run(run: re.Match[str]) -> tuple[Person | None, int]:
    """Splits `Japanese State Minister for Foreign Affairs Iwao Horii` into role and name; None if no name is left."""
    words = run[0].split()
    start = run.start()
    if len(words) > 1 and words[0] in STOPWORDS and words[1] in {"of", "for", "för"}:
        return None, start
    while words and (words[0] in STOPWORDS or words[0] in _PARTICLES - {"von", "van", "de", "al"}):
        start += len(words[0]) + 1
        words = words[1:]
    while words and words[0].rstrip(".") in _HONORIFICS:
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
        name = list(takewhile(lambda word: word not in {"of", "for", "för", "and", "och", "the"}, rest))
    if not name:
        return None, start
    role = " ".join(words[: roles[-1] + 1] if name[0] == rest[0] else words[: len(words) - len(name)])
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
    swedish = role[0].casefold() not in _ROLE_EN
    while words and len(role) < 4:
        word = words.pop()
        owner = word.endswith("s") or (role[0][0].isupper() and role[0].endswith("s")) or not swedish
        named = word[0].isupper() and word not in STOPWORDS and owner
        if not (named or word.casefold() in _MODIFIERS or is_role_word(word) or word.endswith(("'s", "’s"))):
            break
        role.insert(0, word)
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
    return None if re.search(r"\b(?:his|her|their) head\b", role) else role
