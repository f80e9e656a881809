"""The peers' table, step by step, on an idle machine:

    python -m evals.systems.peers install --work DIR               # virtual environments, some GB
    python -m evals.systems.peers search --work DIR --data FOLDER  # ingest, finding, memory
    python -m evals.systems.peers ask --work DIR --data FOLDER --base-url URL --model NAME   # answers of a language model
    python -m evals.systems.peers table --work DIR                 # Markdown

FOLDER is a data set of the kind `mixed`. The script in `mixed_corpus` makes `distractors` for it, in the environment of its own that
`install` makes too.

Ingest is timed on the articles of about a thousand of Citera's chunks, each product splitting and embedding for itself. For
finding and answering the whole corpus comes in Citera's chunks with their stored vectors, so that what differs is the
search, not the splitting. Every product runs in a process of its own, one at a time. Citera's memory includes what reads and scores the
questions, the peers' does not.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import Progress

from evals.cases import SAMPLING_SEED, Dataset
from evals.datasets import load_dataset
from evals.run_folder import Run, read_ingest, read_rows, read_run
from evals.runner import run_dataset
from evals.systems.command import Command, Vectors
from evals.systems.ours import Citera
from evals.systems.system import System
from index.manifest import Manifest
from index.packaged_weights import sentence_transformer_folder
from index.store import Store
from rag import Settings
from rag.settings import load_settings

HERE = Path(__file__).parent
PEERS = {
    "langchain_plain": "LangChain, as its tutorials build it",
    "llamaindex_citations": "LlamaIndex, CitationQueryEngine",
    "haystack_rag": "Haystack, with references",
}
CITERA, WRITING = "citera", "citera_model"
LABELS = {CITERA: "Citera, the articles' own words", WRITING: "Citera, the model writing", **PEERS}
PARTS = ("corpus", "ingest", "search", "ask")
TIMEOUT = 900
"""Seconds for one answer: a small model on two cores may be slow, and no product is to fail for that."""


@dataclass(frozen=True, slots=True)
class Bench:
    """One comparison: where it is kept, what is asked, and who writes."""

    work: Path
    data: Path
    base_url: str = ""
    model: str = ""

    @property
    def settings(self) -> Settings:
        return load_settings(model="extractive")

    @property
    def stored(self) -> Vectors:
        return Vectors(self.work / "stored" / "chunks.jsonl", self.work / "stored" / "vectors.npy")

    def system(self, name: str, *, stored: bool) -> System:
        if name == CITERA:
            return Citera(self.settings, name=LABELS[name])
        if name == WRITING:
            writing = {"model": f"openai:{self.model}", "model_base_url": self.base_url, "model_timeout": TIMEOUT}
            return Citera(self.settings.model_copy(update=writing), name=LABELS[name])
        folder = sentence_transformer_folder(self.settings.cache)
        python = self.work / "venvs" / name / "bin" / "python"
        words = [str(python), str(HERE / name / "peer.py"), str(folder), self.base_url or "http://127.0.0.1:9/v1"]
        command = ["env", f"PYTHONPATH={HERE}", "HF_HUB_OFFLINE=1", *words, self.model or "none"]
        return Command(
            " ".join(f"'{word}'" for word in command),
            timeout=TIMEOUT,
            stored=self.stored if stored else None,
            label=LABELS[name],
        )


def install(work: Path) -> None:
    """A virtual environment for each folder with requirements."""
    for requirements in sorted(HERE.glob("*/requirements.txt")):
        folder = work / "venvs" / requirements.parent.name
        if not (folder / "bin" / "python").exists():
            venv.create(folder, with_pip=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "-q", "-r", str(requirements)], check=True)


def search(bench: Bench, limit: int, chunks: int) -> None:
    """Citera first, since its chunks and vectors are what the peers are given."""
    _apart(bench, "corpus", CITERA, limit, chunks)
    for part in ("ingest", "search"):
        for name in (CITERA, *PEERS):
            _apart(bench, part, name, limit, chunks)


def ask(bench: Bench, limit: int, chunks: int) -> None:
    """The slow part: every question goes through the language model, for every product."""
    for name in LABELS:
        _apart(bench, "ask", name, limit, chunks)


def _apart(bench: Bench, part: str, name: str, limit: int, chunks: int) -> None:
    """Measures one part of one product in a fresh process, whose memory is that of it alone."""
    given = ["--work", str(bench.work), "--data", str(bench.data), "--limit", str(limit), "--chunks", str(chunks)]
    given += ["--base-url", bench.base_url, "--model", bench.model]
    subprocess.run([sys.executable, "-m", "evals.systems.peers", part, "--only", name, *given], check=True)


def one(bench: Bench, part: str, name: str, limit: int, chunks: int) -> None:
    """One part of one product, in this process."""
    if part == "corpus":
        _hold(bench, name, bench.work / "corpus", load_dataset("mixed", bench.data))
        _store(bench)
    elif part == "ingest":
        _hold(bench, name, bench.work / "ingest" / name, _articles_of(chunks, bench))
    else:
        _run(bench, name, part, limit)


def _hold(bench: Bench, name: str, out: Path, dataset: Dataset) -> None:
    shutil.rmtree(out, ignore_errors=True)
    with (
        Progress(console=Console(stderr=True)) as progress,
        bench.system(name, stored=False).hold(dataset, out, progress),
    ):
        pass


def _run(bench: Bench, name: str, part: str, limit: int) -> None:
    out = bench.work / part / name
    if name in (CITERA, WRITING) and not out.exists():
        shutil.copytree(bench.work / "corpus", out)
    run_dataset(
        "mixed",
        out=out,
        data=bench.data,
        limit=limit,
        settings=bench.settings,
        retrieval_only=part == "search",
        system=bench.system(name, stored=True),
    )


def _store(bench: Bench) -> None:
    """Writes the chunks and vectors of Citera's index, in the order of the articles."""
    bench.stored.chunks.parent.mkdir(exist_ok=True)
    store = Store(bench.work / "corpus" / "home" / "citera.db")
    try:
        manifest = Manifest(**json.loads(store.meta("manifest") or ""))
        ids = store.chunk_ids_of([article.id for article in store.live_articles()])
        held = store.chunks(manifest.weights_sha256, ids)
    finally:
        store.close()
    with bench.stored.chunks.open("w", encoding="utf-8") as file:
        for chunk in held.values():
            place = {"article_id": chunk.article_id, "start": chunk.span.start, "end": chunk.span.end}
            file.write(json.dumps(place) + "\n")
    np.save(bench.stored.vectors, np.stack([chunk.vector for chunk in held.values()]), allow_pickle=False)


def _articles_of(chunks: int, bench: Bench) -> Dataset:
    """Articles drawn with a fixed seed that hold about so many of the stored chunks."""
    count: dict[str, int] = {}
    for line in bench.stored.chunks.read_text("utf-8").splitlines():
        name = json.loads(line)["article_id"]
        count[name] = count.get(name, 0) + 1
    order = list(load_dataset("mixed", bench.data).articles)
    random.Random(SAMPLING_SEED).shuffle(order)  # noqa: S311 - a repeatable draw, not a secret
    sums = accumulate(count.get(article.id, 0) for article in order)
    taken = sum(1 for _ in takewhile(lambda total: total <= chunks, sums))
    some = tuple(order[:taken])
    written = {"articles": len(some), "characters": sum(len(article.text) for article in some)}
    (bench.work / "ingest").mkdir(exist_ok=True)
    (bench.work / "ingest" / "articles.json").write_text(json.dumps(written), "utf-8")
    return Dataset("mixed", (), articles=some)


def table(work: Path) -> Iterator[str]:
    """All that was measured, as Markdown; what was not is left blank."""
    characters = json.loads((work / "ingest" / "articles.json").read_bytes())["characters"]
    yield (
        "| system | recall@5 | nDCG@10 | search p50 / p95 ms | peak MiB | ingest chunks/s (kB/s) "
        "| holds the gold words | refused wrongly | answered wrongly | invented citations | quotations not verbatim | answer p50 s |"
    )
    yield f"|---|{'--:|' * 11}"
    for name, label in LABELS.items():
        found, asked = _finished(work / "search" / name), _finished(work / "ask" / name)
        cells = [label, *_found_cells(found)]
        ingest = read_ingest(work / "ingest" / name)
        cells.append(
            f"{ingest.chunks / ingest.seconds:.1f} ({characters / ingest.seconds / 1000:.1f})" if ingest else ""
        )
        yield f"| {' | '.join([*cells, *_asked_cells(asked, work / 'ask' / name)])} |"


def _finished(folder: Path) -> tuple[Run, Mapping[str, float]] | None:
    if not (folder / "run.json").is_file():
        return None
    return read_run(folder), json.loads((folder / "scores.json").read_bytes())


def _found_cells(found: tuple[Run, Mapping[str, float]] | None) -> list[str]:
    if found is None:
        return [""] * 4
    run, scores = found
    return [
        f"{scores['recall@5']:.3f}",
        f"{scores['ndcg@10']:.3f}",
        f"{scores['query_p50_ms']:.0f} / {scores['query_p95_ms']:.0f}",
        f"{run.peak_memory_mb:,.0f}" if run.peak_memory_mb else "",
    ]


def _asked_cells(asked: tuple[Run, Mapping[str, float]] | None, folder: Path) -> list[str]:
    """Shares of all citations and quotations, not means over answers, with how many there were."""
    if asked is None:
        return [""] * 6
    scores = asked[1]
    rows = [row for row in read_rows(folder) if row.answer is not None]
    quoted = [row.why["quotes_verbatim"] for row in rows if "quotes_verbatim" in row.why]
    cited = sum("invented_citations" in row.scores for row in rows)
    return [
        f"{scores['contains_gold']:.2f}",
        f"{scores['wrong_refusal']:.2f}",
        f"{scores['missed_refusal']:.2f}",
        f"{scores['invented_citations']:.2f} ({cited} answers cite)" if cited else "cites nothing",
        f"{1 - scores['quotes_verbatim']:.2f} ({len(quoted)} answers quote)" if quoted else "quotes nothing",
        f"{scores['query_p50_ms'] / 1000:.1f}",
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.systems.peers", description="Citera beside three peers.")
    parser.add_argument("step", choices=("install", *PARTS, "table"))
    parser.add_argument("--work", type=Path, required=True, metavar="DIR", help="where all of it is kept")
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="a data set of the kind `mixed`")
    parser.add_argument("--limit", type=int, help="questions: 400 to search for, 30 to ask")
    parser.add_argument("--chunks", type=int, default=1000, help="chunks that ingest is timed on")
    parser.add_argument("--base-url", default="", help="a chat endpoint's, such as http://127.0.0.1:8080/v1")
    parser.add_argument("--model", default="", help="its model's name")
    parser.add_argument("--only", choices=LABELS, help="this product alone, in this process")
    given = parser.parse_args(arguments)
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    if given.step == "install":
        install(work)
        return
    if given.step == "table":
        sys.stdout.write("\n".join(table(work)) + "\n")
        return
    if given.data is None:
        parser.error(f"{given.step} needs --data")
    if given.step == "ask" and not (given.base_url and given.model):
        parser.error("ask needs --base-url and --model")
    bench = Bench(work, given.data, given.base_url, given.model)
    limit = given.limit or (30 if given.step == "ask" else 400)
    if given.only:
        one(bench, given.step, given.only, limit, given.chunks)
    elif given.step == "ask":
        ask(bench, limit, given.chunks)
    elif given.step == "search":
        search(bench, limit, given.chunks)
    else:
        parser.error(f"{given.step} needs --only")


if __name__ == "__main__":
    main()
