"""Whether a sentence turns round what its source says: a denial put in or left out, an opposite, another degree of certainty, all for
some, two names or figures in each other's place.

Words are compared with lists, English and Swedish, in which a `*` stands for any ending and a `_` for a space. They hold what news
prose uses; what they lack is not seen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from corpus.article import Span
from index.lexical import FUNCTION_WORDS, stem, words
from index.word_vectors import WordVectors
from rag.claims import figures, rates, shared_words, without_names, word_list
from rag.likeness import clause_likeness

_OPPOSITES = """
increas* rise rises risen rising rose grow* grew climb* soar* surg* öka* ökning* stiger stiga stigit steg höj* växer växte | decreas* reduc* fall falls fallen falling fell drop* declin* shrink* shrank shrunk sink* sank lower* plung* minsk* sjunk* sjönk* sänk* krymp*
more fler mer | fewer less färre mindre
begin* began begun start* open opens opened opening launch* resum* börja* inled* öppna* starta* återuppta* | end ends ended ending stop* clos* shut* halt* finish* ceas* avsluta* upphör* stäng* sluta slutar slutade avbryt* avbröt*
approv* adopt* accept* back backs backed support* welcom* endors* agree agrees agreed admit* confirm* yes godkän* antog antar antogs stödj* stöder stödde instäm* välkomna* medge* medgav erkän* bekräfta* ja | reject* turned_down oppos* deny denies denied dismiss* against disagree* disput* avslog avslå* förkasta* tillbakavisa* avvisa* avfärda* motsätt* emot förneka* dementera* nej
win wins won winning beat beats beaten victor* vann vinna vinner vunnit seger* besegra* | lose loses lost losing förlora* förlust*
surplus* profit* överskott* vinst* | deficit* losses underskott* förlust*
import* | export*
first först första | last_one last_time sist sista
high higher highest tall taller tallest hög högre högst höga högt | low lower lowest short shorter shortest låg lägre lägst låga lågt
at_least minimum minst | at_most up_to maximum högst
fast faster fastest quick* rapid* swift* snabb* | slow slower slowest slowly långsam*
good better best improv* bra bättre bäst* förbättra* | bad worse worst worsen* deteriorat* dålig* sämre sämst* värre värst* försämra*
bigger biggest larger largest större störst* | smaller smallest mindre minst minsta
buy buys buying bought purchas* köp köper köpte köpt köpa | sell sells selling sold sälj* sålde sålt
north northern norr norra nordlig* | south southern söder södra sydlig*
east eastern easterly öster östra ostlig* | west western westerly väster västra västlig*
hope* hopp* | fear* worr* oro oroa* rädd* befara*
includ* inklu* | exclud* exempt* undanta*
permanent* | temporar* tillfällig*
allow* permit permits permitted tillåt* | ban bans banned forbid* forbad* prohibit* förbjud* förbud*
surviv* överlev* | die dies died dead death* kill* dog döda* död omkom*
succe* lyck* | fail* misslyck*
together jointly tillsammans gemensam* | alone separately ensam*
easy easier easiest easily lätt lättare lättast* | hard harder hardest difficult* tough* svår*
indoor* inomhus* | outdoor* utomhus*
cheap* billig* | expensive* dyr dyra dyrt dyrare dyrast*
convict* guilty fälld* dömd* | acquit* innocent* frikän* oskyldig*
majorit* | minorit*
happy pleased delighted satisfied nöjd* | unhappy disappoint* dissatisfied besvik* missnöjd*
doubl* twice dubbl* dubbel* fördubbl* | halv* half
loosen* relax* | tighten* skärp*
possible möjlig* | impossible omöjlig*
remov* scrap* abolish* avskaffa* slopa* | introduc* införa införs införde
hire* hiring anställ* | fired sack* dismiss* sparka* avskeda*
early earlier tidig tidigt tidigare | late later delay* försena* sent senare
defend* försvara* | attack* angrip* angrep
careful* cautious* försiktig* | careless* reckless* vårdslös*
quiet* tyst* | noisy noisier loud* högljudd*
"""

_CERTAINTY = {
    "certain": "definitely certain certainly surely undoubtedly guarante* inevitabl* säkert definitivt garantera* otvivelaktigt",
    "necessary": "must have_to has_to had_to oblig* required compulsory mandatory need* måste tvungen tvungna tvingas behöv* krävs obligatorisk*",
    "possible": "may might perhaps possibly possible could can cannot can't allowed permitted able enabl* kan kunde kunna kanske möjlig* tillåt*",
    "probable": "likely expect* probabl* appear* seem* should believed estimat* forecast* apparent* suspect* presumed supposed set_to due_to_be vänta*"
    " förvänta* trolig* sannolik* beräkna* verkar verkade tycks tros borde bör antas befara* räknar_med räknade_med lär uppges",
    "intended": "plans plan_to planned planning intend* hope hopes hoped hoping want wants wanted aim aims aimed wish* promis* pledg* propos*"
    " considering would_like would_rather seek seeks meant try tries trying tried tänker tänkte vill ville planera* hoppas hoppades avser ämnar"
    " lovar lovade föreslå* överväg* syftar försök*",
}
"""How sure a statement is, and in what way; one with none of these is plain."""
_WEAKENED = "may might perhaps possibly kanske möjligen eventuellt"

_ALL = (
    "all every each entire whole everyone everybody everything always completely entirely fully throughout only sole exclusively"
    " alla allt varje samtliga hela helt alltid enbart bara endast enda uteslutande"
)
_EACH_TIME = re.compile(
    r"\b(?:every|each|all|varje|hela) (?:day|week|month|year|hour|morning|night|dag\w*|vecka\w*|månad\w*|år\w*|timme\w*)\b",
    re.IGNORECASE,
)
_DENIALS = (
    "not never no nor neither none nobody nothing without cannot can't unlikely hardly barely scarcely fail fails failed refus*"
    " inte icke ej aldrig ingen inget inga ingenting varken utan knappast vägra* neka*"
)
_CAUSES = (
    "because owing_to as_a_result thanks_to in_response_to therefore consequently hence"
    " eftersom därför på_grund_av till_följd_av tack_vare som_svar_på således följaktligen"
)
_CAUSED = "since after as so when for from through make* made då sedan efter när genom gör gjorde leder beror lead* led cause* reason* skäl orsak*"
"""A cause may be told without such a word in the source, but not without any of these."""
_UNDECIDED = "stop stops stopped stopp stoppad* last free instead rather except unless until only sist sista gratis istället snarare förutom utom tills bara exempt* exclud* undanta* miss misses missed missa* un*ed"
"""Where only one of two clauses has one of these, it may stand for a denial: `her last role`, `no role after this one`."""

_CLAUSE = re.compile(
    r"[,;:–—]\s|\b(?:and|but|or|because|while|although|though|which|who|that|if|when|as|so|och|men|eller|eftersom|medan|som|när|då"
    r"|(?<!kommer )(?<!komma )att|om(?= (?:jag|du|han|hon|den|det|man|vi|ni|de|inte|ingen|någon|alla)\b))\b",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"\b(?:sa(?:ys?|id)|tells?|told|stress\w*|claim\w*|argue\w*|add(?:s|ed)|explain\w*|säg(?:er|a)|sade|sagt|berätta\w*|hävda\w*|menar|menade|anser|ansåg"
    r"|förklara\w*|uppge[rs]?|uppgav|tillägg\w*|betona\w*|understryk\w*)(?: \w+)?\s$",
    re.IGNORECASE,
)
"""What stands before `that` where a speaker's words begin: a clause of its own, however short."""
_WORD = re.compile(r"[^\W\d_][\w-]*(?:['’]s\b)?")
_IF = re.compile(r"\W*(?:if|om|provided|förutsatt)\b", re.IGNORECASE)
_MAY = re.compile(r"(?<=[^.!?] )May\b")
_PASSIVE = re.compile(r"\b(?:by|av)\s(?:\w+\s){0,3}$", re.IGNORECASE)
_PLACED = re.compile(
    r"\b(?:in|at|on|from|to|of|near|off|with|and|i|på|vid|från|till|hos|utanför|med|och)\s(?:the\s)?$", re.IGNORECASE
)
_PLACE = re.compile(r"\b(?:in|at|near|outside|i|på|vid|utanför) (?:the )?([A-ZÅÄÖ][\w-]+)")
_ALIGNED = 0.84
"""Two clauses say the same thing if the content words of the one have this mean likeness to their nearest in the other: .80, .84 and .87
are within two of the own and the seen outputs of `evals.verification` of each other."""


_AXES = tuple(tuple(map(word_list, line.split("|"))) for line in _OPPOSITES.strip().splitlines())
_LEVELS = {level: word_list(listed) for level, listed in _CERTAINTY.items()}
_FUTURE = word_list("will shall ska skall kommer_att is_to are_to going_to")
_DONE = re.compile(
    r"\b(?:ha[sd]|have)(?: \w+)? (?:\w+(?:ed|en|un|ne|id|ld|ade|ght)|\w{1,4}(?:pt|st|nt|lt|ft|ut|it|et)|(?:be)?come|won)\b"
    r"|\bha(?:r|de)(?: \w+)? \w+(?:[aie]t|ått|[ai]ts)\b|\b(?:already|redan)\b",
    re.IGNORECASE,
)
_MAYBE, _UNIVERSAL, _OPEN = word_list(_WEAKENED), word_list(_ALL), word_list(_UNDECIDED)
_BECAUSE, _CAUSE = word_list(_CAUSES), word_list(f"{_CAUSES} {_CAUSED}")
_DENIAL = re.compile(rf"{word_list(_DENIALS).pattern}|\w+n['’]t\b", re.IGNORECASE)


def contradiction(claim: str, sources: Sequence[str], vectors: WordVectors, *, same_language: bool) -> str | None:
    """Why `claim` does not follow from `sources`, the sentences it rests on, the main one first; None if no rule says so."""
    said = "\n".join(sources)
    for clause, partner in _paired(claim, sources, vectors):
        reason = (
            _turned(clause, partner, said)
            or _surer(clause, partner, said, same_language=same_language)
            or _all_for_some(clause, (same_language and partner) or said)
        )
        if reason is not None:
            return reason
    if (moved := _moved(claim, sources)) is not None:
        return moved
    if (cause := _BECAUSE.search(claim)) and not _CAUSE.search(said):
        return f"the cited words do not say {cause[0]!r}"
    if (stated := rates(sources[0])) and (other := rates(claim) - stated):
        return f"the cited words do not say a {min(other)}"
    return next((swap for source in sources if (swap := exchanged(claim, source)) is not None), None)


def _moved(claim: str, sources: Sequence[str]) -> str | None:
    """Another place than the main source's: a name after `in` that no source holds, where it has one that the claim does not."""
    here, there = (set(_PLACE.findall(text)) for text in (claim, sources[0]))
    strange = [place for place in here if not any(place[:5] in source for source in sources)]
    left = [place for place in there if place[:5] not in claim]
    return f"the cited words say {left[0]!r}, not {strange[0]!r}" if strange and left else None


def _all_for_some(clause: str, source: str) -> str | None:
    found = _UNIVERSAL.search(_EACH_TIME.sub("", clause))
    return None if found is None or _UNIVERSAL.search(source) else f"the cited words do not say {found[0]!r}"


def _turned(clause: str, partner: str | None, said: str) -> str | None:
    opposite = next((pair for axis in _AXES if (pair := _opposed(clause, partner or said, axis)) is not None), None)
    other = said if partner is None else partner
    open_ = bool(_OPEN.search(clause)) != bool(_OPEN.search(other))
    denied = denies(clause) != denies(other) if partner is not None else denies(clause) and not denies(said)
    if opposite is not None and not denied:
        return f"the cited words say {opposite[1]!r}, not {opposite[0]!r}"
    if denied and opposite is None and not open_:
        return "one of the sentence and its source says not, the other does not"
    return None


def _opposed(clause: str, partner: str, axis: Sequence[re.Pattern[str]]) -> tuple[str, str] | None:
    for here, there in (axis, axis[::-1]):
        mine, theirs = here.search(clause), there.search(partner)
        if mine and theirs and not here.search(partner) and not there.search(clause):
            return mine[0], theirs[0]
    return None


def _surer(clause: str, partner: str | None, said: str, *, same_language: bool) -> str | None:
    mine, anywhere = _levels(clause), _levels(said)
    for level in ("certain", "necessary"):
        if level in mine and level not in anywhere:
            return f"the cited words do not say that it is {level}"
    if partner is None:
        return None
    theirs = _levels(partner)
    planned = {"intended"} if _FUTURE.search(clause) else set()
    planned |= {"possible"} if _IF.match(clause) else set()
    if theirs and not mine | (planned & theirs) and (not same_language or _hedged(clause, partner)):
        return f"the cited words say that it is {' and '.join(sorted(theirs))}"
    if _FUTURE.search(partner) and _DONE.search(clause) and not _DONE.search(partner):
        return "the cited words say that it is to come"
    if theirs and mine and not theirs & (mine | planned) and "possible" in mine | theirs:
        return f"the cited words say that it is {' and '.join(sorted(theirs))}, not {' and '.join(sorted(mine))}"
    if not theirs and _MAYBE.search(_MAY.sub("", clause)):
        return "the cited words say so without a doubt"
    return None


def _hedged(clause: str, partner: str) -> bool:
    """Whether the word that a hedge of `partner` governs stands in `clause`: `begin` of `can begin`."""
    governed = [partner[match.end() :] for pattern in _LEVELS.values() for match in pattern.finditer(partner)]
    first = [
        re.sub(r"^\s(?:(?:to|att|be|have|bli|vara|ha|not|inte|also|även)\s)*", "", rest).split() for rest in governed
    ]
    return any(words and _content(words[0]) and shared_words(words[0], clause) == 1 for words in first)


def _levels(text: str) -> set[str]:
    return {level for level, pattern in _LEVELS.items() if pattern.search(_MAY.sub("", text))}


def denies(text: str) -> bool:
    """Whether `text` holds a denial, English or Swedish."""
    return _DENIAL.search(text) is not None


def _clauses(text: str) -> list[Span]:
    """The clauses of a sentence; one of fewer than two content words goes with the next, the last with the one before."""
    ends = [match.start() for match in _CLAUSE.finditer(text)] + [len(text)]
    clauses: list[Span] = []
    start = 0
    for end in ends:
        if len(_content(text[start:end])) > 1 or _SAYING.search(text, start, end):
            clauses.append(Span(start, end))
            start = end
    return [*clauses[:-1], Span(clauses[-1].start, len(text))] if clauses else [Span(0, len(text))]


def _paired(claim: str, sources: Sequence[str], vectors: WordVectors) -> list[tuple[str, str | None]]:
    """The clauses of `claim`, each with the clause of `sources` that says the same thing, if one does. Those with the same are one."""
    mine = _clauses(claim)
    parted = [(source, _clauses(source)) for source in sources]
    theirs = [clause.of(source) for source, clauses in parted for clause in clauses]
    alike = np.hstack([clause_likeness(claim, mine, source, clauses, vectors) for source, clauses in parted])
    pairs: list[tuple[str, str | None]] = []
    joined: dict[int, list[str]] = {}
    for clause, row in zip(mine, alike, strict=True):
        best = int(row.argmax())
        if row[best] >= _ALIGNED:
            joined.setdefault(best, []).append(clause.of(claim))
        else:
            pairs.append((clause.of(claim), None))
    return [(" ".join(told), theirs[best]) for best, told in joined.items()] + pairs


def _content(text: str) -> list[str]:
    """The content words of `text` save its names."""
    return [word for word in words(without_names(text)) if word not in FUNCTION_WORDS]


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Something that a sentence and its source share. `swaps`: a name or a figure, which may stand in another's place."""

    key: str
    start: int
    swaps: str | None = None


def exchanged(claim: str, source: str) -> str | None:
    """Two names, or two figures, that have each other's place in `source`: what stood between them still does."""
    theirs = {anchor.key: anchor for anchor in _anchors(source)}
    mine = [anchor for anchor in _anchors(claim) if anchor.key in theirs]
    for (first, one), (last, other) in combinations(enumerate(mine), 2):
        swaps = {anchor.swaps for anchor in (one, other, theirs[one.key], theirs[other.key])}
        if len(swaps) > 1 or None in swaps or theirs[one.key].start < theirs[other.key].start:
            continue
        low, high = theirs[other.key].start, theirs[one.key].start
        between = any(
            low < theirs[anchor.key].start < high for anchor in mine[first + 1 : last] if anchor.swaps != one.swaps
        )
        stay = [theirs[anchor.key].start < low for anchor in mine[:first]] + [
            theirs[anchor.key].start > high for anchor in mine[last + 1 :]
        ]
        beside = one.swaps == "figure" and last == first + 1 and len(stay) > 0 and all(stay)
        if (between or beside) and not _turned_voice(claim, one, other, source, theirs):
            return f"{one.key!r} and {other.key!r} have each other's place in the cited words"
    return None


def _turned_voice(claim: str, one: _Anchor, other: _Anchor, source: str, theirs: Mapping[str, _Anchor]) -> bool:
    """Whether the order may differ all the same: active and passive, or a place named first."""
    passive = [bool(_PASSIVE.search(text[:at])) for text, at in ((claim, other.start), (source, theirs[one.key].start))]
    placed = any(
        _PLACED.search(claim[: anchor.start]) and _PLACED.search(source[: theirs[anchor.key].start])
        for anchor in (one, other)
    )
    return passive[0] != passive[1] or placed


def _anchors(text: str) -> list[_Anchor]:
    """The figures, names and other content words that `text` holds once, in order."""
    found = [
        _Anchor(f"{figure.value.normalize():f}", figure.span.start, figure.unit if figure.unit == "date" else "figure")
        for figure in figures(text)
    ]
    taken = [figure.span for figure in figures(text)]
    for match in _WORD.finditer(text):
        word = match[0]
        if word.casefold() in FUNCTION_WORDS or any(span.start <= match.start() < span.end for span in taken):
            continue
        bare = re.sub(r"['’]?s$", "", word.casefold())
        named = word[0].isupper()
        found.append(_Anchor(bare if named else stem([bare], "en")[0], match.start(), "name" if named else None))
    counts = Counter(anchor.key for anchor in found)
    return sorted((anchor for anchor in found if counts[anchor.key] == 1), key=lambda anchor: anchor.start)
