"""Whether the memory of an ingest grows with what it has read: `python -m evals.ingest_memory [--articles 100000]`.

Small articles, each made of sentences of the sample corpus and of names that are its own, are written as one JSON Lines file and taken
into a fresh home by the builder that ships. Their vectors cost nothing and are short, since Chroma holds all of a home's vectors in memory.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from rich.console import Console

from corpus import read_articles
from corpus.samples import samples_folder
from index.embedding import Document, Embedded, Vector
from index.ingest_report import IngestProgress

DIMENSION = 8


class FreeEmbedder:
    """Vectors out of a text's digest."""

    name, runtime, dimension, max_tokens = "free", "torch", DIMENSION, 512
    digest = hashlib.sha256(b"free").hexdigest()

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_documents(
        self, documents: Sequence[Document], progress: Callable[[int], None] | None = None
    ) -> list[Embedded]:
        if progress is not None:
            progress(len(documents))
        return [
            Embedded(self._vector(document.text), np.ones((len(document.sentences), DIMENSION), np.float32))
            for document in documents
        ]

    def embed_queries(self, queries: Sequence[str]) -> Vector:
        return np.array([self._vector(query) for query in queries]).reshape(-1, DIMENSION)

    def _vector(self, text: str) -> Vector:
        drawn = np.frombuffer(hashlib.sha256(text.encode()).digest()[:DIMENSION], np.uint8).astype(np.float32) + 1
        return np.asarray(drawn / np.linalg.norm(drawn), np.float32)


def write_articles(path: Path, count: int) -> None:
    """One JSON object a line, from a fixed seed: six sentences of the samples, and two of somebody with a number for a name."""
    texts = [article.text for article in read_articles(samples_folder())]
    sentences = [found for text in texts for found in re.findall(r"[A-ZÅÄÖ][^\n]{30,200}?[.](?=\s|$)", text)]
    draw = random.Random(0)  # noqa: S311
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            name = f"Anna Berg{number:x}"
            told = draw.sample(sentences, 6)
            text = f"{' '.join(told[:3])}\n\n“We counted {number} boats,” {name} said.\n\n{' '.join(told[3:])} {name} agreed."
            line = {"url": f"https://example.org/{number}", "title": f"{name} counts boats", "text": text}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def resident() -> float:
    """Megabytes of this process in memory now (Linux)."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def measure(folder: Path, count: int, every: int, say: Callable[[str], None]) -> list[float]:
    """Ingests `count` articles into a home under `folder`; megabytes in memory after each `every` of them."""
    from index.build import IndexBuilder
    from index.manifest import Manifest
    from index.store import Store
    from index.vector_store import VectorStore

    write_articles(folder / "articles.jsonl", count)
    embedder = FreeEmbedder()
    store = Store(folder / "citera.db")
    vectors = VectorStore(folder / "chroma", Manifest.of(embedder).digest)
    builder = IndexBuilder(store, vectors, embedder)
    figures: list[float] = []
    start = perf_counter()

    def tell(progress: IngestProgress) -> None:
        if progress.articles >= every * (len(figures) + 1):
            figures.append(resident())
            say(f"{progress.articles:>8,} articles  {figures[-1]:7.0f} MB  {perf_counter() - start:6.0f} s")

    report = builder.ingest([folder / "articles.jsonl"], progress=tell)
    say(f"{report.added:,} added, {len(report.rejected)} rejected")
    vectors.close()
    store.close()
    return figures


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m evals.ingest_memory", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--every", type=int, default=10_000)
    given = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        measure(Path(folder), given.articles, given.every, Console().print)


if __name__ == "__main__":
    main()
