"""Tracing, scored: quotations drawn from corpora, garbled as people garble them or altered, and traced back.

    python -m evals.tracing [DATASET=FILE ...]

Every quotation of at least five words that the quote reader finds in the sample corpus and in the named data sets can be drawn, with
a fixed seed. Prints how many were traced to the article that they were drawn from (it is named first, or an article that carries the
very words and was published no later), how many alterations were found and shown, and how many of the quotations of articles that
were kept out of the corpus were rightly not found.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus import Article, find_quotes, read_articles
from corpus.samples import samples_folder
from evals.datasets import load_dataset
from index.chunking import chunk_article
from index.store import Store
from rag.tracing import Trace, trace

SEED = 2026
QUOTATIONS, ALTERED, ABSENT = 200, 100, 100
SHORTEST = 5
"""Words."""
KEPT_OUT = 8
"""One article of so many is kept out of the corpus, for quotations that are not in it."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A quotation as it stands in its article, and as it is put to the tracer."""

    article_id: str
    words: str
    given: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scores:
    """Shares of the quotations that each drew: traced right, alteration found, rightly not found. And whatever went wrong."""

    traced: float
    altered: float
    absent: float
    counts: tuple[int, int, int]
    wrong: tuple[tuple[Drawn, Trace], ...]


def score(articles: Sequence[Article], store: Store, *, seed: int = SEED) -> Scores:
    """Puts most of `articles` into the empty `store` and traces quotations in it."""
    chance = random.Random(seed)  # noqa: S311  # a reproducible sample
    mixed = sorted({article.text: article for article in articles}.values(), key=lambda article: article.text)
    chance.shuffle(mixed)
    kept_out, held = mixed[: len(mixed) // KEPT_OUT], mixed[len(mixed) // KEPT_OUT :]
    for article in held:
        with store.transaction():
            store.put_article(article, article.source, chunk_article(article, _count), find_quotes(article))
    present, absent = _quotations(held, chance), _quotations(kept_out, chance)
    garbled = [Drawn(key, words, _garbled(words, chance)) for key, words in present[:QUOTATIONS]]
    changed = [_altered(key, words, chance) for key, words in reversed(present[-ALTERED:])]
    there = [_plain(article.text) for article in held]
    missing = [(key, words) for key, words in absent if not any(_plain(words) in text for text in there)]
    foreign = [Drawn(key, words, words) for key, words in missing[:ABSENT]]
    not_traced = _try(garbled, store, lambda drawn, found: found.outcome == "found" and _right(drawn, found, store))
    not_shown = _try(changed, store, lambda drawn, found: _shown(drawn, found) and _right(drawn, found, store))
    invented = _try(foreign, store, lambda _, found: found.outcome == "not_found")
    return Scores(
        1 - len(not_traced) / max(len(garbled), 1),
        1 - len(not_shown) / max(len(changed), 1),
        1 - len(invented) / max(len(foreign), 1),
        (len(garbled), len(changed), len(foreign)),
        (*not_traced, *not_shown, *invented),
    )


def _quotations(articles: Iterable[Article], chance: random.Random) -> list[tuple[str, str]]:
    """(article id, words) of the direct and mixed quotations, each wording once, in a random order."""
    found = {
        quote.span.of(article.text): article.id
        for article in articles
        for quote in find_quotes(article)
        if quote.kind != "indirect" and len(quote.span.of(article.text).split()) >= SHORTEST
    }
    drawn = [(key, words) for words, key in sorted(found.items())]
    chance.shuffle(drawn)
    return drawn


def _garbled(words: str, chance: random.Random) -> str:
    """Most of a quotation, in other typography: up to a fifth of its words off its ends, other quotation marks, dashes and spaces."""
    kept = words.split()
    spare = len(kept) // 5
    front = chance.randint(0, spare)
    kept = kept[front : len(kept) - chance.randint(0, spare - front)]
    text = chance.choice((" ", "  ", "\n")).join(kept)
    opening, closing = chance.choice(('""', "“”", "””", "„“", "»«", "''", ("– ", ""), ("", "")))
    folds = {"–": "-", "—": "--", "’": "'", "…": "..."} if chance.random() < 0.5 else {"'": "’", "-": "‑"}
    for one, other in folds.items():
        text = text.replace(one, other)
    return f"{opening}{chance.choice((str, str.capitalize, str.upper))(text)}{chance.choice((',', '.', '', ' …'))}{closing}"


def _altered(key: str, words: str, chance: random.Random) -> Drawn:
    """With one word in about ten, at least one, exchanged, left out or put in: not at an end, where a word more or less is none."""
    kept = words.split()
    places = chance.sample(range(1, len(kept) - 1), min(chance.randint(1, 1 + len(kept) // 10), (len(kept) - 1) // 2))
    changes = []
    for at in sorted(places, reverse=True):
        how = chance.choice(("exchanged", "left out", "put in"))
        before, after = {
            "exchanged": (kept[at], "altogether"),
            "left out": (kept[at], ""),
            "put in": ("", "altogether"),
        }[how]
        kept[at : at + (how != "put in")] = [after] if after else []
        changes.append(before or after)
    return Drawn(key, words, " ".join(kept), tuple(changes))


def _try(drawn: Iterable[Drawn], store: Store, right: Callable[[Drawn, Trace], bool]) -> list[tuple[Drawn, Trace]]:
    """Those that were traced wrong."""
    found = [(one, trace(one.given, store)) for one in drawn]
    return [(one, traced) for one, traced in found if not right(one, traced)]


def _right(drawn: Drawn, found: Trace, store: Store) -> bool:
    named = [source.article_id for source in found.sources]
    return drawn.article_id in named[:1] or (
        drawn.article_id in named and _plain(drawn.words) in _plain(store.article(named[0]).text)
    )


def _shown(drawn: Drawn, found: Trace) -> bool:
    """Whether the differences shown hold every one that was made."""
    told = [f" {_plain(words)} " for change in found.changes for words in (change.original, change.given)]
    return found.outcome == "altered" and all(any(f" {_plain(made)} " in one for one in told) for made in drawn.changes)


def _plain(text: str) -> str:
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())


def _count(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def main(named: Sequence[str]) -> None:
    articles = list(read_articles(samples_folder()))
    for name, _, file in (pair.partition("=") for pair in named):
        articles += load_dataset(name, Path(file)).articles
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "traced.db")
        try:
            scores = score(articles, store)
        finally:
            store.close()
    traced, altered, absent = scores.counts
    lines = [
        f"{len(articles)} articles",
        f"traced to the right article  {scores.traced:.3f} of {traced}",
        f"alteration found and shown   {scores.altered:.3f} of {altered}",
        f"rightly not found            {scores.absent:.3f} of {absent}",
        *(f"\n{drawn}\n  {found}" for drawn, found in scores.wrong),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
