"""Raw record -> one article and the teasers found on its page, with everything that was dropped."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from corpus.article import Article, ArticleKind, Paragraph, ParagraphKind, Span, article_id
from corpus.cleaning import Dropped, clean_characters
from corpus.language import LANGUAGES, detect_languages
from corpus.page import read_page, read_related
from corpus.page_lines import ends_sentence
from corpus.readers.records import RawRecord
from corpus.sections import Teaser


@dataclass(frozen=True, slots=True)
class Extraction:
    """The articles of one record (host first, then its teasers) and what was dropped on the way."""

    articles: tuple[Article, ...]
    dropped: tuple[Dropped, ...]


def extract(record: RawRecord) -> Extraction:
    """The article and the teasers of one record, flattened or not. What the record states about itself is trusted over what its lines
    look like. No article at all if every line is boilerplate."""
    text, dropped = clean_characters(record.text)
    page = read_page(text, _cleaned(record.title), boxed=record.related is not None)
    host = _article(
        record.source,
        page.body,
        title=page.title,
        url=record.url,
        outlet=_cleaned(record.outlet) or page.outlet,
        authors=tuple(filter(None, map(_cleaned, record.authors))) or page.authors,
        published=record.published or page.published,
        language=record.language,
    )
    boxes, dropped_there = clean_characters(record.related or "")
    announced, furniture = read_related(boxes)
    teasers, repeated = _teasers([*page.teasers, *announced], record.source, host)
    kept = (host, *teasers) if host.text else tuple(teasers)
    return Extraction(kept, (*record.dropped, *dropped, *page.dropped, *dropped_there, *furniture, *repeated))


def _teasers(shown: Sequence[Teaser], source: str, host: Article) -> tuple[list[Article], list[Dropped]]:
    """Each teaser as an article of its own, a headline without a text being its own text; and what is shown twice."""
    teasers: dict[str, Article] = {}
    repeated: list[Dropped] = []
    for found in shown:
        text, title = (found.text, found.title) if found.text else (found.title or "", None)
        key = f"{source}#{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        teaser = _article(key, [text], title=title, kind="teaser", found_on=host.id, around=host.language)
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
    url: str | None = None,
    outlet: str | None = None,
    authors: tuple[str, ...] = (),
    published: date | datetime | None = None,
    language: str | None = None,
    kind: ArticleKind = "article",
    found_on: str | None = None,
    around: str | None = None,
) -> Article:
    languages, main = _languages(paragraphs, language, around)
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


def _languages(
    paragraphs: Sequence[str], stated: str | None, around: str | None
) -> tuple[list[str | None], str | None]:
    """Language of each paragraph, and of the whole. What the source states counts, unless it is a language that Citera can tell and
    no paragraph is in it: pages are often made from a template in another language."""
    if stated is not None and stated not in LANGUAGES:
        return [stated] * len(paragraphs), stated
    detected = detect_languages(paragraphs, around)
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
    return "heading" if len(paragraph) <= 80 and not ends_sentence(paragraph) else "body"
