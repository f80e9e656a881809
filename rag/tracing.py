"""A quotation, or most of one -> where it stands, who said it, when it was first published, and what was altered in it.

Candidates come from the index, by runs of three words that the quotation and an article share; they are then compared word by word.
Letter case, punctuation and typography do not count, and what an ellipsis leaves out is no alteration.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from itertools import islice
from typing import Literal

from corpus.article import Article, ArticleKind, Span
from corpus.duplicates import publication_order
from corpus.language import detect_language
from index.lexical import stem, words
from index.store import Store
from rag.draft import Evidence
from rag.paraphrase import speaker_at

CANDIDATES = 60
"""Articles compared with a quotation, by BM25 over the runs that they share with it."""
RUNS = 12
"""Runs of three words that are looked up: those with the rarest words."""
ALTERED = 0.7
"""Share of a quotation's words that stand in an article in its order, from which it is that article's, altered. Two draws of
`evals.tracing` over 1,209 articles: .5, .6, .7 and .75 all show every alteration of a tenth of the words; of 100 quotations that are not
there .5 takes 9 and 3 for altered ones, .6 5 and 1, .7 and .75 2 and 1."""
SHORTEST_ALTERED = 4
"""Words that must agree for that."""
ALIGNED = 5
"""Articles compared in order, those first that hold the most of the words close together."""
LONGEST = 500
"""Words of a quotation."""
MOST = 200
"""Places of one word that are looked at in an article."""
LEFT_OUT = 50
"""Words that an ellipsis stands for at most."""

_TOKEN = re.compile(r"[^\W_]+|[%$€£]|\.\.\.|…")
_ELLIPSES = frozenset(("...", "…"))


@dataclass(frozen=True, slots=True)
class Change:
    """A difference, word by word: what stands in the article and what was given instead; either may be empty."""

    original: str
    given: str


@dataclass(frozen=True, slots=True)
class Source:
    """An article that carries the words. `span` is where; `words` equals its text there. `speaker` and `role` are those quoted there."""

    article_id: str
    text_sha256: str
    span: Span
    words: str
    speaker: str | None
    role: str | None
    title: str | None
    outlet: str | None
    published: date | datetime | None
    url: str | None
    kind: ArticleKind


@dataclass(frozen=True, slots=True)
class Trace:
    """What became of a quotation. `sources` carry it, or its original where it is altered: the earliest publication first, teasers
    after articles, undated ones last. `changes` are its differences from the first of them."""

    given: str
    outcome: Literal["found", "altered", "not_found"]
    sources: tuple[Source, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def speaker(self) -> str | None:
        """Who said it: the first name that a source gives."""
        return next((source.speaker for source in self.sources if source.speaker), None)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text, folded, each with its place; `line` holds them all between spaces."""

    text: str
    words: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    line: str

    @classmethod
    def of(cls, text: str, limit: int | None = None) -> _Words:
        found = list(islice(_TOKEN.finditer(text), limit))
        folded = tuple(match[0].casefold() for match in found)
        return cls(text, folded, tuple(match.span() for match in found), f" {' '.join(folded)} ")

    def find(self, wanted: Sequence[str]) -> Span | None:
        """The first place of a run of words, as numbers of words; or of its pieces between ellipses, one after the other."""
        whole = self._find(wanted, 0)
        if whole is not None or _ELLIPSES.isdisjoint(wanted):
            return whole
        first: int | None = None
        end = 0
        for piece in _pieces(wanted):
            found = self._find(piece, end)
            if found is None or (first is not None and found.start - end > LEFT_OUT):
                return None
            first = found.start if first is None else first
            end = found.end
        return None if first is None else Span(first, end)

    def _find(self, wanted: Sequence[str], start: int) -> Span | None:
        at = self.line.find(f" {' '.join(wanted)} ", sum(map(len, self.words[:start])) + start)
        return None if at == -1 else Span(number := self.line.count(" ", 0, at), number + len(wanted))

    def span(self, run: Span) -> Span:
        """Where words stand in the text."""
        return Span(self.places[run.start][0], self.places[run.end - 1][1])


def trace(quotation: str, store: Store) -> Trace:
    """Where `quotation` stands in the live articles of `store`. Of a very long one the first `LONGEST` words are traced."""
    given = _Words.of(quotation, LONGEST)
    if set(given.words) <= _ELLIPSES:
        return Trace(quotation, "not_found")
    with store.snapshot():
        candidates = [store.article(key) for key in _candidates(quotation, store)]
        texts = [_Words.of(article.text) for article in candidates]
        found = _carrying(given.words, candidates, texts, store)
        if found:
            return Trace(quotation, "found", found)
        placed = sorted(((*_place(given.words, text), at) for at, text in enumerate(texts)), reverse=True)[:ALIGNED]
        aligned = [(*_aligned(given.words, texts[at], start), at) for votes, start, at in placed if votes]
        agreeing, run, at = max(aligned, key=lambda one: (one[0], -one[2]), default=(0, Span(0, 0), 0))
        if agreeing < max(SHORTEST_ALTERED, ALTERED * len(given.words)):
            return Trace(quotation, "not_found")
        original = texts[at].words[run.start : run.end]
        changes = _changes(texts[at], run, given)
        sources = _carrying(original, candidates, texts, store)
        return Trace(quotation, "altered" if changes else "found", sources, changes)


def _pieces(wanted: Sequence[str]) -> list[list[str]]:
    """The runs of words between ellipses."""
    runs: list[list[str]] = [[]]
    for word in wanted:
        if word in _ELLIPSES:
            runs.append([])
        else:
            runs[-1].append(word)
    return [run for run in runs if run]


def _candidates(quotation: str, store: Store) -> list[str]:
    """Ids of the articles that share runs of words with the quotation, else its rarest words; the most promising first."""
    plain = words(quotation)[:LONGEST]
    if not plain:
        return []
    readings = {tuple(stem(plain, language)) for language in ("en", "sv", detect_language(quotation))}
    frequency = store.document_frequency(form for reading in readings for form in reading)
    size = min(3, len(plain))
    runs = {reading[at : at + size] for reading in readings for at in range(len(plain) - size + 1)}
    known = [run for run in runs if all(frequency[form] for form in run)]
    rarest = sorted(known, key=lambda run: (min(frequency[form] for form in run), run))[: RUNS * len(readings)]
    single = sorted((count, form) for form, count in frequency.items() if count)[:RUNS]
    shared = store.lexical_articles(_any(rarest), CANDIDATES) if rarest else {}
    return list(shared or (store.lexical_articles(_any([(form,) for _, form in single]), CANDIDATES) if single else {}))


def _any(runs: Sequence[Sequence[str]]) -> str:
    """An FTS5 query for rows of the body that hold any of the runs."""
    phrases = " OR ".join(f'"{" ".join(run)}"' for run in runs)
    return f"body : ({phrases})"


def _carrying(
    wanted: Sequence[str], candidates: Sequence[Article], texts: Sequence[_Words], store: Store
) -> tuple[Source, ...]:
    """The candidates that hold the words, and their exact copies, in the order of a `Trace`."""
    found: dict[str, Source] = {}
    for article, text in zip(candidates, texts, strict=True):
        run = text.find(wanted)
        if run is not None:
            for same in (article, *(store.article(copy.article_id) for copy in store.stories.exact_copies(article))):
                found.setdefault(same.id, source_at(same, text.span(run), store))
    return tuple(
        sorted(
            found.values(),
            key=lambda one: (one.kind != "article", publication_order(one.published), one.article_id),
        )
    )


def source_at(article: Article, span: Span, store: Store) -> Source:
    """A place in an article, with who is quoted there."""
    quotes = store.quotes(article_id=article.id)
    speaker = speaker_at(Evidence(article.id, article.text_sha256, span), quotes)
    role = next((quote.role for quote in quotes if speaker and quote.speaker == speaker and quote.role), None)
    return Source(
        article.id,
        article.text_sha256,
        span,
        span.of(article.text),
        speaker,
        role,
        article.title,
        article.outlet,
        article.published,
        article.url,
        article.kind,
    )


def _place(given: Sequence[str], text: _Words) -> tuple[int, int]:
    """How many of the given words stand in a stretch of the text, where most do, and the word that the stretch begins with. Linear."""
    places: dict[str, list[int]] = {word: [] for word in given}
    for at, word in enumerate(text.words):
        if word in places:
            places[word].append(at)
    width = _slack(given)
    votes = Counter((at - number) // width for number, word in enumerate(given) for at in places[word][:MOST])
    best = max(sorted(votes), key=lambda part: votes[part] + votes[part + 1], default=0)
    return votes[best] + votes[best + 1], max(0, best * width)


def _slack(given: Sequence[str]) -> int:
    """How many words a stretch may be longer or shorter than what was given."""
    return max(4, len(given) // 4)


def _aligned(given: Sequence[str], text: _Words, start: int) -> tuple[int, Span]:
    """How many of the given words agree in their order with a stretch of the text, and the run of words that they stand for."""
    window = text.words[start : start + len(given) + 3 * _slack(given)]
    blocks = [
        block for block in SequenceMatcher(None, window, given, autojunk=False).get_matching_blocks() if block.size
    ]
    if not blocks:
        return 0, Span(0, 0)
    first, last = blocks[0], blocks[-1]
    after = len(given) - last.b - last.size
    run = Span(max(0, start + first.a - first.b), min(len(text.words), start + last.a + last.size + after))
    return sum(block.size for block in blocks), run


def changes_between(original: str, given: str) -> tuple[Change, ...]:
    """The differences of two texts, word by word."""
    text = _Words.of(original)
    return _changes(text, Span(0, len(text.words)), _Words.of(given))


def _changes(text: _Words, run: Span, given: _Words) -> tuple[Change, ...]:
    """What differs between a run of the text's words and the given ones."""
    original = text.words[run.start : run.end]
    changes = []
    for what, a, b, c, d in SequenceMatcher(None, original, given.words, autojunk=False).get_opcodes():
        if what == "equal" or (set(given.words[c:d]) <= _ELLIPSES and c < d):
            continue
        before = text.span(Span(run.start + a, run.start + b)).of(text.text) if a < b else ""
        after = given.span(Span(c, d)).of(given.text) if c < d else ""
        changes.append(Change(before, after))
    return tuple(changes)
