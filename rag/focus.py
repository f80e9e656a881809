"""What a conversation has come to be about: the last question as it stands alone, the person and the things in it.

Read by form and by closed lists of words, English and Swedish: there is no parser here. What is read wrong makes a question less
apt, never an answer less true.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.callings import is_calling
from corpus.no_names import NAMES_NOBODY, STOPWORDS, is_no_person
from corpus.people import Name, is_introduced, names_in
from index.lexical import FUNCTION_WORDS
from rag.question import Question, parse_question

MOST_THINGS = 3
"""Phrases that are carried over: the latest first."""
_ANSWER = 1_200
"""Characters of an answer in which somebody's name is looked for."""

_UPPER = "A-ZÅÄÖÉÈÜØÆ"
NAME = rf"[{_UPPER}][\w'’.&:-]*(?:(?: (?:of|the|and|och|von|van|de))* [{_UPPER}\d][\w'’.&:-]*)*"
_PREPOSITION = (
    r"(?:in|on|at|of|for|from|to|with|by|about|between|against|under|over|during|after|before|near|through"
    r"|i|på|av|för|från|till|med|om|mellan|mot|över|efter|före|innan|vid|hos|kring|genom|utanför)"
)
_BREAKS = (
    r"(?:the|this|that|these|those|an?|is|are|was|were|be|been|do|does|did|has|have|had|will|would|can|could|should|may|might|must|who|which"
    r"|and|or|but|it|they|he|she|there|when|while|if|so|not|next|last|say|said|says|told|according|now|ever|again|out|up|off|down"
    r"|är|var|har|hade|ska|skulle|kan|kunde|blir|blev|får|fick|som|och|eller|men|den|det|de|han|hon|att|inte|sa|sade|säger|enligt|nu|igen|ut|upp|in|ner|bort|fram)"
)
_PLAIN = rf"(?!(?:{_PREPOSITION}|{_BREAKS})\b)[a-zåäöé][\w'’-]*"
DEFINITE_SV = (
    r"(?!(?:sedan|medan|redan|nästan|annan|innan|vatten|någon|ingen|även|igen|utan|plan|egen|liten|denna|gärna|vilken|vilket|mycket)\b)"
    r"[a-zåäöé-]{2,}(?:en|et|an|on|ern|erna|orna|arna|aren|na)"
)
_END = rf"(?=$|\)| (?:{_BREAKS})\b)"


def _things_pattern(definite: str) -> re.Pattern[str]:
    """Noun phrases with an article, a name, or what `definite` matches, and what prepositions tie to them."""
    named = rf"{NAME}(?: {definite}\b|(?<=s) {_PLAIN}| {_PLAIN}{_END})?"
    complement = (
        rf"(?: {_PREPOSITION} (?:(?:the|an?|den|det|de|en|ett) )?(?:{named}|{_PLAIN}(?: {_PLAIN}){{0,2}}(?: {NAME})?))"
    )
    return re.compile(
        rf"\b(?:(?P<article>the|these|those|den|det|de) (?:{_PLAIN} ){{0,2}}?(?:{named}|{_PLAIN}(?: {_PLAIN}){{0,2}})(?: {NAME})?|{named}"
        rf"|{definite}\b)(?P<complement>{complement}{{0,3}})"
    )


_THING = {"en": _things_pattern("(?!)"), "sv": _things_pattern(DEFINITE_SV)}
_AUXILIARY = r"(?:did|does|do|is|are|was|were|has|have|had|can|could|will|would|should|must)"
_COUNTED = re.compile(
    r"(?i:(?:in|on|at|from|to|i|på|från) )?"
    rf"(?:(?i:which|how many|what) (?P<noun>{_PLAIN}(?: {_PLAIN}){{0,2}}?)(?= {_AUXILIARY}\b)|(?i:which|how many) (?P<first>{_PLAIN})"
    rf"|(?i:vilken|vilket|vilka|hur många) (?P<sv>{_PLAIN}(?:(?<=a) {_PLAIN})?)(?= [a-zåäö]))"
)
_MODAL = re.compile(r"\b(?:did|does|do|has|have|had|will|would|can|could|should|may|might|must) $", re.IGNORECASE)
_EMPTY = re.compile(r"the (?:same|difference|one|other|only|best|most)\b")
_ARTICLES = frozenset("the these those den det de".split())
_UNITS = frozenset("year day date time month week year's år dag datum tid månad vecka sort kind".split())
_LEADING = re.compile(r"[\"“‘'(]*[\w-]+")
_WHO = re.compile(r"(?:and |och )?(?:who|whom|vem|vilka|what is the name|vad heter)\b", re.IGNORECASE)
_SPEAKING = re.compile(rf"^(?P<name>{NAME})(?:, [^:\n“”\"]{{2,120}})?: ?[“\"”]?", re.MULTILINE)
_PLACED = re.compile(r"\b(?:in|at|to|from|between|of|near|on|i|på|till|från|av|mellan|vid)\s$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Focus:
    """`question` stands alone; `person` is whom "he" or "she" would mean, `things` what "it" would, the likeliest first.

    `answer` is what was answered to it, "" if nothing was.
    """

    question: Question
    person: str | None
    things: tuple[str, ...]
    answer: str = ""

    @property
    def places(self) -> tuple[str, ...]:
        """The parts of the things that hold a name, without what is tied to them: `Brackenholt` of `the flood in Brackenholt`."""
        parts = (part for thing in self.things for part in re.split(rf" {_PREPOSITION} ", thing))
        return tuple(dict.fromkeys(filter(_holds_name, parts)))

    @property
    def thing(self) -> str | None:
        """What "it" would be: no person, and of a question of fact nothing behind a preposition, which is rather a place or a time."""
        for thing in self.things:
            placed = re.search(rf"\b{_PREPOSITION} {re.escape(thing)}", self.question.text)
            if thing not in (self.person, self.speaker) and (self.speaker or not placed):
                return thing
        return None

    @property
    def speaker(self) -> str | None:
        """Whose words the question asks for, as one name or office."""
        return None if self.question.loose else self.question.speaker


def focus_on(standalone: str, answer: str, before: Focus | None) -> Focus:
    """The focus after a question was answered. What it does not name itself stays as in `before`, the focus that it leant on."""
    question = parse_question(standalone)
    answer = answer[:_ANSWER]
    person = _person(question, answer) or (before.person if before else None)
    things = _things(question)
    if before is not None:
        things = tuple(dict.fromkeys((*things, *before.things)))[:MOST_THINGS]
    return Focus(question, person, things, answer)


def _things(question: Question) -> tuple[str, ...]:
    """The phrases that say what a question is about, without the one whose words it asks for."""
    if question.kind == "quote" and not question.loose:
        about = question.topic or question.place
        found = [about] if about and not _is_pronoun(about) else []
        if found and question.speaker and not _holds_name(about or "") and not _is_pronoun(question.speaker):
            found.append(question.speaker)
        return tuple(found)
    text = question.text.rstrip("?!. ")
    counted = _COUNTED.match(text)
    opening = counted.end() if counted else (first.end() if (first := _LEADING.match(text)) else 0)
    found = [_thing(text, match) for match in _THING[question.language].finditer(text, opening)]
    if counted and counted[counted.lastgroup or 0].casefold() not in _UNITS:
        found.insert(0, counted["sv"] or f"the {counted['noun'] or counted['first']}")
    return tuple(dict.fromkeys(thing for thing in found if not _is_empty(thing)))[:MOST_THINGS]


def _is_empty(thing: str) -> bool:
    """Whether a phrase names nothing that could be asked about: `the same`, or a capital that only opened a sentence."""
    first, _, rest = thing.partition(" ")
    opens = first in STOPWORDS or first.casefold() in FUNCTION_WORDS - _ARTICLES
    return _EMPTY.match(thing) is not None or (opens and not _holds_name(rest))


def _thing(text: str, match: re.Match[str]) -> str:
    """A phrase as it was found, without the verb that ends it in `did the lichen study follow`."""
    phrase = match[0].strip(" ()")
    noun, _, verb = phrase.rpartition(" ")
    last = noun.count(" ") >= bool(match["article"]) and verb.islower() and not text.startswith(" be ", match.end())
    ends = not match["complement"] or (match.end() == len(text) and _holds_name(noun.rpartition(" ")[2]))
    return noun if noun and last and ends and _MODAL.search(text, 0, match.start()) else phrase


def _person(question: Question, answer: str) -> str | None:
    """The one whose words are asked for or who is asked for, else somebody whom the question or its answer names."""
    speakers = list(dict.fromkeys(match["name"] for match in _SPEAKING.finditer(answer)))
    if question.speaker is not None and not question.loose:
        named = _holds_name(question.speaker) or len(speakers) != 1
        return None if _is_pronoun(question.speaker) else question.speaker if named else speakers[0]
    asked = [
        name.name
        for name in names_in(question.text)
        if name.start > 0 and _is_whole(name) and not _PLACED.search(question.text[: name.start])
    ]
    if asked and not _WHO.match(question.text):
        return asked[0]
    told = [name for name in names_in(answer) if _is_whole(name) and name.name not in question.text]
    introduced = [name.name for name in told if name.role or is_introduced(answer, name)]
    if _WHO.match(question.text):
        return next(iter((*introduced, *speakers, *(name.name for name in told), *asked)), None)
    return next(iter((*speakers, *introduced)), None)


def _is_whole(name: Name) -> bool:
    return " " in name.name and not is_no_person(name.name) and name.name.split()[0] not in STOPWORDS


def _holds_name(phrase: str) -> bool:
    return re.search(rf"\b[{_UPPER}]", phrase) is not None


def _is_pronoun(phrase: str) -> bool:
    return all(word.casefold() in FUNCTION_WORDS for word in phrase.split())


def is_person(phrase: str) -> bool:
    """Whether `phrase` is more likely somebody who speaks than something spoken about: a name or an office."""
    words = phrase.split()
    if _holds_name(words[-1]) and not any(map(is_calling, words)):
        return not is_no_person(phrase) and phrase not in NAMES_NOBODY
    return any(map(is_calling, words)) or re.search(rf"\b(?:{_GROUPS})\b", phrase, re.IGNORECASE) is not None


_GROUPS = (
    r"union|company|council|government|ministry|police|opposition|brigade|critics|residents|protesters|farmers|drivers|researchers"
    r"|facket|bolaget|företaget|kommunen|regeringen|polisen|oppositionen|motståndarna|kritikerna|förarna|forskarna|demonstranterna"
)
"""Bodies that papers let speak."""
