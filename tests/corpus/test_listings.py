"""Feeds and sitemaps in the shapes that the web has."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import SourceTooLargeError, UnreadableSourceError
from corpus.listings import Entry, Listing, read_listing

URL = "https://news.example/lists/feed"
CET = timezone(timedelta(hours=1))


def read(text: str | bytes, content_type: str | None = None) -> Listing:
    listing = read_listing(URL, text if isinstance(text, bytes) else text.encode(), content_type)
    assert listing is not None
    return listing


RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Lindvik Courier</title>
<item><title>Bryggan i Åmsele stängs</title><link>https://news.example/brygga</link>
<pubDate>Tue, 03 Feb 2026 10:00:00 +0100</pubDate><dc:creator>Märta Öberg</dc:creator></item>
<item><title>&lt;b&gt;Storm&lt;/b&gt; &amp;amp; flood</title><link>/storm?a=1&amp;b=2</link></item>
<item><title>Only a headline</title></item>
</channel></rss>"""


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "windows-1252"])
def test_rss_in_any_encoding(encoding: str) -> None:
    assert read(RSS.format(encoding=encoding).encode(encoding)) == Listing(
        "feed",
        (
            Entry(
                "https://news.example/brygga",
                "Bryggan i Åmsele stängs",
                ("Märta Öberg",),
                datetime(2026, 2, 3, 10, tzinfo=CET),
            ),
            Entry("https://news.example/storm?a=1&b=2", "Storm & flood"),
        ),
        without_link=1,
    )


def test_the_server_s_charset_counts_where_the_document_names_none() -> None:
    feed = RSS.partition("?>")[2].encode("iso-8859-1")

    assert read(feed, "application/rss+xml; charset=iso-8859-1").entries[0].title == "Bryggan i Åmsele stängs"
    assert read(feed).entries[0].title == "Bryggan i Åmsele stängs"  # no UTF-8, so Windows-1252


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/2026/"><title>Courier</title>
<entry><title type="html">Pier &amp;lt;shut&amp;gt;</title><link rel="edit" href="edit"/><link href="pier"/>
<published>2026-02-03T10:00:00+01:00</published><updated>2026-02-09T10:00:00Z</updated>
<author><name>Ann  Ek</name></author><author><name>Bo Al</name></author></entry>
<entry><title>Changed</title><link href="changed"/><updated>2026-02-09T10:00:00Z</updated></entry></feed>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_atom_with_its_times_and_people(encoding: str) -> None:
    first, second = read(f"<?xml version='1.0' encoding='{encoding}'?>{ATOM}".encode(encoding)).entries

    assert first == Entry(
        "https://news.example/2026/pier", "Pier <shut>", ("Ann Ek", "Bo Al"), datetime(2026, 2, 3, 10, tzinfo=CET)
    )
    assert second.published is None  # when it was changed is not when it was published


def test_rss_1_dates_an_item_by_dublin_core() -> None:
    feed = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="x"><title>T</title><link>https://news.example/a</link>
    <dc:date>2026-02-03T09:00:00Z</dc:date></item></rdf:RDF>"""

    assert read(feed).entries == (Entry("https://news.example/a", "T", (), datetime(2026, 2, 3, 9, tzinfo=UTC)),)


@pytest.mark.parametrize(
    ("stated", "published"),
    [
        ("Tue, 03 Feb 2026 10:00:00 GMT", datetime(2026, 2, 3, 10, tzinfo=UTC)),
        ("tis, 03 feb 2026 10:00:00 +0100", datetime(2026, 2, 3, 10, tzinfo=CET)),
        ("2026-02-03T10:00:00+01:00", datetime(2026, 2, 3, 10, tzinfo=CET)),
        ("2026-02-03T10:00Z", datetime(2026, 2, 3, 10, tzinfo=UTC)),
        ("2026-02-03", date(2026, 2, 3)),
        ("3 februari 2026", date(2026, 2, 3)),
        ("February 3", None),
        ("yesterday", None),
        ("Tue, 32 Feb 2026 10:00:00 GMT", None),
        ("", None),
    ],
)
def test_dates_are_what_the_feed_states_and_never_guessed(stated: str, published: date | None) -> None:
    feed = f"<rss version='2.0'><channel><item><link>https://a.example/</link><pubDate>{stated}</pubDate></item></channel></rss>"

    assert read(feed).entries[0].published == published


def test_a_broken_feed_is_read_as_far_as_it_goes() -> None:
    feed = "<rss><channel><item><title>A &nbsp; B</title><link>https://a.example/?x=1&y=2</link></item><item><link>https://b.example/"

    assert [entry.url for entry in read(feed).entries] == ["https://a.example/?x=1&y=2"]


SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand --><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc> https://news.example/old?a=1&b=2 </loc><lastmod>2026-01-01</lastmod>
<image:image><image:loc>https://news.example/x.png</image:loc></image:image></url>
<url><loc>https://news.example/undated</loc></url>
<url><loc>https://news.example/new</loc><news:news><news:publication><news:name>Courier</news:name></news:publication>
<news:publication_date>2026-02-03T10:00+01:00</news:publication_date><news:title>Pier &amp; port</news:title></news:news></url>
<url><priority>1</priority></url></urlset>"""


def test_a_sitemap_newest_first_with_what_news_sitemaps_say() -> None:
    listing = read(SITEMAP)

    assert listing.kind == "sitemap"
    assert [entry.url for entry in listing.entries] == [
        "https://news.example/new",
        "https://news.example/old?a=1&b=2",
        "https://news.example/undated",
    ]
    assert (listing.entries[0].title, listing.entries[0].published) == (
        "Pier & port",
        datetime(2026, 2, 3, 10, tzinfo=CET),
    )
    assert listing.entries[1].published is None  # lastmod is no publication date


def test_an_index_without_namespace() -> None:
    index = "<sitemapindex><sitemap><loc>https://a.example/1.xml</loc></sitemap></sitemapindex>"

    assert read(index) == Listing("index", (Entry("https://a.example/1.xml"),))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"An article about <rss> feeds.",
        b"<!doctype html><html><body><rss></body></html>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><p>sitemap</p></html>",
        b"<p>an HTML fragment",
        b"%PDF-1.7 <rss>",
        b"\x89PNG",
        b"<",
    ],
)
def test_a_page_is_no_listing(raw: bytes) -> None:
    assert read_listing(URL, raw) is None


@pytest.mark.parametrize("root", ["rss", "urlset", "feed"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(root: str, encoding: str) -> None:
    bomb = f"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]><{root}><url><loc>&b;&c;</loc></url></{root}>"

    with pytest.raises(UnreadableSourceError, match="XML entities"):
        read_listing(URL, bomb.encode(encoding))


def test_other_xml_is_neither_page_nor_listing() -> None:
    with pytest.raises(UnreadableSourceError, match="is XML \\(article\\), but no feed"):
        read_listing(URL, b"<?xml version='1.0'?><article><p>words</p></article>")


@pytest.mark.parametrize("declared", ["punycode", "utf-16", "rot13", "unicode_escape"])
def test_a_declared_encoding_that_is_none_is_passed_over(declared: str) -> None:
    feed = f"<?xml version='1.0' encoding='{declared}'?><rss><channel><item><link>https://a.example/</link></item></channel></rss>"

    assert read(feed).entries == (Entry("https://a.example/"),)


def test_a_feed_of_the_size_of_a_book_is_refused() -> None:
    with pytest.raises(SourceTooLargeError, match=URL):
        read("<rss><channel>" + "<item></item>" * 400_000)


def test_a_sitemap_may_list_fifty_thousand_pages() -> None:
    pages = "".join(f"<url><loc>https://a.example/{number}</loc></url>" for number in range(50_000))

    assert len(read(f"<urlset>{pages}</urlset>").entries) == 50_000
    with pytest.raises(SourceTooLargeError, match="more than 50,000 pages"):
        read(f"<urlset>{pages}<url><loc>https://a.example/</loc></url></urlset>")


@given(
    st.binary(max_size=200),
    st.sampled_from([b"<rss>", b"<feed>", b"<urlset>", b"<?xml encoding='utf-16'?><rss>", b"<RDF><!DOCTYPE "]),
)
def test_any_bytes_are_a_listing_or_none(raw: bytes, start: bytes) -> None:
    listing = read_listing(URL, start + raw)

    assert listing is None or all(entry.url for entry in listing.entries)
