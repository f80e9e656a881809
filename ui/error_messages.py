"""Errors of every room as one sentence for a person and one problem document (RFC 9457) for a program."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from corpus.errors import CiteraError
from ui.errors import UiError

if TYPE_CHECKING:
    from fastapi.exceptions import RequestValidationError

DEFECT = "Something went wrong inside Citera. Its log says more."
STATUS = {
    "ArticleNotFoundError": 404,
    "QuestionTooLongError": 413,
    "DraftTooLongError": 413,
    "EmptyQuestionError": 422,
    "UnknownModelError": 422,
    "SourceNotFoundError": 422,
    "ModelNotFoundError": 422,
    "IndexBusyError": 503,
    "VectorServerError": 503,
    "DiskFullError": 507,
}


def one_line(error: CiteraError) -> str:
    """What happened and what to do, on one line."""
    return " ".join(f"{error.what} {error.remedy}".split())


def problem(error: CiteraError) -> dict[str, Any]:
    """The error as a problem document; its `status` is the HTTP status to send it with."""
    status = error.status if isinstance(error, UiError) else STATUS.get(type(error).__name__, 500)
    return problem_document(status, one_line(error), retry=error.retry)


def problem_document(status: int, detail: str, *, retry: bool = False) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "retry": retry}


def field_sentence(invalid: RequestValidationError) -> str:
    """The first thing found wrong in a request, as a sentence that names the field."""
    first = invalid.errors()[0]
    if first["type"] == "json_invalid":
        return "The request is not valid JSON."
    name = ".".join(str(part) for part in first["loc"] if part != "body") or "the request"
    if first["type"] == "string_too_long":
        return f"{name} has {len(first['input']):,} characters; at most {first['ctx']['max_length']:,} are accepted."
    said = first["msg"].removeprefix("Value error, ")
    return f"{name}: {said[:1].lower()}{said[1:]}."
