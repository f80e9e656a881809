"""What sources state about an article, in the many forms that they state it in. What cannot be read for certain is None."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urldefrag, urlsplit

from corpus.dates import find_date

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?|\d{8}(T\d{4,6}.*)?")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9-]+)?", re.IGNORECASE)
_NORWEGIAN = {"nb", "nn", "nob", "nno", "nor"}
_THREE_LETTERS = {
    "eng": "en",
    "swe": "sv",
    "dan": "da",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
}
_BETWEEN_NAMES = re.compile(r"\s*[,;&|]\s*|\s+(?:and|och|og|und|et|y)\s+")
_BY = re.compile(r"^(?:by|av|von|par|por)\s+", re.IGNORECASE)


def stated_date(value: object) -> date | datetime | None:
    """A day, or a moment with the time zone it was given in (none if none was), from ISO 8601, the form of e-mails and feeds,
    a written date in full, or seconds or milliseconds since 1970, which count in UTC.

    A date without a year, or in figures of which the month cannot be told (3/4/2026), is None.
    """
    if isinstance(value, datetime | date):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _since_1970(value)
    if not isinstance(value, str) or len(value) > 100:
        return None
    text = value.strip()
    if re.fullmatch(r"\d{10}|\d{13}", text):
        return _since_1970(int(text))
    if _ISO.fullmatch(text):
        try:
            return date.fromisoformat(text) if len(text) in (8, 10) else datetime.fromisoformat(text)
        except ValueError:
            pass
    try:
        return parsedate_to_datetime(text)
    except (ValueError, IndexError):
        return find_date(text)


def _since_1970(number: float) -> datetime | None:
    """Read as seconds up to 11 digits, else as milliseconds; only moments that news could be of, 1990 to 2100."""
    seconds = number / 1000 if abs(number) >= 1e11 else number
    return datetime.fromtimestamp(seconds, UTC) if 631_152_000 <= seconds < 4_102_444_800 else None


def stated_url(value: object) -> str | None:
    """An article's own http(s) address, without its fragment and the parameters that only count readers; None if it is none. A site's
    front page is no article's own."""
    if not isinstance(value, str) or not 8 <= len(value) <= 2_000:
        return None
    from courlan import normalize_url

    url = value.strip()
    try:
        parts = urlsplit(url)
        if parts.scheme.lower() not in ("http", "https") or not parts.hostname or re.search(r"\s", url):
            return None
        if not parts.path.strip("/") and not parts.query:
            return None
        return str(normalize_url(urldefrag(url).url))
    except ValueError:
        return None


def stated_language(value: object) -> str | None:
    """ISO 639-1 code of a language tag such as `sv-SE` (`no` for both Norwegians)."""
    match = _LANGUAGE.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return None
    code = match[1].lower()
    return "no" if code in _NORWEGIAN else _THREE_LETTERS.get(code, code)


def stated_authors(value: object) -> tuple[str, ...]:
    """Names from a string (`By A. Berg and P. Ek`), a list, or objects with a `name`; in order, each once."""
    return tuple(dict.fromkeys(_names(value)))


def _names(value: object) -> Iterator[str]:
    for item in value[:50] if isinstance(value, list | tuple) else (value,):
        stated = item.get("name") if isinstance(item, dict) else item
        if not isinstance(stated, str):
            continue
        for part in _BETWEEN_NAMES.split(stated[:500]):
            name = stated_line(_BY.sub("", part.strip()))
            if name and len(name) <= 80 and "/" not in name and "@" not in name:
                yield name


def stated_line(value: object) -> str | None:
    """A title or a name: one line of 1 to 500 characters, without controls; None if nothing is left."""
    if not isinstance(value, str):
        return None
    line = " ".join("".join(c if c.isprintable() else " " for c in value[:2_000]).split())
    return line[:500] or None
