"""The only code that alters characters, before an `Article` exists. What it removes or mends, it returns on record.

Which lines of a page are no part of its story is told in `corpus/furniture.py`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

CLEANER_VERSION = "7"
"""Raised when cleaning the same bytes gives another text: files are then read again."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Something that did not become part of an article: its text, and the rule that dropped it."""

    text: str
    rule: str


_INVISIBLE = re.compile("[\u00ad\u061c\u180e\ufeff\u200b-\u200f\u202a-\u202e\u2060-\u206f\U000e0000-\U000e007f]")
"""Soft hyphen, zero-width and bidirectional characters, tags."""
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LIGATURE = re.compile("[ﬀ-ﬆ]")
_TWICE_DECODED = re.compile(r"[^\x00-\x7f]{2}")
"""A character of UTF-8 read in another encoding is two or more of them side by side."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_NEWLINE = re.compile(r"\r\n?|[\u0085\u2028\u2029\x0b\x0c]")
_SPACES = re.compile(r"[^\S\n]+")


def clean_characters(raw: str) -> tuple[str, list[Dropped]]:
    """NFC text with plain spaces and newlines; typographic quotes are kept.

    UTF-8 that was read in another encoding is mended. Zero-width and bidirectional control characters, soft hyphens and
    control characters are removed. Both are on the returned record.
    """
    dropped: list[Dropped] = []
    text = _NEWLINE.sub("\n", _mended(raw, dropped))
    visible = _CONTROL.sub("", _INVISIBLE.sub("", text))
    if removed := len(text) - len(visible):
        dropped.append(Dropped(f"{removed} invisible or control characters", "invisible-characters"))
    if not visible.isascii():
        visible = unicodedata.normalize("NFC", _LIGATURE.sub(lambda match: _LIGATURES[match[0]], visible))
    clean = "\n".join(line.strip() for line in _SPACES.sub(" ", visible).split("\n"))
    if visible != text and _mended(clean, []) != clean:  # what was removed had hidden it
        clean, more = clean_characters(clean)
        dropped += more
    return clean, dropped


def _mended(raw: str, dropped: list[Dropped]) -> str:
    """`raw` with its mojibake undone, line by line; every line that was is put on record as it stood."""
    if _TWICE_DECODED.search(raw) is None:
        return raw
    from ftfy import fix_encoding

    lines = raw.split("\n")
    for number, line in enumerate(lines):
        mended = fix_encoding(line) if _TWICE_DECODED.search(line) else line
        if mended != line:
            dropped.append(Dropped(line, "mojibake"))
            lines[number] = mended
    return "\n".join(lines)


def without_half_characters(text: str) -> str:
    """Lone surrogates, which JSON may carry and UTF-8 may not, become question marks."""
    return text.encode("utf-8", "replace").decode()


def printable(text: str) -> str:
    """Without what has no shape, or could drive a terminal: controls but line breaks and tabs, bidirectional marks, half characters."""
    return "".join(character for character in text if character in "\n\t" or character.isprintable())
