"""RealTimeQA: the questions of weekly news quizzes, with the explanations that the quizzes gave.

The format is that of `past/YEAR/` in the repository realtimeqa/realtimeqa_public. A line of `WEEK_qa.jsonl` is
`{question_id, question_date, question_source, question_url, question_sentence, choices, answer, evidence}`: `answer`
lists the right choices by position from "0", and `evidence` is the explanation, in which links lead to news articles.
Beside it may lie what was retrieved for the questions of that week, `WEEK_gcs.jsonl` (by web search) and
`WEEK_gold.jsonl` (what the explanations link to): `{question_id, search_result: [{url, title, text, authors,
publish_date}]}`, where `text` is missing if the page was gone. A list of such questions in `WEEK_qa.json` is read, too.

The choices are not shown: a right choice is the answer to find, and where several are right all of them are. As in
that repository's own scoring of open answers, questions that end with "except" are left out, since without their
choices they have no answer. The corpus is every explanation as a small article of the question's date, and every page
retrieved. Expected are a question's explanation and the pages it links to; a question with neither is left out, since
nothing says whether the corpus answers it. Not every explanation names the answer: tags say whether an expected article
holds it word for word (`stated`) or not (`unstated`), beside the quiz's name. Pages that were retrieved and hold the
answer, but are not linked to, count as wrong. Questions about "this week" do not say which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Annotated
from urllib.parse import urldefrag

from pydantic import BaseModel, BeforeValidator, NonNegativeInt, RootModel

from corpus.article import Article
from evals.answer_scores import holds
from evals.cases import Case, Dataset
from evals.datasets.articles import article_of
from evals.errors import DatasetError
from evals.records import broken, read_json, read_json_lines

RETRIEVED = ("_gcs", "_gold")
NO_CHOICE = "none of the above"
QUOTATION_MARKS = " \"“”'‘’"


def _with_hyphens(value: object) -> object:
    """`2022/06/17` as ISO 8601; no date where the text is empty."""
    return (value.replace("/", "-") or None) if isinstance(value, str) else value


class _Question(BaseModel):
    question_id: str
    question_date: Annotated[date, BeforeValidator(_with_hyphens)]
    question_source: str
    question_url: str | None = None
    question_sentence: str
    choices: list[str]
    answer: list[NonNegativeInt]
    evidence: str = ""


class _Questions(RootModel[list[_Question]]):
    pass


class _Page(BaseModel):
    url: str
    title: str | None = None
    text: str = ""
    authors: list[str] = []
    publish_date: Annotated[date | None, BeforeValidator(_with_hyphens)] = None


class _Retrieved(BaseModel):
    question_id: str
    search_result: list[_Page]


def load(path: Path) -> Dataset:
    """`path` is one week's questions, or a folder that holds some at any depth; what several files ask is asked once.

    Raises:
        DatasetError: a file is missing or broken, an answer names no choice, pages belong to no question, or no
            question has an explanation or a page that it links to.
    """
    weeks = [path] if path.is_file() else sorted([*path.rglob("*_qa.jsonl"), *path.rglob("*_qa.json")])
    if not weeks:
        raise DatasetError(f"{path}: no *_qa.jsonl is there.", "Name that file, or a folder that holds some.")
    articles: dict[str, Article] = {}
    cases: dict[str, Case] = {}
    for week in weeks:
        questions = list(_read_questions(week))
        pages = _pages(week, {question.question_id for _, question in questions})
        articles |= {article.id: article for found in pages.values() for article in found}
        for place, question in questions:
            answers = _answers(question, place, week)
            explanation, links = _read_evidence(question, week)
            expected = {article.id: article for link in links for article in pages.get(link, ())}
            if explanation is not None:
                expected = {explanation.id: explanation} | expected
            articles |= expected
            if expected and "except" not in question.question_sentence.strip().lower()[-10:]:
                cases.setdefault(question.question_id, _case(question, expected, answers))
    if not cases:
        raise DatasetError(f"{path}: no question has `evidence` that could be found.", "Name another week.")
    return Dataset("realtimeqa", tuple(cases.values()), articles=tuple(articles.values()))


def _read_questions(path: Path) -> Iterator[tuple[str, _Question]]:
    """Questions and their places in the file."""
    if path.suffix == ".json":
        yield from ((str(i), question) for i, question in enumerate(read_json(path, _Questions).root))
    else:
        yield from ((f"line {number}", question) for number, question in read_json_lines(path, _Question))


def _pages(week: Path, asked: set[str]) -> dict[str, list[Article]]:
    """What was retrieved for a week's questions, by address."""
    pages: dict[str, list[Article]] = defaultdict(list)
    for ending in RETRIEVED:
        path = week.with_name(f"{week.stem.removesuffix('_qa')}{ending}.jsonl")
        if not path.is_file():
            continue
        for number, retrieved in read_json_lines(path, _Retrieved):
            if retrieved.question_id not in asked:
                raise broken(path, f"line {number}", f"{week.name} has no question {retrieved.question_id!r}")
            for position, page in enumerate(retrieved.search_result):
                if page.text.strip():
                    pages[urldefrag(page.url)[0]].append(_article(page, f"{path.name}#{number}/{position}"))
    return pages


def _article(page: _Page, source: str) -> Article:
    return replace(
        article_of(page.text, family="realtimeqa", source=source, language="en", title=page.title or None),
        url=page.url,
        authors=tuple(page.authors),
        published=page.publish_date,
    )


def _read_evidence(question: _Question, week: Path) -> tuple[Article | None, Iterable[str]]:
    """The explanation, if there is one, and the addresses it links to."""
    parser = _Evidence()
    parser.feed(question.evidence)
    parser.close()
    text = "".join(parser.text).strip()
    if not text:
        return None, parser.links
    source = f"{week.name}#{question.question_id}"
    article = article_of(text, family="realtimeqa", source=source, language="en")
    article = replace(
        article, url=question.question_url, outlet=question.question_source, published=question.question_date
    )
    return article, parser.links


class _Evidence(HTMLParser):
    """The text and the link targets of an explanation."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [urldefrag(value)[0] for name, value in attrs if (tag, name) == ("a", "href") and value]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _answers(question: _Question, place: str, week: Path) -> tuple[str, ...]:
    if not question.answer:
        raise broken(week, f"{place}, answer", "no choice is right")
    for position in question.answer:
        if position >= len(question.choices):
            raise broken(week, f"{place}, answer", f"{position} names none of {len(question.choices)} choices")
    answers = tuple(question.choices[position].strip(QUOTATION_MARKS) for position in question.answer)
    if any(answer.casefold() == NO_CHOICE for answer in answers):
        raise broken(week, f"{place}, answer", f"{NO_CHOICE!r} is no answer where the choices are not shown")
    return answers


def _case(question: _Question, expected: dict[str, Article], answers: tuple[str, ...]) -> Case:
    stated = any(all(holds(article.text, answer) for answer in answers) for article in expected.values())
    return Case(
        question.question_id,
        question.question_sentence,
        "en",
        answerable=True,
        articles=tuple(expected),
        answers=answers if len(answers) == 1 else (),
        contains=answers if len(answers) > 1 else (),
        tags=(question.question_source.lower().replace(" ", "_"), "stated" if stated else "unstated"),
    )
