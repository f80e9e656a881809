"""Copies in the index: one article with several sources for the reader, each source with a life of its own."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.article import Article
from index.retrieval import SearchFilters
from index.store import Store

WORDS = "harbour quay ferry island boat storm pile crane fish union county steel tide lantern winter school rope gull".split()


def told(seed: int, length: int = 120) -> str:
    """A story of its own: words in an order that no other seed gives."""
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) + str(chance.randrange(40)) for _ in range(length)) + "."


def edited(text: str, *places: int) -> str:
    words = text.split()
    for place in places:
        words[place] = "corrected"
    return " ".join(words)


FIRST, SECOND = told(1), told(2)


@pytest.fixture
def wire(make_article: Callable[..., Article]) -> Callable[..., Article]:
    """`wire(key, text, ...)`: an article of that text from an outlet and an address of its own."""

    def make(key: str, text: str, **facts: Any) -> Article:
        return make_article(key, f"Headline of {key}", text, **{"outlet": key, "url": f"https://{key}.example"} | facts)

    return make


@pytest.fixture
def three(index: Any, wire: Callable[..., Article]) -> tuple[Article, Article, Article]:
    """The same text thrice, the latest publication first, the last one undated; and another story."""
    late = wire("late", FIRST, published=date(2026, 2, 6))
    early = wire("early", FIRST, published=date(2026, 2, 4))
    undated = wire("undated", FIRST)
    index.builder.ingest_articles([late, undated, early, wire("other", SECOND)])
    return late, early, undated


def outlets(index: Any, article: Article) -> list[tuple[str | None, str]]:
    return [(copy.outlet, copy.kind) for copy in index.store.copies(article)]


def shown(index: Any, query: str, filters: SearchFilters | None = None) -> list[str]:
    return [hit.article.outlet for hit in index.retriever.search(query, filters)]


def test_exact_copies_are_one_article_with_several_sources(index: Any, three: tuple[Article, ...]) -> None:
    late, early, undated = three
    assert outlets(index, late) == [("early", "exact"), ("undated", "exact")]
    assert outlets(index, early) == [("late", "exact"), ("undated", "exact")]
    assert [copy.url for copy in index.store.copies(undated)] == ["https://early.example", "https://late.example"]
    assert shown(index, FIRST) == ["early", "other"]
    assert index.store.counts()["articles"] == 2
    (hit, _) = index.retriever.search(FIRST)
    assert (hit.article, hit.title, hit.chunk.article_id) == (early, "Headline of early", early.id)
    assert hit.text == hit.span.of(early.text)


def test_the_earliest_source_that_the_filters_accept_stands_for_all(index: Any, three: tuple[Article, ...]) -> None:
    assert shown(index, FIRST, SearchFilters(published_from=date(2026, 2, 5))) == ["late"]
    assert shown(index, FIRST, SearchFilters(outlet="undated")) == ["undated"]
    for query in ("Headline of late", "Headline of undated"):
        assert "early" in shown(index, query)
        assert "early" in shown(index, query, SearchFilters(kind="article"))


def test_the_catalogue_counts_exact_copies_once_if_asked_to(index: Any, three: tuple[Article, ...]) -> None:
    _, early, _ = three

    def listed(words: str, **how: Any) -> tuple[int, list[str]]:
        total, ids = index.store.catalogue(
            words, how.get("first", 0), how.get("limit", 10), copies=how.get("copies", False)
        )
        return total, [index.store.article(one).outlet for one in ids]

    assert listed("", copies=True)[0] == 4
    total, outlets = listed("")
    assert (total, sorted(outlets)) == (2, ["early", "other"])
    assert [listed("", first=first, limit=1) for first in range(3)] == [(2, [one]) for one in outlets] + [(2, [])]
    assert listed("headline of LATE") == (1, ["late"]), "the earliest of those that are named so"
    index.builder.remove(early.id)
    assert "late" in listed("")[1]


def test_a_day_without_a_time_is_its_end_in_the_catalogue(index: Any, wire: Callable[..., Article]) -> None:
    moments = (
        date(2026, 2, 4),
        datetime(2026, 2, 4, 21, tzinfo=UTC),
        datetime(2026, 2, 5, 1, tzinfo=timezone(timedelta(hours=6))),
    )
    index.builder.ingest_articles([wire(f"at{place}", FIRST, published=moment) for place, moment in enumerate(moments)])
    _, (first,) = index.store.catalogue("", 0, 10, copies=False)
    assert index.store.article(first).outlet == "at2"
    assert [copy.outlet for copy in index.store.copies(index.store.article(first))] == ["at1", "at0"]


def test_without_dates_the_best_source_is_kept(index: Any, wire: Callable[..., Article]) -> None:
    index.builder.ingest_articles([wire(key, FIRST) for key in ("alpha", "omega")])
    assert [shown(index, f"Headline of {key}") for key in ("alpha", "omega")] == [["alpha"], ["omega"]]


def test_a_source_that_goes_leaves_the_others_answering(index: Any, three: tuple[Article, ...]) -> None:
    late, early, undated = three
    index.builder.remove(early.id)
    assert shown(index, FIRST) == ["late", "other"]
    assert outlets(index, late) == [("undated", "exact")]
    assert outlets(index, early) == [("late", "exact"), ("undated", "exact")], "an old link still finds the others"
    index.builder.remove(late.id)
    assert shown(index, FIRST) == ["undated", "other"]
    index.builder.remove(undated.id)
    assert shown(index, FIRST) == ["other"]
    assert index.store.counts()["articles"] == 1
    assert outlets(index, early) == []


def test_a_file_that_is_pruned_leaves_its_copy_answering(index: Any, tmp_path: Path) -> None:
    (pages := tmp_path / "pages").mkdir()
    for name in ("one.txt", "two.txt"):
        (pages / name).write_text(f"Harbour to close\n\n{FIRST}\n")
    index.builder.ingest([pages])
    ((before,), counted) = index.retriever.search(FIRST), index.store.counts()
    Path(before.article.source).unlink()
    assert index.builder.ingest([pages], prune=True).withdrawn == 1
    ((after,), left) = index.retriever.search(FIRST), index.store.counts()
    assert before.article.source != after.article.source
    assert (before.text, before.span) == (after.text, after.span)
    assert counted["articles"] == left["articles"] == 1


def test_near_copies_share_a_place_and_keep_their_own(index: Any, wire: Callable[..., Article]) -> None:
    whole, light, cut = (
        wire("whole", FIRST),
        wire("light", edited(FIRST, 5, 60)),
        wire("cut", FIRST[: len(FIRST) * 3 // 4]),
    )
    index.builder.ingest_articles([whole, light, cut, wire("other", SECOND)])
    assert sorted(outlets(index, cut)) == [("light", "near"), ("whole", "near")]
    assert index.store.counts()["articles"] == 4, "grouped, not dropped"
    assert shown(index, FIRST) == ["whole", "other"]
    assert shown(index, light.text) == ["light", "other"]


def test_copies_do_not_fill_the_lists(index: Any, wire: Callable[..., Article]) -> None:
    copies = [wire(f"copy{number}", edited(FIRST, number % 100)) for number in range(90)]
    index.builder.ingest_articles([*copies, *(wire(f"other{seed}", told(seed, 60)) for seed in range(3, 9))])
    found = shown(index, FIRST)
    assert len(found) == 7
    assert sum(outlet.startswith("copy") for outlet in found) == 1
    assert len(index.store.copies(copies[0])) == 89


def test_a_teaser_is_no_copy_of_an_article(index: Any, wire: Callable[..., Article]) -> None:
    host = wire("host", FIRST)
    lede = " ".join(FIRST.split()[:80])
    teasers = [
        wire(key, text, kind="teaser", found_on=host.id) for key, text in (("t1", FIRST), ("t2", lede), ("t3", lede))
    ]
    index.builder.ingest_articles([host, *teasers])
    assert outlets(index, host) == []
    assert sorted(outlets(index, teasers[2])) == [("t1", "near"), ("t2", "exact")]
    assert (index.store.counts()["articles"], index.store.counts()["teasers"]) == (1, 2)


def test_a_new_version_leaves_the_story_and_the_old_text_stays_citable(
    index: Any, wire: Callable[..., Article]
) -> None:
    mine, yours = wire("mine", FIRST), wire("yours", FIRST)
    index.builder.ingest_articles([mine, yours])
    rewritten = wire("mine", SECOND)
    index.builder.ingest_articles([rewritten])
    assert outlets(index, rewritten) == outlets(index, yours) == []
    assert index.store.article(mine.id, mine.text_sha256) == mine
    assert outlets(index, mine) == [("yours", "exact")], "whoever opens the old version learns who has it still"
    assert index.store.current_sha256(mine.id) == rewritten.text_sha256
    corrected = wire("mine", edited(FIRST, 7))
    index.builder.ingest_articles([corrected])
    assert outlets(index, corrected) == [("yours", "near")]


# Whatever the order


POOL = (
    FIRST,
    FIRST + " The end.",
    edited(FIRST, 10, 30, 50),
    edited(FIRST, 70, 90, 110),
    " ".join(FIRST.split()[:80]),
    SECOND,
    edited(SECOND, 40),
    told(3),
    told(4)[:200],
)
"""Indexes of texts; the third and the fourth are alike only through the first two."""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Store]]:
    """`database()`: an empty store."""
    opened: list[Store] = []
    folder = tmp_path_factory.mktemp("stores")

    def open_() -> Store:
        opened.append(Store(folder / f"{len(opened)}.db"))
        return opened[-1]

    yield open_
    for store in opened:
        store.close()


def put(store: Store, article: Article) -> None:
    with store.transaction():
        store.put_article(article, article.source, [], [])


def groups(store: Store) -> set[frozenset[str]]:
    """The stories, each as the ids of its articles."""
    return {frozenset({one.id, *(copy.article_id for copy in store.copies(one))}) for one in store.live_articles()}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_stories_follow_from_the_live_texts_alone(
    data: st.DataObject, database: Callable[[], Store], wire: Callable[..., Article]
) -> None:
    articles = [wire(f"a{number}", POOL[number % len(POOL)]) for number in range(12)]
    order: Sequence[Article] = data.draw(st.permutations(articles))
    gone: set[str] = data.draw(st.sets(st.sampled_from([article.id for article in articles]), max_size=8))
    lived, born = database(), database()
    for article in order:
        put(lived, article)
    for article in order:
        if article.id in gone:
            with lived.transaction():
                lived.withdraw(article.id)
    for article in articles:
        if article.id not in gone:
            put(born, article)
    assert groups(lived) == groups(born)


def test_what_joins_two_copies_joins_the_story_and_parts_it_when_it_goes(
    database: Callable[[], Store], wire: Callable[..., Article]
) -> None:
    store = database()
    left, right = wire("left", edited(FIRST, *range(4, 60, 8))), wire("right", edited(FIRST, *range(62, 118, 8)))
    middle = wire("middle", FIRST)
    for article in (left, right):
        put(store, article)
    assert store.copies(left) == []
    put(store, middle)
    assert {copy.outlet for copy in store.copies(left)} == {"middle", "right"}
    with store.transaction():
        store.withdraw(middle.id)
    assert store.copies(left) == store.copies(right) == []


def test_an_older_index_learns_its_stories_and_reads_its_quotations_anew(
    index: Any,
    three: tuple[Article, ...],
    wire: Callable[..., Article],
    open_index: Callable[..., Any],
    fake_embedder: Any,
    tmp_path: Path,
    back_to_version_2: str,
) -> None:
    spoken = wire("spoken", f"{told(5)}\n\n“The piles are rotten,” said Maja Horii, head of the port authority.")
    index.builder.ingest_articles([spoken])
    before = groups(index.store), index.store.counts(), index.store.quotes()
    assert len(before[0]) == 3
    assert [quote.speaker for quote in before[2]] == ["Maja Horii"]
    index.close()
    with closing(sqlite3.connect(tmp_path / "citera.db")) as old:
        old.executescript(back_to_version_2 + "UPDATE quotes SET speaker = 'Somebody Else';")
    reopened = open_index(fake_embedder)
    after = groups(reopened.store), reopened.store.counts(), reopened.store.quotes()
    assert after == before
    assert shown(reopened, FIRST)[0] == "early"


def test_quotations_are_read_anew_once_when_their_reader_has_changed(
    index: Any, wire: Callable[..., Article], open_index: Callable[..., Any], fake_embedder: Any, monkeypatch: Any
) -> None:
    index.builder.ingest_articles(
        [wire(f"a{number}", f"{told(number)}\n\n“Rotten,” said Maja Horii.") for number in range(3)]
    )
    gone = index.store.quotes()[0].article_id
    index.builder.remove(gone)
    read: list[str] = []

    def reader(article: Article) -> list[Any]:
        read.append(article.id)
        return []

    monkeypatch.setattr("index.build.find_quotes", reader)
    assert len(open_index(fake_embedder).store.quotes()) == 2, "the same reader is not asked again"
    monkeypatch.setattr("index.store.QUOTE_READER_VERSION", "another")
    monkeypatch.setattr("index.build.BATCH_ARTICLES", 1)
    assert open_index(fake_embedder).store.quotes() == []
    open_index(fake_embedder)
    assert len(read) == len(set(read)) == 2
    assert gone not in read
