"""Quotations that a question asks for: how near each comes to what is asked, which of them are the same, and how they are drafted."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from corpus.article import Article, Span
from corpus.duplicates import publication_order
from index.embedding import Embedder, Vector
from index.filters import Condition, SearchFilters
from index.fusion import in_units
from index.lexical import stem, words
from index.quote_index import QuoteIndex
from index.retrieval import Retriever, coverage
from index.rows import StoredChunk, StoredQuote
from index.store import Store
from rag.draft import Draft, DraftSentence
from rag.question import Question
from rag.sentence_score import COVERAGE_WEIGHT
from rag.setting import setting_of
from rag.support import mentions_all
from rag.telling import Chosen, Dating, Teller

TOPIC_DENSE = 2.0
TOPIC_COVERAGE = 0.5
"""A quotation is on a topic if it shares half the topic's weight in words or its sentence is this many dense units from unrelated
text. Read off 25 topics put to the sample corpus: the best wrong one scored 1.8, right ones 2.6 and more, cross-language 1.3-2.7."""
SAID_MARGIN = 1.0
"""Where the words alone do not decide, those quotations are given that come this close to the best. Set on the questions by form."""
NEAR = 30
"""Chunks that a search gives to tell which of too many quotations are looked at."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its unit vector, and whose articles' quotations count, as filters and as their condition."""

    question: Question
    vector: Vector
    filters: SearchFilters | None = None
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    """A quotation's scores; of a direct one `headlined` says that its article's headline holds the whole topic, and not by names alone."""

    quote: StoredQuote
    article: Article
    topic: float
    coverage: float
    whole: float
    headlined: bool = False

    @property
    def closeness(self) -> float:
        """The score for the topic."""
        return self.topic + COVERAGE_WEIGHT * self.coverage


class Quotations:
    """The quotations of one index."""

    def __init__(self, store: Store, retriever: Retriever, embedder: Embedder) -> None:
        self.store = store
        self.retriever = retriever
        self.speakers = QuoteIndex(store)
        self._embedder = embedder

    def near(self, topic: str, vector: Vector, filters: SearchFilters | None) -> frozenset[str]:
        """The articles that a search for the topic finds first."""
        hits = self.retriever.search_vector(topic, vector, filters, NEAR)
        return frozenset(hit.article_id for hit in hits)

    def rate(self, quotes: Sequence[StoredQuote], topic: str, topic_vector: Vector, vector: Vector) -> list[Rated]:
        """Each quotation's closeness to the topic and to the whole question, by the vectors of its own sentences."""
        topic_zero, whole_zero = self.retriever.unrelated(topic_vector), self.retriever.unrelated(vector)
        wanted = self.retriever.weighted_words(topic)
        asked = wanted if any(word in words(topic) and word in topic for word, _, _ in wanted) else []
        articles = {
            quote.article_id: self.store.article(quote.article_id, quote.text_sha256)
            for quote in _one_an_article(quotes)
        }
        chunks = defaultdict[str, list[StoredChunk]](list)
        for chunk in self.store.chunks(self._embedder.digest, self.store.quoting_chunk_ids_of(list(articles))).values():
            chunks[chunk.article_id].append(chunk)
        rated = []
        for quote in quotes:
            article = articles[quote.article_id]
            vectors = [
                row
                for chunk in chunks[article.id]
                for span, row in zip(chunk.sentences, chunk.sentence_vectors, strict=True)
                if span.overlaps(quote.quote.context)
            ]
            close = max((float(row @ topic_vector) for row in vectors), default=topic_zero)
            whole = max((float(row @ vector) for row in vectors), default=whole_zero)
            rated.append(
                Rated(
                    quote,
                    article,
                    in_units(close, topic_zero),
                    coverage(wanted, _stems_around(article, quote.quote.context)),
                    in_units(whole, whole_zero),
                    quote.kind == "direct" and coverage(asked, _title_stems(article)) == 1.0,
                )
            )
        return rated

    def teller(self, question: Question) -> Teller:
        return Teller(cache(lambda article_id: self.store.quotes(article_id=article_id)), question.language)

    def draft(self, items: Sequence[Rated], roles: Mapping[str, tuple[str, ...]], question: Question) -> Draft:
        """The quotations in their order, with when or where they were said if that is asked; `roles` are the offices of speakers."""
        teller = self.teller(question)
        dating: Dating = "published" if question.asks == "when" else "stated"
        sentences: list[DraftSentence] = []
        settings: set[tuple[str, Span]] = set()
        for item in items:
            role = item.quote.role or next(iter(roles.get(item.quote.speaker or "", ())), None)
            setting = setting_of(item.quote, item.article, question.asks)
            whole = setting is not None and setting.contains(item.quote.span)
            if not whole:
                sentences.append(teller.quotation(item.quote, item.article, role, dating))
            if setting is not None and (item.article.id, setting) not in settings:
                settings.add((item.article.id, setting))
                sentences += teller.told([Chosen(item.article, setting)], dating if whole else None)
        return Draft(tuple(sentences), quotations=True)


def on_topic(question: Question, item: Rated) -> bool:
    """Whether a quotation is about the topic of a question that has one."""
    assert question.topic is not None
    if item.coverage < TOPIC_COVERAGE and item.topic < TOPIC_DENSE and not item.headlined:
        return False
    return mentions_all([name for name in question.named if name in question.topic], item.article)


def closest(rated: Iterable[Rated]) -> list[Rated]:
    """Those that come within `SAID_MARGIN` of the best, best first."""
    ranked = sorted(rated, key=lambda item: item.closeness, reverse=True)
    return [item for item in ranked if item.closeness > ranked[0].closeness - SAID_MARGIN]


def distinct(rated: Sequence[Rated], language: str | None = None) -> list[Rated]:
    """One of each quotation: of copies, the one in a full article that gives the speaker's office and a date, in `language` rather than
    another, published first."""

    def standing(item: Rated) -> tuple[bool, bool, bool, bool, bool, datetime]:
        return (
            item.quote.kind != "direct",
            item.article.kind != "article",
            item.quote.role is None,
            item.article.published is None,
            language is not None and item.article.language != language,
            publication_order(item.article.published),
        )

    best: dict[str, Rated] = {}
    for item in rated:
        key = re.sub(r"\W+", " ", item.quote.text.casefold()).strip()
        known = next((other for other in best if key in other or other in key), key)
        if known not in best or standing(item) < standing(best[known]):
            best[known] = item
    return [item for item in rated if item in best.values()]


def _title_stems(article: Article) -> set[str]:
    return set(stem(words(article.title or ""), article.language))


def _one_an_article(quotes: Sequence[StoredQuote]) -> Iterable[StoredQuote]:
    return {quote.article_id: quote for quote in quotes}.values()


def _stems_around(article: Article, context: Span) -> set[str]:
    """Stems of the paragraph that a quotation stands in."""
    return {
        form
        for paragraph in article.paragraphs
        if paragraph.span.overlaps(context)
        for form in stem(words(paragraph.span.of(article.text)), paragraph.language)
    }
