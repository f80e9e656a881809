"""Pages, feeds, sitemaps and indexes from a real web server, through the made-up internet of `conftest`."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from corpus.fetching import Fetcher
from corpus.readers import RawRecord, Rejected
from corpus.readers.records import Unchanged, Validators, is_url
from corpus.web import WebReader

HOST = "http://news.example"
CET = timezone(timedelta(hours=1))
Read = Callable[..., list[Any]]


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def read(internet: Callable[..., Fetcher], slept: list[float]) -> Read:
    """`read("/path", ..., limit=..., known=..., delay=...)`: what WebReader makes of paths on news.example."""

    def found(*paths: str, limit: int | None = None, known: Any = lambda _: None, **rules: Any) -> list[Any]:
        with internet(**rules) as fetcher:
            reader = WebReader(fetcher, limit=limit, known=known, sleep=slept.append)
            return list(reader.read([path if is_url(path) else HOST + path for path in paths]))

    return found


@pytest.fixture
def articles(web: Any) -> list[str]:
    """Three pages: /a, /b, /c."""
    return [web.put(f"/{name}", f"The pier at {name} is shut.".encode()).removeprefix(web.url) for name in "abc"]


def feed(*paths: str, host: str = HOST) -> bytes:
    items = "".join(
        f"<item><title>Title of {path}</title><link>{path if is_url(path) else host + path}</link>"
        "<pubDate>Tue, 03 Feb 2026 10:00:00 +0100</pubDate><author>Ann Ek</author></item>"
        for path in paths
    )
    return f"<rss version='2.0'><channel>{items}</channel></rss>".encode()


def sitemap(*paths: str, kind: str = "url") -> bytes:
    root = {"url": "urlset", "sitemap": "sitemapindex"}[kind]
    return f"<{root}>{''.join(f'<{kind}><loc>{HOST}{path}</loc></{kind}>' for path in paths)}</{root}>".encode()


def sources(found: list[Any]) -> list[str]:
    assert all(isinstance(item, RawRecord) for item in found), found
    return [item.source.removeprefix(HOST) for item in found]


def test_a_page_named_by_a_person(read: Read, web: Any) -> None:
    web.put("/moved", b"", 301, Location="/page")
    web.put("/page", b"The pier is shut.", ETag='"v1"')
    web.put("/robots.txt", b"User-agent: *\nDisallow: /")

    (record,) = read("/moved")

    assert (record.source, record.url, record.text) == (f"{HOST}/page", f"{HOST}/page", "The pier is shut.")
    assert record.validators == Validators('"v1"', None)
    assert (record.title, record.published) == (None, None)
    assert "/robots.txt" not in web.paths()  # that is for crawlers


@pytest.mark.parametrize("kind", ["application/rss+xml", "text/xml", "text/html", "text/plain"])
def test_a_feed_is_known_by_what_it_holds(read: Read, web: Any, articles: list[str], kind: str) -> None:
    web.put("/feed", feed(*articles), type=kind)

    found = read("/feed")

    assert sources(found) == articles
    assert found[0].title == "Title of /a"
    assert found[0].authors == ("Ann Ek",)
    assert found[0].published == datetime(2026, 2, 3, 10, tzinfo=CET)
    assert found[0].url == f"{HOST}/a"


def test_a_sitemap_plain_and_packed(read: Read, web: Any, articles: list[str]) -> None:
    web.put("/sitemap.xml", sitemap(*articles), type="application/xml")
    web.put("/sitemap.xml.gz", gzip.compress(sitemap(*articles)), type="application/x-gzip")

    assert sources(read("/sitemap.xml")) == articles
    assert sources(read("/sitemap.xml.gz")) == articles


def test_an_index_of_sitemaps_and_one_above_it(read: Read, web: Any, articles: list[str]) -> None:
    web.put("/one.xml", sitemap("/a"))
    web.put("/two.xml.gz", gzip.compress(sitemap("/b", "/c", "/a")))
    web.put("/index.xml", sitemap("/one.xml", "/two.xml.gz", kind="sitemap"))
    web.put("/top.xml", sitemap("/index.xml", kind="sitemap"))

    assert sources(read("/index.xml")) == articles
    assert sources(read("/top.xml")) == articles


def test_indexes_that_never_end_are_left(read: Read, web: Any) -> None:
    web.put("/index.xml", sitemap("/index.xml", kind="sitemap"))

    (rejected,) = read("/index.xml")

    assert "too deep to follow" in rejected.reason


def test_one_bad_page_does_not_take_the_others_with_it(read: Read, web: Any, names: Any, articles: list[str]) -> None:
    names.answers |= {"intra.example": [["10.0.0.7"]], "gone.example": [["93.184.216.34"]]}
    web.put("/inside", b"", 302, Location="http://intra.example/admin")
    web.put("/loop", b"", 302, Location="/loop")
    web.put("/picture", b"x", type="image/png")
    web.put("/broken", b"half", Content_Length="400")
    web.put("/empty", b"")
    bad = [
        "/missing",
        "/inside",
        "/loop",
        "/picture",
        "/broken",
        "/empty",
        "http://intra.example/",
        "ftp://news.example/",
    ]
    web.put("/feed", feed(articles[0], *bad, articles[2]))

    first, *rejected, last = read("/feed")

    assert sources([first, last]) == ["/a", "/c"]
    assert [item.source.removeprefix(HOST) for item in rejected] == bad
    assert all(
        isinstance(item, Rejected) and item.reason.endswith(".") and item.remedy.endswith(".") for item in rejected
    )
    assert "404" in rejected[0].reason
    assert "10.0.0.7" in rejected[1].reason
    assert "/admin" not in web.paths()


def test_a_url_that_cannot_be_read_is_one_rejection(read: Read, web: Any) -> None:
    found = read("/missing", "http://ann:secret@news.example/", "file:///etc/passwd")

    assert [type(item) for item in found] == [Rejected] * 3
    assert found[1].source == "http://news.example/"
    assert "secret" not in repr(found)


def test_a_list_is_cut_at_the_limit_and_says_so(read: Read, web: Any, articles: list[str]) -> None:
    web.put("/feed", feed(*articles))

    *records, more = read("/feed", pages=2)

    assert sources(records) == articles[:2]
    assert more == Rejected(
        f"{HOST}/feed",
        f"{HOST}/feed lists more than 2 pages; the first 2 were read.",
        "Read more with --limit, such as --limit 20.",
    )
    assert sources(read("/feed", limit=2)) == articles[:2]  # who asked for the cut is not told
    assert sources(read("/feed", limit=3)) == articles
    assert sources(read("/feed", pages=3)) == articles


def test_sitemaps_count_against_the_limit_too(read: Read, web: Any) -> None:
    web.put("/index.xml", sitemap("/one.xml", "/two.xml", "/three.xml", kind="sitemap"))

    assert ["404" in item.reason for item in read("/index.xml", pages=2)] == [True, True, False]
    assert "/three.xml" not in web.paths()


def test_robots_may_keep_sitemaps_closed(read: Read, web: Any, articles: list[str]) -> None:
    web.put("/robots.txt", b"User-agent: *\nDisallow: /one.xml")
    web.put("/one.xml", sitemap("/a"))
    web.put("/index.xml", sitemap("/one.xml", kind="sitemap"))

    (rejected,) = read("/index.xml")

    assert "robots.txt keeps programs away" in rejected.reason
    assert sources(read("/one.xml")) == ["/a"]


def test_a_page_listed_twice_is_read_once(read: Read, web: Any, articles: list[str]) -> None:
    web.put("/feed", feed("/a", "/a", "/b"))
    web.put("/sitemap.xml", sitemap("/b", "/c"))

    web.put("/moved", b"", 301, Location="/a")
    web.put("/more", feed("/moved", "/c", "/a"))

    assert sources(read("/feed", "/sitemap.xml")) == articles
    assert sources(read("/a", "/a", "/moved", "/more", "/c")) == ["/a", "/c"]


def test_an_empty_list_and_entries_without_link_are_said(read: Read, web: Any, articles: list[str]) -> None:
    web.put("/empty", feed())
    web.put("/feed", feed("/a").replace(b"</channel>", b"<item><title>No link</title></item></channel>"))

    empty, without_link, record = read("/empty", "/feed")

    assert empty.reason == f"{HOST}/empty lists no pages."
    assert without_link.reason == f"1 entries of {HOST}/feed have no link."
    assert record.source == f"{HOST}/a"


def test_a_site_speaks_for_itself_alone(read: Read, web: Any, names: Any) -> None:
    names.answers |= {host: [["93.184.216.34"]] for host in ("www.svt.se", "amp.svt.se")}
    claimed = ["https://www.svt.se/story", "https://www.bbc.co.uk/story", "https://other.example/story"]
    for number, url in enumerate(claimed):
        page = f"<html><head><link rel=canonical href='{url}'></head><body><p>The pier at Lindvik is shut, the council said on Monday.</p>"
        web.put(f"/{number}?utm_source=x", page.encode(), type="text/html")
    rows = "".join(json.dumps({"url": url, "title": "T", "text": "The pier is shut."}) + "\n" for url in claimed)
    web.put("/all.jsonl", rows.encode(), type="application/x-ndjson")

    paths = [
        f"{host}/{number}?utm_source=x" for number, host in enumerate(("http://amp.svt.se", "http://amp.svt.se", HOST))
    ]

    assert [record.url for record in read(*paths)] == [
        "https://www.svt.se/story",
        "http://amp.svt.se/1",
        f"{HOST}/2",
    ]
    assert [record.url for record in read("http://amp.svt.se/all.jsonl")] == ["https://www.svt.se/story", None, None]


def test_robots_are_asked_once_and_obeyed(read: Read, web: Any, articles: list[str]) -> None:
    web.put(
        "/robots.txt", b"User-agent: *\nDisallow: /\n\nUser-agent: citera\nAllow: /\nDisallow: /b\nDisallow: /*?print\n"
    )
    web.put("/moved", b"", 302, Location="/b")
    web.put("/feed", feed("/a", "/b", "/c", "/c?print=1", "/moved"))

    found = read("/feed")

    assert sources([found[0], found[2]]) == ["/a", "/c"]
    assert [item.reason for item in (found[1], found[3], found[4])] == [
        f"{HOST}{path} is not read: {HOST}/robots.txt keeps programs away from it."
        for path in ("/b", "/c?print=1", "/b")
    ]
    assert web.paths().count("/robots.txt") == 1
    assert "/b" not in web.paths()


@pytest.mark.parametrize(("status", "read_pages"), [(404, 3), (403, 3), (500, 0), (503, 0)])
def test_robots_that_cannot_be_read(read: Read, web: Any, articles: list[str], status: int, read_pages: int) -> None:
    web.put("/robots.txt", b"", status)
    web.put("/feed", feed(*articles))

    found = read("/feed")

    assert sum(isinstance(item, RawRecord) for item in found) == read_pages
    assert all("robots.txt could not be read" in item.reason for item in found if isinstance(item, Rejected))


def test_a_host_is_left_a_pause_between_two_pages(
    read: Read, web: Any, names: Any, articles: list[str], slept: list[float]
) -> None:
    names.answers["other.example"] = [["93.184.216.34"]]
    web.put("/feed", feed("/a", "http://other.example/b", "/c"))
    read("/feed", delay=50)

    assert len(slept) == 1
    assert 40 < slept[0] <= 50

    slept.clear()
    web.put("/robots.txt", b"User-agent: *\nCrawl-delay: 7000")
    read("/feed", delay=0)
    assert len(slept) == 1
    assert 20 < slept[0] <= 30


def test_pages_that_have_not_changed_are_not_loaded_again(read: Read, web: Any) -> None:
    for name in "ab":
        web.put(f"/{name}", b"The pier is shut.", ETag=f'"{name}"')
    web.put("/feed", feed("/a", "/b"))
    known = {record.source: record.validators for record in read("/feed")}
    web.put("/b", b"The pier is open.", ETag='"new"')

    unchanged, record = read("/feed", known=known.get)
    (alone,) = read("/a", known=known.get)

    assert unchanged == alone == Unchanged(f"{HOST}/a")
    assert record.text == "The pier is open."


@pytest.mark.parametrize("source", ["https://a.example", "FTP://a", "file:///a"])
def test_urls_are_urls(source: str) -> None:
    assert is_url(source)


@pytest.mark.parametrize("source", ["a.txt", "C:\\a", "/a://b", "c:/a", "c://a", "http:/a", "://"])
def test_paths_are_not(source: str) -> None:
    assert not is_url(source)
