"""A proposed case: what a person is shown of it, and what is kept of it once it is accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from corpus.article import Article, ArticleKind, Span
from evals.cases import CaseRecord, TurnRecord, stem_of
from evals.records import broken, read_json_lines


class Passage(BaseModel):
    """Text of an article for a person to judge by: `text` stands at `start` of that version of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article: str
    article_id: str
    text_sha256: str
    kind: ArticleKind
    title: str | None
    start: int
    text: str

    @property
    def span(self) -> Span:
        return Span(self.start, self.start + len(self.text))


class Draft(CaseRecord):
    """A case that nobody has accepted yet.

    `passages` is the one passage with its gold; none where nothing answers; or, while `undecided`, those that the
    person may choose from: until then the draft passes for unanswerable. `answered` is what Citera answered when a
    person put a thumb down.
    """

    passages: tuple[Passage, ...] = ()
    undecided: bool = False
    answered: str | None = None

    def accepted(self) -> CaseRecord:
        """The case alone, without what was there to judge it by."""
        return CaseRecord(**{name: getattr(self, name) for name in CaseRecord.model_fields})


def read_drafts(path: Path) -> list[Draft]:
    """The drafts of a file, in order.

    Raises:
        DatasetError: naming the file, the line and what is wrong with it; an id that comes twice is wrong.
    """
    drafts: dict[str, Draft] = {}
    for number, draft in read_json_lines(path, Draft):
        if draft.id in drafts:
            raise broken(path, f"line {number}", f"the id {draft.id!r} comes a second time")
        drafts[draft.id] = draft
    return list(drafts.values())


def draft_id(question: str, *about: str) -> str:
    """The same for the same question about the same thing, however often it is proposed."""
    key = "\n".join((question, *about))
    return f"draft-{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def draft_about(
    article: Article,
    question: str,
    gold: Span,
    *,
    tags: Sequence[str],
    contains: Sequence[str],
    speaker: str | None = None,
    history: Sequence[TurnRecord] = (),
) -> Draft:
    """An answerable draft in the article's language, whose gold is that span of it; its paragraph is shown."""
    return Draft(
        id=draft_id(question, stem_of(article)),
        question=question,
        language=article.language or "en",
        answerable=True,
        article=(stem_of(article),),
        kind=article.kind,
        contains=tuple(contains),
        spans=((gold.start, gold.end),),
        speaker=speaker,
        tags=("draft", *tags),
        history=tuple(history),
        passages=(passage_around(article, gold),),
    )


def passage_around(article: Article, span: Span) -> Passage:
    """The paragraphs that `span` lies in, as a passage."""
    around = [paragraph.span for paragraph in article.paragraphs if paragraph.span.overlaps(span)] or [span]
    start = min(span.start, min(part.start for part in around))
    end = max(span.end, max(part.end for part in around))
    return Passage(
        article=stem_of(article),
        article_id=article.id,
        text_sha256=article.text_sha256,
        kind=article.kind,
        title=article.title,
        start=start,
        text=article.text[start:end],
    )
