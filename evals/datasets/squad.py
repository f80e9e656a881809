"""SQuAD 1 and 2, their translations, and NorQuAD: `{"data": [{"title", "paragraphs": [{"context", "qas"}]}]}`.

Every paragraph is an article, so that finding the right one among all of them is part of the task.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from pydantic import BaseModel

from corpus.article import Article, Span
from evals.cases import Case, Dataset
from evals.datasets.articles import article_of, language_of
from evals.records import broken, read_json


class _Answer(BaseModel):
    text: str
    answer_start: int


class _Question(BaseModel):
    id: str | int
    question: str
    answers: list[_Answer] = []
    is_impossible: bool = False


class _Paragraph(BaseModel):
    context: str
    qas: list[_Question]


class _Entry(BaseModel):
    title: str | None = None
    paragraphs: list[_Paragraph]


class _File(BaseModel):
    data: list[_Entry]


def load(path: Path) -> Dataset:
    """Raises `DatasetError` for a broken file, and for an answer that does not stand where the file says."""
    entries = read_json(path, _File).data
    language = language_of(paragraph.context for entry in entries for paragraph in entry.paragraphs)
    articles: dict[str, Article] = {}
    cases: list[Case] = []
    seen: Counter[str] = Counter()
    for i, entry in enumerate(entries):
        for j, paragraph in enumerate(entry.paragraphs):
            article = article_of(
                paragraph.context,
                family="squad",
                source=f"{path.name}#{i}/{j}",
                language=language,
                title=entry.title.replace("_", " ") if entry.title else None,
            )
            articles.setdefault(article.id, article)
            for k, question in enumerate(paragraph.qas):
                place = f"data.{i}.paragraphs.{j}.qas.{k}"
                seen[str(question.id)] += 1
                cases.append(_case(question, article, seen[str(question.id)], language, path, place))
    return Dataset("squad", tuple(cases), articles=tuple(articles.values()))


def _case(question: _Question, article: Article, occurrence: int, language: str, path: Path, place: str) -> Case:
    """NorQuAD gives a few ids to two different questions; the second is told apart by `#2`."""
    name = str(question.id) if occurrence == 1 else f"{question.id}#{occurrence}"
    if question.is_impossible:
        return Case(name, question.question, language, answerable=False, tags=("unanswerable",))
    if not question.answers:
        raise broken(path, place, "an answerable question without an answer")
    spans = [Span(max(a.answer_start, 0), max(a.answer_start, 0) + len(a.text)) for a in question.answers]
    for span, answer in zip(spans, question.answers, strict=True):
        if span.of(article.text) != answer.text:
            raise broken(path, place, f"{answer.text!r} does not stand at character {answer.answer_start}")
    return Case(
        name,
        question.question,
        language,
        answerable=True,
        articles=(article.id,),
        answers=tuple(dict.fromkeys(answer.text for answer in question.answers)),
        spans=tuple(dict.fromkeys(spans)),
        tags=("answerable",),
    )
