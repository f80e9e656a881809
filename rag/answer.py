"""What comes out: `Answer`, made of verified `Sentence`s of typed `Part`s, with its `Citation`s or a `Refusal`.

Source parts are verbatim spans of an article; metadata parts are read off an article's or a speaker's record; frame parts are fixed
templates; asked parts are words of the question; paraphrase parts are a language model's words, checked against the citations after them
but not proved; translation parts are its translation of the source part before them, checked likewise. Nothing else can reach a reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from typing_extensions import TypedDict

from corpus.article import ArticleKind, Span
from index.stories import Copy, Likeness

PartKind = Literal["source", "metadata", "frame", "paraphrase", "asked", "translation"]

Refusal = Literal[
    "no_support", "no_quote_by_speaker", "speaker_unknown", "nothing_indexed", "filtered_out", "nothing_verified"
]
"""Why there is no answer: nothing in the corpus carries it; the speaker is known but said nothing on this; nobody
of that name or office is quoted; the index is empty; the filters leave nothing; the writer's sentences all failed verification."""


class CopyJson(TypedDict):
    """Another article that tells the same story: in the same words, or nearly."""

    article_id: str
    outlet: str | None
    published: str | None
    url: str | None
    kind: Likeness


class CitationJson(TypedDict):
    """`quote` is the article's text from `start` to `end`, in code points, in the version `text_sha256`."""

    marker: int
    article_id: str
    text_sha256: str
    start: int
    end: int
    quote: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    speaker: str | None
    kind: ArticleKind
    copies: list[CopyJson]


class PassageJson(TypedDict):
    article_id: str
    start: int
    end: int
    score: float
    found_by: list[str]


class RemovedJson(TypedDict):
    text: str
    reason: str


class AppliedJson(TypedDict):
    """Days of publication that the question's own words narrowed the search to."""

    published_from: str | None
    published_to: str | None
    words: str


class UsageJson(TypedDict):
    tokens_in: int | None
    tokens_out: int | None


class AnswerJson(TypedDict):
    """The public JSON form of an answer, the same from Python, HTTP and the command line."""

    question: str
    standalone_question: str
    text: str
    refused: bool
    refusal_reason: str | None
    notice: str | None
    applied: AppliedJson | None
    language: str
    citations: list[CitationJson]
    nearest: list[CitationJson]
    support: float | None
    removed: list[RemovedJson]
    passages: list[PassageJson]
    timings_ms: dict[str, float]
    usage: UsageJson | None
    model: str
    settings_digest: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A claim's evidence: the exact span of one version of one article. `quote` equals that span of its text.

    `copies` are the first of the other articles that carry the same story, the earliest publication first.
    """

    marker: int
    article_id: str
    text_sha256: str
    span: Span
    quote: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    speaker: str | None
    kind: ArticleKind
    copies: tuple[Copy, ...] = ()

    def to_dict(self) -> CitationJson:
        return {
            "marker": self.marker,
            "article_id": self.article_id,
            "text_sha256": self.text_sha256,
            "start": self.span.start,
            "end": self.span.end,
            "quote": self.quote,
            "title": self.title,
            "outlet": self.outlet,
            "published": self.published,
            "url": self.url,
            "speaker": self.speaker,
            "kind": self.kind,
            "copies": copies_json(self.copies),
        }


def copies_json(copies: Sequence[Copy]) -> list[CopyJson]:
    """Other copies of an article, in the public JSON form; `published` is ISO 8601 or null."""
    return [
        {
            "article_id": copy.article_id,
            "outlet": copy.outlet,
            "published": copy.published.isoformat() if copy.published else None,
            "url": copy.url,
            "kind": copy.kind,
        }
        for copy in copies
    ]


@dataclass(frozen=True, slots=True)
class Part:
    """A run of an answer sentence. `marker` names the citation that carries it; a frame carries none."""

    kind: PartKind
    text: str
    marker: int | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer. `markers` are the citations shown after it, in order."""

    parts: tuple[Part, ...]
    markers: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The sentence as plain text, citation markers after it: `Iwao Horii: "..." [1]`."""
        return "".join(part.text for part in self.parts) + "".join(f" [{marker}]" for marker in self.markers)

    @property
    def untranslated(self) -> Sentence:
        """As it was before its quotations were translated."""
        return replace(self, parts=tuple(part for part in self.parts if part.kind != "translation"))


@dataclass(frozen=True, slots=True)
class Removed:
    """A sentence that verification took out, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class PassageRef:
    """A passage the answer was sought in: where it is, its fused score, and the lists that found it.

    `lexical` is what shared words gave of `score`; likeness of meaning gave the rest.
    """

    article_id: str
    span: Span
    score: float
    found_by: tuple[str, ...]
    lexical: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a language model read and wrote, as its provider counts them; None where the provider did not say."""

    tokens_in: int | None = None
    tokens_out: int | None = None

    def to_dict(self) -> UsageJson:
        return {"tokens_in": self.tokens_in, "tokens_out": self.tokens_out}


@dataclass(frozen=True, slots=True)
class AppliedDates:
    """Days of publication that the question's own `words` narrowed the search to, both ends included; None is an open end."""

    published_from: date | None
    published_to: date | None
    words: str

    def to_dict(self) -> AppliedJson:
        first, last = (day.isoformat() if day else None for day in (self.published_from, self.published_to))
        return {"published_from": first, "published_to": last, "words": self.words}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answered or refused question. `refusal` is None for an answer; `text` is what a person reads.

    `notice` tells that person how the answer came about, if anything went wrong or the question's dates narrowed the search, which
    `applied` says; `model` is who wrote it.
    `usage` is None where no language model was asked, and is there for one whose words were all removed.

    `nearest` is what the corpus does hold that comes nearest to a refused question: no answer to it. `support` says how far the log-odds
    that the corpus carries an answer lie above the line between answering and refusing; None where that line decided nothing.
    """

    question: str
    standalone_question: str
    sentences: tuple[Sentence, ...]
    language: str
    model: str
    settings_digest: str
    refusal: Refusal | None = None
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    support: float | None = None
    removed: tuple[Removed, ...] = ()
    passages: tuple[PassageRef, ...] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    notice: str | None = None
    usage: Usage | None = None
    applied: AppliedDates | None = None

    @property
    def refused(self) -> bool:
        return self.refusal is not None

    @property
    def text(self) -> str:
        return "\n".join(sentence.text for sentence in self.sentences)

    def to_dict(self) -> AnswerJson:
        """The public JSON form; `published` is ISO 8601 or null."""
        return {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "text": self.text,
            "refused": self.refused,
            "refusal_reason": self.refusal,
            "notice": self.notice,
            "applied": self.applied.to_dict() if self.applied else None,
            "language": self.language,
            "citations": [citation.to_dict() for citation in self.citations],
            "nearest": [citation.to_dict() for citation in self.nearest],
            "support": None if self.support is None else round(self.support, 3),
            "removed": [{"text": item.text, "reason": item.reason} for item in self.removed],
            "passages": [
                {
                    "article_id": passage.article_id,
                    "start": passage.span.start,
                    "end": passage.span.end,
                    "score": passage.score,
                    "found_by": list(passage.found_by),
                }
                for passage in self.passages
            ],
            "timings_ms": dict(self.timings_ms),
            "usage": self.usage.to_dict() if self.usage else None,
            "model": self.model,
            "settings_digest": self.settings_digest,
        }
