"""The HTTP API under /api: the assistant's methods, JSON in and out, every error a problem document (RFC 9457)."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from fastapi import APIRouter, FastAPI, Request, Response, UploadFile
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from starlette.exceptions import HTTPException

from corpus.article import ArticleKind
from corpus.cleaning import printable
from corpus.errors import CiteraError
from corpus.readers.records import Upload
from evals.feedback import Judgement, record_feedback
from index.filters import SearchFilters
from rag.answer import Answer, Sentence
from rag.conversation import Turn
from ui import citera_version
from ui.error_messages import DEFECT, field_sentence, problem, problem_document
from ui.errors import BusyError, OwnerOnlyError
from ui.guard import UPLOAD_PATH
from ui.local import Json, Local
from ui.workers import Workers

if TYPE_CHECKING:
    from rag import Assistant

Question = Annotated[str, StringConstraints(max_length=2_000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Names = Name | Annotated[list[Name], Field(min_length=1, max_length=100)]
Url = Annotated[str, StringConstraints(max_length=4_000, pattern=r"(?i)^https?://")]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TurnIn(_Request):
    role: Literal["user", "assistant"]
    text: Annotated[str, StringConstraints(max_length=10_000)]


class FiltersIn(_Request):
    """What may be searched; all that is given must hold. Of several languages, outlets or articles any one will do."""

    published_from: date | None = None
    published_to: date | None = None
    language: Names | None = None
    outlet: Names | None = None
    kind: ArticleKind | None = None
    speaker: Name | None = None
    article_ids: Annotated[list[Name], Field(max_length=10_000)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError("published_from is after published_to")
        return self

    def filters(self) -> SearchFilters:
        return SearchFilters(**dict(self))


class AskIn(_Request):
    question: Question
    history: Annotated[list[TurnIn], Field(max_length=100)] = []
    filters: FiltersIn = FiltersIn()

    def turns(self) -> list[Turn]:
        return [Turn(role=turn.role, text=turn.text) for turn in self.history]


class SearchIn(_Request):
    query: Question
    limit: Annotated[int, Field(ge=1, le=100)] = 10
    filters: FiltersIn = FiltersIn()


class IngestIn(_Request):
    """`paths` are whatever the command line takes, and the owner's alone, like pruning; `urls` are anyone's who may speak to the server."""

    urls: Annotated[list[Url], Field(max_length=100)] = []
    limit: Annotated[int, Field(ge=1, le=10_000)] | None = None
    paths: list[str] = []
    prune: bool = False
    pages: bool = False

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.urls and not self.paths:
            raise ValueError("name at least one of urls and paths")
        return self


def api_router(assistant: Assistant, workers: Workers, owner_token: str) -> APIRouter:
    local = Local(assistant)
    home = assistant.status().home
    router = APIRouter()
    ingesting = asyncio.Lock()

    def is_owner(request: Request) -> bool:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(given.encode(), owner_token.encode())

    def require_owner(request: Request) -> None:
        if not is_owner(request):
            raise OwnerOnlyError

    async def one_ingest(work: Callable[[], Json]) -> Json:
        """Runs one ingest at a time, so that the other worker is always there for questions."""
        if ingesting.locked():
            raise BusyError("An ingest is running already.")
        async with ingesting:
            return await workers.run(work)

    @router.post("/api/ask")
    async def ask(body: AskIn) -> Response:
        return JSONResponse(await workers.run(lambda: local.ask(body.question, body.turns(), body.filters.filters())))

    @router.post("/api/ask/stream")
    async def ask_stream(body: AskIn) -> Response:
        """Server-sent events: `progress` {stage}, `sentence` {text, parts, markers}, last `answer` (or `problem`)."""
        steps = workers.stream(lambda: assistant.stream(body.question, body.turns(), filters=body.filters.filters()))
        first = await anext(steps)  # what is wrong with the question is an HTTP error, not an event
        return StreamingResponse(_events(first, steps), media_type="text/event-stream")

    @router.post("/api/search")
    async def search(body: SearchIn) -> Json:
        return {"hits": await workers.run(lambda: local.search(body.query, body.limit, body.filters.filters()))}

    @router.post("/api/feedback", status_code=204)
    async def feedback(body: Judgement) -> None:
        """A thumb up or down with a note; `answer` is what /api/ask gave for that question and history."""
        await workers.run(lambda: record_feedback(home, body))

    @router.get("/api/quotes")
    async def quotes(speaker: Question | None = None, about: Question | None = None, since: date | None = None) -> Json:
        return {"quotes": await workers.run(lambda: local.quotes(speaker, about, since))}

    @router.get("/api/articles")
    async def articles() -> Json:
        return {"articles": await workers.run(local.articles)}

    @router.get("/api/articles/{article_id}")
    async def article(article_id: str, text_sha256: str | None = None) -> Json:
        return await workers.run(lambda: local.article(article_id, text_sha256))

    @router.delete("/api/articles/{article_id}", status_code=204)
    async def remove(article_id: str, request: Request) -> None:
        require_owner(request)
        await workers.run(lambda: local.remove(article_id))

    @router.post("/api/ingest")
    async def ingest(body: IngestIn, request: Request) -> Json:
        """The counts, the first rejections, and with `pages` what became of each page."""
        if body.paths or body.prune:
            require_owner(request)
        pages: list[Json] = []
        tell = pages.append if body.pages else None
        sources = [*body.paths, *body.urls]
        report = await one_ingest(partial(local.ingest, sources, prune=body.prune, limit=body.limit, pages=tell))
        return {**report, "pages": pages}

    @router.post(UPLOAD_PATH)
    async def upload(files: Annotated[list[UploadFile], Field(max_length=100)], request: Request) -> Json:
        """Reads the files of a form, each by its stated type or its name's ending; answers as /api/ingest does with `pages`. Only the
        owner's files are believed the addresses that they claim to be from."""
        uploads = [Upload(_file_name(file.filename), await file.read(), file.content_type) for file in files]
        pages: list[Json] = []
        report = await one_ingest(
            partial(local.ingest_uploads, uploads, trust_urls=is_owner(request), pages=pages.append)
        )
        return {**report, "pages": pages}

    @router.get("/healthz")
    async def health() -> Json:
        return {"status": "ok", "version": citera_version(), **await workers.run(local.status)}

    @router.api_route("/api/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def nothing(rest: str, request: Request) -> None:
        raise HTTPException(404, f"There is no {request.method} /api/{rest}.")

    return router


def _file_name(stated: str | None) -> str:
    """The last part of a name that a stranger chose, without what cannot be printed."""
    name = re.split(r"[/\\]", " ".join(printable(stated or "").split()))[-1]
    return name[-100:] or "unnamed"


async def _events(first: Any, rest: AsyncIterator[Any]) -> AsyncIterator[str]:
    yield _event(first)
    try:
        async for step in rest:
            yield _event(step)
    except CiteraError as error:
        yield f"event: problem\ndata: {json.dumps(problem(error))}\n\n"


def _event(step: Any) -> str:
    data: object
    if isinstance(step, Answer):
        name, data = "answer", step.to_dict()
    elif isinstance(step, Sentence):
        parts = [{"kind": part.kind, "text": part.text, "marker": part.marker} for part in step.parts]
        name, data = "sentence", {"text": step.text, "parts": parts, "markers": list(step.markers)}
    else:
        name, data = "progress", {"stage": step.stage}
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


ErrorPage = Callable[[dict[str, Any]], str]


def answer_errors_with_problems(app: FastAPI, error_page: ErrorPage) -> None:
    """Every error leaves `app` as a problem document, or as `error_page(document)` where a browser asked for a page."""

    def reply(request: Request, document: dict[str, Any]) -> Response:
        headers = {"Retry-After": "5"} if document["status"] == 503 else {}
        if "text/html" in request.headers.get("accept", ""):
            return Response(error_page(document), document["status"], headers, "text/html")
        return JSONResponse(document, document["status"], headers, "application/problem+json")

    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, CiteraError)
        return reply(request, problem(error))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return reply(request, problem_document(422, field_sentence(error)))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return reply(request, problem_document(error.status_code, str(error.detail)))

    async def defect(request: Request, error: Exception) -> Response:  # noqa: ARG001  # the server's log has it
        return reply(request, problem_document(500, DEFECT))

    app.add_exception_handler(CiteraError, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, defect)
