"""How an index grows: the same measurements on homes of 1,000, 10,000 and more chunks. `python -m evals.index_bench --sizes 1000,10000`.

A home is built once into `--work`: articles of `evals.recombined`, through the builder that ships; only their vectors are perturbed ones.
Each is measured in a process of its own, through the assistant as it ships, with its files in the system's memory as after some use (the
disk is not measured). Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, time_ns
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from corpus import Article, read_articles
from evals.datasets import load_dataset
from evals.recombined import PerturbedEmbedder, Recombined
from index.embedding import Embedder, Vector
from index.filters import SearchFilters
from rag import Assistant, Settings
from rag.answer import Sentence
from rag.settings import load_settings

Result = TypeVar("Result")

WARM_UP, QUESTIONS, ADDED = 20, 100, 12
BETWEEN_COUNTS = 20
AGAIN = 1_000
"""Articles of a stopped run that are put in again: more than one transaction's."""

GOALS = {
    "opening, ms": 2_000,
    "search, p50 ms": 40,
    "search, p95 ms": 80,
    "search in half the years, p50 ms": 40,
    "search in half the years, p95 ms": 80,
    "search in one language, p50 ms": 40,
    "search in one language, p95 ms": 80,
    "ask a fact, first sentence, p50 ms": 150,
    "ask for a person's words, first sentence, p50 ms": 150,
    "ask for an office's words, first sentence, p50 ms": 150,
    "adding an article, p50 ms": 1_000,
    "peak memory, MB": 1_500,
}
"""At 100,000 chunks on two cores."""


def build(home: Path, chunks: int, corpus: Recombined, work: Path, say: Callable[[str], None]) -> None:
    """Writes a home of at least `chunks` chunks, under another name until it is whole; goes on where a run before was stopped."""
    from index.build import IndexBuilder
    from rag.assembly import assemble

    unfinished = home.with_name(home.name + ".unfinished")
    settings = _settings(unfinished)
    engine = assemble(settings, exclusive=True, address=None, chat_model=None, note=say)
    vectors = _vectors(corpus, engine.embedder, work, say)
    builder = IndexBuilder(
        engine.store, engine.vectors, PerturbedEmbedder(engine.embedder, corpus, vectors), settings.chunk_tokens
    )
    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(f"Building {chunks:,} chunks", total=chunks)

        def articles() -> Iterator[Article]:
            for number in count(max(0, engine.store.counts()["articles"] - AGAIN)):
                if number % BETWEEN_COUNTS == 0:
                    bars.update(task, completed=(held := engine.store.chunk_count()))
                    if held >= chunks:
                        return
                yield corpus.article(number)

        builder.ingest_articles(articles())
    engine.close()
    unfinished.rename(home)


def measure(home: Path, corpus: Recombined, questions: Sequence[str]) -> dict[str, float]:
    """Opens the home and uses it, as a process of its own does. Leaves it as it was, but for withdrawn articles."""
    figures: dict[str, float] = {}
    for file in filter(Path.is_file, home.rglob("*")):
        with file.open("rb") as held:
            while held.read(1 << 24):
                pass
    took, assistant = _timed(Assistant.open, _settings(home))
    figures["opening, ms"] = took
    with assistant:
        figures["first search, ms"] = _timed(assistant.retriever.search, questions[0])[0]
        figures["status, ms"], status = _timed(assistant.status)
        figures["articles"], figures["chunks"], figures["quotations"] = status.articles, status.chunks, status.quotes
        for question in questions[:WARM_UP]:
            assistant.ask(question)
        draw = random.Random(0)  # noqa: S311
        asked = [corpus.varied(question, number) for number, question in enumerate(questions)]
        speakers = [corpus.speaker(draw.randrange(status.articles)) for _ in range(QUESTIONS)]
        for name, filters in (
            ("search", None),
            ("search in half the years", SearchFilters(published_from=date(2020, 1, 1))),
            ("search in one language", SearchFilters(language="en")),
        ):
            figures |= _percentiles(name, [_timed(assistant.retriever.search, line, filters)[0] for line in asked])
        for name, lines in (
            ("ask a fact", asked),
            ("ask for a person's words", [f"What did {speaker} say?" for speaker in speakers]),
            (
                "ask for an office's words",
                [f"What did the {corpus.role(at)} say about {line}" for at, line in enumerate(asked)],
            ),
        ):
            first, whole = zip(*(_answered(assistant, line) for line in lines), strict=True)
            figures |= _percentiles(f"{name}, first sentence", [took for took in first if took is not None])
            figures |= _percentiles(f"{name}, whole answer", list(whole))
        at = time_ns()
        added = [corpus.article(at + number) for number in range(ADDED)]
        figures |= _percentiles("adding an article", [_timed(assistant.ingest_articles, [one])[0] for one in added])
        figures |= _percentiles("removing an article", [_timed(assistant.remove, one.id)[0] for one in added])
    figures["peak memory, MB"] = _peak_memory() / 1e6
    figures["database, MB"] = (home / "citera.db").stat().st_size / 1e6
    figures["vectors, MB"] = sum(file.stat().st_size for file in (home / "chroma").rglob("*") if file.is_file()) / 1e6
    return figures


def table(of_size: dict[int, dict[str, float]]) -> Table:
    """A row a measurement, a column a size, and how much the last is of the first."""
    title = f"{os.cpu_count()} CPUs, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    shown = Table(title=title, title_justify="left")
    sizes = sorted(of_size)
    headings = ["", *(f"{size:,}" for size in sizes), "growth", "goal at 100,000"]
    for heading in headings:
        shown.add_column(heading, justify="left" if not heading else "right")
    for name in of_size[sizes[0]]:
        values = [of_size[size][name] for size in sizes]
        growth = f"x {values[-1] / values[0]:.1f}" if values[0] and len(values) > 1 else ""
        goal = f"{GOALS[name]:,}" if name in GOALS else ""
        shown.add_row(
            name, *(f"{value:,.{0 if value >= 100 or value == int(value) else 1}f}" for value in values), growth, goal
        )
    return shown


def _settings(home: Path) -> Settings:
    return load_settings(home=home, model="extractive")


def _vectors(corpus: Recombined, embedder: Embedder, work: Path, say: Callable[[str], None]) -> Vector:
    """The real sentences' vectors, kept beside the homes."""
    kept = work / f"vectors-{corpus.digest[:16]}-{embedder.digest[:16]}.npy"
    if not kept.is_file():
        say("Embedding the real sentences")
        with TemporaryDirectory(dir=work) as folder:
            written = Path(folder) / kept.name
            np.save(written, corpus.embedded_by(embedder))
            written.replace(kept)
    vectors: Vector = np.load(kept)
    return vectors


def _answered(assistant: Assistant, question: str) -> tuple[float | None, float]:
    """Milliseconds until the first verified sentence (None: refused) and until the whole answer."""
    start = perf_counter()
    first = None
    for event in assistant.stream(question):
        if isinstance(event, Sentence) and first is None:
            first = (perf_counter() - start) * 1000
    return first, (perf_counter() - start) * 1000


def _percentiles(name: str, values: Sequence[float]) -> dict[str, float]:
    return {f"{name}, p{percent} ms": float(np.percentile(values or [0.0], percent)) for percent in (50, 95)}


def _peak_memory() -> float:
    """Bytes that this process has had in memory at most, files mapped into it included."""
    import resource

    status = Path("/proc/self/status")
    if status.is_file():  # Linux counts what the parent had before it started this process as this one's
        return 1024 * next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _timed(work: Callable[..., Result], *given: object) -> tuple[float, Result]:
    start = perf_counter()
    result = work(*given)
    return (perf_counter() - start) * 1000, result


def _material(stated: Sequence[str]) -> tuple[Recombined, list[str]]:
    """The corpus that articles are made of and `QUESTIONS` questions: of the sets stated as NAME=PATH, else of the sample."""
    datasets = [load_dataset(name, Path(path)) for name, _, path in (item.partition("=") for item in stated)]
    datasets = datasets or [load_dataset("sample")]
    articles = [article for held in datasets for article in (*held.articles, *read_articles(held.paths))]
    questions = [case.question for held in datasets for case in held.cases if not case.history]
    random.Random(0).shuffle(questions)  # noqa: S311
    return Recombined(articles), (questions * QUESTIONS)[:QUESTIONS]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.index_bench", description="Measure how an index grows.")
    parser.add_argument("--sizes", default="1000,10000,100000", help="numbers of chunks")
    parser.add_argument("--data", action="append", default=[], metavar="NAME=PATH", help="a data set to take text from")
    parser.add_argument(
        "--work", type=Path, default=Path(".cache/index-bench"), help="where the homes are built and kept"
    )
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there as well")
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    corpus, questions = _material(given.data)
    if given.home is not None:
        print(json.dumps(measure(given.home, corpus, questions)))  # noqa: T201
        return
    err = Console(stderr=True)
    given.work.mkdir(parents=True, exist_ok=True)
    of_size: dict[int, dict[str, float]] = {}
    for size in sorted(int(size) for size in given.sizes.split(",")):
        home = given.work.absolute() / f"{size}-{corpus.digest[:8]}"
        if not home.is_dir():
            build(home, size, corpus, given.work, lambda line: err.print(line, markup=False))
        err.print(f"Measuring {size:,} chunks")
        command = [sys.executable, "-m", "evals.index_bench", "--home", str(home)]
        command += [f"--data={stated}" for stated in given.data]
        of_size[size] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    Console().print(table(of_size))
    if given.json is not None:
        given.json.write_text(json.dumps(of_size, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
