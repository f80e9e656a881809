"""The weights of a sentence's score: fitted on questions of one half of the articles, tried on the other.

`python -m evals.sentence_weights --data FOLDER` finds each question's passages, asks of every sentence of theirs what tells of it
(`rag.sentence_score`) and whether it holds the gold words, and fits the weights under which the sentences with the gold words are
the likeliest (conditional logit). It prints the weights of each half and of all, and the share of questions whose best sentence has
the gold words, with the weights that are shipped and with those of the other half.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
from rich.console import Console

from evals.answer_scores import holds
from evals.cases import Case, drawn
from evals.datasets import load_dataset
from evals.report_markdown import table
from evals.retrieval_table import opened
from index.embedding import Embedder
from rag.assembly import Engine
from rag.context import passages_within
from rag.facts import Facts
from rag.question import parse_question
from rag.sentence_score import WEIGHTS, Signals
from rag.settings import Settings, load_settings

Numbers = npt.NDArray[np.float64]

SETS = {
    "squad_en": ("squad", "squad_en.json"),
    "squad_sv": ("squad", "squad_sv.json"),
    "swequad train": ("swequad", "swequad_mc_train.json"),
    "swequad dev": ("swequad", "swequad_mc_dev.json"),
    "norquad": ("squad", "norquad_news_validation.json"),
}
STEPS = 500
SHRINKAGE = 1e-3
"""On the squared weights, in units of each signal's spread: hardly any."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question's sentences: a row of signals each, and whether they hold the gold words. `half` is 0 or 1, by its article."""

    signals: Numbers
    gold: npt.NDArray[np.bool_]
    half: int

    def hit(self, weights: Numbers) -> bool:
        """Whether the best sentence by these weights holds the gold words."""
        return bool(self.gold[np.argmax(self.signals @ weights)])


def fitted(examples: Sequence[Example]) -> Numbers:
    """The weights, that of the dense score 1, under which the gold sentences of each question are the likeliest (steepest ascent)."""
    telling = [one for one in examples if one.gold.any() and not one.gold.all()]
    spread = np.concatenate([one.signals for one in telling]).std(axis=0) + 1e-9
    rows = [(one.signals / spread, one.gold) for one in telling]
    weights = np.zeros(len(spread))
    for step in range(STEPS):
        gradient = sum((_pull(signals, gold, weights) for signals, gold in rows), np.zeros(len(spread))) / len(rows)
        gradient -= 2 * SHRINKAGE * weights
        weights += gradient
        if step > 0 and float(np.abs(gradient).max()) < 1e-4:
            break
    weights /= spread
    return np.asarray(weights / weights[0])


def _pull(signals: Numbers, gold: npt.NDArray[np.bool_], weights: Numbers) -> Numbers:
    """The gradient of one question's log-likelihood: the mean of the gold sentences less that of all, each as likely as it is now."""
    scores = signals @ weights
    likely = np.exp(scores - scores.max())
    right = likely * gold
    return np.asarray((right / max(right.sum(), 1e-300) - likely / likely.sum()) @ signals)


def examples(engine: Engine, cases: Sequence[Case], settings: Settings) -> Iterator[Example]:
    """Those of the questions of fact."""
    embedder: Embedder = engine.embedder
    facts = Facts(engine.store, engine.retriever, embedder, settings.max_words)
    for case in cases:
        question = parse_question(case.question)
        if question.kind != "fact" or not case.answers:
            continue
        vector = engine.retriever.embed(question.text)
        hits = engine.retriever.search_vector(question.text, vector, None, settings.passages)
        scored = facts.scored(question, vector, passages_within(hits))
        if scored:
            yield Example(
                np.array([one.signals for one in scored], float),
                np.array([any(holds(one.text, gold, case.language) for gold in case.answers) for one in scored]),
                _half(engine, case),
            )


def _half(engine: Engine, case: Case) -> int:
    """By the headline, which paragraphs of one article share, else by the article."""
    title = engine.store.article(case.articles[0]).title or case.articles[0]
    return hashlib.sha256(title.encode()).digest()[0] % 2


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m evals.sentence_weights", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="where the files of the sets lie")
    parser.add_argument("--limit", type=int, default=1_200, help="questions of each set, drawn with a fixed seed")
    parser.add_argument("--homes", type=Path, metavar="DIR", help="keep the indexes there, for the next time")
    given = parser.parse_args(arguments)
    settings, err = load_settings(model="extractive"), Console(stderr=True)
    found: dict[str, list[Example]] = {}
    with TemporaryDirectory(prefix="citera-weights-") as temporary:
        for name, (family, file) in SETS.items():
            err.print(name, highlight=False)
            dataset = load_dataset(family, given.data / file)
            cases = drawn([case for case in dataset.cases if case.answerable], given.limit)
            with opened(dataset, (given.homes or Path(temporary)) / name, settings) as engine:
                found[name] = list(examples(engine, cases, settings))
    every = [one for of_set in found.values() for one in of_set]
    halves = [fitted([one for one in every if one.half != half]) for half in (0, 1)]
    rows = [("half 0", halves[1]), ("half 1", halves[0]), ("all", fitted(every)), ("shipped", np.array(WEIGHTS))]
    lines = [
        *table(
            ["fitted on", *Signals._fields],
            [[name, *(f"{x:.2f}" for x in ws)] for name, ws in rows],
            numbers=len(WEIGHTS),
        )
    ]
    shares = [
        [
            name,
            str(len(of_set)),
            f"{np.mean([one.hit(np.array(WEIGHTS)) for one in of_set]):.3f}",
            f"{np.mean([one.hit(halves[one.half]) for one in of_set]):.3f}",
        ]
        for name, of_set in found.items()
    ]
    lines += [*table(["set", "questions", "best sentence: shipped", "the other half's weights"], shares, numbers=3)]
    for line in lines:
        print(line)  # noqa: T201  # the tables are what the command is for


if __name__ == "__main__":
    main()
