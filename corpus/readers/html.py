"""Reads `.html` and `.mhtml`: trafilatura finds the body, `page_metadata` what the page states about itself.

What the body leaves out is handed on as dropped lines; boxes that link to other stories are handed on as `related`, of which
extraction makes teasers.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
from email import message_from_bytes, policy
from functools import cache
from typing import TYPE_CHECKING, Any

from corpus.cleaning import Dropped
from corpus.errors import EmptySourceError, SourceTooLargeError, UnreadableSourceError
from corpus.imprint import read_imprint
from corpus.readers.limits import MAX_ARTICLE_BYTES
from corpus.readers.records import RawRecord
from corpus.readers.stated import stated_url

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_ELEMENTS = 30_000
"""The pages of the Readability set have at most 4,300. A page of 30,000 takes 2 s of one core in the worst of the shapes that were
tried (paragraphs, tables, lists, line breaks, links), and longer in proportion."""
LONG_LINE = 80
"""Characters of a line that is a paragraph rather than a label or a link."""
ENOUGH = 0.6
"""Share of the characters of a page's long lines. Trafilatura's fallbacks, a third of its time, changed the text of 8 of the 115
pages of the Readability set: the three that gained by .49 and more had .20 to .32 of them without, two had .47 and .52."""
MAX_ATTRIBUTES = 10_000
"""Of one element: libxml2 takes a time that grows with their square, minutes for 300,000."""
_TAG_OF_MANY = re.compile(rb"<[a-z][a-z0-9:-]*\s[^<]{50000,}", re.IGNORECASE)
_MAY_BE_HIDDEN = "//body//*[@hidden or @aria-hidden='true' or @style]"
_HIDING = re.compile(r"display:none|visibility:hidden")
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)


def read_html(source: str, raw: bytes, charset: str | None = None) -> RawRecord:
    """The page in `raw`. `charset` is what the server said of it.

    Raises:
        EmptySourceError, SourceTooLargeError: it is no page, or one with too many elements or too long a text.
    """
    from corpus.readers.html_lines import outside, related_boxes, seen_lines
    from corpus.readers.page_metadata import page_metadata

    tree = _parsed(source, raw, charset)
    stated = page_metadata(tree)
    _drop_unseen(tree)
    lines = list(seen_lines(tree))
    body = _body(tree, [line.text for line in lines])
    if sum(map(len, body)) > MAX_ARTICLE_BYTES:
        raise SourceTooLargeError(f"{source} has too long a text for one article.", "Split it.")
    missing = outside(lines, body)
    boxes = [at for box in related_boxes(lines, missing) for at in box]
    above = _above_body([line.text for line in lines], missing, stated.title)
    left = {at for at, is_missing in enumerate(missing) if is_missing}.difference(boxes, above)
    return RawRecord(
        source,
        raw,
        "\n\n".join([*(lines[at].text for at in above), *body]),
        format="html",
        title=stated.title,
        authors=stated.authors,
        outlet=stated.outlet,
        published=stated.published,
        url=stated.url,
        language=stated.language,
        related="\n\n".join(lines[at].text for at in boxes),
        dropped=tuple(
            Dropped(lines[at].text, "outside-article") for at in sorted(left) if lines[at].text != stated.title
        ),
    )


def visible_tree(source: str, raw: bytes) -> HtmlElement:
    """The page's elements that a browser shows. Raises as `read_html` does."""
    tree = _parsed(source, raw, None)
    _drop_unseen(tree)
    return tree


def _body(tree: HtmlElement, lines: Sequence[str]) -> list[str]:
    """The article's lines as trafilatura finds them; with its fallbacks only where much of the page's text is left out without."""
    long = sum(len(line) for line in lines if len(line) > LONG_LINE)
    for fast in (True, False):
        found = trafilatura().bare_extraction(tree, include_comments=False, fast=fast)
        body: list[str] = found.text.split("\n") if found is not None and found.text else []
        if sum(map(len, body)) >= ENOUGH * long > 0:
            break
    return body


@cache
def trafilatura() -> Any:
    """The library, without its log, for what it logs as errors is rejected or handled here, and without the warning that its
    downloads, which are not used, cannot go through a SOCKS proxy."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "SOCKS support")
        import trafilatura as library
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return library


def _parsed(source: str, raw: bytes, charset: str | None) -> HtmlElement:
    if any(tag[0].count(b"=") > MAX_ATTRIBUTES for tag in _TAG_OF_MANY.finditer(raw)):
        raise SourceTooLargeError(
            f"{source} has an element of too many attributes.", "Save the article alone, as text."
        )
    text = _decoded(raw, charset)
    load_html = trafilatura().load_html
    tree = load_html(text)
    if tree is None:
        tree = load_html(f"<html><body>{text}</body></html>")
    if tree is None:
        raise EmptySourceError(f"{source} holds no page.", "Save it again from the browser, as HTML.")
    elements = int(tree.xpath("count(//*)"))
    if elements > MAX_ELEMENTS:
        raise SourceTooLargeError(
            f"{source} has {elements:,} elements; {MAX_ELEMENTS:,} are read at most.",
            "Save the article alone, as text.",
        )
    return tree


def _above_body(lines: Sequence[str], missing: Sequence[bool], title: str | None) -> list[int]:
    """The byline and the date between title and body, which trafilatura leaves out: extraction knows what to make of them."""
    first = next((at for at, is_missing in enumerate(missing) if not is_missing and lines[at] != title), 0)
    start = max((at for at in range(first) if lines[at] == title), default=first)
    return [at for at in range(start, first) if read_imprint(lines[at]) is not None]


def read_mhtml(source: str, raw: bytes) -> RawRecord:
    """The page in a saved web archive, without its pictures.

    Raises:
        UnreadableSourceError: it holds no page.
    """
    message = message_from_bytes(raw, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            page = read_html(source, content if isinstance(content, bytes) else b"", part.get_content_charset())
            address = stated_url(str(part.get("Content-Location") or message.get("Snapshot-Content-Location") or ""))
            return replace(page, raw=raw, format="mhtml", url=page.url or address)
    raise UnreadableSourceError(f"{source} holds no HTML page.", "Save the page again, as HTML.")


def _decoded(raw: bytes, charset: str | None) -> str:
    """UTF-8 if it can be; else as the server or the page says; else Windows-1252."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(raw[:4000])
    for name in (charset, declared[1].decode("ascii", "ignore") if declared else None, "cp1252"):
        try:
            return raw.decode(name or "ascii")
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return raw.decode("cp1252", errors="replace")


def _drop_unseen(tree: HtmlElement) -> None:
    """Takes out what a browser does not show: code, and hidden elements, but none that holds half of the page, which a script shows
    later. Linked data stays, in which trafilatura may find the body."""
    for element in list(tree.iter("script", "style")):
        if element.tag == "style" or "ld+json" not in (element.get("type") or ""):
            element.drop_tree()
    hidden = [element for element in tree.xpath(_MAY_BE_HIDDEN) if _is_hidden(element)]
    whole = len(tree.text_content()) if hidden else 0
    for element in hidden:
        if len(element.text_content()) < whole / 2:
            element.drop_tree()


def _is_hidden(element: HtmlElement) -> bool:
    stated = element.get("hidden") is not None or element.get("aria-hidden") == "true"
    return stated or _HIDING.search((element.get("style") or "").replace(" ", "")) is not None
