"""The HTTP API under /api: the assistant's methods, JSON in and out, every error a problem document (RFC 9457)."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal, Self

from fastapi import APIRouter, Query, Request, Response, UploadFile
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from corpus.article import ArticleKind
from corpus.cleaning import printable
from corpus.errors import CiteraError
from corpus.readers.records import Upload
from evals.feedback import Judgement, record_feedback
from index.chunking import MAX_CHUNK_TOKENS
from index.filters import SearchFilters
from rag.answer import Answer, AnswerJson, Sentence
from rag.assistant import MAX_DRAFT
from rag.conversation import Turn
from ui import citera_version
from ui.connections import while_connected
from ui.error_messages import DEFECT, told
from ui.errors import BusyError, OwnerOnlyError
from ui.guard import UPLOAD_PATH
from ui.local import PAGE, Json, Local
from ui.looks import look_at
from ui.metrics import Metrics
from ui.problems import Problem
from ui.replies import (
    AliveOut,
    ArticleOut,
    ArticlesOut,
    CheckOut,
    FindingsOut,
    HealthOut,
    HitsOut,
    IngestOut,
    QuotesOut,
    RebuildOut,
    Responses,
    replies,
)
from ui.request_log import note_answer, record_of
from ui.workers import Workers

if TYPE_CHECKING:
    from rag import Assistant
    from rag.assistant import Progress

UNBUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""A proxy in between that collected a stream before passing it on would take its point away."""
EVENTS: Responses = {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}}
"""What a stream adds to a route's `responses`."""


def _web_address(given: str) -> str:
    if not given.lower().startswith(("http://", "https://")):
        raise ValueError("an address begins with http:// or https://")
    return given


Question = Annotated[str, StringConstraints(max_length=2_000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Names = Name | Annotated[list[Name], Field(min_length=1, max_length=100)]
Url = Annotated[str, StringConstraints(max_length=4_000), AfterValidator(_web_address)]


class EventStream(StreamingResponse):
    media_type = "text/event-stream"


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


class CheckIn(_Request):
    text: Annotated[str, StringConstraints(max_length=MAX_DRAFT)]


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


class RebuildIn(_Request):
    """What the index is rebuilt under; None leaves it as it is."""

    embedding_model: Annotated[str, StringConstraints(max_length=1_000)] | None = None
    chunk_tokens: Annotated[int, Field(ge=20, le=MAX_CHUNK_TOKENS)] | None = None


def api_router(assistant: Assistant, workers: Workers, metrics: Metrics) -> APIRouter:
    local = Local(assistant)
    home = assistant.status().home
    router = APIRouter()
    ingesting = asyncio.Lock()

    async def one_ingest(work: Callable[[], Json]) -> Json:
        """Runs one ingest at a time, so that the other worker is always there for questions."""
        if ingesting.locked():
            raise BusyError("An ingest is running already.")
        async with ingesting:
            return await workers.run(work)

    @router.post("/api/ask", summary="Ask a question", responses=replies(AnswerJson), tags=["ask"])
    async def ask(body: AskIn, request: Request) -> Response:
        """The verified answer, or a refusal with its reason. A client that hangs up stops the work."""
        steps = workers.stream(lambda: assistant.stream(body.question, body.turns(), filters=body.filters.filters()))
        answer = (await while_connected(request, last_of(steps))).to_dict()
        note_answer(answer)
        return JSONResponse(answer)

    @router.post(
        "/api/ask/stream", summary="Ask, and read along", response_class=EventStream, responses=EVENTS, tags=["ask"]
    )
    async def ask_stream(body: AskIn, request: Request) -> Response:
        """Server-sent events: `progress` {stage}, `sentence` {text, parts, markers}, last `answer` (or `problem`). A sentence is sent
        once it is verified. A client that hangs up stops the work."""
        steps = workers.stream(lambda: assistant.stream(body.question, body.turns(), filters=body.filters.filters()))
        # a question that is refused is an HTTP error, not an event
        first = await while_connected(request, anext(steps))
        return EventStream(_events(request, first, steps), headers=UNBUFFERED)

    @router.post("/api/search", summary="Find passages", responses=replies(HitsOut), tags=["search"])
    async def search(body: SearchIn, request: Request) -> Response:
        """The best passages for a query, best first."""
        hits = await while_connected(
            request, workers.run(lambda: local.search(body.query, body.limit, body.filters.filters()))
        )
        return JSONResponse({"hits": hits})

    @router.post("/api/check", summary="Check a text of one's own", responses=replies(FindingsOut), tags=["ask"])
    async def check(body: CheckIn, request: Request) -> Response:
        """What the articles say to every quotation, figure and named claim of a text."""
        findings = await while_connected(request, workers.run(lambda: local.check(body.text)))
        return JSONResponse({"findings": findings})

    @router.post("/api/feedback", status_code=204, summary="Judge an answer", tags=["ask"])
    async def feedback(body: Judgement) -> None:
        """A thumb up or down with a note; `answer` is what /api/ask gave for that question and history."""
        await workers.run(lambda: record_feedback(home, body))

    @router.get("/api/quotes", summary="Who said what", responses=replies(QuotesOut), tags=["search"])
    async def quotes(
        request: Request, speaker: Question | None = None, about: Question | None = None, since: date | None = None
    ) -> Response:
        """Quotations by a speaker (a name, a part of one, or an office), holding the words of `about`, published on `since` or later."""
        found = await while_connected(request, workers.run(lambda: local.quotes(speaker, about, since)))
        return JSONResponse({"quotes": found})

    @router.get("/api/articles", summary="List the articles", responses=replies(ArticlesOut), tags=["articles"])
    async def articles(
        request: Request,
        search: Annotated[str, StringConstraints(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    ) -> Response:
        """What is searched, without the texts, the newest first: `limit` of the `total` from `offset` on. `search` keeps those that
        hold these words in their title, outlet or address."""
        return JSONResponse(await while_connected(request, workers.run(lambda: local.articles(search, limit, offset))))

    @router.get(
        "/api/articles/{article_id}", summary="Read an article", responses=replies(ArticleOut), tags=["articles"]
    )
    async def article(article_id: str, text_sha256: str | None = None) -> Response:
        """An article with its text; `text_sha256` names another version than the current one, as citations do."""
        return JSONResponse(await workers.run(lambda: local.article(article_id, text_sha256)))

    @router.delete("/api/articles/{article_id}", status_code=204, summary="Withdraw an article", tags=["articles"])
    async def remove(article_id: str, request: Request) -> None:
        """The owner's alone. Answers that cite it can still open it."""
        require_owner(request)
        await workers.run(lambda: local.remove(article_id))

    @router.post(
        "/api/ingest", summary="Read web pages into the corpus", responses=replies(IngestOut), tags=["articles"]
    )
    async def ingest(body: IngestIn, request: Request) -> Response:
        """The counts, the first rejections, and with `pages` what became of each page. Reasons and remedies are in English, or where
        Accept-Language prefers it in Swedish, as an error's detail is."""
        if body.paths or body.prune:
            require_owner(request)
        pages: list[Json] = []
        tell = pages.append if body.pages else None
        sources = [*body.paths, *body.urls]
        report = await one_ingest(partial(local.ingest, sources, prune=body.prune, limit=body.limit, pages=tell))
        return _ingested(request, report, pages)

    @router.post(UPLOAD_PATH, summary="Read files into the corpus", responses=replies(IngestOut), tags=["articles"])
    async def upload(files: Annotated[list[UploadFile], Field(max_length=100)], request: Request) -> Response:
        """Reads the files of a form, each by its stated type or its name's ending; answers as /api/ingest does with `pages`. Only the
        owner's files are believed the addresses that they claim to be from."""
        uploads = [Upload(_file_name(file.filename), await file.read(), file.content_type) for file in files]
        pages: list[Json] = []
        report = await one_ingest(
            partial(local.ingest_uploads, uploads, trust_urls=is_owner(request), pages=pages.append)
        )
        return _ingested(request, report, pages)

    @router.get("/api/index", summary="Compare the index with its vectors", responses=replies(CheckOut), tags=["index"])
    async def verify_index(request: Request) -> Response:
        """Whether the database and Chroma agree; reads all of both. The owner's alone."""
        require_owner(request)
        return JSONResponse(await one_ingest(local.verify_index))

    @router.post("/api/index/rebuild", summary="Make the index anew", responses=replies(RebuildOut), tags=["index"])
    async def rebuild_index(body: RebuildIn, request: Request) -> Response:
        """Questions are answered from the present one until it is there. The owner's alone."""
        require_owner(request)
        return JSONResponse(await one_ingest(partial(local.rebuild_index, body.embedding_model, body.chunk_tokens)))

    @router.get("/livez", summary="Whether it runs", responses=replies(AliveOut), tags=["server"])
    async def alive() -> Response:
        """Answers at once, whatever the workers are at."""
        return JSONResponse({"status": "ok"})

    @router.get("/healthz", summary="Whether it works", responses=replies(HealthOut), tags=["server"])
    async def health(request: Request) -> Response:
        """Needs no key; to those who have one it says what is indexed."""
        facts = await workers.run(local.status)
        known = record_of(request.scope).client is not None
        return JSONResponse({"status": "ok", "version": citera_version(), **(facts if known else {})})

    @router.get("/metrics", summary="Numbers for Prometheus", response_class=PlainTextResponse, tags=["server"])
    async def prometheus() -> Response:
        """In Prometheus' text format."""
        text, media_type = metrics.text()
        return Response(text, media_type=media_type)

    return router


def is_owner(request: Request) -> bool:
    client = record_of(request.scope).client
    return client is not None and client.owner


def require_owner(request: Request) -> None:
    if not is_owner(request):
        raise OwnerOnlyError


async def last_of(steps: AsyncIterator[Progress | Sentence | Answer]) -> Answer:
    """The answer that the steps lead to."""
    async for step in steps:
        if isinstance(step, Answer):
            return step
    raise AssertionError("the assistant ended without an answer")


def _ingested(request: Request, report: Json, pages: list[Json]) -> Response:
    """What an ingest did, with the reasons of rejections in the language that the client wants."""
    texts = look_at(request.scope).texts
    for rejected in (*report["rejected"], *(page for page in pages if page["reason"])):
        for name in ("reason", "remedy"):
            rejected[name] = told(texts, rejected[name]).words
    return JSONResponse({**report, "pages": pages})


def _file_name(stated: str | None) -> str:
    """The last part of a name that a stranger chose, without what cannot be printed."""
    name = re.split(r"[/\\]", " ".join(printable(stated or "").split()))[-1]
    return name[-100:] or "unnamed"


async def _events(
    request: Request, first: Progress | Sentence | Answer, rest: AsyncIterator[Progress | Sentence | Answer]
) -> AsyncIterator[str]:
    try:
        yield _event(first)
        async for step in rest:
            if isinstance(step, Answer):
                note_answer(step.to_dict())
            yield _event(step)
    except CiteraError as error:
        yield Problem.of(error).event(request.scope)
    except Exception:
        yield Problem(500, DEFECT).event(request.scope)
        raise


def _event(step: Progress | Sentence | Answer) -> str:
    data: object
    if isinstance(step, Answer):
        name, data = "answer", step.to_dict()
    elif isinstance(step, Sentence):
        parts = [{"kind": part.kind, "text": part.text, "marker": part.marker} for part in step.parts]
        name, data = "sentence", {"text": step.text, "parts": parts, "markers": list(step.markers)}
    else:
        name, data = "progress", {"stage": step.stage}
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"
