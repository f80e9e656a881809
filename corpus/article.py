"""The frozen types every other room builds on: Span, Paragraph, Article.

An `Article`'s text never changes after birth. Whatever is shown to a reader later is the article's id, the
sha256 of its text and a half-open `Span` into that text.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

ArticleKind = Literal["article", "teaser"]
ParagraphKind = Literal["heading", "body"]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open interval `[start, end)` of characters (Python code points) in one text.

    Raises:
        ValueError: if `start` is negative or `end` lies before `start`.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters of `text` that the span covers."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def shifted(self, offset: int) -> Span:
        return Span(self.start + offset, self.end + offset)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: where it stands in the article's text, what it is, and its language (ISO 639-1 or None)."""

    span: Span
    kind: ParagraphKind
    language: str | None


@dataclass(frozen=True, slots=True)
class Article:
    """One news story as a reader would know it, cleaned; or a teaser for one, found on another story's page.

    `id` is stable over versions (from the canonical URL, else the source and the record's key); `text_sha256`
    names the version. `text` is the body alone, without the title. `published` is what the source states, never
    guessed. `found_on` is the host article's id when `kind` is `"teaser"`.
    """

    id: str
    text: str
    paragraphs: tuple[Paragraph, ...]
    source: str
    title: str | None = None
    kind: ArticleKind = "article"
    url: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    published: date | datetime | None = None
    language: str | None = None
    found_on: str | None = None
    text_sha256: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text_sha256", hashlib.sha256(self.text.encode()).hexdigest())
        for paragraph in self.paragraphs:
            if paragraph.span.end > len(self.text):
                raise ValueError(f"paragraph {paragraph.span} lies outside the text of {self.id}")


def article_id(key: str) -> str:
    """A stable id of 16 hex digits from a canonical URL, or from a source and its record's key."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]
