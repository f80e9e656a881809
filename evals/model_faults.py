"""What is wrong with an answer that may be made up: counted the same way on a model's raw words and on what was released of them.

It asks the articles and the quotations found in them, and shares no rule with `rag/verification.py`; figures are compared by value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from corpus.article import Article, Paragraph, Span
from corpus.matching import Normalised
from corpus.quotes import Quote, find_quotes
from evals.answer_scores import MARKERS, quoted_pieces
from evals.evidence import ArticleOf
from rag.answer import AnswerJson, CitationJson
from rag.claims import figures
from rag.dates import format_date
from rag.model_answer import Written

QuotesOf = Callable[[Article], Sequence[Quote]]
FAULTS = ("invented citation", "quotation not verbatim", "wrong speaker", "unsupported number")


@dataclass(frozen=True, slots=True)
class Source:
    """What a statement cites: a passage of an article, or a span of one. `facts` are what the article states of itself."""

    article: Article
    text: str
    facts: str

    @classmethod
    def of(cls, article: Article, text: str) -> Source:
        dates = [format_date(article.published, language) for language in ("en", "sv")] if article.published else []
        return cls(article, text, " | ".join(filter(None, (article.title, article.outlet, *dates))))


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, what it cites, and how many of its citations lead nowhere. `near` is where its words may have been taken from."""

    text: str
    cited: tuple[Source, ...]
    dangling: int
    near: tuple[Source, ...]


def raw_statements(written: Iterable[Written], shown: Mapping[str, Sequence[Source]]) -> Iterator[Statement]:
    """A model's sentences as it wrote them; its markers name the passages and quotations `shown` to it."""
    near = tuple(chain.from_iterable(shown.values()))
    for sentence in written:
        cited = tuple(source for marker in sentence.markers for source in shown.get(marker, ()))
        yield Statement(sentence.text, cited, sum(marker not in shown for marker in sentence.markers), near)


def released_statements(answer: AnswerJson, article_of: ArticleOf) -> Iterator[Statement]:
    """The lines of an answer; a citation leads nowhere if its words do not stand in its article at its place."""
    sources = {citation["marker"]: _source(citation, article_of) for citation in answer["citations"]}
    for line in answer["text"].splitlines():
        markers = [int(marker) for run in MARKERS.findall(line) for marker in re.findall(r"\d+", run)]
        cited = tuple(source for marker in markers if (source := sources.get(marker)) is not None)
        yield Statement(MARKERS.sub("", line), cited, len(markers) - len(cited), cited)


def faults(statement: Statement, quotes_of: QuotesOf, language: str) -> Counter[str]:
    """How often each of `FAULTS` occurs in the statement."""
    near = list({source.article.id: source.article for source in statement.near}.values())
    said = [quote for article in near for quote in quotes_of(article)]
    pieces = quoted_pieces(statement.text)
    folded = [Normalised.of(article.text) for article in near]
    found = Counter(
        {
            "invented citation": statement.dangling,
            "quotation not verbatim": sum(not any(_stands(piece, text) for text in folded) for piece in pieces),
            "wrong speaker": sum(_wrong_speakers(statement, near, said, quotes_of, language)),
        }
    )
    held = statement.cited or statement.near
    known = figures("\n".join(part for source in held for part in (source.text, source.facts)))
    found["unsupported number"] = sum(not figure.stated_by(known) for figure in figures(statement.text))
    return +found


def claims(statement: Statement, quotes_of: QuotesOf, language: str) -> Counter[str]:
    """How often the statement could have had each of `FAULTS`: its citations, quotations, speakers and numbers."""
    articles = {source.article.id: source.article for source in statement.near}.values()
    names = list({quote.speaker for article in articles for quote in quotes_of(article) if quote.speaker})
    given = (
        len(statement.cited) + statement.dangling,
        len(quoted_pieces(statement.text)),
        sum(claimed.speaker is not None for claimed in _claimed(statement.text, names, language)),
        len(figures(statement.text)),
    )
    return Counter(dict(zip(FAULTS, given, strict=True)))


def _source(citation: CitationJson, article_of: ArticleOf) -> Source | None:
    article = article_of(citation["article_id"], citation["text_sha256"])
    exact = article is not None and article.text[citation["start"] : citation["end"]] == citation["quote"]
    return Source.of(article, citation["quote"]) if article is not None and exact else None


def _stands(piece: str, text: Normalised) -> bool:
    """Whether the quoted words stand there, typography and the full stop or comma at their end aside."""
    return any(next(text.find_all(words), None) for words in (piece, piece.rstrip(" .,;:!?…")))


def _wrong_speakers(
    statement: Statement, articles: Sequence[Article], said: Sequence[Quote], quotes_of: QuotesOf, language: str
) -> Iterator[bool]:
    """For each quotation or reported speech that the statement gives to somebody: whether the articles give it to another or to nobody.

    Quoted words are somebody's by the quotations found in the articles; reported ones need the name to stand in what is cited.
    """
    names = list(dict.fromkeys(quote.speaker for quote in said if quote.speaker))
    for claimed in _claimed(statement.text, names, language):
        if claimed.speaker is None:
            continue
        if claimed.kind == "indirect":
            held = statement.cited or statement.near
            read = " ".join(f"{source.article.text} {source.facts}" for source in held).casefold()
            yield _surname(claimed.speaker) not in read
            continue
        words = claimed.span.of(statement.text)
        whose = {quote.speaker for article in articles for quote in _spoken(words, article, quotes_of(article))}
        yield bool(whose) and not any(_surname(claimed.speaker) == _surname(name) for name in whose if name)


def _claimed(text: str, names: Sequence[str], language: str) -> list[Quote]:
    """The quotations in a sentence, read as an article's are; `names` are introduced before it, so that a surname is understood."""
    introduction = " ".join(f"{name}, spokesperson." for name in names)
    whole = f"{introduction}\n\n{text}"
    start = len(whole) - len(text)
    spans = [span for span in (Span(0, len(introduction)), Span(start, len(whole))) if len(span)]
    article = Article("", whole, tuple(Paragraph(span, "body", language) for span in spans), source="")
    return [
        replace(quote, span=quote.span.shifted(-start)) for quote in find_quotes(article) if quote.span.start >= start
    ]


def _spoken(words: str, article: Article, quotes: Sequence[Quote]) -> Iterator[Quote]:
    for span in Normalised.of(article.text).find_all(words.rstrip(" .,;:!?…")):
        yield from (
            quote for quote in quotes if quote.kind != "indirect" and quote.speaker and quote.span.overlaps(span)
        )


def _surname(name: str) -> str:
    return name.casefold().split()[-1]
