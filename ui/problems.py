"""How an error leaves the server: a problem document (RFC 9457), under /v1 the form that OpenAI's clients read, or a page.

Nothing of the inside is shown: what is not a `CiteraError` is one fixed sentence, and the log has the rest. A problem and a page are in
the language that the client wants (`ui.looks`), English where it names none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import Scope

from corpus.errors import CiteraError
from ui.error_messages import DEFECT, field_sentence, status_of, told
from ui.errors import ClientGoneError, UnsupportedError
from ui.forms import Said
from ui.looks import DEPENDS_ON, look_at
from ui.rendering import problem_page
from ui.request_log import record_of
from ui.swedish_errors import TITLES
from ui.texts import EN

OPENAI_PREFIX = "/v1/"
PROBLEM_TYPE = "application/problem+json"
RETRY_AFTER = {503: "5"}
"""Seconds, where the error does not know better: a queue of extractive questions is gone by then."""
_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


@dataclass(frozen=True, slots=True)
class Problem:
    """One error on its way out: what happened, and what to do. `retry`: the same request may do better later; `code` and `param` are for
    OpenAI's clients."""

    status: int
    what: str
    remedy: str = ""
    retry: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    param: str | None = None

    @classmethod
    def of(cls, error: CiteraError) -> Problem:
        code, param = (error.code, error.param) if isinstance(error, UnsupportedError) else (None, None)
        return cls(status_of(error), error.what, error.remedy, retry=error.retry, code=code, param=param)

    def told(self, scope: Scope) -> Said:
        """The detail, in the language that the client wants."""
        return told(look_at(scope).texts, self.what, self.remedy)

    def document(self, scope: Scope) -> dict[str, Any]:
        """RFC 9457. The type is about:blank: the status says it all, and the detail is for people."""
        said, phrase = self.told(scope), HTTPStatus(self.status).phrase
        return {
            "type": "about:blank",
            "title": TITLES.get(self.status, phrase) if said.language == "sv" else phrase,
            "status": self.status,
            "detail": said.words,
            "instance": scope["path"],
            "request_id": record_of(scope).id,
            "retry": self.retry,
        }

    def openai(self) -> dict[str, Any]:
        """`{"error": {...}}`, as OpenAI's clients turn it into an exception."""
        message = told(EN, self.what, self.remedy).words
        kind = "server_error" if self.status >= 500 else _OPENAI_TYPES.get(self.status, "invalid_request_error")
        return {"error": {"message": message, "type": kind, "param": self.param, "code": self.code}}

    def event(self, scope: Scope) -> str:
        """As a server-sent event, for an answer that has begun."""
        return f"event: problem\ndata: {json.dumps(self.document(scope))}\n\n"


def reply(scope: Scope, problem: Problem) -> Response:
    """The problem in the form that this request's client reads: a page, where a browser asked for one."""
    retry_after = RETRY_AFTER.get(problem.status)
    headers = {"Retry-After": retry_after} if retry_after else {}
    headers |= problem.headers
    if scope["path"].startswith(OPENAI_PREFIX):
        status = 400 if problem.status == 422 else problem.status
        return Response(json.dumps(problem.openai()), status, headers, "application/json")
    document, language = problem.document(scope), problem.told(scope).language
    headers |= {"Content-Language": language, "Vary": DEPENDS_ON}
    accepted = next((value for name, value in scope["headers"] if name == b"accept"), b"")
    if b"text/html" in accepted:
        page = problem_page(document["title"], Said(document["detail"], language), look_at(scope))
        return Response(page, problem.status, headers, "text/html")
    return Response(json.dumps(document), problem.status, headers, PROBLEM_TYPE)


def answer_errors_with_problems(app: FastAPI) -> None:
    """Every error of `app` leaves it through `reply`."""

    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, CiteraError)
        if isinstance(error, ClientGoneError):
            return Response(status_code=error.status)
        return reply(request.scope, Problem.of(error))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        field_name, sentence = field_sentence(error)
        return reply(request.scope, Problem(422, sentence, param=field_name))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        problem = Problem(error.status_code, str(error.detail), headers=error.headers or {})
        return reply(request.scope, problem)

    async def defect(request: Request, error: Exception) -> Response:  # noqa: ARG001  # the server's log has it
        return reply(request.scope, Problem(500, DEFECT))

    app.add_exception_handler(CiteraError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, defect)
