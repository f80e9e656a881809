"""What an HTML page states about itself: schema.org JSON-LD first, then meta elements, then marked-up elements.

A date counts only where the page says "published": never one from its address, its text, a copyright line or the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lxml.html import HtmlElement

from corpus.readers.stated import (
    stated_authors,
    stated_date,
    stated_language,
    stated_line,
    stated_url,
)

_PUBLISHED = (
    "article.published_time og.article.published_time article.published og.published_time datepublished parsely-pub-date"
    " sailthru.date dc.date.issued dcterms.issued dc.date dcterms.date dcterms.created pubdate publishdate publish-date"
    " publish_date publication_date published_time cxenseparse.recs.publishtime bt.pubdate rnews.datepublished date"
).split()
_TITLE = "og.title twitter.title dc.title dcterms.title headline parsely-title title".split()
_AUTHOR = (
    "author article.author parsely-author sailthru.author dc.creator dcterms.creator byl cxenseparse.author".split()
)
_OUTLET = "og.site_name dc.publisher dcterms.publisher application-name publisher".split()
_URL = "og.url parsely-link twitter.url".split()
_LANGUAGE = "content-language dc.language og.locale language".split()
_ARTICLE_TYPES = ("Article", "BlogPosting", "Report", "Review", "SocialMediaPosting", "CreativeWork", "WebPage")
_MAX_JSON = 1_000_000
_WRAPPING = re.compile(r"^\s*(?:<!\[CDATA\[|<!--)|(?:\]\]>|-->)\s*$")


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """What one page states; None or empty where it states nothing."""

    title: str | None
    authors: tuple[str, ...]
    outlet: str | None
    published: date | datetime | None
    url: str | None
    language: str | None


def page_metadata(tree: HtmlElement) -> PageMetadata:
    """Reads the head and the marked-up elements of a parsed page."""
    linked = _linked_data(tree)
    meta = _meta_elements(tree)
    outlet = _first(map(stated_line, (_name(linked.get("publisher")), *_all(meta, _OUTLET))))
    urls = map(
        stated_url, (*tree.xpath("/html/head/link[@rel='canonical']/@href"), *_all(meta, _URL), linked.get("url"))
    )
    authors = _first(map(stated_authors, (linked.get("author"), *_all(meta, _AUTHOR)))) or stated_authors(
        _texts(tree, _AUTHORS)
    )
    published = _first(map(stated_date, (linked.get("datePublished"), *_all(meta, _PUBLISHED))))
    languages = (*tree.xpath("/html/@lang"), *_all(meta, _LANGUAGE), linked.get("inLanguage"))
    return PageMetadata(
        title=_title(tree, meta, linked, outlet),
        authors=tuple(name for name in authors if name != outlet),
        outlet=outlet,
        published=published or _first(map(stated_date, tree.xpath(_DATES))),
        url=_first(urls),
        language=_first(map(stated_language, languages)),
    )


_AUTHORS = "//*[@itemprop='author']//*[@itemprop='name'] | //*[@itemprop='author'][not(.//*[@itemprop='name'])] | (//a[@rel='author'])[1]"
_DATES = (
    "//*[@itemprop='datePublished']/@datetime | //*[@itemprop='datePublished']/@content | //time[@pubdate]/@datetime"
    " | //time[contains(@class, 'published') or contains(@class, 'pubdate')]/@datetime"
)


def _title(tree: HtmlElement, meta: dict[str, list[str]], linked: dict[str, Any], outlet: str | None) -> str | None:
    title: str | None = _first(map(stated_line, (linked.get("headline"), *_all(meta, _TITLE))))
    if title is None:
        whole = _first(_texts(tree, "/html/head/title"))
        heads = _texts(tree, "//h1")
        title = _first(head for head in heads if whole is None or head.casefold() in whole.casefold()) or whole
    if title and outlet:
        title = re.sub(rf"\s+[|–—·:-]\s+{re.escape(outlet)}$", "", title) or title
    return title


def _linked_data(tree: HtmlElement) -> dict[str, Any]:
    """The article's own JSON-LD object, empty if there is none: the first that is an article and not part of a list of links."""
    found: list[dict[str, Any]] = []
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "") and script.text and len(script.text) <= _MAX_JSON:
            try:
                found.extend(_objects(json.loads(_WRAPPING.sub("", script.text), strict=False), depth=0))
            except (ValueError, RecursionError):
                continue
    ranked = [(rank, item) for item in found for rank, kind in enumerate(_ARTICLE_TYPES) if _is_a(item, kind)]
    return min(ranked, key=lambda pair: pair[0])[1] if ranked else {}


def _objects(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if isinstance(data, list):
        for item in data[:100]:
            yield from _objects(item, depth)
    elif isinstance(data, dict) and depth < 4:
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(data.get(key), depth + 1)


def _is_a(item: dict[str, Any], kind: str) -> bool:
    types = item.get("@type")
    return any(
        isinstance(name, str) and name.endswith(kind) for name in (types if isinstance(types, list) else [types])
    )


def _name(value: Any) -> Any:
    first = value[0] if isinstance(value, list) and value else value
    return first.get("name") if isinstance(first, dict) else first


def _meta_elements(tree: HtmlElement) -> dict[str, list[str]]:
    """Contents of the meta elements by lower-case name; one element may carry several names."""
    found: dict[str, list[str]] = {}
    for element in tree.iter("meta"):
        content = element.get("content")
        names = " ".join(filter(None, map(element.get, ("property", "name", "itemprop", "http-equiv"))))
        if content and content.strip():
            for name in names.lower().replace(":", ".").split():
                found.setdefault(name, []).append(content)
    return found


def _all(meta: dict[str, list[str]], names: list[str]) -> list[Any]:
    """Single contents as strings, repeated ones as a list."""
    found = (meta[name] for name in names if name in meta)
    return [contents[0] if len(contents) == 1 else contents for contents in found]


def _texts(tree: HtmlElement, xpath: str) -> list[str]:
    return [text for element in tree.xpath(xpath)[:20] if (text := stated_line(str(element.text_content())))]


def _first(values: Iterable[Any]) -> Any:
    return next((value for value in values if value), None)
