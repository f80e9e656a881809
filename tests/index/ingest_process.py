"""Ingests in processes that are killed. Reads one order a line (JSON) and answers each with one line; see `Order`.

Each order runs in a fork of this process, which has imported everything and opened nothing. Batches are small, so that a small corpus
has many of them.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any, TypedDict

import chromadb  # noqa: F401  # once, for all forks
import numpy as np

import index.build
import index.embedding_cache
import rag.assembly
from rag import Assistant, Settings
from tests.conftest import FakeEmbedder

ROOT = Path(__file__).resolve().parents[2]
WATCHED = (str(ROOT / "index"), str(ROOT / "rag" / "assembly.py"), str(ROOT / "tests" / "conftest.py"))
QUERIES = ("winter ferry to the island", "who said that the school stays open", "budget vote", "hamnen stänger")


class Order(TypedDict, total=False):
    """`home` and `pages` are folders. `kill_at` is a place of the code and the how many-eth time there that ends the process; `kill_after`
    the share of the undisturbed `seconds`. `dump` asks for what the home then holds. The answer: the exit status (-9: killed), how often
    each place was passed (`count`), the seconds that it took, the place of the kill, the dump."""

    home: str
    pages: str
    kill_at: tuple[str, int]
    kill_after: float
    seconds: float
    count: bool
    dump: bool


def small_batches() -> None:
    index.build.BATCH_CHUNKS = 4
    index.build.OUTBOX_LIMIT = 3
    index.embedding_cache.KEPT_TOGETHER = 3
    rag.assembly.open_embedder = lambda *_, **__: FakeEmbedder()


class Places:
    """Counts the calls into and out of each function of the watched files, and of C functions from there; ends the process at one."""

    def __init__(self, kill_at: tuple[str, int] | None, place: Path) -> None:
        self.passed: Counter[str] = Counter()
        self._kill_at = kill_at or ("", 0)
        self._place = place

    def __call__(self, frame: FrameType, event: str, argument: Any) -> None:
        if not frame.f_code.co_filename.startswith(WATCHED):
            return
        called = f" {getattr(argument, '__name__', '')}" if event.startswith("c_") else ""
        place = f"{event} {frame.f_code.co_qualname}{called}"
        self.passed[place] += 1
        if place == self._kill_at[0] and self.passed[place] == self._kill_at[1]:
            self._place.write_text(f"{place} {self._kill_at[1]}")
            os.kill(os.getpid(), signal.SIGKILL)


def run(order: Order, answer: Path) -> None:
    places = Places(order.get("kill_at"), answer.with_suffix(".place"))
    started = time.monotonic()
    if order.get("count") or "kill_at" in order:
        sys.setprofile(places)
    with Assistant.open(Settings(home=Path(order["home"]))) as assistant:
        assistant.ingest(order["pages"], prune=True)
    sys.setprofile(None)
    took = time.monotonic() - started
    held = dump(order) if order.get("dump") else None
    answer.write_text(json.dumps({"places": places.passed, "seconds": took, "dump": held}))


def dump(order: Order) -> dict[str, Any]:
    """What the home holds, without what may differ: times, row numbers, the collection's name."""
    home = Path(order["home"])
    with closing(sqlite3.connect(home / "citera.db")) as db:
        held = {
            name: sorted(map(repr, db.execute(f"SELECT {columns} FROM {table}")))
            for name, columns, table in (
                ("articles", "*", "articles"),
                ("versions", "*", "versions"),
                ("raw", "sha256", "raw"),
                ("sources", "source, raw_sha256, cleaner", "sources"),
                ("embeddings", "model, document, hex(vector), hex(sentences)", "embeddings"),
                ("chunks", 'id, article_id, text_sha256, start, "end", language, sentences, document', "chunks"),
                ("stems", "id, body, header", "stems JOIN chunks ON number = stems.rowid"),
                ("article stems", "id, body, header", "article_stems JOIN chunks ON number = article_stems.rowid"),
                ("stem rows", "count(*)", "stems"),
                ("quotes", 'article_id, text_sha256, speaker, role, cue, kind, start, "end"', "quotes"),
                ("outbox", "*", "outbox"),
                ("manifest", "*", "meta WHERE key <> 'collection'"),
            )
        }
        vectors = dict(db.execute("SELECT id, vector FROM chunks JOIN embeddings USING (document)"))
    with Assistant.open(Settings(home=home)) as assistant:
        check = assistant.verify_index()
        stored = assistant._engine.vectors
        in_chroma = stored.vectors(list(stored.ids()))
        found = {query: [(hit.chunk.id, hit.score) for hit in assistant.retriever.search(query)] for query in QUERIES}
    agreeing = {
        key for key, blob in vectors.items() if np.allclose(in_chroma[key], np.frombuffer(blob, np.float32), atol=1e-6)
    }
    return {
        **held,
        "problems": list(check.problems),
        "in chroma": sorted(in_chroma),
        "in chroma as in the database": sorted(agreeing),
        "found": found,
        "collections": len(list((home / "chroma").iterdir())),
    }


def main() -> None:
    small_batches()
    answer = Path(sys.argv[1])
    for line in sys.stdin:
        order: Order = json.loads(line)
        answer.unlink(missing_ok=True)
        answer.with_suffix(".place").unlink(missing_ok=True)
        child = os.fork()
        if child == 0:
            run(order, answer)
            os._exit(0)
        if "kill_after" in order:
            time.sleep(order["kill_after"] * order["seconds"])
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = json.loads(answer.read_text()) if status == 0 else {}
        place = answer.with_suffix(".place")
        where = place.read_text() if place.exists() else None
        sys.stdout.write(json.dumps({"status": status, "place": where, **said}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
