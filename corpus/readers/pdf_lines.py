"""The lines of a PDF and where they stand, by PDFium. Run as a process of its own, with the PDF on its standard input and JSON on its
output: a hostile file can make PDFium take minutes and gigabytes, and nothing within a process could stop it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

SECONDS = 3
"""Of one core. A page takes some milliseconds."""
MEMORY = 2_000_000_000
MAX_PAGES = 500
MAX_CHARACTERS = 2_000_000
DAMAGED, LOCKED, TOO_LONG = 3, 4, 5
"""Exit codes."""


def main() -> int:
    _limit_this_process()
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(sys.stdin.buffer.read())
        if len(document) > MAX_PAGES:
            return TOO_LONG
        known = document.get_metadata_dict(skip_empty=True)
        pages, size = [], 0
        for number in range(len(document)):
            page = document[number].get_textpage()
            size += page.count_chars()
            if size > MAX_CHARACTERS:
                return TOO_LONG
            pages.append(list(_lines(page)))
    except PdfiumError as error:
        return LOCKED if "password" in str(error).lower() else DAMAGED
    json.dump({"title": known.get("Title"), "author": known.get("Author"), "pages": pages}, sys.stdout)
    return 0


def _limit_this_process() -> None:
    """Where the system can; elsewhere the caller's timeout has to do."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _lines(page: PdfTextPage) -> Iterator[tuple[str, float, float, float, float]]:
    """Text, left, right, bottom and top (in points from the bottom left) of each line, in the order that the file draws them, which is
    the order of reading in all but odd files."""
    start = 0
    for line in page.get_text_range().split("\r\n"):
        inked = [at for at, character in enumerate(line) if not character.isspace()]
        if inked:
            left, bottom, _, top = page.get_charbox(start + inked[0], loose=True)
            right = page.get_charbox(start + inked[-1], loose=True)[2]
            yield line.strip(), left, right, bottom, top
        start += len(line) + 2


if __name__ == "__main__":
    sys.exit(main())
