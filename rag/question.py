"""What is asked: a quotation (whose, about what), who said something, what is new of something, or a fact; in which language;
naming whom or what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corpus.language import question_language
from index.lexical import FUNCTION_WORDS

QuestionKind = Literal["quote", "who_said", "digest", "fact"]
Asks = Literal["words", "when", "where"]
Expected = Literal["number", "year", "time"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question as read. `speaker`, `topic` and `words` are parts of its text; `place` is where or when it was said.

    A `loose` question asks for somebody's words in a form of its own: speaker and topic are somewhere in the whole of it. A form that
    fits other questions too is only `perhaps` one for a quotation: where nobody of that name is quoted, it asks for a fact.
    `asks` is what is wanted of a quotation: its words, or also when or where they were said. `topic` is what a quotation or a digest is
    about; of `who said that ...` it is the words, which need not be literal. A `polar` question wants a yes or a no.
    `expected` is what an answer to a fact question must hold besides the question's own words; `named` are the names
    and numbers in the question.
    """

    text: str
    language: str
    kind: QuestionKind
    speaker: str | None = None
    topic: str | None = None
    place: str | None = None
    words: str | None = None
    loose: bool = False
    asks: Asks = "words"
    perhaps: bool = False
    polar: bool = False
    expected: Expected | None = None
    named: tuple[str, ...] = ()


_SAY_EN = r"say|state|tell|think|claim|argue|warn|announce|promise|write|answer|reply|comment|mention|suggest|urge|stress|emphasi[sz]e|explain"
_SAID_EN = (
    r"said|stated|told|claimed|argued|warned|announced|promised|written|added|answered|replied|commented|mentioned|suggested|urged|stressed"
    r"|emphasi[sz]ed|explained|called"
)
_SAY_SV = (
    r"sa|sade|säger|sagt|tycker|tyckte|menar|menade|anser|ansåg|hävdar|hävdade|svarar|svarade|skrev|skriver|lovar|lovade|varnar|varnade"
    r"|berättar|berättade|påstår|påstod|kommenterar|kommenterade|förklarar|förklarade|betonar|betonade"
)
_SPEAKER = r"(?P<speaker>(?!(?:you|one|we)\b).{2,100}?)(?<! to)"
"""`What does the theory seek to answer?` asks for no speaker."""
_REST = (
    r"(?P<rest>(?:\s(?:about|on|of|regarding|concerning|to|in|at|during|when|while|after|before|that|for|with|against|the|his|her|their)"
    r"\s.{1,400})?)"
)
_REST_SV = r"(?P<rest>(?:\s(?:om|för|på|i|vid|när|under|efter|angående|kring|till|över|innan|där|inför|mot|gällande|beträffande|att)\s.{1,400})?)"
_ANY = r"(?: anything| something| något| nåt)?(?: else| more| mer)?"
_ASKING: dict[Asks, tuple[str, str]] = {
    "when": (r"(?:when|on what day|on which day)", r"(?:när|vilken dag)"),
    "where": ("where", "var"),
}
_WHEN_WHERE = tuple(
    (asks, re.compile(form, re.IGNORECASE))
    for asks, (word_en, word_sv) in _ASKING.items()
    for form in (
        rf"(?:and |so )?{word_en} (?:did|does|has|have|had) (?P<speaker>.{{2,100}}?) (?:say|said|state|tell|claim|warn|argue|comment|speak|talk)(?P<rest>(?:[\s:,].{{1,400}})?)",
        rf"(?:och )?{word_sv} (?:har|hade) (?P<speaker>.{{2,100}}?) (?:sagt|hävdat|varnat|berättat|talat)(?P<rest>(?:[\s:,].{{1,400}})?)",
        rf"(?:och )?{word_sv} (?:sa|sade|säger|hävdade|varnade|berättade|påstod|talade|pratade) (?P<speaker>.{{2,100}}?)(?P<rest>(?:(?:\s(?:att|om|det|så)\b|:|\s[\"“”»]).{{0,400}})?)",
    )
)
_POLAR_QUOTE_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:did|does|do|has|have|had) (?P<speaker>.{{2,100}}?) (?:ever )?(?:say|said|comment|commented|speak|spoken|mention|mentioned){_ANY}{_REST}",
        rf"(?:har|hade) (?P<speaker>.{{2,100}}?) (?:sagt|nämnt|kommenterat|uttalat sig){_ANY}{_REST_SV}",
        rf"(?:sa|sade|säger|nämnde|kommenterade) (?P<speaker>.{{2,100}}?){_ANY}{_REST_SV}",
    )
)
_PERHAPS_QUOTE_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"what (?:else |exactly )?(?:did|does|do) {_SPEAKER} (?:add|call){_REST}",
        r"(?:compare|jämför)(?: (?:what|vad))? (?P<speaker>.{2,100}?)(?: (?:said|say|says|think|sa|sade|säger|har sagt|tycker))?(?P<rest>(?:\s(?:about|on|om|regarding)\s.{1,400})?)",
        r"how (?:did|does|do|has|have) (?P<speaker>.{2,100}?) (?:defend|justify|explain|describe|react|respond|comment|motivate)(?:ed|s)?(?P<rest>(?:\s.{1,400})?)",
        r"hur (?:motiverar|motiverade|försvarar|försvarade|förklarar|förklarade|kommenterar|kommenterade|beskriver|beskrev|reagerar|reagerade|svarar|svarade|ser) (?P<speaker>.{2,100}?)(?P<rest>(?:\s(?:på|om|till)\s.{1,400})?)",
        r"(?:what do|how do|hur|vad) (?P<speaker>.{2,100}?) (?:differ|disagree|skiljer sig åt|är oense)(?P<rest>(?:\s(?:about|on|over|om|kring|i frågan om)\s.{1,400})?)",
    )
)
_THAT = re.compile(r"^[\s:,]*(?:that|this|it|so|att|detta|det|så)\b[\s:,]*", re.IGNORECASE)
_QUOTE_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?:so |and )?what (?:else |exactly )?(?:did|does|do) {_SPEAKER} (?:have to )?(?:{_SAY_EN}){_REST}",
        rf"(?:so |and )?what (?:else |exactly )?(?:has|have|had) (?P<speaker>.{{2,100}}?) (?:{_SAID_EN}){_REST}",
        rf"what (?:is|was|were|are) (?P<speaker>.{{2,100}}?) (?:saying|quoted as saying){_REST}",
        rf"(?:och )?vad (?:har|hade) (?P<speaker>.{{2,100}}?) (?:sagt|tyckt|menat|skrivit|lovat|svarat|hävdat|berättat)(?: mer)?{_REST_SV}",
        rf"(?:och )?vad (?:{_SAY_SV}) (?P<speaker>(?!(?:du|man|ni|vi)\b).{{2,100}}?)(?: (?:mer|för något))?{_REST_SV}",
        r"(?:what|which) (?:was|is|were|are) (?:the )?(?:message|comments?|view|views|opinion|position|statement|words|reaction|response|answer|take|argument) (?:of|by|from) (?P<speaker>.{2,100}?)(?P<rest>(?:\s(?:about|on|to|at|in|regarding|during|when|concerning)\s.{1,400})?)",
        r"(?:what|which) (?:was|is|were|are) (?P<speaker>.{2,60}?)(?:'s|’s) (?:message|comments?|view|views|opinion|position|statement|words|reaction|response|answer|take|argument)(?P<rest>(?:\s(?:about|on|to|at|in|regarding|during|when)\s.{1,400})?)",
        r"(?:vad|vilken|vilket) (?:var|är|blev) (?P<speaker>.{2,60}?s) (?:budskap|kommentar|åsikt|syn|svar|reaktion|uttalande|argument)(?P<rest>(?:\s.{1,400})?)",
        r"(?:quote|cite|citera|quotes? (?:by|from|of)|citat (?:av|från)|berätta vad|tell me what) (?P<speaker>.{2,100}?)(?: (?:said|says|sa|sade|säger|has said|har sagt))?(?P<rest>(?:\s(?:about|on|om|regarding)\s.{1,400})?)",
    )
)
_WHO_SAID = re.compile(
    r"(?:who|vem|vilka|which \w+) (?:was it (?:that|who) |var det som |has |have |har )?(?:said|says|say|told|claimed|called|warned|argued|promised"
    r"|sa|sade|säger|sagt|hävdade|hävdar|kallade|menade|menar|varnade|varnar|lovade|lovar|yttrade|wrote|skrev)"
    r"(?P<that> that| att| om att| för att)?[\s:,]+(?P<words>.{3,400})",
    re.IGNORECASE,
)
_WORDS_WANTED = re.compile(
    r"\b(?:quot(?:e|es|ed|ation|ations|ing)|verbatim|own words|exact words|word for word|said|say|saying|statement|comments?|remarks?"
    r"|cit(?:at|atet|aten|era|erat)|ordagrant|egna ord|ord för ord|sa|sade|säga|säger|sagt|uttalande\w*|kommentar\w*)\b",
    re.IGNORECASE,
)
_THING_WANTED = re.compile(
    r"(?:which|what (?:kind|type|sort)|who|when|where|vilken|vilket|vilka|vem|vems|när|var)\b"
    r"(?!(?: \S+){0,2} (?:quot|words|statement|comment|remark|cit|ord\b|uttalande|kommentar))",
    re.IGNORECASE,
)
"""`Which article says that ...?` asks for the article, not for words."""
_DIGEST = re.compile(
    r"(?:so |and |och )?(?:what(?:['’]s| is| has been) (?:happening|going on|new|up|the (?:latest|news|situation|state of play))"
    r"|what(?:['’]s| is)? the latest(?: news)?|what has happened|(?:the )?latest(?: news)?|any news|what do the (?:articles|papers|news) say"
    r"|(?:give me )?(?:a |an )?(?:summary|overview|digest)|summari[sz]e(?: the news)?"
    r"|vad (?:händer|pågår|är nytt|är på gång|har hänt|är det senaste|är läget|skriver tidningarna)|hur är läget|(?:det )?senaste(?: nytt)?|något nytt"
    r"|(?:ge mig )?(?:en )?(?:sammanfattning|överblick)|sammanfatta(?: nyheterna)?|läget)"
    r" (?:about|on|with|in|at|of|for|regarding|around|to|over|om|med|i|på|kring|vid|för|från|av|runt|just nu (?:med|i|på|kring)) (?P<topic>.{2,300}?)"
    r"(?: right now| now| these days| at the moment| just nu| nu)?",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:^|\s)(?:about|regarding|concerning|on|of|to|om|angående|för|över|kring|gällande|beträffande|inför|på)\s+(?P<topic>.+)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"^\s*(?:in|at|during|when|while|after|before|i|på|vid|när|under|efter|innan|där)\s+(?P<place>.+)", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\b(?:how (?:many|much|old|tall|high|long|far|large|big|often|deep|wide|fast|heavy|few)|what (?:percentage|share|proportion|number|amount|price|temperature)"
    r"|by how|cost|hur (?:många|mycket|gammal|gammalt|gamla|hög|högt|höga|lång|långt|långa|lång tid|stor|stort|stora|djup|djupt|ofta|tung|bred|snabbt)"
    r"|vad kostar|vad kostade|vilken temperatur|hur stor andel)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(?:what year|which year|vilket år|vilka år)\b", re.IGNORECASE)
_TIME = re.compile(
    r"^\s*(?:when|när)\b|\b(?:what (?:time|date|day|month)|which (?:day|date|month)|vilken (?:dag|tid|månad)|vilket datum|hur dags|hur snart|how soon)\b",
    re.IGNORECASE,
)
_POLAR = re.compile(
    r"(?:did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|may|might|must|har|hade|är|ska|skall|skulle|kan|kunde"
    r"|kommer|blir|blev|får|fick|finns|fanns|måste|gör|gjorde|vill|ville)(?:n['’]t)?\s",
    re.IGNORECASE,
)
_VERB_FIRST_SV = re.compile(
    r"(?!.*\b(?:vad|vem|vems|vilk\w+|var|vart|när|hur|varför|når|hv\w+)\b)[^\W\d_]+(?:r|de|te|s|ck|ns)\s.+\?",
    re.IGNORECASE,
)
"""Norwegian and Danish questions are taken for Swedish ones: `når`, `hvor` and the like are no verbs."""
_WORD = re.compile(r"[^\W_](?:[\w.'’-]*\w)?")


def parse_question(text: str) -> Question:
    """Reads `text` by its form; what fits no form is a question of fact."""
    asked = " ".join(text.split()).strip()
    bare = asked.rstrip("?!. ")
    language = question_language(asked)
    named = _named(asked)
    who = _WHO_SAID.fullmatch(bare)
    if who is not None:
        said = who["words"].strip(" \"'“”‘’«»")
        return Question(asked, language, "who_said", words=said, topic=said if who["that"] else None, named=named)
    digest = _DIGEST.fullmatch(bare)
    if digest is not None:
        return Question(asked, language, "digest", topic=digest["topic"], named=named)
    for asks, form in _WHEN_WHERE:
        match = form.fullmatch(bare)
        if match is not None:
            left = _THAT.sub("", match["rest"]).strip(" \"'“”‘’«»:,")
            return Question(
                asked,
                language,
                "quote",
                speaker=match["speaker"],
                topic=_topic(left),
                asks=asks,
                perhaps=True,
                expected="time" if asks == "when" else None,
                named=named,
            )
    for form in (*_QUOTE_FORMS, *_POLAR_QUOTE_FORMS, *_PERHAPS_QUOTE_FORMS):
        match = form.fullmatch(bare)
        if match is not None:
            speaker, topic, place = _split(match["speaker"], match["rest"])
            if speaker:
                polar = form in _POLAR_QUOTE_FORMS
                return Question(
                    asked,
                    language,
                    "quote",
                    speaker=speaker,
                    topic=topic,
                    place=place,
                    perhaps=polar or form in _PERHAPS_QUOTE_FORMS,
                    polar=polar,
                    named=named,
                )
    if _WORDS_WANTED.search(asked) and _THING_WANTED.match(asked) is None:
        return Question(
            asked, language, "quote", speaker=bare, topic=bare, loose=True, expected=_expected(asked), named=named
        )
    return Question(asked, language, "fact", polar=_is_polar(asked, language), expected=_expected(asked), named=named)


def _split(speaker: str, rest: str) -> tuple[str, str | None, str | None]:
    """Speaker, topic and place; `Horii om Taiwan` may have been read as one long speaker."""
    at = None if rest.strip() else re.search(r"\s(?:about|regarding|om|angående)\s", speaker)
    if at is not None:
        speaker, rest = speaker[: at.start()], speaker[at.start() :]
    rest = rest.strip()
    place = _PLACE.match(rest)
    if place is not None:
        where, _, about = re.split(
            r"(\s(?:about|regarding|om|angående)\s|$)", place["place"], maxsplit=1, flags=re.IGNORECASE
        )
        return speaker.strip(), about.strip() or None, where.strip()
    topic = _ABOUT.search(" " + rest)
    return speaker.strip(), (topic["topic"].strip() if topic else rest) or None, None


def _is_polar(text: str, language: str) -> bool:
    """Whether a question opens with its verb: with an auxiliary, or in Swedish with any."""
    return _POLAR.match(text) is not None or (language == "sv" and _VERB_FIRST_SV.fullmatch(text) is not None)


def _topic(rest: str) -> str | None:
    """What is left to look for of `about the pool`, `that we are in one boat`; None of nothing."""
    about = _ABOUT.match(" " + rest)
    return (about["topic"] if about else rest).strip() or None


def _expected(text: str) -> Expected | None:
    if _YEAR.search(text):
        return "year"
    if _TIME.search(text):
        return "time"
    return "number" if _NUMBER.search(text) else None


def _named(text: str) -> tuple[str, ...]:
    """Names and numbers: capitalised words past the first, and words that hold a digit."""
    found = []
    for match in _WORD.finditer(text):
        word = re.sub(r"['’]s$", "", match[0])
        capital = word[0].isupper() and match.start() > 0 and len(word) > 1 and word.casefold() not in FUNCTION_WORDS
        if word and (capital or any(character.isdigit() for character in word)):
            found.append(word)
    return tuple(dict.fromkeys(found))
