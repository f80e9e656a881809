"""Pages and articles built from plain text, and a made-up internet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpcore
import pytest

from corpus.article import Article, Paragraph, Span
from corpus.extraction import Extraction, extract
from corpus.fetching import Fetcher, FetchRules
from corpus.readers.records import RawRecord


@pytest.fixture(scope="session")
def page() -> Callable[..., Extraction]:
    """What extraction makes of a page's text: `page(text, source="harbour.txt")`."""

    def extracted(text: str, source: str = "harbour.txt") -> Extraction:
        return extract(RawRecord(source, text.encode(), text))

    return extracted


@pytest.fixture(scope="session")
def body() -> Callable[..., Article]:
    """An article of body paragraphs only, exactly as given (blank lines between them): `body(text, "sv")`."""

    def article(text: str, language: str = "en") -> Article:
        paragraphs, start = [], 0
        for words in text.split("\n\n"):
            paragraphs.append(Paragraph(Span(start, start + len(words)), "body", language))
            start += len(words) + 2
        return Article("passage", text, tuple(paragraphs), "passage", language=language)

    return article


class Wire(httpcore.NetworkBackend):
    """Every address leads to one port of this machine. `reached` lists the addresses that were asked for, `dead` do not answer."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.reached: list[str] = []
        self.dead: set[str] = set()

    def connect_tcp(self, host: str, port: int, *rest: Any, **named: Any) -> httpcore.NetworkStream:
        self.reached.append(host)
        if host in self.dead:
            raise httpcore.ConnectError("refused")
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self._port, *rest, **named)


class Names:
    """A resolver: each host has a list of answers, the last of which stays."""

    def __init__(self) -> None:
        self.answers: dict[str, list[list[str]]] = {"news.example": [["93.184.216.34"]]}

    def __call__(self, host: str, port: int) -> list[str]:
        answers = self.answers[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture
def wire(web: Any) -> Wire:
    return Wire(web.server_port)


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
def internet(wire: Wire, names: Names) -> Callable[..., Fetcher]:
    """`internet(max_bytes=...)` is a fetcher that believes itself online: names resolve as `names` says, and every connection, whatever
    address it is made to, ends at the test web server."""
    return lambda **rules: Fetcher(FetchRules(**rules), resolve=names, network=wire)
