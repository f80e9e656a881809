"""What every request gets: an id, a line in the log, numbers for Prometheus, spans, and an error that programs can read."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

KEYS = ("first-key-of-sixteen", "second-key-of-sixteen")
PROBLEM = {"type", "title", "status", "detail", "instance", "request_id", "retry"}


def problem(reply: httpx.Response, status: int) -> dict[str, Any]:
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = reply.json()
    assert set(document) == PROBLEM
    assert document["status"] == status
    assert document["request_id"] == reply.headers["x-request-id"]
    return document


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Any:
    """`lines(count)` waits for that many lines, which are written once a reply is sent, and gives them as JSON."""
    caplog.set_level(logging.INFO, "citera.requests")

    def written(count: int) -> list[dict[str, Any]]:
        deadline = time.monotonic() + 20
        while True:
            found = [json.loads(record.getMessage()) for record in caplog.records if record.name == "citera.requests"]
            if len(found) >= count or time.monotonic() > deadline:
                assert len(found) == count
                return found
            time.sleep(0.01)

    return written


def test_every_error_is_a_problem(serve: Any, assistant: Any) -> None:
    server = serve(assistant)
    json_type = {"Content-Type": "application/json"}
    refused = [
        (server.post("/api/ask", json={}), 422),
        (server.post("/api/ask", content=b"\xff\xfe{", headers=json_type), 400),
        (server.post("/api/ask", content=b"x", headers={"Content-Type": "text/plain"}), 415),
        (server.post("/api/ask", content=b" " * 1_000_001, headers=json_type), 413),
        (server.post("/api/ask", json={"question": "break"}), 500),
        (server.get("/api/elsewhere"), 404),
        (server.get("/api"), 404),
        (server.get("/elsewhere"), 404),
        (server.get("/citera-static/elsewhere.css"), 404),
        (server.get("/api/articles/0000"), 404),
        (server.get("/healthz", headers={"Host": "evil.example"}), 421),
        (server.get("/healthz", headers={"Origin": "https://evil.example"}), 403),
    ]
    for reply, status in refused:
        document = problem(reply, status)
        assert document["instance"] == reply.url.path
        assert "Traceback" not in reply.text


def test_a_wrong_method_is_405_and_says_which_are_right(serve: Any, assistant: Any) -> None:
    server = serve(assistant)
    for method, path, allowed in (
        ("GET", "/api/ask", "POST"),
        ("DELETE", "/api/articles", "GET"),
        ("POST", "/api/articles/0000", "DELETE, GET"),
        ("PUT", "/v1/models", "GET"),
        ("BREW", "/api/search", "POST"),
        ("POST", "/healthz", "GET"),
        ("POST", "/articles/0000", "GET"),
    ):
        reply = httpx.request(method, server.url + path, headers={"Content-Type": "application/json"}, timeout=30)
        assert reply.status_code == 405, path
        assert reply.headers["allow"] == allowed
        assert method in reply.text


def test_a_request_keeps_its_id(serve: Any, assistant: Any, lines: Any) -> None:
    server = serve(assistant)
    given = server.get("/healthz", headers={"X-Request-ID": "trace-42_a.b"})
    made = [server.get("/healthz", headers={"X-Request-ID": bad}) for bad in ("", "a b", "x" * 65, 'a"}\t{"forged')]

    assert given.headers["x-request-id"] == "trace-42_a.b"
    ids = {reply.headers["x-request-id"] for reply in made}
    assert len(ids) == 4
    assert all(len(name) == 32 and name.isalnum() for name in ids)
    assert {line["request_id"] for line in lines(5)} == ids | {"trace-42_a.b"}


def test_one_line_a_request_and_no_question_in_it(serve: Any, assistant: Any, lines: Any) -> None:
    server = serve(assistant)
    server.post("/api/ask", json={"question": "what did Horii say?"})
    server.post("/api/ask/stream", json={"question": "Who won?"})
    server.get("/api/articles/secret-id")
    server.post("/v1/chat/completions", json={"model": "citera", "messages": [{"role": "user", "content": "Horii"}]})
    written = lines(4)

    assert [(line["method"], line["path"], line["status"]) for line in written] == [
        ("POST", "/api/ask", 200),
        ("POST", "/api/ask/stream", 200),
        ("GET", "/api/articles/{article_id}", 404),
        ("POST", "/v1/chat/completions", 200),
    ]
    assert [line.get("outcome") for line in written] == ["answered", "no_support", None, "answered"]
    assert written[0]["citations"] == 2
    assert "stages_ms" in written[0]
    assert all(line["ms"] > 0 and line["client"] == "127.0.0.1" for line in written)
    assert not any(word in json.dumps(written) for word in ("Horii", "won", "secret-id"))


def test_questions_are_written_down_when_asked_for(serve: Any, assistant: Any, lines: Any) -> None:
    serve(assistant, log_questions=True).post("/api/ask", json={"question": "Who won?"})

    assert [line["question"] for line in lines(1)] == ["Who won?"]


def test_metrics_are_prometheus_own(serve: Any, assistant: Any, lines: Any) -> None:
    server = serve(assistant)
    server.post("/api/ask", json={"question": "what did Horii say?"})
    server.post("/api/ask", json={"question": "Who won?"})
    server.get("/api/articles/one")
    server.get("/api/articles/two")
    httpx.request("BREW", server.url + "/api/ask", timeout=30)
    lines(5)
    reply = server.get("/metrics")
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(reply.text)
        for sample in family.samples
    }

    assert reply.headers["content-type"].startswith("text/plain")
    assert samples["citera_requests_total", "/api/ask", "200", "POST"] == 2
    assert samples["citera_requests_total", "/api/articles/{article_id}", "404", "GET"] == 2
    assert samples["citera_requests_total", "405", "OTHER", "other"] == 1
    assert samples["citera_answers_total", "answered", "extractive"] == 1
    assert samples["citera_answers_total", "extractive", "no_support"] == 1
    assert samples["citera_request_seconds_count", "/api/ask"] == 2
    assert samples["citera_jobs",] == 0


class Collector(HTTPServer):
    """Takes spans in, as an OpenTelemetry collector does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _CollectorHandler)
        self.spans: list[Any] = []


class _CollectorHandler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        sent = ExportTraceServiceRequest.FromString(self.rfile.read(int(self.headers["Content-Length"])))
        for resource in sent.resource_spans:
            for scope in resource.scope_spans:
                self.server.spans += scope.spans
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Collector]:
    server = Collector()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_traces_are_sent_where_they_are_wanted(
    serve: Any, sample_assistant: Any, collector: Collector, stop_servers: Any
) -> None:
    server = serve(sample_assistant, otel_endpoint=f"http://127.0.0.1:{collector.server_port}/v1/traces")
    parent = "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01"
    server.post("/api/ask", json={"question": "what did Horii say?"}, headers={"traceparent": parent})
    server.get("/api/quotes", params={"about": "something private"})
    stop_servers()
    spans = {span.name: span for span in collector.spans}

    ask = spans["POST /api/ask"]
    assert ask.trace_id.hex() == "0123456789abcdef0123456789abcdef"
    assert {"citera.embed", "citera.search", "citera.write", "citera.verify"} <= set(spans)
    assert all(spans[name].parent_span_id == ask.span_id for name in spans if name.startswith("citera."))
    assert "private" not in str(collector.spans)


def test_nobody_is_let_in_without_a_key_once_there_are_keys(serve: Any, assistant: Any, lines: Any) -> None:
    server = serve(assistant, api_keys=KEYS)
    ask = {"json": {"question": "what did Horii say?"}}
    for path in ("/", "/api/articles", "/v1/models", "/metrics", "/api/openapi.json", "/articles/0000", "/nothing"):
        reply = server.get(path)
        assert reply.status_code == 401, path
        assert reply.headers["www-authenticate"].startswith("Basic realm=")
    problem(server.post("/api/ask", **ask), 401)
    problem(server.post("/api/ask", headers={"Authorization": f"Bearer {KEYS[0]}x"}, **ask), 401)
    problem(server.post("/api/ask", headers={"Authorization": KEYS[0]}, **ask), 401)
    problem(server.post("/api/ask", headers={"Authorization": "Basic %%%"}, **ask), 401)

    assert server.post("/api/ask", headers={"Authorization": f"Bearer {KEYS[1]}"}, **ask).status_code == 200
    assert server.post("/api/ask", auth=("anna", KEYS[0]), **ask).status_code == 200
    assert server.get("/", auth=("", KEYS[0])).status_code == 200
    assert server.get("/api/articles", headers={"Authorization": "Bearer owner-token"}).status_code == 200
    assert server.get("/healthz").json().keys() == {"status", "version"}
    assert "articles" in server.get("/healthz", auth=("", KEYS[0])).json()
    clients = {line["client"] for line in lines(17) if line["status"] == 200 and line["path"] == "/api/ask"}
    assert len(clients) == 2
    assert all(name.startswith("key:") for name in clients)
    assert not any(key in json.dumps(lines(17)) for key in KEYS)


def test_a_key_is_not_the_owner_s(serve: Any, assistant: Any, teaser: Any) -> None:
    server = serve(assistant, api_keys=KEYS)
    key = {"Authorization": f"Bearer {KEYS[0]}"}
    reply = httpx.delete(f"{server.url}/api/articles/{teaser.id}", headers=key, timeout=30)

    assert "owner" in problem(reply, 403)["detail"]
    assert teaser.id in assistant.live


def test_a_client_that_asks_too_often_is_told_when_to_come_back(serve: Any, assistant: Any) -> None:
    server = serve(assistant, rate_limit=12, api_keys=KEYS)  # two at once, one every five seconds
    first, second = ({"Authorization": f"Bearer {key}"} for key in KEYS)
    replies = [server.get("/api/quotes", headers=first) for _ in range(3)]

    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert 1 <= int(replies[2].headers["retry-after"]) <= 5
    assert problem(replies[2], 429)["retry"] is True
    assert server.get("/api/quotes", headers=second).status_code == 200
    assert [server.get("/metrics").status_code for _ in range(3)] == [401, 401, 429]
    assert server.get("/healthz", headers=first).status_code == 200


def test_other_sites_are_shut_out_unless_they_are_named(serve: Any, assistant: Any) -> None:
    site, other = "https://news.example", "https://evil.example"
    server = serve(assistant, cors_origins=[site])
    shut = serve(assistant)
    ask = {"question": "what did Horii say?"}
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    before = httpx.options(server.url + "/api/ask", headers={"Origin": site, **asked}, timeout=30)
    reply = server.post("/api/ask", json=ask, headers={"Origin": site, "Sec-Fetch-Site": "cross-site"})

    assert before.status_code == 200
    assert before.headers["access-control-allow-origin"] == reply.headers["access-control-allow-origin"] == site
    assert "default-src 'none'" in before.headers["content-security-policy"]
    assert reply.status_code == 200
    refused = server.post("/api/ask", json=ask, headers={"Origin": other, "Sec-Fetch-Site": "cross-site"})
    problem(refused, 403)
    assert "access-control-allow-origin" not in refused.headers
    for preflight in (
        httpx.options(shut.url + "/api/ask", headers={"Origin": site, **asked}, timeout=30),
        shut.post("/api/ask", json=ask, headers={"Origin": site}),
    ):
        problem(preflight, 403)
        assert "access-control-allow-origin" not in preflight.headers


def test_other_names_are_answered_to_when_they_are_set(serve: Any, assistant: Any) -> None:
    server = serve(assistant, hosts=["citera.example", "other.example:81"])
    for name in ("citera.example", "Citera.Example", "other.example:81"):
        assert server.get("/healthz", headers={"Host": name}).status_code == 200
        own = {"Host": name, "Origin": f"https://{name.lower()}"}
        assert server.post("/api/search", json={"query": "a"}, headers=own).status_code == 200
    problem(server.get("/healthz", headers={"Host": "other.example"}), 421)


def test_the_description_holds(serve: Any, assistant: Any, harbour: Any) -> None:
    """Every reply fits the schema that /api/openapi.json gives for it, and every operation is described with its errors."""
    server = serve(assistant)
    document = server.get("/api/openapi.json").json()
    operations = {
        (method, path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }

    assert document["openapi"].startswith("3.1")
    for (method, path), operation in operations.items():
        assert operation["summary"], path
        assert operation.get("description"), (method, path)
        assert {"401", "404", "405", "413", "422", "429", "500", "503"} <= set(operation["responses"])

    def check(method: str, path: str, reply: httpx.Response) -> None:
        media_type = reply.headers["content-type"].split(";")[0]
        described = operations[method, path]["responses"][str(reply.status_code)]["content"][media_type]["schema"]
        schema = {**described, "components": document["components"]}
        Draft202012Validator(schema).validate(reply.json())

    asked = {"question": "what did Horii say?"}
    chat = {"model": "citera", "messages": [{"role": "user", "content": "Horii"}]}
    owner = {"Authorization": "Bearer owner-token"}
    check("post", "/api/ask", server.post("/api/ask", json=asked))
    check("post", "/api/ask", server.post("/api/ask", json={}))
    check("post", "/api/search", server.post("/api/search", json={"query": "harbour"}))
    check("get", "/api/quotes", server.get("/api/quotes"))
    check("get", "/api/articles", server.get("/api/articles"))
    check("get", "/api/articles/{article_id}", server.get(f"/api/articles/{harbour.id}"))
    check("get", "/api/articles/{article_id}", server.get("/api/articles/0000"))
    ingested = server.post("/api/ingest", json={"paths": ["a.txt", "empty.txt"], "pages": True}, headers=owner)
    check("post", "/api/ingest", ingested)
    check("post", "/api/ingest/files", server.post("/api/ingest/files", files={"files": b"x"}))
    check("get", "/healthz", server.get("/healthz"))
    check("get", "/v1/models", server.get("/v1/models"))
    check("post", "/v1/chat/completions", server.post("/v1/chat/completions", json=chat))
    check("post", "/v1/chat/completions", server.post("/v1/chat/completions", json={**chat, "model": "other"}))
