"""What stands before every route: who may speak to the server, how much and how often, and what a browser may do with the reply."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import math
import re
from collections.abc import Sequence
from urllib.parse import quote

from starlette.middleware.cors import CORSMiddleware
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access import OPEN_PATHS, SESSION_COOKIE, Access, RateLimit
from ui.problems import OPENAI_PREFIX, Problem, reply
from ui.request_log import record_of

BODY_LIMIT = 1_000_000
"""Bytes a request may carry. The longest body is a question with its history."""
BODY_SECONDS = 60
"""A body that has not come by then is not waited for: a client that sends a byte now and then would hold its place for ever."""
UPLOAD_PATH = "/api/ingest/files"
UPLOAD_LIMIT = 50_000_000
"""Bytes the files of one upload may have together. They stand in memory until they are read."""

CHAT_PATHS = ("queue/join", "queue/data", "heartbeat/", "reset", "cancel", "startup-events", "app_id")
"""What the chat page needs of Gradio's own API. Its file, upload and proxy routes stay shut."""
JOIN_PATH = "/gradio_api/queue/join"
LIMITED_PATHS = (
    "/api/",
    "/v1/",
    "/mcp",
    "/articles/",
    "/people",
    "/corpus",
    "/history",
    "/evaluations",
    "/login",
    JOIN_PATH,
)
"""What costs work, and counts against a client's rate; style sheets and scripts do not."""

READING_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
PAGES = ("/people", "/corpus", "/history", "/evaluations", "/login")
"""Pages of ours that search, send and log in."""
CHAT_POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_INLINE_SCRIPT = re.compile(rb"<script(?: [^>]*)?>(.*?)</script>", re.DOTALL)


def local_hosts(port: int) -> frozenset[str]:
    """The Host headers that a browser on this machine sends."""
    return frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))


class Guard:
    """ASGI app around the whole server: refuses strangers, foreign hosts and origins, and big bodies, and sets a policy on all that
    comes out. A page at another site can point a name of its own at 127.0.0.1, but not forge Host or Origin; `origins` are the sites
    whose pages may."""

    def __init__(
        self, app: ASGIApp, hosts: frozenset[str], access: Access, rate: RateLimit, origins: Sequence[str] = ()
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._access = access
        self._rate = rate
        self._foreign = frozenset(origins)
        self._origins = self._foreign | {f"{scheme}://{host}" for scheme in ("http", "https") for host in hosts}
        self._checked: ASGIApp = self._http
        if origins:
            self._checked = CORSMiddleware(
                self._http,
                allow_origins=list(origins),
                allow_methods=["GET", "POST", "DELETE"],
                allow_headers=["Authorization", "Content-Type", "X-Request-ID"],
                expose_headers=["X-Request-ID", "Retry-After"],
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._checked(scope, receive, _ChatPage(send) if scope["path"] == "/" else _Page(send, scope["path"]))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = (
            self._foreign_problem(scope, headers)
            or self._client_problem(scope, headers)
            or _form_problem(scope, headers)
        )
        limit = UPLOAD_LIMIT if refusal is None and scope["path"] == UPLOAD_PATH else BODY_LIMIT
        body = await _body(receive, limit)  # also of what is refused: a client that still sends might miss the reply
        if refusal is not None and refusal.status == 401 and _is_for_a_person(scope, headers):
            there = quote(
                scope["path"] + ("?" + scope["query_string"].decode("latin-1") if scope["query_string"] else "")
            )
            await RedirectResponse(f"/login?to={there}", 303)(scope, receive, send)
            return
        if refusal is not None or isinstance(body, Problem):
            await reply(scope, refusal or body)(scope, receive, send)  # type: ignore[arg-type]  # one of them is a Problem
            return
        if scope["path"] == "/":
            scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, _Mended(scope, receive, send))

    def _foreign_problem(self, scope: Scope, headers: dict[str, str]) -> Problem | None:
        origin, reads = headers.get("origin", "").lower(), scope["method"] in ("GET", "HEAD")
        if headers.get("host", "").lower() not in self._hosts:
            return Problem(421, "This server answers only to its own address. CITERA_HOSTS names others.")
        if origin and origin not in self._origins:
            return Problem(403, "Pages of other sites may not use this server.")
        site = headers.get("sec-fetch-site", "none")
        if not reads and site not in ("same-origin", "none") and origin not in self._foreign:
            return Problem(403, "Pages of other sites may not use this server.")
        return None

    def _client_problem(self, scope: Scope, headers: dict[str, str]) -> Problem | None:
        """Notes who the client is. A stranger's tries count as well, so that no key is found by trying."""
        address = (scope.get("client") or ("unknown", 0))[0]
        session = cookie_parser(headers.get("cookie", "")).get(SESSION_COOKIE, "")
        client = self._access.client(headers.get("authorization", ""), address, session)
        stranger = client is None and not scope["path"].startswith(OPEN_PATHS)
        record, name = record_of(scope), client.name if client else address
        record.client, record.address = client, address
        if stranger or scope["path"].startswith(LIMITED_PATHS):
            wait = self._rate.wait(name)
            if wait:
                seconds = str(math.ceil(wait))
                return Problem(
                    429, f"Too many requests. Try again in {seconds} s.", retry=True, headers={"Retry-After": seconds}
                )
        if stranger:
            of_a_script = (
                headers.get("sec-fetch-dest") == "empty"
            )  # a browser would open a window of its own over the page
            challenge = {} if of_a_script else {"WWW-Authenticate": 'Basic realm="Citera", charset="UTF-8"'}
            said = "Show an API key: Authorization: Bearer KEY, or KEY as the password."
            return Problem(401, said, headers=challenge, code="invalid_api_key")
        return None


def _is_for_a_person(scope: Scope, headers: dict[str, str]) -> bool:
    """Whether a browser asks for a page, and can be shown where to log in."""
    return scope["method"] == "GET" and "text/html" in headers.get("accept", "")


def _form_problem(scope: Scope, headers: dict[str, str]) -> Problem | None:
    path = scope["path"]
    if path.startswith("/gradio_api/") and not path.removeprefix("/gradio_api/").startswith(CHAT_PATHS):
        return Problem(404, "There is nothing here.")
    wanted = "multipart/form-data" if path == UPLOAD_PATH else "application/json"
    if scope["method"] == "POST" and headers.get("content-type", "").split(";")[0].strip().lower() != wanted:
        return Problem(415, f"Send the request as {wanted}.")
    return None


async def _body(receive: Receive, limit: int) -> bytes | Problem:
    """The whole body, or what is wrong with it."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return Problem(400, "The request broke off.")
                body += message.get("body", b"")
                if len(body) > limit:
                    return Problem(413, f"The request is larger than {limit:,} bytes.")
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError:
        return Problem(408, f"The request did not come within {BODY_SECONDS} s.", retry=True)


class _Page:
    """Sends every reply with the policy of a page that runs no script, or none but ours."""

    def __init__(self, send: Send, path: str) -> None:
        self._send = send
        self._policy = PAGE_POLICY if path in PAGES else READING_POLICY

    async def __call__(self, message: Message) -> None:
        await self._send(_with_policy(message, self._policy) if message["type"] == "http.response.start" else message)


class _Mended:
    """Says in our words what Gradio says of errors in its own: of an address that is nobody's, and of a request to join its queue. It
    breaks on one that its page would not send, and only then: a handler's own errors come later, by another way."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._said = False

    async def __call__(self, message: Message) -> None:
        problem = self._problem(message) if message["type"] == "http.response.start" else None
        if problem is not None:
            self._said = True
            await reply(self._scope, problem)(self._scope, self._receive, self._send)
        elif not self._said:
            await self._send(message)

    def _problem(self, start: Message) -> Problem | None:
        path, status = self._scope["path"], start["status"]
        if status == 500 and path == JOIN_PATH:
            return Problem(400, "The chat cannot read this.")
        theirs = (b"content-type", b"application/json") in start["headers"] and not path.startswith(OPENAI_PREFIX)
        if status in (404, 405) and theirs:
            return Problem(
                404, f"There is no {self._scope['method']} {path}. GET /api/openapi.json names what there is."
            )
        return None


class _ChatPage:
    """Sends Gradio's page with a policy that allows exactly the inline scripts it was built with, by their hash."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}
        self._page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        if message["type"] != "http.response.body":
            return
        self._page += message.get("body", b"")
        if message.get("more_body"):
            return
        digests = (hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(self._page))
        scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
        await self._send(_with_policy(self._start, CHAT_POLICY.format(scripts=scripts)))
        await self._send({"type": "http.response.body", "body": self._page})


def _with_policy(start: Message, policy: str) -> Message:
    ours = {
        b"content-security-policy": policy.encode(),
        b"x-content-type-options": b"nosniff",
        b"referrer-policy": b"no-referrer",
        b"cross-origin-resource-policy": b"same-origin",
    }
    return {**start, "headers": [pair for pair in start["headers"] if pair[0] not in ours] + list(ours.items())}
