"""The pages around the chat, through a real server: whose they are, what they hold, and who may change something."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from evals import compare, runs_folder
from evals.drafting import Draft, add_drafts, drafts_file
from ui.access import Access, Client
from ui.history import History
from ui.people_page import person_page, said_by
from ui.sessions import SESSION_SECONDS, Sessions
from ui.texts import EN, SV, TEXTS, Look, look_of

ANNA, BO = "anna's password", "bo's own password"
USERS = {"anna": ANNA, "bo": BO}
KEY = "a-key-of-some-program"
HORII = "what did Horii say?"
SWEDISH = {"Accept-Language": "sv-SE,sv;q=0.9,en;q=0.8"}


@pytest.fixture
def visitor() -> Iterator[Any]:
    """`visitor(server, name, password)` is a browser of its own at that server, logged in if a name is given."""
    with ExitStack() as browsers:

        def visit(server: Any, name: str | None = None, secret: str = "") -> httpx.Client:
            browser = browsers.enter_context(httpx.Client(base_url=server.url, timeout=30))
            if name is not None:
                reply = browser.post("/login", json={"name": name, "secret": secret})
                assert reply.status_code == 204, reply.text
            return browser

        yield visit


def ask(browser: httpx.Client, question: str) -> str:
    """Asks in the chat, as its page does, and gives the reply of the server's stream."""
    config = browser.get("/config").json()
    asking = next(one["id"] for one in config["dependencies"] if len(one["inputs"]) == 2 and len(one["outputs"]) == 6)
    joined = {"data": [question, None], "fn_index": asking, "session_hash": "s", "trigger_id": 1}
    assert browser.post("/gradio_api/queue/join", json=joined).status_code == 200
    said = ""
    with browser.stream("GET", "/gradio_api/queue/data", params={"session_hash": "s"}) as events:
        for line in events.iter_lines():
            said += line
            if '"process_completed"' in line:
                return said
    raise AssertionError(said)


def test_one_user_reaches_nothing_of_another_s(serve: Any, assistant: Any, visitor: Any, tmp_path: Any) -> None:
    server = serve(assistant, users=USERS)
    anna, bo = visitor(server, "anna", ANNA), visitor(server, "bo", BO)
    assert "The piles are rotten." in ask(anna, HORII)
    (conversation,) = History(tmp_path / "home").conversations("user:anna")
    (exchange,) = History(tmp_path / "home").exchanges("user:anna", conversation.id)
    export = f"/history/{conversation.id}/json"
    cited = exchange.answer.citations[0]
    article = f"/articles/{cited.article_id}?answer={exchange.id}&marker=1"

    assert HORII in anna.get("/history").text
    assert anna.get(export).json()["exchanges"][0]["question"] == HORII
    assert "Said by Maja Horii" in anna.get(article).text
    assert HORII not in bo.get("/history").text
    assert HORII not in bo.get("/history", params={"search": "Horii"}).text
    assert bo.get(export).status_code == 404
    assert bo.get(f"/history/{conversation.id}/markdown").status_code == 404
    assert bo.delete(f"/history/{conversation.id}").status_code == 404
    assert "Said by" not in bo.get(article).text
    key = {"Authorization": f"Bearer {KEY}"}
    assert httpx.get(server.url + export, headers=key, timeout=30).status_code == 401
    assert anna.get("/history/..%2f..%2fcitera.db/json").status_code == 404
    assert anna.delete(f"/history/{conversation.id}").status_code == 204
    assert anna.get(export).status_code == 404


def test_a_follow_up_and_a_reopened_conversation_stay_the_user_s(serve: Any, assistant: Any, visitor: Any) -> None:
    server = serve(assistant, users=USERS)
    anna, bo = visitor(server, "anna", ANNA), visitor(server, "bo", BO)
    ask(anna, HORII)
    identity = anna.get("/history").text.split('href="/?c=')[1].split('"')[0]

    assert "The piles are rotten." in _opened(anna, identity)
    assert "The piles are rotten." not in _opened(bo, identity)
    assert "no such conversation" in _opened(bo, identity)


def test_what_one_user_judged_is_no_draft_for_another(serve: Any, assistant: Any, visitor: Any) -> None:
    server = serve(assistant, users=USERS)
    facts = {"language": "en", "answerable": False}
    judged = Draft(id="j", question="What did Anna ask?", answered="She was told.", **facts)
    add_drafts(drafts_file(assistant.home), [judged, Draft(id="d", question="Was it drawn from the pages?", **facts)])
    seen = [_event(visitor(server, *who), 1, 10) for who in (("bo", BO), ("", "owner-token"))]

    assert ["What did Anna ask?" in one for one in seen] == [False, True]
    assert all("Was it drawn from the pages?" in one for one in seen)


def _opened(browser: httpx.Client, conversation: str) -> str:
    return _event(browser, 0, 8, {"c": conversation})


def _event(browser: httpx.Client, inputs: int, outputs: int, address: dict[str, str] | None = None) -> str:
    """What comes of the first event of the chat with so many inputs and outputs."""
    shape = (inputs, outputs)
    events = browser.get("/config").json()["dependencies"]
    number = next(one["id"] for one in events if (len(one["inputs"]), len(one["outputs"])) == shape)
    joined = {"data": [None] * inputs, "fn_index": number, "session_hash": "t", "trigger_id": 1}
    assert browser.post("/gradio_api/queue/join", params=address or {}, json=joined).status_code == 200
    with browser.stream("GET", "/gradio_api/queue/data", params={"session_hash": "t"}) as said:
        for line in said.iter_lines():
            if '"process_completed"' in line:
                return json.dumps(json.loads(line.removeprefix("data: "))["output"], ensure_ascii=False)
    raise AssertionError


def test_a_session_outlives_the_server_but_not_its_password(tmp_path: Path) -> None:
    def started(**users: str) -> Access:
        return Access(Sessions(tmp_path / "home"), secrets.token_hex(), (KEY,), users)

    first = started(**USERS)
    anna, bo, program = (first.log_in(*shown, "::1") for shown in (("anna", ANNA), ("bo", BO), ("", KEY)))
    assert anna is not None
    assert bo is not None
    assert program is not None
    again = started(**USERS)
    assert [again.client("", "::1", cookie) for cookie in (anna, bo)] == [Client("user:anna"), Client("user:bo")]
    assert again.client("", "::1", program) == first.client(f"Bearer {KEY}", "::1")
    again.log_out(bo)
    changed = started(anna="another password", bo=BO)
    assert [changed.client("", "::1", cookie) for cookie in (anna, bo, anna[:-1], "")] == [None] * 4
    assert started(bo=BO).client("", "::1", anna) is None
    (kept,) = (tmp_path / "home").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert not any(secret in kept.read_text() for secret in (anna, program, ANNA, KEY))


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"a": 1}', b"\xff"])
def test_a_damaged_file_of_sessions_is_begun_anew(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "sessions.json").write_bytes(damage)
    access = Access(Sessions(tmp_path), "owner", (), USERS)
    cookie = access.log_in("anna", ANNA, "::1")

    assert cookie is not None
    assert Access(Sessions(tmp_path), "owner", (), USERS).client("", "::1", cookie) == Client("user:anna")


def test_sessions_end_by_themselves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access = Access(Sessions(tmp_path), "owner", (), USERS)
    cookie = access.log_in("anna", ANNA, "::1")
    assert cookie is not None
    later = time.time() + SESSION_SECONDS + 1
    monkeypatch.setattr("ui.sessions.time", lambda: later)
    assert access.client("", "::1", cookie) is None
    access.log_in("bo", BO, "::1")
    assert len(json.loads((tmp_path / "sessions.json").read_text())) == 1


def test_passwords_keys_and_sessions(serve: Any, assistant: Any, visitor: Any) -> None:
    server = serve(assistant, users=USERS, api_keys=(KEY,))
    anna, program = visitor(server, "anna", ANNA), visitor(server, "", KEY)
    page = {"Accept": "text/html"}
    stranger = visitor(server)
    for path in ("/", "/history", "/articles/0123?start=1"):
        sent = stranger.get(path, headers=page)
        assert (sent.status_code, sent.headers["location"].split("?")[0]) == (303, "/login")
    assert 'type="password"' in stranger.get("/login", headers=page).text
    assert "script-src 'self';" in stranger.get("/login").headers["content-security-policy"]
    for name, secret in (("anna", BO), ("anna", ""), ("", ANNA), ("eve", ANNA), ("", "no-such-key-anywhere")):
        assert stranger.post("/login", json={"name": name, "secret": secret}).status_code == 401
    half = stranger.post("/login", content=b'{"secret": "\\ud800"}', headers={"Content-Type": "application/json"})
    assert half.status_code in (401, 422)
    assert stranger.get("/history").status_code == 401
    told = stranger.get("/history").headers, stranger.get("/history", headers={"Sec-Fetch-Dest": "empty"}).headers
    assert ["www-authenticate" in headers for headers in told] == [True, False]
    stranger.cookies.set("citera-session", "guessed")
    assert stranger.get("/history").status_code == 401

    cookie = anna.cookies.jar._cookies["127.0.0.1"]["/"]["citera-session"]  # type: ignore[attr-defined]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert anna.get("/history").status_code == program.get("/history").status_code == 200
    assert anna.get("/login").status_code == 303
    assert httpx.get(f"{server.url}/history", auth=("bo", BO), timeout=30).status_code == 200
    shown = dict(anna.cookies)
    assert anna.post("/logout", json={}).status_code == 204
    assert httpx.get(f"{server.url}/history", cookies=shown, timeout=30).status_code == 401


def test_passwords_cannot_be_tried_without_end(serve: Any, assistant: Any, visitor: Any) -> None:
    server = serve(assistant, users=USERS)
    stranger = visitor(server)
    for _ in range(40):
        stranger.post("/login", json={"name": "anna", "secret": "wrong"})

    assert stranger.post("/login", json={"name": "anna", "secret": ANNA}).status_code == 401


def test_only_those_at_this_machine_and_the_owner_withdraw(
    serve: Any, assistant: Any, visitor: Any, teaser: Any, evil: Any
) -> None:
    server = serve(assistant, users=USERS)
    anna = visitor(server, "anna", ANNA)
    assert "data-address" not in anna.get("/corpus").text
    assert anna.post(f"/corpus/{teaser.id}/withdraw", json={}).status_code == 403
    assert teaser.id in assistant.live

    local = visitor(serve(assistant))
    assert f'data-address="/corpus/{teaser.id}/withdraw"' in local.get("/corpus").text
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert local.post(f"/corpus/{evil.id}/withdraw", json={}, headers=foreign).status_code == 403
    assert local.post(f"/corpus/{teaser.id}/withdraw", json={}).status_code == 204
    assert teaser.id not in assistant.live
    assert local.post(f"/corpus/{teaser.id}/withdraw", json={}).status_code == 404


def test_every_page_is_inert_and_in_both_languages(client: Any, assistant: Any, evil: Any) -> None:
    for path in (
        "/people",
        "/corpus",
        "/history",
        "/evaluations",
        f"/people?{urlencode({'name': evil.outlet})}",
        "/source",
        f"/articles/{evil.id}",
    ):
        for headers, code in ((SWEDISH, "sv"), ({}, "en"), ({"Cookie": "citera-language=sv"}, "sv")):
            reply = client.get(path, headers=headers)
            assert reply.status_code == 200
            assert f'<html lang="{code}">' in reply.text
            assert "<script>" not in reply.text
            assert "<img" not in reply.text
            assert "default-src 'none'" in reply.headers["content-security-policy"]
    page = client.get("/people", params={"search": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page
    assert "Nothing found." in page


def test_runs_stand_side_by_side(client: Any, assistant: Any, write_runs: Any) -> None:
    assert "No run yet." in client.get("/evaluations").text
    write_runs(assistant.home)
    (runs_folder(assistant.home) / "stopped").mkdir()
    listed = client.get("/evaluations")
    assert "default-src 'none'" in listed.headers["content-security-policy"]
    assert [f'">{name}</a>' in listed.text for name in ("before", "after", "elsewhere", "stopped")] == [
        *[True] * 3,
        False,
    ]

    both = client.get("/evaluations?a=before&b=after", headers=SWEDISH).text
    differences = compare(runs_folder(assistant.home) / "before", runs_folder(assistant.home) / "after").differences
    right = next(row for row in differences if row.score == "right" and row.tag is None)
    assert right.verdict == "better"
    line = both.split('<th scope="row">right</th>')[1].split("</tr>")[0]
    for said in ("B är bättre", "0.500", "0.875", f"{right.mean:+.3f}", f"{right.low:+.3f} – {right.high:+.3f}"):
        assert said in line
    assert "Lika i båda: mrr 1.000" in both
    assert both.count("<svg") == 4
    assert both.index("B är bättre</p>") < both.index("Lika i båda</p>")
    assert "<script>alert" not in both
    assert "B är bättre" not in client.get("/evaluations?a=after&b=before", headers=SWEDISH).text


def test_a_run_by_itself_and_runs_that_cannot_be_compared(client: Any, assistant: Any, write_runs: Any) -> None:
    write_runs(assistant.home)
    alone = client.get("/evaluations?a=&b=before").text
    assert "When to trust it" in alone
    assert "What was run" in alone
    assert "searched different corpora" in client.get("/evaluations?a=before&b=elsewhere").text
    for name in ("../runs/before", "..", "/etc", "before/", ".", "no such run"):
        page = client.get("/evaluations", params={"a": name})
        assert page.status_code == 200
        assert "When to trust it" not in page.text
    assert ".case" in client.get("/evaluations/report.css").text
    assert client.get("/evaluations/before/cases.jsonl").status_code == 404


def test_the_corpus_is_listed_page_by_page(client: Any, assistant: Any, make_article: Any) -> None:
    assistant.live = {one.id: one for one in (make_article(f"a{n}", f"Title {n}", "Words.") for n in range(120))}
    first, last = client.get("/corpus").text, client.get("/corpus?page=3").text

    assert "Articles: 120" in first
    assert "Page 1 of 3" in first
    assert "Title 119" not in first
    assert "Title 119" in last
    assert "Title 99" in client.get("/corpus?search=title+99").text
    assert client.get("/corpus?page=0").status_code == 422


def test_who_said_what_by_the_real_quotations(sample_assistant: Any) -> None:
    people = dict(sample_assistant.people())
    said = said_by(sample_assistant, "Rosalind Pike")
    page = person_page("Rosalind Pike", said, Look())

    assert len(said) == people["Rosalind Pike"]
    assert {one.quote.speaker for one in said} == {"Rosalind Pike"}
    for one in said:
        assert one.article.text[one.quote.span.start : one.quote.span.end] == one.quote.text
        assert f"start={one.quote.span.start}&amp;end={one.quote.span.end}#cited" in page
    days = [one.article.published.toordinal() for one in said if one.article.published]
    assert days == sorted(days)
    for name, count in people.items():
        assert len(said_by(sample_assistant, name)) == count, name


def test_the_real_catalogue_counts_and_searches(sample_assistant: Any) -> None:
    total, newest = sample_assistant.catalogue(limit=1_000)
    days = [article.published.isoformat()[:10] if article.published else "" for article in newest]

    assert {article.id for article in newest} == {article.id for article in sample_assistant.articles()}
    assert total == len(newest)
    assert days == sorted(days, reverse=True)
    found, articles = sample_assistant.catalogue("SKERRIN island", limit=1_000)
    assert found == len(articles) == sum("skerrin island" in (one.title or "").lower() for one in newest) > 0
    assert sample_assistant.catalogue("%")[0] == 0
    assert sample_assistant.catalogue(first=total) == (total, [])
    assert "The Ellery Gazette" in sample_assistant.outlets()
    assert set(sample_assistant.languages()) >= {"en", "sv"}


def test_a_browser_s_language_is_followed_until_one_is_chosen() -> None:
    assert look_of({}, "") == Look(EN)
    assert look_of({}, "fr-FR, sv;q=0.7, en;q=0.3") == Look(SV)
    assert look_of({}, "en-GB,sv;q=0.5") == Look(EN)
    assert look_of({"citera-language": "sv", "citera-theme": "dark"}, "en") == Look(SV, "dark")
    assert look_of({"citera-language": "<b>", "citera-theme": "pink"}, "de") == Look(EN)


def test_both_languages_fill_in_the_same_things() -> None:
    def gaps(text: str) -> set[str]:
        return {part.partition("}")[0] for part in text.split("{")[1:]}

    english, swedish = (texts.to_dict() for texts in TEXTS.values())
    same = {name for name in english if english[name] == swedish[name]}

    assert all(gaps(english[name]) == gaps(swedish[name]) for name in english)
    assert same <= {"export_markdown", "export_json"}
