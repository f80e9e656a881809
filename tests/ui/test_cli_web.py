"""`citera ingest URL` from end to end: a real web server, the real readers, the real index."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from corpus.article import article_id
from rag import Assistant, Settings
from ui import cli

CET = timezone(timedelta(hours=1))
STORY = (
    "The pier at {place} was shut on Monday because its piles are rotten, the council said in a statement.",
    "“We have waited as long as we could with the pier at {place},” said Maja Horvat, head of the port authority.",
    "The repairs are expected to cost 40 million kronor and to take until the end of the summer, the council said.",
)


def page(place: str, *, head: str = "", canonical: str | None = None) -> bytes:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    body = "".join(f"<p>{paragraph.format(place=place)}</p>" for paragraph in STORY)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pier at {place} shut</title>{link}{head}</head>'
        f"<body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav><article><h1>Pier at {place} shut</h1>{body}</article>"
        "<footer>All rights reserved</footer></body></html>"
    ).encode()


@pytest.fixture
def home(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose settings, from the environment, open this machine and wait for nobody."""
    for name, value in {
        "HOME": tmp_path / "home",
        "CACHE": cache,
        "FETCH_PRIVATE_ADDRESSES": "true",
        "FETCH_DELAY": "0",
        "FETCH_TIMEOUT": "1",
    }.items():
        monkeypatch.setenv(f"CITERA_{name}", str(value))
    return tmp_path / "home"


def citera(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["citera", *arguments])
    with pytest.raises(SystemExit) as exit_:
        cli.main()
    assert isinstance(exit_.value.code, int)
    return exit_.value.code


@pytest.mark.slow
def test_the_web_in_one_command(
    home: Path,
    cache: Path,
    web: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    def slow() -> Iterator[bytes]:
        while not web.stopping.wait(0.05):
            yield b" "

    html = "text/html; charset=utf-8"
    published = '<meta property="article:published_time" content="2026-02-03T10:00:00+01:00">'
    web.put("/stated", page("Stated", head=published), type=html, ETag='"1"')
    web.put("/unstated", page("Unstated"), type=html)
    web.put(
        "/windows",
        page("Östhamra").decode().replace('<meta charset="utf-8">', "").encode("cp1252"),
        type="text/html; charset=windows-1252",
    )
    web.put("/old", b"", 301, Location="/moved?utm_source=feed")
    web.put("/moved?utm_source=feed", page("Moved", canonical=web.url + "/moved"), type=html)
    web.put("/thief", page("Thief", canonical="https://www.bbc.co.uk/news/1"), type=html)
    web.put("/slow", slow)
    web.put("/huge", b"", Content_Length="600000000")
    web.put("/inside", b"", 302, Location="http://169.254.169.254/latest/meta-data/")
    web.put("/loop", b"", 302, Location="/loop")
    listed = ["/stated", "/unstated", "/gone", "/slow", "/huge", "/inside", "/loop"]
    items = "".join(
        f"<item><title>Feed title</title><link>{web.url}{path}</link><pubDate>Sun, 01 Mar 2026 08:00:00 +0100</pubDate>"
        "<author>Ann Ek</author></item>"
        for path in listed
    )
    feed = web.put("/feed", f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), type="application/rss+xml")
    pages = "".join(f"<url><loc>{web.url}{path}</loc></url>" for path in ("/windows", "/old", "/thief"))
    web.put("/pages.xml.gz", gzip.compress(f"<urlset>{pages}</urlset>".encode()), type="application/x-gzip")
    sitemap = web.put(
        "/sitemap.xml", f"<sitemapindex><sitemap><loc>{web.url}/pages.xml.gz</loc></sitemap></sitemapindex>".encode()
    )
    report = tmp_path / "report.json"

    code = citera(monkeypatch, "ingest", feed, sitemap, f"{web.url}/missing", "--report", str(report))
    said = capsys.readouterr()

    assert code == 3
    assert said.out == "5 added, 0 updated, 0 unchanged, 0 withdrawn\n"
    for path, reason in {
        "/gone": "404 (Not Found)",
        "/slow": "within 1 seconds",
        "/huge": "larger than 50 MB",
        "/inside": "169.254.169.254",
        "/loop": "redirects more than 10 times",
        "/missing": "404 (Not Found)",
    }.items():
        assert any(line.startswith("Rejected") and path in line and reason in line for line in said.err.splitlines()), (
            path
        )
    assert len(json.loads(report.read_text())["rejected"]) == 6

    with Assistant.open(Settings(home=home, cache=cache)) as assistant:
        found = {article.title: article for article in assistant.articles()}
        answer = assistant.ask("What did Maja Horvat say about the pier at Stated?")
    assert set(found) == {f"Pier at {place} shut" for place in ("Stated", "Unstated", "Östhamra", "Moved", "Thief")}
    assert found["Pier at Stated shut"].published == datetime(2026, 2, 3, 10, tzinfo=CET)
    assert found["Pier at Unstated shut"].published == datetime(2026, 3, 1, 8, tzinfo=CET)
    assert found["Pier at Unstated shut"].authors == ("Ann Ek",)
    assert found["Pier at Östhamra shut"].published is None
    for place, url in {"Stated": "/stated", "Moved": "/moved", "Thief": "/thief"}.items():
        assert (found[f"Pier at {place} shut"].url, found[f"Pier at {place} shut"].id) == (
            web.url + url,
            article_id(web.url + url),
        )
    assert "All rights reserved" not in found["Pier at Stated shut"].text
    assert (answer.citations[0].article_id, answer.citations[0].speaker) == (
        found["Pier at Stated shut"].id,
        "Maja Horvat",
    )

    assert citera(monkeypatch, "ingest", feed, sitemap) == 3
    assert capsys.readouterr().out == "0 added, 0 updated, 5 unchanged, 0 withdrawn\n"
    assert [headers["If-None-Match"] for _, path, headers in web.asked if path == "/stated"] == [None, '"1"']


def test_this_machine_is_closed_by_default(
    home: Path, web: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CITERA_FETCH_PRIVATE_ADDRESSES")
    web.put("/", page("Home"), type="text/html")

    assert citera(monkeypatch, "ingest", web.url) == 3
    assert "CITERA_FETCH_PRIVATE_ADDRESSES" in capsys.readouterr().err
    assert web.asked == []
