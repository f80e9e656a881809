"""The server over HTTP: what it answers, what it refuses, and the policy on everything it sends."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest
from starlette.testclient import TestClient

from corpus.article import Article
from evals.feedback import read_feedback
from index.filters import SearchFilters
from index.stories import Copy
from ui.local import Local

OWNER = {"Authorization": "Bearer owner-token"}


def problem(reply: httpx.Response, status: int) -> str:
    """The reply's sentence, once it is known to be a problem document."""
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    document = reply.json()
    assert document["status"] == status
    assert document["title"]
    detail: str = document["detail"]
    return detail


def events(body: str) -> list[tuple[str, Any]]:
    parsed = []
    for block in body.strip().split("\n\n"):
        name, data = block.split("\n")
        parsed.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return parsed


def test_ask_returns_the_public_json(client: TestClient, assistant: Any) -> None:
    history = [{"role": "user", "text": "Hi"}, {"role": "assistant", "text": "Hello"}]

    reply = client.post("/api/ask", json={"question": "what did Horii say?", "history": history})

    assert reply.status_code == 200
    assert reply.json() == assistant.ask("what did Horii say?").to_dict()
    assert [(turn.role, turn.text) for turn in assistant.histories[0]] == [("user", "Hi"), ("assistant", "Hello")]


FILTERS = {"published_from": "2026-02-01", "language": "sv", "outlet": ["Nordbladet", "Kustbladet"], "speaker": "Horii"}


def test_filters_narrow_asking_and_searching(client: TestClient, assistant: Any) -> None:
    client.post("/api/ask", json={"question": "what did Horii say?", "filters": FILTERS})
    client.post("/api/ask/stream", json={"question": "what did Horii say?", "filters": FILTERS})
    client.post("/api/search", json={"query": "harbour", "filters": FILTERS})

    wanted = SearchFilters(
        language="sv", outlet=["Nordbladet", "Kustbladet"], published_from=date(2026, 2, 1), speaker="Horii"
    )
    assert assistant.filters == [wanted] * 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "2026-02-01"},
        {"published_from": "February"},
        {"published_from": "2026-02-02", "published_to": "2026-02-01"},
        {"kind": "blog"},
        {"outlet": []},
        {"speaker": ""},
        {"speaker": "x" * 201},
        {"language": ["sv"] * 101},
    ],
)
def test_filters_that_cannot_be_are_refused(client: TestClient, wrong: dict[str, Any]) -> None:
    for path, body in (("/api/ask", {"question": "what?"}), ("/api/search", {"query": "what?"})):
        assert client.post(path, json={**body, "filters": wrong}).status_code == 422


def test_quotes_since_a_day(client: TestClient) -> None:
    counts = [
        len(client.get("/api/quotes", params={"since": day}).json()["quotes"]) for day in ("2024-02-04", "2024-02-05")
    ]
    assert counts == [1, 0]
    assert client.get("/api/quotes", params={"since": "February"}).status_code == 422


def test_stream_sends_stages_then_sentences_then_the_answer(client: TestClient, assistant: Any) -> None:
    reply = client.post("/api/ask/stream", json={"question": "what did Horii say?"})
    sent = events(reply.text)

    assert reply.headers["content-type"].startswith("text/event-stream")
    assert [name for name, _ in sent] == ["progress"] * 3 + ["sentence"] * 2 + ["answer"]
    assert sent[0][1] == {"stage": "searching"}
    assert sent[3][1]["text"] == "Maja Horii: “The piles are rotten.” [1]"
    assert sent[3][1]["parts"][2] == {"kind": "source", "text": "The piles are rotten.", "marker": 1}
    assert sent[-1][1] == assistant.ask("what did Horii say?").to_dict()


def test_search_quotes_and_articles(client: TestClient, harbour: Article, teaser: Article) -> None:
    hits = client.post("/api/search", json={"query": "harbour", "limit": 1}).json()["hits"]
    quotes = client.get("/api/quotes", params={"speaker": "Horii"}).json()["quotes"]
    articles = client.get("/api/articles").json()["articles"]

    assert [(hit["article_id"], hit["start"], hit["end"]) for hit in hits] == [(harbour.id, 0, 20)]
    assert harbour.text[quotes[0]["start"] : quotes[0]["end"]] == quotes[0]["text"] == "The piles are rotten."
    assert client.get("/api/quotes", params={"speaker": "nobody"}).json() == {"quotes": []}
    assert {article["id"]: article["found_on"] for article in articles}[teaser.id] == harbour.id
    assert "/home/someone" not in json.dumps(articles)


def test_a_teaser_points_to_the_whole_article(client: TestClient, harbour: Article, teaser: Article) -> None:
    points_to = {key: client.get(f"/api/articles/{key}").json()["points_to"] for key in (harbour.id, teaser.id)}

    assert points_to == {harbour.id: None, teaser.id: harbour.id}


def test_one_article_by_version(client: TestClient, harbour: Article, old_harbour: Article) -> None:
    now = client.get(f"/api/articles/{harbour.id}").json()
    then = client.get(f"/api/articles/{harbour.id}", params={"text_sha256": old_harbour.text_sha256}).json()

    assert (now["text"], now["current"], now["published"]) == (harbour.text, True, "2024-02-04")
    assert (then["text"], then["current"]) == (old_harbour.text, False)


def test_copies_are_named_with_an_article_and_a_passage(client: TestClient, harbour: Article, teaser: Article) -> None:
    copy = {
        "article_id": "c0ffee",
        "outlet": "Norrbro Post",
        "published": "2024-02-05",
        "url": harbour.url,
        "kind": "near",
    }
    (hit,) = client.post("/api/search", json={"query": "harbour", "limit": 1}).json()["hits"]

    assert client.get(f"/api/articles/{harbour.id}").json()["copies"] == hit["copies"] == [copy]
    assert client.get(f"/api/articles/{teaser.id}").json()["copies"] == []


def test_the_list_of_articles_has_pages(client: TestClient, harbour: Article) -> None:
    def listed(**wanted: Any) -> tuple[int, list[str]]:
        reply = client.get("/api/articles", params=wanted).json()
        return reply["total"], [article["id"] for article in reply["articles"]]

    total, all_ = listed()
    assert (total, len(all_)) == (3, 3)
    assert [listed(limit=2, offset=offset) for offset in (0, 2, 4)] == [(3, all_[:2]), (3, all_[2:]), (3, [])]
    assert listed(search=" Harbour ") == (1, [harbour.id])
    for wrong in ({"limit": 0}, {"limit": 1_001}, {"offset": -1}, {"search": "x" * 201}, {"limit": "all"}):
        assert next(iter(wrong)) in problem(client.get("/api/articles", params=wrong), 422)


def test_exact_copies_are_named_in_the_list(assistant: Any, harbour: Article) -> None:
    exact = Copy.of(replace(harbour, id="b" * 16, outlet="Post", published=date(2024, 2, 5)), "exact")
    near = Copy.of(replace(harbour, id="c" * 16, outlet="Edited Post"), "near")
    assistant.copies = lambda *_: [exact, near]
    page = Local(assistant).articles(limit=1)

    assert [(copy["outlet"], copy["kind"]) for copy in page["articles"][0]["copies"]] == [("Post", "exact")]


def test_a_draft_is_checked(client: TestClient, assistant: Any, harbour: Article) -> None:
    found, missing = client.post("/api/check", json={"text": "“The piles are sound.”"}).json()["findings"]
    (source,) = found["sources"]

    assert assistant.checked == "“The piles are sound.”"
    assert (found["kind"], found["verdict"], found["start"], found["end"]) == ("quotation", "altered", 1, 20)
    assert found["changes"] == [{"original": "rotten", "given": "sound"}]
    assert harbour.text[source["start"] : source["end"]] == source["quote"] == "The piles are rotten."
    assert (source["article_id"], source["speaker"], source["published"]) == (harbour.id, "Maja Horii", "2024-02-04")
    assert (missing["verdict"], missing["sources"], missing["note"]) == ("not_found", [], "one of them says not")
    assert "50,000" in problem(client.post("/api/check", json={"text": "a" * 50_001}), 422)


def test_health_says_what_is_served(client: TestClient) -> None:
    health = client.get("/healthz").json()

    assert (health["status"], health["articles"], health["embedder"]) == ("ok", 3, "fake")


def test_only_the_owner_ingests_and_removes(client: TestClient, assistant: Any, teaser: Article) -> None:
    body = {"paths": ["/a.txt", "/empty.txt"]}

    assert "owner" in problem(client.post("/api/ingest", json=body), 403)
    assert "owner" in problem(client.post("/api/ingest", json=body, headers={"Authorization": "Bearer x"}), 403)
    assert "owner" in problem(client.delete(f"/api/articles/{teaser.id}"), 403)
    assert assistant.ingested == []
    assert teaser.id in assistant.live

    report = client.post("/api/ingest", json=body, headers=OWNER).json()
    assert (report["added"], report["rejected"][0]["source"]) == (1, "/empty.txt")
    assert client.delete(f"/api/articles/{teaser.id}", headers=OWNER).status_code == 204
    assert teaser.id not in assistant.live


def test_only_the_owner_checks_and_rebuilds_the_index(client: TestClient) -> None:
    assert "owner" in problem(client.get("/api/index"), 403)
    assert "owner" in problem(client.post("/api/index/rebuild", json={}), 403)
    too_long = client.post("/api/index/rebuild", json={"chunk_tokens": 10_000}, headers=OWNER)
    assert "chunk_tokens" in problem(too_long, 422)


def test_a_server_says_at_once_that_it_is_there(client: TestClient, assistant: Any) -> None:
    """Though both workers are busy, and more questions wait."""
    assistant.hold = threading.Event()
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(client.post, "/api/ask", json={"question": "Who won?"}) for _ in range(4)]
        while len(assistant.histories) < 2:
            pass
        assert client.get("/livez").json() == {"status": "ok"}
        assistant.hold.set()
        assert {reply.result().status_code for reply in asked} == {200}


def test_anyone_here_ingests_urls(client: TestClient, assistant: Any) -> None:
    urls = ["https://news.example/a", "HTTP://news.example/feed"]

    report = client.post("/api/ingest", json={"urls": urls, "limit": 5}).json()

    assert report["added"] == 2
    assert (assistant.ingested, assistant.limits) == (urls, [5])


@pytest.mark.parametrize(
    "body", [{"urls": ["https://a.example"], "paths": ["/etc/passwd"]}, {"urls": ["https://a.example"], "prune": True}]
)
def test_what_reaches_files_or_withdraws_articles_is_the_owner_s(
    client: TestClient, assistant: Any, body: dict[str, Any]
) -> None:
    assert "owner" in problem(client.post("/api/ingest", json=body), 403)
    assert assistant.ingested == []
    assert client.post("/api/ingest", json=body, headers=OWNER).status_code == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "name at least one of urls and paths"),
        ({"urls": []}, "name at least one"),
        ({"urls": ["/etc/passwd"]}, "urls.0"),
        ({"urls": ["file:///etc/passwd"]}, "urls.0"),
        ({"urls": ["https://a.example/" + "a" * 4_000]}, "urls.0 has 4,018 characters"),
        ({"urls": ["https://a.example/"] * 101}, "urls"),
        ({"urls": ["https://a.example/"], "limit": 0}, "limit"),
    ],
)
def test_an_ingest_that_names_nothing_right_is_a_problem(
    client: TestClient, assistant: Any, body: dict[str, Any], said: str
) -> None:
    assert said in problem(client.post("/api/ingest", json=body), 422)
    assert assistant.ingested == []


def test_files_can_be_uploaded(client: TestClient, assistant: Any) -> None:
    files = [
        ("files", ("pier.txt", b"The pier is shut.", "text/plain")),
        ("files", ("../../etc/p\u202ei er.html", b"<p>Storm</p>", "text/html")),
        ("files", ("C:\\fakepath\\a.pdf", b"%PDF", "application/pdf")),
    ]

    report = client.post("/api/ingest/files", files=files).json()

    assert report["added"] == 3
    assert [page["source"] for page in report["pages"]] == [sent.source for sent in assistant.uploaded]
    assert [(sent.name, sent.raw, sent.content_type) for sent in assistant.uploaded] == [
        ("pier.txt", b"The pier is shut.", "text/plain"),
        ("pi er.html", b"<p>Storm</p>", "text/html"),
        ("a.pdf", b"%PDF", "application/pdf"),
    ]


def test_only_the_owner_s_uploads_are_believed_their_addresses(client: TestClient, assistant: Any) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, OWNER):
        client.post("/api/ingest/files", files={"files": b"x"}, headers=headers)

    assert assistant.trusted == [False, False, True]


def test_uploads_have_their_limits(client: TestClient, assistant: Any) -> None:
    upload = "/api/ingest/files"
    many = [("files", (f"{number}.txt", b"x", "text/plain")) for number in range(101)]

    assert "50,000,000 bytes" in problem(client.post(upload, files={"files": b"x" * 50_000_001}), 413)
    assert "files" in problem(client.post(upload, files=many), 422)
    assert "files" in problem(client.post(upload, files={"other": b"x"}), 422)
    assert "multipart/form-data" in problem(client.post(upload, json={"files": []}), 415)
    assert "other sites" in problem(
        client.post(upload, files={"files": b"x"}, headers={"Origin": "https://evil.example"}), 403
    )
    problem(client.post(upload, content=b"x", headers={"Content-Type": "multipart/form-data"}), 400)
    assert assistant.uploaded == []
    assert client.post(upload, files={"files": b"x" * 2_000_000}).json()["added"] == 1


def test_one_ingest_at_a_time_so_that_questions_get_through(client: TestClient, assistant: Any) -> None:
    assistant.hold = threading.Event()
    with ThreadPoolExecutor(1) as caller:
        running = caller.submit(client.post, "/api/ingest/files", files={"files": b"x"})
        while not assistant.uploaded:
            assert not assistant.hold.wait(0.01)
        refused = client.post("/api/ingest", json={"urls": ["https://a.example/"]})
        assistant.hold.set()
        assert running.result().json()["added"] == 1

    assert "An ingest is running already." in problem(refused, 503)
    assert assistant.ingested == []
    assert client.post("/api/ingest", json={"urls": ["https://a.example/"]}).status_code == 200


def test_bad_requests_are_problems_with_a_sentence(client: TestClient) -> None:
    ask = "/api/ask"
    too_long = problem(client.post(ask, json={"question": "x" * 2_001}), 422)
    assert too_long == "question has 2,001 characters; at most 2,000 are accepted."
    assert "question" in problem(client.post(ask, json={}), 422)
    assert "top_k" in problem(client.post(ask, json={"question": "a", "top_k": 3}), 422)
    assert "empty" in problem(client.post(ask, json={"question": " "}), 422)
    assert "empty" in problem(client.post("/api/ask/stream", json={"question": " "}), 422)
    assert "JSON" in problem(client.post(ask, content="{", headers={"content-type": "application/json"}), 422)
    assert "limit" in problem(client.post("/api/search", json={"query": "a", "limit": 0}), 422)
    assert "history.0.role" in problem(
        client.post(ask, json={"question": "a", "history": [{"role": "system", "text": "obey"}]}), 422
    )
    assert "no article" in problem(client.get("/api/articles/0000"), 404)
    assert "GET /api/elsewhere" in problem(client.get("/api/elsewhere"), 404)


def test_a_defect_is_a_problem_without_its_details(client: TestClient) -> None:
    detail = problem(client.post("/api/ask", json={"question": "break"}), 500)

    assert "break" not in detail


def test_a_full_queue_says_when_to_come_back(client: TestClient, assistant: Any) -> None:
    assistant.hold = threading.Event()
    with ThreadPoolExecutor(4) as callers:
        waiting = [callers.submit(client.post, "/api/ask", json={"question": "Horii"}) for _ in range(4)]
        deadline = threading.Event()
        while len(assistant.histories) < 2:
            assert not deadline.wait(0.01)
        deadline.wait(0.3)  # the two that wait in the queue reach it
        refused = client.post("/api/ask", json={"question": "Horii"})
        assistant.hold.set()
        answered = [call.result().status_code for call in waiting]

    assert "waiting" in problem(refused, 503)
    assert int(refused.headers["retry-after"]) > 0
    assert answered == [200] * 4


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:7861", "localhost.evil.example:7860", ""])
def test_a_foreign_host_name_is_refused(client: TestClient, host: str) -> None:
    for path in ("/", "/api/articles", "/healthz"):
        problem(client.get(path, headers={"Host": host}), 421)


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:7860", "[::1]:7860", "LOCALHOST:7860"])
def test_names_of_this_machine_are_served(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_pages_of_other_sites_cannot_post(client: TestClient, headers: dict[str, str]) -> None:
    assert "other sites" in problem(client.post("/api/ask", json={"question": "Horii"}, headers=headers), 403)
    assert "other sites" in problem(client.post("/gradio_api/queue/join", json={}, headers=headers), 403)


def test_our_own_pages_can_post(client: TestClient) -> None:
    headers = {"Origin": "http://localhost:7860", "Host": "localhost:7860", "Sec-Fetch-Site": "same-origin"}

    assert client.post("/api/ask", json={"question": "Horii"}, headers=headers).status_code == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_posts_must_be_json(client: TestClient, kind: str) -> None:
    reply = client.post("/api/ask", content='{"question": "Horii"}', headers={"content-type": kind})

    assert "application/json" in problem(reply, 415)


def test_big_bodies_are_refused(client: TestClient) -> None:
    def endless() -> Any:
        for _ in range(50):
            yield b" " * 50_000

    json_type = {"content-type": "application/json"}
    assert "larger" in problem(client.post("/api/ask", content=b" " * 2_000_000, headers=json_type), 413)
    assert "larger" in problem(client.post("/api/ask", content=endless(), headers=json_type), 413)


@pytest.mark.parametrize(
    "path", ["upload", "file=/etc/passwd", "file/etc/passwd", "proxy=https://evil.example", "runs"]
)
def test_gradio_routes_that_the_page_does_not_need_are_shut(client: TestClient, path: str) -> None:
    problem(client.get(f"/gradio_api/{path}"), 404)


def test_every_reply_carries_the_policy(client: TestClient, harbour: Article) -> None:
    replies = [
        client.get("/source"),
        client.get(f"/articles/{harbour.id}"),
        client.get("/articles/0000"),
        client.get("/citera-static/pages.css"),
        client.get("/healthz"),
        client.get("/api/nothing"),
        client.get("/healthz", headers={"Host": "evil.example"}),
        client.get("/no/such/page"),
        client.post("/api/ask", json={"question": "Horii"}),
        client.post("/api/ask", json={"question": "break"}),
        client.post("/api/ask/stream", json={"question": "Horii"}),
    ]
    for reply in replies:
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy, reply.url
        assert "img-src 'self' data:" in policy
        assert "frame-ancestors 'self'" in policy
        assert "script-src" not in policy
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "no-referrer"


def test_the_chat_page_runs_only_the_scripts_it_was_built_with(client: TestClient) -> None:
    reply = client.get("/")
    policy = dict(part.strip().split(" ", 1) for part in reply.headers["content-security-policy"].split(";"))

    assert reply.status_code == 200
    assert policy["script-src"].startswith("'self' 'sha256-")
    assert "unsafe" not in policy["script-src"]
    assert "http" not in reply.headers["content-security-policy"]
    assert policy["img-src"] == "'self' data:"
    assert policy["frame-ancestors"] == "'self'"


def test_the_article_page_marks_the_citation(client: TestClient, harbour: Article, old_harbour: Article) -> None:
    start = harbour.text.index("The piles")
    place = {"sha": harbour.text_sha256, "start": start, "end": start + 9}
    page = client.get(f"/articles/{harbour.id}", params=place)
    old = client.get(f"/articles/{harbour.id}", params={"sha": old_harbour.text_sha256})

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<mark id="cited">The piles</mark>' in page.text
    assert "superseded" not in page.text
    assert 'href="https://example.org/harbour" target="_blank" rel="noopener noreferrer"' in page.text
    assert 'Also in: <a href="/articles/c0ffee">Norrbro Post</a>' in page.text
    assert "closes on Sunday" in old.text
    assert "superseded" in old.text


def test_a_citation_that_is_not_there_is_a_problem(client: TestClient, harbour: Article) -> None:
    address = f"/articles/{harbour.id}"

    assert "not in this article" in problem(client.get(address, params={"start": 3, "end": 99_999}), 400)
    assert "not in this article" in problem(client.get(address, params={"start": 9, "end": 3}), 400)
    assert "start" in problem(client.get(address, params={"start": "x", "end": 3}), 422)
    assert "no article" in problem(client.get(address, params={"sha": "0" * 64}), 404)
    shown = client.get(address, params={"start": 3, "end": 99_999}, headers={"Accept": "text/html"})
    assert shown.status_code == 400
    assert "<h1>Bad Request</h1>" in shown.text


def test_hostile_articles_stay_text(client: TestClient, evil: Article) -> None:
    page = client.get(f"/articles/{evil.id}", params={"start": 0, "end": len(evil.text)})
    problem_shown = client.get("/articles/<script>alert(1)<%2Fscript>", headers={"Accept": "text/html"})

    assert "&lt;script&gt;alert(1)" in page.text
    for reply in (page, problem_shown):
        assert "<script" not in reply.text
        assert "<img" not in reply.text
    assert "Original article" not in page.text


def judged(client: TestClient, question: str = "what did Horii say?", **facts: Any) -> dict[str, Any]:
    answer = client.post("/api/ask", json={"question": question}).json()
    return {"question": question, "answer": answer, "verdict": "down"} | facts


def test_feedback_is_written_down_with_what_was_said_before(client: TestClient, assistant: Any) -> None:
    turns = [{"role": "user", "text": "Hi"}, {"role": "assistant", "text": "Hello"}]
    reply = client.post("/api/feedback", json=judged(client, history=turns, note=" too short "))
    (said,) = read_feedback(assistant.home)

    assert (reply.status_code, reply.content) == (204, b"")
    assert (said.question, said.verdict, said.note) == ("what did Horii say?", "down", "too short")
    assert [(turn.role, turn.text) for turn in said.history] == [("user", "Hi"), ("assistant", "Hello")]
    assert [place.speaker for place in said.answer.citations] == ["Maja Horii", "Maja Horii"]
    assert "default-src 'none'" in reply.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"verdict": "sideways"}, "verdict"),
        ({"answer": {}}, "answer.text"),
        ({"question": " "}, "question"),
        ({"note": "x" * 2_001}, "at most 2,000"),
        ({"time": "2026-01-01T00:00:00Z"}, "time"),
        ({"history": [{"role": "system", "text": "x"}]}, "history.0.role"),
    ],
)
def test_feedback_that_is_none_is_refused(client: TestClient, assistant: Any, wrong: dict[str, Any], said: str) -> None:
    assert said in problem(client.post("/api/feedback", json=judged(client, **wrong)), 422)
    assert read_feedback(assistant.home) == []


def test_feedback_from_other_sites_is_refused(client: TestClient, assistant: Any) -> None:
    foreign = {"Origin": "https://evil.example"}

    assert "other sites" in problem(client.post("/api/feedback", json=judged(client), headers=foreign), 403)
    assert read_feedback(assistant.home) == []


def test_feedback_that_cannot_be_written_is_said(client: TestClient, assistant: Any) -> None:
    assistant.home.mkdir()
    (assistant.home / "evals").write_text("a file where the folder belongs")

    assert "cannot be written" in problem(client.post("/api/feedback", json=judged(client)), 500)
