"""The corpus: messy pages in, frozen articles and their quotations out.

>>> from corpus.samples import samples_folder
>>> for article in read_articles(samples_folder() / "same-boat-minerals.txt"):
...     for quote in find_quotes(article):
...         print(f"{quote.speaker}: {quote.span.of(article.text)[:28]}")
Iwao Horii: We have come to understand t
Marco Rubio: a tool of leverage in geopol
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from corpus.article import Article, Paragraph, Span
from corpus.errors import CorpusError
from corpus.extraction import extract
from corpus.quotes import Quote, find_quotes
from corpus.readers import Paths, RawRecord, Rejected, find_files, read_file

__all__ = ["Article", "CorpusError", "Paragraph", "Quote", "Span", "find_quotes", "read_articles"]

_log = logging.getLogger(__name__)


def read_articles(paths: Paths) -> Iterator[Article]:
    """The articles and teasers in files and folders, cleaned. What cannot be read is logged as a warning and passed over.

    Raises:
        SourceNotFoundError: a path does not exist.
    """
    for record in (record for file in find_files(paths) for record in read_file(file)):
        if isinstance(record, Rejected):
            _log.warning("%s %s", record.reason, record.remedy)
        if not isinstance(record, RawRecord):
            continue
        found = extract(record).articles
        if not found:
            _log.warning("%s holds no article, only boilerplate.", record.source)
        yield from found
