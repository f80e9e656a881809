"""The server: API, article pages and chat over one open assistant; for this machine alone, unless there are keys."""

from __future__ import annotations

import errno
import ipaddress
import os
import re
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send

from ui import citera_version
from ui.access import Access, RateLimit
from ui.errors import AddressNotHereError, HostRefusedError, PortTakenError
from ui.guard import Guard, local_hosts
from ui.history import History
from ui.http_api import api_router
from ui.local import Local
from ui.mcp_server import mcp_route, mcp_server
from ui.metrics import Metrics
from ui.openai_api import openai_router
from ui.problems import answer_errors_with_problems
from ui.progress import progress_on_stderr
from ui.remote import ServerFile
from ui.rendering import STATIC
from ui.replies import describe
from ui.request_log import METHODS, RequestLog, log_to_stderr
from ui.sessions import Sessions
from ui.traces import Traces
from ui.web_pages import pages_router
from ui.workers import Workers

if TYPE_CHECKING:
    from rag import Assistant, Settings

_HAS_PORT = re.compile(r":\d+$")
OUR_PATHS = (
    *("/api/", "/v1/", "/mcp", "/livez", "/healthz", "/metrics"),
    *("/articles/", "/source", "/people", "/corpus", "/history", "/evaluations", "/login", "/logout"),
)


def build_app(assistant: Assistant, settings: Settings, *, port: int, owner_token: str, workers: Workers) -> ASGIApp:
    """Everything the server answers. Heavy: loads Gradio."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from ui.chat_page import mount_chat

    metrics, traces = Metrics(workers), Traces(settings)
    tools = mcp_server(Local(assistant), workers.run)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with tools.session_manager.run():
            yield
        traces.close()

    app = FastAPI(
        title="Citera",
        version=citera_version(),
        description="Verified, cited answers over your news articles.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
        telemetry=traces.telemetry,
    )
    answer_errors_with_problems(app)
    app.include_router(api_router(assistant, workers, metrics))
    app.include_router(openai_router(assistant, workers))
    app.router.routes.append(mcp_route(tools))
    app.mount(STATIC, StaticFiles(directory=Path(__file__).parent / "static"))

    access = Access(
        Sessions(settings.home),
        owner_token,
        [key.get_secret_value() for key in settings.api_keys],
        {name: password.get_secret_value() for name, password in settings.users.items()},
    )
    history = History(settings.home)
    app.include_router(pages_router(assistant, workers, history, access))
    app.router.routes.append(NothingElse(app.routes))
    describe(app)
    mount_chat(app, assistant, workers, history)
    hosts = local_hosts(port).union(
        settings.hosts, (f"{host}:{port}" for host in settings.hosts if not _HAS_PORT.search(host))
    )
    guard = Guard(app, hosts, access, RateLimit(settings.rate_limit), settings.cors_origins)
    return RequestLog(guard, metrics, traces, questions=settings.log_questions)


class NothingElse(BaseRoute):
    """Stands before the chat, which takes every address: under our prefixes, what no route has taken is a 404 or a 405."""

    def __init__(self, routes: Sequence[BaseRoute]) -> None:
        self._routes = tuple(routes)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        ours = scope["type"] == "http" and scope["path"].startswith(OUR_PATHS)
        return (Match.FULL if ours else Match.NONE), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # the base class's signature
        allowed = [method for method in sorted(METHODS) if self._takes({**scope, "method": method})]
        if allowed:
            said = f"{scope['path']} does not go with {scope['method']}."
            raise HTTPException(405, said, {"Allow": ", ".join(allowed)})
        raise HTTPException(404, f"There is no {scope['method']} {scope['path']}.")

    def _takes(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self._routes)


def serve(
    settings: Settings, host: str = "127.0.0.1", port: int = 7860, say: Callable[[str], None] = typer.echo
) -> None:
    """Serves until interrupted; `say` gets the address once it answers. Port 0 takes any free one.

    Raises:
        HostRefusedError: strangers could reach `host`, and there are no keys.
        AddressNotHereError: `host` is no address of this machine.
        PortTakenError: the port is in use.
        IndexBusyError: another process holds the index.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stack:
        listening = stack.enter_context(_bind(host, port, keyed=bool(settings.api_keys or settings.users)))
        port = listening.getsockname()[1]
        url = f"http://{_reached_at(host)}:{port}"

        from rag import Assistant

        assistant = stack.enter_context(Assistant.open(settings, exclusive=True, address=url, note=_note))
        _ingest_samples_on_first_run(assistant)
        workers = Workers()
        stack.callback(workers.close)
        token = secrets.token_urlsafe(32)
        named = settings.model_copy(update={"hosts": (*settings.hosts, f"{_reached_at(host)}:{port}")})
        app = build_app(assistant, named, port=port, owner_token=token, workers=workers)
        if settings.log_requests:
            log_to_stderr()

        def announce() -> None:
            ServerFile.write(settings.home, url, token)
            stack.callback(ServerFile.path(settings.home).unlink, missing_ok=True)
            say(f"Citera is ready: {url}")

        config = uvicorn.Config(
            app,
            log_level="warning",
            http="h11",  # hands every method on; httptools answers a strange one itself, without our headers
            server_header=False,
            proxy_headers=False,  # else whoever sends X-Forwarded-For chooses whose rate is counted
            timeout_graceful_shutdown=5,
        )
        _Server(config, announce).run(sockets=[listening])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._announce()


def _bind(host: str, port: int, *, keyed: bool) -> socket.socket:
    """A socket that holds the port from now on, before anything slow is loaded."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise AddressNotHereError(host) from None
    if not loopback and not keyed:
        raise HostRefusedError(host)
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    if os.name == "posix":
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise AddressNotHereError(host) from error
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            raise PortTakenError(port) from error
        raise
    return bound


def _reached_at(host: str) -> str:
    """How this machine reaches a server that listens on `host`, which may be all of its addresses."""
    if host == "localhost":
        return host
    address = ipaddress.ip_address(host)
    if address.is_unspecified:
        return "127.0.0.1" if address.version == 4 else "[::1]"
    return f"[{address}]" if address.version == 6 else str(address)


def _ingest_samples_on_first_run(assistant: Assistant) -> None:
    from corpus.samples import samples_folder

    if assistant.status().articles:
        return
    _note("The index is empty: ingesting the sample articles")
    with progress_on_stderr() as progress:
        assistant.ingest([samples_folder()], progress=progress)


def _note(message: str) -> None:
    typer.echo(f"{message}…", err=True)
