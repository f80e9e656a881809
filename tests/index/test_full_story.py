from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from corpus.article import Article
from index.full_story import full_story

LEDE = "A ferry will run between Port Ellery and the island all year round from the month of May, the county said on Monday."
FERRY = f"Skerrin gets its winter ferry back\n\n{LEDE}\n\nThe boat holds forty passengers and one vet."
OTHER = "Ferry terminal closed\n\nThe terminal at Port Ellery is closed for repairs. A ferry leaves from the fish quay all year."


def page(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def host(*related: str) -> str:
    below = "\n\n".join(related)
    return (
        "Almviken passes budget by a single vote\n\nThe town council approved its budget on Thursday after a long debate."
        f"\n\nRelated articles\n\n{below}\n"
    )


def teasers(index: Any) -> list[Article]:
    return [article for article in index.store.live_articles() if article.kind == "teaser"]


@pytest.mark.parametrize(
    "related",
    [
        ("Skerrin Gets Its Winter Ferry Back",),
        (
            "Skerrin gets its winter ferry back",
            "Islanders have waited nine years for the boat, and some have sold their own.",
        ),
        (LEDE,),
        ("A ferry will run between Port Ellery and the island all year round from the month of May …",),
    ],
    ids=["headline", "headline and other words", "lede", "cut lede"],
)
def test_a_teaser_points_to_the_article_it_announces(index: Any, tmp_path: Path, related: tuple[str, ...]) -> None:
    (pages := tmp_path / "pages").mkdir()
    page(pages, "host", host(*related))
    page(pages, "other", OTHER)
    index.builder.ingest([pages])
    (teaser,) = teasers(index)
    before = full_story(index.store, teaser)

    page(pages, "ferry", FERRY)
    index.builder.ingest([pages])
    story = full_story(index.store, teaser)

    assert before is None
    assert story is not None
    assert story.title == "Skerrin gets its winter ferry back"


def test_a_story_that_is_withdrawn_or_only_on_the_same_subject_is_not_pointed_to(index: Any, tmp_path: Path) -> None:
    (pages := tmp_path / "pages").mkdir()
    page(pages, "host", host(LEDE))
    page(pages, "ferry", FERRY)
    page(pages, "other", OTHER)
    index.builder.ingest([pages])
    (teaser,) = teasers(index)
    story = full_story(index.store, teaser)
    assert story is not None

    index.builder.remove(story.id)

    assert full_story(index.store, teaser) is None
    assert full_story(index.store, story) is None
