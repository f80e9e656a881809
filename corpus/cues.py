"""Verbs of saying, English and Swedish.

English verbs are listed once and inflected here. A form that may as well be a noun (`claims`, `calls`) counts only beside
a subject that is a name or a pronoun, which is for `corpus.attribution` to see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_VERBS = """
    acknowledge add admit advise agree allege announce answer argue ask assert assure beg boast brag caution chant chide clarify
    comment complain concede conclude confess confide confirm continue counter cry deadpan declare demand deny describe
    disclose elaborate emphasise emphasize exclaim explain fume gripe groan grouse grumble gush hint hope imply
    inform insist instruct interject interrupt joke lament lie maintain marvel muse mutter note object observe opine plead
    pledge post predict proclaim promise protest quip rant reason recall recount reflect reiterate remark remind repeat
    reply report respond retort reveal sigh scoff scream shout signal snap speculate state stress suggest surmise taunt tease
    testify theorize threaten thunder tweet urge vent venture volunteer vow warn whisper wonder yell retweet
    bemoan blurt charge claim echo gloat growl huff inquire jeer posit rebut roar scold sneer snarl stammer underscore
    laugh smile grin shrug sniff drawl crack enthuse correct guess figure concur profess gasp wail howl holler indicate specify pronounce exult
    bristle sputter scrawl lecture muster anticipate implore exhort bellow intone contend believe expect call point_out murmur mumble bark hiss chuckle rule estimate
    snicker cackle snipe chortle seethe rage rail coo parry deflect josh kid crow counsel carp prod persist chirp query moan whimper sob croak
    demur rejoin riposte recite attest aver concur preach admonish upbraid scribble reminisce summarize
"""
_IRREGULAR = """
    say says said saying; tell tells told telling; write writes wrote writing; think thinks thought; go_on goes_on went_on;
    put_it puts_it; sum_up sums_up summed_up; fires_back fired_back; shoots_back shot_back;
    hits_back hit_back; pushes_back pushed_back; found_that finds_that allowed_that allows_that; emailed; texted; lashes_out lashed_out; weighed_in; chimed_in; swears swore;
    begins began; offers offered; pressed; spat; called_out; cried_out; put_in; cut_in; broke_in; jumped_in; spoke_up; piled_on; snapped_back
"""
_FRAMING_VERBS = """
    assail chastise rebuke term paint castigate disparage belittle accuse advocate apologise apologize attack bash blame blast brand cheer cite compare condemn consider criticise criticize
    decry deem defend define denounce deride dismiss dub express fault hail hammer knock label lambast lambaste liken
    mock nickname portray praise promote refer_to reject ridicule rip slam speak_of tout voice characterise characterize depict
    skewer invoke welcome celebrate credit cast lampoon berate excoriate deplore vilify malign view regard call_for point_to thank talk_about mention quote insult direct order applaud commend dispute question recommend propose trash introduce laud extol pan savage trumpet frame pitch
"""
_DOUBLED = frozenset(
    "aver concur demur kid prod sob admit beg shrug brag deadpan dub quip rebut refer rip slam snap label signal marvel".split()
)
_WEAK = frozenset(
    """
    advocates answers attacks began believed believes blames blasts boasts brands calls chants cited claims comments complaints
    considered continued charges charged cries defined demands emails expected expects expressed faults hoped hopes jokes labels lies
    echoes echoed mentioned mentions objects offered offers pledges posts pressed promises promoted quotes reasons referred remarks
    cautions cast casts counters credits cracks figured figures grins guesses howls indicated indicates laughs lectures smiles shrugs wails
    welcomes views hints laments muses notes protests questioned questions orders directs rants replies rules estimates reports rips signals
    slams states stresses suggested suggests texts threats tweets ventures volunteers vows whispers wonders snickers cackles snipes rages rails kids crows queries prods sobs moans croaks counsels
    """.split()
)

CUE_SV = (
    r"sa|sade|säger|säga|sagt|menar|menade|tycker|tyckte|anser|ansåg|hävdar|hävdade|berättar|berättade|förklarar|förklarade"
    r"|skriver|skrev|uppger|uppgav|påpekar|påpekade|konstaterar|konstaterade|tillägger|tillade|varnar|varnade|betonar|betonade"
    r"|svarar|svarade|frågar|frågade|undrar|undrade|lovar|lovade|medger|medgav|bekräftar|bekräftade|kommenterar|kommenterade"
    r"|fortsätter|fortsatte|uppmanar|uppmanade|understryker|underströk|framhåller|framhöll|meddelar|meddelade|utropade|utbrast|skämtar|hälsar"
    r"|utropar|ropar|ropade|inflikar|suckar|skrattar|förtydligar|poängterar|poängterade|resonerar|funderar|avslutar|inleder|intygar|rapporterar"
    r"|kallar|kallade|beskriver|beskrev|tror|trodde|hoppas|hoppades|manar|manade|krävde|kräver|fräser|fräste|suckade|skrattade|skämtade"
    r"|muttrar|muttrade|mumlar|mumlade|viskar|viskade|skriker|skrek|replikerar|replikerade|fnyser|fnös|invänder|invände|erkänner|erkände"
    r"|avslöjar|avslöjade|slår fast|slog fast|fyller i|fyllde i|bedyrar|bedyrade|försäkrar|försäkrade|påstår|påstod|noterar|noterade"
    r"|summerar|summerade|minns|mindes|gissar|gissade|flinar|flinade|spår|spådde|förutspår|förutspådde|beklagar|beklagade|befarar|befarade"
    r"|bedömer|bedömde|föreslår|föreslog|antyder|antydde|upprepar|upprepade|instämmer|instämde|klagar|klagade|spekulerar|spekulerade"
    r"|upplyser|upplyste|intygade|inskärper|inskärpte|redogör|redogjorde|jublar|jublade|protesterar|protesterade"
)
_FRAMING_SV = (
    r"tackar|tackade|avfärdar|avfärdade|dömer ut|dömde ut|kritiserar|kritiserade|hyllar|hyllade|anklagar|anklagade|liknar|liknade"
    r"|jämför|jämförde|talar|talade|pratar|pratade|hotar|hotade|hänvisar till|hänvisade till|varnat|kallat|beskrivit|skrivit|hävdat|svarat|lovat"
)


def _forms(verb: str) -> Iterator[str]:
    """`claim`: claims, claimed, claiming. Not the bare form, which is mostly a noun or another's infinitive."""
    head, _, rest = verb.partition("_")
    tail = f" {rest}" if rest else ""
    stem = head[:-1] if head.endswith("e") else head + head[-1] if head in _DOUBLED else head
    yields = f"{head[:-1]}i" if re.search(r"[^aeiou]y$", head) else None
    third = f"{yields}es" if yields else f"{head}es" if head.endswith(("s", "sh", "ch", "x")) else f"{head}s"
    past = f"{yields}ed" if yields else f"{stem}ed"
    yield from (third + tail, past + tail, ("lying" if head == "lie" else f"{stem}ing") + tail)
    if head in {"label", "signal", "marvel"}:
        yield from (f"{head}ed", f"{head}ing")


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted(dict.fromkeys(words), key=lambda word: (-len(word), word)))


_IRREGULAR_FORMS = [form.replace("_", " ") for form in _IRREGULAR.replace(";", " ").split()]
_BARE = [
    verb.replace("_", " ")
    for verb in (*_VERBS.split(), "say", "tell", "write", "put it", "dismiss", "denounce", "praise", "label", "dub")
]
CUE_EN = _alternatives([*(form for verb in _VERBS.split() for form in _forms(verb)), *_IRREGULAR_FORMS])
FRAMING_EN = _alternatives([*(form for verb in _FRAMING_VERBS.split() for form in _forms(verb)), "spoke of", "written"])

CUE = re.compile(rf"(?<![-\w])(?P<cue>{CUE_EN}|{CUE_SV})\b(?!-)")
"""Verbs that may stand on either side of a quotation."""
LEADING_CUE = re.compile(
    rf"(?<![-\w])(?P<cue>{CUE_EN}|{FRAMING_EN}|{CUE_SV}|{_FRAMING_SV}"
    rf"|(?<=\batt )(?:kalla|beskriva|säga|skriva|varna|hävda|lova)"
    rf"|(?:(?<=\bto )|(?<=\bwould )|(?<=\bwill )|(?<=[a-z]s )|(?<=[a-z]men )|(?<=\bwho )|(?<=\bthey )|(?<=\bpeople )|(?<=\bsome )|(?<=\bmany )|(?<=\bdid )|(?<=\bcould )|(?<=\bmight ))(?:{_alternatives(_BARE)}))\b(?!-)"
)
"""Verbs that may stand before one; those that frame (`accused`, `dismissed`) or are infinitives not behind it."""
NOUN_CUE = re.compile(
    r"\b(?P<cue>claim|promise|statement|comment|remark|assertion|pledge|telling|phrase|vow|warning|suggestion|description|allegation|contention|insistence"
    r"|declaration|response|reply|answer|message|question|advice|verdict|accusation|admission|prediction|joke|tweet|demand|call|speech|letter"
    r"|quip|threat|denial|words|characterization|criticism|complaint|line|löfte|uttalande|svar|ord|påstående)s?\b"
)
"""Somebody's claim, promise, tweet: `Roe's promise to "drain the harbour"`."""


def is_swedish(cue: str) -> bool:
    return re.fullmatch(rf"{CUE_SV}|{_FRAMING_SV}", cue) is not None


def is_weak(cue: str) -> bool:
    """`claims`, `offered`: a verb of saying only where a name or pronoun is its subject."""
    return cue in _WEAK
