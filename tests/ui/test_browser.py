"""The chat in a real browser: over the fake assistant, and once over the real one and the sample corpus."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp

from corpus.article import Article
from evals.cases import read_cases
from evals.drafting import add_drafts, cases_file, drafts_file, propose
from evals.feedback import read_feedback
from rag import Settings
from ui.workers import Workers

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:.*no_silent_downcasting"),  # Gradio's own use of pandas
]

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HORII = "what did Horii say?"


class Visit:
    """A browser page that notes every address it asks for and everything that goes wrong in it."""

    def __init__(self, page: Any, home: str) -> None:
        self.page = page
        self.home = home
        self.requested: list[str] = []
        self.mishaps: list[str] = []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("pageerror", lambda error: self.mishaps.append(str(error)))
        page.on("dialog", lambda dialog: self.mishaps.append(dialog.message))
        page.on("console", lambda said: self.mishaps.append(said.text) if said.type == "error" else None)
        page.goto(home)

    def ask(self, question: str) -> None:
        before = self.page.locator(".turn").count()
        self.page.get_by_label("Your question").fill(question)
        self.page.keyboard.press("Enter")
        self.page.locator(".turn").nth(before).wait_for()
        self.page.locator(".progress").wait_for(state="detached")

    def cited(self) -> str:
        """The words lit up in the source panel."""
        words: str = self.page.frame_locator("iframe[name=source]").locator("#cited").inner_text()
        return words

    def left_the_host(self) -> list[str]:
        assert len(self.requested) > 5
        return [url for url in self.requested if not url.startswith((self.home, "data:"))]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None and "CI" not in os.environ:
        pytest.skip("no Chromium on this machine, and this is not CI")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def chat(page: Any, assistant: Any) -> Iterator[Visit]:
    """The chat over the fake assistant."""
    from ui.server import build_app

    servers: list[uvicorn.Server] = []
    listening = threading.Event()
    workers = Workers()

    async def serve(app_port: int) -> None:
        settings = Settings(home=assistant.home)
        app: ASGIApp = build_app(assistant, settings, port=app_port, owner_token="t", workers=workers)
        servers.append(uvicorn.Server(uvicorn.Config(app, log_level="error")))
        running = asyncio.create_task(servers[0].serve(sockets=[bound]))
        while not servers[0].started:
            await asyncio.sleep(0.05)
        listening.set()
        await running

    bound = uvicorn.Config(app="", port=0, log_level="error").bind_socket()
    port = bound.getsockname()[1]
    thread = threading.Thread(target=lambda: asyncio.run(serve(port)))
    thread.start()
    assert listening.wait(60)
    yield Visit(page, f"http://127.0.0.1:{port}")
    page.close()
    servers[0].should_exit = True
    thread.join(20)
    workers.close()


@pytest.fixture(scope="module")
def real_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`citera serve` over the sample corpus, in a home of its own."""
    folder = tmp_path_factory.mktemp("citera")
    with (folder / "stderr").open("w") as errors:
        server = subprocess.Popen(
            [sys.executable, "-m", "ui.cli", "serve", "--port", "0", "--home", folder / "home"],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert server.stdout is not None
    ready = server.stdout.readline()
    assert ready.startswith("Citera is ready: http://127.0.0.1:"), (folder / "stderr").read_text()
    yield ready.split()[-1]
    server.terminate()
    server.communicate(timeout=30)
    assert not (folder / "home" / "server.json").exists()


def test_a_citation_opens_its_words_in_the_source_panel(chat: Visit, harbour: Article) -> None:
    chat.ask(HORII)
    for marker, words in (("1", "The piles are rotten."), ("2", "We have waited as long as we could,")):
        chat.page.locator("a.marker", has_text=marker).click()
        chat.page.frame_locator("iframe[name=source]").locator("#cited", has_text=words).wait_for()
        assert chat.cited() == words
    assert chat.page.locator(".citations li").count() == 2
    assert chat.left_the_host() == []
    assert chat.mishaps == []


def test_the_keyboard_is_enough(chat: Visit) -> None:
    chat.ask(HORII)
    chat.page.locator("a.marker").first.focus()
    chat.page.keyboard.press("Enter")

    assert chat.cited() == "The piles are rotten."


def test_a_conversation_goes_on_and_starts_over(chat: Visit, assistant: Any) -> None:
    chat.page.get_by_role("button", name="What did Maja Horii say?").click()
    chat.page.locator("a.marker").first.wait_for()
    chat.ask("Who won?")

    assert assistant.histories[-1][0].text == "What did Maja Horii say?"
    assert chat.page.locator(".question").all_inner_texts()[-1].endswith("Who won?")
    assert "The articles do not say." in chat.page.locator(".refusal").inner_text()
    assert chat.page.locator(".refusal a").first.inner_text() == "Harbour to close for repairs"

    chat.page.get_by_role("button", name="New conversation").click()
    chat.page.get_by_role("button", name="What did Maja Horii say?").wait_for()
    assert chat.page.locator(".turn").count() == 0
    chat.ask("Who won?")
    assert assistant.histories[-1] == ()


def test_a_thumb_and_a_note_are_kept_and_stay_on_the_page(chat: Visit, assistant: Any) -> None:
    chat.ask(HORII)
    chat.page.get_by_role("button", name="Bad answer").focus()
    chat.page.keyboard.press("Enter")
    chat.page.locator(".saved", has_text="Saved.").wait_for()
    chat.page.get_by_label("Note").fill("He said <b>more</b>")
    chat.page.keyboard.press("Enter")
    chat.page.locator(".saved", has_text="Saved with your note.").wait_for()
    chat.ask("Who won?")
    refused, said = read_feedback(assistant.home)[::-1], chat.page.locator(".feedback")

    assert [(judged.question, judged.verdict, judged.note) for judged in refused] == [
        (HORII, "down", "He said <b>more</b>")
    ]
    assert said.count() == 2
    assert said.first.get_by_role("button", name="Bad answer").get_attribute("aria-pressed") == "true"
    assert said.first.get_by_label("Note").input_value() == "He said <b>more</b>"
    assert said.last.get_by_role("button", name="Bad answer").get_attribute("aria-pressed") == "false"

    said.last.get_by_role("button", name="Good answer").click()
    said.last.locator(".saved", has_text="Saved.").wait_for()
    assert [turn.text for turn in read_feedback(assistant.home)[1].history][:1] == [HORII]
    assert chat.mishaps == []


def test_drafts_are_accepted_edited_and_rejected_beside_their_source(
    chat: Visit, assistant: Any, harbour: Article
) -> None:
    chat.ask(HORII)
    chat.page.get_by_role("button", name="Bad answer").click()
    chat.page.locator(".saved", has_text="Saved.").wait_for()
    chat.page.get_by_role("tab", name="Evaluations").click()
    card, accept = chat.page.locator("#review-card"), chat.page.get_by_role("button", name="Accept")
    card.get_by_role("heading", name=HORII).wait_for()

    accept.click()
    chat.page.locator(".problem", has_text="Nothing is chosen yet.").wait_for()
    chat.page.get_by_label("1. Harbour to close for repairs").check()
    chat.page.get_by_label("Answer words").fill("not there")
    accept.click()
    chat.page.locator(".problem", has_text="does not stand in the passage").wait_for()
    chat.page.get_by_label("Answer words").fill("The piles are rotten")
    accept.click()
    chat.page.get_by_role("button", name="Propose questions").click()

    card.locator("mark").wait_for()
    asked = card.get_by_role("heading").inner_text()
    marked = card.locator("mark").inner_text()
    card.get_by_role("link").click()
    chat.page.frame_locator("iframe[name=source]").locator("#cited", has_text=marked).wait_for()
    assert chat.cited() == marked

    chat.page.get_by_label("Question", exact=True).fill(f"Edited: {asked}")
    chat.page.get_by_role("button", name="Accept").focus()
    chat.page.keyboard.press("Enter")
    chat.page.locator(".facts", has_text="2 accepted").wait_for()
    first, second = read_cases(cases_file(assistant.home))
    assert (first.question, first.contains, first.articles) == (HORII, ("The piles are rotten",), ("harbour",))
    assert second.question == f"Edited: {asked}"
    assert marked in harbour.text
    assert chat.left_the_host() == []
    assert chat.mishaps == []


def test_a_review_goes_on_in_another_visit(chat: Visit, assistant: Any, harbour: Article) -> None:
    drafts = propose([harbour])
    add_drafts(drafts_file(assistant.home), drafts)
    chat.page.get_by_role("tab", name="Evaluations").click()
    chat.page.get_by_role("heading", name=drafts[0].question).wait_for()
    chat.page.get_by_role("button", name="Later").click()
    chat.page.get_by_role("heading", name=drafts[1].question).wait_for()
    chat.page.get_by_role("button", name="Reject").click()
    chat.page.locator(".facts", has_text="1 rejected").wait_for()

    chat.page.reload()
    chat.page.get_by_role("tab", name="Evaluations").click()
    chat.page.get_by_role("heading", name=drafts[0].question).wait_for()
    assert chat.page.locator(".facts").inner_text().startswith(f"{len(drafts) - 1} to review")


def test_hostile_articles_run_nothing(chat: Visit, evil: Article) -> None:
    chat.ask("evil <img src=x onerror=alert(9)>")
    chat.page.locator("a.marker").first.click()

    assert chat.cited() == evil.paragraphs[0].span.of(evil.text)
    assert (
        "<script>alert(1)</script><img src=x onerror=alert(2)> ${1+1} {{7*7}}"
        in chat.page.locator(".turn").inner_text()
    )
    assert chat.left_the_host() == []
    assert chat.mishaps == []


def test_the_policy_stops_what_escaping_would_miss(chat: Visit) -> None:
    chat.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')")
    chat.page.wait_for_timeout(300)

    assert chat.page.evaluate("window.ran") is None


def test_a_defect_ends_the_turn_with_a_sentence(chat: Visit) -> None:
    chat.ask("break")

    assert "went wrong" in chat.page.locator(".refusal").inner_text()


def test_real_answers_are_lit_up_in_their_source(real_server: str, page: Any) -> None:
    visit = Visit(page, real_server)
    visit.ask(HORII)
    answer = httpx.post(f"{real_server}/api/ask", json={"question": HORII}, timeout=60).json()
    first = answer["citations"][0]

    visit.page.locator("a.marker", has_text="1").first.click()

    assert visit.cited() == first["quote"]
    assert first["quote"] in visit.page.locator(".answer").inner_text()
    assert visit.left_the_host() == []
    assert visit.mishaps == []
