"""Reads `.txt` pages in UTF-8, UTF-16, UTF-32 or Windows-1252 (of which Latin-1 text is a part)."""

from __future__ import annotations

import codecs

from corpus.errors import BinarySourceError, EmptySourceError
from corpus.readers.records import RawRecord

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FORMATS = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a ZIP or Office file",
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"\x1f\x8b": "a gzip archive",
}


def read_text(source: str, raw: bytes) -> RawRecord:
    """The page in `raw`.

    Raises:
        EmptySourceError, BinarySourceError: each names the file and the cure.
    """
    return RawRecord(source, raw, decode(source, raw))


def decode(source: str, raw: bytes) -> str:
    """The text of `raw`, by its byte order mark, else as UTF-16 or UTF-8 if it can be, else as Windows-1252.

    Raises:
        EmptySourceError, BinarySourceError
    """
    for magic, name in _OTHER_FORMATS.items():
        if raw.startswith(magic):
            raise BinarySourceError(
                f"{source} is {name}, not text.",
                "Give it the ending of its format, or save the article as plain text (.txt).",
            )
    encoding = next((name for bom, name in _BOMS if raw.startswith(bom)), None) or _utf16_without_bom(raw)
    try:
        text = raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    controls = sum(character < " " and character not in "\t\n\r\x0b\x0c" for character in text)
    if controls > len(text) // 100 or text.count("\N{REPLACEMENT CHARACTER}") > len(text) // 100:
        raise BinarySourceError(f"{source} is a binary file, not text.", "Save the article as plain text (.txt).")
    if not text.strip():
        raise EmptySourceError(f"{source} is empty.", "Remove it, or save the page again.")
    return text


def _utf16_without_bom(raw: bytes) -> str | None:
    """Latin letters in UTF-16 have a zero in every other byte: on the odd places if little-endian."""
    head = raw[:4000]
    if len(head) < 8:
        return None
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.3 and even < len(head) * 0.05:
        return "utf-16-le"
    if even > len(head) * 0.3 and odd < len(head) * 0.05:
        return "utf-16-be"
    return None
