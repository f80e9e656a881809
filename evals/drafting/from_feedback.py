"""Thumbs as drafts: an answer that was liked guards against getting worse, one that was not asks what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from corpus.article import Article, Span
from evals.drafting.drafts import Draft, Passage, draft_id, passage_around
from evals.evidence import ArticleOf
from evals.feedback import Feedback

_SHOWN = 8
"""Passages that a person is given to choose from."""


def from_feedback(feedbacks: Iterable[Feedback], article_of: ArticleOf) -> list[Draft]:
    """A draft for every judged answer; none where what was cited is no longer in the corpus as it was."""
    return [draft for feedback in feedbacks if (draft := _of(feedback, article_of)) is not None]


def _of(feedback: Feedback, article_of: ArticleOf) -> Draft | None:
    liked = feedback.verdict == "up"
    cited = list(_cited(feedback, article_of))
    kind = cited[0][0].kind if cited else None
    cited = [(article, span, speaker) for article, span, speaker in cited if article.kind == kind]
    if liked and not cited and not feedback.answer.refused:
        return None
    around = [passage_around(article, span) for article, span, _ in cited]
    draft = Draft(
        id=draft_id(feedback.question, feedback.verdict, *(turn.text for turn in feedback.history)),
        question=feedback.question,
        language=feedback.answer.language,
        answerable=False,
        tags=("draft", f"thumbs_{feedback.verdict}"),
        history=feedback.history,
        note=feedback.note or None,
        passages=tuple(_distinct(around)),
        answered=feedback.answer.text or None,
    )
    if not liked:
        sought = [*_sought(feedback, article_of), *around]
        return draft.model_copy(update={"undecided": True, "passages": tuple(_distinct(sought))[:_SHOWN]})
    if not cited:
        return draft
    names = [passage.article for passage in around]
    speakers = {speaker for *_, speaker in cited}
    return draft.model_copy(
        update={
            "answerable": True,
            "article": tuple(dict.fromkeys(names)),
            "kind": kind,
            "spans": tuple((span.start, span.end) for _, span, _ in cited),
            "span_articles": tuple(names) if len(set(names)) > 1 else (),
            "speaker": speakers.pop() if len(speakers) == 1 else None,
        }
    )


def _cited(feedback: Feedback, article_of: ArticleOf) -> Iterator[tuple[Article, Span, str | None]]:
    for place in feedback.answer.citations:
        article = article_of(place.article_id, None)
        current = article is not None and article.text_sha256 == place.text_sha256
        if article is not None and current and place.start < place.end <= len(article.text):
            yield article, Span(place.start, place.end), place.speaker


def _sought(feedback: Feedback, article_of: ArticleOf) -> Iterator[Passage]:
    for place in feedback.answer.passages:
        article = article_of(place.article_id, None)
        if article is not None and place.start < place.end <= len(article.text):
            yield passage_around(article, Span(place.start, place.end))


def _distinct(passages: Iterable[Passage]) -> list[Passage]:
    """Without those that another one before holds."""
    kept: list[Passage] = []
    for passage in passages:
        if not any(other.article_id == passage.article_id and other.span.contains(passage.span) for other in kept):
            kept.append(passage)
    return kept
