"""A model's sentence -> a draft whose quotations are spans and whose other words point at the sentences that carry them.

The model's markers are a claim: where they are missing, wrong, or do not hold the quoted words, the passages and quotations it was
shown are searched instead. What finds no place goes on without evidence, and verification removes it. A line of the quotation table that
the model copied is told as the extractive writer tells it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.article import Article, Span
from corpus.matching import Normalised
from corpus.quotation_marks import marked
from index.fusion import in_units
from index.retrieval import Retriever
from rag.claims import shared_words, stated_values, unstated
from rag.context import Passage
from rag.draft import DraftPart, DraftSentence, Evidence, FramePart, ParaphrasePart, SourcePart
from rag.model_answer import Written
from rag.paraphrase import SHARED_WORDS, context_of, language_at
from rag.quotation_table import Quotation
from rag.sentence_score import COVERAGE_WEIGHT

_OPEN, _CLOSE = "“", "”"
QUOTATION_FRAMES = frozenset({_OPEN, _CLOSE})
CLOSE_DENSE = 4.0
"""A sentence may carry a paraphrase in another language if it is this many dense units from unrelated text."""
WITH_VALUES, TRANSLATED, MOST = 2.4, 0.5, 0.6
"""The same where the sentence states every figure, day and name of the paraphrase: in one language, and across languages. These and the
four below were read off the own and the seen outputs of `evals.verification`: weak evidence."""
LITTLE = 0.25
"""A share of shared words below which two sentences are about different things."""
VALUES_WEIGHT = 4.0
MAX_EVIDENCE = 3
COVERED, MORE = 0.7, 0.2
"""Below that share of shared words another sentence of the article is cited too, if it adds at least so much."""


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence of a passage. `score` is its closeness to the paraphrase; `carries` whether it is close enough to be its source, `close`
    whether to add to one."""

    article: Article
    span: Span
    score: float
    carries: bool
    close: bool
    translated: bool

    @classmethod
    def of(cls, quotation: Quotation, language: str) -> SourceSentence:
        """The sentence of a quotation that the model was shown: it carries what is quoted from it, and nothing else."""
        article, span = quotation.article, quotation.context
        translated = language_at(article, span) not in {language, None}
        return cls(article, span, 0.0, carries=False, close=False, translated=translated)

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
    sources = closest_sentences(written.text, language, [*cited, *others], retriever)
    sources += [SourceSentence.of(quotation, language) for quotation in quotations]
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
        whole = (
            source
            for source in (*nearest, *carrying)
            if unstated(written.text, _said([source]), source.context, translated=source.translated) is None
        )
        kept = [next(whole, (nearest or carrying)[0])] if carrying else []
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
    """The kept sentences, and more of their articles while those state a figure, name or office that is still missing.

    A sentence that shares nothing else with the text is about something else.
    """
    complete = list(kept)
    context = kept[0].context if kept else ""
    missing = unstated(text, _said(complete), context, translated=kept[0].translated) if kept else None
    for source in sources:
        if missing is None or len(complete) >= MAX_EVIDENCE:
            break
        if source in complete or source.article.id not in {one.article.id for one in kept} or not source.close:
            continue
        left = unstated(text, _said([*complete, source]), context, translated=source.translated)
        if left != missing:
            complete.append(source)
            missing = left
    for source in sources:
        share = shared_words(text, _said(complete))
        if not complete or share >= COVERED or len(complete) >= MAX_EVIDENCE:
            break
        same_article = source.article.id == complete[0].article.id and source not in complete
        if same_article and shared_words(text, _said([*complete, source])) >= share + MORE:
            complete.append(source)
    return complete


def _without_names(text: str) -> str:
    return " ".join(word for word in text.split() if not word[0].isupper())


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
            said = span.of(article.text)
            dense = in_units(float(row @ vector), zero)
            shared = shared_words(text, said)
            values = stated_values(text, said, context_of(article, span))
            score = dense + COVERAGE_WEIGHT * shared + VALUES_WEIGHT * values
            close = shared_words(_without_names(text), said) >= LITTLE if same_language else dense >= 2 * TRANSLATED
            enough = CLOSE_DENSE
            if values == 1 and (close or not same_language):
                enough = WITH_VALUES if same_language else TRANSLATED
            elif values >= MOST and not same_language:
                enough = WITH_VALUES
            carries = shared > SHARED_WORDS or dense >= enough
            found.append(SourceSentence(article, span, score, carries, close, not same_language))
    return sorted(found, key=lambda source: -source.score)
