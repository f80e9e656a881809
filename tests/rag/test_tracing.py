"""Quotations traced to the article that carries them, whatever became of them on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.article import Article
from corpus.quotes import find_quotes
from index.chunking import chunk_article
from index.store import Store
from rag.tracing import Change, Trace, trace

SAID = "We have waited as long as we could, and the piles under the quay are rotten"
HARBOUR = (
    "The harbour of Lindvik closes on Monday for repairs that will take three weeks.",
    f"“{SAID},” said Maja Horii, head of the port authority. “It’s a 12.5% rise, and nobody can pay it.”",
    "Ferries will leave from the old fish quay, where boats must wait for the tide.",
)
SVENSKA = (
    "Hamnen i Lindvik stänger på måndag.",
    "– Vi har väntat så länge vi kunde, och pålarna är ruttna, säger hamnchefen Maja Horii.",
)


@pytest.fixture
def put(tmp_path: Path, make_article: Callable[..., Article]) -> Iterator[Callable[..., Article]]:
    """`put(key, paragraphs, ...)` takes an article in; `put.store` is where."""
    store = Store(tmp_path / "citera.db")

    def put(key: str, paragraphs: tuple[str, ...], **facts: Any) -> Article:
        article = make_article(
            key, f"Headline of {key}", *paragraphs, **{"outlet": key, "url": f"https://{key}.example"} | facts
        )
        chunks = chunk_article(article, lambda texts: [len(text.split()) for text in texts])
        with store.transaction():
            store.put_article(article, key, chunks, find_quotes(article))
        return article

    put.store = store  # type: ignore[attr-defined]
    yield put
    store.close()


@pytest.fixture
def traced(put: Any) -> Callable[[str], Trace]:
    """`traced(quotation)` in a corpus of three articles."""
    put("harbour", HARBOUR, published=date(2026, 2, 4))
    put("hamnen", SVENSKA)
    put("other", ("Islanders gathered on the long quay on Thursday and waited as long as they could for the ferry.",))
    return lambda quotation: trace(quotation, put.store)


@pytest.mark.parametrize(
    "given",
    [
        SAID,
        f'"{SAID.upper()}."',
        "’We have  waited as long\nas we could – and the piles’",
        "… as long as we could, and the piles under the quay …",
        "We have waited … the piles under the quay are rotten",
        "It's a 12.5 % rise, and nobody",
        "rotten",
    ],
    ids=["verbatim", "typed", "its beginning", "its middle", "shortened", "figures", "one word"],
)
def test_most_of_a_quotation_is_found_as_it_stands(traced: Callable[[str], Trace], given: str) -> None:
    found = traced(given)
    (source,) = found.sources
    assert (found.outcome, found.changes) == ("found", ())
    assert source.words == source.span.of("\n\n".join(HARBOUR))
    assert (found.speaker, source.role) == ("Maja Horii", "head of the port authority")
    assert (source.title, source.outlet, source.published) == ("Headline of harbour", "harbour", date(2026, 2, 4))
    assert source.url == "https://harbour.example"


@pytest.mark.parametrize(
    ("given", "changes"),
    [
        (SAID.replace("waited", "hoped"), [Change("waited", "hoped")]),
        (SAID.replace("rotten", "sound"), [Change("rotten", "sound")]),
        (SAID.replace("are rotten", "are not rotten"), [Change("", "not")]),
        (SAID.replace("under the quay ", ""), [Change("under the quay", "")]),
        (SAID.replace("have", "had").replace("piles", "stones"), [Change("have", "had"), Change("piles", "stones")]),
        ("a 13.5% rise, and nobody can pay it", [Change("12", "13")]),
    ],
    ids=["a word", "the last word", "put in", "left out", "two words", "a figure"],
)
def test_an_altered_quotation_shows_its_original(
    traced: Callable[[str], Trace], given: str, changes: list[Change]
) -> None:
    found = traced(given)
    assert found.outcome == "altered"
    assert list(found.changes) == changes
    assert found.speaker == "Maja Horii"
    assert found.sources[0].words in "\n\n".join(HARBOUR)


def test_swedish_dialogue_is_traced(traced: Callable[[str], Trace]) -> None:
    found = traced("”Vi har väntat så länge vi kunde”")
    assert (found.outcome, found.speaker, found.sources[0].outlet) == ("found", "Maja Horii", "hamnen")
    assert traced("vi har väntat så länge vi ville, och pålarna").changes == (Change("kunde", "ville"),)


@pytest.mark.parametrize(
    "given", ["The mayor will resign on Friday", "as long as", "…", "“”", "%", "zzz", "We have rotten boats"]
)
def test_what_nobody_said_is_not_found(traced: Callable[[str], Trace], given: str) -> None:
    if given == "as long as":
        assert len(traced(given).sources) == 2
    else:
        assert traced(given) == Trace(given, "not_found")


def test_the_earliest_publication_comes_first_and_copies_follow(put: Any) -> None:
    put("undated", HARBOUR)
    put("late", HARBOUR, published=date(2026, 2, 6))
    put("column", (f"As Maja Horii put it on Monday: “{SAID}.” She is right about that.",), published=date(2026, 2, 5))
    put("teaser", (f"“{SAID},” said Maja Horii.",), kind="teaser", published=date(2026, 2, 1))
    put("early", HARBOUR, published=date(2026, 2, 4))
    found = trace(SAID, put.store)
    assert [source.outlet for source in found.sources] == ["early", "column", "late", "undated", "teaser"]
    altered = trace(SAID.replace("waited", "hoped"), put.store)
    assert [source.outlet for source in altered.sources] == ["early", "column", "late", "undated", "teaser"]


def test_a_very_long_quotation_is_traced_by_its_beginning(put: Any) -> None:
    article = put(
        "long", tuple(f"Then came rain on day {day} of the year, and boat {day} sank." for day in range(2_000))
    )
    assert trace(article.text, put.store).outcome == "found"
    altered = trace(article.text.replace("day 7 of", "night 7 of") * 3, put.store)
    assert altered.changes == (Change("day", "night"),)


def test_what_an_ellipsis_leaves_out_has_an_end(put: Any) -> None:
    put("long", (f"“We have waited.” {'Then came the rain. ' * 20}", "“The piles are rotten,” said Maja Horii."))
    assert trace("We have waited … The piles are rotten", put.store).outcome == "not_found"
    assert trace("The piles … rotten", put.store).outcome == "found"
