"""How a chosen sentence or quotation is told: quotations whole and beside their speaker, an opening pronoun named, outlet and date behind.

Everything told is a draft of typed parts, to be verified like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from corpus.article import Article, Span
from index.lexical import name_words, words
from index.rows import StoredQuote
from rag.dates import format_date
from rag.draft import AskedPart, DraftPart, DraftSentence, Evidence, FramePart, MetadataPart, SourcePart
from rag.referents import behind_pronoun

Dating = Literal["stated", "always", "published"]
"""Outlet and date as far as they are stated; the same, and that there is no date; the same, and that it is the day of publication."""

LONGEST_QUOTATION = 30
"""Words up to which a quotation that a sentence is a part of is given whole. Longer ones are lines of dialogue (quotation marks are never
cut), which take the place of other sentences: with 60, 3 of 150 norquad answers lost the gold words, with 30 none."""
LONGEST_TAG = 3
"""Words of `she said later` beside a quotation, that its speaker's name replaces."""
_PRONOUN_START = re.compile(r"(?:He|She|They|It|This|That|These|Those|Han|Hon|De|Det|Den|Detta|Dessa)\b")
_OPEN, _CLOSE = ": “", "”"
_REPORTED = {"en": " (reported): ", "sv": " (återgivet): "}
_PUBLISHED = {"en": "published ", "sv": "publicerad "}
_UNDATED = {"en": "undated", "sv": "odaterad"}
_NOTHING = {
    "no_quote_by_speaker": {
        "en": ": quoted in the articles, but with nothing said on that.",
        "sv": ": citeras i artiklarna, men inget sägs där om den saken.",
    },
    "speaker_unknown": {
        "en": ": nobody of that name or office is quoted in the articles.",
        "sv": ": ingen med det namnet eller ämbetet citeras i artiklarna.",
    },
}
_DIFFERING = {"en": "The sources differ. ", "sv": "Källorna skiljer sig åt. "}
TELLING_FRAMES = frozenset(
    {_OPEN, _CLOSE, ", ", " (", ")", "[", "]", ": ", "): "}
    | {words for frames in (_REPORTED, _PUBLISHED, _UNDATED, _DIFFERING) for words in frames.values()}
    | {words for frames in _NOTHING.values() for words in frames.values()}
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A sentence, or a few that belong together, picked to be told."""

    article: Article
    span: Span


class Teller:
    """Tells in one language. `quotes_of` gives the quotations of an article by its id."""

    def __init__(self, quotes_of: Callable[[str], Sequence[StoredQuote]], language: str) -> None:
        self._quotes_of = quotes_of
        self._language = language

    def whole(self, article: Article, sentences: Sequence[Span], position: int) -> Span:
        """The sentence at `position`, widened to the quotation that it cuts; one that opens with a pronoun that nobody is known for
        brings the sentence before it."""
        span = sentences[position]
        for quote in self._quotes(article):
            cut = quote.kind != "indirect" and quote.span.overlaps(span) and not span.contains(quote.span)
            if cut and len(quote.text.split()) <= LONGEST_QUOTATION:
                context = quote.quote.context
                span = Span(min(span.start, context.start), max(span.end, context.end))
        if self._named_by_pronoun(article, span) is not None or _PRONOUN_START.match(span.of(article.text)) is None:
            return span
        start = min(sentences[max(position - 1, 0)].start, span.start)
        return span if "\n" in article.text[start : span.start] else Span(start, span.end)

    def told(self, chosen: Sequence[Chosen], dating: Dating | None = "stated") -> tuple[DraftSentence, ...]:
        """The chosen in their order. Outlet and date stand behind the last of each run from one article."""
        following = [*(one.article.id for one in chosen[1:]), None]
        return tuple(
            self._sentence(one, dating if one.article.id != after else None)
            for one, after in zip(chosen, following, strict=False)
        )

    def quotation(
        self, quote: StoredQuote, article: Article, role: str | None, dating: Dating | None = "stated"
    ) -> DraftSentence:
        """`Iwao Horii, State Minister: “We are in the same boat.” (Outlet, 4 February 2026)`."""
        assert quote.speaker is not None
        verbatim = quote.kind == "direct"
        span = quote.span if verbatim else quote.quote.context
        evidence = Evidence(quote.article_id, quote.text_sha256, span, quote.speaker)
        parts: list[DraftPart] = [MetadataPart(quote.speaker, "speaker", evidence)]
        if role is not None:
            parts += [FramePart(", "), MetadataPart(role, "role", evidence)]
        source = SourcePart(span.of(article.text), evidence)
        reported = FramePart(_REPORTED[self._language])
        parts += [FramePart(_OPEN), source, FramePart(_CLOSE)] if verbatim else [reported, source]
        return DraftSentence((*parts, *self._label(article, evidence, dating)))

    def nothing_from(self, who: str, why: Literal["no_quote_by_speaker", "speaker_unknown"]) -> DraftSentence:
        """That one of those asked about has said nothing: `Macron: nobody of that name or office is quoted in the articles.`"""
        return DraftSentence((AskedPart(who), FramePart(_NOTHING[why][self._language])))

    def differing(self, chosen: Sequence[Chosen]) -> tuple[DraftSentence, ...]:
        """`The sources differ. Outlet (4 February 2026): ...`, `Other (6 February 2026): ...`, one of each article."""
        sentences = []
        for place, one in enumerate(chosen):
            evidence = Evidence(one.article.id, one.article.text_sha256, one.span)
            opening: list[DraftPart] = [] if place else [FramePart(_DIFFERING[self._language])]
            day = self._day(one.article, evidence)
            if one.article.outlet:
                opening += [
                    MetadataPart(one.article.outlet, "outlet", evidence),
                    FramePart(" ("),
                    day,
                    FramePart("): "),
                ]
            elif one.article.title:
                opening += [MetadataPart(one.article.title, "title", evidence), FramePart(" ("), day, FramePart("): ")]
            else:
                opening += [day, FramePart(": ")]
            sentences.append(DraftSentence((*opening, SourcePart(one.span.of(one.article.text), evidence))))
        return tuple(sentences)

    def _sentence(self, chosen: Chosen, dating: Dating | None) -> DraftSentence:
        article, span = chosen.article, chosen.span
        spoken = self._spoken_throughout(article, span)
        if spoken is not None:
            return self.quotation(spoken, article, spoken.role or self._office(article, spoken.speaker), dating)
        named = self._named_by_pronoun(article, span)
        parts: list[DraftPart] = []
        evidence = Evidence(article.id, article.text_sha256, span)
        if named is not None:
            quote, rest = named
            evidence = replace(evidence, span=rest, speaker=quote.speaker)
            parts += [FramePart("["), MetadataPart(quote.speaker or "", "speaker", evidence), FramePart("]")]
        parts.append(SourcePart(evidence.span.of(article.text), evidence))
        return DraftSentence((*parts, *self._label(article, evidence, dating)))

    def _spoken_throughout(self, article: Article, span: Span) -> StoredQuote | None:
        """The quotation by somebody known that a sentence is, but for `she said`: it names its speaker nowhere."""
        for quote in self._quotes(article):
            if quote.kind != "direct" or quote.speaker is None or not quote.span.overlaps(span):
                continue
            start, end = max(span.start, quote.span.start), min(span.end, quote.span.end)
            around = words(article.text[span.start : start]) + words(article.text[end : span.end])
            named = not set(name_words(quote.speaker)).isdisjoint(around)
            if len(around) <= LONGEST_TAG and not named and len(quote.text.split()) <= LONGEST_QUOTATION:
                return quote
        return None

    def _office(self, article: Article, speaker: str | None) -> str | None:
        """The first office that an article gives a speaker beside any quotation."""
        return next((quote.role for quote in self._quotes(article) if quote.speaker == speaker and quote.role), None)

    def _named_by_pronoun(self, article: Article, span: Span) -> tuple[StoredQuote, Span] | None:
        """Whose the pronoun is that opens a sentence of somebody's saying, and the sentence behind it."""
        for quote in self._quotes(article):
            if quote.speaker is not None and quote.quote.context == span:
                rest = behind_pronoun(article.text, quote.quote)
                if rest is not None:
                    return quote, rest
        return None

    def _quotes(self, article: Article) -> Sequence[StoredQuote]:
        return [quote for quote in self._quotes_of(article.id) if quote.text_sha256 == article.text_sha256]

    def _label(self, article: Article, evidence: Evidence, dating: Dating | None) -> list[DraftPart]:
        if dating is None:
            return []
        parts: list[DraftPart] = [FramePart(" (")]
        if article.outlet is not None:
            parts.append(MetadataPart(article.outlet, "outlet", evidence))
        if article.published is not None or dating != "stated":
            parts += [FramePart(", ")] if article.outlet is not None else []
            parts += [FramePart(_PUBLISHED[self._language])] if article.published and dating == "published" else []
            parts.append(self._day(article, evidence))
        return [*parts, FramePart(")")] if len(parts) > 1 else []

    def _day(self, article: Article, evidence: Evidence) -> MetadataPart | FramePart:
        if article.published is None:
            return FramePart(_UNDATED[self._language])
        return MetadataPart(format_date(article.published, self._language), "published", evidence)
