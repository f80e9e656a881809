"""What people are: offices, professions, places in a family, English and Swedish."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Gender = Literal["f", "m"]

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
    secretary-general tem lecturer surgeon physician psychologist trustee convener steward official lawmaker speaker parent
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
_CALLING = frozenset(
    """
    administrator agent host nominee candidate aide consultant operative pollster billionaire businessman businesswoman
    developer rancher veteran activist advocate delegate counsel marshal trooper clerk comptroller controller auditor
    assemblyman assemblywoman councilman councilwoman alderman whip undersecretary commander lieutenant corporal major
    columnist commentator anchor correspondent pundit blogger podcaster filmmaker comedian rapper solicitor magistrate
    firefighter paramedic scholar sociologist demographer diplomat interpreter rabbi imam reverend evangelist donor
    lobbyist financier investor executive president-elect vice-president emissary congressmember publisher producer
    ally friend colleague counterpart surrogate challenger legislator assemblymember supervisor trainer democrat
    republican libertarian magnate mogul tycoon hopeful front-runner frontrunner incumbent contender newcomer firebrand
    standard-bearer sponsor cosponsor co-sponsor vp ag atty lady mate supporter backer critic voter protester demonstrator retiree
    moderator councilmember councilperson selectman selectwoman freeholder coroner constable postmaster chaplain monsignor archbishop rector
    boss czar insider plumber welder bartender waitress waiter nun friar custodian janitor cashier salesman cattleman
    bookkeeper accountant criminologist statistician epidemiologist virologist climatologist psychiatrist therapist veterinarian
    juror plaintiff defendant inmate arborist trucker longshoreman steelworker autoworker dispatcher intern provost registrar
    canvasser broadcaster screenwriter musician quarterback speechwriter stenographer bailiff landlord tenant
    homeowner
    """.split()
)
"""What people are called beside their names, besides the offices that `is_role_word` knows."""
_CALLING_SV = re.compile(
    r"\w{3,}(?:aren|erskan|isten|anten|ören|ologen|ikern|mannen|kvinnan|ledaren|eleven)|\w*tjänsteman"
    r"|\w*kolleg(?:a|an|er)|antikvarie\w?|målsägande\w?|lots(?:en)?|föräldern?"
    r"|(?!tidigare|senare|vidare|snarare|närmare|ytterligare|fortfarande|numera)\w{3,}aren?|\w*(?:vän|vännen|ombudet|chefen)"
)
_KIN: dict[str, Gender] = {
    **dict.fromkeys("father son husband brother uncle nephew grandfather grandson widower".split(), "m"),
    **dict.fromkeys("mother daughter wife sister aunt niece grandmother granddaughter widow".split(), "f"),
    **dict.fromkeys("pappa son bror morfar farfar".split(), "m"),
    **dict.fromkeys("mamma dotter syster fru hustru mormor farmor".split(), "f"),
}
_GENDERED = re.compile(
    r"(?P<f>\w*(?:woman|women|kvinna|kvinnan)|actress|queen|princess|duchess|heiress|lady|nun|drottning\w*|prinsessa\w*)"
    r"|(?P<m>(?:spokes|chair|congress|business|states|sports|police|fire|fisher|assembly|council|camera|anchor|sales|gentle|clergy|alder)man"
    r"|king|prince|duke|lord|kung(?:en)?|prins(?:en)?)",
    re.IGNORECASE,
)
_WORDS_KEPT = 20_000


@lru_cache(maxsize=_WORDS_KEPT)
def is_role_word(word: str) -> bool:
    """Whether `word` is an office or a profession."""
    bare = word.strip(".,()").casefold()
    return bare in _ROLE_EN or _ROLE_SV.fullmatch(bare) is not None


@lru_cache(maxsize=_WORDS_KEPT)
def is_calling(word: str) -> bool:
    """Whether `word` says what somebody is: an office, a profession, a party, a place in a family."""
    bare = word.strip(".,()").casefold()
    first, _, second = bare.partition("-")
    if second and (
        (is_calling(second) and is_calling(first) and (is_role_word(first) or is_role_word(second)))
        or (first in {"co", "ex", "then"} and is_calling(second))
    ):
        return True
    return bare in _CALLING or bare in _KIN or is_role_word(bare) or _CALLING_SV.fullmatch(bare) is not None


def is_english_calling(word: str) -> bool:
    """Whether an English list holds `word`; the Swedish ones hold endings and say less."""
    bare = word.casefold()
    return bare in _ROLE_EN or bare in _CALLING


def is_kin(word: str) -> bool:
    return word.casefold() in _KIN


def gender_of_role(role: str) -> Gender | None:
    """What `spokeswoman`, `mother` or `Congressman` says of its holder; None for most offices."""
    for word in role.split():
        match = _GENDERED.fullmatch(word)
        kin = _KIN.get(word.casefold())
        if match is not None:
            return "f" if match["f"] else "m"
        if kin is not None:
            return kin
    return None
