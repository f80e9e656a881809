"""A language model's sentence against the sentences it is said to rest on: checked, not proved.

Figures, dates, names and offices must be stated there, negation must agree, words must be given to whoever said them, and half of
the content words must be shared where both are in one language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.article import Article, Paragraph, Span
from corpus.quotes import Quote, find_quotes
from index.errors import ArticleNotFoundError
from index.rows import StoredQuote
from rag.claims import negated, shared_words, unstated
from rag.dates import format_date
from rag.draft import DraftSentence, Evidence, ParaphrasePart, Records, SourcePart

SHARED_WORDS = 0.5
"""Share of a paraphrase's content words that its source must hold, in the same language."""


def paraphrase_fault(draft: DraftSentence, records: Records, language: str) -> str | None:
    """Why the sentences that are said to carry `draft` do not, in words for a reader; None if they do, or if it holds no paraphrase."""
    if not any(isinstance(part, ParaphrasePart) for part in draft.parts):
        return None
    if not draft.carried_by:
        return "no sentence of the articles carries it"
    said, stated = [], []
    quotes: list[StoredQuote] = []
    same_language = True
    for evidence in draft.carried_by:
        try:
            article = records.article(evidence.article_id, evidence.text_sha256)
        except ArticleNotFoundError:
            return "the cited article does not exist"
        if evidence.span.end > len(article.text):
            return "the cited place is not in the article"
        said.append(evidence.span.of(article.text))
        if not any(quote.article_id == article.id for quote in quotes):
            quotes += records.quotes(article_id=article.id)
        dates = [format_date(article.published, known) for known in ("en", "sv")] if article.published else []
        stated += [article.title, article.outlet, *dates]
        stated += [known for quote in quotes if _beside(evidence, quote) for known in (quote.speaker, quote.role)]
        same_language &= _language_at(article, evidence.span) in {language, None}
    whole = "\n".join((*said, *(known for known in stated if known)))
    if (missing := unstated(draft.text, whole)) is not None:
        return missing
    if (given := _misattributed(draft, quotes, language)) is not None:
        return given
    if negated(draft.text) != negated(said[0]):
        return "one of the sentence and its source says not, the other does not"
    if same_language and shared_words(draft.text, whole) < SHARED_WORDS:
        return "the cited words share too little with it"
    return None


def _misattributed(draft: DraftSentence, quotes: Sequence[StoredQuote], language: str) -> str | None:
    """Whether the sentence gives words to somebody who did not say them, or leaves open to whom it gives them."""
    speakers = {quote.speaker: quote.role for quote in quotes if quote.speaker is not None}
    claimed = _read(draft.text, speakers, language)
    sourced: list[Span] = []
    position = 0
    for part in draft.parts:
        span = Span(position, position + len(part.text)) if part.text else None
        position += len(part.text)
        if not isinstance(part, SourcePart) or span is None:
            continue
        sourced.append(span)
        speaker = _speaker_at(part.evidence, quotes)
        given = next((quote.speaker for quote in claimed if quote.span.overlaps(span) and quote.speaker), None)
        named = {name for name in speakers if _surname(name) in draft.text.casefold()}
        if speaker is not None and given is not None and not _same_person(given, speaker):
            return f"the cited words are {speaker}'s, not {given}'s"
        if speaker is not None and given is None and named - {speaker}:
            return f"it does not say clearly that the words are {speaker}'s"
    beside = [quote for quote in quotes if any(_beside(evidence, quote) for evidence in draft.carried_by)]
    cited = {quote.speaker for quote in beside if quote.speaker is not None}
    for quote in claimed:
        if quote.speaker is None or not cited or any(span.overlaps(quote.span) for span in sourced):
            continue
        if not any(_same_person(quote.speaker, speaker) for speaker in cited):
            return f"the cited words are {' and '.join(sorted(cited))}'s, not {quote.speaker}'s"
    return None


def _read(text: str, speakers: dict[str, str | None], language: str) -> list[Quote]:
    """The quotations in `text`, read as an article is; the speakers are introduced first, so that a surname is known."""
    introduction = " ".join(f"{name}, {role or 'spokesperson'}." for name, role in speakers.items())
    whole = f"{introduction}\n\n{text}"
    start = len(whole) - len(text)
    spans = (Span(0, len(introduction)), Span(start, len(whole)))
    paragraphs = tuple(Paragraph(span, "body", language) for span in spans if len(span))
    return [
        replace(quote, span=quote.span.shifted(-start), context=Span(0, len(text)))
        for quote in find_quotes(Article(id="", text=whole, source="", paragraphs=paragraphs))
        if quote.span.start >= start
    ]


def _speaker_at(evidence: Evidence, quotes: Sequence[StoredQuote]) -> str | None:
    beside = [quote for quote in quotes if _beside(evidence, quote)]
    within = [quote for quote in beside if quote.span.overlaps(evidence.span)]
    return next((quote.speaker for quote in within or beside), None)


def _beside(evidence: Evidence, quote: StoredQuote) -> bool:
    """Whether the evidence lies in the sentence that the quotation stands in."""
    same = (evidence.article_id, evidence.text_sha256) == (quote.article_id, quote.text_sha256)
    return same and evidence.span.overlaps(quote.quote.context)


def _same_person(claimed: str, known: str) -> bool:
    """`Horii` is Iwao Horii; `Karin Holm` is not Per Holm."""
    names = set(claimed.casefold().split())
    return _surname(claimed) == _surname(known) and (names <= set(known.casefold().split()) or " " not in known)


def _surname(name: str) -> str:
    return name.casefold().split()[-1]


def _language_at(article: Article, span: Span) -> str | None:
    return next((paragraph.language for paragraph in article.paragraphs if paragraph.span.overlaps(span)), None)
