"""The replies of the HTTP API as models: what /api/openapi.json promises. A test holds real replies against them."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, TypeAdapter

from rag.answer import CitationJson, CopyJson, PartKind, Refusal
from rag.checking import FindingJson

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
    copies: list[CopyJson]


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
    copies: list[CopyJson]


class ArticlesOut(_Reply):
    """`total` counts what the whole list would hold."""

    total: int
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
    copies: list[CopyJson]
    text: str
    paragraphs: list[ParagraphOut]


class FindingsOut(_Reply):
    findings: list[FindingJson]


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
    citations: list[CitationJson]
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


def replies(model: type[Any], besides: Responses | None = None) -> Responses:
    """A route's `responses`, where the handler makes the JSON itself: checking 10,000 records again would only take time. `besides` are
    other forms that a 200 may have."""
    return {200: {"model": model, **(besides or {}).get(200, {})}}


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
            schemas["AnswerJson"]["properties"]["refusal_reason"] = TypeAdapter(Refusal | None).json_schema()
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
