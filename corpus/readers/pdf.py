"""Reads `.pdf` with PDFium: lines put together to paragraphs by where they stand on the page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from threading import Lock
from typing import TYPE_CHECKING

from corpus.cleaning import Dropped
from corpus.errors import BinarySourceError, EmptySourceError, SourceTooLargeError
from corpus.readers.limits import MAX_ARTICLE_BYTES
from corpus.readers.records import RawRecord
from corpus.readers.stated import stated_authors, stated_line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

MAX_PAGES = 500
_ONE_AT_A_TIME = Lock()
"""PDFium is not safe to call from two threads."""
_NO_TITLE = re.compile(r"(?i)microsoft word|untitled|.*\.(?:docx?|pdf|indd|qxd|odt|pages|rtf|tmp)$")
_BROKEN_WORD = re.compile(r"(?<=\w)[\x02\xad\ufffe-]$")


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a page; lengths in points from the page's bottom left."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


def read_pdf(source: str, raw: bytes) -> RawRecord:
    """The document in `raw`. A file's day of making is no day of publication: `published` is None.

    Raises:
        UnreadableSourceError: it is damaged, locked, too long, or holds pictures of text only.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    with _ONE_AT_A_TIME:
        try:
            document = PdfDocument(raw)
            try:
                pages = list(_pages(source, document))
                known = document.get_metadata_dict(skip_empty=True)
            finally:
                document.close()
        except (PdfiumError, ValueError, UnicodeError) as error:
            locked = "password" in str(error).lower()
            raise BinarySourceError(
                f"{source} is {'locked with a password' if locked else 'a damaged PDF'}.", "Save it again, unlocked."
            ) from error
    running = _running_lines(pages)
    paragraphs = [
        text for page in pages for text in _paragraphs([line for line in page if _plain(line) not in running])
    ]
    if not paragraphs:
        raise EmptySourceError(
            f"{source} holds no text, only pictures.", "Recognise its text (OCR), or save the page as text."
        )
    title = stated_line(known.get("Title"))
    return RawRecord(
        source,
        raw,
        "\n\n".join(paragraphs),
        format="pdf",
        title=None if title is None or _NO_TITLE.match(title) else title,
        authors=stated_authors(known.get("Author")),
        dropped=tuple(Dropped(line.text, "page-header") for page in pages for line in page if _plain(line) in running),
    )


def _pages(source: str, document: PdfDocument) -> Iterator[list[_Line]]:
    if len(document) > MAX_PAGES:
        raise SourceTooLargeError(f"{source} has {len(document):,} pages; {MAX_PAGES} are read at most.", "Split it.")
    size = 0
    for number in range(len(document)):
        page = document[number]
        text = page.get_textpage()
        size += text.count_chars()
        if size > MAX_ARTICLE_BYTES:
            raise SourceTooLargeError(f"{source} is too long for one article.", "Split it.")
        yield list(_page_lines(text))
        text.close()
        page.close()


def _page_lines(page: PdfTextPage) -> Iterator[_Line]:
    """Lines in the order that the document draws them, which is the order of reading in all but odd files."""
    start = 0
    for line in page.get_text_range().split("\r\n"):
        inked = [at for at, character in enumerate(line) if not character.isspace()]
        if inked:
            left, bottom, _, top = page.get_charbox(start + inked[0], loose=True)
            right = page.get_charbox(start + inked[-1], loose=True)[2]
            yield _Line(line.strip(), left, right, bottom, top)
        start += len(line) + 2


def _running_lines(pages: Sequence[Sequence[_Line]]) -> set[str]:
    """Headers and footers: the same first or last two lines, but for figures, on most of three or more pages."""
    seen = Counter(text for page in pages for text in {_plain(line) for line in (*page[:2], *page[-2:])})
    return {text for text, times in seen.items() if len(pages) >= 3 and times > len(pages) / 2}


def _plain(line: _Line) -> str:
    return re.sub(r"\d+", "0", line.text)


def _paragraphs(lines: Sequence[_Line]) -> Iterator[str]:
    """A paragraph ends where the gap below it, its type size or an indent says so, or a sentence ends well before the margin."""
    if not lines:
        return
    gaps = [above.bottom - below.bottom for above, below in pairwise(lines) if above.bottom > below.bottom]
    step = median(gaps) if gaps else 0.0
    margin = max(line.right for line in lines)
    text = lines[0].text
    for above, below in pairwise(lines):
        down = above.bottom - below.bottom
        ends = (
            down > 1.3 * step
            or abs(above.height - below.height) > 0.15 * above.height
            or (down > 0 and below.left - above.left > 0.6 * above.height)
            or (
                above.right < margin - 0.15 * (margin - above.left)
                and re.search(r"[.!?][\"'”’»)]*$", above.text) is not None
            )
        )
        if ends:
            yield text
            text = below.text
        elif _BROKEN_WORD.search(text) and below.text[:1].islower():
            text = _BROKEN_WORD.sub("", text) + below.text
        else:
            text = f"{text} {below.text}"
    yield text
