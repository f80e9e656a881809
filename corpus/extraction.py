"""Raw record -> one article and the teasers found on its page, with everything that was dropped.

A flattened page is read top to bottom: lines before the first body paragraph may be title, byline, date stamp or
boilerplate; a heading such as "Related articles" opens the teasers, each a small article of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import dropwhile

from corpus.article import Article, ArticleKind, Paragraph, ParagraphKind, Span, article_id
from corpus.cleaning import (
    Dropped,
    boilerplate_rule,
    byline_authors,
    clean_characters,
    is_date_stamp,
    is_related_heading,
)
from corpus.dates import find_date, without_date
from corpus.language import LANGUAGES, detect_language
from corpus.readers.records import RawRecord

_TERMINAL = re.compile(r"[.!?…:;][\"'”’»)\]]*$|[\"”»]$")
_MAX_TITLE = 220
_MAX_RULED = 600
"""Characters of the longest line that a cleaning rule may take."""
_DATE_WORDS = re.compile(
    r"\b(?:published|publicerad|kl\.?|klockan|at|(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mån|tis|ons|tors|fre|lör|sön)dag(?:en)?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Extraction:
    """The articles of one record (host first, then its teasers) and what was dropped on the way."""

    articles: tuple[Article, ...]
    dropped: tuple[Dropped, ...]


@dataclass(slots=True)
class _Page:
    """What has been read of a page so far."""

    title: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: date | datetime | None = None
    body: list[str] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def extract(record: RawRecord) -> Extraction:
    """The article and the teasers of one record, flattened or not. What the record states about itself is trusted over what its lines
    look like. No article at all if every line is boilerplate."""
    text, dropped = clean_characters(record.text)
    page = _Page(
        title=_cleaned(record.title),
        outlet=_cleaned(record.outlet),
        authors=tuple(filter(None, map(_cleaned, record.authors))),
        published=record.published,
        dropped=[*record.dropped, *dropped],
    )
    blocks = _blocks(text)
    inline = _inline_heading(blocks)
    in_related = link_expected = False
    for number, block in enumerate(blocks):
        for position, line in enumerate(block):
            if is_related_heading(line):
                page.dropped.append(Dropped(line, "related-heading"))
                link_expected = number == inline or record.related is not None
                in_related = in_related or not link_expected
            elif link_expected and not _is_sentence(line):
                page.dropped.append(Dropped(line, "related-headline"))
            elif _take_metadata(line, page, in_related):
                continue
            elif _captioned(block, position):
                page.dropped.append(Dropped(line, "caption"))
            else:
                link_expected = False
                (page.related if in_related else page.body).append(line)
    _take_title(page)
    _take_related(record.related, page)
    host = _article(
        record.source,
        page.body,
        title=page.title,
        url=record.url,
        outlet=page.outlet,
        authors=page.authors,
        published=page.published,
        language=record.language,
    )
    teasers = _teasers(page, record.source, host.id)
    kept = (host, *teasers) if host.text else tuple(teasers)
    return Extraction(kept, tuple(page.dropped))


def _inline_heading(blocks: Sequence[Sequence[str]]) -> int | None:
    """The block of a "Read also" near the top that stands over mere links, with the article going on below; None if there is none.

    Below it come links, then three or more paragraphs with no title or label between them, as teasers would have.
    """
    first = next((number for number, block in enumerate(blocks) if any(map(is_related_heading, block))), None)
    if first is None or sum(_is_sentence(line) for block in blocks[:first] for line in block) > 2:
        return None
    below = [line for block in blocks[first + 1 :] for line in block]
    running = list(dropwhile(lambda line: not _is_sentence(line), below))
    plain = all(_is_sentence(line) and boilerplate_rule(line) is None for line in running)
    return first if plain and len(running) >= 3 and len(running) < len(below) else None


def _blocks(text: str) -> list[list[str]]:
    """Paragraph blocks as lists of lines; hard-wrapped lines are joined into one."""
    blocks = []
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.split("\n") if line]
        if lines:
            blocks.append([" ".join(lines)] if _hard_wrapped(lines) else lines)
    return blocks


def _hard_wrapped(lines: Sequence[str]) -> bool:
    """Lines cut at a column, not at the ends of sentences: all but the last are 50-100 wide and most run on."""
    if len(lines) < 2 or any(not 50 <= len(line) <= 100 for line in lines[:-1]):
        return False
    running_on = sum(not _TERMINAL.search(line) for line in lines[:-1])
    starts_low = sum(line[0].islower() for line in lines[1:])
    return running_on >= 0.6 * (len(lines) - 1) and (starts_low > 0 or len(lines) > 3)


def _captioned(block: Sequence[str], position: int) -> bool:
    """A sentence with an image's credit or label right under it is that image's caption."""
    if position + 1 == len(block) or not _is_sentence(block[position]):
        return False
    following = block[position + 1]
    rule = boilerplate_rule(following)
    return rule == "photo-credit" or (
        rule == "ai-label" and re.match(r"(?i:bild|image|illustration)", following) is not None
    )


def _take_metadata(line: str, page: _Page, in_related: bool) -> bool:
    """Whether `line` is no article text: a byline, a date stamp, an outlet line or boilerplate; noted on the page."""
    if len(line) > _MAX_RULED:
        return False
    rule = boilerplate_rule(line)
    authors = byline_authors(line)
    is_stamp = is_date_stamp(line)
    outlet, outlet_date = _outlet_line(line)
    if authors is not None:
        rule = "byline"
        if not in_related:
            page.authors = page.authors or authors
            page.published = page.published or find_date(line)
    elif is_stamp:
        rule = "date-stamp"
        if not in_related and not re.match(r"(?i:updat|uppdat|senast|last)", line):
            page.published = page.published or find_date(line)
    elif outlet_date is not None:
        rule = "outlet-line"
        if not in_related:
            page.outlet = page.outlet or outlet
            page.published = page.published or outlet_date
    if rule is None:
        return False
    page.dropped.append(Dropped(line, rule))
    return True


def _outlet_line(line: str) -> tuple[str | None, date | datetime | None]:
    """`Outlet | 5 February 2026` or a bare date: the outlet if one is named, and the date. (None, None) otherwise."""
    stated = find_date(line) if len(line) <= 120 else None
    if stated is None:
        return None, None
    rest = _DATE_WORDS.sub(" ", without_date(line))
    names = [name.strip(" ,.:()") for name in re.split(r"[|·•–—/]|\s-\s", rest)]
    names = [name for name in names if name]
    if not names:
        return None, stated
    separated = re.search(r"[|·•–—/]|\s-\s", line) is not None
    if separated and len(names) <= 2 and len(names[0].split()) <= 6 and not _TERMINAL.search(line):
        return names[0], stated
    return None, None


def _take_related(related: str | None, page: _Page) -> None:
    """Lines of the boxes with other stories that the reader set apart."""
    text, dropped = clean_characters(related or "")
    page.dropped.extend(dropped)
    for line in filter(None, text.split("\n")):
        if is_related_heading(line):
            page.dropped.append(Dropped(line, "related-heading"))
        elif not _take_metadata(line, page, in_related=True):
            page.related.append(line)


def _take_title(page: _Page) -> None:
    """The first headline-shaped line; shorter ones above it (section names, the outlet's own) are dropped. A stated title stands,
    and is not repeated above the text."""
    if page.title is not None:
        if page.body and page.body[0].casefold() == page.title.casefold():
            del page.body[0]
        return
    heads: list[str] = []
    for line in page.body:
        if not _could_be_title(line) or (heads and _is_sentence(line)):
            break
        heads.append(line)
    if not heads or len(heads) == len(page.body):
        return
    chosen = next(
        (i for i, line in enumerate(heads) if len(line.split()) > 3),
        max(range(len(heads)), key=lambda i: len(heads[i])),
    )
    page.title = heads[chosen]
    page.dropped.extend(Dropped(line, "above-title") for line in heads[:chosen])
    del page.body[: chosen + 1]


def _could_be_title(line: str) -> bool:
    return len(line) <= _MAX_TITLE and re.search(r"[.:;…]$", line) is None


def _teasers(page: _Page, source: str, host_id: str) -> list[Article]:
    teasers: list[Article] = []
    title: str | None = None
    for line in page.related:
        if _is_sentence(line):
            key = f"{source}#{hashlib.sha256(line.encode()).hexdigest()[:12]}"
            teasers.append(_article(key, [line], title=title, kind="teaser", found_on=host_id))
            title = None
        else:
            if title is not None:
                page.dropped.append(Dropped(title, "related-headline"))
            title = line
    if title is not None:
        page.dropped.append(Dropped(title, "related-headline"))
    first = {teaser.id: teaser for teaser in reversed(teasers)}
    twins = [teaser for teaser in teasers if teaser is not first[teaser.id]]
    for twin in twins:
        page.dropped.extend(Dropped(line, "repeated-teaser") for line in (twin.title, twin.text) if line)
    return list(first.values())[::-1]


def _is_sentence(line: str) -> bool:
    return _TERMINAL.search(line) is not None and len(line.split()) >= 7


def _article(
    source: str,
    paragraphs: Sequence[str],
    *,
    title: str | None = None,
    url: str | None = None,
    outlet: str | None = None,
    authors: tuple[str, ...] = (),
    published: date | datetime | None = None,
    language: str | None = None,
    kind: ArticleKind = "article",
    found_on: str | None = None,
) -> Article:
    languages, main = _languages(paragraphs, language)
    placed: list[Paragraph] = []
    start = 0
    for paragraph, spoken in zip(paragraphs, languages, strict=True):
        placed.append(Paragraph(Span(start, start + len(paragraph)), _kind(paragraph), spoken or main))
        start += len(paragraph) + 2
    return Article(
        id=article_id(url or source),
        text="\n\n".join(paragraphs),
        paragraphs=tuple(placed),
        source=source,
        title=title,
        kind=kind,
        url=url,
        outlet=outlet,
        authors=authors,
        published=published,
        language=main,
        found_on=found_on,
    )


def _languages(paragraphs: Sequence[str], stated: str | None) -> tuple[list[str | None], str | None]:
    """Language of each paragraph, and of the whole. What the source states counts, unless it is a language that Citera can tell and
    no paragraph is in it: pages are often made from a template in another language."""
    if stated is not None and stated not in LANGUAGES:
        return [stated] * len(paragraphs), stated
    detected = [detect_language(paragraph) for paragraph in paragraphs]
    weights: Counter[str] = Counter()
    for paragraph, language in zip(paragraphs, detected, strict=True):
        if language is not None:
            weights[language] += len(paragraph)
    if stated in weights or not weights:
        return detected, stated
    return detected, weights.most_common(1)[0][0]


def _cleaned(stated: str | None) -> str | None:
    return " ".join(clean_characters(stated)[0].split()) or None if stated else None


def _kind(paragraph: str) -> ParagraphKind:
    return "heading" if len(paragraph) <= 80 and not _TERMINAL.search(paragraph) else "body"
