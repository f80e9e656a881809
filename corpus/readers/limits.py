"""How much is read at most, so that no file can fill the memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from corpus.errors import SourceTooLargeError

MAX_ARTICLE_BYTES = 2_000_000
"""One article's text. The longest news features are under 0.2 MB; past this a file is a data set, not an article."""
MAX_MARKDOWN_BYTES = 300_000
"""The Markdown parser needs up to 10 s for a megabyte of brackets; of prose a tenth of a second."""
MAX_DOCUMENT_BYTES = 50_000_000
"""One page or document with its pictures."""
MAX_MARKUP_BYTES = 10_000_000
"""One page's markup, or one record of a data set. The largest of 115 saved pages of the Readability set has 0.4 MB."""
_SKIP = 1_000_000


def read_whole(source: str, stream: IO[bytes], limit: int = MAX_ARTICLE_BYTES) -> bytes:
    """All of `stream`.

    Raises:
        SourceTooLargeError: it holds more than `limit` bytes.
    """
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise SourceTooLargeError(
            f"{source} is larger than {limit / 1e6:g} MB, which is the most for one article.",
            "Split it into one file an article, or into records (.jsonl).",
        )
    return raw


def bounded_lines(stream: IO[bytes], limit: int = MAX_MARKUP_BYTES) -> Iterator[bytes | None]:
    """The lines of `stream` with their ends; None for a line longer than `limit`, which is passed over without being held."""
    while line := stream.readline(limit + 1):
        if len(line) <= limit:
            yield line
            continue
        while not line.endswith(b"\n") and (line := stream.readline(_SKIP)):
            pass
        yield None
