"""What did X say, about Y, there and then? The quotations of whoever is asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

from corpus.people import is_role_word
from index.lexical import name_words, stem
from index.quote_index import Near, Speaker, same_office
from index.retrieval import coverage
from rag.comparison import compared, people_in
from rag.draft import Draft
from rag.question import Question
from rag.quotations import (
    TOPIC_COVERAGE,
    Asked,
    Quotations,
    Rated,
    closest,
    distinct,
    on_topic,
)
from rag.support import mentions, mentions_all, words_of

MOST_ON_TOPIC = 3
MOST_OF_EACH = 2
"""Quotations of one speaker on a topic, and of each of several."""
SAME_RANK = 1.5
"""Persons of the same office are told apart by the question's other words if their best quotations differ by this much."""

_DOCUMENT = re.compile(
    r"\b(?:report|study|survey|article|articles|statement|plan|contract|agreement|law|bill|document|paper|text|page|deal|ruling|poll"
    r"|rapporten?|studien?|undersökning(?:en)?|artikeln?|artiklarna|planen|avtalet|lagen|förslaget|dokumentet|texten|domen|beslutet)\b",
    re.IGNORECASE,
)
"""What did the report say? asks for no quotation."""


class WhatSaid:
    """Drafts of what somebody said; `most` quotations where no topic narrows them."""

    def __init__(self, quotations: Quotations, most: int) -> None:
        self._quotations = quotations
        self._most = most

    def draft(self, asked: Asked) -> Draft | None:
        """Quotations of each person asked about; None if the question turns out to name no speaker."""
        question = asked.question
        assert question.speaker is not None
        known = self._quotations.speakers.names
        people = () if question.loose else people_in(question.speaker, lambda who: bool(known(who)))
        if not people:
            return self._one(asked)
        drafts = {
            who: self._one(replace(asked, question=replace(question, speaker=who)), MOST_OF_EACH) for who in people
        }
        unknown = Draft(refusal="speaker_unknown")
        return compared({who: draft or unknown for who, draft in drafts.items()}, self._quotations.teller(question))

    def _one(self, asked: Asked, most: int = MOST_ON_TOPIC) -> Draft | None:
        """Quotations of one speaker."""
        question, vector = asked.question, asked.vector
        assert question.speaker is not None
        topic = question.topic or question.text
        topic_vector = self._quotations.retriever.embed(topic) if question.topic else vector
        near = cache(partial(self._quotations.near, topic, topic_vector, asked.filters))
        speakers = self._quotations.speakers.named(question.speaker)
        by_office = not speakers
        if by_office:
            speakers = self._office_holders(question.speaker, question.loose, near)
        if not speakers:
            unnamed = question.loose or question.perhaps or _DOCUMENT.search(question.speaker)
            return None if unnamed else Draft(refusal="speaker_unknown")
        quotes = self._quotations.speakers.by([speaker.name for speaker in speakers], asked.condition, near)
        spoken = self._quotations.rate(quotes, topic, topic_vector, vector)
        if by_office:
            spoken = _of_the_nearest(spoken)
        roles = {speaker.name: speaker.roles for speaker in speakers}
        rated = spoken
        if not by_office and not question.loose:
            rated = [item for item in rated if not _of_another_office(question, item, roles)]
        if question.topic is not None:
            rated = [item for item in rated if on_topic(question, item)]
            rated.sort(key=lambda item: item.closeness, reverse=True)
            if question.asks != "words":
                rated = closest(rated)
        else:
            order = {"direct": 0, "mixed": 1, "indirect": 2}
            rated = sorted(rated, key=lambda item: (order[item.quote.kind], -item.whole))
        if question.place is not None:
            rated = self._there(question, question.place, rated)
        found = distinct(rated, question.language)
        if not question.topic and any(item.quote.kind != "indirect" for item in found):
            found = [item for item in found if item.quote.kind != "indirect"]
        if not found:
            nearest = distinct(sorted(spoken, key=lambda item: -item.whole), question.language)[:MOST_ON_TOPIC]
            shown = self._quotations.draft(nearest, roles, question).sentences
            return Draft(refusal="no_quote_by_speaker", nearest=shown)
        narrow = question.topic is not None or most < MOST_ON_TOPIC
        kept = found[: min(most, self._most) if narrow else self._most]
        first = {item.article.id: place for place, item in reversed(list(enumerate(kept)))}
        kept.sort(key=lambda item: (first[item.article.id], item.quote.span.start))
        return self._quotations.draft(kept, roles, question)

    def _there(self, question: Question, place: str, rated: Sequence[Rated]) -> list[Rated]:
        """Of articles that tell of where or when it is asked to have been said."""
        named = [name for name in question.named if name in place]
        wanted = self._quotations.retriever.weighted_words(place)

        def told_of(item: Rated) -> bool:
            held = frozenset(stem(words_of(item.article), item.article.language))
            return not wanted or coverage(wanted, held) >= TOPIC_COVERAGE

        return [
            item
            for item in rated
            if mentions_all(named, item.article) and (item.article.language != question.language or told_of(item))
        ]

    def _office_holders(self, phrase: str, loose: bool, near: Near) -> list[Speaker]:
        """Speakers of that office; whatever else the phrase names must stand in an article that quotes them."""
        store, speakers = self._quotations.store, self._quotations.speakers
        found = []
        for speaker, left in speakers.holding(phrase, known_offices=loose, near=near):
            capitals = [word for word in re.findall(r"[A-ZÅÄÖ][\w-]+", phrase) if word.casefold() in left]
            quotes = speakers.by([speaker.name], near=near) if capitals else []
            articles = {quote.article_id: quote.text_sha256 for quote in quotes}
            if all(
                any(mentions(word, words_of(store.article(key, sha))) for key, sha in articles.items())
                for word in capitals
            ):
                found.append((len(left), speaker))
        fewest = min((left for left, _ in found), default=0)
        return [speaker for left, speaker in found if left == fewest]


def _of_the_nearest(rated: Sequence[Rated]) -> list[Rated]:
    """Of those who hold one office, whose words come nearest to the question."""
    best = max((item.whole for item in rated), default=0.0)
    chosen = {item.quote.speaker for item in rated if item.whole > best - SAME_RANK}
    return [item for item in rated if item.quote.speaker in chosen]


def _of_another_office(question: Question, item: Rated, roles: Mapping[str, Sequence[str]]) -> bool:
    """`Mayor Horii`, of whom the articles, in the question's language, know other offices."""
    assert question.speaker is not None
    assert item.quote.speaker is not None
    name = set(name_words(item.quote.speaker))
    asked = [word for word in name_words(question.speaker) if is_role_word(word) and word not in name]
    held = [word for role in roles[item.quote.speaker] for word in name_words(role)]
    return (
        item.article.language == question.language
        and bool(asked and held)
        and not any(same_office(one, other) for one in asked for other in held)
    )
