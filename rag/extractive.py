"""The writer that needs no model: it answers with the corpus' own sentences and quotations, or refuses.

Whose quotation, and on what, is decided from the quotation table; which sentence carries a fact, from the sum of a dense and
a lexical score of every sentence in the passages (Swedish and English SQuAD: gold words in three sentences .82 and .89).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial

from corpus.article import Article, Span
from corpus.duplicates import publication_order
from corpus.matching import Normalised
from corpus.people import is_role_word
from index.embedding import Embedder, Vector
from index.filters import Condition, SearchFilters
from index.fusion import in_units
from index.lexical import name_words, phrase_query, stem, words
from index.packaged_weights import WEIGHTS_SHA256
from index.quote_index import MANY, Near, QuoteIndex, Speaker, same_office
from index.retrieval import Retriever, WeightedWords, coverage
from index.rows import StoredChunk, StoredQuote
from index.store import Store
from rag.comparison import compared, people_in
from rag.context import Passage
from rag.digest import DIGEST_CHUNKS, digest
from rag.disagreement import Candidate, differing
from rag.draft import Draft, DraftSentence
from rag.expected import counted, holds_expected, is_negated, stood_for
from rag.polar import MARGIN, PREDICATE_WEIGHT, Polar
from rag.question import Question
from rag.setting import setting_of
from rag.settings import EXTRACTIVE, Settings
from rag.support import Signs, mentions, names_missing, stands_in
from rag.telling import Chosen, Dating, Teller

COVERAGE_WEIGHT = 4.0
PASSAGE_WEIGHT = 0.5
EXPECTED_WEIGHT = 1.0
"""Sentence score = dense + 4 x coverage + 0.5 x passage, and 1 where it holds what the question asks for. The first three by a grid over
500 development questions each of squad_en and squad_sv; the last on 3,300 of those, swequad and norquad, where the best sentence alone
has the gold words in .01-.02 more of the answers than where one without a number never answers `how many`."""
MAX_SENTENCES = 3
SENTENCE_MARGIN = 3.0
"""Further sentences of the best one's article are given while they score within this of it."""
ELSEWHERE_MARGIN = 2.0
"""And those of other articles, if each would be an answer alone. Gold words and mean length on those questions of squad_en, squad_sv and
swequad: within 2.0 .854, .777, .815 in 36 words, 3.0 .864, .781, .828 in 41, 4.0 .866, .785, .835 in 45."""

TOPIC_DENSE = 2.0
TOPIC_COVERAGE = 0.5
"""A quotation is on a topic if it shares half the topic's weight in words or its sentence is this many dense units from unrelated
text. Read off 25 topics put to the sample corpus: the best wrong one scored 1.8, right ones 2.6 and more, cross-language 1.3-2.7."""
SAID_DENSE = 3.0
SAID_COVERAGE = 0.75
SAID_MARGIN = 1.0
"""A quotation says in other words what `who said that` asks if it is on the topic, its sentence so many dense units from unrelated text,
and in the question's language it holds so much of the words' weight; those this close to the best of them are given. Set on the
questions by form."""
MOST_ON_TOPIC = 3
MOST_OF_EACH = 2
"""Quotations of one speaker on a topic, and of each of several."""
NEAR = 30
"""Chunks that a search gives to tell which of too many quotations are looked at."""
HOLDING = 500
"""Articles with the words of `who said` that are read for them."""
SAME_RANK = 1.5
"""Persons of the same office are told apart by the question's other words if their best quotations differ by this much."""

_DOCUMENT = re.compile(
    r"\b(?:report|study|survey|article|articles|statement|plan|contract|agreement|law|bill|document|paper|text|page|deal|ruling|poll"
    r"|rapporten?|studien?|undersökning(?:en)?|artikeln?|artiklarna|planen|avtalet|lagen|förslaget|dokumentet|texten|domen|beslutet)\b",
    re.IGNORECASE,
)
"""What did the report say? asks for no quotation."""


@dataclass(frozen=True, slots=True)
class _Rated:
    """A quotation's scores; of a direct one `headlined` says that its article's headline holds the whole topic, and not by names alone."""

    quote: StoredQuote
    article: Article
    topic: float
    coverage: float
    whole: float
    headlined: bool = False


@dataclass(frozen=True, slots=True)
class _Scored:
    """A sentence of a passage: how likely it answers; its support, above the line; whether it holds what is asked for."""

    score: float
    margin: float
    expected: bool
    passage: Passage
    position: int


class ExtractiveWriter:
    """Writes drafts from one index."""

    name = EXTRACTIVE

    def __init__(self, store: Store, retriever: Retriever, embedder: Embedder, settings: Settings) -> None:
        self._store = store
        self._retriever = retriever
        self._embedder = embedder
        self._quotes = QuoteIndex(store)
        self._settings = settings
        self._calibrated = embedder.digest == WEIGHTS_SHA256

    def write(
        self, question: Question, vector: Vector, passages: Sequence[Passage], filters: SearchFilters | None = None
    ) -> Draft:
        """A draft for `question`, whose unit vector is `vector`, from the quotation table and `passages`.

        `filters` narrow whose articles' quotations count; the passages have been narrowed already.
        """
        if self._store.chunk_count() == 0:
            return Draft(refusal="nothing_indexed")
        condition = self._retriever.condition(filters)
        if condition is not None and self._store.accepted(condition, 0) is not None:
            return Draft(refusal="filtered_out")
        if question.kind == "quote":
            draft = self._compare(question, vector, filters, condition) or self._say(
                question, vector, filters, condition
            )
            if draft is not None and draft.refusal and question.polar:
                told = self._fact(question, vector, passages)
                return draft if told.refusal else told
            if draft is not None and draft.refusal == "speaker_unknown":
                return replace(draft, nearest=self._told(question, self._scored(question, vector, passages)))
            if draft is not None:
                return draft
        if question.kind == "who_said":
            draft = self._who_said(question, vector, filters, condition)
            if draft is not None:
                return draft
        if question.kind == "digest":
            return self._digest(question, filters)
        return self._fact(question, vector, passages)

    def _teller(self, question: Question) -> Teller:
        return Teller(cache(lambda article_id: self._store.quotes(article_id=article_id)), question.language)

    # What did X say, what did X and Y say?

    def _compare(
        self, question: Question, vector: Vector, filters: SearchFilters | None, condition: Condition | None
    ) -> Draft | None:
        """What each of several people said; None if the question names only one."""
        assert question.speaker is not None
        people = () if question.loose else people_in(question.speaker, lambda who: bool(self._quotes.names(who)))
        if not people:
            return None
        alone = {who: replace(question, speaker=who) for who in people}
        drafts = {who: self._say(asked, vector, filters, condition, MOST_OF_EACH) for who, asked in alone.items()}
        return compared(
            {who: draft or Draft(refusal="speaker_unknown") for who, draft in drafts.items()}, self._teller(question)
        )

    def _say(
        self,
        question: Question,
        vector: Vector,
        filters: SearchFilters | None,
        condition: Condition | None,
        most: int = MOST_ON_TOPIC,
    ) -> Draft | None:
        """Quotations of the speaker asked about; None if the question turns out to name no speaker."""
        assert question.speaker is not None
        topic = question.topic or question.text
        topic_vector = self._retriever.embed(topic) if question.topic else vector
        near = cache(partial(self._near, topic, topic_vector, filters))
        speakers = self._quotes.named(question.speaker)
        by_office = not speakers
        if by_office:
            speakers = self._office_holders(question.speaker, question.loose, near)
        if not speakers:
            unnamed = question.loose or question.perhaps or _DOCUMENT.search(question.speaker)
            return None if unnamed else Draft(refusal="speaker_unknown")
        quotes = self._quotes.by([speaker.name for speaker in speakers], condition, near)
        rated = self._rate(quotes, topic, topic_vector, vector)
        if by_office and rated:
            best = max(item.whole for item in rated)
            chosen = {item.quote.speaker for item in rated if item.whole > best - SAME_RANK}
            rated = [item for item in rated if item.quote.speaker in chosen]
        spoken = rated
        roles = {speaker.name: speaker.roles for speaker in speakers}
        if not by_office and not question.loose:
            rated = [item for item in rated if not _of_another_office(question, item, roles)]
        if question.topic is not None:
            rated = [item for item in rated if self._on_topic(question, item)]
            rated.sort(key=_closeness, reverse=True)
            if question.asks != "words":
                rated = [item for item in rated if _closeness(item) > _closeness(rated[0]) - SAID_MARGIN]
        else:
            order = {"direct": 0, "mixed": 1, "indirect": 2}
            rated.sort(key=lambda item: (order[item.quote.kind], -item.whole))
        if question.place is not None:
            named = [name for name in question.named if name in question.place]
            wanted = self._retriever.weighted_words(question.place)
            rated = [
                item
                for item in rated
                if all(mentions(name, _words_of(item.article)) for name in named)
                and (item.article.language != question.language or _told_of(wanted, item.article))
            ]
        distinct = _distinct(rated)
        if not question.topic and sum(item.quote.kind != "indirect" for item in distinct) >= 1:
            distinct = [item for item in distinct if item.quote.kind != "indirect"]
        if not distinct:
            nearest = _distinct(sorted(spoken, key=lambda item: -item.whole))[:MAX_SENTENCES]
            shown = self._quotations(nearest, roles, question).sentences
            return Draft(refusal="no_quote_by_speaker", nearest=shown)
        narrow = question.topic is not None or most < MOST_ON_TOPIC
        kept = distinct[: min(most, self._settings.max_quotes) if narrow else self._settings.max_quotes]
        first = {item.article.id: place for place, item in reversed(list(enumerate(kept)))}
        kept.sort(key=lambda item: (first[item.article.id], item.quote.span.start))
        return self._quotations(kept, roles, question)

    def _near(self, topic: str, vector: Vector, filters: SearchFilters | None) -> frozenset[str]:
        """The articles that a search for the topic finds first."""
        hits = self._retriever.search_vector(topic, vector, filters, NEAR)
        return frozenset(hit.article_id for hit in hits)

    def _office_holders(self, phrase: str, loose: bool, near: Near) -> list[Speaker]:
        """Speakers of that office; whatever else the phrase names must stand in an article that quotes them."""
        found = []
        for speaker, left in self._quotes.holding(phrase, known_offices=loose, near=near):
            capitals = [word for word in re.findall(r"[A-ZÅÄÖ][\w-]+", phrase) if word.casefold() in left]
            quotes = self._quotes.by([speaker.name], near=near) if capitals else []
            articles = {quote.article_id: quote.text_sha256 for quote in quotes}
            if all(
                any(mentions(word, _words_of(self._store.article(key, sha))) for key, sha in articles.items())
                for word in capitals
            ):
                found.append((len(left), speaker))
        fewest = min((left for left, _ in found), default=0)
        return [speaker for left, speaker in found if left == fewest]

    def _rate(self, quotes: Sequence[StoredQuote], topic: str, topic_vector: Vector, vector: Vector) -> list[_Rated]:
        """Each quotation's closeness to the topic and to the whole question, by the vectors of its own sentences."""
        topic_zero, whole_zero = self._retriever.unrelated(topic_vector), self._retriever.unrelated(vector)
        wanted = self._retriever.weighted_words(topic)
        asked = wanted if any(word in words(topic) and word in topic for word, _, _ in wanted) else []
        articles = {
            quote.article_id: self._store.article(quote.article_id, quote.text_sha256)
            for quote in _one_an_article(quotes)
        }
        chunks = defaultdict[str, list[StoredChunk]](list)
        for chunk in self._store.chunks(
            self._embedder.digest, self._store.quoting_chunk_ids_of(list(articles))
        ).values():
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
                _Rated(
                    quote,
                    article,
                    in_units(close, topic_zero),
                    coverage(wanted, _stems_around(article, quote.quote.context)),
                    in_units(whole, whole_zero),
                    quote.kind == "direct" and coverage(asked, _title_stems(article)) == 1.0,
                )
            )
        return rated

    def _on_topic(self, question: Question, item: _Rated) -> bool:
        assert question.topic is not None
        if item.coverage < TOPIC_COVERAGE and item.topic < TOPIC_DENSE and not item.headlined:
            return False
        named = [name for name in question.named if name in question.topic]
        held = _words_of(item.article) if named else frozenset()
        return all(mentions(name, held) for name in named)

    def _quotations(self, items: Sequence[_Rated], roles: Mapping[str, tuple[str, ...]], question: Question) -> Draft:
        teller = self._teller(question)
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

    # Who said Z?

    def _who_said(
        self, question: Question, vector: Vector, filters: SearchFilters | None, condition: Condition | None
    ) -> Draft | None:
        """The speakers of the words asked about, or whose words come closest to them; None if no quotation does."""
        assert question.words is not None
        phrase = phrase_query(question.words)
        articles = self._store.articles_holding(phrase, HOLDING) if phrase else []
        found = [
            quote
            for quote in self._store.quotes(condition=condition, among=articles)
            if quote.speaker is not None and any(Normalised.of(quote.text).find_all(question.words))
        ]
        rated = [
            _Rated(quote, self._store.article(quote.article_id, quote.text_sha256), 0.0, 1.0, 0.0) for quote in found
        ]
        rated = rated or self._closest(question, vector, filters, condition)
        if not rated:
            return None
        kept = _distinct(rated)[: self._settings.max_quotes]
        names = [item.quote.speaker for item in kept if item.quote.speaker is not None]
        roles = {speaker.name: speaker.roles for speaker in self._quotes.speakers(names)}
        return self._quotations(kept, roles, question)

    def _closest(
        self, question: Question, vector: Vector, filters: SearchFilters | None, condition: Condition | None
    ) -> list[_Rated]:
        """Of `who said that ...?` the quotations that say so in other words."""
        if question.topic is None:
            return []
        topic_vector = self._retriever.embed(question.topic)
        near = self._near(question.topic, topic_vector, filters)
        wanted = self._retriever.weighted_words(question.topic)
        quotes = [quote for quote in self._store.quotes(condition=condition, among=near, limit=MANY) if quote.speaker]
        rated = [
            item
            for item in self._rate(quotes, question.topic, topic_vector, vector)
            if self._on_topic(question, item) and item.topic >= SAID_DENSE and _words_shared(question, item, wanted)
        ]
        rated.sort(key=_closeness, reverse=True)
        return [item for item in rated if _closeness(item) > _closeness(rated[0]) - SAID_MARGIN]

    # What is happening with Z?

    def _digest(self, question: Question, filters: SearchFilters | None) -> Draft:
        assert question.topic is not None
        vector = self._retriever.embed(question.topic)
        hits = self._retriever.search_vector(question.topic, vector, filters, DIGEST_CHUNKS)
        named = [name for name in question.named if name in question.topic]
        lines = digest(hits, question.topic, named, vector, self._retriever)
        if not lines:
            return Draft(refusal="no_support")
        teller = self._teller(question)
        chosen = [Chosen(line.article, teller.whole(line.article, line.sentences, line.position)) for line in lines]
        return Draft(teller.told(chosen, "always"))

    # Facts

    def _fact(self, question: Question, vector: Vector, passages: Sequence[Passage]) -> Draft:
        scored = self._scored(question, vector, passages)
        told = self._told(question, scored)
        expected = [one for one in scored if one.expected]
        if not expected or (is_negated(question) and not scored[0].expected):
            return Draft(refusal="no_support", nearest=told)
        support = expected[0].margin
        if support < 0:
            return Draft(refusal="no_support", nearest=told, support=support)
        return Draft(self._differing(question, scored) or told, support=support)

    def _scored(self, question: Question, vector: Vector, passages: Sequence[Passage]) -> list[_Scored]:
        """Every sentence of the passages that could answer, the likeliest first."""
        zero = self._retriever.unrelated(vector)
        wanted = self._retriever.weighted_words(question.text)
        asked = [word for word, *_ in wanted]
        things = counted(question)
        polar = Polar(question, wanted) if question.polar else None
        scored: list[_Scored] = []
        for passage in passages:
            chunk, article = passage.hit.chunk, passage.hit.article
            missing = names_missing(question.named, _words_of(article))
            for position, span in enumerate(chunk.sentences):
                text = span.of(article.text)
                held = words(text)
                stems = frozenset(stem(held, chunk.language))
                expected = holds_expected(question, text)
                dense = in_units(float(chunk.sentence_vectors[position] @ vector), zero)
                figures = stood_for(asked, text)
                left = [word for word in wanted if word[0] not in figures or not word[1].isdisjoint(stems)] or wanted
                covered = coverage(left, stems)
                uncounted = not all(stands_in(*thing, held, stems) for thing in things)
                signs = Signs(dense, covered, len(question.named), missing, uncounted)
                margin = signs.support((question.language, chunk.language), self._calibrated)
                score = dense + COVERAGE_WEIGHT * covered + PASSAGE_WEIGHT * passage.hit.score
                if polar is not None:
                    if not polar.settles(article, span, stems, chunk.language):
                        continue
                    score += PREDICATE_WEIGHT * polar.share(stems)
                    margin = max(margin, 0.0) if polar.holds_all(stems) else margin
                scored.append(_Scored(score + EXPECTED_WEIGHT * expected, margin, expected, passage, position))
        scored.sort(key=lambda one: -one.score)
        return scored

    def _differing(self, question: Question, scored: Sequence[_Scored]) -> tuple[DraftSentence, ...]:
        """What the sources say, where they differ on a figure or a day."""
        if question.expected is None:
            return ()
        near = [one for one in scored if one.score >= scored[0].score - SENTENCE_MARGIN and one.margin >= 0]
        if len({one.passage.hit.article_id for one in near}) < 2:
            return ()
        teller = self._teller(question)
        wanted = self._retriever.weighted_words(question.text)
        candidates = []
        for one in near:
            article, chunk = one.passage.hit.article, one.passage.hit.chunk
            span = teller.whole(article, chunk.sentences, one.position)
            stems = frozenset(stem(words(span.of(article.text)), chunk.language))
            candidates.append(Candidate(Chosen(article, span), coverage(wanted, stems)))
        return teller.differing(differing(question, candidates))

    def _told(self, question: Question, scored: Sequence[_Scored]) -> tuple[DraftSentence, ...]:
        """The best sentences, each once, within the word budget."""
        teller = self._teller(question)
        within = MARGIN if question.polar else SENTENCE_MARGIN
        chosen: list[Chosen] = []
        seen: set[str] = set()
        used = 0
        for one in scored:
            behind = scored[0].score - one.score
            if len(chosen) == MAX_SENTENCES or behind > within:
                break
            chunk, article = one.passage.hit.chunk, one.passage.hit.article
            elsewhere = article.id != scored[0].passage.hit.article_id
            if elsewhere and (behind > ELSEWHERE_MARGIN or one.margin < 0):
                continue
            span = teller.whole(article, chunk.sentences, one.position)
            text = span.of(article.text)
            length = len(text.split())
            if any(text in other or other in text for other in seen) or (
                chosen and used + length > self._settings.max_words
            ):
                continue
            seen.add(text)
            used += length
            chosen.append(Chosen(article, span))
        return teller.told(chosen)


def _words_shared(question: Question, item: _Rated, wanted: WeightedWords) -> bool:
    language = item.article.language
    said = frozenset(stem(words(item.quote.quote.context.of(item.article.text)), language))
    return language != question.language or coverage(wanted, said) >= SAID_COVERAGE


def _closeness(item: _Rated) -> float:
    """A quotation's score for the topic."""
    return item.topic + COVERAGE_WEIGHT * item.coverage


def _distinct(rated: Sequence[_Rated]) -> list[_Rated]:
    """One of each quotation: of copies, the one in a full article that gives the speaker's office, published first."""
    best: dict[str, _Rated] = {}
    for item in rated:
        key = re.sub(r"\W+", " ", item.quote.text.casefold()).strip()
        known = next((other for other in best if key in other or other in key), key)
        if known not in best or _standing(item) < _standing(best[known]):
            best[known] = item
    return [item for item in rated if item in best.values()]


def _standing(item: _Rated) -> tuple[bool, bool, bool, datetime]:
    return (
        item.quote.kind != "direct",
        item.article.kind != "article",
        item.quote.role is None,
        publication_order(item.article.published),
    )


def _of_another_office(question: Question, item: _Rated, roles: Mapping[str, Sequence[str]]) -> bool:
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


def _told_of(wanted: WeightedWords, article: Article) -> bool:
    """Whether an article holds enough of the words for where or when something was said."""
    return not wanted or coverage(wanted, frozenset(stem(_words_of(article), article.language))) >= TOPIC_COVERAGE


def _words_of(article: Article) -> frozenset[str]:
    return frozenset(words(article.text)) | frozenset(words(article.title or ""))


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
