"""Every request leaves one JSON line, some numbers for Prometheus, and its id in the reply.

What a handler knows of its own request (whose answer, how long its stages took) it tells with `note_answer`.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter, time_ns
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.access import Client
from ui.metrics import Metrics
from ui.traces import Traces

if TYPE_CHECKING:
    from rag.answer import AnswerJson

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What a client may call its own request; anything else gets a new id, so that no log line can be forged."""
METHODS = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())
HUNG_UP = 499
"""The status written down for a client that left before its reply began, as nginx has it."""

log = logging.getLogger("citera.requests")


@dataclass(slots=True)
class RequestRecord:
    """One request as it will be written down."""

    id: str
    method: str
    traces: Traces
    address: str = ""
    client: Client | None = None
    status: int = HUNG_UP
    cancelled: bool = False
    answers: list[AnswerJson] = field(default_factory=list)


_current: ContextVar[RequestRecord | None] = ContextVar("citera_request", default=None)


def record_of(scope: Scope) -> RequestRecord:
    """The record of the request that `scope` is of."""
    record: RequestRecord = scope["citera"]
    return record


def note_answer(answer: AnswerJson) -> None:
    """Adds an answer's outcome and timings to the line of the request that it is made for, if there is one."""
    record = _current.get()
    if record is not None:
        record.answers.append(answer)
        record.traces.stages(answer["timings_ms"])


def log_to_stderr() -> None:
    """Has the lines written as they are, and nothing else: a program reads them."""
    if not log.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(message)s"))
        log.addHandler(handler)
    log.propagate = False
    log.setLevel(logging.INFO)


class RequestLog:
    """ASGI app around the whole server."""

    def __init__(self, app: ASGIApp, metrics: Metrics, traces: Traces, *, questions: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._traces = traces
        self._questions = questions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        record = scope["citera"] = RequestRecord(_request_id(scope), _method(scope), self._traces)
        start, over = perf_counter(), False

        async def hearing() -> Message:
            message = await receive()
            record.cancelled |= message["type"] == "http.disconnect" and not over
            return message

        async def saying(message: Message) -> None:
            nonlocal over
            if message["type"] == "http.response.start":
                record.status = message["status"]
                headers = [pair for pair in message["headers"] if pair[0] != b"x-request-id"]
                message = {**message, "headers": [*headers, (b"x-request-id", record.id.encode())]}
            elif message["type"] == "http.response.body":
                over = not message.get("more_body", False)
            await send(message)

        token = _current.set(record)
        try:
            await self._app(scope, hearing, saying)
        finally:
            _current.reset(token)
            self._write(scope, record, perf_counter() - start)

    def _write(self, scope: Scope, record: RequestRecord, seconds: float) -> None:
        path = _template(scope)
        self._metrics.request(record.method, path, record.status, seconds)
        line: dict[str, Any] = {
            "time_ns": time_ns(),
            "request_id": record.id,
            "method": record.method,
            "path": path,
            "status": record.status,
            "ms": round(seconds * 1000, 1),
            "client": record.client.name if record.client else record.address,
        }
        if record.cancelled:
            line["cancelled"] = True
        for answer in record.answers:
            self._metrics.answer(answer)
            line |= {"outcome": answer["refusal_reason"] or "answered", "model": answer["model"]}
            line |= {"citations": len(answer["citations"]), "stages_ms": answer["timings_ms"]}
            if self._questions:
                line["question"] = answer["question"]
        log.info(json.dumps(line))


def _request_id(scope: Scope) -> str:
    given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), "")
    return given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _method(scope: Scope) -> str:
    method: str = scope["method"]
    return method if method in METHODS else "OTHER"


def _template(scope: Scope) -> str:
    """The route's path with its parameters' names, never their values: `/api/articles/{article_id}`."""
    return getattr(scope.get("route"), "path", None) or "other"
