"""SweQUAD-MC: Swedish texts with questions; one of the choices, a span of the text, is the correct answer."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from corpus.article import Article, Span
from evals.cases import Case, Dataset
from evals.datasets.articles import article_of
from evals.records import broken, read_json


class _Choice(BaseModel):
    text: str
    start: int
    end: int
    type: str


class _Entry(BaseModel):
    context: str
    question: str
    choices: list[_Choice]


class _File(BaseModel):
    data: list[_Entry]


def load(path: Path) -> Dataset:
    """Raises `DatasetError` for a broken file, and for an answer that does not stand where the file says."""
    articles: dict[str, Article] = {}
    cases: list[Case] = []
    for i, entry in enumerate(read_json(path, _File).data):
        article = article_of(entry.context, family="swequad", source=f"{path.name}#{i}", language="sv")
        articles.setdefault(article.id, article)
        correct = [choice for choice in entry.choices if choice.type == "Correct answer"]
        if not correct:
            raise broken(path, f"data.{i}", "no choice is the correct answer")
        for choice in correct:
            if entry.context[choice.start : choice.end] != choice.text:
                raise broken(path, f"data.{i}", f"{choice.text!r} does not stand at character {choice.start}")
        cases.append(
            Case(
                f"{path.stem}-{i}",
                entry.question,
                "sv",
                answerable=True,
                articles=(article.id,),
                answers=tuple(dict.fromkeys(choice.text for choice in correct)),
                spans=tuple(dict.fromkeys(Span(choice.start, choice.end) for choice in correct)),
            )
        )
    return Dataset("swequad", tuple(cases), articles=tuple(articles.values()))
