"""A language model's sentence against the sentences it is said to rest on: checked, not proved.

Figures, dates, names and offices must be stated there, negation must agree, words must be given to whoever said them, and half of
the content words must be shared where both are in one language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from corpus.article import Article, Paragraph, Span
from corpus.cues import CUE_EN, CUE_SV
from corpus.people import is_role_word
from corpus.quotes import Quote, find_quotes
from index.errors import ArticleNotFoundError
from index.lexical import FUNCTION_WORDS, words
from index.quote_index import same_office
from index.rows import StoredQuote
from rag.claims import figures, negated, shared_words, unstated
from rag.dates import format_date
from rag.draft import DraftSentence, Evidence, ParaphrasePart, Records, SourcePart
from rag.orders import is_order

SHARED_WORDS = 0.5
"""More than this share of a paraphrase's content words must stand in its source, in the same language."""

_SINGLE_QUOTED = re.compile(r"(?<!\w)['‘]\w[^'’\n]{0,400}['’](?!\w)")
_SPEECH_WITHOUT_MARKS = re.compile(rf"\s*[–—-]\s|.*\b(?:{CUE_EN}|{CUE_SV})\s*:\s*\w", re.IGNORECASE | re.DOTALL)
_TO_THE_READER = re.compile(r"\b(?:you|your|yours|du|dig|din|ditt|dina)\b", re.IGNORECASE)


def paraphrase_fault(draft: DraftSentence, records: Records, language: str) -> str | None:
    """Why the sentences that are said to carry `draft` do not, in words for a reader; None if they do, or if no model wrote it."""
    if not draft.carried_by and not any(isinstance(part, ParaphrasePart) for part in draft.parts):
        return None
    if (form := _form_fault(draft)) is not None:
        return form
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
        title = None if article.title and is_order(article.title) else article.title
        stated += [title, article.outlet, *dates]
        stated += [known for quote in quotes if _beside(evidence, quote) for known in (quote.speaker, quote.role)]
        same_language &= _language_at(article, evidence.span) in {language, None}
    whole = "\n".join((*said, *(known for known in stated if known)))
    if (missing := unstated(draft.text, whole)) is not None:
        return missing
    if (given := _misattributed(draft, quotes, language)) is not None:
        return given
    if negated(draft.text) != negated(said[0]):
        return "one of the sentence and its source says not, the other does not"
    if same_language and shared_words(draft.text, whole) <= SHARED_WORDS:
        return "the cited words share too little with it"
    return None


def _form_fault(draft: DraftSentence) -> str | None:
    own = _own_words(draft)
    if _SINGLE_QUOTED.search(own) or _SPEECH_WITHOUT_MARKS.match(own):
        return "somebody's words are given without quotation marks"
    if _TO_THE_READER.search(own):
        return "it speaks to the reader"
    quoted = any(isinstance(part, SourcePart) for part in draft.parts)
    told = [word for word in own.split() if word[0].islower() and word.casefold() not in FUNCTION_WORDS]
    return None if quoted or told or figures(own) else "it says nothing"


def _own_words(draft: DraftSentence) -> str:
    return "".join(part.text if isinstance(part, ParaphrasePart) else "\0" for part in draft.parts)


def _misattributed(draft: DraftSentence, quotes: Sequence[StoredQuote], language: str) -> str | None:
    """Whether the sentence gives words to somebody who did not say them, or leaves open to whom it gives them."""
    speakers = {quote.speaker: quote.role for quote in quotes if quote.speaker is not None}
    own = _own_words(draft)
    named = [speaker for speaker in speakers if re.search(rf"\b{re.escape(_surname(speaker))}", own, re.IGNORECASE)]
    for speaker in named:
        office = _wrong_office(own, speaker, speakers[speaker])
        if office is not None:
            return f"{speaker} is {speakers[speaker]}, not {office}"
    claimed = _read(draft.text, speakers, language)
    sourced: list[Span] = []
    position = 0
    for part in draft.parts:
        span = Span(position, position + len(part.text))
        position = span.end
        if not isinstance(part, SourcePart):
            continue
        sourced.append(span)
        given = [quote for quote in claimed if quote.span.overlaps(span) and (quote.speaker or quote.cue)]
        said_by = next((quote.speaker for quote in given if quote.speaker), None)
        whose = speaker_at(part.evidence, quotes)
        if whose is None and given:
            return f"the articles do not quote these words from {said_by or 'anybody known'}"
        if whose is None:
            continue
        if said_by is not None and not same_person(said_by, whose):
            return f"the cited words are {whose}'s, not {said_by}'s"
        if said_by is None and named != [whose] and _sole_holder(own, speakers) != whose:
            return f"it does not say clearly that the words are {whose}'s"
    return _misreported(draft, quotes, [quote for quote in claimed if not any(quote.span.overlaps(s) for s in sourced)])


def _misreported(draft: DraftSentence, quotes: Sequence[StoredQuote], reported: Sequence[Quote]) -> str | None:
    """Whether what somebody is reported to have said is, in the main sentence it rests on, somebody else's."""
    main = {quote.speaker for quote in quotes if quote.speaker and _beside(draft.carried_by[0], quote)}
    cited = main or {
        quote.speaker for quote in quotes if quote.speaker and any(_beside(one, quote) for one in draft.carried_by)
    }
    for quote in reported:
        if quote.speaker and cited and not any(same_person(quote.speaker, speaker) for speaker in cited):
            return f"the cited words are {' and '.join(sorted(cited))}'s, not {quote.speaker}'s"
    return None


def _wrong_office(text: str, speaker: str, role: str | None) -> str | None:
    """A word of office right beside the speaker's name that is no part of the office the articles give."""
    if role is None:
        return None
    held = words(f"{role} {speaker}")
    for match in re.finditer(
        rf"((?:[\w'’-]+ ){{0,6}})\b{re.escape(_surname(speaker))}\b(, [^,.:\0]{{3,60}}[,.:])?", text, re.IGNORECASE
    ):
        before = takewhile(
            lambda word: word[0].isupper() or is_role_word(word) or word in {"of", "for", "för"},
            reversed(match[1].split()),
        )
        for word in words(" ".join((*before, match[2] or ""))):
            if is_role_word(word) and not any(same_office(word, other) for other in held):
                return word
    return None


def _sole_holder(text: str, speakers: dict[str, str | None]) -> str | None:
    """The one speaker who holds every office that `text` names, if it names any."""
    offices = [word for word in words(text) if is_role_word(word)]
    holders = [
        speaker
        for speaker, role in speakers.items()
        if role and all(any(same_office(office, word) for word in words(role)) for office in offices)
    ]
    return holders[0] if offices and len(holders) == 1 else None


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


def speaker_at(evidence: Evidence, quotes: Sequence[StoredQuote]) -> str | None:
    """Who is quoted at the evidence, in the articles' own quotation marks."""
    return next(
        (
            quote.speaker
            for quote in quotes
            if quote.kind != "indirect" and _beside(evidence, quote) and quote.span.overlaps(evidence.span)
        ),
        None,
    )


def _beside(evidence: Evidence, quote: StoredQuote) -> bool:
    """Whether the evidence lies in the sentence that the quotation stands in."""
    return evidence.same_text(quote) and evidence.span.overlaps(quote.quote.context)


def same_person(claimed: str, known: str) -> bool:
    """`Horii` is Iwao Horii; `Karin Holm` is not Per Holm."""
    names = set(claimed.casefold().split())
    return _surname(claimed) == _surname(known) and (names <= set(known.casefold().split()) or " " not in known)


def _surname(name: str) -> str:
    return name.casefold().split()[-1]


def _language_at(article: Article, span: Span) -> str | None:
    return next((paragraph.language for paragraph in article.paragraphs if paragraph.span.overlaps(span)), None)
