"""Pages and articles built from plain text, without files."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus.article import Article, Paragraph, Span
from corpus.extraction import Extraction, extract
from corpus.readers.records import RawRecord


@pytest.fixture(scope="session")
def page() -> Callable[..., Extraction]:
    """What extraction makes of a page's text: `page(text, source="harbour.txt")`."""

    def extracted(text: str, source: str = "harbour.txt") -> Extraction:
        return extract(RawRecord(source, text.encode(), text))

    return extracted


@pytest.fixture(scope="session")
def body() -> Callable[..., Article]:
    """An article of body paragraphs only, exactly as given (blank lines between them): `body(text, "sv")`."""

    def article(text: str, language: str = "en") -> Article:
        paragraphs, start = [], 0
        for words in text.split("\n\n"):
            paragraphs.append(Paragraph(Span(start, start + len(words)), "body", language))
            start += len(words) + 2
        return Article("passage", text, tuple(paragraphs), "passage", language=language)

    return article
