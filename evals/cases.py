"""What is measured: a `Case` is one question with its gold; a `Dataset` is cases and the corpus they are asked of."""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, NonNegativeInt, StringConstraints, model_validator

from corpus.article import Article, ArticleKind, Span
from evals.errors import DatasetError
from evals.records import broken, read_json_lines
from rag.conversation import Turn

SAMPLING_SEED = 20260101

Item = TypeVar("Item")

NEWER_FIELDS = ("grades", "rewrite", "span_articles")
"""Fields that a case's digest takes in only where they are filled, so that runs from before them still pair."""

Filled = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


@dataclass(frozen=True, slots=True)
class Case:
    """One question and its gold.

    `articles` are the ids of the articles that answer it (file stems until `by_file` has seen the corpus), and
    `grades` says of each how well, from 1; without grades all count alike. `contains` must all occur in a right
    answer; any one of `answers` is right. `spans` are where the gold stands in articles: in those that
    `span_articles` names one by one, or all in the one article expected. `rewrite` is the question as a person would
    put it without its `history`. Fields that are empty are not scored.
    """

    id: str
    question: str
    language: str
    answerable: bool
    articles: tuple[str, ...] = ()
    kind: ArticleKind | None = None
    contains: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    speaker: str | None = None
    tags: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()
    grades: tuple[int, ...] = ()
    rewrite: str | None = None
    span_articles: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[tuple[str, Span], ...]:
        """Every gold span with the id of its article, as far as that is known."""
        if self.span_articles:
            return tuple(zip(self.span_articles, self.spans, strict=True))
        return tuple((self.articles[0], span) for span in self.spans) if len(self.articles) == 1 else ()

    @property
    def digest(self) -> str:
        """16 hex digits that change with anything in the case."""
        counted = {name: value for name, value in asdict(self).items() if value or name not in NEWER_FIELDS}
        return hashlib.sha256(json.dumps(counted, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Cases and the corpus they are asked of: `articles` made by the loader, or `paths` for Citera to ingest."""

    name: str
    cases: tuple[Case, ...]
    articles: tuple[Article, ...] = ()
    paths: tuple[Path, ...] = ()

    @property
    def has_corpus(self) -> bool:
        """Whether there is anything to search; where not, only `rewrite` can be scored."""
        return bool(self.articles or self.paths)

    @property
    def corpus_digest(self) -> str:
        """16 hex digits of every article's identity and record, or of every file's name and bytes."""
        digest = hashlib.sha256()
        for article in self.articles:
            digest.update(f"{article.id} {article.text_sha256} {article.title}\n".encode())
            record = (article.url, article.outlet, article.authors, str(article.published or ""))
            if any(record):
                digest.update(f"{record}\n".encode())
        for path in self.paths:
            files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
            for file in files:
                name = file.relative_to(path if path.is_dir() else path.parent)
                digest.update(f"{name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
        return digest.hexdigest()[:16]


def drawn(cases: Sequence[Item], limit: int | None) -> tuple[Item, ...]:
    """At most `limit` cases in their own order; a smaller draw is always a part of a larger one."""
    if limit is None or limit >= len(cases):
        return tuple(cases)
    order = list(range(len(cases)))
    random.Random(SAMPLING_SEED).shuffle(order)  # noqa: S311 - a repeatable draw, not a secret
    return tuple(cases[position] for position in sorted(order[:limit]))


def _one_or_more(value: object) -> object:
    """A name alone, or none, as the list that it stands for."""
    return [] if value is None else [value] if isinstance(value, str) else value


class TurnRecord(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Literal["user", "assistant"]
    text: Filled


class CaseRecord(BaseModel):
    """A line of the project's own format; `read_cases` says what its fields mean."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Filled
    question: Filled
    language: Filled
    answerable: bool
    article: Annotated[tuple[Filled, ...], BeforeValidator(_one_or_more)] = ()
    kind: ArticleKind | None = None
    contains: tuple[Filled, ...] = ()
    answers: tuple[Filled, ...] = ()
    spans: tuple[tuple[NonNegativeInt, NonNegativeInt], ...] = ()
    speaker: Filled | None = None
    tags: tuple[Filled, ...] = ()
    history: tuple[TurnRecord, ...] = ()
    rewrite: Filled | None = None
    span_articles: tuple[Filled, ...] = ()
    note: Filled | None = None

    @model_validator(mode="after")
    def _names_its_article(self) -> CaseRecord:
        if self.answerable and not self.article:
            raise ValueError("an answerable question must name the article that answers it")
        return self

    @model_validator(mode="after")
    def _spans_lie_in_articles(self) -> CaseRecord:
        if self.span_articles and len(self.span_articles) != len(self.spans):
            raise ValueError("span_articles must name an article for each span")
        if not set(self.span_articles) <= set(self.article):
            raise ValueError("span_articles must be among the articles")
        if self.spans and len(self.article) != 1 and not self.span_articles:
            raise ValueError("spans need one article that they lie in, or span_articles")
        if any(start >= end for start, end in self.spans):
            raise ValueError("a span must end after it starts")
        return self

    def case(self) -> Case:
        return Case(
            id=self.id,
            question=self.question,
            language=self.language,
            answerable=self.answerable,
            articles=self.article,
            kind=self.kind,
            contains=self.contains,
            answers=self.answers,
            spans=tuple(Span(start, end) for start, end in self.spans),
            speaker=self.speaker,
            tags=self.tags,
            history=tuple(Turn(turn.role, turn.text) for turn in self.history),
            rewrite=self.rewrite,
            span_articles=self.span_articles,
        )


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a JSON Lines file. A line has an `id`, a `question`, its `language`, whether it is `answerable`, and

    `article`   the stem of the file with the answer, or several stems; an answerable question has one
    `kind`      `article` or `teaser`
    `contains`  words that must all be in the answer
    `answers`   right answers, any one of which will do
    `spans`     `[start, end)` in characters of the one article's text
    `span_articles`  where there are several articles: the stem of each span's own
    `speaker`   whose words are asked for
    `tags`      names to read the scores by
    `history`   earlier turns, `{"role": "user" or "assistant", "text"}`
    `rewrite`   the question as it would be put without the history
    `note`      what a person wants to remember of it; not a part of the case

    as far as there is something to say.

    Raises:
        DatasetError: naming the file, the line and what is wrong with it; an id that comes twice is wrong.
    """
    cases: dict[str, Case] = {}
    for number, record in read_json_lines(path, CaseRecord):
        if record.id in cases:
            raise broken(path, f"line {number}", f"the id {record.id!r} comes a second time")
        cases[record.id] = record.case()
    return tuple(cases.values())


def by_file(cases: Iterable[Case], articles: Iterable[Article]) -> tuple[Case, ...]:
    """The cases with file stems replaced by ids of the articles that came from those files.

    Where a file gave several of the kind asked for, those that hold the case's `contains` are meant. Where it gave
    none (a teaser that was not found), the stem stays and matches no id, so that every score of the case is 0.

    Raises:
        DatasetError: if no article came from a file that a case names, or none that is long enough for its spans.
    """
    of_file: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        of_file[stem_of(article)].append(article)
    placed = []
    for case in cases:
        for stem in case.articles:
            if stem not in of_file:
                raise DatasetError(
                    f"Question {case.id} names the file {stem!r}, and no article came from it.",
                    "Correct the name, or find out with `citera ingest` why the file was rejected.",
                )
        meant = {stem: _meant(case, of_file[stem]) for stem in case.articles}
        for stem, span in zip(case.span_articles or case.articles * len(case.spans), case.spans, strict=False):
            if meant[stem] and all(len(article.text) < span.end for article in meant[stem]):
                raise DatasetError(
                    f"Question {case.id} has a span up to character {span.end}, and its article is shorter.",
                    "Correct the span: it counts characters of the text that `citera articles show` prints.",
                )
        ids = {stem: [article.id for article in found] or [stem] for stem, found in meant.items()}
        placed.append(
            replace(
                case,
                articles=tuple(name for names in ids.values() for name in names),
                span_articles=tuple(ids[stem][0] for stem in case.span_articles),
            )
        )
    return tuple(placed)


def stem_of(article: Article) -> str:
    """What a case calls an article by: the stem of the file that it came from."""
    return Path(article.source.partition("#")[0]).stem


def _meant(case: Case, articles: list[Article]) -> list[Article]:
    of_kind = [article for article in articles if article.kind == (case.kind or "article")]
    holding = [
        article
        for article in of_kind
        if all(piece.casefold() in f"{article.title or ''}\n{article.text}".casefold() for piece in case.contains)
    ]
    return holding or of_kind
