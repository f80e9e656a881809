"""Malformed requests to every endpoint of the real server: whatever comes, it is told apart, and nothing of the inside is shown."""

from __future__ import annotations

import http.client
import json
import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from corpus.samples import samples_folder
from rag import Assistant, Settings

EACH = int(os.environ.get("MALFORMED_REQUESTS", "40"))
"""Requests to each endpoint. MALFORMED_REQUESTS=1000 takes minutes."""
JSON = "application/json"
PROBLEMS = ("application/problem+json", "text/html; charset=utf-8")
FORM = "multipart/form-data; boundary=part"
HORII = "what did Horii say?"
ASK = {"question": HORII, "history": [{"role": "user", "text": "Hi"}]}
CHAT = {"model": "citera", "messages": [{"role": "user", "content": HORII}], "stream": False, "n": 1}
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": {"question": HORII}}}
FEEDBACK = {"question": HORII, "answer": {"text": "", "citations": [], "passages": []}, "verdict": "up", "history": []}
UPLOAD = (
    b'--part\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nThe pier is shut.\r\n--part--\r\n'
)


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    body: Any = None
    parameters: tuple[str, ...] = ()


ENDPOINTS = (
    Endpoint("POST", "/api/ask", ASK),
    Endpoint("POST", "/api/ask/stream", ASK),
    Endpoint("POST", "/api/search", {"query": "minerals", "limit": 3}),
    Endpoint("POST", "/api/check", {"text": "Horii said: “we are in the same boat”."}),
    Endpoint("POST", "/api/feedback", FEEDBACK),
    Endpoint("GET", "/api/quotes", parameters=("speaker", "about", "since")),
    Endpoint("GET", "/api/articles", parameters=("search", "limit", "offset")),
    Endpoint("GET", "/api/articles/{id}", parameters=("text_sha256",)),
    Endpoint("DELETE", "/api/articles/{id}"),
    Endpoint("POST", "/api/ingest", {"urls": ["http://127.0.0.1:9/"], "limit": 1, "prune": False, "pages": True}),
    Endpoint("POST", "/api/ingest/files", UPLOAD),
    Endpoint("GET", "/api/index"),
    Endpoint("POST", "/api/index/rebuild", {"embedding_model": "../no-such-model", "chunk_tokens": 200}),
    Endpoint("GET", "/api/openapi.json"),
    Endpoint("GET", "/livez"),
    Endpoint("GET", "/healthz"),
    Endpoint("GET", "/metrics"),
    Endpoint("GET", "/source"),
    Endpoint("GET", "/articles/{id}", parameters=("sha", "start", "end", "answer", "marker")),
    Endpoint("GET", "/people", parameters=("search", "name")),
    Endpoint("GET", "/corpus", parameters=("search", "page")),
    Endpoint("POST", "/corpus/{id}/withdraw", {}),
    Endpoint("GET", "/evaluations", parameters=("a", "b")),
    Endpoint("GET", "/history", parameters=("search",)),
    Endpoint("GET", "/history/{id}/json"),
    Endpoint("GET", "/history/{id}/{id}"),
    Endpoint("DELETE", "/history/{id}"),
    Endpoint("GET", "/login", parameters=("to",)),
    Endpoint("POST", "/login", {"name": "anna", "secret": "correct horse"}),
    Endpoint("POST", "/logout", {}),
    Endpoint("GET", "/v1/models"),
    Endpoint("POST", "/v1/chat/completions", CHAT),
    Endpoint("GET", "/v1/models/{id}"),
    Endpoint("POST", "/mcp", CALL),
    Endpoint("POST", "/gradio_api/queue/join", {"data": [], "fn_index": 0, "session_hash": "a"}),
    Endpoint("GET", "/citera-static/{id}"),
    Endpoint("GET", "/{id}"),
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "BREW", "get", "X" * 200)
IDS = (
    "../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/citera.db",
    "....//....//etc/passwd",
    "..\\..\\windows\\win.ini",
    "%00",
    "a%00.css",
    "%ff%fe",
    "%ed%a0%80",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "a" * 5_000,
    "%",
    "file:///etc/passwd",
    "{{7*7}}${1+1}",
    "\u202e\u0000",
)
JUNK = (
    None,
    True,
    -1,
    0,
    10**400,
    1e308,
    "",
    " ",
    "\x00",
    "\ud800",
    "é" * 2_001,
    "x" * 100_000,
    [],
    {},
    [[]],
    [None],
    ["http://[::1]:9/", "http://169.254.169.254/"],
    {"$ref": "#"},
    {"role": "user"},
    "../../etc/passwd",
    "javascript:alert(1)",
)
RAW = (
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe\x00",
    b'{"question": "\xc3\x28"}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"1" * 10_000,
    b'{"limit": ' + b"9" * 5_000 + b', "query": "a"}',
    b'{"question": NaN}',
    b'{"question": "a", "question": "b"}',
    b'{"question": "a"}{"question": "b"}',
    b"\xef\xbb\xbf{}",
    b"--part\r\n\r\n",
    b'--part\r\nContent-Disposition: form-data; name="files"; filename="../../x"\r\n\r\n\x00\r\n--part--',
)
TYPES = (
    JSON,
    FORM,
    "",
    "text/plain",
    "application/xml",
    "application/json; charset=utf-16",
    "multipart/form-data",
    "a" * 300,
)
HEADERS = (
    {"Authorization": "Bearer owner-token"},
    {"Authorization": "Basic ////"},
    {"Authorization": "Bearer"},
    {"X-Request-ID": "a\tb" * 100},
    {"Accept": "text/html"},
    {"Accept": "*/*;q=x"},
    {"Range": "bytes=-1"},
    {"traceparent": "00-x"},
    {"Mcp-Session-Id": "../.."},
    {"MCP-Protocol-Version": "1"},
    {"Cookie": "a" * 4_000},
    {"If-None-Match": '"' * 50},
)


class Mutator:
    """Requests to one endpoint, each wrong in one or more ways. The same seed gives the same ones."""

    def __init__(self, endpoint: Endpoint, article_id: str, seed: int) -> None:
        self._endpoint = endpoint
        self._article_id = article_id
        self._random = random.Random(f"{endpoint}{seed}")

    def requests(self, count: int) -> Iterator[dict[str, Any]]:
        return (self._request() for _ in range(count))

    def _request(self) -> dict[str, Any]:
        dice, endpoint = self._random, self._endpoint
        method = dice.choice(METHODS) if dice.random() < 0.15 else endpoint.method
        path = endpoint.path.replace("{id}", dice.choice(IDS) if dice.random() < 0.7 else self._article_id)
        wanted = [(name, dice.choice((*IDS, "9" * 400, "-1", "0", "x"))) for name in endpoint.parameters]
        if dice.random() < 0.2:
            wanted += [*wanted, (dice.choice(IDS), "1")]
        parts = [(quote(name, safe="%"), quote(value, safe="%")) for name, value in wanted if dice.random() < 0.8]
        query = "&".join(f"{name}={value}" for name, value in parts)
        headers = dict(dice.choice(HEADERS)) if dice.random() < 0.4 else {}
        kind = FORM if isinstance(endpoint.body, bytes) else JSON
        content = self._body()
        if content or endpoint.body is not None:
            headers["Content-Type"] = dice.choice(TYPES) if dice.random() < 0.15 else kind
        target = path if "%" in path else quote(path, safe="/:")
        return {"method": method, "url": f"{target}?{query}", "body": content, "headers": headers}

    def _body(self) -> bytes:
        dice, valid = self._random, self._endpoint.body
        if valid is None:
            return dice.choice(RAW) if dice.random() < 0.1 else b""
        if dice.random() < 0.3:
            return dice.choice(RAW)
        if isinstance(valid, bytes):
            at = dice.randrange(len(valid))
            return valid[:at] + dice.randbytes(dice.randrange(20)) + valid[at + dice.randrange(9) :]
        return json.dumps(self._mutated(valid)).encode()

    def _mutated(self, value: Any) -> Any:
        """`value` with one thing in it replaced, dropped or added."""
        dice = self._random
        if isinstance(value, dict) and value and dice.random() < 0.85:
            name = dice.choice(list(value))
            way = dice.random()
            if way < 0.2:
                return {key: held for key, held in value.items() if key != name}
            if way < 0.3:
                return {**value, dice.choice(("extra", "\ud800", "x" * 9_000, "__proto__")): dice.choice(JUNK)}
            return {**value, name: self._mutated(value[name])}
        if isinstance(value, list) and value and dice.random() < 0.7:
            return [self._mutated(value[0])] * dice.choice((1, 2, 200))
        return dice.choice(JUNK)


def wrong_with(sent: dict[str, Any], reply: http.client.HTTPResponse, text: str) -> str | None:
    """What must not be, or None."""
    kind, path = reply.getheader("content-type", ""), sent["url"].partition("?")[0]
    if reply.status >= 500 and reply.status != 503:
        return f"status {reply.status}"
    if any(sign in text for sign in ("Traceback (most", 'File "/', "site-packages", "root:x:0")):
        return "shows the inside"
    if "default-src" not in reply.getheader("content-security-policy", ""):
        return "no policy"
    if reply.getheader("x-content-type-options") != "nosniff" or not reply.getheader("x-request-id"):
        return "a header is missing"
    if reply.status < 400 or sent["method"] == "HEAD":
        return None
    if path.startswith("/v1/"):
        return None if kind == JSON and "message" in json.loads(text)["error"] else f"no OpenAI error: {kind}"
    if path.startswith(("/api/", "/healthz", "/metrics")) and kind not in PROBLEMS:
        return f"no problem: {kind}"
    return None


def answered(connection: http.client.HTTPConnection, sent: dict[str, Any]) -> http.client.HTTPResponse:
    """The reply, on a new connection where the server has closed the old one."""
    try:
        connection.request(**sent)
        return connection.getresponse()
    except ConnectionError:
        connection.close()
        connection.request(**sent)
        return connection.getresponse()


def throw(server: Any, article_id: str, each: int) -> Counter[int]:
    """Sends `each` malformed requests to every endpoint; gives how often each status came back."""
    statuses: Counter[int] = Counter()
    with closing(http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=60)) as connection:
        for endpoint in ENDPOINTS:
            for sent in Mutator(endpoint, article_id, seed=7).requests(each):
                reply = answered(connection, sent)
                text = reply.read().decode("utf-8", "replace")
                wrong = wrong_with(sent, reply, text)
                assert wrong is None, f"{wrong}: {str(sent)[:900]} -> {text[:500]}"
                statuses[reply.status] += 1
    assert "in the same boat" in server.post("/api/ask", json={"question": HORII}).json()["text"]
    deadline = time.monotonic() + 10
    while server.workers.jobs and time.monotonic() < deadline:  # an answer is sent a moment before its job has ended
        time.sleep(0.05)
    assert server.workers.jobs == 0
    return statuses


@pytest.fixture
def own_assistant(tmp_path: Path, cache: Path) -> Iterator[Assistant]:
    """The real one, over a copy of the sample corpus that may be spoilt."""
    with Assistant.open(Settings(home=tmp_path / "own", cache=cache)) as assistant:
        assistant.ingest([samples_folder()])
        yield assistant


@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore:.*SpooledTemporaryFile"
)  # Starlette leaves the file of a broken form to be collected
def test_malformed_requests_to_each_endpoint(serve: Any, own_assistant: Assistant) -> None:
    article_id = own_assistant.quotes(speaker="Horii")[0].article_id
    statuses = throw(serve(own_assistant, rate_limit=0), article_id, each=EACH)

    assert sum(statuses.values()) == EACH * len(ENDPOINTS)
    assert statuses.keys() >= {200, 400, 404, 405, 415, 422}
