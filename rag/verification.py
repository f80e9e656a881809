"""Claimed evidence -> verified answer, or removal with a reason. Nothing reaches a reader past this module.

A writer hands over `DraftSentence`s of typed parts. A source part must equal its article's text at its span; a metadata part
must equal what the record states; a frame part must be one of the fixed templates. A paraphrase, which only a language model
writes, is checked against the sentences said to carry it (`rag.paraphrase`). One failing part removes its sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise
from typing import Protocol

from corpus.article import Article
from corpus.language import detect_language
from index.errors import ArticleNotFoundError
from index.word_vectors import WordVectors
from rag.answer import Citation, Part, Removed, Sentence
from rag.dates import format_date
from rag.draft import (
    AskedPart,
    DraftPart,
    DraftSentence,
    Evidence,
    FramePart,
    MetadataPart,
    ParaphrasePart,
    Records,
    SourcePart,
)
from rag.orders import is_order, orders
from rag.paraphrase import language_at, paraphrase_fault, speaker_at
from rag.referents import behind_pronoun
from rag.translation import QUOTATION_MARKS, translation_fault

MAX_COPIES = 20
"""Copies that a citation names; `Assistant.copies` has all."""
_CLOSE = Part("frame", "”")
_TRANSLATION = {"en": " (translation: {})", "sv": " (översättning: {})"}


class Entailment(Protocol):
    """A second opinion on a paraphrase that the rules let pass, such as a model for natural language inference.

    By default nobody is asked.
    """

    def entails(self, sources: Sequence[str], claim: str) -> bool:
        """Whether `claim` follows from `sources`, the sentences of the articles that it rests on."""
        ...


@dataclass(frozen=True, slots=True)
class Verified:
    """What passed, with its citations numbered by first use, and what did not."""

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    removed: tuple[Removed, ...]


class Verifier:
    """Checks draft sentences one at a time, so that a stream may release each as soon as it has passed.

    Without `words` no paraphrase passes.
    """

    def __init__(
        self,
        records: Records,
        frames: Collection[str],
        language: str,
        question: str = "",
        entailment: Entailment | None = None,
        words: WordVectors | None = None,
    ) -> None:
        self._words = words
        self._entailment = entailment
        self._records = records
        self._frames = frames
        self._language = language
        self._question = question
        self._citations: dict[Evidence, Citation] = {}
        self._sentences: list[Sentence] = []
        self._removed: list[Removed] = []

    def check(self, draft: DraftSentence) -> Sentence | None:
        """The sentence with its citations, or None if it was removed."""
        reason = (
            next((why for part in draft.parts if (why := self._fault(part)) is not None), None)
            or _mismatch(draft)
            or paraphrase_fault(draft, self._records, self._language, self._words)
            or self._ordered(draft)
            or self._unentailed(draft)
        )
        if reason is not None:
            self._removed.append(Removed(draft.text, reason))
            return None
        markers: list[int] = []
        parts: list[Part] = []
        for part in draft.parts:
            if not isinstance(part, SourcePart):
                parts.append(Part(part.kind, part.text))
                continue
            marker = self._cite(self._attributed(part.evidence) if draft.carried_by else part.evidence).marker
            parts.append(Part(part.kind, part.text, marker))
            markers.append(marker)
        quoted = [part.evidence for part in draft.parts if isinstance(part, SourcePart)]
        for evidence in draft.carried_by:
            if not any(evidence.same_text(inner) and evidence.span.contains(inner.span) for inner in quoted):
                markers.append(self._cite(evidence).marker)
        sentence = Sentence(tuple(parts), tuple(dict.fromkeys(markers)))
        self._sentences.append(sentence)
        return sentence

    def foreign_quotations(self) -> list[str]:
        """What was released in quotation marks that is in another language than the answer."""
        places = {citation.marker: evidence for evidence, citation in self._citations.items()}
        quoted = [
            (part.text, places[part.marker])
            for sentence in self._sentences
            for part, after in pairwise(sentence.parts)
            if part.marker is not None and after == _CLOSE
        ]
        return [words for words, evidence in quoted if self._language_of(words, evidence) not in {self._language, None}]

    def translate(self, quotation: str, translation: str) -> None:
        """Puts a model's translation behind the released quotation of these words, if nothing speaks against it."""
        reason = translation_fault(quotation, translation, self._language)
        if reason is not None:
            self._removed.append(Removed(translation, reason))
            return
        shown = Part("translation", _TRANSLATION[self._language].format(translation))
        for place, sentence in enumerate(self._sentences):
            parts = [
                (part, shown) if part == _CLOSE and before.text == quotation else (part,)
                for before, part in pairwise((_CLOSE, *sentence.parts))
            ]
            self._sentences[place] = replace(sentence, parts=tuple(chain.from_iterable(parts)))

    def result(self) -> Verified:
        return Verified(tuple(self._sentences), tuple(self._citations.values()), tuple(self._removed))

    def _unentailed(self, draft: DraftSentence) -> str | None:
        if self._entailment is None or not draft.carried_by:
            return None
        articles = [(one, self._records.article(one.article_id, one.text_sha256)) for one in draft.carried_by]
        sources = [one.span.of(article.text) for one, article in articles]
        return None if self._entailment.entails(sources, draft.text) else "it does not follow from the cited words"

    def _fault(self, part: DraftPart) -> str | None:
        if isinstance(part, FramePart):
            return None if part.text in self._frames else f"not a known template: {part.text!r}"
        if isinstance(part, AskedPart):
            return None if part.text in self._question else f"not words of the question: {part.text!r}"
        if isinstance(part, ParaphrasePart):
            quoted = any(mark in part.text for mark in QUOTATION_MARKS)
            return "words in quotation marks are not in the cited article" if quoted else None
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
        if part.evidence.speaker is not None and not self._spoken(part.evidence, article.text):
            return f"the cited words are not quoted from {part.evidence.speaker}"
        return None

    def _ordered(self, draft: DraftSentence) -> str | None:
        if any(isinstance(part, ParaphrasePart) for part in draft.parts) and is_order(draft.text):
            return "it is an order to a language model"
        evidence = (*(part.evidence for part in draft.parts if isinstance(part, SourcePart)), *draft.carried_by)
        for one in evidence:
            article = self._records.article(one.article_id, one.text_sha256)
            if any(map(one.span.overlaps, orders(article, one.span))):
                return "the cited words are an order to a language model"
        return None

    def _spoken(self, evidence: Evidence, text: str) -> bool:
        assert evidence.speaker is not None
        return any(
            evidence.same_text(quote)
            and evidence.span in (quote.span, quote.quote.context, behind_pronoun(text, quote.quote))
            for quote in self._records.quotes([evidence.speaker], evidence.article_id)
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

    def _language_of(self, words: str, evidence: Evidence) -> str | None:
        """English words may be quoted in a Swedish paragraph; too few words to tell are in the paragraph's language."""
        own = detect_language(words)
        if own in _TRANSLATION:
            return own
        return language_at(self._records.article(evidence.article_id, evidence.text_sha256), evidence.span)

    def _attributed(self, evidence: Evidence) -> Evidence:
        """With the speaker quoted there, whom a language model does not claim in so many words."""
        return replace(evidence, speaker=speaker_at(evidence, self._records.quotes(article_id=evidence.article_id)))

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
                copies=tuple(self._records.copies(article)[:MAX_COPIES]),
            )
            self._citations[evidence] = known
        return known


def _mismatch(draft: DraftSentence) -> str | None:
    """Why parts that are each true do not belong in one sentence: metadata stands beside one source, and is that source's own."""
    if any(isinstance(part, ParaphrasePart) for part in draft.parts):
        mixed = any(isinstance(part, MetadataPart) for part in draft.parts)
        return "a paraphrase carries no metadata of its own" if mixed else None
    sources = {part.evidence for part in draft.parts if isinstance(part, SourcePart)}
    if not sources:
        return None if draft.says_only_of_whom else "no source text carries it"
    metadata = [part for part in draft.parts if isinstance(part, MetadataPart)]
    stray = next((part for part in metadata if {part.evidence} != sources), None)
    return None if stray is None else f"{stray.text!r} belongs to other words than these"
