"""The replies of the HTTP API as models: what /api/openapi.json promises. A test holds real replies against them."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict

from rag.answer import PartKind, Refusal
from rag.checking import Kind, Verdict

ERRORS = {
    400: "the request cannot be read",
    401: "an API key is needed",
    403: "the owner's alone, or sent by a page of another site",
    404: "there is no such thing",
    405: "not with this method; Allow names those that go",
    413: "too long",
    415: "not in this form",
    421: "the Host header names another server",
    422: "a field is missing, unknown, or has a value out of range",
    429: "too many requests; Retry-After says when",
    500: "something went wrong inside",
    503: "busy; Retry-After says when",
}


class _Reply(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProblemOut(_Reply):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    retry: bool


class OpenAiErrorDetail(_Reply):
    message: str
    type: str
    param: str | None
    code: str | None


class OpenAiErrorOut(_Reply):
    """An error, as OpenAI's clients read it."""

    error: OpenAiErrorDetail


class CopyOut(_Reply):
    """Another article that tells the same story: in the same words, or nearly."""

    article_id: str
    outlet: str | None
    published: str | None
    url: str | None
    kind: Literal["exact", "near"]


class CitationOut(_Reply):
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
    kind: Literal["article", "teaser"]
    copies: list[CopyOut]


class RemovedOut(_Reply):
    text: str
    reason: str


class PassageOut(_Reply):
    article_id: str
    start: int
    end: int
    score: float
    found_by: list[str]


class UsageOut(_Reply):
    tokens_in: int | None
    tokens_out: int | None


class AppliedOut(_Reply):
    """Days of publication that the question's own words narrowed the search to."""

    published_from: str | None
    published_to: str | None
    words: str


class AnswerOut(_Reply):
    question: str
    standalone_question: str
    text: str
    refused: bool
    refusal_reason: Refusal | None
    notice: str | None
    applied: AppliedOut | None
    language: str
    citations: list[CitationOut]
    nearest: list[CitationOut]
    support: float | None
    removed: list[RemovedOut]
    passages: list[PassageOut]
    timings_ms: dict[str, float]
    usage: UsageOut | None
    model: str
    settings_digest: str


class PartOut(_Reply):
    kind: PartKind
    text: str
    marker: int | None


class SentenceOut(_Reply):
    """The data of a `sentence` event."""

    text: str
    parts: list[PartOut]
    markers: list[int]


class HitOut(_Reply):
    article_id: str
    text_sha256: str
    start: int
    end: int
    text: str
    score: float
    found_by: list[str]
    title: str | None
    copies: list[CopyOut]


class HitsOut(_Reply):
    hits: list[HitOut]


class QuoteOut(_Reply):
    speaker: str | None
    role: str | None
    kind: str
    cue: str | None
    article_id: str
    text_sha256: str
    start: int
    end: int
    text: str


class QuotesOut(_Reply):
    quotes: list[QuoteOut]


class RecordOut(_Reply):
    id: str
    text_sha256: str
    kind: Literal["article", "teaser"]
    title: str | None
    outlet: str | None
    authors: list[str]
    published: str | None
    url: str | None
    language: str | None
    found_on: str | None


class ListedOut(RecordOut):
    copies: list[CopyOut]


class ArticlesOut(_Reply):
    articles: list[ListedOut]


class ParagraphOut(_Reply):
    start: int
    end: int
    kind: Literal["heading", "body"]
    language: str | None


class ArticleOut(RecordOut):
    """`points_to` is the whole article that a teaser is for; `current` says whether this version is searched."""

    points_to: str | None
    current: bool
    copies: list[CopyOut]
    text: str
    paragraphs: list[ParagraphOut]


class ChangeOut(_Reply):
    original: str
    given: str


class SourceOut(_Reply):
    """`quote` is the article's text from `start` to `end`."""

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
    role: str | None
    kind: Literal["article", "teaser"]


class FindingOut(_Reply):
    """`text` is the draft's from `start` to `end`; of `sources` the earliest publication comes first."""

    kind: Kind
    verdict: Verdict
    start: int
    end: int
    text: str
    speaker: str | None
    note: str | None
    changes: list[ChangeOut]
    sources: list[SourceOut]


class FindingsOut(_Reply):
    findings: list[FindingOut]


class CheckOut(_Reply):
    """Passages in the database against vectors in Chroma."""

    sound: bool
    passages: int
    vectors: int
    missing: int
    superfluous: int
    differing: int
    pending: int
    problems: list[str]


class RebuildOut(_Reply):
    """Passages in the new index, and how many had to be embedded."""

    passages: int
    embedded: int


class RejectedOut(_Reply):
    source: str
    reason: str
    remedy: str


class KeptOut(RecordOut):
    paragraphs: list[str]


class DroppedOut(_Reply):
    text: str
    rule: str


class PageOut(_Reply):
    source: str
    state: Literal["added", "updated", "unchanged", "rejected"]
    articles: list[KeptOut]
    dropped: list[DroppedOut]
    reason: str | None
    remedy: str | None


class IngestOut(_Reply):
    added: int
    updated: int
    unchanged: int
    withdrawn: int
    teasers: int
    chunks: int
    rejections: int
    stopped: bool
    rejected: list[RejectedOut]
    pages: list[PageOut]


class ModelOut(_Reply):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelsOut(_Reply):
    object: Literal["list"]
    data: list[ModelOut]


class MessageOut(_Reply):
    """OpenAI's message, and what the answer rests on."""

    role: Literal["assistant"]
    content: str
    refusal: None
    citations: list[CitationOut]
    refused: bool


class ChoiceOut(_Reply):
    index: int
    message: MessageOut
    logprobs: None
    finish_reason: Literal["stop"]


class TokensOut(_Reply):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionOut(_Reply):
    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChoiceOut]
    usage: TokensOut


class AliveOut(_Reply):
    status: Literal["ok"]


class HealthOut(BaseModel):
    """With what is indexed, for those who may know."""

    status: Literal["ok"]
    version: str


Responses = dict[int | str, dict[str, Any]]


def replies(model: type[BaseModel]) -> Responses:
    """A route's `responses`, where the handler makes the JSON itself: checking 10,000 records again would only take time."""
    return {200: {"model": model}}


def describe(app: FastAPI) -> None:
    """Gives the app's OpenAPI document its errors, which FastAPI knows nothing of, in place of FastAPI's own."""
    made = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = made()
            schemas = described["components"]["schemas"]
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for model in (ProblemOut, OpenAiErrorOut, SentenceOut):
                schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
                schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
            described["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
            described["security"] = [{}, {"key": []}]
            for path, operations in described["paths"].items():
                for operation in operations.values():
                    operation["responses"] |= _errors(path)
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # the way that FastAPI documents


def _errors(path: str) -> dict[str, Any]:
    form, model = (
        ("application/json", OpenAiErrorOut) if path.startswith("/v1/") else ("application/problem+json", ProblemOut)
    )
    content = {form: {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
    return {str(status): {"description": said, "content": content} for status, said in ERRORS.items()}
