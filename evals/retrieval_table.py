"""Which list finds what: BM25, dense, their plain reciprocal rank fusion, and Citera's search, on the same questions.

`python -m evals.retrieval_table --data FOLDER` prints Markdown. FOLDER holds the files that `SETS` names. Everything is ranked by article:
what counts is an article's first chunk; of a story the search shows one copy, and those that it names stand behind it. Under each set
stands Citera's search less the better of the two single lists, of each score the list that is better in that score, with the paired
bootstrap's 95% interval.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console

from evals.cases import Case, Dataset, drawn
from evals.datasets import load_dataset
from evals.datasets.crossed import SQUAD_EN_SV, SQUAD_SV_EN, load_crossed
from evals.evidence import Place
from evals.resampling import Interval, bootstrap
from evals.retrieval_scores import DEPTH, retrieval_scores
from evals.systems.home import kept_home
from index.lexical import fts_query, query_stems
from rag import Settings
from rag.assembly import Engine, assemble
from rag.settings import load_settings

SCORES = {"ndcg@10": "nDCG@10", "recall@1": "recall@1", "recall@5": "recall@5", "mrr": "MRR"}
LISTS = ("BM25", "dense")
OURS = "Citera"
FUSED_DEPTH = 100
"""Chunks of each list that plain fusion sees."""
RRF_K = 60
"""Cormack, Clarke and Büttcher 2009."""


@dataclass(frozen=True, slots=True)
class Set:
    """A row of the table: what it is called, where it lies in the data folder, and how it is read."""

    name: str
    load: Callable[[Path], Dataset]
    home: str


def _one(loader: str, file: str, name: str) -> Set:
    return Set(name, lambda folder: load_dataset(loader, folder / file), Path(file).stem)


def _crossed(questions: str, corpus: str, titles: Mapping[str, str], name: str, *, among_both: bool = False) -> Set:
    def load(folder: Path) -> Dataset:
        return load_crossed(folder / questions, folder / corpus, titles, among_both=among_both)

    return Set(name, load, f"{Path(corpus).stem}{'_among_both' * among_both}")


SETS = (
    _one("squad", "squad_en.json", "squad_en"),
    _one("squad", "squad_sv.json", "squad_sv"),
    _one("swequad", "swequad_mc_train.json", "swequad_mc train"),
    _one("swequad", "swequad_mc_dev.json", "swequad_mc dev"),
    _one("swefaq", "swefaq_dev.jsonl", "swefaq"),
    _one("norquad", "norquad_news_validation.json", "norquad"),
    _crossed("squad_en.json", "squad_sv.json", SQUAD_EN_SV, "squad en > sv"),
    _crossed("squad_sv.json", "squad_en.json", SQUAD_SV_EN, "squad sv > en"),
    _crossed("squad_en.json", "squad_sv.json", SQUAD_EN_SV, "squad en > sv, among both", among_both=True),
    _crossed("squad_sv.json", "squad_en.json", SQUAD_SV_EN, "squad sv > en, among both", among_both=True),
)

Ranking = Callable[[str], list[Place]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One set: by system and score, a value a question."""

    name: str
    values: Mapping[str, Mapping[str, Sequence[float]]]

    @property
    def n(self) -> int:
        return len(self.values[OURS]["mrr"])

    def mean(self, system: str, score: str) -> float:
        return float(np.mean(self.values[system][score]))

    def best_list(self, score: str) -> str:
        return max(LISTS, key=lambda name: self.mean(name, score))

    def gain(self, score: str, over: str | None = None) -> Interval:
        """Citera's search less the list `over`, the better one if none is named."""
        other = self.values[over or self.best_list(score)][score]
        differences = np.subtract(self.values[OURS][score], other)
        low, high = bootstrap(differences[:, None])
        return Interval(float(differences.mean()), float(low[0]), float(high[0]), len(differences))


def measure(one: Set, data: Path, homes: Path, *, limit: int | None, settings: Settings) -> Measured:
    """Scores every system on the set's questions, its index kept below `homes`.

    Raises:
        DatasetError: a file is missing or broken.
    """
    dataset = one.load(data)
    cases = drawn([case for case in dataset.cases if case.articles], limit)
    with opened(dataset, homes / one.home, settings) as engine:
        return Measured(one.name, {name: _scores(cases, rank) for name, rank in rankings(engine).items()})


@contextmanager
def opened(dataset: Dataset, home: Path, settings: Settings) -> Iterator[Engine]:
    """The parts of Citera over the data set's corpus, indexed in `home` unless it stands there already."""
    home = kept_home(home, dataset.corpus_digest)
    engine = assemble(
        settings.model_copy(update={"home": home}), exclusive=True, address=None, chat_model=None, note=lambda _: None
    )
    try:
        with engine.building() as builder:
            builder.ingest_articles(dataset.articles)
        yield engine
    finally:
        engine.close()


def rankings(engine: Engine) -> dict[str, Ranking]:
    """Every system of the table, as a function from a question to chunks, best first."""
    store, retriever = engine.store, engine.retriever
    ids = store.chunk_ids_of([article.id for article in store.live_articles()])
    copies = {article.id: [copy.article_id for copy in store.copies(article)] for article in store.live_articles()}
    chunks = store.chunks(engine.embedder.digest, ids)
    matrix = np.stack([chunks[key].vector for key in ids])

    def places(keys: Sequence[str]) -> list[Place]:
        return [Place(chunks[key].article_id, chunks[key].span) for key in keys[:DEPTH]]

    def bm25(question: str) -> list[str]:
        match = fts_query(query_stems(question))
        return list(store.lexical(match, FUSED_DEPTH)) if match else []

    def dense(question: str) -> list[str]:
        nearest = np.argsort(-(matrix @ retriever.embed(question)), kind="stable")[:FUSED_DEPTH]
        return [ids[position] for position in nearest]

    def ours(question: str) -> list[Place]:
        return [
            Place(article_id, hit.span)
            for hit in retriever.search(question, limit=DEPTH)
            for article_id in (hit.article_id, *copies[hit.article_id])
        ][:DEPTH]

    return {
        LISTS[0]: lambda question: places(bm25(question)),
        LISTS[1]: lambda question: places(dense(question)),
        "plain RRF": lambda question: places(reciprocal_rank_fusion([bm25(question), dense(question)])),
        OURS: ours,
    }


def reciprocal_rank_fusion(lists: Sequence[Sequence[str]]) -> list[str]:
    """The entries of all lists by the sum of 1 / (60 + rank)."""
    scores: dict[str, float] = {}
    for entries in lists:
        for rank, key in enumerate(entries, start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (RRF_K + rank)
    return sorted(scores, key=lambda key: -scores[key])


def _scores(cases: Sequence[Case], rank: Ranking) -> dict[str, list[float]]:
    expected = [dict(zip(case.articles, case.grades or (1,) * len(case.articles), strict=True)) for case in cases]
    scored = [retrieval_scores(grades, rank(case.question)) for grades, case in zip(expected, cases, strict=True)]
    return {name: [scores[name].value for scores in scored] for name in SCORES}


def table(measured: Sequence[Measured]) -> list[str]:
    """Lines of Markdown."""
    lines = [
        f"| set | n | list | {' | '.join(SCORES.values())} |",
        f"|---|---:|---|{'---:|' * len(SCORES)}",
    ]
    for one in measured:
        for system in one.values:
            cells = " | ".join(f"{one.mean(system, score):.3f}".removeprefix("0") for score in SCORES)
            lines.append(f"| {one.name} | {one.n} | {system} | {cells} |")
        gains = [one.gain(score) for score in SCORES]
        cells = " | ".join(f"{gain.mean:+.3f} ({gain.low:+.3f} to {gain.high:+.3f})" for gain in gains)
        lines.append(f"| {one.name} | {one.n} | {OURS} − better list | {cells} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.retrieval_table", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="where the files of the sets lie")
    parser.add_argument("--limit", type=int, default=400, help="questions of each set, drawn with a fixed seed")
    parser.add_argument("--homes", type=Path, metavar="DIR", help="keep the indexes there, for the next time")
    parser.add_argument("--only", action="append", metavar="SET", choices=[one.name for one in SETS])
    given = parser.parse_args(arguments)
    err = Console(stderr=True)
    with TemporaryDirectory(prefix="citera-table-") as temporary:
        found = []
        for one in SETS:
            if given.only is None or one.name in given.only:
                err.print(one.name, highlight=False)
                of_set = partial(measure, one, given.data, given.homes or Path(temporary), limit=given.limit)
                found.append(of_set(settings=load_settings(model="extractive")))
    for line in table(found):
        print(line)  # noqa: T201  # the table is what the command is for


if __name__ == "__main__":
    main()
