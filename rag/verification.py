"""Claimed evidence -> verified answer, or removal with a reason. Nothing reaches a reader past this module.

A writer hands over `DraftSentence`s of typed parts. A source part must equal its article's text at its span; a metadata part
must equal what the record states; a frame part must be one of the fixed templates. One failing part removes its sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from corpus.article import Article, Span
from index.errors import ArticleNotFoundError
from index.rows import StoredQuote
from rag.answer import Citation, Part, Removed, Sentence

Field = Literal["speaker", "role", "title", "outlet", "published"]

_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "sv": "januari februari mars april maj juni juli augusti september oktober november december".split(),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a part is claimed to come from. For a quotation, `speaker` is whose it is claimed to be."""

    article_id: str
    text_sha256: str
    span: Span
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class SourcePart:
    """Words claimed to be verbatim."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MetadataPart:
    """A field of the evidence's record: `text` is how it is to be shown."""

    text: str
    field: Field
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class FramePart:
    """Fixed words between the others."""

    text: str


DraftPart = SourcePart | MetadataPart | FramePart


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence as a writer proposes it."""

    parts: tuple[DraftPart, ...]

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True, slots=True)
class Verified:
    """What passed, with its citations numbered by first use, and what did not."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    removed: tuple[Removed, ...]


class Records(Protocol):
    """Where claims are checked: the store."""

    def article(self, article_id: str, text_sha256: str | None = None) -> Article: ...

    def quotes(self, speakers: Sequence[str] | None = None) -> list[StoredQuote]: ...


class Verifier:
    """Checks draft sentences one at a time, so that a stream may release each as soon as it has passed."""

    def __init__(self, records: Records, frames: Collection[str], language: str) -> None:
        self._records = records
        self._frames = frames
        self._language = language
        self._citations: dict[Evidence, Citation] = {}
        self._sentences: list[Sentence] = []
        self._removed: list[Removed] = []

    def check(self, draft: DraftSentence) -> Sentence | None:
        """The sentence with its citations, or None if it was removed."""
        reason = next((why for part in draft.parts if (why := self._fault(part)) is not None), None) or _mismatch(draft)
        if reason is not None:
            self._removed.append(Removed(draft.text, reason))
            return None
        markers: list[int] = []
        parts: list[Part] = []
        for part in draft.parts:
            if isinstance(part, FramePart):
                parts.append(Part("frame", part.text))
                continue
            if isinstance(part, MetadataPart):
                parts.append(Part("metadata", part.text))
                continue
            marker = self._cite(part.evidence).marker
            parts.append(Part("source", part.text, marker))
            markers.append(marker)
        sentence = Sentence(tuple(parts), tuple(dict.fromkeys(markers)))
        self._sentences.append(sentence)
        return sentence

    def result(self) -> Verified:
        return Verified(tuple(self._sentences), tuple(self._citations.values()), tuple(self._removed))

    def _fault(self, part: DraftPart) -> str | None:
        if isinstance(part, FramePart):
            return None if part.text in self._frames else f"not a known template: {part.text!r}"
        try:
            article = self._records.article(part.evidence.article_id, part.evidence.text_sha256)
        except ArticleNotFoundError:
            return "the cited article does not exist"
        if isinstance(part, MetadataPart):
            stated = self._stated(part, article)
            return None if part.text in stated else f"the record states no {part.field} {part.text!r}"
        if (
            part.evidence.span.end > len(article.text)
            or part.evidence.span.of(article.text) != part.text
            or not part.text
        ):
            return "the words are not in the cited article at the cited place"
        if part.evidence.speaker is not None and not self._spoken(part.evidence):
            return f"the cited words are not quoted from {part.evidence.speaker}"
        return None

    def _spoken(self, evidence: Evidence) -> bool:
        assert evidence.speaker is not None
        return any(
            (quote.article_id, quote.text_sha256) == (evidence.article_id, evidence.text_sha256)
            and (quote.span == evidence.span or quote.quote.context == evidence.span)
            for quote in self._records.quotes([evidence.speaker])
        )

    def _stated(self, part: MetadataPart, article: Article) -> set[str]:
        if part.field == "published":
            return {format_date(article.published, self._language)} if article.published else set()
        if part.field in {"title", "outlet"}:
            value = article.title if part.field == "title" else article.outlet
            return {value} if value else set()
        speaker = part.evidence.speaker
        quotes = self._records.quotes([speaker]) if speaker else []
        if part.field == "speaker":
            return {speaker} if speaker and quotes else set()
        return {quote.role for quote in quotes if quote.role}

    def _cite(self, evidence: Evidence) -> Citation:
        known = self._citations.get(evidence)
        if known is None:
            article = self._records.article(evidence.article_id, evidence.text_sha256)
            known = Citation(
                marker=len(self._citations) + 1,
                article_id=article.id,
                text_sha256=article.text_sha256,
                span=evidence.span,
                quote=evidence.span.of(article.text),
                title=article.title,
                outlet=article.outlet,
                published=article.published.isoformat() if article.published else None,
                url=article.url,
                speaker=evidence.speaker,
                kind=article.kind,
            )
            self._citations[evidence] = known
        return known


def _mismatch(draft: DraftSentence) -> str | None:
    """Why parts that are each true do not belong in one sentence: metadata stands beside one source, and is that source's own."""
    sources = {part.evidence for part in draft.parts if isinstance(part, SourcePart)}
    if not sources:
        return "no source text carries it"
    metadata = [part for part in draft.parts if isinstance(part, MetadataPart)]
    stray = next((part for part in metadata if {part.evidence} != sources), None)
    return None if stray is None else f"{stray.text!r} belongs to other words than these"


def format_date(stated: date | datetime, language: str) -> str:
    """`4 February 2026`, `4 februari 2026`."""
    return f"{stated.day} {_MONTHS[language][stated.month - 1]} {stated.year}"
