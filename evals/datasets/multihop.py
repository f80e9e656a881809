"""MultiHop-RAG: news of late 2023, and questions whose answer is spread over two to four articles.

The format is that of the folder `dataset/` in the repository yixuantt/MultiHop-RAG. `corpus.json` is a list of
`{title, author, source, published_at, category, url, body}`; `MultiHopRAG.json` is a list of `{query, answer,
question_type, evidence_list}`, where each piece of evidence names its article by `url`. A `null_query` has no evidence
and the answer "Insufficient information.": here it is a question that should be refused.

The articles of all pieces of evidence are expected, with the place of each `fact` that stands in its article word for
word, once. The `answer` is a name for an `inference_query`, and mostly Yes or
No for the others; an extractive answer does not say Yes, and holds a `no` by accident, so that those carry the tag
`yes_no` and are better judged by the articles they cite.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, RootModel

from corpus.article import Article
from evals.cases import Case, Dataset
from evals.datasets.articles import article_of, sole_span
from evals.records import broken, read_json

CORPUS, QUERIES = "corpus.json", "MultiHopRAG.json"
UNANSWERABLE = "null_query"


class _News(BaseModel):
    title: str
    author: str | None = None
    source: str
    published_at: datetime | None = None
    url: str
    body: str


class _Corpus(RootModel[list[_News]]):
    pass


class _Evidence(BaseModel):
    url: str
    fact: str


class _Query(BaseModel):
    query: str
    answer: str
    question_type: str
    evidence_list: list[_Evidence]


class _Queries(RootModel[list[_Query]]):
    pass


def load(path: Path) -> Dataset:
    """`path` is the folder with both files, or one of them.

    Raises:
        DatasetError: a file is missing or broken, a piece of evidence names an article that is not in the corpus, or
            a question that should be answered has no evidence.
    """
    folder = path.parent if path.is_file() else path
    articles: dict[str, Article] = {}
    by_url: dict[str, list[Article]] = defaultdict(list)
    for i, news in enumerate(read_json(folder / CORPUS, _Corpus).root):
        article = _article(news, f"{CORPUS}#{i}")
        articles.setdefault(article.id, article)
        by_url[news.url].append(article)
    queries = folder / QUERIES
    cases = tuple(_case(query, i, by_url, queries) for i, query in enumerate(read_json(queries, _Queries).root))
    return Dataset("multihop", cases, articles=tuple(articles.values()))


def _article(news: _News, source: str) -> Article:
    return replace(
        article_of(news.body, family="multihop", source=source, language="en", title=news.title),
        url=news.url,
        outlet=news.source,
        authors=(news.author,) if news.author else (),
        published=news.published_at,
    )


def _case(query: _Query, i: int, by_url: dict[str, list[Article]], path: Path) -> Case:
    name = f"{path.stem}-{i}"
    if query.question_type == UNANSWERABLE:
        return Case(name, query.query, "en", answerable=False, tags=(UNANSWERABLE,))
    if not query.evidence_list:
        raise broken(path, f"{i}.evidence_list", f"a {query.question_type} without evidence")
    for j, evidence in enumerate(query.evidence_list):
        if evidence.url not in by_url:
            raise broken(path, f"{i}.evidence_list.{j}.url", f"{CORPUS} holds no article {evidence.url!r}")
    cited = [(evidence, article) for evidence in query.evidence_list for article in by_url[evidence.url]]
    places = [
        (article.id, span)
        for evidence, article in cited
        if (span := sole_span(evidence.fact, article.text)) is not None
    ]
    yes_no = query.answer.strip(" .").casefold() in ("yes", "no")
    return Case(
        name,
        query.query,
        "en",
        answerable=True,
        articles=tuple(dict.fromkeys(article.id for _, article in cited)),
        answers=(query.answer,),
        spans=tuple(span for _, span in places),
        tags=(query.question_type, *(["yes_no"] if yes_no else [])),
        span_articles=tuple(name for name, _ in places),
    )
