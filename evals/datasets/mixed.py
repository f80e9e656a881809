"""Several sets as one corpus, so that the right article has to be found among those of all of them.

A folder with one subfolder for each set, named as the set is (`squad`, `swefaq`, ...): every file or folder in it is read as that
set. `distractors` holds lines of BEIR's `corpus.jsonl`: articles that answer nothing. Cases have their file's name before
their id and as a tag. A text that several sets hold is as many articles, of which only the one of its own set is expected.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from corpus.article import Article
from evals.cases import Case, Dataset
from evals.datasets.beir import read_corpus
from evals.errors import DatasetError

DISTRACTORS = "distractors"


def load(path: Path, loaders: Mapping[str, Callable[[Path], Dataset]]) -> Dataset:
    """Raises `DatasetError` for a subfolder that no set is named like, and for what the sets' own loaders refuse."""
    if not path.is_dir():
        raise DatasetError(f"{path} is no folder.", "Name a folder with one subfolder a data set.")
    articles: dict[str, Article] = {}
    cases: list[Case] = []
    for name, file in _files(path):
        if name == DISTRACTORS:
            articles |= {article.id: article for article in read_corpus(file).values()}
            continue
        if name not in loaders:
            raise DatasetError(f"{path / name}: no data set is named {name!r}.", f"Choose of {', '.join(loaders)}.")
        dataset = loaders[name](file)
        articles |= {article.id: article for article in dataset.articles}
        cases += [replace(case, id=f"{file.stem}/{case.id}", tags=(*case.tags, file.stem)) for case in dataset.cases]
    if not cases:
        raise DatasetError(f"{path} holds no questions.", "Put a data set into a subfolder of its name.")
    return Dataset("mixed", tuple(cases), articles=tuple(articles.values()))


def _files(path: Path) -> Iterator[tuple[str, Path]]:
    for folder in sorted(each for each in path.iterdir() if each.is_dir()):
        yield from ((folder.name, file) for file in sorted(folder.iterdir()))
