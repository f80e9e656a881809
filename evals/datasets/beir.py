"""BEIR folders: `corpus.jsonl`, `queries.jsonl` and `qrels/SPLIT.tsv`.

The format is that of `GenericDataLoader` in the repository beir-cellar/beir (its page "Load your custom dataset"): a
corpus line is `{"_id", "title" (may be missing), "text"}`, a query line `{"_id", "text"}`, and a judgement is a
tab-separated line query-id, corpus-id, score below a header. As there, queries without a judgement in the split are
not asked. A score of 0 or less says that a document was judged not to be relevant (TREC-COVID has -1); higher scores
are grades.

Only finding is measured. A judgement of a document or query that the folder lacks is an error: ArguAna as published
has one such line (issue 101 of that repository), which has to be deleted before it is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from corpus.article import Article
from evals.cases import Case, Dataset
from evals.datasets.articles import article_of, language_of
from evals.errors import DatasetError
from evals.records import broken, read_json_lines, read_table

PREFERRED_SPLITS = ("test.tsv", "dev.tsv")


class Line(BaseModel):
    """A query, or a part of a document."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str = Field(alias="_id")
    text: str


class _Document(Line):
    title: str | None = None


class _Judgement(BaseModel):
    query_id: str
    corpus_id: str
    score: int


def load(path: Path) -> Dataset:
    """`path` is the folder, of which `test.tsv` is taken, else `dev.tsv`, else the only split; or one file of `qrels/`.

    Raises:
        DatasetError: a file is missing or broken, or a judgement names what is not there.
    """
    folder, qrels = (path.parent.parent, path) if path.suffix == ".tsv" else (path, split_of(path))
    articles = read_corpus(folder / "corpus.jsonl")
    queries = read_lines(folder / "queries.jsonl")
    judged = read_judgements(qrels, queries, articles)
    language = language_of(article.text for article in articles.values())
    cases = tuple(
        Case(
            name,
            line.text,
            language,
            answerable=True,
            articles=tuple(judged[name]),
            grades=tuple(judged[name].values()),
        )
        for name, (_, line) in queries.items()
        if name in judged
    )
    return Dataset("beir", cases, articles=tuple({article.id: article for article in articles.values()}.values()))


def split_of(folder: Path) -> Path:
    """The judgements to take where a folder has several."""
    splits = {file.name: file for file in sorted((folder / "qrels").glob("*.tsv"))}
    if not splits:
        raise DatasetError(f"{folder / 'qrels'} holds no judgements (*.tsv).", "Name a folder in the format of BEIR.")
    preferred = [name for name in PREFERRED_SPLITS if name in splits]
    if not preferred and len(splits) > 1:
        raise DatasetError(f"{folder / 'qrels'} holds {', '.join(splits)}.", "Name the one of them that is meant.")
    return splits[preferred[0]] if preferred else next(iter(splits.values()))


def read_corpus(path: Path) -> dict[str, Article]:
    """Articles by document id; a document that has a title alone is searched by it, and copies are one article."""
    documents: dict[str, tuple[int, _Document]] = {}
    for number, document in read_json_lines(path, _Document):
        if document.id in documents:
            raise broken(path, f"line {number}", f"the document {document.id!r} comes a second time")
        documents[document.id] = number, document
    language = language_of(document.text for _, document in documents.values())
    return {
        name: article_of(
            document.text or document.title or "",
            family="beir",
            source=f"{path.name}#{number}",
            language=language,
            title=document.title or None,
        )
        for name, (number, document) in documents.items()
    }


def read_lines(path: Path) -> dict[str, tuple[int, Line]]:
    """Lines and their numbers by id."""
    lines: dict[str, tuple[int, Line]] = {}
    for number, line in read_json_lines(path, Line):
        if line.id in lines:
            raise broken(path, f"line {number}", f"the id {line.id!r} comes a second time")
        lines[line.id] = number, line
    return lines


def read_judgements(path: Path, queries: Container[str], articles: Mapping[str, Article]) -> dict[str, dict[str, int]]:
    """Query id -> article id -> grade, of what was judged relevant; of two documents with one text the higher grade."""
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for number, judgement in read_table(path, _Judgement):
        if judgement.query_id not in queries:
            raise broken(path, f"line {number}", f"there is no query {judgement.query_id!r}")
        if judgement.corpus_id not in articles:
            raise broken(path, f"line {number}", f"there is no document {judgement.corpus_id!r}")
        if judgement.score > 0:
            grades, article = judged[judgement.query_id], articles[judgement.corpus_id]
            grades[article.id] = max(judgement.score, grades.get(article.id, 0))
    return dict(judged)
