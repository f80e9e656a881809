"""A Chroma server in the place of the embedded one: a real `chroma run` on loopback."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.article import Article
from index.errors import VectorServerError
from index.vector_store import RECORDS
from rag import Assistant, Settings
from rag.assembly import check_home, rebuild_home
from ui import cli

QUERY = "which harbour closes on Friday"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class ChromaServer:
    """The Rust server of the chromadb package."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self.start()

    def start(self) -> None:
        command = ["run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from chromadb.cli.cli import app; app()", *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError("chroma run does not listen")

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait(timeout=60)


@pytest.fixture(scope="module")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    server = ChromaServer(tmp_path_factory.mktemp("chroma-server"))
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _embedder(monkeypatch: pytest.MonkeyPatch, fake_embedder: Any) -> None:
    monkeypatch.setattr("rag.assembly.open_embedder", lambda *_, **__: fake_embedder)


@pytest.fixture
def articles(make_article: Callable[..., Article]) -> list[Article]:
    return [
        make_article(str(n), f"Harbour {n}", f"The harbour closes on {DAYS[n % 7]}. Repair {n} begins.")
        for n in range(14)
    ]


def found(assistant: Assistant) -> list[tuple[str, float]]:
    return [(hit.chunk.id, hit.score) for hit in assistant.retriever.search(QUERY)]


def test_it_finds_what_the_embedded_one_finds(chroma: ChromaServer, tmp_path: Path, articles: list[Article]) -> None:
    results = {}
    for url in (None, chroma.url):
        settings = Settings(home=tmp_path / str(url is None), chroma_url=url)
        with Assistant.open(settings) as assistant:
            assistant.ingest_articles(articles)
            results[url] = found(assistant)
            assistant.remove(articles[4].id)
            assert articles[4].id not in {hit.article_id for hit in assistant.retriever.search(QUERY)}
        with Assistant.open(settings, exclusive=False) as reader:
            assert reader.retriever.search(QUERY)
        assert check_home(settings).problems == ()
        assert (settings.home / "chroma").exists() == (url is None)
    assert results[None] == results[chroma.url] != []


def test_two_homes_on_one_server_do_not_meet(chroma: ChromaServer, tmp_path: Path, articles: list[Article]) -> None:
    one, other = (Settings(home=tmp_path / name, chroma_url=chroma.url) for name in ("one", "other"))
    for settings, part in ((one, articles[:9]), (other, articles[5:])):
        with Assistant.open(settings) as assistant:
            assistant.ingest_articles(part)
    rebuild_home(one)
    with Assistant.open(other) as assistant:
        assistant.remove(articles[5].id)
    for settings, vectors in ((one, 9), (other, 8)):
        check = check_home(settings)
        assert (check.problems, check.vectors) == ((), vectors)


def test_changing_over_is_a_setting_both_ways(chroma: ChromaServer, tmp_path: Path, articles: list[Article]) -> None:
    results = []
    for url in (None, chroma.url, None):
        told: list[str] = []
        with Assistant.open(Settings(home=tmp_path / "home", chroma_url=url), note=told.append) as assistant:
            assistant.ingest_articles(articles[: 10 + 2 * len(results)])
            results.append(found(assistant))
        assert ("made anew" in "".join(told)) == (len(results) > 1)
        assert check_home(Settings(home=tmp_path / "home", chroma_url=url)).problems == ()


def test_writes_keep_to_the_quotas_of_chroma_cloud(
    chroma: ChromaServer, tmp_path: Path, make_article: Callable[..., Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []
    with Assistant.open(Settings(home=tmp_path / "home", chroma_url=chroma.url)) as assistant:
        vectors = assistant._engine.vectors
        upsert = vectors._parts["en"].upsert

        def counting(ids: list[str], **records: Any) -> None:
            assert set(records) == {"embeddings"}, "no metadata, no documents"
            assert max(map(len, ids)) <= 128
            written.append(len(ids))
            upsert(ids, **records)

        monkeypatch.setattr(vectors._parts["en"], "upsert", counting)
        long = make_article("long", "Long", *(f"Boat {n} leaves pier {n * 7}." * 30 for n in range(700)))
        assistant.ingest_articles([long])
        assert assistant.verify_index().problems == ()
    assert sum(written) > 2 * RECORDS
    assert max(written) == RECORDS


def test_a_server_that_is_down_is_said_in_one_line(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Assistant.open(Settings(home=tmp_path / "home")) as assistant:
        assistant.ingest_articles(articles)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("CITERA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CITERA_CHROMA_URL", f"http://127.0.0.1:{port}")
    for command in (["ask", "what closes?"], ["ingest", str(tmp_path)], ["index", "rebuild"]):
        monkeypatch.setattr(sys, "argv", ["citera", *command])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        said = capsys.readouterr()
        assert exit_.value.code == 1, command
        line = said.err.splitlines()[-1]
        assert f"The Chroma server at http://127.0.0.1:{port} does not" in line
        assert "unset CITERA_CHROMA_URL" in line
    monkeypatch.delenv("CITERA_CHROMA_URL")
    with Assistant.open(Settings(home=tmp_path / "home"), exclusive=False) as assistant:
        assert found(assistant), "nothing is lost"


def test_a_server_that_goes_away_loses_nothing(
    tmp_path: Path, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.build.BATCH_CHUNKS", 4)
    server = ChromaServer(tmp_path / "server")
    settings = Settings(home=tmp_path / "home", chroma_url=server.url)
    try:
        with Assistant.open(settings) as assistant:
            assistant.ingest_articles(articles[:6])

            def coming() -> Iterator[Article]:
                yield from articles[:9]
                server.stop()
                yield from articles[9:]

            with pytest.raises(VectorServerError, match="unset CITERA_CHROMA_URL"):
                assistant.ingest_articles(coming())
            with pytest.raises(VectorServerError):
                found(assistant)
            server.start()
            assert found(assistant)
            monkeypatch.setattr("index.vector_store.SERVER_SECONDS", 0.5)
        with Assistant.open(settings) as assistant:
            server.signal(signal.SIGSTOP)
            with pytest.raises(VectorServerError):
                found(assistant)
            server.signal(signal.SIGCONT)
            report = assistant.ingest_articles(articles)
            assert report.unchanged >= 6
            assert report.added + report.unchanged == 14
        assert check_home(settings).problems == ()
        server.stop()
        shutil.rmtree(tmp_path / "server")
        server.start()
        with Assistant.open(settings, exclusive=False) as assistant:
            assert len(found(assistant)) == 10, "a server that lost its files is filled again"
    finally:
        server.stop()
