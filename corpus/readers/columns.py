"""Which column or key of a data set is an article's title, text, day and so on, by the names that data sets give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from corpus.cleaning import Dropped
from corpus.readers.limits import MAX_ARTICLE_BYTES
from corpus.readers.records import RawRecord, Rejected
from corpus.readers.stated import stated_authors, stated_date, stated_language, stated_line, stated_url

_NAMES = {
    field: tuple(names.split())
    for field, names in {
        "text": "text body content articlebody articletext maintext fulltext bodytext contenttext document story article brödtext",
        "html": "html contenthtml bodyhtml rawhtml",
        "title": "title headline heading titel rubrik",
        "authors": "authors author byline creator writer writers författare",
        "outlet": "outlet sitename source publisher publication newspaper provider medium",
        "published": "published publishedat datepublished publisheddate publishdate publicationdate pubdate date publishedon"
        " firstpublished datum",
        "url": "url link href canonicalurl articleurl weburl permalink uri externalurl",
        "language": "language lang locale språk",
        "key": "id guid uuid articleid docid key",
    }.items()
}
"""Names in order of preference, in lower case and without spaces, hyphens and underscores."""
_MARKUP = re.compile(r"</(?:p|div|h[1-6]|li|blockquote)\s*>|<(?:p|br)\s*/?>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """What one row or object states, under whatever names."""

    text: str | None
    html: str | None
    title: str | None
    authors: tuple[str, ...]
    outlet: str | None
    published: date | datetime | None
    url: str | None
    language: str | None
    key: str | None
    unread: tuple[Dropped, ...]

    @classmethod
    def of(cls, fields: Mapping[str, object]) -> Columns:
        """Of several columns for one thing the first that holds something counts."""
        held = {_plain(name): value for name, value in fields.items() if value is not None and value != ""}

        def stated(field: str) -> object:
            return next((held[name] for name in _NAMES[field] if name in held), None)

        outlet, key, day = stated("outlet"), stated("key"), stated("published")
        published = stated_date(day)
        return cls(
            text=_text(stated("text")),
            html=_text(stated("html")),
            title=stated_line(stated("title")),
            authors=stated_authors(stated("authors")),
            outlet=stated_line(outlet.get("name") if isinstance(outlet, dict) else outlet),
            published=published,
            url=stated_url(stated("url")),
            language=stated_language(stated("language")),
            key=stated_line(str(key)) if isinstance(key, str | int) else None,
            unread=() if day is None or published is not None else (Dropped(str(day)[:200], "unreadable-date"),),
        )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


@lru_cache(maxsize=1_000)
def _plain(name: object) -> str:
    return re.sub(r"[\s_-]+", "", str(name)).lower()


_KNOWN = frozenset(name for names in _NAMES.values() for name in names)
_TEXTS = frozenset((*_NAMES["text"], *_NAMES["html"]))


def known_columns(names: Iterable[str]) -> list[str]:
    """Those of `names` that mean something here."""
    return [name for name in names if _plain(name) in _KNOWN]


def holds_text(names: Iterable[str]) -> bool:
    """Whether one of the columns is an article's text."""
    return any(_plain(name) in _TEXTS for name in names)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one record stands: `unit` is what the file counts in, such as lines."""

    file: str
    unit: str
    number: int

    def __str__(self) -> str:
        return f"{self.file}, {self.unit} {self.number}"

    def rejected(self, reason: str, remedy: str) -> Rejected:
        return Rejected(f"{self.file}#{self.number}", f"{self}: {reason}", remedy)


def record_from(place: Place, fields: Mapping[str, object], raw: bytes, form: str) -> RawRecord | Rejected:
    """The article in one row or object. Its key within the file is the id that it states, else its number."""
    columns = Columns.of(fields)
    body = columns.text or columns.html
    if body is None:
        return place.rejected("no text (a column named text, body or content).", "Add it, or leave the record out.")
    if len(body) > MAX_ARTICLE_BYTES:
        return place.rejected("too long a text for one article.", "Split it into several records.")
    return RawRecord(
        f"{place.file}#{columns.key or place.number}",
        raw,
        _without_markup(body) if _MARKUP.search(body) else body,
        format=form,
        title=columns.title,
        authors=columns.authors,
        outlet=columns.outlet,
        published=columns.published,
        url=columns.url,
        language=columns.language,
        dropped=columns.unread,
    )


def _without_markup(body: str) -> str:
    from lxml import html
    from lxml.etree import LxmlError

    from corpus.readers.html_lines import seen_lines

    try:
        return "\n\n".join(line.text for line in seen_lines(html.fromstring(f"<div>{body}</div>")))
    except LxmlError:
        return body
