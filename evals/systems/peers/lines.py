"""The peers' side of `evals.systems.command`. Standard library alone: it runs in each peer's own virtual environment."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol


class Peer(Protocol):
    """One product. `read` gives how many chunks it made; vectors are given, or it embeds for itself."""

    def read(self, articles: list[dict[str, Any]]) -> int: ...

    def read_stored(self, chunks: list[dict[str, Any]], vectors: Any) -> int: ...

    def search(self, question: str, limit: int) -> list[dict[str, Any]]: ...

    def ask(self, question: str) -> dict[str, Any]: ...


def serve(make: Callable[[], Peer], packages: Sequence[str]) -> None:
    """Speaks for a peer until stdin ends. What its libraries print goes to stderr."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(message: dict[str, Any]) -> None:
        out.write(json.dumps(message) + "\n")
        out.flush()

    hello = json.loads(sys.stdin.readline())
    with Path(hello["corpus"]).open(encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    peer = make()
    start = time.perf_counter()
    if hello["chunks"] is None:
        chunks = peer.read(articles)
    else:
        chunks = peer.read_stored(list(_stored(hello["chunks"], articles)), _vectors(hello["vectors"]))
    seconds = time.perf_counter() - start
    versions = {package: metadata.version(package) for package in packages}
    say({"chunks": chunks, "seconds": seconds, "versions": versions})
    for line in sys.stdin:
        asked = json.loads(line)
        if "search" in asked:
            say({"id": asked["id"], "passages": peer.search(asked["search"], asked["limit"])})
        else:
            say({"id": asked["id"], **peer.ask(asked["ask"])})


def _stored(path: str, articles: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Stored chunks with their texts."""
    text_of = {article["article_id"]: article["text"] for article in articles}
    with Path(path).open(encoding="utf-8") as file:
        for line in file:
            chunk = json.loads(line)
            yield chunk | {"text": text_of[chunk["article_id"]][chunk["start"] : chunk["end"]]}


def _vectors(path: str) -> Any:
    import numpy

    return numpy.load(path, allow_pickle=False)
