"""An assistant over two hand-made articles and a teaser, with the public methods of the real one."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any, get_args

import httpx
import pytest
import uvicorn
from starlette.testclient import TestClient
from starlette.types import ASGIApp

import rag
from corpus.article import Article, Paragraph, Span, article_id
from corpus.cleaning import Dropped
from corpus.readers import Rejected
from corpus.readers.records import Upload
from evals.run_folder import Row, Run, finish, runs_folder
from index.errors import ArticleNotFoundError, IndexBusyError
from index.filters import SearchFilters
from index.ingest_report import IngestProgress, IngestReport, PageReport
from index.stories import Copy
from rag import Settings
from rag.answer import Answer, Citation, Part, PassageRef, Refusal, Removed, Sentence
from rag.assistant import IndexStatus, Progress, Stage
from rag.checking import Finding
from rag.conversation import Turn
from rag.errors import EmptyQuestionError
from rag.tracing import Change, Source
from ui.workers import Workers

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> ${1+1} {{7*7}} [x](javascript:alert(3)) \x1b[31m"


def make_article(
    url: str, title: str | None, paragraphs: Sequence[str], *, link: str | None = None, **facts: Any
) -> Article:
    text, spans = "", []
    for paragraph in paragraphs:
        text += "\n\n" if text else ""
        spans.append(Paragraph(Span(len(text), len(text) + len(paragraph)), "body", "en"))
        text += paragraph
    facts = {"language": "en", "source": f"/home/someone/{url}"} | facts
    return Article(
        id=article_id(url), text=text, paragraphs=tuple(spans), title=title, url=url if link is None else link, **facts
    )


HARBOUR = make_article(
    "https://example.org/harbour",
    "Harbour to close for repairs",
    [
        "The harbour in Lindvik closes on Monday for the first time in forty years.",
        "“We have waited as long as we could,” said Maja Horii, head of the port authority. “The piles are rotten.”",
        "Ferries will leave from Norrbro until the spring.",
    ],
    outlet="Lindvik Courier",
    authors=("Per Ek",),
    published=date(2024, 2, 4),
)
EVIL = make_article(
    "https://example.org/evil",
    HOSTILE,
    [HOSTILE, f"Second paragraph. {HOSTILE}"],
    link="javascript:alert(4)",
    outlet=HOSTILE,
    authors=(HOSTILE,),
)
TEASER = make_article(
    "https://example.org/teaser", None, ["Storm delays the ferries"], kind="teaser", found_on=HARBOUR.id
)
OLD_HARBOUR = dataclasses.replace(HARBOUR, text=HARBOUR.text.replace("Monday", "Sunday"))


@dataclass(frozen=True)
class FakeHit:
    article_id: str
    text_sha256: str
    span: Span
    text: str
    score: float
    found_by: tuple[str, ...]
    title: str | None


class FakeAssistant:
    """Answers "Horii" with a quote over the harbour article, "evil" with hostile text, the rest with a refusal."""

    def __init__(self) -> None:
        self.live = {article.id: article for article in (HARBOUR, EVIL, TEASER)}
        self.ingested: list[str] = []
        self.limits: list[int | None] = []
        self.uploaded: list[Upload] = []
        self.trusted: list[bool] = []
        self.histories: list[tuple[Turn, ...]] = []
        self.filters: list[SearchFilters | None] = []
        self.hold: Event | None = None
        self.pause = 0.0
        self.breaks_off = False
        self.answered = 0
        self.home = Path("/nowhere")
        self.retriever = self

    opened: list[dict[str, Any]] = []  # noqa: RUF012  # the test resets it
    busy = False

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        exclusive: bool = True,
        address: str | None = None,
        note: Callable[[str], None] = lambda _: None,
    ) -> FakeAssistant:
        assistant = cls()
        how = {"home": settings.home, "model": settings.model, "exclusive": exclusive, "filters": assistant.filters}
        cls.opened.append(how)
        if cls.busy:
            raise IndexBusyError("Process 4242 holds the index.", "Wait until it is done.")
        return assistant

    def __enter__(self) -> FakeAssistant:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        pass

    def ask(self, question: str, history: Sequence[Turn] = (), *, filters: SearchFilters | None = None) -> Answer:
        *_, answer = self.stream(question, history, filters=filters)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, history: Sequence[Turn] = (), *, filters: SearchFilters | None = None
    ) -> Iterator[Any]:
        self.histories.append(tuple(history))
        self.filters.append(filters)
        if not question.strip():
            raise EmptyQuestionError("The question is empty.", "Ask something, such as: what did Horii say?")
        if "break" in question:
            raise ZeroDivisionError(question)
        *before, afterwards = get_args(Stage)
        for stage in before:
            if self.hold:
                self.hold.wait(20)
            time.sleep(self.pause)
            yield Progress(stage)
        if self.breaks_off:
            raise ZeroDivisionError(question)
        answer = _answer(question)
        for sentence in answer.sentences:
            if self.hold:
                self.hold.wait(20)
            time.sleep(self.pause)
            yield sentence.untranslated
        if any(sentence != sentence.untranslated for sentence in answer.sentences):
            yield Progress(afterwards)
        self.answered += 1
        yield answer

    def search(self, query: str, filters: SearchFilters | None = None, limit: int = 10) -> list[FakeHit]:
        self.filters.append(filters)
        found = [article for article in self.live.values() if query.lower() in article.text.lower()]
        return [
            FakeHit(found.id, found.text_sha256, Span(0, 20), found.text[:20], 0.5, ("dense", "lexical"), found.title)
            for found in found[:limit]
        ]

    def quotes(self, speaker: str | None = None, about: str | None = None, since: date | None = None) -> list[Any]:
        if since is not None and HARBOUR.published is not None and HARBOUR.published < since:
            return []
        if speaker is not None and "horii" not in speaker.lower():
            return []
        span = _span(HARBOUR, "The piles are rotten.")
        facts = {"speaker": "Maja Horii", "role": "head of the port authority", "kind": "direct", "cue": "said"}
        where = {"article_id": HARBOUR.id, "text_sha256": HARBOUR.text_sha256, "span": span}
        return [SimpleNamespace(**facts, **where, text=span.of(HARBOUR.text))]

    def quotes_of(self, person: str, limit: int) -> list[Any]:
        return [quote for quote in self.quotes() if quote.speaker == person][:limit]

    def people(self) -> list[tuple[str, int]]:
        return [("Maja Horii", 1), (HOSTILE, 1)]

    def outlets(self) -> list[str]:
        return ["Lindvik Courier", HOSTILE]

    def languages(self) -> list[str]:
        return ["en", "sv"]

    def catalogue(
        self, words: str = "", *, first: int = 0, limit: int = 50, copies: bool = True
    ) -> tuple[int, list[Article]]:
        found = [article for article in self.live.values() if words.lower() in (article.title or "").lower()]
        return len(found), found[first : first + limit]

    def ingest(
        self,
        paths: Sequence[Path | str],
        *,
        prune: bool = False,
        limit: int | None = None,
        progress: Callable[[IngestProgress], None] = lambda _: None,
        pages: Callable[[PageReport], None] = lambda _: None,
        stop: Callable[[], bool] = lambda: False,
    ) -> IngestReport:
        self.ingested += map(str, paths)
        self.limits.append(limit)
        progress(IngestProgress("reading", 1, 2))
        pages(PageReport("a.txt", "added", (HARBOUR,), (Dropped("Share this story", "boilerplate"),)))
        rejected = tuple(
            Rejected(str(path), f"{path} is empty.", "Remove it, or save the page again.")
            for path in paths
            if "empty" in str(path)
        )
        for one in rejected:
            pages(PageReport(one.source, "rejected", rejected=one))
        return IngestReport(
            added=len(paths) - len(rejected),
            chunks=1,
            rejections=len(rejected),
            stopped=stop(),
            rejected=list(rejected),
        )

    def ingest_uploads(
        self,
        uploads: Sequence[Upload],
        *,
        trust_urls: bool = True,
        pages: Callable[[PageReport], None] = lambda _: None,
    ) -> IngestReport:
        self.trusted.append(trust_urls)
        self.uploaded += uploads
        if self.hold:
            self.hold.wait(20)
        for upload in uploads:
            pages(PageReport(upload.source, "added"))
        return IngestReport(added=len(uploads))

    def article(self, article_id: str, text_sha256: str | None = None) -> Article:
        versions: Iterable[Article] = (*self.live.values(), OLD_HARBOUR)
        for article in versions:
            if article.id == article_id and text_sha256 in (None, article.text_sha256):
                return article
        raise ArticleNotFoundError(f"There is no article {article_id}.", "See citera articles list.")

    def check(self, text: str) -> list[Finding]:
        self.checked = text
        said = "The piles are rotten."
        place = (_span(HARBOUR, said), said, "Maja Horii", None)
        source = Source(HARBOUR.id, HARBOUR.text_sha256, *place, "Harbour", HOSTILE, date(2024, 2, 4), None, "article")
        change = Change("rotten", "sound")
        return [
            Finding("quotation", "altered", Span(1, 20), "The piles are sound", "Maja Horii", (source,), (change,)),
            Finding("claim", "not_found", Span(22, 29), HOSTILE, note="one of them says not"),
        ]

    def full_story(self, teaser: Article) -> Article | None:
        return HARBOUR if teaser.kind == "teaser" else None

    def copies(self, article_id: str, text_sha256: str | None = None) -> list[Copy]:
        outlet = {HARBOUR.id: "Norrbro Post", EVIL.id: HOSTILE}.get(article_id)
        article = dataclasses.replace(HARBOUR, id="c0ffee", outlet=outlet, published=date(2024, 2, 5))
        return [Copy.of(article, "near")] if outlet else []

    def is_current(self, article: Article) -> bool:
        return self.live.get(article.id) == article

    def articles(self) -> list[Article]:
        return list(self.live.values())

    def remove(self, article_id: str) -> None:
        del self.live[self.article(article_id).id]

    def status(self) -> IndexStatus:
        return IndexStatus(
            home=self.home,
            articles=len(self.live),
            teasers=1,
            chunks=3,
            quotes=2,
            embedder="fake",
            embedder_runtime="torch",
            manifest_digest="0" * 64,
        )


def _span(article: Article, words: str) -> Span:
    start = article.text.index(words)
    return Span(start, start + len(words))


def _citation(marker: int, article: Article, words: str, speaker: str | None) -> Citation:
    published = article.published.isoformat() if article.published else None
    return Citation(
        marker=marker,
        article_id=article.id,
        text_sha256=article.text_sha256,
        span=_span(article, words),
        quote=words,
        title=article.title,
        outlet=article.outlet,
        published=published,
        url=article.url,
        speaker=speaker,
        kind=article.kind,
    )


def _answer(question: str) -> Answer:
    if "horii" in question.lower():
        cited = [
            _citation(1, HARBOUR, "The piles are rotten.", "Maja Horii"),
            _citation(2, HARBOUR, "We have waited as long as we could,", "Maja Horii"),
        ]
    elif "evil" in question.lower():
        cited = [_citation(1, EVIL, HOSTILE, HOSTILE)]
    else:
        sentence = Sentence((Part("frame", "The articles do not say."),))
        nearest = (
            PassageRef(HARBOUR.id, Span(0, 9), 0.2, ("dense",)),
            PassageRef(EVIL.id, Span(0, 9), 0.1, ("dense",)),
        )
        return _made(question, (sentence,), refusal="no_support", passages=nearest)
    translation = (Part("translation", " (översättning: Pålarna är ruttna.)"),) if "översatt" in question else ()
    sentences = tuple(
        Sentence(
            (
                Part("metadata", f"{citation.speaker}: ", citation.marker),
                Part("frame", "“"),
                Part("source", citation.quote, citation.marker),
                Part("frame", "”"),
                *(translation if citation.marker == 1 else ()),
            ),
            (citation.marker,),
        )
        for citation in cited
    )
    return _made(question, sentences, citations=tuple(cited), removed=(Removed("He lied.", "No article says so."),))


def _made(
    question: str,
    sentences: tuple[Sentence, ...],
    *,
    refusal: Refusal | None = None,
    citations: tuple[Citation, ...] = (),
    removed: tuple[Removed, ...] = (),
    passages: tuple[PassageRef, ...] = (),
) -> Answer:
    return Answer(
        question=question,
        standalone_question=question,
        sentences=sentences,
        language="sv" if question.startswith("Vad") else "en",
        model="extractive",
        settings_digest="0" * 64,
        refusal=refusal,
        citations=citations,
        removed=removed,
        passages=passages,
    )


@pytest.fixture(scope="module")
def fake_assistant() -> FakeAssistant:
    """One that a server of a whole module asks; its test makes it new."""
    return FakeAssistant()


@pytest.fixture
def assistant(tmp_path: Path) -> FakeAssistant:
    assistant = FakeAssistant()
    assistant.home = tmp_path / "home"
    return assistant


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[dict[str, Any]]:
    """Commands open a `FakeAssistant` in a home of their own; the list says how."""
    monkeypatch.setattr(rag, "Assistant", FakeAssistant)
    monkeypatch.setattr(FakeAssistant, "opened", [])
    monkeypatch.setenv("CITERA_HOME", str(tmp_path / "home"))
    return FakeAssistant.opened


OWNER_TOKEN = "owner-token"
PORT = 7860


@pytest.fixture
def client(assistant: FakeAssistant) -> Iterator[TestClient]:
    """The whole server, spoken to as a browser on this machine would."""
    from ui.server import build_app

    workers = Workers(waiting=2)

    async def build() -> ASGIApp:  # in a running loop: outside one Gradio leaves a loop open
        settings = Settings(home=assistant.home)
        return build_app(assistant, settings, port=PORT, owner_token=OWNER_TOKEN, workers=workers)  # type: ignore[arg-type]  # fake

    app = asyncio.run(build())
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}", raise_server_exceptions=False) as client:
        yield client
    workers.close()


@dataclass
class Served:
    """A server at `url`, over the assistant that it was given; `workers` do its work."""

    url: str
    workers: Workers

    def get(self, path: str, **options: Any) -> httpx.Response:
        return httpx.get(self.url + path, timeout=30, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return httpx.post(self.url + path, timeout=30, **options)


@pytest.fixture
def ends() -> Iterator[list[Callable[[], None]]]:
    """What ends the servers of a test."""
    ends: list[Callable[[], None]] = []
    yield ends
    for end in ends:
        end()


@pytest.fixture
def stop_servers(ends: list[Callable[[], None]]) -> Callable[[], None]:
    """Ends what `serve` started, before the test does."""

    def stop() -> None:
        while ends:
            ends.pop()()

    return stop


@pytest.fixture
def serve(tmp_path: Path, ends: list[Callable[[], None]]) -> Callable[..., Served]:
    """`serve(assistant, **settings)` serves on a free port of this machine, as `citera serve` does, until the test ends."""
    from ui.server import build_app

    def start(assistant: Any, **settings: Any) -> Served:
        workers = Workers(waiting=settings.pop("waiting", 16))
        bound = socket.create_server(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        how = Settings(home=tmp_path / "home", **settings)
        servers: list[uvicorn.Server] = []
        started = Event()

        async def run() -> None:
            app = build_app(assistant, how, port=port, owner_token=OWNER_TOKEN, workers=workers)
            servers.append(
                uvicorn.Server(uvicorn.Config(app, http="h11", log_level="critical", timeout_graceful_shutdown=5))
            )
            running = asyncio.create_task(servers[0].serve(sockets=[bound]))
            while not servers[0].started and not running.done():
                await asyncio.sleep(0.01)
            started.set()
            await running

        thread = Thread(target=lambda: asyncio.run(run()))
        thread.start()

        def end() -> None:
            servers[0].should_exit = True
            thread.join(20)
            workers.close()

        ends.append(end)
        assert started.wait(60)
        return Served(f"http://127.0.0.1:{port}", workers)

    return start


@pytest.fixture(scope="session")
def sample_assistant(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[rag.Assistant]:
    """The real assistant over the sample corpus, which no test changes."""
    from corpus.samples import samples_folder

    home = tmp_path_factory.mktemp("sample-home")
    with rag.Assistant.open(Settings(home=home, cache=cache)) as assistant:
        assistant.ingest([samples_folder()])
        yield assistant


@pytest.fixture(scope="session")
def write_runs() -> Callable[[Path], None]:
    """`write_runs(home)` puts three runs there: `before` and `after` of the same 40 questions, `elsewhere` on another corpus."""

    def row(number: int, right: bool) -> Row:
        text = "In 1912." if right else "In 1913, <script>alert(1)</script>."
        answer = {"text": text, "refused": False, "standalone_question": "?", "refusal_reason": None}
        scores = {"right": float(right), "contains_gold": float(right), "mrr": 1.0}
        facts = {"id": f"q{number}", "case": f"c{number}", "key": "k", "question": f"When did pier {number} open?"}
        facts |= {"language": "en", "answerable": True, "expected": (), "tags": ("fact",), "speaker": None}
        facts |= {
            "gold_words": ("1912",),
            "gold": (),
            "found": (),
            "history": (),
            "query_ms": 9.0 + number,
            "workers": 1,
        }
        said = {"citations": [], "passages": [], "removed": [], "timings_ms": {"search": 4.0}}
        return Row.model_validate(
            facts | {"scores": scores, "why": dict.fromkeys(scores, "so"), "answer": answer | said}
        )

    def write(home: Path) -> None:
        for name, wrong, corpus in (("before", 20, "c1"), ("after", 5, "c1"), ("elsewhere", 1, "c2")):
            rows = [row(number, number >= wrong) for number in range(40)]
            facts = {
                "dataset": "sample",
                "n": 40,
                "retrieval_only": False,
                "corpus": corpus,
                "index": "i",
                "cases": "q",
            }
            facts |= {"settings": {}, "code": "x", "settings_digest": "s", "versions": {}, "machine": {"cores": 2}}
            folder = runs_folder(home) / name
            folder.mkdir(parents=True)
            finish(folder, Run.model_validate(facts | {"finished": datetime(2026, 1, 2, tzinfo=UTC)}), rows, {}, [])

    return write


@pytest.fixture
def words_of() -> Callable[[str], str]:
    """The text that a reader sees of some HTML."""
    return lambda markup: unescape(re.sub(r"<[^>]*>", "", markup))


@pytest.fixture
def harbour() -> Article:
    return HARBOUR


@pytest.fixture
def old_harbour() -> Article:
    return OLD_HARBOUR


@pytest.fixture
def evil() -> Article:
    return EVIL


@pytest.fixture
def teaser() -> Article:
    return TEASER
