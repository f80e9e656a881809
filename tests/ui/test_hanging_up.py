"""Clients that hang up: their work stops, nothing of it is left, and the next client is answered."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

HORII = {"question": "what did Horii say?"}
CHAT = {"model": "citera", "messages": [{"role": "user", "content": "what did Horii say?"}]}


def send(server: Any, path: str, body: dict[str, Any]) -> socket.socket:
    """A connection on which a request has been sent, and nothing read."""
    host, port = server.url.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=30)
    sent = json.dumps(body).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
    connection.sendall(head.encode() + sent)
    return connection


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/ask", HORII),
        ("/api/ask/stream", HORII),
        ("/v1/chat/completions", CHAT),
        ("/v1/chat/completions", {**CHAT, "stream": True}),
    ],
)
def test_twenty_that_hang_up_before_their_answer_leave_nothing(
    serve: Any, assistant: Any, path: str, body: dict[str, Any]
) -> None:
    assistant.hold = threading.Event()
    server = serve(assistant, waiting=18)
    connections = [send(server, path, body) for _ in range(20)]
    wait_until(lambda: server.workers.jobs == 20)
    assert server.post("/api/ask", json=HORII).status_code == 503
    for connection in connections:
        connection.close()
    wait_until(lambda: server.workers.jobs == 2)  # those that waited are gone; two are in the midst of a stage
    assistant.hold.set()
    wait_until(lambda: server.workers.jobs == 0)

    assert len(assistant.histories) == 2
    assert assistant.answered == 0
    assert server.post("/api/ask", json=HORII).status_code == 200


def test_twenty_that_hang_up_in_mid_stream_leave_nothing(serve: Any, assistant: Any) -> None:
    assistant.pause = 0.1
    server = serve(assistant, waiting=18)
    connections = [send(server, "/api/ask/stream", HORII) for _ in range(20)]
    for connection in connections:
        assert b"200 OK" in connection.recv(4096)
        connection.close()
    wait_until(lambda: server.workers.jobs == 0)

    assert len(assistant.histories) == 20
    assert assistant.answered == 0
    assert server.post("/api/ask", json=HORII).status_code == 200


def test_the_line_of_a_client_that_hung_up_says_so(
    serve: Any, assistant: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "citera.requests")
    assistant.hold = threading.Event()
    server = serve(assistant)
    connection = send(server, "/api/ask", HORII)
    wait_until(lambda: bool(assistant.histories))
    connection.close()
    wait_until(lambda: any(record.name == "citera.requests" for record in caplog.records))
    assistant.hold.set()
    (line,) = (json.loads(record.getMessage()) for record in caplog.records if record.name == "citera.requests")

    assert (line["path"], line["status"], line["cancelled"]) == ("/api/ask", 499, True)


def test_a_body_that_does_not_come_is_not_waited_for(
    serve: Any, assistant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.guard.BODY_SECONDS", 0.2)
    server = serve(assistant)
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1])), timeout=30) as connection:
        host = server.url.removeprefix("http://")
        head = f"POST /api/ask HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n"
        connection.sendall(head.encode() + b'{"question": ')
        reply = connection.recv(4096)

    assert reply.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in reply
