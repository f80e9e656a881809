"""SuperLim's SweFAQ: a question of a Swedish authority's FAQ, and the right one among all answers of the file.

Only finding is measured: the answers are whole texts, often in other words than the question.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from corpus.article import Article
from evals.cases import Case, Dataset
from evals.datasets.articles import article_of
from evals.records import broken, read_json_lines


class _Row(BaseModel):
    question: str
    candidate_answers: list[str]
    label: int


def load(path: Path) -> Dataset:
    """Raises `DatasetError` for a broken line, and for a label that names no candidate."""
    articles: dict[str, Article] = {}
    cases: list[Case] = []
    for number, row in read_json_lines(path, _Row):
        if not 0 <= row.label < len(row.candidate_answers):
            raise broken(path, f"line {number}", f"the label {row.label} names none of its candidate answers")
        candidates = [
            article_of(text, family="swefaq", source=f"{path.name}#{number}/{position}", language="sv")
            for position, text in enumerate(row.candidate_answers)
        ]
        for article in candidates:
            articles.setdefault(article.id, article)
        cases.append(
            Case(
                f"{path.stem}-{number}",
                row.question,
                "sv",
                answerable=True,
                articles=(candidates[row.label].id,),
            )
        )
    return Dataset("swefaq", tuple(cases), articles=tuple(articles.values()))
