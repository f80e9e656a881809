"""Whether the memory of an ingest grows with what it has read: `python -m evals.ingest_memory [--articles 100000]`.

Articles made of sentences of the sample corpus and of names that are their own are written as one JSON Lines file. `--part reading` reads
and cleans it, `store` takes it into a fresh home by the builder that ships but hands Chroma nothing, `index` (the default) all of it.
Vectors cost nothing and have 8 numbers: Chroma holds all of a home's vectors in memory, which is `--dimension 384` of the real ones.
`--part reading --sentences 180` reads a file of about 2 GB.
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
from typing import Literal, get_args

import numpy as np
from rich.console import Console

from corpus import read_articles
from corpus.extraction import extract
from corpus.readers import RawRecord, read_file
from corpus.samples import samples_folder
from index.embedding import Document, Embedded, Vector
from index.ingest_report import IngestProgress
from index.vector_store import VectorStore

Part = Literal["reading", "store", "index"]


class FreeEmbedder:
    """Vectors drawn from a text's digest."""

    name, runtime, max_tokens = "free", "torch", 512
    digest = hashlib.sha256(b"free").hexdigest()

    def __init__(self, dimension: int = 8) -> None:
        self.dimension = dimension

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_documents(
        self, documents: Sequence[Document], progress: Callable[[int], None] | None = None
    ) -> list[Embedded]:
        if progress is not None:
            progress(len(documents))
        return [
            Embedded(self._vector(document.text), np.ones((len(document.sentences), self.dimension), np.float32))
            for document in documents
        ]

    def embed_queries(self, queries: Sequence[str]) -> Vector:
        return np.array([self._vector(query) for query in queries]).reshape(-1, self.dimension)

    def _vector(self, text: str) -> Vector:
        drawn = np.frombuffer(hashlib.shake_256(text.encode()).digest(self.dimension), np.uint8).astype(np.float32) + 1
        return np.asarray(drawn / np.linalg.norm(drawn), np.float32)


class NoVectors(VectorStore):
    """Keeps none of the vectors that it is given."""

    def upsert(self, ids: Sequence[str], vectors: Vector, languages: Sequence[str | None]) -> None:
        pass


def write_articles(path: Path, count: int, told: int = 6) -> None:
    """One JSON object a line, from a fixed seed: `told` sentences of the samples, and two of somebody with a number for a name."""
    texts = [article.text for article in read_articles(samples_folder())]
    sentences = [found for text in texts for found in re.findall(r"[A-ZÅÄÖ][^\n]{30,200}?[.](?=\s|$)", text)]
    draw = random.Random(0)  # noqa: S311
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            name = f"Anna Berg{number:x}"
            first, *rest = (" ".join(draw.sample(sentences, 3)) for _ in range(told // 3))
            paragraphs = (first, f"“We counted {number} boats,” {name} said.", *rest)
            text = "\n\n".join(paragraphs) + f" {name} agreed."
            line = {"url": f"https://example.org/{number}", "title": f"{name} counts boats", "text": text}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def resident() -> float:
    """Megabytes of this process in memory now (Linux)."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def measure(
    folder: Path,
    count: int,
    every: int,
    say: Callable[[str], None],
    *,
    part: Part = "index",
    sentences: int = 6,
    dimension: int = 8,
) -> list[float]:
    """Takes `count` articles through a part of an ingest under `folder`; megabytes in memory after each `every` of them."""
    file = folder / "articles.jsonl"
    write_articles(file, count, sentences)
    say(f"{file.stat().st_size / 1e6:,.0f} MB of articles")
    figures: list[float] = []
    start = perf_counter()

    def tell(articles: int) -> None:
        if articles >= every * (len(figures) + 1):
            figures.append(resident())
            say(f"{articles:>8,} articles  {figures[-1]:7.0f} MB  {perf_counter() - start:6.0f} s")

    if part == "reading":
        for number, record in enumerate(read_file(file), start=1):
            assert isinstance(record, RawRecord)
            extract(record)
            tell(number)
    else:
        _ingest(file, part, FreeEmbedder(dimension), say, lambda progress: tell(progress.articles))
    return figures


def _ingest(
    file: Path, part: Part, embedder: FreeEmbedder, say: Callable[[str], None], tell: Callable[[IngestProgress], None]
) -> None:
    from index.build import IndexBuilder
    from index.manifest import Manifest
    from index.store import Store

    store = Store(file.with_name("citera.db"))
    keep = VectorStore if part == "index" else NoVectors
    vectors = keep(file.with_name("chroma"), Manifest.of(embedder).digest)
    report = IndexBuilder(store, vectors, embedder).ingest([file], progress=tell)
    say(f"{report.added:,} added in {report.chunks:,} chunks, {len(report.rejected)} rejected")
    vectors.close()
    store.close()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m evals.ingest_memory", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--every", type=int, default=10_000)
    parser.add_argument("--part", choices=get_args(Part), default="index")
    parser.add_argument("--sentences", type=int, default=6)
    parser.add_argument("--dimension", type=int, default=8)
    given = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        measure(
            Path(folder),
            given.articles,
            given.every,
            Console().print,
            part=given.part,
            sentences=given.sentences,
            dimension=given.dimension,
        )


if __name__ == "__main__":
    main()
