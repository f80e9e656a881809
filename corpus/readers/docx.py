"""Reads `.docx` with python-docx: paragraphs and table rows in the order of the document."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from corpus.errors import BinarySourceError, EmptySourceError, SourceTooLargeError
from corpus.readers.archive import checked_archive
from corpus.readers.limits import MAX_DOCUMENT_BYTES
from corpus.readers.records import RawRecord
from corpus.readers.stated import stated_authors, stated_language, stated_line

if TYPE_CHECKING:
    from docx.document import Document

MAX_PARAGRAPHS = 20_000
_DAMAGED = (
    BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    NotImplementedError,
)
"""What zipfile and python-docx raise at damaged files, beside their own errors; found by mutating files."""


def read_docx(source: str, raw: bytes) -> RawRecord:
    """The document in `raw`. A file's day of making is no day of publication: `published` is None.

    Raises:
        UnreadableSourceError: it is damaged, empty, or unpacks to too much.
    """
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    checked_archive(source, BytesIO(raw), MAX_DOCUMENT_BYTES).close()
    try:
        document = Document(BytesIO(raw))
        if document.element.xpath("count(//w:p)") > MAX_PARAGRAPHS:
            raise SourceTooLargeError(f"{source} has more than {MAX_PARAGRAPHS:,} paragraphs.", "Split it.")
        lines = list(_lines(document))
        known = document.core_properties
        title, author, language = known.title, known.author, known.language
    except (*_DAMAGED, OpcError, LxmlError) as error:
        raise BinarySourceError(f"{source} is a damaged Word file.", "Open it in Word and save it again.") from error
    text = "\n\n".join(text for text, _ in lines if text)
    if not text:
        raise EmptySourceError(f"{source} holds no text.", "Remove it, or save it again.")
    styled = next((text for text, style in lines if style == "Title" and text), None)
    return RawRecord(
        source,
        raw,
        text,
        format="docx",
        title=stated_line(styled) or stated_line(title),
        authors=stated_authors(author) if author != "python-docx" else (),
        language=stated_language(language),
    )


def _lines(document: Document) -> Iterator[tuple[str, str]]:
    """Text and style of every paragraph; a table row is one line."""
    from docx.oxml.ns import qn
    from docx.table import Table

    for block in document.iter_inner_content():
        if isinstance(block, Table):
            for row in block._element.iter(qn("w:tr")):
                yield (
                    " | ".join(
                        "".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in row.iter(qn("w:tc"))
                    ),
                    "",
                )
        else:
            style = block.style
            yield block.text.strip(), (style.name or "") if style is not None else ""
