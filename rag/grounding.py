"""A model's sentence -> a draft whose quotations are spans and whose other words point at the sentences that carry them.

The model's passage numbers are a claim: where they are missing, wrong, or do not hold the quoted words, the passages it was
shown are searched instead. What finds no place goes on without evidence, and verification removes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.article import Article, Span
from corpus.matching import Normalised
from corpus.quotation_marks import marked
from index.fusion import in_units
from index.retrieval import Retriever
from rag.claims import shared_words, unstated
from rag.context import Passage
from rag.draft import DraftPart, DraftSentence, Evidence, FramePart, ParaphrasePart, SourcePart
from rag.extractive import COVERAGE_WEIGHT
from rag.model_answer import Written
from rag.paraphrase import SHARED_WORDS

_OPEN, _CLOSE = "“", "”"
QUOTATION_FRAMES = frozenset({_OPEN, _CLOSE})
CLOSE_DENSE = 4.0
"""A sentence may carry a paraphrase in another language if it is this many dense units from unrelated text."""
MAX_EVIDENCE = 3


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of a passage. `score` is its closeness to the paraphrase; `carries` whether it is close enough to be its source."""

    article: Article
    span: Span
    score: float
    carries: bool

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.article.id, self.article.text_sha256, self.span)


def ground(written: Written, language: str, passages: Sequence[Passage], retriever: Retriever) -> DraftSentence:
    """The draft of one sentence written in `language` after reading `passages`."""
    cited = [passage for passage in passages if passage.number in written.numbers]
    others = [passage for passage in passages if passage not in cited]
    sources = closest_sentences(written.text, language, [*cited, *others], retriever)
    parts: list[DraftPart] = []
    kept: list[SourceSentence] = []
    position = 0
    for outer, inner in marked(written.text, Span(0, len(written.text))):
        found = _find(inner.of(written.text), [*cited, *others])
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
        nearest = [source for source in carrying if source.article.id in numbers] or carrying
        whole = (source for source in nearest if unstated(written.text, _said([source])) is None)
        kept = [next(whole, nearest[0])] if nearest else []
    evidence_of = dict.fromkeys(source.evidence for source in _completed(written.text, kept, sources))
    return DraftSentence(tuple(parts), tuple(evidence_of))


def _paraphrase(text: str) -> list[DraftPart]:
    return [ParaphrasePart(text)] if text else []


def _find(quoted: str, passages: Sequence[Passage]) -> tuple[Article, Span] | None:
    """Where the quoted words stand, typography aside; a full stop or comma at their end may be the model's own."""
    for wording in (quoted, quoted.rstrip(" .,;:!?…")):
        for passage in passages:
            text = passage.hit.text
            for span in Normalised.of(text).find_all(wording):
                if not _cuts_a_word(text, span.start) and not _cuts_a_word(text, span.end):
                    return passage.hit.article, span.shifted(passage.hit.span.start)
    return None


def _cuts_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _completed(text: str, kept: Sequence[SourceSentence], sources: Sequence[SourceSentence]) -> list[SourceSentence]:
    """The kept sentences, and more of their articles while those state a figure, name or office that is still missing."""
    complete = list(kept)
    missing = unstated(text, _said(complete)) if kept else None
    for source in sources:
        if missing is None or len(complete) >= MAX_EVIDENCE:
            break
        if source in complete or source.article.id not in {one.article.id for one in kept}:
            continue
        left = unstated(text, _said([*complete, source]))
        if left != missing:
            complete.append(source)
            missing = left
    return complete


def _said(sources: Sequence[SourceSentence]) -> str:
    return "\n".join(source.span.of(source.article.text) for source in sources)


def closest_sentences(
    text: str, language: str, passages: Sequence[Passage], retriever: Retriever
) -> list[SourceSentence]:
    """Every sentence of the passages, closest to `text` first."""
    vector = retriever.embed(text)
    zero = retriever.unrelated(vector)
    found = []
    for passage in passages:
        chunk, article = passage.hit.chunk, passage.hit.article
        same_language = chunk.language in {language, None}
        for span, row in zip(chunk.sentences, chunk.sentence_vectors, strict=True):
            dense = in_units(float(row @ vector), zero)
            shared = shared_words(text, span.of(article.text))
            carries = shared >= SHARED_WORDS if same_language else dense >= CLOSE_DENSE
            found.append(SourceSentence(article, span, dense + COVERAGE_WEIGHT * shared, carries))
    return sorted(found, key=lambda source: -source.score)
