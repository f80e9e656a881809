"""What the tests of several folders share: a clean environment, one embedder, hand-made articles, small real indexes."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import textwrap
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from corpus.article import Article, Paragraph, Span, article_id
from corpus.language import detect_language
from index.build import IndexBuilder
from index.embedding import Document, Embedded, Embedder, Vector, open_embedder
from index.manifest import Manifest
from index.packaged_weights import MODEL_NAME
from index.retrieval import Retriever
from index.store import Store
from index.vector_store import VectorStore

ROOT = Path(__file__).resolve().parent.parent


class FakeEmbedder:
    """Bags of hashed words as unit vectors. `embedded` holds the text of every document it was given."""

    def __init__(self, name: str = "fake") -> None:
        self.name, self.digest, self.runtime = name, hashlib.sha256(name.encode()).hexdigest(), "torch"
        self.dimension, self.max_tokens = 64, 512
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_documents(
        self, documents: Sequence[Document], progress: Callable[[int], None] | None = None
    ) -> list[Embedded]:
        self.embedded += [document.text for document in documents]
        if progress is not None:
            progress(len(documents))
        return [
            Embedded(
                self._vector(document.text),
                np.array([self._vector(span.of(document.text)) for span in document.sentences]).reshape(-1, 64),
            )
            for document in documents
        ]

    def embed_queries(self, queries: Sequence[str]) -> Vector:
        return np.array([self._vector(query) for query in queries]).reshape(-1, 64)

    def _vector(self, text: str) -> Vector:
        bag = np.full(64, 0.01, np.float32)
        for word in text.casefold().split():
            bag[hashlib.sha256(word.strip(".,?!").encode()).digest()[0] % 64] += 1
        return np.asarray(bag / np.linalg.norm(bag), np.float32)


@dataclass
class Index:
    """The open parts of one index folder."""

    store: Store
    vectors: VectorStore
    builder: IndexBuilder
    retriever: Retriever

    @classmethod
    def open(cls, folder: Path, embedder: Embedder) -> Index:
        store = Store(folder / "citera.db")
        vectors = VectorStore(folder / "chroma", Manifest.of(embedder).digest)
        return cls(store, vectors, IndexBuilder(store, vectors, embedder), Retriever(store, vectors, embedder))

    def close(self) -> None:
        self.vectors.close()
        self.store.close()

    def live(self) -> dict[str, str]:
        """Text by title of what is searched."""
        return {article.title or article.text: article.text for article in self.store.live_articles()}

    def chunk_ids(self) -> tuple[set[str], set[str]]:
        """Ids of the chunks that SQLite holds, and of those that Chroma holds."""
        ids = self.store.chunk_ids_of([article.id for article in self.store.live_articles()])
        return set(ids), set(self.vectors.ids())


Body = bytes | Callable[[], Iterator[bytes]]


@dataclass(frozen=True)
class Reply:
    """What the test web server says: `body` in one piece, or part by part as it is made."""

    body: Body
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Web(ThreadingHTTPServer):
    """A web server on this machine. `asked` is what it was asked for: (Host, path, headers). A page with an ETag is not sent
    again to whoever names that."""

    daemon_threads = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _WebHandler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.replies: dict[str, Reply] = {}
        self.asked: list[tuple[str, str, Message]] = []
        self.stopping = Event()

    def put(
        self, path: str, body: Body = b"", status: int = 200, type: str = "text/plain; charset=utf-8", **headers: str
    ) -> str:
        """Sets what stands at `path` (headers with _ for -), and gives its URL."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.replies[path] = Reply(body, status, {"Content-Type": type} | named)
        return self.url + path

    def paths(self) -> list[str]:
        return [path for _, path, _ in self.asked]

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may hang up."""


class _WebHandler(BaseHTTPRequestHandler):
    server: Web
    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_GET(self) -> None:
        self.server.asked.append((self.headers["Host"], self.path, self.headers))
        reply = self.server.replies.get(self.path, Reply(b"nothing here", 404))
        if "ETag" in reply.headers and reply.headers["ETag"] == self.headers.get("If-None-Match"):
            reply = Reply(b"", 304)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if callable(reply.body):
            self.close_connection = True
        elif "Content-Length" not in reply.headers:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        for part in reply.body() if callable(reply.body) else [reply.body]:
            self.wfile.write(part)
        self.close_connection = self.close_connection or "Content-Length" in reply.headers

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[Web]:
    """A real web server, empty: `web.put("/a", b"...")` fills it."""
    server = Web()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.stopping.set()
    server.shutdown()
    thread.join()
    server.server_close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked `full` runs with `-m full` alone."""
    if "full" not in config.option.markexpr:
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker("full")])
        items[:] = [item for item in items if not item.get_closest_marker("full")]


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """No setting of whoever runs the tests reaches them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CITERA_") and name != "CITERA_SEEDS"]:
            patch.delenv(name)
        yield


_STATED_CACHE = os.environ.get("CITERA_CACHE")


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the prepared model is kept: never in the user's folders."""
    if _STATED_CACHE:
        return Path(_STATED_CACHE)
    kept = ROOT / ".venv"
    return kept / "citera-cache" if kept.is_dir() else tmp_path_factory.getbasetemp() / "citera-cache"


@pytest.fixture(scope="session")
def embedder(cache: Path) -> Embedder:
    """The packaged model."""
    return open_embedder(MODEL_NAME, cache)


@pytest.fixture
def fake_embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture(scope="session")
def index_at() -> Callable[[Path, Embedder], Index]:
    """`index_at(folder, embedder)` opens that folder's index; closing it is the caller's."""
    return Index.open


@pytest.fixture
def open_index(tmp_path: Path) -> Iterator[Callable[..., Index]]:
    """`open_index(embedder)` opens the index of the test's folder; opening it again first closes what was open."""
    opened: list[Index] = []

    def open_(embedder: Embedder) -> Index:
        for index in opened:
            index.close()
        opened.clear()
        opened.append(Index.open(tmp_path, embedder))
        return opened[0]

    yield open_
    for index in opened:
        index.close()


@pytest.fixture
def index(open_index: Callable[..., Index], fake_embedder: FakeEmbedder) -> Index:
    """An empty index with a fake embedder."""
    return open_index(fake_embedder)


@pytest.fixture(scope="session")
def make_article() -> Callable[..., Article]:
    """`make_article(key, title, paragraph, ...)`, with the facts of an `Article` by name."""

    def make(key: str, title: str | None, *paragraphs: str, **facts: Any) -> Article:
        placed, start = [], 0
        for paragraph in paragraphs:
            placed.append(Paragraph(Span(start, start + len(paragraph)), "body", detect_language(paragraph)))
            start += len(paragraph) + 2
        facts = {"source": key, "language": detect_language(" ".join(paragraphs))} | facts
        return Article(article_id(key), "\n\n".join(paragraphs), tuple(placed), title=title, **facts)

    return make


_HARBOUR = (
    "The harbour of Lindvik closes on Monday for repairs that will take three weeks, the port authority said.",
    "“The piles are rotten,” said Maja Horii, head of the port authority. “We have waited as long as we could.”",
    "Ferries to the islands will leave from the old fish quay, and fares stay the same until the end of May.",
)


@pytest.fixture(scope="session")
def harbour_text() -> tuple[str, ...]:
    """The paragraphs of the one story that `every_format` tells."""
    return _HARBOUR


@pytest.fixture(scope="session")
def every_format() -> dict[str, bytes]:
    """The same story as a file of every format that is read, by file name. Each states what its format can state:
    "Harbour to close (NAME)" as the title, Anna Berg as the author, the Lindvik Courier, 4 February 2026 at 7.30 in Stockholm."""
    import pyarrow
    from docx import Document
    from pyarrow import parquet

    text = "\n\n".join(_HARBOUR)
    stamp = "2026-02-04T07:30:00+01:00"

    def row(name: str, number: int = 1) -> dict[str, str]:
        return {
            "headline": f"Harbour to close ({name} {number})",
            "body": text,
            "byline": "Anna Berg",
            "source": "Lindvik Courier",
            "published_at": stamp,
            "link": f"https://lindvik.example/{name}/{number}?utm_source=feed",
            "lang": "en-GB",
        }

    def lines(name: str, count: int = 2) -> bytes:
        return "".join(f"{json.dumps(row(name, number))}\n" for number in range(1, count + 1)).encode()

    html = _html_page("html", stamp)
    table = io.StringIO()
    writer = csv.DictWriter(table, row("csv"))
    writer.writeheader()
    writer.writerows([row("csv", 1), row("csv", 2)])
    word = Document()
    word.add_paragraph("Harbour to close (docx)", style="Title")
    for paragraph in _HARBOUR:
        word.add_paragraph(paragraph)
    word.core_properties.author = "Anna Berg"
    word_file, parquet_file, zip_file = io.BytesIO(), io.BytesIO(), io.BytesIO()
    word.save(word_file)
    parquet.write_table(pyarrow.Table.from_pylist([row("parquet", 1), row("parquet", 2)]), parquet_file)
    with zipfile.ZipFile(zip_file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pages/one.html", _html_page("zipped", stamp))
        archive.writestr("more.jsonl", lines("packed"))
    mail = (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=part\r\n\r\n--part\r\nContent-Type: text/html; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: base64\r\nContent-Location: https://lindvik.example/saved\r\n\r\n"
        + base64.encodebytes(_html_page("mhtml", stamp))
        + b"\r\n--part--\r\n"
    )
    front = f"---\ntitle: Harbour to close (md)\nauthor: Anna Berg\ndate: {stamp}\nlang: en\n---\n\n"
    return {
        "a.txt": f"Harbour to close (txt)\n\nLindvik Courier | 4 February 2026\n\n{text}\n".encode(),
        "b.md": f"{front}{text.replace('three weeks', '**three** [weeks](https://x.example)')}\n".encode(),
        "c.html": html,
        "d.mhtml": mail,
        "e.pdf": _pdf("Harbour to close (pdf)", _HARBOUR),
        "f.docx": word_file.getvalue(),
        "g.jsonl": lines("jsonl"),
        "h.json": json.dumps({"articles": [row("json", 1), row("json", 2)]}).encode(),
        "i.csv": table.getvalue().encode(),
        "j.parquet": parquet_file.getvalue(),
        "k.zip": zip_file.getvalue(),
    }


def _html_page(name: str, stamp: str) -> bytes:
    linked = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": f"Harbour to close ({name})",
        "datePublished": stamp,
        "author": [{"@type": "Person", "name": "Anna Berg"}],
        "publisher": {"@type": "Organization", "name": "Lindvik Courier"},
    }
    body = "".join(f"<p>{paragraph}</p>" for paragraph in _HARBOUR)
    return f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Harbour to close ({name}) | Lindvik Courier</title>
<link rel="canonical" href="https://lindvik.example/{name}?utm_medium=web">
<script type="application/ld+json">{json.dumps(linked)}</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport results</a></li></ul></nav>
<main><article><h1>Harbour to close ({name})</h1>{body}</article>
<aside><h2>Related articles</h2><div><h3>Lighthouse for sale</h3>
<p>The lighthouse at Skarv will be sold to the highest bidder in May.</p></div></aside>
</main><footer><p>The Lindvik Courier is printed on paper from Norrland mills.</p></footer></body></html>""".encode()


def _pdf(title: str, paragraphs: Sequence[str]) -> bytes:
    """A page of Helvetica, wrapped at 70 characters, a wider gap between paragraphs."""
    shown, y = [], 760
    for paragraph in paragraphs:
        for line in textwrap.wrap(paragraph.replace("“", '"').replace("”", '"'), 70):
            escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            shown.append(f"BT /F1 11 Tf 72 {y} Td ({escaped}) Tj ET")
            y -= 14
        y -= 12
    content = "\n".join(shown)
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Title ({title.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) /Author (Anna Berg) >>",
    ]
    file, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(file))
        file += f"{number} 0 obj\n{one}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    return f"{file}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode()


@pytest.fixture(scope="session")
def back_to_version_2() -> str:
    """The statements that make a database what version 2 had, stems as they are."""
    return """
        DROP TABLE texts; DROP TABLE bands; DROP TABLE alike; DROP INDEX articles_by_text; DROP INDEX articles_by_quote_reader;
        ALTER TABLE articles DROP COLUMN quote_reader;
        DROP TABLE quoted; DROP INDEX quotes_by_speaker; DROP TABLE totals;
        DROP TABLE facts;
        PRAGMA user_version = 2;
    """
