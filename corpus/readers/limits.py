"""How much is read at most, so that no file can fill the memory."""

from __future__ import annotations

from typing import BinaryIO

from corpus.errors import SourceTooLargeError

MAX_ARTICLE_BYTES = 2_000_000
"""One article's text. The longest news features are under 0.2 MB; past this a file is a data set, not an article."""
MAX_DOCUMENT_BYTES = 20_000_000
"""One page or document with its markup and pictures."""


def read_whole(source: str, stream: BinaryIO, limit: int = MAX_ARTICLE_BYTES) -> bytes:
    """All of `stream`.

    Raises:
        SourceTooLargeError: it holds more than `limit` bytes.
    """
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise SourceTooLargeError(
            f"{source} is larger than {limit / 1e6:.0f} MB, which is the most for one article.",
            "Split it into one file an article, or into records (.jsonl).",
        )
    return raw
