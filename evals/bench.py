"""How fast Citera is on this machine: one table, all of it measured in one run. `make bench`, or `python -m evals.bench`.

Run it on an idle machine: work beside it costs torch more than OpenVINO (their ratio, 3 on two idle cores, was 5 to 7 on busy ones).
The embedding runtimes come last, since torch's threads stay awake for a while after their work, and they take turns.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.table import Table

from corpus.article import Article
from corpus.extraction import extract
from corpus.readers import RawRecord, find_files, read_file
from corpus.samples import samples_folder
from evals.datasets import load_dataset
from index.chunking import chunk_article
from index.embedding import Vector, open_embedder
from rag import Assistant, Settings
from rag.settings import load_settings

Result = TypeVar("Result")
Say = Callable[[str], None]

SHOWN = {"ms": ",.1f", "tokens": ".0f", "chunks/s": ".1f", "articles/s": ",.0f", "ratio": ".2f", "cosine": ".6f"}
"""How a number of each unit is written."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: what was measured, its unit, and every measurement."""

    what: str
    unit: str
    values: tuple[float, ...]

    def summary(self) -> dict[str, float | None]:
        """Fewer than 20 measurements have no 95th percentile."""
        p50, p95 = (float(np.percentile(self.values, percent)) for percent in (50, 95))
        ends = {"lowest": min(self.values), "highest": max(self.values)}
        return {"p50": p50, "p95": p95 if len(self.values) >= 20 else None, **ends}


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: the machine that its figures hold for, and the figures."""

    machine: dict[str, str]
    figures: tuple[Figure, ...]

    def table(self) -> Table:
        table = Table(title=", ".join(self.machine.values()), title_justify="left", box=None, pad_edge=False)
        for heading in ("", "unit", "p50", "p95", "lowest", "highest", "n"):
            table.add_column(heading, justify="left" if heading in ("", "unit") else "right")
        for row in self.figures:
            numbers = ("" if value is None else format(value, SHOWN[row.unit]) for value in row.summary().values())
            table.add_row(row.what, row.unit, *numbers, str(len(row.values)))
        return table

    def to_dict(self) -> dict[str, object]:
        rows = {row.what: {"unit": row.unit, **row.summary(), "n": len(row.values)} for row in self.figures}
        return {"machine": self.machine, "figures": rows}


def measure(*, rounds: int = 3, chunks: int = 100, say: Say = lambda _: None) -> Bench:
    """Measures everything, with the settings of the environment but in temporary homes.

    `rounds` is how often the corpus is read anew, the questions are asked again and the `chunks` embedded again.
    """
    with TemporaryDirectory(prefix="citera-bench-") as folder:
        of_round = [load_settings(home=Path(folder) / str(number), model="extractive") for number in range(rounds)]
        settings = of_round[0]
        say("Ingesting")
        figures = list(_ingest(of_round, say))
        say("Cleaning")
        figures += _clean(rounds)
        say("Asking")
        with Assistant.open(settings) as assistant:
            figures += _ask(assistant, rounds)
            articles, runtime = assistant.articles(), assistant.status().embedder_runtime
        say("Starting processes")
        figures += _cold_start(settings.home)
    say("Embedding")
    figures += _embed(settings, articles, rounds, chunks, say)
    machine = {
        "cpus": f"{os.cpu_count()} CPUs",
        "python": f"Python {platform.python_version()}",
        "platform": f"{platform.system()} {platform.release()} {platform.machine()}",
        "embeddings": f"{runtime} {metadata.version(runtime)}",
    }
    if not find_spec("openvino"):
        machine["missing"] = "OpenVINO is not installed"
    return Bench(machine, tuple(figures))


def _ingest(of_round: Sequence[Settings], say: Say) -> Iterator[Figure]:
    """The first home pays for what is imported on first use, as a fresh process does."""
    pages = load_dataset("sample").paths
    first, again = [], []
    for settings in of_round:
        with Assistant.open(settings, note=say) as assistant:
            first.append(_timed(assistant.ingest, pages)[0])
            again.append(_timed(assistant.ingest, pages)[0])
    yield Figure("ingest sample corpus", "ms", tuple(first))
    yield Figure("ingest it unchanged", "ms", tuple(again))


def _clean(rounds: int) -> Iterator[Figure]:
    """Flattened pages through cleaning and language, on one core, after a round that is not counted."""
    records = [record for file in find_files(samples_folder()) for record in read_file(file)]
    pages = [record for record in records if isinstance(record, RawRecord)] * 20
    took = [_timed(lambda: [extract(page) for page in pages])[0] for _ in range(1 + rounds)][1:]
    yield Figure("clean flattened pages", "articles/s", tuple(1000 * len(pages) / time for time in took))


def _ask(assistant: Assistant, rounds: int) -> Iterator[Figure]:
    """A question that is the first to have its words and its length takes longer than when it comes again: two rows."""
    cases = load_dataset("sample").cases
    assistant.ask("Is it warm?")
    new, *warm = ([_timed(assistant.ask, case.question, case.history) for case in cases] for _ in range(1 + rounds))
    again = [asked for one_round in warm for asked in one_round]
    yield Figure("ask, new questions", "ms", tuple(took for took, _ in new))
    yield Figure("ask, warm", "ms", tuple(took for took, _ in again))
    for stage in again[0][1].timings_ms:
        yield Figure(f"ask, warm: {stage}", "ms", tuple(answer.timings_ms[stage] for _, answer in again))


def _cold_start(home: Path) -> Iterator[Figure]:
    """Whole processes, until they have ended."""

    def citera(*arguments: str) -> float:
        command = [sys.executable, "-m", "ui.cli", *arguments]
        return _timed(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True))[0]

    ask = ("ask", "what did Horii say?", "--model", "extractive", "--home", str(home))
    yield Figure("citera --help, cold", "ms", tuple(citera("--help") for _ in range(5)))
    yield Figure("citera ask, cold", "ms", tuple(citera(*ask) for _ in range(2)))


def _embed(settings: Settings, articles: Sequence[Article], rounds: int, chunks: int, say: Say) -> Iterator[Figure]:
    """The same chunks through each runtime in turn, after a round that is not counted."""
    wanted = ("openvino", "torch") if find_spec("openvino") else ("torch",)
    opened = [open_embedder(settings.embedding_model, settings.cache, runtime=name, note=say) for name in wanted]
    embedders = {embedder.runtime: embedder for embedder in opened}
    counted = opened[0].count_tokens
    real = [chunk.document for article in articles for chunk in chunk_article(article, counted)]
    documents = list(islice(cycle(real), chunks))
    embedded = {name: embedder.embed_documents(documents) for name, embedder in embedders.items()}
    rates = defaultdict[str, list[float]](list)
    for turn in range(rounds):
        for name in sorted(embedders, reverse=turn % 2 == 1):
            took, _ = _timed(embedders[name].embed_documents, documents)
            rates[name].append(1000 * chunks / took)
    yield Figure("chunk length", "tokens", tuple(counted([document.text for document in documents])))
    for name, rate in rates.items():
        yield Figure(f"embed chunks, {name}", "chunks/s", tuple(rate))
    if len(embedders) > 1:
        ratios = np.array(rates["openvino"]) / rates["torch"]
        pairs = list(zip(embedded["openvino"], embedded["torch"], strict=True))
        yield Figure("openvino / torch", "ratio", tuple(ratios.tolist()))
        yield Figure("chunk vectors, both", "cosine", _cosines([(one.vector, other.vector) for one, other in pairs]))
        sentences = [(one.sentences, other.sentences) for one, other in pairs]
        yield Figure("sentence vectors, both", "cosine", _cosines(sentences))


def _cosines(pairs: Sequence[tuple[Vector, Vector]]) -> tuple[float, ...]:
    return tuple(float(cosine) for one, other in pairs for cosine in np.atleast_2d(one * other).sum(axis=1))


def _timed(work: Callable[..., Result], *given: object) -> tuple[float, Result]:
    """Milliseconds, and what came of it."""
    start = perf_counter()
    result = work(*given)
    return (perf_counter() - start) * 1000, result


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description="Measure how fast Citera is here.")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there as well")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything but cold starts is repeated")
    parser.add_argument("--chunks", type=int, default=100, help="how many chunks are embedded a round")
    given = parser.parse_args(arguments)
    if min(given.rounds, given.chunks) < 1:
        parser.error("--rounds and --chunks must be 1 or more")
    err = Console(stderr=True)
    bench = measure(rounds=given.rounds, chunks=given.chunks, say=lambda line: err.print(line, markup=False))
    Console().print(bench.table())
    if given.json is not None:
        given.json.write_text(json.dumps(bench.to_dict(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
