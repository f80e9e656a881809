"""Search with the packaged model: exact spans, filters, duplicates, and any query whatever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article
from index.embedding import Embedder
from index.filters import SearchFilters
from index.lexical import fts_query, query_stems
from index.retrieval import Retriever

STRIKE = "Busschaufförerna i Norrvassa strejkar sedan tisdag morgon. De kräver högre lön."


@pytest.fixture(scope="module")
def searched(
    tmp_path_factory: pytest.TempPathFactory,
    embedder: Embedder,
    index_at: Callable[..., Any],
    make_article: Callable[..., Article],
) -> Iterator[Retriever]:
    """Search over six short articles, with the packaged model."""
    index = index_at(tmp_path_factory.mktemp("searched"), embedder)
    index.builder.ingest_articles(
        [
            make_article("strike", "Busstrejk", STRIKE, outlet="Nordbladet", published=date(2026, 1, 20)),
            make_article("copy", "Busstrejk, kopia", STRIKE, outlet="Kustbladet"),
            make_article(
                "ferry",
                "Winter ferry",
                "A ferry will run to Skerrin Island all winter.",
                "The ship takes 140 passengers and 22 cars on every crossing.",
                published=datetime(2026, 3, 17, 6, 15),  # noqa: DTZ001  # as a page states it, without zone
                outlet="The Gazette",
            ),
            make_article(
                "lichen", "Lichen study", "Lichens shrink where the air is dirty, a study of trees has found."
            ),
            make_article("teaser", None, "The old cottage at the lighthouse goes under the hammer.", kind="teaser"),
            make_article("mineral", "Minerals", "Washington will stockpile rare earths for private companies."),
        ]
    )
    yield index.retriever
    index.close()


def titles(retriever: Retriever, query: str, **filters: Any) -> list[str | None]:
    return [hit.title for hit in retriever.search(query, SearchFilters(**filters))]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("How many cars fit on the boat to the island?", "Winter ferry"),
        ("Varför strejkar bussförarna?", "Busstrejk"),
        ("Why do the bus drivers of Norrvassa strike?", "Busstrejk"),
        ("Hur många bilar tar färjan till Skerrin?", "Winter ferry"),
        ("What is stockpiled?", "Minerals"),
    ],
)
def test_the_best_hit_is_the_article_meant_in_either_language(searched: Retriever, query: str, title: str) -> None:
    assert str(searched.search(query)[0].title).startswith(title)


def test_hits_are_exact_sorted_and_found_by_what_found_them(searched: Retriever) -> None:
    hits = searched.search("the ferry to Skerrin Island in winter")
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        assert hit.text == hit.span.of(hit.article.text) == hit.span.of(searched._store.article(hit.article_id).text)
        assert hit.text_sha256 == hit.article.text_sha256
    assert {hit.title: hit.found_by for hit in hits}["Winter ferry"] == ("dense", "lexical")
    assert {hit.title: hit.found_by for hit in hits}["Minerals"] == ("dense",)
    fewer = searched.search("the ferry to Skerrin Island in winter", limit=2)
    assert [hit.chunk.id for hit in fewer] == [hit.chunk.id for hit in hits[:2]]


def test_a_chunk_beyond_the_dense_candidates_is_found_by_its_words(
    index: Any, monkeypatch: pytest.MonkeyPatch, make_article: Any
) -> None:
    index.builder.ingest_articles([make_article("a", "A", "The archipelago boats return in the spring.")])
    monkeypatch.setattr(index.vectors, "nearest", lambda vector, limit, part: [])
    (hit,) = index.retriever.search("archipelago")
    assert hit.found_by == ("lexical",)


def test_of_two_like_chunks_the_one_whose_article_is_on_the_subject_comes_first(index: Any, make_article: Any) -> None:
    said = "The council decided on Monday and will come back to it."
    filler = " ".join(["Nobody at the table wanted to add anything more to it that evening."] * 20)
    others = [make_article(f"o{at}", None, f"The ferry sailed at {at} as it always does.") for at in range(6)]
    index.builder.ingest_articles(
        [
            *others,
            make_article(
                "bridge", "Bridge", f"{said} It was late.", filler, "The bridge over the Vide will be torn down."
            ),
            make_article(
                "school", "School", f"{said} It was dark.", filler, "The school in Norrby gets a new kitchen."
            ),
        ]
    )
    hits = index.retriever.search("What did the council decide on the bridge over the Vide?")
    assert next(hit.title for hit in hits if said in hit.text) == "Bridge"
    hits = index.retriever.search("What did the council decide on the school in Norrby?")
    assert next(hit.title for hit in hits if said in hit.text) == "School"


def test_words_that_stand_in_one_sentence_beat_the_same_words_scattered(index: Any, make_article: Any) -> None:
    together = "The harbour master closed the ferry berth. It was windy. Nobody was hurt."
    scattered = "The harbour was windy. Nobody saw the master. A ferry came. The berth was closed."
    index.builder.ingest_articles([make_article("b", "B", scattered), make_article("a", "A", together)])
    hits = index.retriever.search("Who closed the ferry berth, the harbour master?")
    assert [hit.title for hit in hits] == ["A", "B"]


def test_copies_are_collapsed(searched: Retriever) -> None:
    assert [hit.text for hit in searched.search("busstrejk Norrvassa")].count(STRIKE) == 1
    assert len(titles(searched, "busstrejk Norrvassa")) == 5


def test_filters_narrow_by_what_the_source_states(searched: Retriever) -> None:
    query = "ferry strike lichen minerals cottage"
    assert titles(searched, query, language="sv") in (["Busstrejk"], ["Busstrejk, kopia"])
    assert titles(searched, query, kind="teaser") == [None]
    assert titles(searched, query, outlet="Kustbladet") == ["Busstrejk, kopia"]
    assert titles(searched, query, published_from=date(2026, 3, 17)) == ["Winter ferry"]
    assert titles(searched, query, published_to=date(2026, 3, 16)) == ["Busstrejk"]
    assert titles(searched, query, published_from=date(2026, 1, 20), published_to=date(2026, 1, 20)) == ["Busstrejk"]
    assert titles(searched, query, published_from=date(2027, 1, 1)) == []
    mineral = next(hit.article_id for hit in searched.search("minerals"))
    assert titles(searched, query, article_ids=frozenset({mineral})) == ["Minerals"]


@pytest.mark.parametrize("query", ["What happened on 4 February?", "Vad hände den 4 februari?"])
def test_an_articles_date_helps_to_find_it_and_is_not_quoted(index: Any, make_article: Any, query: str) -> None:
    days = [date(2026, month, day) for month in (1, 2) for day in (3, 4, 5)]
    index.builder.ingest_articles(
        make_article(str(day), None, f"The council met once more, on matter {letter}.", published=day)
        for day, letter in zip(days, "abcdef", strict=True)
    )
    best, *_ = index.store.lexical_articles(fts_query(query_stems(query)), 10)
    assert index.store.article(best).published == date(2026, 2, 4)
    hit = next(hit for hit in index.retriever.search(query) if hit.article_id == best)
    assert (hit.found_by, "4" in hit.text) == (("dense", "lexical"), False)


def test_an_empty_index_holds_no_hits(index: Any) -> None:
    assert index.retriever.search("What did Horii say?") == []
    assert index.retriever.search("What?", SearchFilters(language="sv")) == []


OPERATORS = st.sampled_from(
    ['"', "'", "NEAR(", "NEAR/2", "*", "AND", "NOT", "OR", "body:", "(", ")", "^", "-", ";--", "{a b}", "%", "\\"]
)
QUERIES = st.text(max_size=80) | st.lists(OPERATORS | st.text(max_size=6), max_size=12).map(" ".join)


@settings(deadline=None)
@given(QUERIES)
def test_no_query_is_an_error(searched: Retriever, query: str) -> None:
    for hit in searched.search(query):
        assert hit.text == hit.span.of(hit.article.text)


def test_half_a_character_is_no_error(searched: Retriever) -> None:
    assert searched.search("ferry \ud800 island")


def test_threads_search_at_the_same_time(searched: Retriever) -> None:
    found: list[list[str | None]] = []
    threads = [threading.Thread(target=lambda: found.append(titles(searched, "ferry"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [titles(searched, "ferry")] * 4
