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

from corpus import dialogue
from corpus.article import Article, Paragraph, Span
from corpus.attribution import LAST_CLAUSE, Attribution
from corpus.discourse import Discourse, Voice
from corpus.people import Person
from corpus.quotation_marks import (
    Marked,
    character_before,
    is_direct,
    is_name_of_something,
    last_character,
    marked,
    trimmed,
    unmarked,
)
from corpus.reported import ReportedSpeech
from corpus.resolution import People
from corpus.sentences import sentence_spans
from corpus.subjects import Subjects
from corpus.tagged import with_tags
from corpus.transcripts import ANSWER, QUESTION, name_of_label, transcript_labels

QuoteKind = Literal["direct", "mixed", "indirect"]
QUOTE_READER_VERSION = "5"
"""Changes with anything that changes what `find_quotes` finds: quotations kept from another version are then read anew."""


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


_WORDS = re.compile(r"\w+")
_DATELINE = re.compile(
    r"\([A-Z][\w ]{1,20}\)\s(?:[—–-]{1,2}\s)?|[A-Z][\w .'’-]{1,25}(?:,\s[A-Z][\w. ]{1,20})?\s\([A-Z][\w ]{1,20}\)\s[—–-]{1,2}\s"
    r"|[A-Z][A-Z .'’/-]+(?:,\s[A-Z][\w. ]{1,20})?(?:,\s\w+\.?\s\d{1,2})?(?:\s\([\w ]+\))?\s(?:—|–|-|--)\s"
)
_ASKED_ABOUT = re.compile(r"(?:When\s)?(?:Asked|Pressed|Questioned)\s(?:about|if|whether|on|why|what|how)\b[^,\0]*")
"""`Asked whether `: what is quoted there is not the answer."""
_CONJUNCTION = re.compile(r"\s*(?:and|but|or|och|men|eller)\b")
_CONTRAST = re.compile(r",?\s+(?:while|whereas|medan)\b", re.IGNORECASE)
_JOINT = re.compile(r"[\s,]*(?:(?:and|or|but|och|eller)\s(?:\w+\s)?)?")
_TAG_WITHOUT_COMMA = re.compile(r"\s(?:[A-ZÅÄÖ]|(?:he|she|the|an?|said|says|enligt|according)\b)")
_STOP = re.compile(
    r"(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\bMrs|\bSen|\bRep|\bGov|\bGen|\bCol|\bSgt|\bRev)(?<!\bProf)(?<!\bCapt)[.!?](?:\s|$)"
)
_RELAYED = frozenset(("reported", "reports", "rapporterar", "rapporterade", "according to", "meddelar", "enligt"))
"""What is said of those who pass on another's words."""
_SET_OFF = frozenset(",?!–—…")
_SCARE = 5
"""Fewer words than this between marks, woven into a sentence that attributes nothing, are held up with tongs."""


def find_quotes(article: Article) -> list[Quote]:
    """Every quotation in `article`, in order of position. `span.of(article.text)` is what was said, verbatim."""
    reader = _Reader(article)
    for number, paragraph in enumerate(article.paragraphs):
        if paragraph.kind == "body":
            reader.read(number, paragraph)
    return sorted(_with_headlines_spoken(reader.quotes, article), key=lambda quote: (quote.span.start, quote.span.end))


def _with_headlines_spoken(quotes: list[Quote], article: Article) -> Iterator[Quote]:
    """A quotation that opens an article unattributed, as in a headline, is whose words it repeats further down."""
    opening = article.paragraphs[0].span.end if article.paragraphs else 0
    said = [(_bare(quote.span.of(article.text)), quote) for quote in quotes]
    for words, quote in said:
        repeats = quote.cue is None and quote.span.end <= opening and words.count(" ") >= 2
        whole = (
            {(other.speaker, other.role, other.cue) for longer, other in said if f" {words} " in f" {longer} "}
            if repeats
            else set()
        )
        named = [found for found in whole if found[0] is not None]
        if len(named) == 1:
            yield replace(quote, speaker=named[0][0], role=named[0][1], cue=named[0][2])
        else:
            yield quote


def _bare(words: str) -> str:
    return " ".join(_WORDS.findall(words.casefold()))


class _Reader:
    """Reads paragraphs in order, with what it remembers of those before in a `Discourse`."""

    def __init__(self, article: Article) -> None:
        self.quotes: list[Quote] = []
        self._text = article.text
        self._language = article.language
        self._labels = transcript_labels(article)
        self._marks: dict[int, list[Marked]] = {}
        for paragraph in article.paragraphs:
            spoken = paragraph.span.start in self._labels or self._is_speech_line(paragraph)
            self._marks[paragraph.span.start] = [] if spoken else marked(article.text, paragraph.span)
        self._masked = self._reporter_s_words(article)
        self._people = People(article.text, self._masked)
        self._discourse = Discourse(self._masked, self._people)
        self._subjects = Subjects(self._masked, self._people, self._discourse)
        self._attribution = Attribution(self._masked, self._people, self._discourse, self._subjects)
        self._reported = ReportedSpeech(self._masked, self._people, self._subjects)
        self._open: list[int] = []

    def read(self, number: int, paragraph: Paragraph) -> None:
        within = paragraph.span
        already = len(self.quotes)
        language = self._language_of(paragraph)
        self._subjects.swedish = language == "sv"
        if within.start in self._labels:
            self._discourse.begin(within, number)
            self._end(within, self._read_labelled(self._labels[within.start], within))
            return
        opens = within.start if self._is_speech_line(paragraph) else dialogue.opening(self._masked, within, language)
        told = Span(within.start, within.end if opens is None else opens)
        marks = [mark for mark in self._marks[within.start] if mark.outer.start < told.end]
        spans = (span.shifted(told.start) for span in sentence_spans(told.of(self._text), language))
        sentences = with_tags(spans, self._text, self._masked, {mark.outer.end: mark.outer.start for mark in marks})
        starts = [span.start for span in sentences]
        sentence_of = [max(bisect_right(starts, mark.outer.start) - 1, 0) for mark in marks]
        for at, sentence in enumerate(sentences):
            self._discourse.begin(sentence, number)
            here = [mark for mark, of in zip(marks, sentence_of, strict=True) if of == at]
            before = len(self.quotes)
            voice = self._read_marked(sentence, here, within) if here else None
            self._end(sentence, voice if len(self.quotes) > before else self._read_unmarked(sentence))
        if opens is not None:
            speech = Span(opens, within.end)
            self._discourse.begin(speech, number)
            self._end(speech, self._read_dialogue(speech))
        self._mind_open_marks(within, already)

    def _language_of(self, paragraph: Paragraph) -> str | None:
        """The paragraph's own language, or where it is too short to tell the article's."""
        return paragraph.language or self._language

    def _end(self, sentence: Span, voice: Voice | None) -> None:
        subject = self._subjects.leading(sentence)
        self._discourse.tell(voice, subject.person if subject else None)

    def _reporter_s_words(self, article: Article) -> str:
        """The text with quotations, spoken lines and datelines blanked out; a comma that closed a quotation stays."""
        characters = list(article.text)
        for mark in chain.from_iterable(self._marks.values()):
            comma = last_character(article.text, mark.outer) == ","
            characters[mark.outer.start : mark.outer.end] = "\0" * (len(mark.outer) - comma) + "," * comma
        for paragraph in article.paragraphs:
            for part in self._not_the_reporter_s(paragraph):
                characters[part.start : part.end] = "\0" * len(part)
        return "".join(characters)

    def _not_the_reporter_s(self, paragraph: Paragraph) -> Iterator[Span]:
        """A dateline, in a transcript what follows the name, and in a line of dialogue all but its tag."""
        within = paragraph.span
        if within.start in self._labels:
            yield Span(self._labels[within.start].end, within.end)
            return
        dateline = _DATELINE.match(self._text, within.start, within.end)
        if dateline is not None:
            yield Span(dateline.start(), dateline.end())
        if self._is_speech_line(paragraph):
            tag = dialogue.tag(self._text, within)
            yield Span(within.start, tag.whole.start if tag else within.end)
            if tag is not None:
                yield Span(tag.whole.end, within.end)

    def _is_speech_line(self, paragraph: Paragraph) -> bool:
        return dialogue.is_line(self._text, paragraph.span, self._language_of(paragraph))

    def _read_marked(self, sentence: Span, marks: list[Marked], within: Span) -> Voice | None:
        """The quotations in one sentence; who speaks last in it."""
        alone = not re.search(r"\w", sentence.of(self._masked))
        spoken: Voice | None = None
        previous: Quote | None = None
        passed_over: int | None = None
        for mark, voice in zip(marks, self._voices(sentence, marks), strict=True):
            opens = mark.outer.start == within.start
            if voice is None and (alone or (opens and self._open)):
                voice = self._running_on(mark.inner, opens_paragraph=opens)
            quote = self._judged(mark, voice, sentence, alone=alone, previous=previous)
            if (
                passed_over
                and not (voice and voice.person)
                and _JOINT.fullmatch(self._masked, passed_over, mark.outer.start)
            ):
                quote = None
            passed_over = None if quote else mark.outer.end
            if quote is not None:
                self.quotes.append(quote)
                spoken = voice if voice and (voice.person or not spoken) else spoken
            previous = quote
        return spoken

    def _voices(self, sentence: Span, marks: list[Marked]) -> list[Voice | None]:
        """Who speaks in each quotation of a sentence, as its words say; one left open goes with its neighbour."""
        ends = [sentence.start, *(mark.outer.end for mark in marks)]
        starts = [*(mark.outer.start for mark in marks[1:]), max(sentence.end, marks[-1].outer.end)]
        voices = [
            self._attributed(
                mark.outer, Span(min(end, mark.outer.start), mark.outer.start), Span(mark.outer.end, start), sentence
            )
            for mark, end, start in zip(marks, ends[:-1], starts, strict=True)
        ]
        between = [self._masked[mark.outer.end : start] for mark, start in zip(marks, starts[:-1], strict=False)]
        for at, words in enumerate(between):
            if voices[at + 1] is None and not _STOP.search(words):
                voices[at + 1] = voices[at]
        for at, words in reversed(list(enumerate(between))):
            if voices[at] is None and _JOINT.fullmatch(words):
                voices[at] = voices[at + 1]
        return voices

    def _attributed(self, outer: Span, head: Span, tail: Span, sentence: Span) -> Voice | None:
        """What the words round a quotation say of its speaker; None if they do not attribute it."""
        if _ASKED_ABOUT.fullmatch(self._masked, sentence.start, outer.start):
            return Voice(None, None)
        following = tail.of(self._text)
        stop = _STOP.search(following)
        tail = Span(tail.start, tail.start + (stop.start() if stop else len(following)))
        belongs = self._goes_on_in(outer, tail)
        set_off = last_character(self._text, outer) in _SET_OFF or following.startswith((",", " –", " —"))
        behind = self._attribution.behind(tail) if belongs and set_off else None
        elsewhere = behind is not None and (
            behind.cue in _RELAYED or (behind.person is None and character_before(self._text, outer).isalnum())
        )
        if behind is not None and not (elsewhere and re.search(r"\w", head.of(self._masked))):
            return behind
        ahead = self._attribution.ahead(head, sentence.start)
        if behind is not None:
            return ahead if ahead and ahead.person else behind
        tagged = belongs and not set_off and (_TAG_WITHOUT_COMMA.match(following) or ", " in following)
        return ahead or (self._attribution.behind(tail) if tagged else None)

    def _goes_on_in(self, outer: Span, tail: Span) -> bool:
        """Whether what follows a quotation goes on with its sentence."""
        following = tail.of(self._text)
        if _CONTRAST.match(following):
            return LAST_CLAUSE.search(following) is not None
        if last_character(self._text, outer) in {",", "?", "!", "–", "—"} or following.startswith((",", " –", " —")):
            return True
        return following.lstrip()[:1].islower() and _CONJUNCTION.match(following) is None

    def _judged(
        self, mark: Marked, voice: Voice | None, sentence: Span, *, alone: bool, previous: Quote | None
    ) -> Quote | None:
        """The quotation between two marks, or None for a title, a nickname or a word held up with tongs."""
        text, outer, inner = self._text, mark.outer, mark.inner
        words = inner.of(text)
        count = len(words.split())
        last = last_character(text, outer)
        before = character_before(text, outer)
        woven_in = before.isalnum() or before in "'’"
        said = voice is not None and last in {",", "?", "!"} and (outer.start <= sentence.start or not woven_in)
        if not (alone and voice) and not said and is_name_of_something(text, mark, voice.cue if voice else None):
            return None
        if voice is None:
            speech = count >= _SCARE or (words[0].isupper() and last in {".", "!", "?", ","} and not woven_in)
            if not (count > 2 if alone else speech or (count > 2 and self._is_said_again(words, sentence))):
                return None
        follows = previous is not None and previous.kind == "direct"
        direct = is_direct(text, mark, opens=outer.start <= sentence.start, follows=follows)
        whole = Span(min(sentence.start, outer.start), max(sentence.end, outer.end))
        return _quote(voice, "direct" if direct else "mixed", inner, whole)

    def _is_said_again(self, words: str, sentence: Span) -> bool:
        """Whether the words of a headline stand in the article once more."""
        opens = not self.quotes and self._text.find("\n", 0, sentence.start) == -1
        return opens and self._text.find(words, sentence.end) != -1

    def _running_on(self, words: Span, *, opens_paragraph: bool, dialogue: bool = False) -> Voice | None:
        """Who speaks in a quotation that stands alone; one left open before it runs on in it. Who answers a question is left open."""
        if opens_paragraph and self._open:
            last = self.quotes[self._open[-1]]
            return Voice(Person(last.speaker, last.role) if last.speaker else None, last.cue) if last.cue else None
        above = self.quotes[-1].span if opens_paragraph and self.quotes else words
        asked = "?" in {last_character(self._text, above), last_character(self._text, words)}
        if above != words and asked and not re.search(r"\w", self._masked[above.end : words.start].partition("\n")[2]):
            return Voice(None, None) if dialogue else self._other_of_two(words)
        announced = self._discourse.announcement() if opens_paragraph and not dialogue else None
        return (announced and self._attribution.ahead(announced, announced.start)) or self._discourse.running_on(
            opens_paragraph=opens_paragraph, dialogue=dialogue
        )

    def _other_of_two(self, words: Span) -> Voice:
        """Who answers or asks on, of two whose words fill the paragraphs just above; nobody if they are not two."""
        last = self.quotes[-1]
        other = next((quote for quote in reversed(self.quotes[-6:]) if quote.speaker != last.speaker), None)
        if other is None or other.speaker is None or last.speaker is None:
            return Voice(None, None)
        paragraphs = self._text.count("\n\n", other.span.end, words.start)
        talk = paragraphs == 2 and not re.search(r"\w", self._masked[other.context.end : last.context.start])
        return Voice(Person(other.speaker, other.role) if talk else None, None)

    def _mind_open_marks(self, within: Span, already: int) -> None:
        """A quotation left open runs on in the next paragraph; its speaker may be named only there."""
        new = len(self.quotes) - already
        if new and self.quotes[already].cue is not None:
            first = self.quotes[already]
            for index in self._open:
                if self.quotes[index].cue is None:
                    self.quotes[index] = replace(
                        self.quotes[index], speaker=first.speaker, role=first.role, cue=first.cue
                    )
        marks = self._marks[within.start]
        closed = self._text[within.end - 1] in "”\"»“’'"
        if (
            not new
            or not marks
            or closed
            or marks[-1].outer.end < within.end
            or self.quotes[-1].span != marks[-1].inner
        ):
            self._open = []
        else:
            self._open = [*(self._open if new == 1 else []), len(self.quotes) - 1]

    def _read_unmarked(self, sentence: Span) -> Voice | None:
        found = self._reported.read(sentence)
        clause = trimmed(self._text, found.span) if found and found.span else None
        if found is not None and clause is not None and re.search(r"\w", clause.of(self._text)):
            self.quotes.append(_quote(found.voice, "indirect", clause, sentence))
        return found.voice if found else None

    def _read_dialogue(self, line: Span) -> Voice | None:
        """A line of dialogue: the words before and after its tag."""
        tag = dialogue.tag(self._text, line)
        if tag is None:
            speech = dialogue.spoken(self._text, line)
            voice = self._running_on(speech, opens_paragraph=True, dialogue=True)
            self._speak(voice, speech, line)
            return voice
        subject = self._subjects.after(tag.who)
        tagged = Voice(subject.person if subject else None, tag.cue)
        self._speak(tagged, tag.before, line)
        if tag.after is not None:
            self._speak(tagged, tag.after, line)
        return tagged

    def _read_labelled(self, label: Span, line: Span) -> Voice | None:
        """`STRAND: The country has changed.`: all that follows the name."""
        written = label.of(self._text)
        if QUESTION.fullmatch(written):
            return None
        named = self._people.within(Span(0, min(self._labels)) if ANSWER.fullmatch(written) else label)
        persons = {mention.person for mention in named if mention.person and self._people.is_person(mention.person)}
        name = name_of_label(written)
        person = persons.pop() if len(persons) == 1 else Person(name) if name and not persons else None
        voice = Voice(person, ":")
        self._speak(voice, Span(label.end, line.end), line)
        return voice

    def _speak(self, voice: Voice | None, part: Span, context: Span) -> None:
        words = unmarked(self._text, trimmed(self._text, part))
        if re.search(r"\w", words.of(self._text)):
            self.quotes.append(_quote(voice, "direct", words, context))


def _quote(voice: Voice | None, kind: QuoteKind, span: Span, context: Span) -> Quote:
    person = voice.person if voice else None
    return Quote(
        person.name if person else None,
        person.role if person else None,
        voice.cue if voice else None,
        kind,
        span,
        context,
    )
