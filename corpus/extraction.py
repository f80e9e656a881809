"""Raw record -> one article and the teasers found on its page, with everything that was dropped."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from corpus.article import Article, ArticleKind, Paragraph, ParagraphKind, Span, article_id
from corpus.cleaning import Dropped, clean_characters
from corpus.language import detect_language
from corpus.page import Page, read_page
from corpus.page_lines import ends_sentence
from corpus.readers.records import RawRecord


@dataclass(frozen=True, slots=True)
class Extraction:
    """The articles of one record (host first, then its teasers) and what was dropped on the way."""

    articles: tuple[Article, ...]
    dropped: tuple[Dropped, ...]


def extract(record: RawRecord) -> Extraction:
    """The article and the teasers on one flattened page. No article at all if every line is boilerplate."""
    text, dropped = clean_characters(record.text)
    page = read_page(text)
    host = _article(
        record.source,
        page.body,
        title=page.title,
        outlet=page.outlet,
        authors=page.authors,
        published=page.published,
    )
    teasers, repeated = _teasers(page, record.source, host.id)
    kept = (host, *teasers) if host.text else tuple(teasers)
    return Extraction(kept, (*dropped, *page.dropped, *repeated))


def _teasers(page: Page, source: str, host_id: str) -> tuple[list[Article], list[Dropped]]:
    """Each teaser as an article of its own, a headline without a text being its own text; and what is shown twice."""
    teasers: dict[str, Article] = {}
    repeated: list[Dropped] = []
    for found in page.teasers:
        text, title = (found.text, found.title) if found.text else (found.title or "", None)
        key = f"{source}#{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        teaser = _article(key, [text], title=title, kind="teaser", found_on=host_id)
        if teaser.id in teasers:
            repeated += [Dropped(line, "repeated-teaser") for line in (title, text) if line]
        else:
            teasers[teaser.id] = teaser
    return list(teasers.values()), repeated


def _article(
    source: str,
    paragraphs: Sequence[str],
    *,
    title: str | None = None,
    outlet: str | None = None,
    authors: tuple[str, ...] = (),
    published: date | datetime | None = None,
    kind: ArticleKind = "article",
    found_on: str | None = None,
) -> Article:
    languages = [detect_language(paragraph) for paragraph in paragraphs]
    weights: Counter[str] = Counter()
    for paragraph, language in zip(paragraphs, languages, strict=True):
        if language is not None:
            weights[language] += len(paragraph)
    main = weights.most_common(1)[0][0] if weights else None
    placed: list[Paragraph] = []
    start = 0
    for paragraph, language in zip(paragraphs, languages, strict=True):
        placed.append(Paragraph(Span(start, start + len(paragraph)), _kind(paragraph), language or main))
        start += len(paragraph) + 2
    return Article(
        id=article_id(source),
        text="\n\n".join(paragraphs),
        paragraphs=tuple(placed),
        source=source,
        title=title,
        kind=kind,
        outlet=outlet,
        authors=authors,
        published=published,
        language=main,
        found_on=found_on,
    )


def _kind(paragraph: str) -> ParagraphKind:
    return "heading" if len(paragraph) <= 80 and not ends_sentence(paragraph) else "body"
