"""QuoteSum: questions with several right answers in several Wikipedia passages, answered by quoting from them.

The format is that of `v1/*.jsonl` in the repository google-research-datasets/QuoteSum: a line is one person's answer,
with the `question`, up to eight passages in `title1`, `source1` to `title8`, `source8` (empty where there are fewer),
and a `summary` in which `[ n words ]` is quoted from passage n. `covered_short_answers` marks up, in the same way, the
shortest right answers that the summary gives. Lines of one `qid` are different people's answers to one question.

The task is described in Schuster et al., SEMQA: Semi-Extractive Multi-Source Question Answering (NAACL 2024, arXiv
2311.04886). There a right answer is faithful in its quotations and covers what the passages answer: it is scored by
the words quoted from each source and by the short answers it holds, against the nearest of the people's answers, since
one question has many right ones.

Here a question is one case whoever answered it, and the passages of all questions are the corpus. Expected are the
passages that somebody quoted, graded by how many people did; that an answer covers all of them is what recall and the
graded nDCG see. Right answers are the short answers that somebody gave and the quotations that hold one: any one will
do, for people leave some out themselves. Quotations that hold none (`The film`, `are`) make no answer right, and the
free words that tie quotations together are not scored at all. Most right answers stand in their passage word for word,
and where that is so, once, their places are given; some are its title, or lack its punctuation.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, model_validator

from corpus.article import Article
from evals.answer_scores import holds
from evals.cases import Case, Dataset
from evals.datasets.articles import article_of, sole_span
from evals.records import broken, read_json_lines

MOST_PASSAGES = 8
QUOTED = re.compile(r"\[ ([1-8]) ([^\[\]]*) \]")
"""The markup as the repository's own `evals/scorers.py` reads it."""


class _Passage(BaseModel):
    title: str
    source: str


class _Row(BaseModel):
    qid: str
    question: str
    summary: str
    covered_short_answers: str
    passages: tuple[_Passage, ...]

    @model_validator(mode="before")
    @classmethod
    def _numbered_fields_together(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        numbers = range(1, MOST_PASSAGES + 1)
        for key in (f"{name}{n}" for n in numbers for name in ("title", "source")):
            if not isinstance(data.get(key), str):
                raise ValueError(f"{key} is missing or no text")
        return data | {"passages": [{"title": data[f"title{n}"], "source": data[f"source{n}"]} for n in numbers]}


class _Quotation(NamedTuple):
    passage: int
    words: str


def load(path: Path) -> Dataset:
    """`path` is the file.

    Raises:
        DatasetError: a line is broken, a summary quotes nothing or a passage that is not there, or two lines of one
            `qid` differ in question or passages.
    """
    rows: dict[str, list[_Row]] = defaultdict(list)
    articles: dict[str, Article] = {}
    for number, row in read_json_lines(path, _Row):
        _check(row, number, rows[row.qid], path)
        rows[row.qid].append(row)
        for article in _articles(row, number, path).values():
            articles.setdefault(article.id, article)
    cases = tuple(_case(answers, path) for answers in rows.values())
    return Dataset("quotesum", cases, articles=tuple(articles.values()))


def _check(row: _Row, number: int, earlier: list[_Row], path: Path) -> None:
    quotations = _quotations(row.summary)
    if not quotations:
        raise broken(path, f"line {number}, summary", "nothing in it is quoted")
    for quotation in (*quotations, *_quotations(row.covered_short_answers)):
        if not row.passages[quotation.passage - 1].source.strip():
            why = f"{quotation.words!r} is quoted from source{quotation.passage}, which is empty"
            raise broken(path, f"line {number}", why)
    if earlier and (row.question, row.passages) != (earlier[0].question, earlier[0].passages):
        raise broken(path, f"line {number}", f"its question or passages are not those of {row.qid!r} above")


def _articles(row: _Row, number: int, path: Path) -> dict[int, Article]:
    """Articles by the passage's number."""
    return {
        n: article_of(
            passage.source,
            family="quotesum",
            source=f"{path.name}#{number}/{n}",
            language="en",
            title=passage.title or None,
        )
        for n, passage in enumerate(row.passages, start=1)
        if passage.source.strip()
    }


def _case(rows: list[_Row], path: Path) -> Case:
    first, articles = rows[0], _articles(rows[0], 0, path)
    quoted_by = Counter(
        n for row in rows for n in sorted({quotation.passage for quotation in _quotations(row.summary)})
    )
    short = [answer for row in rows for answer in _quotations(row.covered_short_answers)]
    telling = [
        quotation
        for row in rows
        for quotation in _quotations(row.summary)
        if any(answer.passage == quotation.passage and holds(quotation.words, answer.words) for answer in short)
    ]
    right = dict.fromkeys([*short, *telling])
    places = [(articles[n].id, span) for n, words in right if (span := sole_span(words, articles[n].text)) is not None]
    grades: dict[str, int] = {}
    for n, people in quoted_by.items():
        grades[articles[n].id] = max(people, grades.get(articles[n].id, 0))
    return Case(
        first.qid,
        first.question,
        "en",
        answerable=True,
        articles=tuple(grades),
        answers=tuple(dict.fromkeys(words for _, words in right)),
        spans=tuple(span for _, span in places),
        tags=(first.qid.partition("_")[0].lower(),),
        grades=tuple(grades.values()),
        span_articles=tuple(name for name, _ in places),
    )


def _quotations(text: str) -> list[_Quotation]:
    return [_Quotation(int(match[1]), match[2]) for match in QUOTED.finditer(text)]
