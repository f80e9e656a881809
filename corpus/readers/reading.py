"""From a name and bytes to records: which format it is, and which reader takes it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from email.message import Message
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import urlsplit
from zipfile import BadZipFile

from corpus.errors import BinarySourceError, UnreadableSourceError
from corpus.readers.archive import checked_archive, readable_members
from corpus.readers.docx import read_docx
from corpus.readers.html import read_html, read_mhtml
from corpus.readers.limits import (
    MAX_ARTICLE_BYTES,
    MAX_DOCUMENT_BYTES,
    MAX_MARKDOWN_BYTES,
    MAX_MARKUP_BYTES,
    read_whole,
)
from corpus.readers.markdown import read_markdown
from corpus.readers.pdf import read_pdf
from corpus.readers.records import RawRecord, Rejected, Unchanged
from corpus.readers.tabular import read_csv, read_json, read_json_lines, read_parquet
from corpus.readers.text import read_text

Known = Callable[[str, str], bool]
"""`known(source, sha256)`: whether a source with these bytes has been read already and need not be again."""

_PAGES: dict[str, tuple[Callable[[str, bytes], RawRecord], int]] = {
    "txt": (read_text, MAX_ARTICLE_BYTES),
    "md": (read_markdown, MAX_MARKDOWN_BYTES),
    "html": (read_html, MAX_MARKUP_BYTES),
    "mhtml": (read_mhtml, MAX_DOCUMENT_BYTES),
    "pdf": (read_pdf, MAX_DOCUMENT_BYTES),
    "docx": (read_docx, MAX_DOCUMENT_BYTES),
}
"""Formats of which a file is one record, and the largest file of each."""
_DATA_SETS: dict[str, Callable[[str, IO[bytes]], Iterator[RawRecord | Rejected]]] = {
    "jsonl": read_json_lines,
    "json": read_json,
    "csv": read_csv,
    "parquet": read_parquet,
}
"""Formats of many records, read as a stream."""
_SUFFIXES = {
    ".txt": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".mhtml": "mhtml",
    ".mht": "mhtml",
    ".pdf": "pdf",
    ".docx": "docx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".parquet": "parquet",
    ".zip": "zip",
}
_CONTENT_TYPES = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "multipart/related": "mhtml",
    "text/markdown": "md",
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "application/json": "json",
    "text/csv": "csv",
    "text/tab-separated-values": "csv",
    "application/vnd.apache.parquet": "parquet",
    "application/zip": "zip",
}
_UNREAD = {".doc", ".rtf", ".odt", ".epub", ".xml", ".rss", ".xls", ".xlsx", ".gz", ".bz2", ".xz", ".7z", ".tar"}


def read_file(file: Path, *, known: Known = lambda *_: False) -> Iterator[RawRecord | Rejected | Unchanged]:
    """The records of one file, by the ending of its name. What is `known` by its bytes is not read further."""
    try:
        with file.open("rb") as stream:
            yield from _read(str(file), stream, _format_of(file.name), known)
    except OSError as error:
        yield Rejected(str(file), f"{file} cannot be read: {error.strerror or error}.", "Check its permissions.")


def read_bytes(source: str, raw: bytes, *, content_type: str | None = None) -> Iterator[RawRecord | Rejected]:
    """The records in `raw`, which came from `source`: a URL, or a path. `content_type` is a MIME type, parameters allowed; without
    one that says enough, the ending of `source` and the first bytes decide."""
    header = Message()
    header["Content-Type"] = content_type or "application/octet-stream"
    form = _CONTENT_TYPES.get(header.get_content_type())
    if form is None:
        name = urlsplit(source).path if "://" in source else source
        form = _SUFFIXES.get(PurePosixPath(name).suffix.lower()) or _sniffed(raw)
    charset = header.get_param("charset")
    for record in _read(source, BytesIO(raw), form, lambda *_: False, charset if isinstance(charset, str) else None):
        if not isinstance(record, Unchanged):
            yield record


def _read(
    source: str, stream: IO[bytes], form: str, known: Known, charset: str | None = None
) -> Iterator[RawRecord | Rejected | Unchanged]:
    try:
        if form == "zip":
            yield from _archive(source, stream, known)
        elif form in _DATA_SETS:
            yield from _DATA_SETS[form](source, stream)
        elif form in _PAGES:
            read, limit = _PAGES[form]
            raw = read_whole(source, stream, limit)
            if known(source, hashlib.sha256(raw).hexdigest()):
                yield Unchanged(source)
            else:
                yield read_html(source, raw, charset) if form == "html" else read(source, raw)
        else:
            raise BinarySourceError(
                f"{source}: {form} files are not read.", "Save it as text, HTML, PDF or Word (.docx)."
            )
    except UnreadableSourceError as error:
        yield Rejected(source, error.what, error.remedy)


def _archive(source: str, stream: IO[bytes], known: Known) -> Iterator[RawRecord | Rejected | Unchanged]:
    with checked_archive(source, stream) as archive:
        for member in readable_members(source, archive):
            if isinstance(member, Rejected):
                yield member
                continue
            name = f"{source}#{member.filename}"
            try:
                with archive.open(member) as unpacked:
                    yield from _read(name, unpacked, _format_of(member.filename), known)
            except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
                yield Rejected(
                    name, f"{name} is damaged ({error}).", "Pack the archive again, or ingest its folder unpacked."
                )


def _format_of(name: str) -> str:
    """A file without a known ending is taken for text."""
    suffix = PurePosixPath(name).suffix.lower()
    return suffix if suffix in _UNREAD else _SUFFIXES.get(suffix, "txt")


def _sniffed(raw: bytes) -> str:
    if raw.startswith(b"%PDF-"):
        return "pdf"
    head = raw[:1_000].lstrip().lower()
    return "html" if head.startswith((b"<!doctype html", b"<html")) or b"<head" in head else "txt"
