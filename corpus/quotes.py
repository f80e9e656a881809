"""Who said what: direct, mixed and indirect quotations of an article, English and Swedish, with speaker and office.

A quotation is an exact span, without its quotation marks, or it is not reported. Attribution is by rule: a verb of saying with
its subject in the same sentence, a line of dialogue with its tag, or the running-on of what somebody just said.
When the rules leave doubt the speaker is None: a wrong name is worse than silence.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from corpus.article import Article, Paragraph, Span
from corpus.attribution import ACCORDING, Attribution, Voice
from corpus.cues import CUE, CUE_EN, CUE_SV
from corpus.people import Gender, Person, is_no_person
from corpus.quotation_marks import is_name_of_something, marked, trimmed, unmarked
from corpus.resolution import People
from corpus.sentences import sentence_spans

QuoteKind = Literal["direct", "mixed", "indirect"]


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation. `span` covers the words without quotation marks; `context` the sentence they stand in.

    `speaker` is the fullest name the article gives, `role` the office beside it, `cue` the verb of saying as written.
    """

    speaker: str | None
    role: str | None
    cue: str | None
    kind: QuoteKind
    span: Span
    context: Span


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence that has been read, in paragraph number `paragraph`: its subject, and `voice` if somebody speaks in it."""

    span: Span
    paragraph: int
    voice: Voice | None
    subject: Person | None


_WORDS = re.compile(r"\w+")
_DATELINE = re.compile(r"[A-Z][A-Z .'’/-]+(?:,\s[A-Z][\w. ]{1,20})?(?:,\s\w+\.?\s\d{1,2})?(?:\s\([\w ]+\))?\s(?:—|–|-|--)\s")
_DASH = re.compile(r"[–—-]\s+(?=\S)")
_SPEECH_DASH = re.compile(r"(?:^|(?<=[.!?:]\s))[–—]\s(?=[\"“”A-ZÅÄÖ])")
_DIALOGUE_TAG = re.compile(
    rf"(?P<comma>[,?!–-]|[,?!]”)\s(?P<cue>{CUE_SV}|{CUE_EN})\s(?!jag\b|vi\b|du\b|man\b|ni\b|I\b|we\b)"
    r"(?P<who>[^.!?\n]{1,200}(?:\b[A-ZÅÄÖ]\.[^.!?\n]*)*)(?:[.!?]\s*|$)"
)
_TAG = re.compile(
    rf"(?:[A-ZÅÄÖ][\w.’'-]*\s(?:(?:of|for|[A-ZÅÄÖ][\w.’'-]*)\s){{0,5}}|[Ss]?[Hh]e\s|The\s(?:\w+\s){{1,4}})(?:also\s|later\s|then\s)?(?:{CUE_EN})"
    r"(?=[.,:]|\s(?:on|in|at|during|after|to|of|when|as|with|from|him|her|reporters|about|before|[A-Z]))"
)
"""`Roe tweeted at noon`: all of an attribution, from its first word."""
_ABOUT_THE_SPEAKER = re.compile(rf"(?:Han|Hon)\s(?:{CUE_SV}|vill|har|får|ska)\b")
_GOES_ON = re.compile(r"(?:han|hon|he|she),\s(?!och\b|som\b|medan\b|när\b|till\b|and\b|who\b)(?=[a-zåäö])")
_CONJUNCTION = re.compile(r"\s*(?:and|but|or|och|men|eller)\b")
_SAYING = re.compile(r"\b(?:said|says|chanted|shouted|yelled|replied|wrote|tweeted|ropade|ropar|sa|sade|skrek|skrev|sjöng)\s$")
_CONTRAST = re.compile(r",?\s+(?:while|whereas|medan)\b", re.IGNORECASE)
_STOP = re.compile(r"(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\bMrs|\bSen|\bRep|\bGov|\bGen|\bCol|\bSgt|\bRev)(?<!\bProf)(?<!\bCapt)[.!?](?:\s|$)")
_NEGATED = re.compile(r"\b(?:never|not|neither|nor|inte|aldrig|varken|ej)\b|n['’]t\b", re.IGNORECASE)
_PHRASES = (
    r"(?:(?:[Mm]on|[Tt]ues|[Ww]ednes|[Tt]hurs|[Ff]ri|[Ss]atur|[Ss]un)day\s|(?:också|även|dock|igen|nu)\s"
    r"|(?:on|in|at|to|during|through|via|på|i|under|till|vid)\s(?:(?!that\b|att\b)[\w’'.-]+\s){1,7}){0,3}"
)
_LINK = re.compile(rf"\s{_PHRASES}(?:that|att)\s|\s(?:(?:(?:on\s)?[A-Z]\w+day|också|även)\s)?")
_LINK_THAT = re.compile(
    r"\s(?:[\w’'., ]{1,60}?\s)??(?:that|att)\s"
    r"|\s(?:reporters|lawmakers|supporters|journalists|voters|viewers|donors|investigators|him|her|them|me|us|the \w+|[A-Z]\w+(?:\s[A-Z]\w+)*)\s"
    r"(?=(?:he|she|it|they|the|there|his|her|its|a|an|no|more|all|[A-Z]\w+)\s)"
)
_TOLD = re.compile(r"tell\w*|told|remind\w*|berätta\w*|meddela\w*|warn\w*")
_NAMELESS = re.compile(
    r"\b(?:an?|one|another|en|ett) (?:\w+ ){0,2}(?:man|woman|boy|girl|resident|witness|tourist|visitor|customer|passenger|neighbour|neighbor"
    r"|official|source|aide|spokesman|spokeswoman|spokesperson|voter|supporter|protester|caller|reporter|moderator|heckler"
    r"|kvinna|pojke|flicka|passagerare|granne|boende|vittne|källa|åskådare|tjänsteman)\b",
    re.IGNORECASE,
)
"""Somebody without a name, whom a pronoun may mean."""
_WITHOUT_THAT = frozenset(
    """
    said says saying added adds adding believes believed thinks insists insisted argues argued hopes noted notes told
    sa sade säger menar menade anser hävdar hävdade tror tycker uppger uppgav
    """.split()
)
_NO_CLAUSE = re.compile(r"[\s,.]*(?:(?:on|in|at|to|of|about|during|after|by|with|from|through|for|till|om|på|i)\b|$|,)|[,;:]")
_PLAINLY = frozenset(("said", "says", "told", "sade", "sa", "säger"))
_RELAYED = frozenset(("reported", "reports", "rapporterar", "rapporterade", "according to", "meddelar", "enligt"))
"""What is said of those who pass on another's words."""
_LOOK_BACK = 5


def find_quotes(article: Article) -> list[Quote]:
    """Every quotation in `article`, in order of position. `span.of(article.text)` is what was said, verbatim."""
    reader = _Reader(article)
    for number, paragraph in enumerate(article.paragraphs):
        if paragraph.kind == "body":
            reader.read(number, paragraph)
    return sorted(_with_speakers_of_repeated(reader.quotes, article.text), key=lambda quote: (quote.span.start, quote.span.end))


def _with_speakers_of_repeated(quotes: list[Quote], text: str) -> Iterator[Quote]:
    """A quotation without attribution, as in a headline, is whose words it repeats elsewhere in the article."""
    said = [(" ".join(_WORDS.findall(quote.span.of(text).casefold())), quote) for quote in quotes]
    for words, quote in said:
        if quote.cue is None and quote.speaker is None and words.count(" ") >= 2:
            whole = {(other.speaker, other.role, other.cue) for longer, other in said if other.speaker and f" {words} " in f" {longer} "}
            if len(whole) == 1:
                speaker, role, cue = whole.pop()
                yield replace(quote, speaker=speaker, role=role, cue=cue)
                continue
        yield quote


class _Reader:
    """Reads paragraphs in order and remembers who spoke, for pronouns and for quotations that run on."""

    def __init__(self, article: Article) -> None:
        self.quotes: list[Quote] = []
        self._text = article.text
        self._marks = {
            paragraph.span.start: [] if self._is_speech_line(paragraph) else marked(article.text, paragraph.span)
            for paragraph in article.paragraphs
        }
        characters = list(article.text)
        for outer, _ in chain.from_iterable(self._marks.values()):
            comma = _last(article.text, outer) == ","
            characters[outer.start : outer.end] = "\0" * (len(outer) - comma) + "," * comma
        for paragraph in article.paragraphs:
            for part in self._not_the_reporter_s(paragraph):
                characters[part.start : part.end] = "\0" * len(part)
        self._masked = "".join(characters)
        self._people = People(article.text, self._masked)
        self._grammar = Attribution(self._masked, self._people, self._antecedent, self._latest_body)
        self._told: list[_Told] = []
        self._number = 0
        self._sentence = Span(0, 0)
        self._open: list[int] = []

    def read(self, number: int, paragraph: Paragraph) -> None:
        text, within = self._text, paragraph.span
        self._number = number
        self._grammar.swedish = paragraph.language == "sv"
        already = len(self.quotes)
        speech = self._speech(paragraph)
        told = Span(within.start, speech.start if speech else within.end)
        marks = [mark for mark in self._marks[within.start] if mark[0].start < told.end]
        spans = (span.shifted(told.start) for span in sentence_spans(told.of(text), paragraph.language))
        sentences = self._with_their_tags(spans, {outer.end for outer, _ in marks})
        starts = [span.start for span in sentences]
        for at, sentence in enumerate(sentences):
            self._sentence = sentence
            here = [mark for mark in marks if max(bisect_right(starts, mark[0].start) - 1, 0) == at]
            voice = self._read_marked(sentence, here, within) if here else self._read_unmarked(sentence)
            self._tell(sentence, voice)
        if speech is not None:
            dash = _DASH.match(text, speech.start)
            self._sentence = speech
            voice = self._dialogue(Span(dash.end() if dash else speech.start, within.end))
            self._tell(speech, voice)
        self._mind_open_marks(within, already)

    def _tell(self, sentence: Span, voice: Voice | None) -> None:
        subject = self._grammar.leading_subject(sentence)
        self._told.append(_Told(sentence, self._number, voice, subject.person if subject else None))

    def _with_their_tags(self, sentences: Iterator[Span], closed: set[int]) -> list[Span]:
        """`"Who knows?" Roe asked.` is one sentence, although a question mark and a capital stand in it."""
        whole: list[Span] = []
        for span in sentences:
            asked = bool(whole) and whole[-1].end in closed and _last(self._text, whole[-1]) in "?!"
            if asked and _TAG.match(self._masked, span.start):
                whole[-1] = Span(whole[-1].start, span.end)
            else:
                whole.append(span)
        return whole

    def _is_speech_line(self, paragraph: Paragraph) -> bool:
        speech = _DASH.match(self._text, paragraph.span.start)
        if speech is None:
            return False
        return paragraph.language != "en" or _DIALOGUE_TAG.search(paragraph.span.of(self._text)) is not None

    def _not_the_reporter_s(self, paragraph: Paragraph) -> Iterator[Span]:
        """A dateline, and in a line of dialogue all but its tag."""
        within = paragraph.span
        dateline = _DATELINE.match(self._text, within.start, within.end)
        if dateline is not None:
            yield Span(dateline.start(), dateline.end())
        if self._is_speech_line(paragraph):
            tag = _DIALOGUE_TAG.search(self._text, within.start, within.end)
            yield Span(within.start, tag.start("cue") if tag else within.end)
            if tag is not None:
                yield Span(tag.end(), within.end)

    def _speech(self, paragraph: Paragraph) -> Span | None:
        """From the dash that opens a line of dialogue to the paragraph's end."""
        within = paragraph.span
        if self._is_speech_line(paragraph):
            return within
        if paragraph.language == "en":
            return None
        dash = _SPEECH_DASH.search(self._masked[within.start : within.end])
        return Span(within.start + dash.start(), within.end) if dash else None

    def _mind_open_marks(self, within: Span, already: int) -> None:
        """A quotation left open runs on in the next paragraph; its speaker may be named only there."""
        new = range(already, len(self.quotes))
        if self._open and already < len(self.quotes):
            first = self.quotes[already]
            for index in self._open if first.cue else ():
                if self.quotes[index].cue is None:
                    self.quotes[index] = replace(self.quotes[index], speaker=first.speaker, role=first.role, cue=first.cue)
        last = max(new, key=lambda index: self.quotes[index].span.end, default=None)
        marks = self._marks[within.start]
        left_open = bool(marks) and marks[-1][0].end == within.end and marks[-1][1].end >= within.end - 1
        closed = self._text[within.end - 1] in '”"»“’\''
        if last is None or not left_open or closed or self.quotes[last].span != marks[-1][1]:
            self._open = []
        else:
            self._open = [*(self._open if len(new) == 1 else []), last]

    def _read_marked(self, sentence: Span, marks: list[tuple[Span, Span]], within: Span) -> Voice | None:
        """The quotations in one sentence; who speaks last in it."""
        alone = not re.search(r"\w", sentence.of(self._masked))
        voices: list[Voice | None] = []
        for number, (outer, _) in enumerate(marks):
            left = marks[number - 1][0].end if number else sentence.start
            right = marks[number + 1][0].start if number + 1 < len(marks) else max(sentence.end, outer.end)
            voices.append(self._attributed(outer, Span(min(left, outer.start), outer.start), Span(outer.end, right), sentence))
        for number in range(1, len(marks)):
            between = self._masked[marks[number - 1][0].end : marks[number][0].start]
            if voices[number] is None and re.fullmatch(r"[^.!?]*", between):
                voices[number] = voices[number - 1]
        for number in range(len(marks) - 2, -1, -1):
            between = self._masked[marks[number][0].end : marks[number + 1][0].start]
            if voices[number] is None and re.fullmatch(r"[\s,]*(?:(?:and|or|but|och|eller)\s(?:\w+\s)?)?", between):
                voices[number] = voices[number + 1]
        spoken: Voice | None = None
        for number, (outer, inner) in enumerate(marks):
            voice = voices[number]
            if voice is None and (alone or (outer.start == within.start and self._open)):
                voice = self._carried(outer.start == within.start)
            quote = self._judged(outer, inner, voice, sentence, alone, number, marks)
            if quote is not None:
                self.quotes.append(quote)
                spoken = voice if voice and (voice.person or not spoken) else spoken
        return spoken

    def _attributed(self, outer: Span, head: Span, tail: Span, sentence: Span) -> Voice | None:
        """What the words of the sentence say of a quotation's speaker; None if they do not attribute it."""
        following = tail.of(self._text)
        stop = _STOP.search(following)
        tail = Span(tail.start, tail.start + (stop.start() if stop else len(following)))
        belongs = _tail_belongs(self._text, outer, tail)
        set_off = _last(self._text, outer) in {",", "?", "!", "–", "—", "…"} or following.startswith((",", " –", " —"))
        behind = self._grammar.behind(tail) if belongs and set_off else None
        if behind is not None and not (behind.cue in _RELAYED and re.search(r"\w", head.of(self._masked))):
            return behind
        ahead = self._grammar.ahead(head, sentence.start)
        if behind is not None:
            return ahead if ahead and ahead.person else behind
        close = belongs and not set_off and re.match(r"\s(?:[A-ZÅÄÖ]|he\b|she\b|the\b|an?\b|said\b|says\b|enligt\b|acc)", following)
        return ahead or (self._grammar.behind(tail) if close else None)

    def _judged(
        self,
        outer: Span,
        inner: Span,
        voice: Voice | None,
        sentence: Span,
        alone: bool,
        number: int,
        marks: list[tuple[Span, Span]],
    ) -> Quote | None:
        """The quotation, or None for a title, a nickname or a word held up with tongs."""
        text = self._text
        words = inner.of(text)
        count = len(words.split())
        last = _last(text, outer)
        opens = words[0].isupper() and last in ".!?"
        said = voice is not None and last in {",", "?", "!"}
        if not alone and not said and is_name_of_something(text, outer, inner, voice.cue if voice else None):
            return None
        repeated = count > 2 and text.count(words) > 1
        if voice is None and not alone and count < 5 and not opens and not repeated:
            return None
        if alone and voice is None and count < 3:
            return None
        goes_on = number > 0 and self.quotes and self.quotes[-1].kind == "direct" and self.quotes[-1].span == marks[number - 1][1]
        kind: QuoteKind = "direct" if _is_direct(text, outer, inner, bool(goes_on), sentence) else "mixed"
        whole = Span(min(sentence.start, outer.start), max(sentence.end, outer.end))
        return _quote(voice, kind, inner, whole)

    def _carried(self, opens_paragraph: bool) -> Voice | None:
        """Who speaks in a quotation that stands alone: whoever spoke or acted in the sentence before it."""
        if opens_paragraph and self._open:
            last = self.quotes[self._open[-1]]
            return Voice(Person(last.speaker, last.role) if last.speaker else None, last.cue) if last.cue else None
        earlier = len(self._told) - 1
        while opens_paragraph and earlier > 0 and self._is_question(self._told[earlier]):
            earlier -= 1
        if earlier < 0:
            return None
        before = self._told[earlier]
        if not opens_paragraph or before.voice is not None:
            if before.voice is not None:
                return before.voice
        if before.subject is None or not self._people.is_person(before.subject):
            return None
        named = {mention.person for mention in self._people.within(before.span)}
        return Voice(before.subject, None) if len(named) <= 1 or before.paragraph == self._number else None

    def _is_question(self, told: _Told) -> bool:
        """A reporter's question between two answers: a paragraph of its own that names nobody."""
        alone = sum(other.paragraph == told.paragraph for other in self._told) == 1
        return alone and told.voice is None and told.span.of(self._text).endswith("?") and not self._people.within(told.span)

    def _antecedent(self, position: int, gender: Gender | None) -> Person | None:
        """Who `he` or `she` at `position` is: somebody of this sentence, else whoever spoke or was named last, if that is plain."""
        here = [mention.person for mention in self._people.within(Span(self._sentence.start, position))]
        known = self._fitting(here, gender)
        if known:
            sure = [person for person in known if self._people.gender(person) == gender]
            if len(known) == 1 and (sure or self._leads(known[0], position)):
                return known[0]
            if len(sure) == 1 or (sure and self._leads(sure[0], position)):
                return sure[0]
            if len(known) > 1:
                return None
        for told in reversed(self._told[-_LOOK_BACK:]):
            if told.paragraph < self._number - 2:
                return None
            if told.voice is not None and (told.voice.person is None or self._may_be_person(told.voice.person)):
                if told.voice.person is None:
                    return None
                if self._fitting([told.voice.person], gender):
                    return self._unless_rivalled(told.voice.person, told, gender)
            elif _NAMELESS.search(told.span.of(self._masked)):
                return None
            within = told.span if told.paragraph == self._number else self._paragraph_of(told)
            fitting = self._fitting([mention.person for mention in self._people.within(within)], gender)
            sure = [person for person in fitting if self._people.gender(person) == gender]
            if len(fitting) == 1:
                return fitting[0]
            if len(sure) == 1:
                return sure[0]
            if fitting:
                acts = told.subject in fitting and all(
                    mention.person == told.subject or self._grammar.is_oblique(mention)
                    for mention in self._people.within(within)
                )
                return told.subject if told.subject in sure or acts else None
            if self._fitting([told.subject], gender):
                return told.subject
            if told.subject is not None and not self._people.is_person(told.subject) and not is_no_person(told.subject.name):
                return None
        return None

    def _latest_body(self) -> Person | None:
        """The company or office that spoke last, unless somebody else has spoken since."""
        for told in reversed(self._told[-_LOOK_BACK:]):
            if told.voice is not None:
                person = told.voice.person
                return person if person is not None and is_no_person(person.name) or person is not None and not self._people.is_person(person) else None
        return None

    def _may_be_person(self, person: Person, speaks: bool = True) -> bool:
        """Whether a name is shown to be a person's, or speaks and is not shown to be anything else."""
        return self._people.is_person(person) or (speaks and " " in person.name and not is_no_person(person.name))

    def _fitting(self, persons: list[Person | None], gender: Gender | None) -> list[Person]:
        """The different persons among them who may be of that gender."""
        speaking = {told.voice.person for told in self._told[-_LOOK_BACK:] if told.voice is not None}
        return list(
            dict.fromkeys(
                person
                for person in persons
                if person is not None
                and self._may_be_person(person, speaks=person in speaking)
                and self._people.gender(person) in {None, gender}
            )
        )

    def _leads(self, person: Person, position: int) -> bool:
        """Whether `person` is named before `position` in this sentence as somebody who acts."""
        subject = self._grammar.leading_subject(Span(self._sentence.start, position))
        inverted = re.search(r"\b[Ww]hen\s(?:\w+\s)?$|\b[Aa]s\s$|\b[Aa]fter\s$", self._masked[self._sentence.start : position])
        return inverted is None and subject is not None and subject.person == person

    def _unless_rivalled(self, person: Person, told: _Told, gender: Gender | None) -> Person | None:
        """`person`, unless the sentence also names somebody whose gender is known to fit while theirs is not."""
        if self._people.gender(person) == gender:
            return person
        others = self._fitting([mention.person for mention in self._people.within(told.span)], gender)
        rivals = [other for other in others if other != person and self._people.gender(other) == gender]
        return None if rivals else person

    def _paragraph_of(self, told: _Told) -> Span:
        spans = [other.span for other in self._told if other.paragraph == told.paragraph]
        return Span(spans[0].start, spans[-1].end)

    def _read_unmarked(self, sentence: Span) -> Voice | None:
        """`X said that ...`, `According to X, ...`: the reported clause, without the words of reporting."""
        clause = sentence.of(self._masked)
        according = ACCORDING.search(clause)
        if according is not None:
            return self._according(sentence, according)
        for cue in CUE.finditer(clause):
            curt = re.match(r"\s(?:ja|nej|upp|yes|no)\b(?=\s(?:to|till)\b|[.,]|$)", clause[cue.end() :]) is not None
            negated = _NEGATED.search(clause[: cue.end()][-40:]) or _NEGATED.match(clause[cue.end() :].lstrip())
            at = sentence.start + cue.start()
            if re.search(r"\b(?:was|were|is|are|been|being|be|blev)\s$", self._masked[max(sentence.start, at - 8) : at]) and not cue["cue"].endswith("ing"):
                continue
            trailing = None if curt else self._trailing(sentence, cue)
            if trailing is not None:
                return trailing
            linked = (_LINK_THAT if _TOLD.fullmatch(cue["cue"]) else _LINK).match(clause, cue.end())
            that = linked is not None and re.search(r"\b(?:that|att)\s$", linked[0]) is not None
            start = sentence.start + (linked.end() if linked else cue.end())
            reported = _without_stop(self._text, Span(min(start, sentence.end), sentence.end))
            subject = self._grammar.subject(Span(sentence.start, at), cue["cue"], sentence.start)
            if subject is None and self._grammar.swedish:
                subject = None
            if negated or curt:
                return Voice(subject.person, cue["cue"]) if subject else None
            if subject is None or len(reported.of(self._text).split()) < 3:
                continue
            bare = cue["cue"] in (_PLAINLY if subject.person is None else _WITHOUT_THAT)
            if not that and (not bare or _NO_CLAUSE.match(reported.of(self._masked))):
                continue
            voice = Voice(subject.person, cue["cue"])
            self.quotes.append(_quote(voice, "indirect", reported, sentence))
            return voice
        return None

    def _trailing(self, sentence: Span, cue: re.Match[str]) -> Voice | None:
        """`The pier is rotten, Falk said.`: the clause before the comma."""
        clause = cue.string
        comma = clause.rfind(", ", 0, cue.end())
        if comma < 0 or not re.match(r"\s*(?:on |in |at |in an? |till |i |på )?[^,.;]{0,60}[.!?]?$", clause[cue.end() :]):
            return None
        if len(clause[:comma].split()) < 4 or re.match(r"[\s\w]*\b(?:that|att)\b", clause[cue.end() :]):
            return None
        lead = Span(sentence.start + comma + 1, sentence.start + cue.start())
        if not re.search(r"\w", lead.of(self._masked)):
            rest = Span(sentence.start + cue.end(), sentence.end)
            subject = self._grammar.named(rest) if re.search(r"\w", rest.of(self._masked)) else None
            archaic = re.match(r"\s(?:he|she)\b", rest.of(self._masked)) is not None
            subject = subject if subject and not archaic and subject.person else None
        elif cue["cue"].endswith("ing") or len(clause[cue.end() :].split()) > 4:
            return None
        else:
            subject = self._grammar.subject(lead, cue["cue"], lead.start)
            first = re.match(r"\s*(?:[A-ZÅÄÖ]|he\b|she\b|they\b|the\b|han\b|hon\b)", lead.of(self._masked))
            subject = subject if first else None
        if subject is None:
            return None
        voice = Voice(subject.person, cue["cue"])
        self.quotes.append(_quote(voice, "indirect", Span(sentence.start, sentence.start + comma), sentence))
        return voice

    def _according(self, sentence: Span, cue: re.Match[str]) -> Voice | None:
        """`According to X, ...`, `Enligt X ...` and `..., according to X.`"""
        named = Span(sentence.start + cue.end(), sentence.end)
        comma = re.search(r",\s", named.of(self._text))
        first = next(iter(self._people.within(named)), None)
        close = first is not None and first.span.start - named.start < 30 and self._text[first.span.end : first.span.end + 1] == " "
        pronoun = re.match(r"(?:honom|henne)\s", named.of(self._text))
        if cue.start() == 0 and cue["cue"] == "Enligt" and ((close and first is not None) or pronoun):
            end = named.start + pronoun.end() if pronoun or first is None else first.span.end + 1
            reported = Span(end, sentence.end)
            named = Span(named.start, end - 1)
        elif cue.start() == 0 and comma is not None:
            named = Span(named.start, named.start + comma.start())
            reported = Span(named.end + 2, sentence.end)
        elif cue.start() > 0 and re.search(r",\s$", cue.string[: cue.start()]):
            reported = Span(sentence.start, sentence.start + cue.start() - 2)
        else:
            return None
        subject = self._grammar.named(named, before_verb=self._grammar.swedish)
        voice = Voice(subject.person if subject else None, cue["cue"])
        self.quotes.append(_quote(voice, "indirect", _without_stop(self._text, reported), sentence))
        return voice

    def _dialogue(self, speech: Span) -> Voice | None:
        """`– Vi måste bygga nu, säger Karin Holm. Det är bråttom.`: the words before and after the tag."""
        tag = _DIALOGUE_TAG.search(speech.of(self._text))
        if tag is None:
            voice = self._carried(True)
            self._speak(voice, speech, speech)
            return voice
        who = Span(speech.start + tag.start("who"), speech.start + tag.end("who"))
        subject = self._grammar.named(who)
        voice = Voice(subject.person if subject else None, tag["cue"])
        self._speak(voice, Span(speech.start, speech.start + tag.start() + (tag["comma"][0] in "?!")), speech)
        goes_on = _GOES_ON.match(self._text, who.start, speech.end)
        rest = Span(goes_on.end() if goes_on else speech.start + tag.end(), speech.end)
        if _ABOUT_THE_SPEAKER.match(self._text, rest.start, rest.end):
            return voice
        dash = _DASH.match(self._text, rest.start)
        self._speak(voice, Span(dash.end() if dash else rest.start, rest.end), speech)
        return voice

    def _speak(self, voice: Voice | None, part: Span, context: Span) -> None:
        words = unmarked(self._text, trimmed(self._text, part))
        if re.search(r"\w", words.of(self._text)):
            self.quotes.append(_quote(voice, "direct", words, context))


def _quote(voice: Voice | None, kind: QuoteKind, span: Span, context: Span) -> Quote:
    person = voice.person if voice else None
    return Quote(person.name if person else None, person.role if person else None, voice.cue if voice else None, kind, span, context)


def _is_direct(text: str, outer: Span, inner: Span, goes_on: bool, sentence: Span) -> bool:
    """A clause of its own, set off by a comma or colon or starting a sentence; otherwise a fragment woven in."""
    if goes_on and text[outer.start - 2 : outer.start - 1] in {",", ":", "–", "—"}:
        return True
    before = text[: outer.start].rstrip()[-1:]
    last = _last(text, outer)
    if before == ":" or (outer.start <= sentence.start and last in {",", "?", "!", "."}):
        return True
    if not (text[inner.start].isupper() or text[inner.start] in "[.…'‘"):
        return False
    starts_paragraph = outer.start == 0 or text[outer.start - 1] == "\n"
    said = _SAYING.search(text, max(sentence.start, outer.start - 12), outer.start) is not None
    return starts_paragraph or before in ',.!?–—”"' or (last in {".", "!", "?", ","} and (said or len(inner.of(text).split()) > 3))


def _last(text: str, outer: Span) -> str:
    """The last character inside quotation marks, marks inside them left out; empty if there is none."""
    return outer.of(text).rstrip("\"'”’“»«")[-1:]


def _tail_belongs(text: str, outer: Span, tail: Span) -> bool:
    """Whether what follows a quotation goes on with its sentence."""
    following = tail.of(text)
    if _CONTRAST.match(following):
        return False
    if _last(text, outer) in {",", "?", "!", "–", "—"} or following.startswith((",", " –", " —")):
        return True
    return following.lstrip()[:1].islower() and _CONJUNCTION.match(following) is None


def _without_stop(text: str, span: Span) -> Span:
    return Span(span.start, span.start + len(span.of(text).rstrip(" .!?")))
