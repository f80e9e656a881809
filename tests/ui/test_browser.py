"""The chat in a real browser: over the fake assistant, and once over the real one and the sample corpus."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
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
    pytest.mark.filterwarnings("ignore:The copy keyword is deprecated"),  # the same
]

SCREENSHOTS = os.environ.get("CITERA_SCREENSHOTS", "")
ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
HORII = "what did Horii say?"
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
ANNA = "anna's password"
WINDOWS = pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
DROP = """(place, text) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], "dropped.txt", { type: "text/plain" }));
  for (const type of ["dragenter", "dragover", "drop"]) {
    place.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""
"""A file dragged from elsewhere and let go over an element."""
FOCUSED = """() => {
  const at = document.activeElement;
  const name = at.ariaLabel || at.labels?.[0]?.textContent || at.textContent || at.title;
  const seenElsewhere = at.tagName === "IFRAME" || at === document.body;
  return { name: name.trim(), outline: seenElsewhere ? "its own" : getComputedStyle(at).outlineStyle };
}"""
"""The element that has the focus: what it is called, and how one sees that."""


class Visit:
    """A browser page that notes every address it asks for and everything that goes wrong in it."""

    def __init__(self, page: Any, home: str) -> None:
        self.page = page
        self.home = home
        self.requested: list[str] = []
        self.mishaps: list[str] = []
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("pageerror", lambda error: self.mishaps.append(str(error)))
        self.mishap = lambda dialog: self.mishaps.append(dialog.message)
        page.on("dialog", self.mishap)
        page.on("console", lambda said: self.mishaps.append(said.text) if said.type == "error" else None)
        page.goto(home)

    def shoot(self, name: str) -> None:
        """Keeps a picture of this state, where a folder for them is named: `make screenshots`."""
        if SCREENSHOTS:
            window = "phone" if self.page.viewport_size == PHONE else "desktop"
            self.page.wait_for_timeout(400)
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{window}.png")

    def ask(self, question: str) -> None:
        before = self.page.locator(".turn").count()
        self.page.get_by_label("Your question").fill(question)
        self.page.keyboard.press("Enter")
        self.page.locator(".turn").nth(before).wait_for()
        self.page.locator(".progress").wait_for(state="detached")

    def tab(self, name: str) -> Any:
        """The page in the tab of that name, opened: it is read anew then."""
        with self.page.expect_event("framenavigated"):
            self.page.get_by_role("tab", name=name).click()
        return self.page.frame_locator(f'iframe[title="{name}"]')

    def opened(self, words: str) -> None:
        """Waits until the source panel shows these words lit up."""
        self.page.frame_locator("iframe[name=source]").locator("#cited", has_text=words).wait_for()

    def faults(self) -> list[str]:
        """What axe holds against the page in WCAG 2.2 AA, and against each page that it shows in a frame.

        The source's frame runs no script, so that its page is opened by itself.
        """
        found = []
        for frame in self.page.frames:
            if frame.name == "source":
                alone = self.page.context.new_page()
                alone.goto(frame.url)
                found += _violations(alone)
                alone.close()
            elif frame.url != "about:blank":
                found += _violations(frame)
        return found

    def fits(self) -> bool:
        """Whether nothing is wider than the window."""
        fits: bool = self.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        return fits

    def cited(self) -> str:
        """The words lit up in the source panel."""
        words: str = self.page.frame_locator("iframe[name=source]").locator("#cited").inner_text()
        return words

    def left_the_host(self) -> list[str]:
        assert len(self.requested) > 5
        return [url for url in self.requested if not url.startswith((self.home, "data:"))]


def _violations(page: Any) -> list[str]:
    page.evaluate(AXE.read_text())
    options = {"runOnly": WCAG, "iframes": False, "resultTypes": ["violations"]}
    found = page.evaluate("async (options) => (await axe.run(document, options)).violations", options)
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None and "CI" not in os.environ:
        pytest.skip("no Chromium on this machine, and this is not CI")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.fixture
def visitor(browser: Any) -> Iterator[Callable[..., Visit]]:
    """`visitor(address, **context)` is somebody with a browser of their own at that address."""
    contexts = []

    def visit(address: str, **context: Any) -> Visit:
        contexts.append(browser.new_context(**{"viewport": DESKTOP, "reduced_motion": "reduce"} | context))
        return Visit(contexts[-1].new_page(), address)

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def fake_server(tmp_path_factory: pytest.TempPathFactory, fake_assistant: Any) -> Iterator[tuple[str, Any]]:
    """The chat over the fake assistant, for all tests of this module: where it is, and the assistant."""
    from ui.server import build_app

    servers: list[uvicorn.Server] = []
    listening = threading.Event()
    workers = Workers()

    async def serve(app_port: int) -> None:
        settings = Settings(home=fake_assistant.home)
        app: ASGIApp = build_app(fake_assistant, settings, port=app_port, owner_token="t", workers=workers)
        servers.append(uvicorn.Server(uvicorn.Config(app, log_level="error")))
        running = asyncio.create_task(servers[0].serve(sockets=[bound]))
        while not servers[0].started:
            await asyncio.sleep(0.05)
        listening.set()
        await running

    fake_assistant.home = tmp_path_factory.mktemp("fake")
    bound = uvicorn.Config(app="", port=0, log_level="error").bind_socket()
    port = bound.getsockname()[1]
    thread = threading.Thread(target=lambda: asyncio.run(serve(port)))
    thread.start()
    assert listening.wait(60)
    yield f"http://127.0.0.1:{port}", fake_assistant
    servers[0].should_exit = True
    thread.join(20)
    workers.close()


@pytest.fixture
def assistant(fake_server: tuple[str, Any]) -> Any:
    """The fake assistant as new, with nothing to review."""
    fake = fake_server[1]
    home = fake.home
    shutil.rmtree(home / "evals", ignore_errors=True)
    fake.__init__()
    fake.home = home
    return fake


@pytest.fixture
def chat(visitor: Any, fake_server: tuple[str, Any], assistant: Any) -> Visit:  # made new
    """The chat over the fake assistant, once it has brought back its conversation: a question sent before crosses that."""
    visit: Visit = visitor(fake_server[0])
    visit.page.locator("#filters .filters").wait_for(state="attached")
    return visit


@pytest.fixture(scope="module")
def real_server(tmp_path_factory: pytest.TempPathFactory, write_runs: Any) -> Iterator[str]:
    """`citera serve` over the sample corpus, in a home of its own that holds some runs."""
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
    write_runs(folder / "home")
    yield ready.split()[-1]
    server.terminate()
    server.communicate(timeout=30)
    assert not (folder / "home" / "server.json").exists()


def test_a_citation_opens_its_words_in_the_source_panel(chat: Visit, harbour: Article) -> None:
    chat.ask(HORII)
    for marker, words in (("1", "The piles are rotten."), ("2", "We have waited as long as we could,")):
        chat.page.get_by_role("link", name=f"Source {marker}:").click()
        chat.page.frame_locator("iframe[name=source]").locator("#cited", has_text=words).wait_for()
        assert chat.cited() == words
    assert chat.page.locator(".citations li").count() == 2
    assert chat.left_the_host() == []
    assert chat.mishaps == []


def test_the_keyboard_is_enough(chat: Visit) -> None:
    chat.page.locator(".example").first.wait_for()
    chat.page.keyboard.type(HORII)
    chat.page.keyboard.press("Enter")
    chat.page.locator("a.marker").first.wait_for()
    chat.page.get_by_role("link", name="Skip to the question").focus()
    reached, unseen = [], []
    for _ in range(40):
        focused = chat.page.evaluate(FOCUSED)
        reached.append(focused["name"])
        if focused["outline"] == "none":
            unseen.append(focused["name"])
        chat.page.keyboard.press("Tab")
    for name in (
        "Language",
        "Colours",
        "Conversation",
        "Source 1",
        "He lied.",
        "Copy with",
        "Good answer",
        "Bad answer",
    ):
        assert any(name in one for one in reached), (name, reached)
    for name in ("Filters", "Your question", "Ask", "New conversation"):
        assert name in reached
    assert unseen == []

    chat.page.locator("a.marker").first.focus()
    chat.page.locator(".tip", has_text="The piles are rotten.").first.wait_for()
    chat.page.keyboard.press("Enter")
    chat.opened("The piles are rotten.")
    chat.page.get_by_role("tab", name="Conversation").focus()
    for _ in range(2):
        chat.page.keyboard.press("Tab")
        chat.page.keyboard.press("Enter")
    chat.page.frame_locator('iframe[name="people"]').get_by_role("link", name="Maja Horii").wait_for()


def test_a_conversation_goes_on_and_starts_over(chat: Visit, assistant: Any) -> None:
    chat.page.get_by_role("button", name="What did Maja Horii say?").click()
    chat.page.locator("a.marker").first.wait_for()
    chat.ask("Who won?")

    assert assistant.histories[-1][0].text == "What did Maja Horii say?"
    assert chat.page.locator(".question").all_inner_texts()[-1].endswith("Who won?")
    assert "The articles do not say." in chat.page.locator(".refusal").inner_text()
    assert chat.page.locator(".closest a").first.inner_text() == "Harbour to close for repairs"

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
    chat.page.get_by_role("tab", name="Review").click()
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
    chat.page.get_by_role("tab", name="Review").click()
    chat.page.get_by_role("heading", name=drafts[0].question).wait_for()
    chat.page.get_by_role("button", name="Later").click()
    chat.page.get_by_role("heading", name=drafts[1].question).wait_for()
    chat.page.get_by_role("button", name="Reject").click()
    chat.page.locator(".facts", has_text="1 rejected").wait_for()

    chat.page.reload()
    chat.page.get_by_role("tab", name="Review").click()
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


def test_what_stops_a_question_on_its_way_is_said(chat: Visit) -> None:
    trouble = chat.page.get_by_role("alert")
    busy = "Too many questions are waiting."
    for stop, said in (
        (lambda route: route.fulfill(status=503, json={"detail": busy}), busy),
        (lambda route: route.abort(), "The server does not answer."),
    ):
        chat.page.route("**/queue/join*", stop)
        chat.page.get_by_label("Your question").fill(HORII)
        chat.page.keyboard.press("Enter")
        trouble.filter(has_text=said).wait_for()
        chat.page.unroute("**/queue/join*")
    assert chat.page.request.get(f"{chat.home}/gradio_api/app_id").ok  # what an open page asks for after a restart


def test_a_defect_ends_the_turn_with_a_sentence(chat: Visit) -> None:
    chat.ask("break")

    assert "went wrong" in chat.page.locator(".refusal").inner_text()


def test_real_answers_are_lit_up_in_their_source(real_server: str, visitor: Any) -> None:
    visit = visitor(real_server)
    visit.ask(HORII)
    answer = httpx.post(f"{real_server}/api/ask", json={"question": HORII}, timeout=60).json()
    first = answer["citations"][0]

    visit.page.get_by_role("link", name="Source 1:").first.click()

    assert visit.cited() == first["quote"]
    assert first["quote"] in visit.page.locator(".answer").inner_text()
    assert visit.left_the_host() == []
    assert visit.mishaps == []


class Steps(threading.Event):
    """Holds the assistant before each of its steps until the test lets it take that one."""

    def __init__(self) -> None:
        super().__init__()
        self._let = threading.Semaphore(0)

    def wait(self, timeout: float | None = None) -> bool:
        return self._let.acquire(timeout=timeout)

    def let(self, steps: int = 1) -> None:
        self._let.release(steps)


@WINDOWS
def test_an_answer_grows_before_the_reader_s_eyes(
    visitor: Any, fake_server: tuple[str, Any], assistant: Any, viewport: dict[str, int]
) -> None:
    reader = visitor(fake_server[0], viewport=viewport)
    assistant.hold = Steps()
    reader.page.get_by_label("Your question").fill(HORII)
    reader.page.keyboard.press("Enter")
    for doing in ("Searching", "Reading", "Checking"):
        assistant.hold.let()
        reader.page.locator(".progress", has_text=doing).wait_for()
    assistant.hold.let()
    reader.page.locator(".answer p").first.wait_for()
    reader.shoot("stream")
    assert reader.page.locator(".answer p").count() == 1
    assert reader.page.locator(".progress").is_visible()
    assert reader.page.locator("[role=status]", has_text="Checking every sentence").count() == 1
    assert reader.faults() == []
    assistant.hold.let(9)
    reader.page.locator(".answer a.marker").nth(1).wait_for()
    assert reader.mishaps == []


def test_a_chip_shows_its_words_and_the_source_leads_to_the_others(chat: Visit) -> None:
    chat.ask(HORII)
    chip = chat.page.get_by_role("link", name="Source 2:").first
    chip.hover()
    chip.locator(".tip", has_text="“We have waited as long as we could,”").wait_for()
    chat.page.keyboard.press("Escape")
    chip.locator(".tip").wait_for(state="hidden")
    chip.click()
    chat.opened("We have waited")

    source = chat.page.frame_locator("iframe[name=source]")
    assert "Said by Maja Horii" in source.locator("nav.citations").inner_text()
    assert source.get_by_role("link", name="Original article").get_attribute("href") == "https://example.org/harbour"
    assert source.locator(".also").inner_text() == "The piles are rotten."
    source.locator("nav.citations a").first.click()
    chat.opened("The piles are rotten.")
    chat.page.locator(".removed summary").click()
    assert "He lied. No article says so." in chat.page.locator(".removed li").inner_text()


@WINDOWS
def test_who_logs_in_finds_their_own_conversations(
    serve: Any, assistant: Any, visitor: Any, viewport: dict[str, int]
) -> None:
    server = serve(assistant, users={"anna": ANNA, "bo": "bo's own password"})
    anna = visitor(f"{server.url}/?c=unknown", viewport=viewport, locale="sv-SE")
    assert anna.page.url.startswith(f"{server.url}/login?to=")
    anna.shoot("login")
    assert anna.faults() == []

    def log_in(secret: str) -> None:
        anna.page.get_by_label("Namn").fill("anna")
        anna.page.get_by_label("Lösenord").fill(secret)
        anna.page.get_by_role("button", name="Logga in").click()

    log_in("wrong")
    anna.page.get_by_role("alert").filter(has_text="Ingen har det namnet").wait_for()
    log_in(ANNA)
    anna.page.get_by_role("alert").filter(has_text="Du har inget sådant samtal").wait_for()
    anna.page.get_by_label("Din fråga").fill(HORII)
    anna.page.keyboard.press("Enter")
    anna.page.locator("a.marker").first.wait_for()
    anna.tab("Historik").get_by_role("link", name=HORII, exact=True).wait_for()

    anna.page.request.post(f"{server.url}/logout", data={})
    anna.page.get_by_role("tab", name="Samtal").click()
    anna.page.get_by_label("Din fråga").fill("och sedan?")
    anna.page.keyboard.press("Enter")
    expired = anna.page.get_by_role("alert").filter(has_text="inte längre inloggad")
    expired.wait_for()
    anna.shoot("session-expired")
    assert anna.faults() == []
    expired.get_by_role("link", name="Logga in").click()
    log_in(ANNA)
    anna.page.locator(".question", has_text=HORII).wait_for()
    anna.page.request.post(f"{server.url}/logout", data={})
    anna.page.locator("a.marker").first.click()
    expired.wait_for()
    anna.page.reload()
    anna.page.wait_for_url("**/login?**")


@WINDOWS
def test_a_conversation_is_found_again_exported_and_deleted(
    real_server: str, visitor: Any, viewport: dict[str, int]
) -> None:
    reader = visitor(real_server, viewport=viewport, permissions=["clipboard-read", "clipboard-write"])
    reader.ask(HORII)
    reader.ask("and Rubio?")
    reader.shoot("follow-up")
    answers = reader.page.locator(".answer").all_inner_texts()
    reader.page.get_by_role("button", name="Copy with sources").last.click()
    reader.page.locator(".saved", has_text="Copied.").wait_for()
    assert "[1]" in reader.page.evaluate("navigator.clipboard.readText()")

    reader.page.reload()
    reader.page.locator(".answer").nth(1).wait_for()
    assert reader.page.locator(".answer").all_inner_texts() == answers

    again = visitor(real_server, viewport=viewport)
    listed = again.tab("History")
    listed.get_by_role("searchbox").fill("same BOAT")
    listed.get_by_role("button", name="Search", exact=True).click()
    line = listed.locator("li", has=listed.get_by_role("link", name=HORII)).first
    with again.page.expect_download() as markdown:
        line.get_by_role("link", name="Markdown").click()
    with again.page.expect_download() as as_json:
        line.get_by_role("link", name="JSON").click()
    assert "## and Rubio?" in Path(markdown.value.path()).read_text()
    assert json.loads(Path(as_json.value.path()).read_text())["exchanges"][1]["question"] == "and Rubio?"
    again.shoot("history-and-export")
    assert again.faults() == []

    line.get_by_role("link", name=HORII, exact=True).click()
    again.page.locator(".answer").nth(1).wait_for()
    again.ask("what did Horii say about minerals?")
    assert again.page.locator(".turn").count() == 3
    before = again.tab("History").locator(".listed li").count()
    again.page.remove_listener("dialog", again.mishap)
    again.page.on("dialog", lambda dialog: dialog.accept())
    listed.get_by_role("button", name=f"Delete: {HORII}").first.click()
    listed.locator(f".listed li:nth-child({before})").wait_for(state="detached")
    assert reader.left_the_host() == again.left_the_host() == []
    assert reader.mishaps == again.mishaps == []


@WINDOWS
def test_filters_are_chips_and_hold_for_the_next_question(
    real_server: str, visitor: Any, viewport: dict[str, int]
) -> None:
    reader = visitor(real_server, viewport=viewport)
    reader.page.locator("#filters summary").click()
    reader.page.get_by_label("Outlet").select_option("The Ellery Gazette")
    reader.page.get_by_label("From", exact=True).fill("2026-03-01")
    reader.page.keyboard.press("Tab")
    reader.ask("When does the ferry to Skerrin Island run?")
    reader.shoot("filters")
    assert "Outlet: The Ellery Gazette" in reader.page.locator(".within").inner_text()
    assert "From: 1 March 2026" in reader.page.locator(".within").inner_text()

    reader.page.reload()
    reader.page.locator(".within").wait_for()
    chips = reader.page.locator(".chips button")
    assert chips.all_inner_texts() == ["From: 1 March 2026 ×", "Outlet: The Ellery Gazette ×"]
    reader.ask(HORII)
    assert reader.page.locator(".refusal").last.is_visible()
    chips.first.focus()
    reader.page.keyboard.press("Enter")
    chips.first.click()
    assert chips.count() == 0
    reader.ask(HORII)
    assert "same boat" in reader.page.locator(".answer").last.inner_text()
    assert reader.page.locator(".within").count() == 2
    assert reader.mishaps == []


@WINDOWS
def test_a_file_is_added_asked_about_and_removed(
    real_server: str, visitor: Any, tmp_path: Path, viewport: dict[str, int]
) -> None:
    page = tmp_path / "kelp.txt"
    page.write_text(
        "Kelp farm opens at Brannock Head\n\nBrannock Post | 2 May 2026\n\nShare this story\n\n"
        "The kelp farm at Brannock Head opened on Friday after two years of building on the north shore of the bay.\n\n"
        "“We can grow forty tonnes a year here,” said Siv Tarrant, who runs the kelp farm. “Nobody believed us.”\n"
    )
    empty = tmp_path / "empty.txt"
    empty.write_text("")
    reader = visitor(real_server, viewport=viewport)
    corpus = reader.tab("Corpus")
    corpus.locator("[type=file]").set_input_files([page, empty])
    corpus.locator(".doing", has_text="Done.").wait_for()
    report = corpus.locator(".report > li")
    assert "Kelp farm opens at Brannock Head: added" in report.first.inner_text()
    assert report.nth(1).inner_text().startswith("empty.txt: rejected")
    report.first.locator("summary", has_text="Dropped").click()
    assert "Share this story" in report.first.inner_text()
    reader.shoot("upload")
    corpus.locator(".drop").evaluate(
        DROP, "The kelp farm is not for sale, its owner Siv Tarrant said in a letter to the harbour board."
    )
    report.nth(2).wait_for()
    assert "dropped.txt" in report.nth(2).inner_text()
    assert report.nth(2).get_attribute("class") == ""
    corpus.get_by_label("Address of a page").fill("http://127.0.0.1:9/private")
    corpus.get_by_role("button", name="Fetch").click()
    report.nth(3).wait_for()
    assert "rejected" in report.nth(3).inner_text()
    assert reader.faults() == []

    reader.page.get_by_role("tab", name="Conversation").click()
    reader.ask("What did Siv Tarrant say?")
    assert "forty tonnes a year" in reader.page.locator(".answer").inner_text()
    reader.shoot("upload-asked-about")
    people = reader.tab("Who said what")
    people.get_by_role("searchbox").fill("tarrant")
    people.get_by_role("button", name="Search", exact=True).click()
    people.get_by_role("link", name="Siv Tarrant").click()
    people.get_by_role("link", name="We can grow forty tonnes").click()
    reader.opened("We can grow forty tonnes a year here")
    reader.shoot("who-said-what")
    assert "2 May 2026" in people.locator(".timeline").inner_text()
    assert reader.faults() == []

    corpus = reader.tab("Corpus")
    reader.page.remove_listener("dialog", reader.mishap)
    reader.page.on("dialog", lambda dialog: dialog.accept())
    corpus.get_by_role("button", name="Remove: Kelp farm").click()
    corpus.get_by_role("button", name="Remove: Kelp farm").wait_for(state="detached")
    assert reader.left_the_host() == []
    assert reader.mishaps == []


@WINDOWS
def test_every_state_is_for_everybody(real_server: str, visitor: Any, viewport: dict[str, int]) -> None:
    reader = visitor(real_server, viewport=viewport, locale="sv-SE", color_scheme="dark")
    reader.page.locator(".example").first.wait_for()
    reader.shoot("start-swedish-dark")
    assert reader.page.evaluate("document.documentElement.lang") == "sv"
    assert reader.faults() == []
    dark = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")
    reader.page.get_by_label("Färger").select_option("light")
    light = reader.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    reader.page.get_by_label("Språk", exact=True).select_option("en")
    reader.page.get_by_role("tab", name="Conversation").wait_for()
    assert reader.page.evaluate("getComputedStyle(document.body).backgroundColor") == light

    reader.ask(HORII)
    chip = reader.page.get_by_role("link", name="Source 1:").first
    chip.hover()
    reader.shoot("answer-and-chip")
    chip.click()
    reader.opened("same boat")
    reader.shoot("source")
    if viewport is PHONE:
        assert reader.page.locator("#source").bounding_box()["y"] < 10
        reader.page.get_by_role("link", name="Back to the answer").click()
    reader.page.locator(".why summary").click()
    reader.shoot("why-these-sources")
    reader.page.locator("#filters summary").click()
    reader.ask("Who won the chess match on the moon?")
    reader.page.locator(".closest a").first.wait_for()
    reader.shoot("refusal")
    assert reader.faults() == []
    assert reader.fits()
    for name in ("History", "Who said what", "Corpus"):
        reader.tab(name).locator("h1").wait_for()
    runs = reader.tab("Evaluations")
    runs.get_by_label("Run A").select_option("before")
    runs.get_by_label("Run B").select_option("after")
    runs.get_by_role("button", name="Show").click()
    runs.locator(".better", has_text="B is better").first.wait_for()
    runs.locator(".case", has_text="In 1913").first.wait_for()
    reader.shoot("evaluations")
    assert reader.fits()
    reader.page.get_by_role("tab", name="Review").click()
    reader.page.locator("#review-status .facts").wait_for()
    reader.shoot("review")
    assert reader.faults() == []
    assert reader.fits()
    assert reader.left_the_host() == []
    assert reader.mishaps == []


@WINDOWS
def test_a_swedish_page_says_in_swedish_what_goes_wrong(
    real_server: str, visitor: Any, viewport: dict[str, int], tmp_path: Path
) -> None:
    reader = visitor(f"{real_server}/?published_from=never", viewport=viewport, locale="sv-SE")
    reader.page.get_by_label("Din fråga").fill("Vad sa Siv Tarrant?")
    reader.page.keyboard.press("Enter")
    reader.page.locator(".refusal", has_text="Filtren i sidans adress kan inte läsas: published_from.").wait_for()
    reader.shoot("error-swedish")

    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    corpus = reader.tab("Samling")
    corpus.locator("input[type=file]").set_input_files(tmp_path / "picture.txt")
    rejected = corpus.locator(".report .problem")
    rejected.wait_for()
    assert "picture.txt är en PNG-bild, inte text. Ge den formatets filändelse" in rejected.inner_text()
    (tmp_path / "buttons.txt").write_text("Share this story\n")
    corpus.locator("input[type=file]").set_input_files(tmp_path / "buttons.txt")
    corpus.locator(".report .problem", has_text="innehåller ingen artikel, bara sådant som står runt en.").wait_for()
    corpus.locator(".report summary", has_text="Borttaget").click()
    assert corpus.locator(".report .rule").inner_text() == "dela"
    corpus.get_by_placeholder("Adress till en sida").fill("http://127.0.0.1:9/")
    corpus.get_by_role("button", name="Hämta", exact=True).click()
    corpus.locator(".report .problem", has_text="som hör till ett privat eller reserverat nätverk.").wait_for()
    reader.shoot("upload-rejected-swedish")
    assert reader.faults() == []
    assert reader.fits()

    runs = reader.tab("Utvärdering")
    runs.get_by_label("Körning A").select_option("before")
    runs.get_by_role("button", name="Visa").click()
    runs.get_by_role("heading", name="När man kan lita på det").wait_for()
    reader.shoot("evaluations-swedish")
    runs.get_by_role("heading", name="Vad som gick fel").scroll_into_view_if_needed()
    reader.shoot("evaluations-swedish-cases")
    assert reader.faults() == []
    assert reader.fits()

    unknown = visitor(f"{real_server}/articles/none", viewport=viewport, locale="sv-SE")
    unknown.page.get_by_role("heading", name="Finns inte").wait_for()
    assert "Det finns ingen artikel none." in unknown.page.locator("main").inner_text()
    unknown.shoot("error-page-swedish")
    assert unknown.faults() == []
    assert reader.mishaps == []


def test_axe_would_find_something(chat: Visit) -> None:
    chat.page.locator(".example").first.wait_for()
    chat.page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"/source\"><select></select>')")

    assert {fault.split(":")[0] for fault in chat.faults()} == {"image-alt", "select-name"}
