"""Reported speech without quotation marks: `X said that ...`, `..., X said.`, `According to X, ...`, `Enligt X är ...`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.article import Span
from corpus.attribution import ACCORDING, PASSIVE
from corpus.cues import CUE, is_weak
from corpus.discourse import Voice
from corpus.resolution import People
from corpus.subjects import Subject, Subjects

_LONGEST = 2000
"""Characters; a longer sentence is no prose."""
_TOLD = re.compile(r"tell\w*|told|remind\w*|berätta\w*|meddela\w*|warn\w*")
_PHRASES = (
    r"(?:(?:[Mm]on|[Tt]ues|[Ww]ednes|[Tt]hurs|[Ff]ri|[Ss]atur|[Ss]un)day\s|(?:också|även|dock|igen|nu)\s"
    r"|(?:on|in|at|to|during|through|via|på|i|under|till|vid)\s(?:(?!that\b|att\b)[\w’'.-]+\s){1,7}){0,3}"
)
_LINK = re.compile(rf"\s{_PHRASES}(?P<that>that|att)\s|\s(?:(?:(?:on\s)?[A-Z]\w+day|också|även)\s)?")
"""From `said` to what was said: `on Monday that `."""
_LINK_TOLD = re.compile(
    r"\s(?:[\w’'., ]{1,60}?\s)??(?P<that>that|att)\s"
    r"|\s(?:reporters|lawmakers|supporters|journalists|voters|viewers|donors|investigators"
    r"|him|her|them|me|us|the \w+|[A-Z]\w+(?:\s[A-Z]\w+)*)\s"
    r"(?=(?:he|she|it|they|the|there|his|her|its|a|an|no|more|all|[A-Z]\w+)\s)"
)
"""From `told` to what was told: `reporters `."""
_WITHOUT_THAT = frozenset(
    """
    said says saying added adds adding believes believed thinks insists insisted argues argued hopes noted notes told
    sa sade säger menar menade anser hävdar hävdade tror tycker uppger uppgav
    """.split()
)
_EVEN_OF_THE_UNNAMED = frozenset(("said", "says", "told", "sade", "sa", "säger"))
_NO_CLAUSE = re.compile(
    r"[\s,.]*(?:(?:on|in|at|to|of|about|during|after|by|with|from|through|for|till|om|på|i)\b|$|,)|[,;:]"
)
_CURT = re.compile(r"\s(?:ja|nej|upp|yes|no)\b(?=\s(?:to|till)\b|[.,]|$)")
_NEGATED_BEFORE = re.compile(r"\b(?:never|not|neither|nor|inte|aldrig|varken|ej)\b|n['’]t\b", re.IGNORECASE)
_NEGATED_AFTER = re.compile(r"\s*(?:never|not|inte|aldrig|ej)\b")
_TAG_END = re.compile(r"[^,.;]{0,75}[.!?]?$")
_TAG_SUBJECT = re.compile(r"\s*(?:[A-ZÅÄÖ]|he\b|she\b|they\b|the\b|han\b|hon\b)")
_THAT = re.compile(r"\b(?:that|att)\b")


@dataclass(frozen=True, slots=True)
class Reported:
    """Who speaks in a sentence without quotation marks, and the clause reported, if one is."""

    voice: Voice
    span: Span | None


class ReportedSpeech:
    """Finds reported clauses in the sentences of one article."""

    def __init__(self, masked: str, people: People, subjects: Subjects) -> None:
        self._text = masked
        self._people = people
        self._subjects = subjects

    def read(self, sentence: Span) -> Reported | None:
        """What is reported in `sentence`; None if nobody speaks in it."""
        if len(sentence) > _LONGEST:
            return None
        clause = sentence.of(self._text)
        according = ACCORDING.search(clause)
        if according is not None:
            return self._according(sentence, according)
        for cue in CUE.finditer(clause):
            if PASSIVE.search(clause[max(0, cue.start() - 20) : cue.start()]) and not cue["cue"].endswith("ing"):
                continue
            found = self._before_tag(sentence, cue) or self._after_verb(sentence, cue)
            if found is not None:
                return found
        return None

    def _after_verb(self, sentence: Span, cue: re.Match[str]) -> Reported | None:
        """`X said on Monday that the pier is rotten.`: what follows the verb."""
        clause = cue.string
        subject = self._subjects.before(Span(sentence.start, sentence.start + cue.start()), cue["cue"], sentence.start)
        if subject is None or (is_weak(cue["cue"]) and subject.person is None):
            return None
        voice = Voice(subject.person, cue["cue"])
        before = clause[max(0, cue.end() - 40) : cue.end()]
        if _CURT.match(clause, cue.end()) or _NEGATED_BEFORE.search(before) or _NEGATED_AFTER.match(clause, cue.end()):
            return Reported(voice, None)
        link = (_LINK_TOLD if _TOLD.fullmatch(cue["cue"]) else _LINK).match(clause, cue.end())
        reported = self._without_stop(Span(sentence.start + (link.end() if link else cue.end()), sentence.end))
        words = reported.of(self._text)
        plain = cue["cue"] in (_EVEN_OF_THE_UNNAMED if subject.person is None else _WITHOUT_THAT)
        linked = link is not None and link["that"] is not None
        if len(words.split()) < 3 or not (linked or (plain and not _NO_CLAUSE.match(words))):
            return None
        return Reported(voice, reported)

    def _before_tag(self, sentence: Span, cue: re.Match[str]) -> Reported | None:
        """`The pier is rotten, Falk said.`: the clause before the comma."""
        clause = cue.string
        comma = clause.rfind(", ", 0, cue.end())
        rest = clause[cue.end() :]
        lead = Span(sentence.start + comma + 1, sentence.start + cue.start())
        inverted = lead.of(self._text) == " "
        if comma < 0 or _CURT.match(rest) or _THAT.search(rest) or len(clause[:comma].split()) < 4 - inverted:
            return None
        if not (inverted or _TAG_END.match(rest)):
            return None
        subject: Subject | None = None
        if inverted:
            found = self._subjects.after(Span(sentence.start + cue.end(), sentence.end))
            archaic = re.match(r"\s(?:he|she)\b", rest) is not None
            subject = found if found and found.person and not archaic else None
        elif not cue["cue"].endswith("ing") and len(rest.split()) <= 4 and _TAG_SUBJECT.match(lead.of(self._text)):
            subject = self._subjects.before(lead, cue["cue"], lead.start)
        if subject is None or (is_weak(cue["cue"]) and subject.person is None):
            return None
        return Reported(Voice(subject.person, cue["cue"]), Span(sentence.start, sentence.start + comma))

    def _according(self, sentence: Span, cue: re.Match[str]) -> Reported | None:
        """`According to X, ...`, `Enligt X är ...` and `..., according to X.`"""
        named = Span(sentence.start + cue.end(), sentence.end)
        first = next(iter(self._people.within(named)), None)
        pronoun = re.match(r"(?:honom|henne)(?=\s)", named.of(self._text))
        end = named.start + pronoun.end() if pronoun else first.span.end if first else named.end
        comma = named.of(self._text).find(", ")
        if cue.start() == 0 and cue["cue"] == "Enligt" and end < sentence.end and self._text[end] == " ":
            named, reported = Span(named.start, end), Span(end + 1, sentence.end)
        elif cue.start() == 0 and comma >= 0:
            named, reported = Span(named.start, named.start + comma), Span(named.start + comma + 2, sentence.end)
        elif cue.start() > 0 and cue.string[: cue.start()].endswith(", "):
            reported = Span(sentence.start, sentence.start + cue.start() - 2)
        else:
            return None
        subject = self._subjects.after(named, before_verb=self._subjects.swedish)
        return Reported(Voice(subject.person if subject else None, cue["cue"]), self._without_stop(reported))

    def _without_stop(self, span: Span) -> Span:
        return Span(min(span.start, span.end), span.start + len(span.of(self._text).rstrip(" .!?")))
