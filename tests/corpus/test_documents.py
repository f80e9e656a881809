"""HTML, MHTML, PDF, Word and Markdown beyond the plain case."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date

import pytest

from corpus.extraction import Extraction, extract
from corpus.page import read_page
from corpus.readers import RawRecord, Rejected, read_bytes

STORY = [
    "The pier at Grum is shut until the storm has passed over the island, the harbour master said on Tuesday.",
    "Boats that lie at the outer quay must be moved before noon, and the ferry will call at Sellby instead.",
    "The repairs cost 40,000 kronor, and the council will decide next week who is to pay for them.",
]


def read_one(name: str, raw: bytes | str) -> RawRecord:
    (record,) = read_bytes(f"/news/{name}", raw.encode() if isinstance(raw, str) else raw)
    assert isinstance(record, RawRecord), record
    return record


def refused(name: str, raw: bytes | str) -> Rejected:
    (rejected,) = read_bytes(f"/news/{name}", raw.encode() if isinstance(raw, str) else raw)
    assert isinstance(rejected, Rejected)
    assert name in rejected.reason
    return rejected


def page(head: str = "", body: str | None = None) -> str:
    story = "".join(f"<p>{line}</p>" for line in STORY)
    return f"<!doctype html><html><head>{head}</head><body>{body or f'<article>{story}</article>'}</body></html>"


def linked(**facts: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **facts})}</script>'


@pytest.mark.parametrize(
    ("head", "published"),
    [
        (linked(datePublished="2026-02-04T07:30:00+01:00"), "2026-02-04T07:30:00+01:00"),
        ('<meta property="article:published_time" content="2026-02-04T06:30:00Z">', "2026-02-04T06:30:00+00:00"),
        ('<meta itemprop="datePublished" content="2026-02-04">', "2026-02-04"),
        ('<meta name="DC.date.issued" content="2026-02-04">', "2026-02-04"),
        (linked(dateModified="2026-02-04"), None),
        ('<meta property="article:modified_time" content="2026-02-04">', None),
        ('<link rel="canonical" href="https://grum.example/2026/02/04/pier">', None),
        ('<meta name="copyright" content="Grum Post 2026-02-04">', None),
    ],
)
def test_only_a_stated_day_of_publication_counts(head: str, published: str | None) -> None:
    found = read_one("pier.html", page(head)).published

    assert (found.isoformat() if found else None) == published


def test_linked_data_wins_over_meta_elements_and_in_whatever_wrapping() -> None:
    graph = {"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": ["NewsArticle"], "headline": "Pier shut"}]}
    head = (
        f'<script type="application/ld+json">\n<![CDATA[{json.dumps(graph)}]]>\n</script>'
        '<script type="application/ld+json">{broken</script><meta property="og:title" content="Other"><title>Third</title>'
    )

    assert read_one("pier.html", page(head)).title == "Pier shut"
    assert read_one("pier.html", page("<title>Pier shut</title>")).title == "Pier shut"


def test_the_outlet_is_cut_from_the_title() -> None:
    head = '<meta property="og:site_name" content="Grum Post"><title>Pier shut – Grum Post</title>'

    record = read_one("pier.html", page(head))

    assert (record.title, record.outlet) == ("Pier shut", "Grum Post")


def test_a_front_page_is_no_articles_own_address() -> None:
    assert read_one("a.html", page('<link rel="canonical" href="https://grum.example/">')).url is None
    assert read_one("a.html", page('<link rel="canonical" href="https://grum.example/?p=7">')).url is not None


@pytest.mark.parametrize(
    "hiding", ["hidden", 'style="display: none"', 'aria-hidden="true"', 'style="visibility:hidden"']
)
def test_what_is_hidden_is_not_read(hiding: str) -> None:
    body = f"<article><p>{STORY[0]}</p><p>{STORY[1]}</p><p {hiding}>{STORY[2]}</p></article>"

    record = read_one("pier.html", page("", body))

    assert STORY[1] in record.text
    assert STORY[2] not in record.text


def test_a_page_that_a_script_shows_later_is_read() -> None:
    story = "".join(f"<p>{line}</p>" for line in STORY)

    assert (
        STORY[2] in read_one("pier.html", page("", f'<div style="display:none"><article>{story}</article></div>')).text
    )


def test_what_is_left_out_of_a_page_is_on_record(page_of: Callable[[str], Extraction]) -> None:
    story = "".join(f"<p>{line}</p>" for line in STORY)
    body = f"<nav><a>Sport results today</a></nav><article><h1>Pier shut</h1>{story}</article><footer>Printed in Sellby mills</footer>"

    extraction = page_of(page("<title>Pier shut</title>", body))

    (article,) = extraction.articles
    assert article.text == "\n\n".join(STORY)
    assert {(one.text, one.rule) for one in extraction.dropped} == {
        ("Sport results today", "outside-article"),
        ("Printed in Sellby mills", "outside-article"),
        ("Pier shut", "repeated-title"),
    }


@pytest.fixture
def page_of() -> Callable[[str], Extraction]:
    return lambda raw: extract(read_one("pier.html", raw))


def test_a_byline_and_a_date_between_title_and_body_count(page_of: Callable[[str], Extraction]) -> None:
    story = "".join(f"<p>{line}</p>" for line in STORY)
    byline = '<div class="byline">By Anna Berg</div><div class="meta">Published 4 February 2026</div>'
    elsewhere = '<footer><p class="byline">By Per Ek</p></footer>'

    (article,) = page_of(page("", f"<article><h1>Pier shut</h1>{byline}{story}</article>{elsewhere}")).articles

    assert (article.title, article.authors, article.published) == ("Pier shut", ("Anna Berg",), date(2026, 2, 4))
    assert article.text == "\n\n".join(STORY)


def test_a_related_heading_within_the_body_does_not_end_the_article(page_of: Callable[[str], Extraction]) -> None:
    body = f"<article><p>{STORY[0]}</p><h3>Read more</h3><p>{STORY[1]}</p><p>{STORY[2]}</p></article>"

    (article,) = page_of(page("", body)).articles

    assert article.text == "\n\n".join(STORY)


def test_a_long_paragraph_amid_the_text_may_speak_of_cookies(page_of: Callable[[str], Extraction]) -> None:
    about = (
        "Nearly every site that we visit asks us to accept cookies, and if you read what you agree to in our cookie policy or in theirs,"
        " you learn that most of them tell somebody else about it."
    )
    story = "".join(f"<p>{line}</p>" for line in (STORY[0], about, STORY[1]))

    (article,) = page_of(page("", f"<article>{story}</article>")).articles

    assert article.text == "\n\n".join((STORY[0], about, STORY[1]))
    assert about not in extract(read_one("pier.txt", f"{STORY[0]}\n\n{about}\n\n{STORY[1]}")).articles[0].text


def test_a_story_in_a_script_without_spaces_keeps_its_end() -> None:
    story = ["港务长说：“港口将关闭到风暴过去为止。”", "渡船停在岸边，岛上的人们在等待天气好转。", "没有人受伤。"]

    assert read_page("\n\n".join(["港口关闭", *story])).body[-2:] == story[-2:]


@pytest.mark.parametrize(("stated", "language"), [("sv", "en"), ("en-GB", "en"), ("cy", "cy"), ("", "en")])
def test_a_language_is_as_stated_unless_the_text_is_plainly_in_another(
    page_of: Callable[[str], Extraction], stated: str, language: str
) -> None:
    (article,) = page_of(page().replace("<html>", f'<html lang="{stated}">')).articles

    assert article.language == language


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "utf-8-sig"])
def test_a_page_in_its_stated_characters(charset: str) -> None:
    body = f"<article><p>Bryggan i Åmsele stängs. {STORY[0]}</p><p>{STORY[1]}</p></article>"

    record = read_one("pier.html", page(f'<meta charset="{charset}">', body).encode(charset))

    assert "Åmsele stängs" in record.text


def test_a_pdf_of_several_pages_loses_its_running_header(
    every_format: dict[str, bytes], harbour_text: tuple[str, ...]
) -> None:
    record = read_one("e.pdf", every_format["e.pdf"])

    assert record.text.count("\n\n") == len(harbour_text) - 1
    assert record.published is None


def test_pdf_problems_are_named(every_format: dict[str, bytes]) -> None:
    whole = every_format["e.pdf"]

    assert "damaged" in refused("e.pdf", whole[:200]).reason
    assert "only pictures" in refused("e.pdf", whole.replace(b" Tj", b" TJ").replace(b"Tj", b"TJ")).reason


def word_with(every_format: dict[str, bytes], change: Callable[[bytes], bytes]) -> bytes:
    """The Word file with its main part changed."""
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(every_format["f.docx"])) as old,
        zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == "word/document.xml" else old.read(name))
    return changed.getvalue()


def test_entities_in_a_word_file_are_not_expanded(every_format: dict[str, bytes]) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'

    def change(xml: bytes) -> bytes:
        return xml.replace(b"<w:document", bomb.encode() + b"<w:document", 1).replace(b"three weeks", b"[&b;&f;]")

    text = read_one("f.docx", word_with(every_format, change)).text

    assert "will take [" in text
    assert "haha" not in text
    assert "root" not in text


def test_a_word_table_is_a_line_a_row_however_wide_a_cell_says_it_is(every_format: dict[str, bytes]) -> None:
    cell = b'<w:tc><w:tcPr><w:gridSpan w:val="900000000"/></w:tcPr><w:p><w:r><w:t>Pier</w:t></w:r></w:p></w:tc>'
    table = b"<w:tbl><w:tr>" + cell + cell + b"</w:tr></w:tbl>"

    record = read_one("f.docx", word_with(every_format, lambda xml: xml.replace(b"<w:body>", b"<w:body>" + table)))

    assert record.text.startswith("Pier | Pier\n\n")


def test_markdown_without_its_markup() -> None:
    table = "| a | b |\n|---|---|\n| c | `d` |"
    text = f"# Pier *shut*\n\n{STORY[0]}\n\n- one [link](https://x.example)\n- two\n\n{table}\n\n> said ![x](y.png)so\n"

    record = read_one("pier.md", text)

    assert record.title == "Pier *shut*"
    assert record.text.split("\n\n") == ["Pier shut", STORY[0], "- one link", "- two", "a | b", "c | d", "said so"]


def test_front_matter_states_what_it_states() -> None:
    front = "title: 'Pier: shut'\nauthors:\n  - Anna Berg\n  - name: Per Ek\ndate: 2026-02-04\npublication: Grum Post\n"

    record = read_one("pier.md", f"---\n{front}---\n{STORY[0]}")

    assert (record.title, record.outlet, record.authors) == ("Pier: shut", "Grum Post", ("Anna Berg", "Per Ek"))
    assert record.published == date(2026, 2, 4)
    assert record.text == STORY[0]
    assert read_one("pier.md", f"---\n{{[\n---\n{STORY[0]}").text == STORY[0]
    assert read_one("pier.md", f"---\n\n{STORY[0]}").text == STORY[0]
