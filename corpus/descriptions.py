"""The words of `the Ohio Republican` and of `Sen. Jane Roe, R-Ohio`, made comparable."""

from __future__ import annotations

import re
from collections.abc import Iterable

from corpus.callings import is_calling, is_role_word

PARTIES = frozenset(("republican", "democrat", "independent"))
_SAME = {
    "sen": "senator",
    "rep": "representative",
    "gov": "governor",
    "congressman": "representative",
    "congresswoman": "representative",
    "d": "democrat",
    "r": "republican",
    "dem": "democrat",
    "democratic": "democrat",
    "gop": "republican",
}
_STATES = {
    short: state
    for state, shorts in (
        line.split(":")
        for line in """
        alabama:ala al;alaska:ak;arizona:ariz az;arkansas:ark ar;california:calif ca;carolina:nc sc;colorado:colo co;connecticut:conn ct
        dakota:nd sd;delaware:del de;florida:fla fl;georgia:ga;hampshire:nh;hawaii:hi;idaho:id;illinois:ill il;indiana:ind in;iowa:ia
        jersey:nj;kansas:kan ks;kentucky:ky;louisiana:la;maine:me;maryland:md;massachusetts:mass ma;mexico:nm;michigan:mich mi
        minnesota:minn mn;mississippi:miss ms;missouri:mo;montana:mont mt;nebraska:neb ne;nevada:nev nv;ohio:oh;oklahoma:okla ok
        oregon:ore or;pennsylvania:pa;island:ri;tennessee:tenn tn;texas:tex tx;utah:ut;vermont:vt;virginia:va wva wv
        washington:wash wa;wisconsin:wis wi;wyoming:wyo wy;york:ny
        """.replace("\n", ";")
        .replace(" " * 8, "")
        .strip(";")
        .split(";")
        if line
    )
    for short in shorts.split()
}
"""Abbreviated states by the last word of their names."""
_EMPTY = frozenset("the a an of for from in at and former then longtime veteran new north south west".split())
_OWNERS = re.compile(
    r"(?:city|state|county|town|country|nation|party|department|agency|committee|group|company|church|school)['’]s"
)
"""`the city's mayor` is the mayor: these owners tell nobody apart."""
_LAWMAKERS = frozenset("senator representative assemblyman assemblywoman delegate".split())
OFFICES = frozenset(
    """
    president senator governor mayor representative secretary judge justice prosecutor sheriff minister general ambassador
    premier chancellor commissioner principal superintendent professor coach pastor bishop reporter spokesman spokeswoman
    spokesperson teacher doctor
    """.split()
)
"""Of two of these the holder has one."""
_STAFF = frozenset(
    """
    manager spokesman spokeswoman spokesperson aide adviser advisor strategist lawyer attorney counsel director assistant
    wife husband son daughter mother father brother sister
    """.split()
)
"""Those who speak for another, or beside them, and are not called by the other's name and office."""
_BY_ITSELF = OFFICES | frozenset(
    """
    republican democrat lawmaker candidate nominee hopeful front-runner frontrunner incumbent contender mogul magnate tycoon
    billionaire businessman businesswoman chairman chairwoman speaker
    """.split()
) - {"reporter", "spokesman", "spokeswoman", "spokesperson", "teacher", "doctor", "coach", "principal"}
"""What `the ...` alone may say instead of a name; `the neighbor` and `the teacher` are as often somebody unnamed."""
_GENERAL = frozenset("leader member official player officer resident".split())
"""Offices that go with any other."""


def plain(word: str) -> str:
    """`Sen.` as senator, `Ohio's` as ohio."""
    bare = re.sub(r"['’]s$", "", word.casefold()).replace(".", "").strip(",()")
    return _SAME.get(bare, bare)


def own_words(role: str) -> set[str]:
    """What an office says of its holder: a `lawyer for the president` is no president, nor is `the president's lawyer`."""
    words = re.findall(r"[\w.-]+(?:['’]s\b)?", role)
    owner = max((at for at, word in enumerate(words) if word.endswith(("'s", "’s"))), default=-1)
    beside = next((at for at, word in enumerate(words) if word in {"for", "to"}), len(words))
    return {
        plain(word)
        for at, word in enumerate(words)
        if owner < at < beside or not is_calling(re.sub(r"['’]s$", "", word))
    }


def content(words: Iterable[str]) -> set[str]:
    """The words of a description or an office that tell one person from another."""
    return {plain(word) for word in words if not _OWNERS.fullmatch(word)} - _EMPTY - {""}


def affiliated(words: str) -> set[str]:
    """`D-Calif.` as the words a description would use: democrat, california."""
    party, _, state = words.partition("-")
    bare = state.casefold().replace(".", "").strip()
    if party.strip() not in {"R", "D", "I"}:
        return set()
    return {_SAME.get(party.casefold(), "independent"), _STATES.get(bare, bare)}


def fits(wanted: set[str], about: set[str], head: str) -> bool:
    """Whether all that a description says is known of somebody; a party may be left open there, and no vice is president."""
    if _LAWMAKERS & about:
        wanted = wanted - {"lawmaker", "legislator"}
    asked = wanted if PARTIES & about else wanted - PARTIES
    return all(_is_among(word, about) for word in asked) and not (head == "president" and "vice" in about - wanted)


def may_stand_for(wanted: set[str], about: set[str], head: str) -> bool:
    """Whether a description of which nothing is known may be another word for somebody: `the Ohio Republican` of a senator."""
    states = set(_STATES.values())
    apart = any(kind & wanted and kind & about and not kind & wanted & about for kind in (PARTIES, states, OFFICES))
    beside = bool(_STAFF & about) and not _STAFF & wanted & about
    other = is_calling(head) and head not in about | _BY_ITSELF | _GENERAL and any(map(is_role_word, about))
    return not (apart or beside or other) and (len(wanted) > 1 or (head in _BY_ITSELF and not about))


def is_former(role: str) -> bool:
    return role.casefold().startswith(("former", "ex-", "then", "förre", "förra", "tidigare"))


def _is_among(word: str, about: set[str]) -> bool:
    """Whether a description's word is among somebody's: `ministern` fits a `finansminister`."""
    if word in about:
        return True
    bases = {word[: -len(end)] for end in ("n", "en", "et", "t") if word.endswith(end) and is_role_word(word)}
    return any(other == base or (len(base) > 4 and other.endswith(base)) for base in bases for other in about)
