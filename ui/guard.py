"""What stands before every route: who may speak to the server, how much, and what a browser may do with the reply."""

from __future__ import annotations

import base64
import hashlib
import re

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.error_messages import problem_document

BODY_LIMIT = 1_000_000
"""Bytes a request may carry. The longest body is a question with its history."""
UPLOAD_PATH = "/api/ingest/files"
UPLOAD_LIMIT = 50_000_000
"""Bytes the files of one upload may have together. They stand in memory until they are read."""

CHAT_PATHS = ("queue/join", "queue/data", "heartbeat/", "reset", "cancel", "startup-events")
"""What the chat page needs of Gradio's own API. Its file, upload and proxy routes stay shut."""

READING_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
CHAT_POLICY = (
    "default-src 'self'; script-src 'self' {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_INLINE_SCRIPT = re.compile(rb"<script(?: [^>]*)?>(.*?)</script>", re.DOTALL)


def local_hosts(port: int) -> frozenset[str]:
    """The Host headers that a browser on this machine sends."""
    return frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))


class Guard:
    """ASGI app around the whole server: refuses foreign hosts and origins and big bodies, and sets a policy on all
    that comes out. A page at another site can point a name of its own at 127.0.0.1, but not forge Host or Origin."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts
        self._origins = {f"http://{host}" for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, _ChatPage(send) if scope["path"] == "/" else _Reading(send))

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        limit = UPLOAD_LIMIT if scope["path"] == UPLOAD_PATH else BODY_LIMIT
        body = None if refusal else await _body(receive, limit)
        if body is None and refusal is None:
            refusal = (413, f"The request is larger than {limit:,} bytes.")
        if refusal is not None:
            document = problem_document(*refusal)
            await JSONResponse(document, document["status"], media_type="application/problem+json")(
                scope, receive, send
            )
            return
        if scope["path"] == "/":
            scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def replay() -> Message:
            return pending.pop() if pending else await receive()

        await self._app(scope, replay, send)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        path, reads = scope["path"], scope["method"] in ("GET", "HEAD")
        if headers.get("host", "").lower() not in self._hosts:
            return 421, "This server answers only to its own address on this machine."
        if "origin" in headers and headers["origin"].lower() not in self._origins:
            return 403, "Pages of other sites may not use this server."
        if not reads and headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
            return 403, "Pages of other sites may not use this server."
        if path.startswith("/gradio_api/") and not path.removeprefix("/gradio_api/").startswith(CHAT_PATHS):
            return 404, "There is nothing here."
        wanted = "multipart/form-data" if path == UPLOAD_PATH else "application/json"
        if scope["method"] == "POST" and headers.get("content-type", "").split(";")[0].strip() != wanted:
            return 415, f"Send the request as {wanted}."
        return None


async def _body(receive: Receive, limit: int) -> bytes | None:
    """The whole body; None once it passes the limit."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body"):
            return bytes(body)


class _Reading:
    """Sends every reply with the policy of a page that runs no script."""

    def __init__(self, send: Send) -> None:
        self._send = send

    async def __call__(self, message: Message) -> None:
        await self._send(_with_policy(message, READING_POLICY) if message["type"] == "http.response.start" else message)


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
