"""BM25 over the words of a question: the same candidates as the plain query, and the commonest words left out of a long list."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from index import lexical
from index.lexical import fts_query, phrase_query, query_stems, rarest

WORDS = "harbour ferry council budget lighthouse hamnen färjan kommunen budgeten fyren repairs winter Monday".split()
PLAIN = {
    "lexical": "SELECT chunks.id, -bm25(stems, 1.0, 0.5) AS score FROM stems JOIN chunks ON number = stems.rowid"
    " WHERE stems MATCH ? ORDER BY score DESC, number LIMIT ?",
    "lexical_articles": "SELECT article_id, -bm25(article_stems, 1.0, 0.5) AS score FROM article_stems"
    " JOIN chunks ON number = article_stems.rowid WHERE article_stems MATCH ? ORDER BY score DESC, number LIMIT ?",
}


@pytest.fixture
def drawn(index: Any, make_article: Callable[..., Article]) -> Any:
    """An index of 60 articles of drawn words, the first words in most of them."""
    draw = random.Random(5)
    index.builder.ingest_articles(
        make_article(str(at), None, *(" ".join(draw.choices(WORDS, range(13, 0, -1), k=9)) + "." for _ in range(4)))
        for at in range(60)
    )
    return index


def test_with_no_word_left_out_the_candidates_are_those_of_the_plain_query(drawn: Any) -> None:
    store = drawn.store

    @given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), st.integers(1, 80))
    def same(asked: list[str], limit: int) -> None:
        stems = query_stems(" ".join(asked))
        query = fts_query(stems, store.document_frequency(stems))
        assert query == fts_query(stems)
        for name, plain in PLAIN.items():
            found = getattr(store, name)(query, limit)
            assert list(found.items()) == store._all(plain, query, limit)

    same()


def test_a_common_word_is_left_out_of_a_long_list_unless_it_is_all_that_is_asked(
    drawn: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rarer(text: str) -> str | None:
        stems = query_stems(text)
        return fts_query(stems, drawn.store.document_frequency(stems))

    rows = drawn.store.document_frequency(["harbour", "monday"])
    assert rows["harbour"] > rows["monday"] > 0
    monkeypatch.setattr(lexical, "MOST_ROWS", rows["monday"])

    assert rarer("the harbour on Monday") == '"monday"'
    assert rarer("the harbour") == '"harbour"'
    assert rarer("the harbour zeppelin") == '"harbour" OR "zeppelin"'


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 100)), st.integers(1, 150))
def test_what_is_kept_are_the_rarest_within_the_bound_or_one(frequencies: dict[str, int], most: int) -> None:
    kept = rarest(frequencies, most)

    left_out = [rows for form, rows in frequencies.items() if form not in kept]
    standing = [frequencies[form] for form in kept if frequencies[form]]
    assert sum(standing) <= most or len(standing) == 1
    assert max(standing, default=0) <= min(left_out, default=100)
    assert not left_out or sum(standing) + min(left_out) > most


def test_a_phrase_is_found_across_sentences_in_any_stemming_and_with_its_last_word_cut(
    index: Any, make_article: Callable[..., Article]
) -> None:
    said = make_article(
        "a", None, "“We are rebuilding. The boats are rotting,” said Maja Horii to the Courier yesterday."
    )
    sagt = make_article(
        "b", None, "– Vi bygger om. Båtarna ruttnar i hamnen, säger Maja Horii till tidningen i går kväll."
    )
    index.builder.ingest_articles([said, sagt])

    def holding(text: str) -> list[str]:
        query = phrase_query(text)
        return index.store.articles_holding(query, 10) if query else []

    assert holding("are rebuilding; the BOATS") == [said.id]
    assert holding("boats are rott") == [said.id]
    assert holding("om. Båtarna ruttnar") == [sagt.id]
    assert holding("rotting boats") == []
    assert holding("—?!—") == []
