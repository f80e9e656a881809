"""URLs into the index, from a real web server on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.cleaning import CLEANER_VERSION
from corpus.fetching import Fetcher, FetchRules
from corpus.readers.records import Upload, Validators
from index.build import IndexBuilder
from index.ingest_report import IngestProgress, PageReport

PIER = b"The pier at Lindvik is shut\n\nThe pier at Lindvik was shut on Monday because its piles are rotten, the council said."
FERRY = b"Ferries are late again\n\nThe ferries to the islands were late all week, and nobody could say why, the paper wrote."


@pytest.fixture
def builder(index: Any, fake_embedder: Any) -> IndexBuilder:
    """Writes to an empty index, and may open this machine."""
    rules = FetchRules(private_addresses=True, delay=0)
    return IndexBuilder(index.store, index.vectors, fake_embedder, open_web=lambda: Fetcher(rules))


def feed(*urls: str) -> bytes:
    return f"<rss version='2.0'><channel>{''.join(f'<item><link>{url}</link></item>' for url in urls)}</channel></rss>".encode()


def test_a_feed_becomes_articles_and_is_not_loaded_twice(builder: IndexBuilder, index: Any, web: Any) -> None:
    pages = [web.put("/pier", PIER, ETag='"1"'), web.put("/ferry", FERRY)]
    url = web.put("/feed", feed(*pages, web.url + "/gone"))
    steps: list[IngestProgress] = []
    seen: list[PageReport] = []

    first = builder.ingest([url], progress=steps.append, pages=seen.append)
    again = builder.ingest([url])

    assert (first.added, first.unchanged, [item.source for item in first.rejected]) == (2, 0, [web.url + "/gone"])
    assert (again.added, again.updated, again.unchanged) == (0, 0, 2)
    assert set(index.live()) == {"The pier at Lindvik is shut", "Ferries are late again"}
    assert {page.source: page.state for page in seen} == dict.fromkeys(pages, "added") | {web.url + "/gone": "rejected"}
    assert all(step.total is None for step in steps if step.stage == "reading")
    asked = [headers["If-None-Match"] for _, path, headers in web.asked if path == "/pier"]
    assert asked == [None, '"1"']


def test_a_page_that_changed_is_a_new_version(builder: IndexBuilder, index: Any, web: Any) -> None:
    url = web.put("/pier", PIER, ETag='"1"')
    builder.ingest([url])
    web.put("/pier", PIER.replace(b"Monday", b"Sunday"), ETag='"2"')

    report = builder.ingest([url])

    assert (report.added, report.updated) == (0, 1)
    assert "Sunday" in index.live()["The pier at Lindvik is shut"]
    assert index.store.validators(url, CLEANER_VERSION) == Validators('"2"')


def test_a_withdrawn_page_is_loaded_again(builder: IndexBuilder, index: Any, web: Any) -> None:
    url = web.put("/pier", PIER, ETag='"1"')
    builder.ingest([url])
    (article,) = index.store.live_articles()
    builder.remove(article.id)

    assert builder.ingest([url]).added + builder.ingest([url]).unchanged == 2
    assert [item.id for item in index.store.live_articles()] == [article.id]


def test_a_page_that_another_cleaner_read_is_loaded_again(builder: IndexBuilder, index: Any, web: Any) -> None:
    url = web.put("/pier", PIER, ETag='"1"')
    builder.ingest([url])

    assert index.store.validators(url, CLEANER_VERSION) == Validators('"1"')
    assert index.store.validators(url, "an older one") is None
    assert index.store.validators(url + "2", CLEANER_VERSION) is None


def test_files_and_urls_together_and_prune_leaves_the_web_alone(
    builder: IndexBuilder, index: Any, web: Any, tmp_path: Path
) -> None:
    url = web.put("/pier", PIER)
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "ferry.txt").write_bytes(FERRY)

    assert builder.ingest([folder, url]).added == 2
    (folder / "ferry.txt").unlink()
    report = builder.ingest([folder], prune=True)

    assert report.withdrawn == 1
    assert set(index.live()) == {"The pier at Lindvik is shut"}


def test_without_leave_this_machine_is_not_opened(index: Any, web: Any) -> None:
    report = index.builder.ingest([web.put("/pier", PIER)])

    assert report.added == 0
    assert "private or reserved" in report.rejected[0].reason
    assert web.asked == []


def test_uploads_never_replace_one_another(builder: IndexBuilder, index: Any) -> None:
    uploads = [Upload("index.txt", PIER), Upload("index.txt", FERRY), Upload("empty.txt", b"")]

    first, again = (builder.ingest_uploads(uploads, trust_urls=False) for _ in range(2))

    assert (first.added, len(first.rejected), again.added, again.unchanged) == (2, 1, 0, 2)
    assert "empty.txt" in first.rejected[0].reason
    assert len(index.live()) == 2


def test_an_upload_takes_an_article_s_place_only_if_it_is_trusted(builder: IndexBuilder, index: Any) -> None:
    def saved(words: str) -> Upload:
        row = {
            "url": "https://news.example/pier",
            "title": "Pier",
            "text": f"The pier was shut because {words}, the council said.",
        }
        return Upload("pages.jsonl", json.dumps(row).encode())

    builder.ingest_uploads([saved("its piles are rotten")], trust_urls=True)
    builder.ingest_uploads([saved("of little green men")], trust_urls=False)

    assert sorted(article.url or "" for article in index.store.live_articles()) == ["", "https://news.example/pier"]
    assert builder.ingest_uploads([saved("its deck is rotten")], trust_urls=True).updated == 1
