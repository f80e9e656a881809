"""A digest: several articles, newest first, none saying what another has said, all on the topic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from corpus.article import Article
from rag.digest import DIGEST_CHUNKS, FEWEST, MOST, digest

FERRY = "The ferry to Skerrin starts its winter traffic on Monday morning."


@pytest.fixture
def told(index: Any, make_article: Callable[..., Article]) -> Callable[..., list[tuple[str, str]]]:
    """`told(topic, *names, article=(day, paragraph, ...), ...)`: the key and the words of each sentence of a digest."""

    def of(topic: str, *named: str, **articles: tuple[Any, ...]) -> list[tuple[str, str]]:
        made = {
            key: make_article(key, None, *paragraphs, published=day) for key, (day, *paragraphs) in articles.items()
        }
        index.builder.ingest_articles(made.values())
        vector = index.retriever.embed(topic)
        hits = index.retriever.search_vector(topic, vector, None, DIGEST_CHUNKS)
        keys = {article.id: key for key, article in made.items()}
        lines = digest(hits, topic, named, vector, index.retriever)
        return [(keys[line.article.id], line.sentences[line.position].of(line.article.text)) for line in lines]

    return of


def test_the_newest_article_comes_first_and_the_undated_last(told: Callable[..., list[tuple[str, str]]]) -> None:
    found = told(
        "the ferry",
        old=(date(2026, 1, 4), "A ferry contract was signed by the county council in January."),
        new=(date(2026, 3, 4), FERRY),
        undated=(None, "Passengers complain that the old ferry smells of diesel and fish."),
        foreign=(date(2026, 3, 9), "The museum counted sixty thousand visitors in its first summer."),
    )
    assert [key for key, _ in found] == ["new", "old", "undated"]


def test_what_another_article_has_said_is_not_said_again(told: Callable[..., list[tuple[str, str]]]) -> None:
    takes = "The ferry takes a hundred and forty passengers and a few cars."
    found = told(
        "the ferry",
        one=(date(2026, 3, 4), FERRY),
        two=(date(2026, 3, 5), FERRY.replace("starts", "begins"), takes),
    )
    assert len(found) == 2
    assert ("two", takes) in found


def test_many_articles_give_one_sentence_each_and_few_give_more(told: Callable[..., list[tuple[str, str]]]) -> None:
    things = (
        "Engineers tuned the ferry engine until midnight yesterday.",
        "Some captain steered the ferry through heavy northern ice.",
        "Cooks bake cinnamon bread aboard the ferry every dawn.",
        "Schoolchildren painted the ferry funnel yellow and green.",
        "Rust was found beneath the ferry waterline last autumn.",
        "Lanterns light the ferry deck when fog rolls inland.",
    )
    many = {f"a{day}": (date(2026, 3, day), thing) for day, thing in enumerate(things, start=1)}
    found = [key for key, _ in told("the ferry", **many)]
    assert len(set(found)) == len(found) == MOST
    assert found == sorted(found, reverse=True)


def test_one_article_gives_as_many_as_a_digest_needs(told: Callable[..., list[tuple[str, str]]]) -> None:
    said = (
        FERRY,
        "Its captain hopes for calm weather until Easter comes.",
        "Tickets cost four pounds and eighty pence each way.",
        "Nobody has offered to pay for a breakwater so far.",
    )
    found = told("the ferry to Skerrin", "Skerrin", only=(date(2026, 3, 4), *said))
    assert len(found) == FEWEST
    assert found[0] == ("only", FERRY)
    assert [said.index(words) for _, words in found] == sorted(said.index(words) for _, words in found)


def test_a_line_of_a_table_stands_in_no_digest(told: Callable[..., list[tuple[str, str]]]) -> None:
    table = "(72) Ferry Sollén, 3–1 (90+3) Ferry Brink and the ferry again"
    assert told("the ferry", one=(date(2026, 3, 4), table, FERRY)) == [("one", FERRY)]


def test_a_topic_that_no_article_names_has_no_digest(told: Callable[..., list[tuple[str, str]]]) -> None:
    assert told("the ferry to Gotland", "Gotland", one=(date(2026, 3, 4), FERRY)) == []
