"""What is measured: a `Case` is one question with its gold; a `Dataset` is cases and the corpus they are asked of."""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from corpus.article import Article, ArticleKind, Span
from evals.errors import DatasetError
from evals.records import broken, read_json_lines
from rag.conversation import Turn

SAMPLING_SEED = 20260101

Filled = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


@dataclass(frozen=True, slots=True)
class Case:
    """One question and its gold.

    `articles` are the ids of the articles that answer it (file stems until `by_file` has seen the corpus);
    `contains` must all occur in a right answer; any one of `answers` is right, and `spans` are where they stand
    in the article's text. Fields that are empty are not scored.
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

    @property
    def digest(self) -> str:
        """16 hex digits that change with anything in the case."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Cases and the corpus they are asked of: `articles` made by the loader, or `paths` for Citera to ingest."""

    name: str
    cases: tuple[Case, ...]
    articles: tuple[Article, ...] = ()
    paths: tuple[Path, ...] = ()

    @property
    def corpus_digest(self) -> str:
        """16 hex digits of every article's identity, or of every file's name and bytes."""
        digest = hashlib.sha256()
        for article in self.articles:
            digest.update(f"{article.id} {article.text_sha256} {article.title}\n".encode())
        for folder in self.paths:
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                digest.update(f"{file.relative_to(folder)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
        return digest.hexdigest()[:16]


def drawn(cases: Sequence[Case], limit: int | None) -> tuple[Case, ...]:
    """At most `limit` cases in their own order; a smaller draw is always a part of a larger one."""
    if limit is None or limit >= len(cases):
        return tuple(cases)
    order = list(range(len(cases)))
    random.Random(SAMPLING_SEED).shuffle(order)  # noqa: S311 - a repeatable draw, not a secret
    return tuple(cases[position] for position in sorted(order[:limit]))


class _TurnRecord(BaseModel):
    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    text: Filled


class _CaseRecord(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Filled
    question: Filled
    language: Filled
    answerable: bool
    article: Filled | None = None
    kind: ArticleKind | None = None
    contains: tuple[Filled, ...] = ()
    answers: tuple[Filled, ...] = ()
    speaker: Filled | None = None
    tags: tuple[Filled, ...] = ()
    history: tuple[_TurnRecord, ...] = ()

    @model_validator(mode="after")
    def _names_its_article(self) -> _CaseRecord:
        if self.answerable and self.article is None:
            raise ValueError("an answerable question must name the article that answers it")
        return self


def read_cases(path: Path) -> tuple[Case, ...]:
    """The cases of a JSON Lines file.

    Raises:
        DatasetError: naming the file, the line and what is wrong with it; an id that comes twice is wrong.
    """
    cases: dict[str, Case] = {}
    for number, record in read_json_lines(path, _CaseRecord):
        if record.id in cases:
            raise broken(path, f"line {number}", f"the id {record.id!r} comes a second time")
        cases[record.id] = Case(
            id=record.id,
            question=record.question,
            language=record.language,
            answerable=record.answerable,
            articles=(record.article,) if record.article else (),
            kind=record.kind,
            contains=record.contains,
            answers=record.answers,
            speaker=record.speaker,
            tags=record.tags,
            history=tuple(Turn(turn.role, turn.text) for turn in record.history),
        )
    return tuple(cases.values())


def by_file(cases: Iterable[Case], articles: Iterable[Article]) -> tuple[Case, ...]:
    """The cases with file stems replaced by ids of the articles that came from those files.

    Where a file gave several of the kind asked for, those that hold the case's `contains` are meant. Where it gave
    none (a teaser that was not found), the stem stays and matches no id, so that every score of the case is 0.

    Raises:
        DatasetError: if no article came from a file that a case names.
    """
    of_file: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        of_file[Path(article.source.partition("#")[0]).stem].append(article)
    placed = []
    for case in cases:
        for stem in case.articles:
            if stem not in of_file:
                raise DatasetError(
                    f"Question {case.id} names the file {stem!r}, and no article came from it.",
                    "Correct the name, or find out with `citera ingest` why the file was rejected.",
                )
        ids = tuple(found for stem in case.articles for found in (_meant(case, of_file[stem]) or [stem]))
        placed.append(replace(case, articles=ids))
    return tuple(placed)


def _meant(case: Case, articles: list[Article]) -> list[str]:
    of_kind = [article for article in articles if article.kind == (case.kind or "article")]
    holding = [
        article
        for article in of_kind
        if all(piece.casefold() in f"{article.title or ''}\n{article.text}".casefold() for piece in case.contains)
    ]
    return [article.id for article in holding or of_kind]
