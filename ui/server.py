"""The server: API, article pages and chat over one open assistant, for this machine alone."""

from __future__ import annotations

import errno
import ipaddress
import os
import secrets
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer
import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp

from index.errors import ArticleNotFoundError
from ui.errors import HostRefusedError, PortTakenError
from ui.guard import Guard, local_hosts
from ui.http_api import answer_errors_with_problems, api_router
from ui.progress import progress_on_stderr
from ui.remote import ServerFile
from ui.rendering import STATIC, article_page, cited_span, problem_page, welcome_page
from ui.workers import Workers

if TYPE_CHECKING:
    from corpus.article import Article
    from rag import Assistant, Settings


def build_app(assistant: Assistant, *, port: int, owner_token: str, workers: Workers) -> ASGIApp:
    """Everything the server answers. Heavy: loads Gradio."""
    from ui.chat_page import mount_chat

    app = FastAPI(title="Citera", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    answer_errors_with_problems(app, problem_page)
    app.include_router(api_router(assistant, workers, owner_token))
    app.mount(STATIC, StaticFiles(directory=Path(__file__).parent / "static"))

    @app.get("/source", include_in_schema=False)
    async def source() -> HTMLResponse:
        return HTMLResponse(welcome_page())

    @app.get("/articles/{article_id}", include_in_schema=False)
    async def article(
        article_id: str, sha: str | None = None, start: int | None = None, end: int | None = None
    ) -> HTMLResponse:
        return HTMLResponse(await workers.run(lambda: _article_page(assistant, article_id, sha, start, end)))

    mount_chat(app, assistant, workers)
    return Guard(app, local_hosts(port))


def serve(
    settings: Settings, host: str = "127.0.0.1", port: int = 7860, say: Callable[[str], None] = typer.echo
) -> None:
    """Serves until interrupted; `say` gets the address once it answers. Port 0 takes any free one.

    Raises:
        HostRefusedError: `host` is not a loopback address.
        PortTakenError: the port is in use.
        IndexBusyError: another process holds the index.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        listening = stack.enter_context(_bind(host, port))
        port = listening.getsockname()[1]
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"

        from rag import Assistant

        assistant = stack.enter_context(Assistant.open(settings, exclusive=True, address=url, note=_note))
        _ingest_samples_on_first_run(assistant)
        workers = Workers()
        stack.callback(workers.close)
        token = secrets.token_urlsafe(32)
        app = build_app(assistant, port=port, owner_token=token, workers=workers)

        def announce() -> None:
            ServerFile.write(settings.home, url, token)
            stack.callback(ServerFile.path(settings.home).unlink, missing_ok=True)
            say(f"Citera is ready: {url}")

        config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=5)
        _Server(config, announce).run(sockets=[listening])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()


def _bind(host: str, port: int) -> socket.socket:
    """A socket that holds the port from now on, before anything slow is loaded."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise HostRefusedError(host)
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if os.name == "posix":
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortTakenError(port) from error
        raise
    return bound


def _ingest_samples_on_first_run(assistant: Assistant) -> None:
    from corpus.samples import samples_folder

    if assistant.status().articles:
        return
    _note("The index is empty: ingesting the sample articles")
    with progress_on_stderr() as progress:
        assistant.ingest([samples_folder()], progress=progress)


def _note(message: str) -> None:
    typer.echo(f"{message}…", err=True)


def _article_page(assistant: Assistant, article_id: str, sha: str | None, start: int | None, end: int | None) -> str:
    article = assistant.article(article_id, sha)
    span = cited_span(article, start, end)
    host, story = _host(assistant, article), assistant.full_story(article)
    copies = assistant.copies(article_id, sha)
    return article_page(article, span, host=host, story=story, current=assistant.is_current(article), copies=copies)


def _host(assistant: Assistant, article: Article) -> Article | None:
    try:
        return assistant.article(article.found_on) if article.found_on else None
    except ArticleNotFoundError:
        return None
