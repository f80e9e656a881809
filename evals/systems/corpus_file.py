"""A data set's corpus and questions as files that any other system can be given. The gold is left out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from corpus import read_articles
from corpus.article import Article
from evals.cases import Case, Dataset
from evals.datasets import load_dataset


def export_dataset(name: str, *, out: Path, data: Path | None = None) -> tuple[Path, Path]:
    """Writes `out/corpus.jsonl` and `out/questions.jsonl` for a product that is to be given the corpus by hand.

    Raises:
        DatasetError: the data set is unknown or broken.
    """
    dataset = load_dataset(name, data)
    out.mkdir(parents=True, exist_ok=True)
    corpus, questions = out / "corpus.jsonl", out / "questions.jsonl"
    write_corpus(corpus, articles_of(dataset))
    write_questions(questions, dataset.cases)
    return corpus, questions


def articles_of(dataset: Dataset) -> tuple[Article, ...]:
    """The articles that a data set is asked of, read and cleaned by Citera where it consists of pages."""
    return (*read_articles(dataset.paths), *dataset.articles) if dataset.paths else dataset.articles


def write_corpus(path: Path, articles: Iterable[Article]) -> None:
    """A JSON object a line: `article_id`, `title`, `text`, `url`, `outlet`, `published` (ISO 8601) and `language`, null if unknown."""
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            record = {
                "article_id": article.id,
                "title": article.title,
                "text": article.text,
                "url": article.url,
                "outlet": article.outlet,
                "published": article.published.isoformat() if article.published else None,
                "language": article.language,
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def write_questions(path: Path, cases: Iterable[Case]) -> None:
    """A JSON object a line: `id`, `question` and `history`, a list of `{"role", "text"}`."""
    with path.open("w", encoding="utf-8") as file:
        for case in cases:
            history = [{"role": turn.role, "text": turn.text} for turn in case.history]
            record = {"id": case.id, "question": case.question, "history": history}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
