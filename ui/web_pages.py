"""The pages around the chat: articles, people, the corpus, evaluations, a user's conversations, and where one logs in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from evals import EvalError, finished_runs, run_html, runs_folder, side_by_side
from evals.report_html import STYLE
from index.errors import ArticleNotFoundError
from ui.access import SESSION_COOKIE, Access
from ui.corpus_page import LISTED, corpus_page
from ui.error_messages import error_told
from ui.errors import OwnerOnlyError, WrongPasswordError
from ui.evaluations_page import compared, evaluations_page, one_run, problem
from ui.history import History
from ui.history_page import conversation_json, conversation_markdown, history_page
from ui.login_page import login_page
from ui.looks import look_at
from ui.people_page import people_page, person_page, said_by
from ui.rendering import Cited, article_page, cited_span, welcome_page
from ui.request_log import record_of
from ui.sessions import SESSION_SECONDS
from ui.swedish_report import report_in
from ui.texts import Look
from ui.workers import Workers

if TYPE_CHECKING:
    import gradio as gr

    from corpus.article import Article
    from rag import Assistant
    from ui.access import Client

Words = Annotated[str, StringConstraints(max_length=200)]
Id = Annotated[str, StringConstraints(max_length=100)]


class LoginIn(BaseModel):
    """A user's name and password; a key has no name."""

    model_config = ConfigDict(extra="forbid")

    name: Words = ""
    secret: Words


def pages_router(assistant: Assistant, workers: Workers, history: History, access: Access) -> APIRouter:
    """The pages. Each is of the client who asks, in the language and colours that their browser says."""
    router = APIRouter(include_in_schema=False)

    @router.get("/source")
    async def source(request: Request) -> HTMLResponse:
        return HTMLResponse(welcome_page(look_at(request.scope)))

    @router.get("/articles/{article_id}")
    async def article(
        request: Request,
        article_id: str,
        sha: str | None = None,
        start: int | None = None,
        end: int | None = None,
        answer: Id | None = None,
        marker: int = 0,
    ) -> HTMLResponse:
        def made() -> str:
            exchange = history.exchange(client_of(request).user, answer) if answer else None
            cited = Cited(exchange.id, marker, exchange.answer.citations) if exchange else None
            return _article_page(assistant, article_id, sha, start, end, cited, look_at(request.scope))

        return HTMLResponse(await workers.run(made))

    @router.get("/people")
    async def people(request: Request, search: Words = "", name: Words | None = None) -> HTMLResponse:
        def made() -> str:
            if name is not None:
                return person_page(name, said_by(assistant, name), look_at(request.scope))
            return people_page(assistant.people(), search.strip(), look_at(request.scope))

        return HTMLResponse(await workers.run(made))

    @router.get("/corpus")
    async def corpus(
        request: Request, search: Words = "", page: Annotated[int, Query(ge=1, le=1_000_000)] = 1
    ) -> HTMLResponse:
        def made() -> str:
            words = search.strip()
            total, articles = assistant.catalogue(words, first=(page - 1) * LISTED, limit=LISTED)
            may = may_withdraw(client_of(request))
            return corpus_page(
                articles, total=total, page=page, search=words, may_withdraw=may, look=look_at(request.scope)
            )

        return HTMLResponse(await workers.run(made))

    @router.post("/corpus/{article_id}/withdraw", status_code=204)
    async def withdraw(request: Request, article_id: str) -> None:
        if not may_withdraw(client_of(request)):
            raise OwnerOnlyError
        await workers.run(lambda: assistant.remove(article_id))

    @router.get("/evaluations")
    async def evaluations(request: Request, a: Words = "", b: Words = "") -> HTMLResponse:
        return HTMLResponse(
            await workers.run(lambda: _evaluations(assistant.status().home, a, b, look_at(request.scope)))
        )

    @router.get("/evaluations/report.css")
    async def report_style() -> Response:
        return Response(STYLE, media_type="text/css")

    @router.get("/history")
    async def conversations(request: Request, search: Words = "") -> HTMLResponse:
        found = await workers.run(lambda: history.conversations(client_of(request).user, search))
        return HTMLResponse(history_page(found, search, look_at(request.scope)))

    @router.get("/history/{conversation}/{form}")
    async def export(request: Request, conversation: Id, form: Literal["markdown", "json"]) -> Response:
        exchanges = await workers.run(lambda: history.exchanges(client_of(request).user, conversation))
        if form == "json":
            content, kind, ending = conversation_json(exchanges), "application/json", "json"
        else:
            content, kind, ending = (
                conversation_markdown(exchanges, look_at(request.scope).texts),
                "text/markdown",
                "md",
            )
        name = f"citera-{exchanges[0].asked:%Y-%m-%d}.{ending}" if exchanges else f"citera.{ending}"
        return Response(content, headers={"Content-Disposition": f'attachment; filename="{name}"'}, media_type=kind)

    @router.delete("/history/{conversation}", status_code=204)
    async def delete(request: Request, conversation: Id) -> None:
        await workers.run(lambda: history.delete(client_of(request).user, conversation))

    @router.get("/login")
    async def login(request: Request, to: Annotated[str, Query(max_length=4_000)] = "/") -> Response:
        if record_of(request.scope).client is not None:
            return RedirectResponse("/", 303)
        return HTMLResponse(login_page(look_at(request.scope), to))

    @router.post("/login", status_code=204)
    async def log_in(request: Request, body: LoginIn) -> Response:
        session = access.log_in(body.name.strip(), body.secret, record_of(request.scope).address)
        if session is None:
            raise WrongPasswordError
        reply = Response(status_code=204)
        secure = request.headers.get("origin", "").startswith("https://")
        reply.set_cookie(SESSION_COOKIE, session, SESSION_SECONDS, httponly=True, samesite="lax", secure=secure)
        return reply

    @router.post("/logout", status_code=204)
    async def log_out(request: Request) -> Response:
        access.log_out(request.cookies.get(SESSION_COOKIE, ""))
        reply = Response(status_code=204)
        reply.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
        return reply

    return router


def client_of(request: Request) -> Client:
    """Who asks; the guard has let them in."""
    known = record_of(request.scope).client
    assert known is not None
    return known


def http_request(event: gr.Request) -> Request:
    """The request that brought an event of the chat."""
    assert event.request is not None
    return event.request


def may_withdraw(client: Client) -> bool:
    """The owner; and where no key is asked for, whoever sits at this machine."""
    return client.owner or client.here


def _evaluations(home: Path, a: str, b: str, look: Look) -> str:
    """The runs of a home. Only a name on the list leads to a folder."""
    folder = runs_folder(home)
    runs = finished_runs(folder)
    chosen = [name for name in (a, b) if name in runs]
    say = report_in(look.texts)
    try:
        if len(chosen) == 2:
            content = compared(side_by_side(folder / a, folder / b, say), a, b, look.texts)
        else:
            content = "".join(one_run(run_html(folder / name, say), name) for name in chosen)
    except EvalError as error:
        content = problem(error_told(look.texts, error))
    return evaluations_page(runs, a, b, content, look)


def _article_page(
    assistant: Assistant,
    article_id: str,
    sha: str | None,
    start: int | None,
    end: int | None,
    cited: Cited | None,
    look: Look,
) -> str:
    article = assistant.article(article_id, sha)
    return article_page(
        article,
        cited_span(article, start, end),
        host=_host(assistant, article),
        story=assistant.full_story(article),
        current=assistant.is_current(article),
        copies=assistant.copies(article_id, sha),
        cited=cited,
        look=look,
    )


def _host(assistant: Assistant, article: Article) -> Article | None:
    try:
        return assistant.article(article.found_on) if article.found_on else None
    except ArticleNotFoundError:
        return None
