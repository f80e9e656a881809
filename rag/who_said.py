"""Who said Z? The speakers of words, or of words that say as much."""

from __future__ import annotations

from corpus.matching import Normalised
from index.lexical import phrase_query, stem, words
from index.quote_index import MANY
from index.retrieval import WeightedWords, coverage
from rag.draft import Draft
from rag.question import Question
from rag.quotations import Asked, Quotations, Rated, closest, distinct, on_topic

SAID_DENSE = 3.0
SAID_COVERAGE = 0.75
"""A quotation says in other words what `who said that` asks if it is on the topic, its sentence so many dense units from unrelated text,
and in the question's language it holds so much of the words' weight. Set on the questions by form."""
HOLDING = 500
"""Articles with the words of `who said` that are read for them."""


class WhoSaid:
    """Drafts of who said something: at most `most` quotations."""

    def __init__(self, quotations: Quotations, most: int) -> None:
        self._quotations = quotations
        self._most = most

    def draft(self, asked: Asked) -> Draft | None:
        """The speakers of the words asked about, or whose words come closest to them; None if no quotation does."""
        rated = self._verbatim(asked) or self._closest(asked)
        if not rated:
            return None
        kept = distinct(rated)[: self._most]
        names = [item.quote.speaker for item in kept if item.quote.speaker is not None]
        roles = {speaker.name: speaker.roles for speaker in self._quotations.speakers.speakers(names)}
        return self._quotations.draft(kept, roles, asked.question)

    def _verbatim(self, asked: Asked) -> list[Rated]:
        store, said = self._quotations.store, asked.question.words
        assert said is not None
        phrase = phrase_query(said)
        articles = store.articles_holding(phrase, HOLDING) if phrase else []
        return [
            Rated(quote, store.article(quote.article_id, quote.text_sha256), 0.0, 1.0, 0.0)
            for quote in store.quotes(condition=asked.condition, among=articles)
            if quote.speaker is not None and any(Normalised.of(quote.text).find_all(said))
        ]

    def _closest(self, asked: Asked) -> list[Rated]:
        """Of `who said that ...?` the quotations that say so in other words."""
        question = asked.question
        if question.topic is None:
            return []
        vector = self._quotations.retriever.embed(question.topic)
        near = self._quotations.near(question.topic, vector, asked.filters)
        wanted = self._quotations.retriever.weighted_words(question.topic)
        found = self._quotations.store.quotes(condition=asked.condition, among=near, limit=MANY)
        quotes = [quote for quote in found if quote.speaker]
        return closest(
            item
            for item in self._quotations.rate(quotes, question.topic, vector, asked.vector)
            if on_topic(question, item) and item.topic >= SAID_DENSE and _shares_words(question, item, wanted)
        )


def _shares_words(question: Question, item: Rated, wanted: WeightedWords) -> bool:
    language = item.article.language
    said = frozenset(stem(words(item.quote.quote.context.of(item.article.text)), language))
    return language != question.language or coverage(wanted, said) >= SAID_COVERAGE
