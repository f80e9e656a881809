"""A person's own draft against the articles: every quotation, figure and named claim found, altered, given to the wrong speaker, or
not found, each with its sources.

A quotation is traced word by word. A figure, and a sentence that names somebody, are compared with the sentences of the articles that
come nearest: what these state is found, what they state otherwise is altered. Like a paraphrase, a claim is checked, not proved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from typing_extensions import TypedDict

from corpus.article import Article, ArticleKind, Paragraph, Span
from corpus.language import detect_language
from corpus.quotes import Quote, find_quotes
from corpus.sentences import sentence_spans
from index.lexical import FUNCTION_WORDS, words
from index.retrieval import Retriever
from index.store import Store
from rag.claims import Figure, figures, names, negated, shared_words, unnamed
from rag.context import passages_within
from rag.dates import format_date
from rag.grounding import SourceSentence, closest_sentences
from rag.paraphrase import same_person
from rag.tracing import Change, Source, changes_between, source_at, trace

HITS, NEAREST = 8, 4
"""Passages searched for a sentence, and their sentences that it is compared with."""

Kind = Literal["quotation", "figure", "claim"]
Verdict = Literal["found", "altered", "wrong_speaker", "not_found"]

_LINE = re.compile(r"[^\n]*\S[^\n]*")


class ChangeJson(TypedDict):
    original: str
    given: str


class SourceJson(TypedDict):
    """A place in an article: `quote` equals its text between `start` and `end`."""

    article_id: str
    text_sha256: str
    start: int
    end: int
    quote: str
    title: str | None
    outlet: str | None
    published: str | None
    url: str | None
    speaker: str | None
    role: str | None
    kind: ArticleKind


class FindingJson(TypedDict):
    """`text` is the draft's between `start` and `end`; of `sources` the earliest publication comes first."""

    kind: Kind
    verdict: Verdict
    start: int
    end: int
    text: str
    speaker: str | None
    note: str | None
    changes: list[ChangeJson]
    sources: list[SourceJson]


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one quotation, figure or claim. `text` is the draft's at `span`, `speaker` whom the draft gives it to.

    `changes` are its differences from the first of `sources`; `note` says in words what is wrong, or which words are the draft's own.
    """

    kind: Kind
    verdict: Verdict
    span: Span
    text: str
    speaker: str | None = None
    sources: tuple[Source, ...] = ()
    changes: tuple[Change, ...] = ()
    note: str | None = None


def findings_json(findings: Sequence[Finding]) -> list[FindingJson]:
    """The public JSON form; `published` is ISO 8601 or null."""
    return [
        {
            "kind": finding.kind,
            "verdict": finding.verdict,
            "start": finding.span.start,
            "end": finding.span.end,
            "text": finding.text,
            "speaker": finding.speaker,
            "note": finding.note,
            "changes": [{"original": change.original, "given": change.given} for change in finding.changes],
            "sources": [
                {
                    "article_id": source.article_id,
                    "text_sha256": source.text_sha256,
                    "start": source.span.start,
                    "end": source.span.end,
                    "quote": source.words,
                    "title": source.title,
                    "outlet": source.outlet,
                    "published": source.published.isoformat() if source.published else None,
                    "url": source.url,
                    "speaker": source.speaker,
                    "role": source.role,
                    "kind": source.kind,
                }
                for source in finding.sources
            ],
        }
        for finding in findings
    ]


@dataclass(frozen=True, slots=True)
class _Statement:
    """A sentence of the draft: `own` is its text with the quotations blanked, every other character in its place; `speaker` is whom it
    gives something to, `quoted` says that it is there for somebody's words."""

    span: Span
    text: str
    own: str
    language: str
    speaker: str | None
    quoted: bool


def check(text: str, store: Store, retriever: Retriever) -> list[Finding]:
    """The findings on a draft, in its order."""
    draft = _read(text)
    quotes = find_quotes(draft)
    found = [_quotation(text, quote, store) for quote in quotes if quote.kind != "indirect"]
    for statement in _statements(draft, quotes):
        found += _stated(statement, store, retriever)
    return sorted(found, key=lambda finding: (finding.span, finding.kind))


def _read(text: str) -> Article:
    """The draft as an article, a paragraph a line."""
    main = detect_language(text)
    lines = [Span(*match.span()) for match in _LINE.finditer(text)]
    paragraphs = tuple(Paragraph(span, "body", detect_language(span.of(text)) or main) for span in lines)
    return Article("", text, paragraphs, "", language=main)


def _statements(draft: Article, quotes: Sequence[Quote]) -> Iterator[_Statement]:
    for paragraph in draft.paragraphs:
        for inner in sentence_spans(paragraph.span.of(draft.text), paragraph.language):
            span = inner.shifted(paragraph.span.start)
            beside = [quote for quote in quotes if quote.context.overlaps(span)]
            yield _Statement(
                span,
                span.of(draft.text),
                _without(draft.text, span, [quote.span for quote in beside if quote.kind != "indirect"]),
                paragraph.language or "en",
                next((quote.speaker for quote in beside if quote.speaker), None),
                any(quote.kind == "direct" for quote in beside),
            )


def _without(text: str, within: Span, spans: Sequence[Span]) -> str:
    """The characters of `text` within a span, others blanked."""
    own = list(within.of(text))
    for span in spans:
        for at in range(max(span.start, within.start), min(span.end, within.end)):
            own[at - within.start] = " "
    return "".join(own)


def _quotation(text: str, quote: Quote, store: Store) -> Finding:
    given = quote.span.of(text)
    traced = trace(given, store)
    named = [source.speaker for source in traced.sources if source.speaker]
    verdict: Verdict = traced.outcome
    note = None
    if quote.speaker and traced.sources and not named:
        note = "the articles do not say whose words these are"
    elif quote.speaker and named and not any(same_person(quote.speaker, name) for name in named):
        verdict, note = "wrong_speaker", f"the articles give these words to {named[0]}"
    return Finding("quotation", verdict, quote.span, given, quote.speaker, traced.sources, traced.changes, note)


def _stated(statement: _Statement, store: Store, retriever: Retriever) -> Iterator[Finding]:
    """Findings on the figures of a sentence, and on the whole of it if it names somebody or something."""
    stated = figures(statement.own)
    claims = not statement.quoted and (statement.speaker is not None or any(names(statement.own)))
    if not stated and not claims:
        return
    with store.snapshot():
        passages = passages_within(retriever.search(statement.text, limit=HITS))
        nearest = closest_sentences(statement.text, statement.language, passages, retriever)
        carrying = [one for one in nearest if one.carries][:NEAREST]
        for figure, place in _placed(statement, stated):
            yield _figure(figure, place, stated, carrying, store)
        if claims:
            yield _claim(statement, carrying, store)


def _placed(statement: _Statement, stated: Sequence[Figure]) -> Iterator[tuple[Figure, tuple[Span, str]]]:
    """Each figure with its place in the draft and its text there."""
    flat = re.sub(r"\s", " ", statement.own)
    for figure in stated:
        at = max(flat.find(figure.text), 0)
        flat = f"{flat[:at]}{' ' * len(figure.text)}{flat[at + len(figure.text) :]}"
        place = Span(at, at + len(figure.text))
        yield figure, (place.shifted(statement.span.start), place.of(statement.text))


def _figure(
    figure: Figure,
    place: tuple[Span, str],
    stated: Sequence[Figure],
    carrying: Sequence[SourceSentence],
    store: Store,
) -> Finding:
    holding = [one for one in carrying if figure.stated_by(figures(_said(one)))]
    if holding:
        return Finding("figure", "found", *place, sources=_sources(holding, store))
    for one in carrying:
        instead = [other for other in figures(_words(one)) if other.unit == figure.unit and not other.stated_by(stated)]
        if instead:
            change = Change(instead[0].text, figure.text)
            return Finding("figure", "altered", *place, sources=_sources([one], store), changes=(change,))
    return Finding("figure", "not_found", *place)


def _claim(statement: _Statement, carrying: Sequence[SourceSentence], store: Store) -> Finding:
    """Found in the first of the nearest sentences that nothing speaks against; else what speaks against the nearest."""
    about = (statement.span, statement.text, statement.speaker)
    faults = [(one, _fault(statement, one, store)) for one in carrying]
    if not faults:
        return Finding("claim", "not_found", *about)
    one, fault = next(((one, fault) for one, fault in faults if fault is None), faults[0])
    sources = _sources([one], store)
    if fault is None:
        held = _said_in_full(one, store)
        other = [word for word in words(statement.own) if word not in FUNCTION_WORDS and not shared_words(word, held)]
        note = f"the article does not use: {', '.join(dict.fromkeys(other))}" if other else None
        return Finding("claim", "found", *about, sources, note=note)
    verdict, note = fault
    return Finding("claim", verdict, *about, sources, changes_between(_words(one), statement.text), note)


def _fault(statement: _Statement, one: SourceSentence, store: Store) -> tuple[Verdict, str] | None:
    """What an article's sentence has against a claim: another speaker, a figure or name it lacks, a `not`."""
    own, speaker = statement.own, statement.speaker
    beside = [
        quote.speaker
        for quote in store.quotes(article_id=one.article.id)
        if quote.speaker and quote.quote.context.overlaps(one.span)
    ]
    if speaker and beside and not any(same_person(speaker, name) for name in beside):
        return "wrong_speaker", f"the article gives this to {' and '.join(sorted(set(beside)))}"
    said = _said_in_full(one, store)
    for figure in figures(own):
        if not figure.stated_by(figures(said)):
            return "altered", f"the article does not state {figure.text}"
    if (missing := unnamed(own, said)) is not None:
        return "altered", f"the article does not name {missing}"
    if negated(own) != negated(_words(one)):
        return "altered", "one of the draft and the article says not, the other does not"
    return None


def _said(one: SourceSentence) -> str:
    """A source sentence with its article's title and dates."""
    published = one.article.published
    dates = [format_date(published, known) for known in ("en", "sv")] if published else []
    return "\n".join((_words(one), one.article.title or "", *dates))


def _said_in_full(one: SourceSentence, store: Store) -> str:
    """With the full names and the offices of those whom it names."""
    quotes = store.quotes(article_id=one.article.id)
    people = {(quote.speaker, quote.role or "") for quote in quotes if quote.speaker}
    named = [f"{name}, {role}" for name, role in sorted(people) if name.split()[-1] in _words(one)]
    return "\n".join((_said(one), *named))


def _words(one: SourceSentence) -> str:
    return one.span.of(one.article.text)


def _sources(sentences: Sequence[SourceSentence], store: Store) -> tuple[Source, ...]:
    return tuple(source_at(one.article, one.span, store) for one in sentences)
