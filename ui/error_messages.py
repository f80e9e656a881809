"""Errors of every room as one sentence for a person and one HTTP status for a program."""

from __future__ import annotations

from textwrap import shorten
from typing import TYPE_CHECKING

from corpus.cleaning import printable
from corpus.errors import CiteraError
from ui.errors import UiError
from ui.forms import Said
from ui.swedish_errors import ERRORS

if TYPE_CHECKING:
    from fastapi.exceptions import RequestValidationError

    from ui.texts import Texts

DEFECT = "Something went wrong inside Citera. Its log says more."
MAX_NAME = 80
"""Characters shown of a field's name, which is a stranger's where the field is unknown."""
FIELD_ERRORS = {
    "missing": "is missing.",
    "extra_forbidden": "is no field of this request; /api/openapi.json names those that are.",
}
"""What is said of a field by the kind of pydantic's error, where its own words are for programmers."""
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


def told(texts: Texts, *sentences: str) -> Said:
    """The sentences on one line in the language of the page: all in English, where one of them has no other form."""
    said = [ERRORS.said(texts, " ".join(sentence.split())) for sentence in sentences if sentence]
    if any(one.language != texts.code for one in said):
        return Said(" ".join(" ".join(sentences).split()), "en")
    return Said(" ".join(one.words for one in said), texts.code)


def error_told(texts: Texts, error: CiteraError) -> Said:
    """What happened and what to do, in the language of the page."""
    return told(texts, error.what, error.remedy)


def status_of(error: CiteraError) -> int:
    """The HTTP status that says what kind of error it is."""
    return error.status if isinstance(error, UiError) else STATUS.get(type(error).__name__, 500)


def field_sentence(invalid: RequestValidationError) -> tuple[str, str]:
    """The field that is wrong first, and a sentence that names it."""
    first = invalid.errors()[0]
    if first["type"] == "json_invalid":
        return "", "The request is not valid JSON."
    name = ".".join(str(part) for part in first["loc"][1:]) or "the request"
    name = shorten(printable(name), MAX_NAME, placeholder="…")
    if first["type"] == "string_too_long":
        length, most = len(first["input"]), first["ctx"]["max_length"]
        return name, f"{name} has {length:,} characters; at most {most:,} are accepted."
    if first["type"] in FIELD_ERRORS:
        return name, f"{name} {FIELD_ERRORS[first['type']]}"
    said = first["msg"].removeprefix("Value error, ")
    return name, f"{name}: {said[:1].lower()}{said[1:]}."
