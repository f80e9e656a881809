"""Who said what: direct, mixed and indirect quotations of an article, English and Swedish, with speaker and office.

A quotation is an exact span, without its quotation marks, or it is not reported. Attribution is by rule: a cue verb with
its subject in the same sentence, a line of dialogue with its tag, or the running-on of an attributed quotation.
When the rules leave doubt the speaker is None: a wrong name is worse than silence.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from corpus.article import Article, Paragraph, Span
from corpus.cues import CUE, CUE_EN, CUE_SV, REPORTING, is_swedish
from corpus.people import STOPWORDS, Mention, People, Person, is_role_word
from corpus.quotation_marks import marked, trimmed, unmarked
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


_ACCORDING = re.compile(r"\b(?P<cue>according to|enligt|in the words of|med \w+ ord)\s", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:he|she|han|hon)\b", re.IGNORECASE)
_OBLIQUE = re.compile(
    r"\b(?:for|of|to|from|about|by|with|till|för|av|från|om|med|hos|at|against|mot|between|mellan)\s(?:the\s)?$",
    re.IGNORECASE,
)
_DIALOGUE_TAG = re.compile(
    rf"(?P<comma>[,?!–-])\s(?P<cue>{CUE_SV}|{CUE_EN})\s(?P<who>[^.!?\n]{{1,200}}(?:\b[A-ZÅÄÖ]\.[^.!?\n]*)*)(?:[.!?]\s*|$)"
)
_DASH = re.compile(r"[–—-]\s+(?=\S)")
_CONJUNCTION = re.compile(r"\s*(?:and|but|or|och|men|eller)\b")
_CONTRAST = re.compile(r",?\s+(?:while|whereas|medan)\b", re.IGNORECASE)
_OTHER_SUBJECT = re.compile(
    r"\b(?:the|an?|his|her|their|its|den|det|de|en|ett|hans|hennes|deras)\s\w+\s*$", re.IGNORECASE
)
_ADVERBIAL = re.compile(
    r"(?:[\s(),.]+(?:has|have|had|also|later|then|earlier|again|further|himself|herself|once|now|today|yesterday|first|still|even|\w+ly"
    r"|on|in|at|the|a|an|same|day|afternoon|morning|evening|statement|interview|tweet|post|speech|news|conference"
    r"|har|hade|också|senare|sedan|igen|nu|idag|igår|dag|går|i|på|själv|ändå|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:mån|tis|ons|tors|fre|lör|sön)dagen"
    r"|[RDSMLCV]{1,2}(?:-\w+)?)\b)*[\s(),.]*"
)
"""What may stand between a subject and its verb without another subject having come in."""
_NEGATED = re.compile(r"\b(?:never|not|neither|nor|inte|aldrig|varken|ej)\b|n't\b", re.IGNORECASE)
_LINK = re.compile(r"\s(?:(?:on|in|at|på|i|under|to)\s[\w ]{1,30}?\s)?(?:(?:that|att)\s)?")
_LINK_TOLD = re.compile(r"\s(?:[\w' ]{1,40}?\b(?:that|att)\s)?")
_TOLD = re.compile(r"told|berätta\w*|meddela\w*", re.IGNORECASE)
_BELONGING = re.compile(r"\s(?:from|of|at|på|från|i|vid)\s(?:the\s)?[^.,;:]{3,70}$")
_NAMELESS = re.compile(
    r"\b(?:an?|one|another|en|ett) (?:\w+ )?(?:man|woman|boy|girl"
    r"|resident|witness|tourist|visitor|customer|passenger|teacher|neighbour|neighbor|official|source"
    r"|kvinna|pojke|flicka|passagerare|granne|lärare|boende|vittne|källa|åskådare)\b",
    re.IGNORECASE,
)
"""Somebody without a name, whom a pronoun may mean."""
_LOOK_BACK = 4
_MAX_GAP = 40


def find_quotes(article: Article) -> list[Quote]:
    """Every quotation in `article`, in order of position. `span.of(article.text)` is what was said, verbatim."""
    reader = _Reader(article)
    quotes: list[Quote] = []
    for paragraph in article.paragraphs:
        if paragraph.kind == "body":
            quotes.extend(reader.read(paragraph))
    return sorted(quotes, key=lambda quote: (quote.span.start, quote.span.end))


class _Reader:
    """Reads paragraphs in order and remembers what a pronoun or an open quotation in the next one may refer to."""

    def __init__(self, article: Article) -> None:
        self._text = article.text
        self._people = People(article.text)
        self._running: Quote | None = None
        self._latest: Person | None = None
        self._sentences: list[Span] = []
        self._starts: list[int] = []
        self._marked: list[tuple[Span, Span]] = []
        self._marks = {
            paragraph.span.start: []
            if _DASH.match(article.text, paragraph.span.start)
            else marked(article.text, paragraph.span)
            for paragraph in article.paragraphs
        }
        characters = list(article.text)
        for outer, _ in chain.from_iterable(self._marks.values()):
            characters[outer.start : outer.end] = "\0" * len(outer)
        self._unquoted_text = "".join(characters)
        self._swedish = False

    def read(self, paragraph: Paragraph) -> list[Quote]:
        text, within = self._text, paragraph.span
        self._sentences = [span.shifted(within.start) for span in sentence_spans(within.of(text), paragraph.language)]
        self._starts = [span.start for span in self._sentences]
        self._swedish = paragraph.language == "sv"
        dash = _DASH.match(text, within.start)
        self._marked = self._marks[within.start]
        spoken = self._dialogue(Span(dash.end(), within.end)) if dash else chain(self._quoted(within), self._unquoted())
        found = list(spoken)
        last = max(found, key=lambda quote: quote.span.end, default=None)
        left_open = last is not None and last.span.end >= within.end - 1 and text[within.end - 1] not in '”"»“’'
        self._running = last if left_open and last is not None and last.kind != "indirect" and dash is None else None
        self._latest = self._spoken_of(within, found)
        return found

    def _spoken_of(self, within: Span, found: list[Quote]) -> Person | None:
        """Whom a pronoun in the next paragraph would mean: the one person quoted in this one, else the one named."""
        quoted = {quote.speaker: Person(quote.speaker, quote.role) for quote in found if quote.speaker}
        mentions = self._mentions(within)
        if _NAMELESS.search(within.of(self._unquoted_text)):
            return None
        named = {item.person.name: item.person for item in mentions if self._people.is_person(item.person)}
        persons = quoted or named
        if len(persons) == 1:
            return next(iter(persons.values()))
        return None if persons or found or mentions else self._latest

    def _quoted(self, within: Span) -> Iterator[Quote]:
        text = self._text
        previous: Quote | None = None
        for number, (outer, inner) in enumerate(self._marked):
            left = self._marked[number - 1][0].end if number else within.start
            right = self._marked[number + 1][0].start if number + 1 < len(self._marked) else within.end
            context = self._sentence_at(outer)
            attribution = self._attribution(outer, Span(left, right), context)
            if attribution is None and number == 0 and outer.start == within.start:
                attribution = _carried(self._running)
            if attribution is None and previous is not None:
                spoken = max(previous.context.end, left)
                tagged = re.match(r",?\s\w", text[outer.end : right]) and _tail_belongs(
                    text, outer, Span(outer.end, right)
                )
                attribution = None if tagged or re.search(r"\w", text[spoken : outer.start]) else _carried(previous)
            words = len(inner.of(text).split())
            if attribution is None and words < 5 and not _opens_speech(text, outer, inner):
                continue
            if attribution is None and (words < 3 or _is_title(inner.of(text))):
                continue
            person, cue = attribution or (None, None)
            kind: QuoteKind = "direct" if _is_direct(text, outer, inner) else "mixed"
            whole = Span(min(context.start, outer.start), max(context.end, outer.end))
            previous = _quote(person, cue, kind, inner, whole)
            yield previous

    def _attribution(self, outer: Span, between: Span, context: Span) -> tuple[Person | None, str] | None:
        """The speaker (None if in doubt) and the cue; None if nothing in the sentence attributes the quotation."""
        following = self._text[outer.end : between.end]
        stop = re.search(r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)[.!?](?:\s|$)", following)
        tail = Span(outer.end, outer.end + (stop.start() if stop else len(following)))
        if _tail_belongs(self._text, outer, tail):
            after = self._after(tail)
            if after is not None:
                return after
        return self._before(Span(max(between.start, min(context.start, outer.start)), outer.start))

    def _after(self, tail: Span) -> tuple[Person | None, str] | None:
        """`, said Mayor Elin Strand`, `, Strand said`, `, according to X`, `, säger hon`."""
        clause = tail.of(self._text)
        according = _ACCORDING.search(clause)
        if according is not None and according.start() < _MAX_GAP:
            return self._named(Span(tail.start + according.end(), tail.end)), according["cue"]
        cue = CUE.search(clause)
        if cue is None or cue.start() > 110:
            return None
        before = Span(tail.start, tail.start + cue.start())
        if re.search(r"\w", before.of(self._text)):
            subject = self._subject(before, cue["cue"])
        else:
            subject = self._named(Span(tail.start + cue.end(), tail.end))
        return None if subject is None and cue["cue"].casefold().endswith("ing") else (subject, cue["cue"])

    def _before(self, head: Span) -> tuple[Person | None, str] | None:
        """`Strand said: `, `X emphasised cooperation, saying, `, `According to X, `."""
        clause = head.of(self._text)
        cues = list(CUE.finditer(clause))
        according = _ACCORDING.search(clause)
        if according is not None and (not cues or cues[-1].start() > according.start()):
            return self._named(Span(head.start + according.end(), head.end)), according["cue"]
        if not cues:
            last = self._mentions(head)[-1:]
            names = last and re.fullmatch(r":\s*", self._text[last[0].span.end : head.end]) is not None
            return (last[0].person, ":") if names and self._people.is_person(last[0].person) else None
        cue = cues[-1]
        before = Span(head.start, head.start + cue.start())
        subject = self._subject(before, cue["cue"])
        if subject is None and (is_swedish(cue["cue"]) or not re.search(r"\w", before.of(self._text))):
            subject = self._named(Span(head.start + cue.end(), head.end))
        return subject, cue["cue"]

    def _unquoted(self) -> Iterator[Quote]:
        """`X said that ...`, `According to X, ...`: the reported clause, without the words of reporting."""
        for sentence in self._sentences:
            clause = sentence.of(self._text)
            if "\0" in sentence.of(self._unquoted_text):
                continue
            according = _ACCORDING.search(clause)
            if according is not None:
                yield from self._according(sentence, according)
                continue
            cue = REPORTING.search(clause)
            if cue is None or re.match(r"\s(?:ja|nej|upp|yes|no)\b", clause[cue.end() :]):
                continue
            link = _LINK_TOLD if _TOLD.fullmatch(cue["cue"]) else _LINK
            linked = link.match(clause, cue.end())
            start = sentence.start + (linked.end() if linked else cue.end())
            reported = _without_stop(self._text, Span(min(start, sentence.end), sentence.end))
            if _NEGATED.search(clause[: cue.end()]) or _NEGATED.match(clause[cue.end() :].lstrip()):
                continue
            subject = self._subject(Span(sentence.start, sentence.start + cue.start()), cue["cue"])
            explicit = linked is not None and re.search(r"\b(?:that|att)\s$", linked[0]) is not None
            if len(reported.of(self._text).split()) >= 3 and (subject is not None or explicit):
                yield _quote(subject, cue["cue"], "indirect", reported, sentence)

    def _according(self, sentence: Span, cue: re.Match[str]) -> Iterator[Quote]:
        """`According to X, ...`, `Enligt X ...` and `..., according to X.`"""
        named = Span(sentence.start + cue.end(), sentence.end)
        comma = re.search(r",\s", named.of(self._text))
        if cue.start() == 0 and comma is not None:
            named = Span(named.start, named.start + comma.start())
            reported = Span(named.end + 2, sentence.end)
        elif cue.start() > 0 and re.search(r",\s$", cue.string[: cue.start()]):
            reported = Span(sentence.start, sentence.start + cue.start() - 2)
        else:
            return
        yield _quote(self._named(named), cue["cue"], "indirect", _without_stop(self._text, reported), sentence)

    def _dialogue(self, speech: Span) -> Iterator[Quote]:
        """`– Vi måste bygga nu, säger Karin Holm. Det är bråttom.`: the words before and after the tag."""
        tag = _DIALOGUE_TAG.search(speech.of(self._text))
        if tag is None:
            before = self._text[: speech.start].rstrip("–—- \n")
            person = self._latest if before.endswith((":", ".")) else None
            words = unmarked(self._text, trimmed(self._text, speech))
            if re.search(r"\w", words.of(self._text)):
                yield _quote(person, None, "direct", words, speech)
            return
        person = self._named(Span(speech.start + tag.start("who"), speech.start + tag.end("who")))
        first = Span(speech.start, speech.start + tag.start() + (tag["comma"] in "?!"))
        for part in (first, Span(speech.start + tag.end(), speech.end)):
            words = unmarked(self._text, trimmed(self._text, part))
            if re.search(r"\w", words.of(self._text)):
                yield _quote(person, tag["cue"], "direct", words, speech)

    def _subject(self, clause: Span, cue: str) -> Person | None:
        """Who does the saying, in the words before a cue; None where the grammar leaves doubt."""
        mentions = self._mentions(clause)
        words = clause.of(self._text)
        pronoun = list(_PRONOUN.finditer(words))
        if pronoun and (not mentions or clause.start + pronoun[-1].start() > mentions[-1].span.start):
            return self._antecedent(clause.start + pronoun[-1].start())
        direct = [mention for mention in mentions if not _OBLIQUE.search(self._text[clause.start : mention.span.start])]
        if not direct:
            return None
        first, nearest = direct[0], direct[-1]
        gap = self._text[nearest.span.end : clause.end]
        if _OTHER_SUBJECT.search(gap):
            return None
        aside = words.rstrip().endswith(",") or "," in gap
        if words.rstrip().endswith(" as"):
            quoted = re.search(r"\b(?:quoted|cited|citerade)\s$", self._text[clause.start : nearest.span.start])
            return nearest.person if quoted else None
        if cue.casefold().endswith("ing") or re.search(r"\b(?:and|och)(?: \w+)?\s*$", gap) or aside:
            chosen = first
        elif (_ADVERBIAL.fullmatch(gap) and nearest is mentions[-1]) or _BELONGING.match(gap):
            chosen = nearest
        else:
            return None
        joined = re.search(r"\b(?:and|och|samt)\s(?:[a-zåäö]+\s){0,3}$", self._text[clause.start : chosen.span.start])
        return None if joined else chosen.person

    def _named(self, clause: Span) -> Person | None:
        """Who is named at the start of `clause`: `said X`, `according to X`; a pronoun stands for the last one named."""
        pronoun = re.match(
            r"\s*(?:he|she|han|hon|henne|honom|him|her)\b(?!\s[a-zåäö]*s\b)", clause.of(self._text), re.IGNORECASE
        )
        if pronoun is not None:
            return self._antecedent(clause.start)
        for mention in self._mentions(clause):
            gap = self._text[clause.start : mention.span.start]
            if len(gap) > _MAX_GAP or re.search(r"[,;:–—]", gap):
                return None
            if _OBLIQUE.search(gap) and not re.match(
                r"\s*(?:an? |the |ett )?(?:statement|report|document|uttalande|rapport)", gap
            ):
                return None
            return mention.person
        return None

    def _antecedent(self, position: int) -> Person | None:
        """Who `he` or `she` at `position` is: whoever the nearest sentence before names first, if that is plain."""
        here = bisect_left(self._starts, position)
        for sentence in reversed(self._sentences[max(0, here - _LOOK_BACK) : here]):
            mentions = self._mentions(Span(sentence.start, min(position, sentence.end)))
            persons = [mention for mention in mentions if self._people.is_person(mention.person)]
            names = {mention.person.name for mention in persons}
            opening = [mention for mention in mentions if mention.span.start - sentence.start <= len("The ")]
            if len(names) == 1 or (names and persons[0] in opening):
                return persons[0].person
            if names or opening or _NAMELESS.search(sentence.of(self._unquoted_text)):
                return None
        if here > _LOOK_BACK:
            return None
        return self._latest

    def _sentence_at(self, span: Span) -> Span:
        """The sentence that `span` starts in."""
        at = bisect_right(self._starts, span.start) - 1
        return self._sentences[at] if at >= 0 else span

    def _mentions(self, within: Span) -> list[Mention]:
        """Somebody named in `within`, outside quotation marks."""
        found = self._people.mentions(self._unquoted_text, within)
        return [mention for mention in found if self._names_someone(mention)]

    def _names_someone(self, mention: Mention) -> bool:
        name = mention.person.name
        following = self._text[mention.span.end : mention.span.end + 24]
        if name in STOPWORDS or name[0].islower() or following.startswith(("'s", "’s", " & ")):
            return False
        if self._swedish and name.endswith("s") and re.match(r"\s[a-zåäö]{3,}", following):
            return False
        if len(name.split()) > 1:
            return True
        start = mention.span.start
        opens = re.search(r"(?:^|[.!?\n\0]\s?)$", self._unquoted_text[max(0, start - 3) : start]) is not None
        return not is_role_word(name) and (not opens or self._people.stands_within(name))


def _quote(person: Person | None, cue: str | None, kind: QuoteKind, span: Span, context: Span) -> Quote:
    return Quote(person.name if person else None, person.role if person else None, cue, kind, span, context)


def _carried(quote: Quote | None) -> tuple[Person | None, str] | None:
    if quote is None or quote.cue is None:
        return None
    return Person(quote.speaker, quote.role) if quote.speaker else None, quote.cue


def _opens_speech(text: str, outer: Span, inner: Span) -> bool:
    return text[inner.start].isupper() and text[outer.end - 2 : outer.end - 1] in ".!?"


def _is_direct(text: str, outer: Span, inner: Span) -> bool:
    """A clause of its own, set off by a comma or colon or starting a sentence; otherwise a fragment woven in."""
    before = text[: outer.start].rstrip()[-1:]
    return text[inner.start].isupper() and (_starts_paragraph(text, outer) or before in ',:.!?–—”"')


def _starts_paragraph(text: str, outer: Span) -> bool:
    return outer.start == 0 or text[outer.start - 1] == "\n"


def _tail_belongs(text: str, outer: Span, tail: Span) -> bool:
    following = tail.of(text)
    if _CONTRAST.match(following):
        return False
    if text[outer.end - 2 : outer.end - 1] in {",", "?", "!", "–", "—"} or following.startswith((",", " –", " —")):
        return True
    return following.lstrip()[:1].islower() and _CONJUNCTION.match(following) is None


def _is_title(words: str) -> bool:
    """`The Long Winter Road Home`: most words capitalised, no sentence's end."""
    capitals = sum(word[0].isupper() for word in words.split())
    return words[-1] not in ".!?" and capitals >= 0.6 * len(words.split())


def _without_stop(text: str, span: Span) -> Span:
    return Span(span.start, span.start + len(span.of(text).rstrip(" .!?")))
