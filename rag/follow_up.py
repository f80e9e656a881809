"""One follow-up and what the conversation is about -> the question in full, by rules for English and Swedish.

What cannot be said in the question's own grammar is put behind it in brackets: `was anybody hurt (the flood in Brackenholt)?`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from index.lexical import FUNCTION_WORDS, words
from rag.focus import NAME, Focus, is_person
from rag.periods import find_periods
from rag.question import Question, parse_question


@dataclass(frozen=True, slots=True)
class Reading:
    """A question made to stand alone. `leans` says that it did not by itself, even if nothing was found to put in."""

    text: str
    leans: bool


FEW_WORDS = 3
"""Words of content up to which a question that names nothing is taken to be about what the last one was about: `was anybody hurt?`"""

_POLITE = re.compile(
    r"\W*(?:(?:thank(?:s| you)|thx|cheers|hello|hi|hey|good (?:morning|day|evening)|bye|goodbye|ok(?:ay)?|great|nice|wow|sorry|yes|no|please"
    r"|tack|hej(?:san)?|hallå|god (?:morgon|dag|kväll)|adjö|hej då|bra|toppen|förlåt|ja|nej|snälla|jaha|okej"
    r"|so much|very much|a lot|for (?:the|your) help|så mycket|för hjälpen|ska du ha)\W*)+",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"(?:(?:no|nope|sorry|nej|nä|förlåt)\b[,.!: ]*)?(?:(?:but |men )?(?:i (?:meant|mean)|jag (?:menade|menar))\b[,: ]*|(?<=[,.!: ]))"
    r"(?P<rest>[^?.!]{2,80}?)(?: instead| istället| i stället)?[?.! ]*",
    re.IGNORECASE,
)
_OPENING = re.compile(
    r"(?:(?:and|but|so|then|or|och|men|så|eller|ok(?:ay)?|okej)\b,? )?(?:(?:what|how) about |hur är det med |vad gäller )?", re.IGNORECASE
)
_THEN = re.compile(r",? (?:then|då|though)(?=[?.! ]*$)", re.IGNORECASE)
_LEAD = (
    r"(?:for |since |until |by |from |to |at |sedan |från |till )?"
    r"(?:how (?:come|long|fast|far|often|much|many|tall|high|big|old|deep|late|soon|large|wide|heavy)|how|when|where|why|who|what time"
    r"|hur (?:länge|snabbt|långt|ofta|mycket|många|högt?|höga|stort?|stora|gammal|gamla|djupt?|sent|snart|tungt?|brett?|dags)|hur|när|varför|var"
    r"|vem|vart|varifrån)"
)
_BARE = re.compile(
    rf"(?P<lead>{_LEAD})(?: exactly| precis| not)?(?: (?:was|is|did|does) (?:that|it|this)(?: (?:happen|take place|start|said|say))?"
    r"| (?:var|är|skedde|hände|blev|sker) (?:det|den|detta))?",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"(?:(?:what|anything|something) (?:else|more)|more|tell me more|go on|(?:vad|något|nåt) (?:mer|annat|mera)|mer|mera|berätta mer|fortsätt)",
    re.IGNORECASE,
)
_WHO_SAID_THAT = re.compile(r"(?:who (?:said|says) (?:that|this|so|it)|vem (?:sa|sade|säger) (?:det|detta|så))", re.IGNORECASE)
_QUOTED = re.compile(r"[“\"”](?P<words>[^“\"”\n]{8,300})[“\"”]|^– (?P<line>[^\n]{8,300}?),? (?:säger|sade|sa|menar|berättar)\b", re.MULTILINE)
_ABOUT = re.compile(r"(?P<link>about|regarding|concerning|om|angående|kring) (?P<topic>.{2,200})", re.IGNORECASE)
_PLACE = re.compile(
    r"(?P<link>on|in|at|during|for|from|to|with|after|before|i|på|vid|under|för|från|till|med|efter|före|hos) .{2,100}", re.IGNORECASE
)
_NOT_A_PHRASE = re.compile(
    r"(?:did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|may|tell|give|show|explain|i|you|we|he|she|they|it|there|because|if"
    r"|har|hade|är|var|ska|skulle|kan|kunde|blir|blev|finns|fanns|gör|gjorde|får|fick|berätta|visa|jag|du|vi|han|hon|de|det|den|för att"
    r"|why|how|when|where|who|whose|what|which|varför|hur|när|vem|vems|vad|vilken|vilket|vilka|thanks|tack|in english|in swedish|på (?:svenska|engelska))\b",
    re.IGNORECASE,
)
_FRONTED = re.compile(r", (?:when|where|why|who|what|how|which|is|was|när|var|varför|vem|vad|hur|vilk\w+|är)\b", re.IGNORECASE)
_PERSONAL = re.compile(
    r"\b(?:(?P<whose>his|hans|hennes|her(?= (?!(?:about|on|in|at|to|for|say|and|or|when|that)\b)\w))"
    r"|(?P<who>he|she|him|her|han|hon|honom|henne))\b",
    re.IGNORECASE,
)
_ABOUT_IT = re.compile(
    r"\b(?:about|regarding|of|om) (?P<it>it|that|this|them|those|det här|den här|det|den|detta|dem|saken)\b(?! \w)",
    re.IGNORECASE,
)
_IT = re.compile(
    r"\b(?:it|its|they|them|their|this|these|those|that(?=[?.! ]*$)|den|det|detta|denna|dessa|dem|dess|deras|de|där|there)\b", re.IGNORECASE
)
_ALONE = re.compile(
    r"\b(?:(?:it|they|them)(?! (?:take|took|true|possible|rain|snow))|(?:den|de|dem)(?! \w+(?:a|en|et)\b))\b", re.IGNORECASE
)
"""The pronouns that a thing can stand for as they are; Swedish `det` more often stands for nothing."""
_DEFINITE = re.compile(
    r"\bthe (?!most|same|best|first|last|world|largest|biggest|highest)\w+"
    r"|\b(?!(?:sedan|medan|redan|nästan|annan|innan|vatten|någon|ingen|även|vilken|vilket)\b)[a-zåäöé-]{3,}(?:en|et|an|on|erna|orna|arna|na)\b"
)
_ONESELF = re.compile(r"\b(?:i|me|my|you|your|we|our|jag|mig|min|mitt|du|dig|din|ditt|vi|oss|vår)\b", re.IGNORECASE)
_FAR = date(2999, 1, 1)
"""A day that any date said lies before: it is not wanted here what it is, only that it is one."""


def in_full(asked: str, focus: Focus) -> Reading:
    """`asked` as it would be put without what came before."""
    question = " ".join(asked.split())
    bare = question.rstrip("?!. ")
    if _POLITE.fullmatch(question):
        return Reading(asked, leans=False)
    corrected = _CORRECTION.fullmatch(question)
    if corrected is not None:
        return Reading(_switched(corrected["rest"], focus) or asked, leans=True)
    opening = _OPENING.match(bare)
    start = opening.end() if opening else 0
    phrase = _THEN.sub("", bare[start:])
    opened = start > 0 or phrase != bare
    said = _short(phrase, focus)
    if said is not None:
        return Reading(said, leans=True)
    if (opened or len(phrase.split()) <= FEW_WORDS) and not _NOT_A_PHRASE.match(phrase) and not _FRONTED.search(phrase):
        switched = _switched(phrase, focus, opened=opened)
        return Reading(switched or asked, leans=opened or switched is not None)
    return _resolved(asked, question, question[start:], focus, opened=opened)


# Questions of a word or two


def _short(phrase: str, focus: Focus) -> str | None:
    """`when?`, `what else?`, `who said that?`"""
    swedish = focus.question.language == "sv"
    if _WHO_SAID_THAT.fullmatch(phrase):
        quoted = _QUOTED.search(focus.answer)
        return f"{phrase.rsplit(' ', 1)[0]} “{quoted['words'] or quoted['line']}”?" if quoted else None
    if _MORE.fullmatch(phrase):
        topic = focus.question.topic
        if focus.speaker is not None:
            said = "Vad sa {} mer" if swedish else "what else did {} say"
            about = f" {'om' if swedish else 'about'} {topic}" if topic else ""
            return f"{said.format(focus.speaker)}{about}?"
        about = ", ".join(focus.things)
        return (f"Vad händer med {about}?" if swedish else f"What is happening with {about}?") if about else None
    bare = _BARE.fullmatch(phrase)
    return None if bare is None else _asked_anew(bare["lead"], focus)


_AUXILIARY = r"did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|must"
_FORMER = re.compile(
    rf"(?:{_LEAD}|what|vad|which|vilken|vilket|vilka)(?P<counted>(?: (?!(?:{_AUXILIARY})\b)[\w-]+){{0,3}}?) (?P<rest>(?:{_AUXILIARY})\b.*)",
    re.IGNORECASE,
)
_OBJECT_ASKED = re.compile(r"(?:did|does|do)\b", re.IGNORECASE)
_COUNTED_SV = re.compile(r"(?:hur många|vilken|vilket|vilka) (?P<noun>(?:\w+a )?\w+) (?P<verb>\w+)(?: (?P<rest>.+))?", re.IGNORECASE)
_FORMER_SV = re.compile(rf"(?:{_LEAD}|vad) (?P<rest>.*)", re.IGNORECASE)


def _asked_anew(lead: str, focus: Focus) -> str:
    """The last question with another question word: `How did they vote?`, `when?` -> `when did they vote?`"""
    text = focus.question.text.rstrip("?!. ")
    if focus.speaker is not None:
        that = "det" if focus.question.language == "sv" else "that"
        said = re.sub(rf"(?<=\b{re.escape(focus.speaker)})( (?:say|sagt|said))?", rf"\1 {that}", text, count=1)
        former = (_FORMER_SV if focus.question.language == "sv" else _FORMER).fullmatch(said)
        return f"{lead} {former['rest']}?" if former else f"{lead}: {text}?"
    if focus.question.language == "sv":
        counted = _COUNTED_SV.fullmatch(text)
        if counted is not None:
            return f"{lead} {counted['verb']} {counted['noun']} {counted['rest']}?"
        former = None if re.match(r"(?:vem|vilk\w+|hur mycket)\b", text, re.IGNORECASE) else _FORMER_SV.fullmatch(text)
        return f"{lead} {former['rest']}?" if former else f"{lead} var det, {_lower(text)}?"
    former = _FORMER.fullmatch(text)
    if former is None or (former["counted"] and not _OBJECT_ASKED.match(former["rest"])):
        return f"{lead} was that, {_lower(text)}?"
    return f"{lead} {former['rest']}{former['counted']}?"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


# A phrase in the place of another


def _switched(phrase: str, focus: Focus, *, opened: bool = True) -> str | None:
    """The last question with `phrase` in the place of what is of its sort, None if nothing is."""
    question = focus.question
    text = question.text.rstrip("?!. ")
    period = next(iter(find_periods(phrase, _FAR)), None)
    if period is not None and len(period.span.of(phrase)) >= len(phrase) - 1:
        former = next(iter(find_periods(text, _FAR)), None)
        if former is not None:
            return f"{text[: former.span.start]}{phrase}{text[former.span.end :]}?"
        return f"{text} {phrase}?"
    about = _ABOUT.fullmatch(phrase)
    if focus.speaker is not None:
        topic = about["topic"] if about else None
        if about is None and (is_person(phrase) or not (question.topic or _is_definite(phrase))):
            return f"{text.replace(focus.speaker, phrase, 1)}?"
        if about is None and _PLACE.fullmatch(phrase):
            return f"{_said(focus)} {phrase}?"
        link = about["link"] if about else ("om" if question.language == "sv" else "about")
        return f"{_said(focus)} {link} {topic or phrase}?"
    place = _PLACE.fullmatch(phrase)
    if place is not None:
        other = re.compile(rf" (?i:{re.escape(place['link'])}) ({NAME}|(?!(?:the|an?|den|det|de)\b)[a-zåäö-]+\b)")
        same = other.search(text)
        if same and same[1][0].isupper() == phrase.split()[-1][0].isupper():
            return f"{text[: same.start()]} {phrase}{text[same.end() :]}?"
        return f"{text} {phrase}?"
    if re.match(rf"(?:the )?{NAME}", phrase):
        return _with_name(text, phrase)
    return _of_another(phrase, focus) if opened and focus.things else None


def _said(focus: Focus) -> str:
    return f"Vad sa {focus.speaker}" if focus.question.language == "sv" else f"what did {focus.speaker} say"


def _with_name(text: str, name: str) -> str | None:
    """The last name of a question, but for the first word, in another's place."""
    names = [match for match in re.finditer(NAME, text) if match.start() > 0]
    if not names:
        return None
    last = names[-1]
    return f"{text[: last.start()]}{name}{text[last.end() :]}?"


_AMOUNT = re.compile(
    r"\b(?:cost|price|fee|bill|budget|deficit|height|length|depth|size|number|amount|total|age|weight|share|rent"
    r"|\w*(?:kostnaden|priset|avgiften|notan|höjden|längden|djupet|storleken|antalet|summan|åldern|andelen|hyran))\Z",
    re.IGNORECASE,
)
_HOW_MUCH = re.compile(r"(?:how much|what (?:does|did|do|will|would)\b.* cost|hur mycket|vad kosta\w*)\b", re.IGNORECASE)


def _of_another(phrase: str, focus: Focus) -> str:
    """`When does the museum open?`, `and the library?` -> `When does the library open?`; `and the cost?` -> `how much is the cost (the
    museum)?`"""
    text, swedish = focus.question.text, focus.question.language == "sv"
    first = focus.things[0]
    if not _AMOUNT.search(phrase) and _is_definite(first) and not re.search(NAME, first) and first in text:
        return text.replace(first, phrase, 1)
    if _AMOUNT.search(phrase) or _HOW_MUCH.match(text):
        stem = "hur mycket är" if swedish else "how much is"
    else:
        stem = "vad är" if swedish else "what is"
    return f"{stem} {_with_things(phrase, focus.things)}?"


def _is_definite(phrase: str) -> bool:
    return _DEFINITE.search(phrase) is not None


# Whole questions


def _resolved(asked: str, question: str, rest: str, focus: Focus, *, opened: bool) -> Reading:
    """A question with its pronouns made out, or with what it is about behind it; without its `and` if that leaves a whole question."""
    text = f"{rest[:1].upper()}{rest[1:]}" if question[:1].isupper() else rest
    parsed = parse_question(text)
    fronted = opened and _FRONTED.search(text) and text[0].isupper()
    leans = False
    personal = _PERSONAL.search(text)
    if personal is not None and not _names_before(text, personal.start()):
        leans = True
        if focus.person is not None:
            text = _put(text, personal, _owned(focus.person, parsed) if personal["whose"] else focus.person)
            parsed = parse_question(text)
    about = _ABOUT_IT.search(text)
    if about is not None:
        leans = True
        if focus.things:
            text = f"{text[: about.start('it')]}{focus.things[0]}{text[about.end('it') :]}"
            parsed = parse_question(text)
    if parsed.kind == "quote" and not parsed.loose:
        plural = _IT.fullmatch(parsed.speaker or "")
        if plural is not None and focus.speaker is not None:
            return Reading(text.replace(plural[0], focus.speaker, 1), leans=True)
        return Reading(text if leans or opened else asked, leans or plural is not None)
    it = _ALONE.search(text) if len(focus.things) == 1 and not parsed.named else None
    if it is not None:
        return Reading(_put(text, it, focus.things[0]), leans=True)
    if not (parsed.named or fronted) and not _ONESELF.search(text) and focus.things:
        if _IT.search(text) or opened or _is_definite(text) or _few_words(text):
            return Reading(_with_things(text, focus.things), leans=True)
    return Reading(text if leans or opened else asked, leans or _IT.search(text) is not None)


def _few_words(text: str) -> bool:
    return len([word for word in words(text) if word not in FUNCTION_WORDS]) <= FEW_WORDS


def _names_before(text: str, end: int) -> bool:
    return re.search(NAME, text[1:end]) is not None


def _put(text: str, match: re.Match[str], name: str) -> str:
    return f"{text[: match.start()]}{name}{text[match.end() :]}"


def _owned(person: str, question: Question) -> str:
    if question.language == "sv":
        return person if person[-1:] in "sxz" else f"{person}s"
    return f"{person}'s"


def _with_things(text: str, things: tuple[str, ...]) -> str:
    """The things in brackets before the question mark, those that the text does not name yet."""
    missing = [thing for thing in things if thing.casefold() not in text.casefold()]
    bare = text.rstrip("?!. ")
    end = text[len(bare) :].strip()
    return f"{bare} ({', '.join(missing)}){end}" if missing else text
