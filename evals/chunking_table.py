"""How articles are best cut for search: ways to chunk, on the same questions, by the gold characters that are found.

`python -m evals.chunking_table --data FOLDER` prints Markdown. Since five large chunks hold more text than five small ones, ways are
compared by the share of the gold that stands in the first 1,600 characters found (about 400 tokens), best hit first, each character
counted once; the last column is that less the present way's, with the paired bootstrap's 95% interval over all questions.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from rich.console import Console

from corpus.article import Article, Span
from evals.cases import Case, Dataset, drawn
from evals.datasets import load_dataset
from evals.evidence import Place, overlap
from evals.resampling import bootstrap
from evals.retrieval_scores import retrieval_scores
from index.chunking import CHUNK_TOKENS, MAX_CHUNK_TOKENS, Chunk, chunk_article, chunk_of
from index.embedding import Embedder, open_embedder
from index.manifest import Manifest
from index.retrieval import Retriever
from index.store import Store
from index.vector_store import VectorStore
from rag.settings import load_settings

BUDGET = 1_600
"""Characters read of what is found."""
DEPTH = 60
"""Chunks asked for: enough single sentences to fill the budget."""
SETS = (
    ("norquad", "norquad_news_validation.json"),
    ("swequad", "swequad_mc_dev.json"),
    ("squad", "squad_en.json"),
)
COLUMNS = {
    "chunk_recall@5": "whole answer in a chunk of 5",
    "span_recall@5": "recall@5",
    "span_precision@5": "precision@5",
    "span_iou@5": "IoU@5",
    "in_budget": f"recall in {BUDGET:,} characters",
}

Count = Callable[[Sequence[str]], list[int]]
Cut = Callable[[Article, Count], list[Chunk]]


@dataclass(frozen=True, slots=True)
class Way:
    """How articles are cut for search, and `read`: into what a found piece is widened for reading, if it is."""

    name: str
    cut: Cut
    read: Cut | None = None


def budgeted(tokens: int) -> Cut:
    return lambda article, count: chunk_article(article, count, budget=tokens)


def single_sentences(article: Article, count: Count) -> list[Chunk]:
    return windows(1, 1)(article, count)


def windows(size: int, step: int) -> Cut:
    """Runs of `size` sentences, a new one every `step`; sentences of one language."""

    def cut(article: Article, count: Count) -> list[Chunk]:
        whole = chunk_article(article, count, budget=MAX_CHUNK_TOKENS)
        chunks = []
        for language, of_language in groupby(whole, key=lambda chunk: chunk.language):
            sentences = [span for chunk in of_language for span in chunk.sentences]
            for start in range(0, max(len(sentences) - size + step, 1), step):
                chunks.append(chunk_of(article, sentences[start : start + size], language))
        return chunks

    return cut


def paragraphs(article: Article, count: Count) -> list[Chunk]:
    """A chunk a paragraph, in parts where it is too long to embed."""
    starts = [paragraph.span.start for paragraph in article.paragraphs]

    def number(span: Span) -> int:
        return int(np.searchsorted(starts, span.start, side="right"))

    return [
        chunk_of(article, list(sentences), chunk.language)
        for chunk in chunk_article(article, count, budget=MAX_CHUNK_TOKENS)
        for _, sentences in groupby(chunk.sentences, key=number)
    ]


PRESENT = Way(f"{CHUNK_TOKENS} tokens (present)", budgeted(CHUNK_TOKENS))
WAYS = (
    PRESENT,
    Way("60 tokens", budgeted(60)),
    Way("120 tokens", budgeted(120)),
    Way("320 tokens", budgeted(320)),
    Way("one sentence", single_sentences),
    Way("3 sentences, a new one each 1", windows(3, 1)),
    Way("5 sentences, a new one each 3", windows(5, 3)),
    Way("paragraph", paragraphs),
    Way("one sentence, read as 200 tokens", single_sentences, budgeted(200)),
    Way("60 tokens, read as 200", budgeted(60), budgeted(200)),
)


def scores_of(
    way: Way, dataset: Dataset, cases: Sequence[Case], embedder: Embedder
) -> tuple[int, list[dict[str, float]]]:
    """How many chunks there are, and each case's scores."""
    with TemporaryDirectory(prefix="citera-chunks-") as folder:
        store = Store(Path(folder) / "citera.db")
        vectors = VectorStore(Path(folder) / "chroma", Manifest.of(embedder).digest)
        try:
            chunks = _index(way.cut, dataset.articles, store, vectors, embedder)
            wider = _wider(way.read, dataset.articles, embedder) if way.read else {}
            retriever = Retriever(store, vectors, embedder)
            return chunks, [_score(retriever, case, wider) for case in cases]
        finally:
            vectors.close()
            store.close()


def _index(cut: Cut, articles: Sequence[Article], store: Store, vectors: VectorStore, embedder: Embedder) -> int:
    by_article = [(article, cut(article, embedder.count_tokens)) for article in articles]
    chunks = [chunk for _, cuts in by_article for chunk in cuts]
    embedded = embedder.embed_documents([chunk.document for chunk in chunks])
    with store.transaction():
        for chunk, one in zip(chunks, embedded, strict=True):
            store.put_embedding(embedder.digest, chunk.document.digest, one)
        for article, cuts in by_article:
            store.put_article(article, article.source, cuts, ())
    stacked = np.stack([one.vector for one in embedded])
    vectors.upsert([chunk.id for chunk in chunks], stacked, [chunk.language for chunk in chunks])
    return len(chunks)


def _wider(read: Cut, articles: Sequence[Article], embedder: Embedder) -> Mapping[str, list[Place]]:
    return {
        article.id: [Place(article.id, chunk.span) for chunk in read(article, embedder.count_tokens)]
        for article in articles
    }


def _score(retriever: Retriever, case: Case, wider: Mapping[str, list[Place]]) -> dict[str, float]:
    hits = [Place(hit.article_id, hit.span) for hit in retriever.search(case.question, limit=DEPTH)]
    found = list(
        dict.fromkeys(next((w for w in wider.get(hit.article_id, ()) if w.contains(hit)), hit) for hit in hits)
    )
    gold = [Place(article_id, span) for article_id, span in case.places]
    scored = retrieval_scores(dict.fromkeys(case.articles, 1), found, gold)
    in_budget = overlap(list(read_within(found, BUDGET)), gold).recall
    return {name: scored[name].value for name in COLUMNS if name in scored} | {"in_budget": in_budget}


def read_within(found: Sequence[Place], budget: int) -> Iterator[Place]:
    """The places in order, until `budget` characters are read; the last one in part, what was read already not again."""
    read: list[Place] = []
    for place in found:
        if budget <= 0:
            return
        start = place.span.start
        for before in sorted((one for one in read if one.overlaps(place)), key=lambda one: one.span.start):
            start = max(start, before.span.end) if before.span.start <= start else start
        rest = Place(place.article_id, Span(start, max(start, min(place.span.end, start + budget))))
        budget -= len(rest.span)
        read.append(rest)
        yield rest


def table(found: Mapping[str, Mapping[str, tuple[int, list[dict[str, float]]]]]) -> list[str]:
    """Lines of Markdown; `found` is by way and by set."""
    lines = [
        f"| way | chunks | n | {' | '.join(COLUMNS.values())} | − present |",
        f"|---|---:|---:|{'---:|' * (len(COLUMNS) + 1)}",
    ]
    present = np.array(_all(found[PRESENT.name], "in_budget"))
    for way, sets in found.items():
        cells = " | ".join(f"{np.mean(_all(sets, name)):.3f}".removeprefix("0") for name in COLUMNS)
        differences = np.array(_all(sets, "in_budget")) - present
        low, high = bootstrap(differences[:, None])
        gain = "" if way == PRESENT.name else f"{differences.mean():+.3f} ({low[0]:+.3f} to {high[0]:+.3f})"
        lines.append(f"| {way} | {sum(chunks for chunks, _ in sets.values())} | {len(present)} | {cells} | {gain} |")
    return lines


def _all(sets: Mapping[str, tuple[int, list[dict[str, float]]]], name: str) -> list[float]:
    return [case[name] for _, cases in sets.values() for case in cases]


def part_of(dataset: Dataset, articles: int, questions: int) -> tuple[Dataset, tuple[Case, ...]]:
    """That many articles, drawn with the fixed seed, and of the questions to them that say where the answer stands."""
    kept = drawn(dataset.articles, articles)
    ids = {article.id for article in kept}
    cases = [case for case in dataset.cases if case.places and ids.issuperset(case.articles)]
    return Dataset(dataset.name, dataset.cases, articles=kept), drawn(cases, questions)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.chunking_table", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="where the files of the sets lie")
    parser.add_argument("--articles", type=int, default=100, help="of each set, drawn with a fixed seed")
    parser.add_argument("--questions", type=int, default=150, help="of each set, to those articles")
    given = parser.parse_args(arguments)
    settings = load_settings(model="extractive")
    embedder = open_embedder(settings.embedding_model, settings.cache)
    err = Console(stderr=True)
    parts = {
        name: part_of(load_dataset(name, given.data / file), given.articles, given.questions) for name, file in SETS
    }
    found: dict[str, dict[str, tuple[int, list[dict[str, float]]]]] = {}
    for way in WAYS:
        found[way.name] = {}
        for name, (dataset, cases) in parts.items():
            err.print(f"{way.name}: {name}", highlight=False)
            found[way.name][name] = scores_of(way, dataset, cases, embedder)
    for line in table(found):
        print(line)  # noqa: T201  # the table is what the command is for


if __name__ == "__main__":
    main()
