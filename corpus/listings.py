"""Reads RSS and Atom feeds, sitemaps and sitemap indexes: the pages they list, with what they say of each.

XML entities are off. A document is decoded once and both parsers are given that same text, so that neither can find a
declaration in it that the other did not see.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import islice
from typing import Any, Literal

from corpus.errors import SourceTooLargeError, UnreadableSourceError
from corpus.readers.stated import stated_authors, stated_date, stated_line

_KINDS: dict[str, ListingKind] = {
    "rss": "feed",
    "RDF": "feed",
    "feed": "feed",
    "urlset": "sitemap",
    "sitemapindex": "index",
}
_HEAD = 65_536
"""Characters in which a listing's root element is looked for."""
_ENCODING = r"(utf-?8|us-ascii|iso-?8859-?\d{1,2}|latin-?1|windows-?125\d|cp125\d)\b"
_DECLARED = re.compile(r"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']" + _ENCODING, re.IGNORECASE)
_SERVED = re.compile(r"charset\s*=\s*[\"']?" + _ENCODING, re.IGNORECASE)
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,32};)")
_MAX_FEED = 5_000_000
"""Characters. Feeds are under a tenth of it; feedparser's way with broken ones is linear but slow (some 3 s a million)."""
_MAX_PAGES = 50_000
"""What one sitemap may list, by its protocol."""
_MAX_WORDS = 1_000
"""Characters of a title or a name that are read."""
_NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"

ListingKind = Literal["feed", "sitemap", "index"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One listed page, and what the list says of it; `changed` is the list's own date of its last change."""

    url: str
    title: str | None = None
    authors: tuple[str, ...] = ()
    published: date | datetime | None = None
    changed: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a feed (its articles), a sitemap (its pages) or an index (its sitemaps) lists, newest first where that is stated.
    `without_link` entries could not be followed."""

    kind: ListingKind
    entries: tuple[Entry, ...]
    without_link: int = 0


def read_listing(url: str, raw: bytes, content_type: str | None = None) -> Listing | None:
    """The listing in `raw`, which came from `url`; None if it is no listing but a page.

    Raises:
        SourceTooLargeError: it is a feed or a sitemap over the limit.
        UnreadableSourceError: it is another kind of XML, or declares entities.
    """
    if not raw[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<"):
        return None
    text = _decoded(raw, content_type)
    root = _root(text[:_HEAD])
    kind = _KINDS.get(root)
    if kind is None and text[:_HEAD].lstrip().startswith("<?xml") and root not in ("html", ""):
        raise UnreadableSourceError(f"{url} is XML ({root[:60]}), but no feed or sitemap.", "Name a page, as HTML.")
    if kind is None:
        return None
    if "<!ENTITY" in text:
        raise UnreadableSourceError(f"{url} declares XML entities, which are never read.", "Name the pages themselves.")
    if kind == "feed":
        if len(text) > _MAX_FEED:
            raise SourceTooLargeError(
                f"{url} is a feed of more than {_MAX_FEED / 1e6:.0f} million characters.", "Name the pages themselves."
            )
        return _feed(url, text)
    entries = list(islice(_sitemap(text), _MAX_PAGES + 1))
    if len(entries) > _MAX_PAGES:
        raise SourceTooLargeError(
            f"{url} lists more than {_MAX_PAGES:,} pages.", "Name smaller sitemaps, or the pages themselves."
        )
    return Listing(kind, tuple(sorted(entries, key=lambda entry: entry.changed, reverse=True)))


def _decoded(raw: bytes, content_type: str | None) -> str:
    """By the byte order mark, else as the document declares, else as the server does, else as UTF-8 or Windows-1252."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    named = (_DECLARED.search(raw[:400].decode("latin-1")), _SERVED.search(content_type or ""))
    for encoding in (*(match[1] for match in named if match), "utf-8"):
        try:
            return raw.decode(encoding)
        except UnicodeError:
            continue
    return raw.decode("cp1252", errors="replace")


def _elements(text: str, *tags: str) -> Iterator[Any]:
    """Elements of those names as they end (as the first one starts, if none is named), whatever their namespace."""
    from lxml import etree

    tag = [f"{{*}}{name}" for name in tags] or None
    event = "end" if tags else "start"
    try:
        for _, element in etree.iterparse(
            BytesIO(text.encode()),
            events=(event,),
            tag=tag,
            encoding="utf-8",
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            recover=True,
        ):
            yield element
            element.clear()
    except etree.XMLSyntaxError:  # not XML at all; broken XML is read as far as it goes
        return


def _root(text: str) -> str:
    from lxml import etree

    return next((str(etree.QName(element).localname) for element in _elements(text)), "")


def _sitemap(text: str) -> Iterator[Entry]:
    for element in _elements(_BARE_AMPERSAND.sub("&amp;", text), "url", "sitemap"):
        parts = (*element.iterchildren("{*}loc", "{*}lastmod"), *element.iter(_NEWS + "*"))
        stated = {part.tag.rpartition("}")[2]: (part.text or "").strip() for part in parts}
        if stated.get("loc"):
            yield Entry(
                stated["loc"],
                _words(stated.get("title")),
                published=stated_date(stated.get("publication_date")),
                changed=stated.get("lastmod") or stated.get("publication_date", ""),
            )


def _feed(url: str, text: str) -> Listing:
    import feedparser

    served = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    parsed = feedparser.parse(BytesIO(text.encode()), response_headers=served, sanitize_html=False)
    atom = parsed.get("version", "").startswith("atom")
    entries = [
        Entry(
            entry["link"],
            _words(entry.get("title")),
            stated_authors([_words(author.get("name")) for author in entry.get("authors", ())]),
            stated_date(entry.get("published") or (entry["updated"] if "updated" in entry and not atom else None)),
        )
        for entry in parsed.entries
        if entry.get("link")
    ]
    return Listing("feed", tuple(entries), len(parsed.entries) - len(entries))


def _words(stated: str | None) -> str | None:
    """One line of what may have been written as HTML; None if nothing is left."""
    from lxml import html

    words = (stated or "")[:_MAX_WORDS]
    if "<" in words or "&" in words:
        words = html.fragment_fromstring(words, create_parent=True).text_content()
    return stated_line(words)
