"""Who said what: direct, mixed and indirect quotations of an article, English and Swedish, with speaker and office.

A quotation is an exact span, without its quotation marks, or it is not reported. Attribution is by rule: a cue verb with
its subject in the same sentence, a line of dialogue with its tag, or the running-on of an attributed quotation.
When the rules leave doubt the speaker is None: a wrong name is worse than silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.article import Article, Paragraph, Span
from corpus.people import STOPWORDS, Mention, People, Person, is_role_word
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


_CUE_EN = (
    r"said|says|saying|say|told|tells|telling|stated|states|stating|added|adds|adding|warned|warns|warning|noted|notes|noting"
    r"|argued|argues|arguing|claimed|claims|claiming|insisted|insists|insisting|explained|explains|explaining|announced|announces"
    r"|announcing|wrote|writes|writing|tweeted|posted|asked|asks|asking|replied|replies|replying|responded|responds|responding|called|calls|calling"
    r"|urged|urges|urging|emphasi[sz]ed|emphasi[sz]es|emphasi[sz]ing|stressed|stresses|stressing|described|describes|describing"
    r"|confirmed|confirms|confirming|admitted|admits|admitting|acknowledged|acknowledges|declared|declares|declaring|suggested"
    r"|suggests|predicted|predicts|predicting|commented|comments|commenting|remarked|remarks|recalled|recalls|recalling|concluded"
    r"|concludes|continued|continues|promised|promises|promising|vowed|vows|vowing|denied|denies|denying|demanded|demands"
    r"|joked|jokes|quipped|maintained|maintains|recounted|testified|reported|reports|reporting"
    r"|thinks|believes|believed|hopes|hoped|expects|pointed out|points out|put it"
)
_CUE_SV = (
    r"sa|sade|säger|säga|sagt|menar|menade|tycker|tyckte|anser|ansåg|hävdar|hävdade|berättar|berättade|förklarar|förklarade"
    r"|skriver|skrev|uppger|uppgav|påpekar|påpekade|konstaterar|konstaterade|tillägger|tillade|varnar|varnade|betonar|betonade"
    r"|svarar|svarade|frågar|frågade|undrar|undrade|lovar|lovade|medger|medgav|bekräftar|bekräftade|kommenterar|kommenterade"
    r"|fortsätter|fortsatte|uppmanar|uppmanade|understryker|underströk|framhåller|framhöll|meddelar|meddelade|utropade|utbrast|skämtar|hälsar"
    r"|kallar|kallade|beskriver|beskrev|tror|trodde|hoppas|hoppades|manade|krävde|kräver"
)
_CUE = re.compile(rf"\b(?P<cue>{_CUE_EN}|{_CUE_SV})\b", re.IGNORECASE)
_REPORTING = re.compile(
    r"\b(?P<cue>said|says|told|stated|states|added|warned|warns|noted|argued|argues|claimed|claims|insisted|insists"
    r"|explained|announced|stressed|emphasi[sz]ed|confirmed|admitted|acknowledged|denied|predicted|promised|urged|called on"
    r"|believes|believed"
    r"|expects|maintains|has said|have said"
    r"|sa|sade|säger|menar|menade|anser|ansåg|hävdar|hävdade|uppger|uppgav|påpekar|påpekade|konstaterar|konstaterade|varnar|varnade"
    r"|betonar|betonade|tillägger|tillade|framhåller|framhöll|meddelar|meddelade|berättar|berättade|lovar|lovade|manade|uppmanar|uppmanade|tror|tycker)\b"
)
_ACCORDING = re.compile(r"\b(?P<cue>according to|enligt|in the words of|med \w+ ord)\s", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:he|she|han|hon)\b", re.IGNORECASE)
_OBLIQUE = re.compile(
    r"\b(?:for|of|to|from|about|by|with|till|för|av|från|om|med|hos|at|against|mot|between|mellan)\s(?:the\s)?$",
    re.IGNORECASE,
)
_PAIRS = (("“", "”"), ("”", "”"), ("„", "“"), ("«", "»"), ("»", "«"), ("»", "»"), ('"', '"'), ("‘", "’"))
_OPENERS = '“”„«»"‘'
_DIALOGUE_TAG = re.compile(
    rf"(?P<comma>[,?!–-])\s(?P<cue>{_CUE_SV}|{_CUE_EN})\s(?P<who>[^.!?\n]{{1,200}}(?:\b[A-ZÅÄÖ]\.[^.!?\n]*)*)(?:[.!?]\s*|$)"
)
_CONJUNCTION = re.compile(r"\s*(?:and|but|or|och|men|eller)\b")
_OTHER_SUBJECT = re.compile(
    r"\b(?:the|an?|his|her|their|its|den|det|de|en|ett|hans|hennes|deras)\s\w+\s*$", re.IGNORECASE
)
_ADVERBIAL = re.compile(
    r"(?:[\s(]*\b(?:has|have|had|also|later|then|earlier|again|further|himself|herself|once|now|today|yesterday|never|not|first|still|even|\w+ly"
    r"|(?:on|in|at|the|a|an|same|day|afternoon|morning|evening|statement|interview|tweet|post|speech|news|conference)|har|hade|också|senare|sedan"
    r"|igen|inte|nu|idag|igår|dag|går|i|på|själv|ändå|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:mån|tis|ons|tors|fre|lör|sön)dagen"
    r"|[RDSMLCV]{1,2}(?:-\w+)?)\b[\s).,]*)*\s*",
)
"""What may stand between a subject and its verb without another subject having come in."""
_BELONGING = re.compile(r"\s(?:from|of|at|på|från|i|vid)\s(?:the\s)?[^.,;:]{3,70}$")
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
        self._marked: list[tuple[Span, Span]] = []

    def read(self, paragraph: Paragraph) -> list[Quote]:
        text, within = self._text, paragraph.span
        self._sentences = [span.shifted(within.start) for span in sentence_spans(within.of(text), paragraph.language)]
        dash = re.match(r"[–—-]\s+(?=\S)", within.of(text))
        if dash is not None:
            self._marked = []
            found = list(self._dialogue(Span(within.start + dash.end(), within.end)))
        else:
            self._marked = _marked(text, within)
            found = [*self._quoted(within), *self._unquoted()]
        last = max(found, key=lambda quote: quote.span.end, default=None)
        left_open = last is not None and last.span.end >= within.end - 1 and text[within.end - 1] not in '”"»“’'
        self._running = last if left_open and last is not None and last.kind != "indirect" and dash is None else None
        named = next((quote for quote in reversed(found) if quote.speaker), None)
        if any(len(mention.person.name.split()) > 1 for mention in self._mentions(within)):
            self._latest = None
        subject = self._antecedent(within.end)
        self._latest = subject or (Person(named.speaker or "", named.role) if named else None)
        return found

    def _quoted(self, within: Span) -> Iterator[Quote]:
        text = self._text
        previous: Quote | None = None
        for number, (outer, inner) in enumerate(self._marked):
            left = self._marked[number - 1][0].end if number else within.start
            right = self._marked[number + 1][0].start if number + 1 < len(self._marked) else within.end
            context = next((span for span in self._sentences if span.overlaps(outer)), outer)
            attribution = self._attribution(outer, Span(left, right), context)
            if attribution is None and number == 0 and outer.start == within.start:
                attribution = _carried(self._running)
            if attribution is None and previous is not None:
                spoken = max(previous.context.end, left)
                attribution = None if re.search(r"\w", text[spoken : outer.start]) else _carried(previous)
            words = len(inner.of(text).split())
            if attribution is None and words < 5 and not _opens_speech(text, outer, inner):
                continue
            if words < 3 and attribution is None:
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
        cue = _CUE.search(clause)
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
        cues = list(_CUE.finditer(clause))
        according = _ACCORDING.search(clause)
        if according is not None and (not cues or cues[-1].start() > according.start()):
            return self._named(Span(head.start + according.end(), head.end)), according["cue"]
        if not cues:
            return None
        cue = cues[-1]
        subject = self._subject(Span(head.start, head.start + cue.start()), cue["cue"])
        if subject is None and _is_swedish(cue["cue"]):
            subject = self._named(Span(head.start + cue.end(), head.end))
        return subject, cue["cue"]

    def _unquoted(self) -> Iterator[Quote]:
        """`X said that ...`, `According to X, ...`: the reported clause, without the words of reporting."""
        for sentence in self._sentences:
            if any(sentence.overlaps(outer) for outer, _ in self._marked):
                continue
            clause = sentence.of(self._text)
            according = _ACCORDING.match(clause)
            if according is not None:
                comma = re.search(r",\s", clause)
                if comma is not None:
                    person = self._named(Span(sentence.start + according.end(), sentence.start + comma.start()))
                    reported = _without_stop(self._text, Span(sentence.start + comma.end(), sentence.end))
                    yield _quote(person, according["cue"], "indirect", reported, sentence)
                continue
            cue = _REPORTING.search(clause)
            if cue is None or re.match(r"\s(?:ja|nej|upp|yes|no)\b", clause[cue.end() :]):
                continue
            subject = self._subject(Span(sentence.start, sentence.start + cue.start()), cue["cue"])
            link = re.match(r"\s(?:[\w ]{0,40}?\b(?:that|att)\s)?", clause[cue.end() :])
            start = sentence.start + cue.end() + (link.end() if link else 0)
            reported = _without_stop(self._text, Span(min(start, sentence.end), sentence.end))
            explicit = re.search(r"\b(?:that|att)\b", clause) is not None
            if len(reported.of(self._text).split()) >= 3 and (subject is not None or explicit):
                yield _quote(subject, cue["cue"], "indirect", reported, sentence)

    def _dialogue(self, speech: Span) -> Iterator[Quote]:
        """`– Vi måste bygga nu, säger Karin Holm. Det är bråttom.`: the words before and after the tag."""
        tag = _DIALOGUE_TAG.search(speech.of(self._text))
        if tag is None:
            before = self._text[: speech.start].rstrip("–—- \n")
            person = self._latest if before.endswith((":", ".")) else None
            yield _quote(person, None, "direct", _trimmed(self._text, speech), speech)
            return
        person = self._named(Span(speech.start + tag.start("who"), speech.start + tag.end("who")))
        first = Span(speech.start, speech.start + tag.start() + (tag["comma"] in "?!"))
        for part in (first, Span(speech.start + tag.end(), speech.end)):
            words = _trimmed(self._text, part)
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
        if cue.casefold().endswith("ing") or re.search(r"\b(?:and|och)(?: \w+)?\s*$", gap) or aside:
            chosen = first
        elif (_ADVERBIAL.fullmatch(gap) and nearest is mentions[-1]) or _BELONGING.match(gap):
            chosen = nearest
        else:
            return None
        joined = re.search(r"\b(?:and|och|samt)\s(?:the\s)?$", self._text[clause.start : chosen.span.start])
        return None if joined and chosen is not first else chosen.person

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
        for sentence in reversed([span for span in self._sentences if span.start < position]):
            mentions = self._mentions(Span(sentence.start, min(position, sentence.end)))
            persons = [mention for mention in mentions if self._people.is_person(mention.person)]
            names = {mention.person.name for mention in persons}
            opening = [mention for mention in mentions if mention.span.start - sentence.start <= len("The ")]
            if len(names) == 1 or (names and persons[0] in opening):
                return persons[0].person
            if names or opening:
                return None
        return self._latest

    def _mentions(self, within: Span) -> list[Mention]:
        """Somebody named in `within`, outside quotation marks."""
        return [
            mention
            for mention in self._people.mentions(self._text, within)
            if _names_someone(self._text, mention)
            and not any(outer.overlaps(mention.span) for outer, _ in self._marked)
        ]


def _quote(person: Person | None, cue: str | None, kind: QuoteKind, span: Span, context: Span) -> Quote:
    return Quote(person.name if person else None, person.role if person else None, cue, kind, span, context)


def _carried(quote: Quote | None) -> tuple[Person | None, str] | None:
    if quote is None or quote.cue is None:
        return None
    return Person(quote.speaker, quote.role) if quote.speaker else None, quote.cue


def _marked(text: str, within: Span) -> list[tuple[Span, Span]]:
    """Spans between quotation marks, with and without the marks; a mark left open closes at the paragraph's end."""
    found: list[tuple[Span, Span]] = []
    position = within.start
    while position < within.end:
        character = text[position]
        opens = character in _OPENERS and (position == within.start or not text[position - 1].isalnum())
        if not opens or position + 1 >= within.end or text[position + 1].isspace():
            position += 1
            continue
        close = _closing(text, position, within.end)
        if close is None:
            if character in "‘»" or position > within.start:
                position += 1
                continue
            close = within.end
        inner = _trimmed(text, Span(position + 1, close))
        end = min(close + 1, within.end)
        if len(inner):
            found.append((Span(position, end), inner))
        position = end
    return found


def _closing(text: str, opening: int, end: int) -> int | None:
    closers = {close for open_, close in _PAIRS if open_ == text[opening]}
    for position in range(opening + 2, end):
        if text[position] in closers and not text[position - 1].isspace():
            following = text[position + 1 : position + 2]
            if text[position] in '’"' and following.isalnum():
                continue
            return position
    return None


def _trimmed(text: str, span: Span) -> Span:
    """Without surrounding white space and without the comma that belongs to the sentence around."""
    inner = span.of(text)
    start = span.start + len(inner) - len(inner.lstrip())
    end = span.start + len(inner.rstrip())
    if end > start and text[end - 1] == ",":
        end -= 1
    return Span(min(start, end), end)


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
    if text[outer.end - 2 : outer.end - 1] in {",", "?", "!", "–", "—"} or following.startswith((",", " –", " —")):
        return True
    return following.lstrip()[:1].islower() and _CONJUNCTION.match(following) is None


def _is_swedish(cue: str) -> bool:
    return re.fullmatch(_CUE_SV, cue, re.IGNORECASE) is not None


def _names_someone(text: str, mention: Mention) -> bool:
    name = mention.person.name
    if name in STOPWORDS or name[0].islower() or text[mention.span.end : mention.span.end + 2] in {"'s", "’s"}:
        return False
    if len(name.split()) > 1:
        return True
    opens = (
        re.search(r"(?:^|[.!?\n]\s|[\"“”]\s?)$", text[max(0, mention.span.start - 3) : mention.span.start]) is not None
    )
    return not is_role_word(name) and (not opens or re.search(rf"[a-zåäö,] {re.escape(name)}\b", text) is not None)


def _without_stop(text: str, span: Span) -> Span:
    return Span(span.start, span.start + len(span.of(text).rstrip(" .!?")))
