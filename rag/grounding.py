"""A model's sentence -> a draft whose quotations are spans and whose other words point at the sentences that carry them.

The model's markers are a claim: where they are missing, wrong, or do not hold the quoted words, the passages and quotations it was
shown are searched instead. What finds no place goes on without evidence, and verification removes it. A line of the quotation table that
the model copied is told as the extractive writer tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article, Span
from corpus.matching import Normalised
from corpus.quotation_marks import marked
from index.embedding import Vector
from index.fusion import in_units
from index.retrieval import Retriever
from rag.claims import shared_words, unstated, without_names
from rag.context import Passage
from rag.draft import DraftPart, DraftSentence, Evidence, FramePart, ParaphrasePart, SourcePart
from rag.likeness import likeness
from rag.model_answer import Written
from rag.paraphrase import context_of, language_at
from rag.quotation_table import Quotation
from rag.sentence_score import COVERAGE_WEIGHT

_OPEN, _CLOSE = "“", "”"
QUOTATION_FRAMES = frozenset({_OPEN, _CLOSE})
CARRIES = 0.76
"""A sentence may be a source if the mean likeness of the paraphrase's words to its own is this: two sentences of one article have .78 in
the median. Whether it says enough is verification's to decide."""
COMPARED = 20
"""Sentences whose words are compared, those closest as wholes: with 10 two more honest outputs of the seen ones are removed."""
TRIED = 6
"""Sentences that are tried as the main one, with others of their article beside them, until no name or figure is missing."""
MAX_EVIDENCE, MORE = 3, 0.01
"""Sentences cited for one at most; another of the article is cited too if it adds so much to the mean likeness of
the plain words."""
LITTLE, ABOUT = 0.25, 0.8
"""One that holds a missing name or figure is cited too if it shares so many words, or across languages has so much likeness."""


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of a passage; `nearest` and `plain` are its part of the paraphrase's `Likeness`."""

    article: Article
    span: Span
    nearest: Vector
    plain: NDArray[np.bool_]
    translated: bool

    @property
    def score(self) -> float:
        return float(self.nearest.mean()) if len(self.nearest) else 0.0

    @property
    def carries(self) -> bool:
        return self.score >= CARRIES

    @property
    def context(self) -> str:
        return context_of(self.article, self.span)

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.article.id, self.article.text_sha256, self.span)


def ground(
    written: Written,
    language: str,
    passages: Sequence[Passage],
    retriever: Retriever,
    quotations: Sequence[Quotation] = (),
) -> DraftSentence:
    """The draft of one sentence written in `language` after reading `passages` and `quotations`."""
    copied = next((quotation.told for quotation in quotations if quotation.is_copied(written.text)), None)
    if copied is not None:
        return copied
    cited = [passage for passage in passages if passage.marker in written.markers]
    others = [passage for passage in passages if passage not in cited]
    sources = closest_sentences(written.text, language, [*cited, *others], retriever, quotations)
    places = [(passage.hit.article, passage.hit.span) for passage in cited]
    places += [(quotation.article, quotation.context) for quotation in quotations]
    places += [(passage.hit.article, passage.hit.span) for passage in others]
    parts: list[DraftPart] = []
    kept: list[SourceSentence] = []
    position = 0
    for outer, inner in marked(written.text, Span(0, len(written.text))):
        found = _find(inner.of(written.text), places)
        parts += _paraphrase(written.text[position : outer.start])
        if found is None:
            parts.append(ParaphrasePart(outer.of(written.text)))
        else:
            article, span = found
            evidence = Evidence(article.id, article.text_sha256, span)
            parts += [FramePart(_OPEN), SourcePart(span.of(article.text), evidence), FramePart(_CLOSE)]
            kept += [source for source in sources if source.article.id == article.id and source.span.overlaps(span)]
        position = outer.end
    parts += _paraphrase(written.text[position:])
    if not kept:
        numbers = {passage.hit.article_id for passage in cited}
        carrying = [source for source in sources if source.carries]
        nearest = [source for source in carrying if source.article.id in numbers]
        completed = (_completed(written.text, [source], sources) for source in (*nearest, *carrying)[:TRIED])
        whole = (one for one in completed if _missing(written.text, one) is None)
        kept = next(whole, (nearest or carrying)[:1])
    evidence_of = dict.fromkeys(source.evidence for source in _completed(written.text, kept, sources))
    return DraftSentence(tuple(parts), tuple(evidence_of))


def _paraphrase(text: str) -> list[DraftPart]:
    return [ParaphrasePart(text)] if text else []


def _find(quoted: str, places: Sequence[tuple[Article, Span]]) -> tuple[Article, Span] | None:
    """Where the quoted words stand, typography aside; a full stop or comma at their end may be the model's own."""
    for wording in (quoted, quoted.rstrip(" .,;:!?…")):
        for article, within in places:
            text = within.of(article.text)
            for span in Normalised.of(text).find_all(wording):
                if not _cuts_a_word(text, span.start) and not _cuts_a_word(text, span.end):
                    return article, span.shifted(within.start)
    return None


def _cuts_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _completed(text: str, kept: Sequence[SourceSentence], sources: Sequence[SourceSentence]) -> list[SourceSentence]:
    """The kept sentences, and more of their articles while those state what is still missing or say more of the text."""
    complete = list(kept)
    articles = {one.article.id for one in kept}
    others = [source for source in sources if source.article.id in articles and source not in kept]
    while complete and others and len(complete) < MAX_EVIDENCE:
        said = _plain_likeness(complete)
        gains = {other.span: _plain_likeness([*complete, other]) - said for other in others}
        missing = _missing(text, complete)
        stating = [other for other in others if missing and _missing(text, [*complete, other]) != missing]
        about = [other for other in stating if gains[other.span] >= MORE or _about(text, other, complete)]
        telling = [other for other in others if gains[other.span] >= MORE]
        if not (chosen := about or telling):
            break
        complete.append(max(chosen, key=lambda other: gains[other.span]))
        others.remove(complete[-1])
    return complete


def _about(text: str, source: SourceSentence, kept: Sequence[SourceSentence]) -> bool:
    """Whether a sentence that holds what is missing is about the same thing, not about the missing name: it follows on a kept one, shares
    words, or says much the same in the other language."""
    follows = any(0 <= source.span.start - one.span.end <= 1 for one in kept)
    if follows or source.translated:
        return follows or source.score >= ABOUT
    return shared_words(without_names(text), _said([source])) >= LITTLE


def _missing(text: str, sources: Sequence[SourceSentence]) -> str | None:
    return unstated(text, _said(sources), sources[0].context, translated=sources[0].translated)


def _plain_likeness(sources: Sequence[SourceSentence]) -> float:
    best = np.stack([source.nearest for source in sources]).max(axis=0)[sources[0].plain]
    return float(best.mean()) if len(best) else 0.0


def _said(sources: Sequence[SourceSentence]) -> str:
    return "\n".join(source.span.of(source.article.text) for source in sources)


def closest_sentences(
    text: str,
    language: str,
    passages: Sequence[Passage],
    retriever: Retriever,
    quotations: Sequence[Quotation] = (),
) -> list[SourceSentence]:
    """The sentences of the passages that may carry `text`, and those of the quotations; closest first."""
    vector = retriever.embed(text)
    zero = retriever.unrelated(vector)
    wholes = []
    for passage in passages:
        chunk, article = passage.hit.chunk, passage.hit.article
        for span, row in zip(chunk.sentences, chunk.sentence_vectors, strict=True):
            shared = shared_words(text, span.of(article.text))
            close = in_units(float(row @ vector), zero) + COVERAGE_WEIGHT * shared
            wholes.append((close, article, span, chunk.language not in {language, None}))
    wholes.sort(key=lambda whole: -whole[0])
    compared = {(article.id, span): (article, span, translated) for _, article, span, translated in wholes[:COMPARED]}
    for article, span in ((quotation.article, quotation.context) for quotation in quotations):
        compared.setdefault((article.id, span), (article, span, language_at(article, span) not in {language, None}))
    alike = likeness(text, [span.of(article.text) for article, span, _ in compared.values()], retriever.words)
    found = [
        SourceSentence(article, span, row, alike.plain, translated)
        for (article, span, translated), row in zip(compared.values(), alike.rows, strict=True)
    ]
    return sorted(found, key=lambda source: -source.score)
