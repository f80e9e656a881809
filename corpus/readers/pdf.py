"""Reads `.pdf` with PDFium: lines put together to paragraphs by where they stand on the page."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

from corpus.cleaning import Dropped
from corpus.errors import BinarySourceError, EmptySourceError, SourceTooLargeError
from corpus.readers import pdf_lines
from corpus.readers.records import RawRecord
from corpus.readers.stated import stated_authors, stated_line

_WAIT = 30
"""Seconds until a reading is given up that its own limit on processor time did not end, on a machine busy with other things."""
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
    found = _found(source, raw)
    pages = [[_Line(*line) for line in page] for page in found["pages"]]
    running = _running_lines(pages)
    paragraphs = [
        text for page in pages for text in _paragraphs([line for line in page if _plain(line) not in running])
    ]
    if not paragraphs:
        raise EmptySourceError(
            f"{source} holds no text, only pictures.", "Recognise its text (OCR), or save the page as text."
        )
    title = stated_line(found["title"])
    return RawRecord(
        source,
        raw,
        "\n\n".join(paragraphs),
        format="pdf",
        title=None if title is None or _NO_TITLE.match(title) else title,
        authors=stated_authors(found["author"]),
        dropped=tuple(Dropped(line.text, "page-header") for page in pages for line in page if _plain(line) in running),
    )


def _found(source: str, raw: bytes) -> dict[str, Any]:
    """What `pdf_lines` says of the document."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", pdf_lines.__file__], input=raw, capture_output=True, timeout=_WAIT, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _too_long(source) from error
    if done.returncode == 0:
        found: dict[str, Any] = json.loads(done.stdout)
        return found
    if done.returncode == pdf_lines.DAMAGED:
        raise BinarySourceError(f"{source} is a damaged PDF.", "Save it again, or save its text.")
    if done.returncode == pdf_lines.LOCKED:
        raise BinarySourceError(f"{source} is locked with a password.", "Save it again without one.")
    raise _too_long(source)


def _too_long(source: str) -> SourceTooLargeError:
    return SourceTooLargeError(
        f"{source} has more than {pdf_lines.MAX_PAGES} pages, or takes too long to read.",
        "Split it, or save it as text.",
    )


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
