"""One's own questions in the project's JSON Lines format, asked of one's own corpus."""

from __future__ import annotations

from pathlib import Path

from corpus import read_articles
from corpus.article import Article
from corpus.readers import find_files
from evals.cases import Dataset, by_file, read_cases
from evals.errors import DatasetError
from index.store import Store

DATABASE = "citera.db"
"""What makes a folder a Citera home."""


def load(questions: Path, corpus: Path | None) -> Dataset:
    """`corpus` is a folder of pages, or a Citera home, whose articles are then asked as they stand there.

    Raises:
        DatasetError: a broken line, no corpus, or a question about a file that the home has nothing from.
    """
    if corpus is None:
        raise DatasetError(f"{questions} does not say what it is asked of.", "Name a folder or a home with --data.")
    cases = read_cases(questions)
    if is_home(corpus):
        articles = articles_of(corpus)
        return Dataset(questions.stem, by_file(cases, articles), articles=articles)
    find_files(corpus)
    return Dataset(questions.stem, cases, paths=(corpus,))


def articles_of(corpus: Path) -> tuple[Article, ...]:
    """Every article and teaser of a folder of pages or of a Citera home, in the order of their files.

    Raises:
        DatasetError: there is none.
        SourceNotFoundError: `corpus` does not exist.
    """
    found = _articles_in_home(corpus) if is_home(corpus) else list(read_articles(corpus))
    if not found:
        raise DatasetError(f"{corpus} holds no articles.", "Name a folder of pages, or a home that holds some.")
    return tuple(sorted(found, key=lambda article: (article.source, article.id)))


def is_home(folder: Path) -> bool:
    return (folder / DATABASE).is_file()


def _articles_in_home(home: Path) -> list[Article]:
    """Read from SQLite alone, so that a server that holds the home need not be asked."""
    store = Store(home / DATABASE)
    try:
        return list(store.live_articles())
    finally:
        store.close()
