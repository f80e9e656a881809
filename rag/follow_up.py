"""One follow-up and what the conversation is about -> the question in full, by rules for English and Swedish.

What cannot be said in the question's own grammar is put behind it in brackets: `was anybody hurt (the flood in Brackenholt)?`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from corpus.no_names import STOPWORDS
from index.lexical import FUNCTION_WORDS, words
from rag import follow_up_forms as forms
from rag.focus import NAME, Focus, is_person
from rag.periods import find_periods
from rag.question import Question, parse_question

FEW_WORDS = 3
"""Words of content up to which a question that names nothing is taken to be about what the last one was about: `was anybody hurt?` Read
off a few dozen follow-ups: weak evidence."""
_FAR = date(2999, 1, 1)
"""A day that every date lies before: here it only counts that something is a date."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question made to stand alone. `leans` says that it did not by itself, even if nothing was found to put in."""

    text: str
    leans: bool


def in_full(asked: str, focus: Focus) -> Reading:
    """`asked` as it would be put without what came before; as it is, where that cannot be told."""
    question = " ".join(asked.split())
    if is_polite(question):
        return Reading(asked, leans=False)
    turning = forms.ANOTHER_TOPIC.fullmatch(question)
    if turning is not None:
        return Reading(turning["rest"], leans=False)
    corrected = forms.CORRECTION.fullmatch(question)
    if corrected is not None and forms.NOT_A_PHRASE.match(corrected["rest"]):
        return in_full(f"{corrected['rest']}?", focus)
    if corrected is not None:
        return Reading(_switched(corrected["rest"], focus) or asked, leans=True)
    question = forms.OPENLY.sub("", question, count=1)
    bare = question.rstrip("?!. ")
    opening = forms.OPENING.match(bare)
    start = opening.end() if opening else 0
    phrase = forms.THEN.sub("", bare[start:])
    opened = phrase != bare
    said = _short(phrase, focus)
    if said is not None:
        return Reading(said, leans=True)
    no_phrase = forms.NOT_A_PHRASE.match(phrase) or forms.FRONTED.search(phrase)
    if not no_phrase and (opened or _is_phrase(phrase, focus)):
        switched = _switched(phrase, focus)
        return Reading(switched or asked, leans=True)
    rest = question[start:]
    return _resolved(f"{rest[:1].upper()}{rest[1:]}" if question[:1].isupper() else rest, asked, focus, opened=opened)


def is_polite(text: str) -> bool:
    """Whether `text` only greets or thanks."""
    return forms.POLITE.fullmatch(text) is not None


# Questions of a word or two


def _short(phrase: str, focus: Focus) -> str | None:
    """`when?`, `what else?`, `who said that?`"""
    swedish = focus.question.language == "sv"
    if forms.WHO_SAID_THAT.fullmatch(phrase):
        quoted = forms.QUOTED.search(focus.answer)
        return f"{phrase.rsplit(' ', 1)[0]} “{quoted['words'] or quoted['line']}”?" if quoted else None
    if forms.MORE.fullmatch(phrase) and focus.speaker is not None:
        said = f"Vad sa {focus.speaker} mer" if swedish else f"what else did {focus.speaker} say"
        return f"{said} {_about(focus.question)} {focus.question.topic}?" if focus.question.topic else f"{said}?"
    if forms.MORE.fullmatch(phrase) and focus.things:
        return f"{'Vad händer med' if swedish else 'What is happening with'} {', '.join(focus.things)}?"
    bare = forms.BARE.fullmatch(phrase)
    if bare is None:
        return None
    return (_asked_anew_sv if swedish else _asked_anew)(bare["lead"], focus)


def _asked_anew(lead: str, focus: Focus) -> str:
    """The last question with another question word: `How did they vote?`, `when?` -> `when did they vote?`"""
    text = _with_that(focus, "that")
    office = forms.WHO_IS.fullmatch(text)
    if office is not None and focus.person is not None:
        return f"{lead} {office['verb']} {focus.person} {office['rest']}?"
    former = None if forms.HAPPENING.search(text) else forms.FORMER.fullmatch(text)
    if former is None or (former["counted"] and not forms.OBJECT_ASKED.match(former["rest"])):
        return f"{lead} was that, {_lower(text)}?"
    return f"{lead} {former['rest']}{former['counted']}?"


def _asked_anew_sv(lead: str, focus: Focus) -> str:
    text = _with_that(focus, "det")
    office, counted = forms.WHO_IS.fullmatch(text), forms.COUNTED_SV.fullmatch(text)
    if office is not None and focus.person is not None:
        return f"{lead} {office['verb']} {focus.person} {office['rest']}?"
    if counted is not None:
        return f"{lead} {counted['verb']} {counted['noun']}{counted['rest']}?"
    former = None if forms.HAPPENING.search(text) else forms.FORMER_SV.fullmatch(text)
    return f"{lead} {former['rest']}?" if former else f"{lead} var det, {_lower(text)}?"


def _with_that(focus: Focus, that: str) -> str:
    """The last question; one for somebody's words asks for `that` instead of them."""
    text = focus.question.text.rstrip("?!. ")
    if focus.speaker is None:
        return text
    return re.sub(rf"(?<=\b{re.escape(focus.speaker)})( (?:say|sagt|said))?", rf"\1 {that}", text, count=1)


# A phrase in the place of another


def _is_phrase(phrase: str, focus: Focus) -> bool:
    """Whether words without an `and` before them are no question of their own, but a person, a place or a time."""
    short = len(phrase.split()) <= FEW_WORDS + 1
    if _is_period(phrase) or forms.PLACE.fullmatch(phrase):
        return short
    named = re.fullmatch(rf"(?:the )?{NAME}", phrase) is not None and phrase not in STOPWORDS
    office = short and phrase.islower() and is_person(phrase)
    return focus.speaker is not None and (named or office) and not forms.EXCLAIMED.fullmatch(phrase)


def _is_period(phrase: str) -> bool:
    mention = next(iter(find_periods(phrase, _FAR)), None)
    return (mention is not None and len(mention.span) == len(phrase)) or forms.TO_COME.fullmatch(phrase) is not None


def _switched(phrase: str, focus: Focus) -> str | None:
    """The last question with `phrase` in the place of what is of its sort, None if nothing is."""
    text = focus.question.text.rstrip("?!. ")
    if _is_period(phrase):
        former = next(iter(find_periods(text, _FAR)), None)
        return f"{text[: former.span.start]}{phrase}{text[former.span.end :]}?" if former else f"{text} {phrase}?"
    about = forms.ABOUT.fullmatch(phrase)
    if focus.speaker is not None:
        return _said_otherwise(about["topic"] if about else phrase, focus, topic=about is not None)
    place = forms.PLACE.fullmatch(phrase)
    if place is not None:
        return _elsewhere(text, phrase, place["link"])
    phrase = about["topic"] if about else phrase
    if re.match(rf"(?:the )?{NAME}", phrase):
        return None if phrase == focus.person else _with_name(text, phrase)
    return _of_another(phrase, focus) if focus.things else None


def _said_otherwise(phrase: str, focus: Focus, *, topic: bool) -> str:
    """What another said about it, or the same person about something else or elsewhere."""
    question, speaker = focus.question, focus.speaker
    assert speaker is not None
    said = f"Vad sa {speaker}" if question.language == "sv" else f"what did {speaker} say"
    if not topic and forms.PLACE.fullmatch(phrase):
        return f"{said} {phrase}?"
    of_a_thing = question.topic is not None or _is_definite(phrase, question.language)
    if topic or (of_a_thing and not is_person(phrase)):
        return f"{said} {_about(question)} {phrase}?"
    return f"{question.text.rstrip('?!. ').replace(speaker, phrase, 1)}?"


def _elsewhere(text: str, phrase: str, link: str) -> str:
    """`in Norway` in the place of `in Sweden`, `for children` in that of `for adults`; else behind the question."""
    same = re.search(rf" (?i:{re.escape(link)}) ({NAME}|(?!(?:the|an?|den|det|de)\b)[a-zåäö-]+\b)", text)
    if same is not None and same[1][0].isupper() == phrase.split()[-1][0].isupper():
        return f"{text[: same.start()]} {phrase}{text[same.end() :]}?"
    return f"{text} {phrase}?"


def _with_name(text: str, name: str) -> str | None:
    """The last name of a question, but for the first word, in another's place."""
    names = [match for match in re.finditer(NAME, text) if match.start() > 0 and match[0] not in STOPWORDS]
    return f"{_put(text, names[-1], name)}?" if names else None


def _of_another(phrase: str, focus: Focus) -> str:
    """`When does the museum open?`, `and the library?` -> `When does the library open?`; `and the cost?` -> `how much is the cost (the
    museum)?`"""
    text, swedish, first = focus.question.text, focus.question.language == "sv", focus.things[0]
    amount = forms.AMOUNT.search(phrase)
    nameless = _is_definite(first, focus.question.language) and not re.search(NAME, first)
    if nameless and first in text and not amount:
        return text.replace(first, phrase, 1)
    if amount or forms.HOW_MUCH.match(text):
        asked = "hur mycket är" if swedish else "how much is"
    else:
        asked = "hur är det med" if swedish else "what about"
    return f"{asked} {_with_things(phrase, focus.things)}?"


# Whole questions


def _resolved(text: str, asked: str, focus: Focus, *, opened: bool) -> Reading:
    """A question with its pronouns made out, or with what it is about behind it. `text` is `asked` without its `and`."""
    fronted = opened and forms.FRONTED.search(text) is not None
    pointed = _with_topic(text if fronted else _with_person(text, focus), focus)
    leans = pointed != text or _lacks_a_person(text)
    text, question = pointed, parse_question(pointed)
    as_it_is = Reading(text if leans or opened else asked, leans)
    if question.kind == "quote" and not question.loose:
        return _said_by(as_it_is, question, focus)
    names_its_own = question.named or (fronted and text[0].isupper()) or forms.SENTENCES.search(text)
    if names_its_own or not focus.things or not (fronted or forms.ASKS.match(text)):
        return as_it_is
    it = forms.ALONE.search(text)
    if it is not None and focus.thing is not None:
        text = _put(text, it, focus.thing)
        return Reading(text if re.search(NAME, text[1:]) else _with_things(text, focus.places), leans=True)
    contents = sum(word not in FUNCTION_WORDS for word in words(text))
    if not contents or forms.IT.search(text):
        return Reading(_with_things(text, focus.things), leans=True)
    definite = _is_definite(text, question.language)
    if not opened:
        on_it = _is_near(text, focus) if definite else contents <= FEW_WORDS
        if not focus.places or not on_it or forms.ONESELF.search(text):
            return as_it_is
    narrow = focus.places and (definite or opened) and not fronted
    return Reading(_with_things(text, focus.places if narrow else focus.things), leans=True)


def _with_person(text: str, focus: Focus) -> str:
    personal = forms.PERSONAL.search(text)
    if personal is None or focus.person is None or _names_before(text, personal):
        return text
    if not personal["whose"]:
        return _put(text, personal, focus.person)
    swedish = parse_question(text).language == "sv"
    ending = "" if swedish and focus.person[-1:] in "sxz" else "s" if swedish else "'s"
    return _put(text, personal, f"{focus.person}{ending}")


def _lacks_a_person(text: str) -> bool:
    personal = forms.PERSONAL.search(text)
    return personal is not None and not _names_before(text, personal)


def _names_before(text: str, match: re.Match[str]) -> bool:
    return re.search(NAME, text[1 : match.start()]) is not None


def _with_topic(text: str, focus: Focus) -> str:
    """`about it` as what it is about."""
    about = forms.ABOUT_IT.search(text)
    if about is None or not focus.things:
        return text
    return f"{text[: about.start('it')]}{focus.things[0]}{text[about.end('it') :]}"


def _said_by(as_it_is: Reading, question: Question, focus: Focus) -> Reading:
    """What a person said; of `they`, who that is, and of an office or a body also about what."""
    text, speaker = as_it_is.text, question.speaker or ""
    if forms.IT.fullmatch(speaker):
        return Reading(text.replace(speaker, focus.speaker, 1) if focus.speaker else text, leans=True)
    known = as_it_is.leans or question.topic or question.place or re.search(NAME, speaker)
    if known or focus.thing is None or re.fullmatch(NAME, focus.thing):
        return as_it_is
    return Reading(f"{text.rstrip('?!. ')} {_about(question)} {focus.thing}?", leans=True)


def _is_near(text: str, focus: Focus) -> bool:
    """Whether "the pool" can be one of what the conversation is about: a place has one, or it was spoken of."""
    if set(focus.places) != {focus.speaker}:
        return True
    spoken_of = {*words(focus.question.text), *words(focus.answer)} - FUNCTION_WORDS
    return not spoken_of.isdisjoint(words(text))


def _is_definite(phrase: str, language: str) -> bool:
    return forms.DEFINITE[language].search(phrase) is not None


def _about(question: Question) -> str:
    return "om" if question.language == "sv" else "about"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _put(text: str, match: re.Match[str], name: str) -> str:
    return f"{text[: match.start()]}{name}{text[match.end() :]}"


def _with_things(text: str, things: tuple[str, ...]) -> str:
    """The things in brackets before the question mark, those that the text does not name yet."""
    missing = [thing for thing in things if thing.casefold() not in text.casefold()]
    bare = text.rstrip("?!. ")
    return f"{bare} ({', '.join(missing)}){text[len(bare) :].strip()}" if missing else text
