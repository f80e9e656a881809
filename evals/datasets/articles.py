"""Articles made of a data set's own texts, character for character, so that gold offsets stay true."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from corpus.article import Article, Paragraph, Span, article_id
from corpus.language import detect_language
from evals.evidence import spans_of

LINE = re.compile(r"[^\r\n]+")


def article_of(text: str, *, family: str, source: str, language: str, title: str | None = None) -> Article:
    """`text` as an article with one paragraph a line; the same text of a family always has the same id."""
    return Article(
        id=article_id(f"{family}:{text}"),
        text=text,
        paragraphs=tuple(
            Paragraph(Span(*line.span()), "body", language) for line in LINE.finditer(text) if line.group().strip()
        ),
        source=source,
        title=title,
        language=language,
    )


def sole_span(words: str, text: str) -> Span | None:
    """Where `words` stand in `text`, whatever white space is between them; None if nowhere or more than once."""
    found = spans_of(words, text)
    return found[0] if len(found) == 1 and len(found[0]) else None


def language_of(texts: Iterable[str]) -> str:
    """The language of a data set from its first 20 texts; English where they are too short to tell."""
    return detect_language(" ".join(islice(texts, 20))) or "en"
