"""Filters: whatever they are, nothing rejected is found, and what is accepted is ranked as if each chunk had been scored."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article, article_id
from index.embedding import Embedder
from index.filters import SearchFilters
from index.fusion import fused, in_units, shares
from index.lexical import fts_query, query_stems
from index.quote_index import QuoteIndex
from index.retrieval import Retriever, coverage
from index.store import Store
from index.vector_store import part_of

SUBJECTS = ("harbour", "ferry", "school", "bridge", "lighthouse", "budget", "storm")
PEOPLE = ("Maja Horii", "Per Ek", "Karin Holm", None)
OUTLETS = ("Lindvik Courier", "Nordbladet", None)
FIRST_DAY = date(2026, 1, 30)


def _articles(make_article: Callable[..., Article]) -> Iterator[Article]:
    people, outlets = cycle(PEOPLE), cycle(OUTLETS)
    for number in range(40):
        subject, other = SUBJECTS[number % 7], SUBJECTS[number * 3 % 7]
        person = next(people)
        day = FIRST_DAY + timedelta(days=number % 9)
        said = f" “The {other} cannot wait,” said {person}, the mayor." if person else ""
        yield make_article(
            f"a{number}",
            f"The {subject} in {number}",
            f"The {subject} was spoken of {number} times before the {other} was.{said}",
            f"Nobody at the {other} has more to say. "
            + " ".join(f"The {subject} stays in lot{number}year{year} here." for year in range(number % 5 * 9)),
            outlet=next(outlets),
            language="sv" if number % 3 == 0 else "en",
            kind="teaser" if number % 10 == 0 else "article",
            published=None if number % 5 == 0 else datetime(day.year, day.month, day.day, 23) if number % 2 else day,  # noqa: DTZ001
        )


@pytest.fixture(scope="module")
def index(
    tmp_path_factory: pytest.TempPathFactory,
    embedder: Embedder,
    index_at: Callable[..., Any],
    make_article: Callable[..., Article],
) -> Iterator[Any]:
    """Forty articles of one to three chunks, none a copy of another."""
    opened = index_at(tmp_path_factory.mktemp("filtered"), embedder)
    opened.builder.ingest_articles(_articles(make_article))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def over_fetching(index: Any, embedder: Embedder) -> Retriever:
    """The same index, searched as if every filter were a broad one."""
    return Retriever(index.store, index.vectors, embedder, exact_below=-1)


def accepts(filters: SearchFilters, chunk: Any, article: Article, quotes: list[Any]) -> bool:
    """What filters mean, said once more."""
    day = None if article.published is None else date.fromisoformat(article.published.isoformat()[:10])
    return (
        (
            filters.language is None
            or article.language in {*([filters.language] if isinstance(filters.language, str) else filters.language)}
        )
        and (filters.outlet is None or (article.outlet or "").lower() == filters.outlet.lower())
        and (filters.kind is None or article.kind == filters.kind)
        and (filters.published_from is None or (day is not None and day >= filters.published_from))
        and (filters.published_to is None or (day is not None and day <= filters.published_to))
        and (filters.article_ids is None or article.id in filters.article_ids)
        and (
            filters.speaker is None
            or any(
                quote.article_id == article.id and quote.span.overlaps(chunk.span) and quote.speaker == filters.speaker
                for quote in quotes
            )
        )
    )


def scored_one_by_one(index: Any, embedder: Embedder, query: str, filters: SearchFilters) -> dict[str, float]:
    """The score of every accepted chunk, by id, from the formula alone."""
    store, retriever = index.store, index.retriever
    vector = retriever.embed(query)
    wanted = retriever.weighted_words(query)
    zeros = retriever.zero_points(query, vector)
    articles = {article.id: article for article in store.live_articles()}
    quotes = store.quotes()
    chunks = {
        key: chunk
        for key, chunk in store.chunks(embedder.digest, store.chunk_ids_of(list(articles))).items()
        if accepts(filters, chunk, articles[chunk.article_id], quotes)
    }
    of_articles = {chunk.article_id for chunk in chunks.values()}
    match = fts_query(query_stems(query))
    attainable = sum(weight for _, _, weight in wanted)
    lexical = shares(store.lexical(match, 10_000), attainable) if match else {}
    whole = shares(store.lexical_articles(match, 10_000), attainable) if match else {}
    best_chunk = max((lexical.get(key, 0.0) for key in chunks), default=0.0)
    best_article = max((whole.get(key, 0.0) for key in of_articles), default=0.0)
    stems = store.sentence_stems([chunk.number for chunk in chunks.values()])
    return {
        key: fused(
            in_units(float(chunk.vector @ vector), zeros[part_of(chunk.language)]),
            in_units(float((chunk.sentence_vectors @ vector).max()), zeros[part_of(chunk.language)]),
            max(coverage(wanted, held) for held in stems[chunk.number]),
            whole.get(chunk.article_id, 0.0),
            best_chunk,
            best_article,
            6.0,
        )
        for key, chunk in chunks.items()
    }


DAYS = st.none() | st.integers(-1, 10).map(lambda days: FIRST_DAY + timedelta(days=days))
FILTERS = st.builds(
    SearchFilters,
    language=st.sampled_from([None, None, "sv", "en", "de", ("sv", "en")]),
    outlet=st.sampled_from([None, None, "Nordbladet", "lindvik courier", "Nobody's"]),
    kind=st.sampled_from([None, None, "article", "teaser"]),
    published_from=DAYS,
    published_to=DAYS,
    speaker=st.sampled_from([None, None, "Maja Horii", "Per Ek", "Nobody Known"]),
    article_ids=st.none()
    | st.none()
    | st.sets(st.integers(0, 40), max_size=20).map(lambda them: {article_id(f"a{n}") for n in them}),
)
QUERIES = st.sampled_from(
    [
        "What about the harbour?",
        "the storm and the budget",
        "Vad sa Horii om hamnen?",
        "xyzzy",
        "?",
        "What did the mayor say of the ferry?",
    ]
)


@settings(max_examples=60, deadline=None)
@given(QUERIES, FILTERS)
def test_a_filtered_search_is_the_scoring_of_every_accepted_chunk(
    index: Any, over_fetching: Retriever, embedder: Embedder, query: str, filters: SearchFilters
) -> None:
    expected = scored_one_by_one(index, embedder, query, filters)
    for retriever in (index.retriever, over_fetching):
        hits = retriever.search(query, filters, limit=100)
        assert {hit.chunk.id: hit.score for hit in hits} == pytest.approx(expected, abs=1e-4)
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_narrow_filter_finds_what_over_fetching_would_not_reach(index: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one article accepted is the last that either list would give."""
    ranked = index.retriever.search("the harbour", limit=100)
    last = ranked[-1]
    monkeypatch.setattr("index.retrieval.CANDIDATES", 2)
    (hit,) = index.retriever.search("the harbour", SearchFilters(article_ids={last.article_id}), limit=1)
    assert hit.article_id == last.article_id


@pytest.mark.parametrize("deepest", [1, 10_000])
def test_a_broad_filter_reads_its_lists_deeper_as_far_as_allowed(
    over_fetching: Retriever, index: Any, monkeypatch: pytest.MonkeyPatch, deepest: int
) -> None:
    last = index.retriever.search("the harbour", limit=100)[-1]
    monkeypatch.setattr("index.retrieval.CANDIDATES", 2)
    monkeypatch.setattr("index.retrieval.DEEPEST", deepest)
    monkeypatch.setattr("index.reading.DEEPEST", deepest)
    hits = over_fetching.search("the harbour", SearchFilters(article_ids={last.article_id}), limit=2)
    assert bool(hits) == (deepest > 1)


def test_a_speaker_is_meant_by_name_or_office(index: Any) -> None:
    names = QuoteIndex(index.store).names
    assert names("Horii") == ["Maja Horii"]
    assert set(names("the mayor")) == {"Maja Horii", "Per Ek", "Karin Holm"}
    assert names("Macron") == []
    texts = [hit.text for hit in index.retriever.search("harbour", SearchFilters(speaker="Horii"), limit=100)]
    assert texts
    assert all("said Maja Horii" in text for text in texts)


def test_open_filters_are_no_filters(index: Any) -> None:
    query = "What did the mayor say of the ferry?"
    assert index.retriever.search(query, SearchFilters()) == index.retriever.search(query)


def test_quotations_are_narrowed_as_passages_are(index: Any) -> None:
    condition = index.retriever.condition(SearchFilters(speaker="Horii", published_from=date(2026, 2, 1)))
    found = index.store.quotes(condition=condition)
    assert found
    articles = {quote.article_id: index.store.article(quote.article_id) for quote in found}
    assert all(str(articles[quote.article_id].published)[:10] >= "2026-02-01" for quote in found)
    assert {quote.speaker for quote in found} == {"Maja Horii"}
    assert index.store.quotes(["Per Ek"], condition=condition) == []


def test_what_was_indexed_before_there_were_filters_is_filtered(
    index: Any, tmp_path: Path, back_to_version_2: str
) -> None:
    """A database as version 2 had it, without what filters ask, is brought up to date on opening."""
    path = tmp_path / "citera.db"
    old = sqlite3.connect(path)
    with contextlib.closing(sqlite3.connect(index.store._path)) as present:
        present.backup(old)
    old.executescript(back_to_version_2)
    old.close()
    store = Store(path)
    condition = SearchFilters(language="sv", published_to=date(2026, 2, 2)).condition(QuoteIndex(store).names)
    assert condition is not None
    assert sorted(store.accepted(condition, 100)) == sorted(index.store.accepted(condition, 100)) != []
    store.close()
